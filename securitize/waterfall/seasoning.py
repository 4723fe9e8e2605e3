"""A deal in mid-life: from the state file to the engine's states, and back.

Source: ``docs/reference/priority-of-payments.md``, section 13.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, assert_never

from securitize.base.arithmetic import Int64, part_of
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.state import (
    AccountState,
    FeeState,
    History,
    LimitState,
    NoteState,
    PartyState,
    State,
    SupportState,
    TriggerState,
)
from securitize.definitions.figures import Model
from securitize.market.today import today_of
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal, after_periods

#: fields of a state and their names in the books
_NOTE = {
    "deferred": "deferred",
    "interest_on_deferred": "on-deferred",
    "capitalised": "capitalised",
    "put": "put",
    "premium": "premium",
    "deficiency": "deficiency",
}
_SUPPORT = {
    "paid": "support-paid",
    "reimbursed": "support-reimbursed",
    "interest": "support-interest",
    "fee": "support-fee",
    "arrears": "support-arrears",
}
M = TypeVar("M", bound=Model)
_Kept = Callable[[str], int]
_IN_ALL = ("defaulted", "collected", "scheduled")
_HISTORIES = ("collected", "scheduled", "sales", "forecast_sales")


def from_state(resolved: ResolvedDeal, state: State) -> ResolvedDeal:
    """The deal from the payment date after ``state.as_of`` on.

    Raises ValueError where that is not one of its payment dates, or the last.
    """
    past = today_of(resolved.schedule, state).period
    return after_periods(resolved, past, dict(_initial(resolved, state)))


def _initial(resolved: ResolvedDeal, state: State) -> Iterator[tuple[str, int]]:
    deal = resolved.deal
    yield "called", -int(state.called)
    yield "redeemed", -int(state.redeemed)
    yield "distribution", state.principal_distribution_left
    for name, note in deal.notes.items():
        kept = state.notes.get(name, NoteState())
        balance = note.balance if kept.balance is None else kept.balance
        yield f"balance.{name}", balance
        yield f"repaid.{name}", note.balance + kept.capitalised - kept.written_off - balance
        yield f"lost.{name}", kept.written_off
        yield f"settled.{name}", -int(kept.settled)
        for field, prefix in _NOTE.items():
            yield f"{prefix}.{name}", getattr(kept, field)
    for name, fee in deal.fees.items():
        of_fee = state.fees.get(name, FeeState())
        yield f"fee-pending.{name}", of_fee.accrued
        yield f"fee-unpaid.{name}", of_fee.unpaid
        if fee.cap is not None:
            yield f"fee-cap.{name}", fee.cap.amount if of_fee.cap_left is None else of_fee.cap_left
    for name, account in deal.accounts.items():
        in_it = state.accounts.get(name, AccountState())
        yield f"account.{name}", account.opening if in_it.balance is None else in_it.balance
        yield f"account-failed.{name}", -int(bool(in_it.failed))
    for name in deal.support:
        of_support = state.support.get(name, SupportState())
        yield from ((f"{prefix}.{name}", getattr(of_support, field)) for field, prefix in _SUPPORT.items())
    for name in resolved.parties:
        yield f"party-recovered.{name}", state.parties.get(name, PartyState()).paid
    for name in deal.limits:
        yield f"limit.{name}", _limit_left(resolved, state, name)
    for name in deal.triggers:
        test = state.triggers.get(name, TriggerState())
        yield f"breached.{name}", -int(test.breached)
        yield f"failed.{name}", test.failed
        yield f"passed.{name}", test.passed
    for name in _IN_ALL:
        yield f"cumulative.{name}", getattr(state.history, f"{name}_in_all")
    for name in _HISTORIES:
        newest_first = reversed(getattr(state.history, name))
        yield from ((f"history.{name}.{k}", amount) for k, amount in enumerate(newest_first, 1))


def _limit_left(resolved: ResolvedDeal, state: State, name: str) -> int:
    """What is left of a named limit; what the state does not say is whole, as far as it is known."""
    kept, limit = state.limits.get(name), resolved.deal.limits[name]
    if kept is not None:
        return kept.left
    if limit.percent is None:
        return limit.amount or 0
    match limit.of:
        case "pool-at-cut-off":
            base = resolved.opening_performing
        case tuple(notes):
            base = sum(resolved.deal.notes[note].balance for note in notes)
        case "pool" | "collections":
            base = 0
        case None:
            raise ValueError(f"limit {name} is a percent of nothing")
        case _:
            assert_never(limit.of)
    return int(part_of(base, limit.percent, RATE_UNITS, resolved.unit, "down")[0])


def state_after(resolved: ResolvedDeal, lines: Mapping[Line, Int64], period: int) -> State:
    """The state of the books at the end of a period, counted from 0 among those that were calculated.

    lines : those of a plan recorded with its states, one path: line -> int64 (periods,)
    The models are built of minor units, so they are not validated again.
    """
    deal = resolved.deal

    def kept(name: str) -> int:
        values = lines.get(("state", name))
        return resolved.initial.get(name, 0) if values is None else int(values[period])

    return _built(
        State,
        as_of=resolved.schedule.payment[period],
        called=bool(kept("called")),
        redeemed=bool(kept("redeemed")),
        principal_distribution_left=kept("distribution"),
        notes={name: _note_state(name, kept) for name in deal.notes},
        fees={
            name: _built(
                FeeState,
                accrued=kept(f"fee-pending.{name}"),
                unpaid=kept(f"fee-unpaid.{name}"),
                cap_left=kept(f"fee-cap.{name}") if fee.cap else None,
            )
            for name, fee in deal.fees.items()
        },
        accounts={
            name: _built(
                AccountState,
                balance=kept(f"account.{name}"),
                failed=bool(kept(f"account-failed.{name}")) if account.party else None,
            )
            for name, account in deal.accounts.items()
        },
        support={
            name: _built(
                SupportState, **{field: kept(f"{prefix}.{name}") for field, prefix in _SUPPORT.items()}
            )
            for name in deal.support
        },
        parties={name: _built(PartyState, paid=kept(f"party-recovered.{name}")) for name in resolved.parties},
        limits={name: _built(LimitState, left=kept(f"limit.{name}")) for name in deal.limits},
        triggers={
            name: _built(
                TriggerState,
                breached=bool(kept(f"breached.{name}")),
                failed=kept(f"failed.{name}"),
                passed=kept(f"passed.{name}"),
            )
            for name in deal.triggers
        },
        history=_history(lines, kept),
    )


def _built(model: type[M], **values: Any) -> M:
    return model.model_construct(**values)


def _note_state(name: str, kept: _Kept) -> NoteState:
    return _built(
        NoteState,
        balance=kept(f"balance.{name}"),
        settled=bool(kept(f"settled.{name}")),
        written_off=kept(f"lost.{name}"),
        **{field: kept(f"{prefix}.{name}") for field, prefix in _NOTE.items()},
    )


def _history(lines: Mapping[Line, Int64], kept: _Kept) -> History:
    lists = {}
    for name in _HISTORIES:
        count = sum(line[0] == "state" and line[1].startswith(f"history.{name}.") for line in lines)
        lists[name] = tuple(kept(f"history.{name}.{k}") for k in range(count, 0, -1))
    return _built(History, **lists, **{f"{name}_in_all": kept(f"cumulative.{name}") for name in _IN_ALL})
