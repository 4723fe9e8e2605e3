"""What the pool file of a rolled deal has to say of its contracts: what they owe, what of the past is still to come.

A scenario tells of the future only (``docs/reference/assets.md``, section 6). So what a run under one went through up
to the day of the roll goes into the books of each contract that it touched, and so does what was reported otherwise.
Source: ``docs/reference/priority-of-payments.md``, section 13, "What roll writes".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np

from securitize.assets.resolve import ResolvedContract
from securitize.assets.rights import earliest_failure
from securitize.assets.royalties import ResolvedRoyalty
from securitize.base.arithmetic import multiply_divide
from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.checks.parties import parties_of_the_deal
from securitize.definitions.deals.state import PartyState, State, SupportState
from securitize.definitions.figures import RATINGS, Stream, months
from securitize.definitions.pools.past import FROM_PARTIES, ExpectedCash, PastClaim
from securitize.definitions.pools.royalties import PastRoyalty, ReturningShare
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.parties import EXPECTED, support_key
from securitize.performance.resolved import ResolvedPerformance
from securitize.performance.stresses import resolve_performance
from securitize.studies.roll.forecast import ArrivedCash, Forecast, forecasts, royalty_after
from securitize.studies.roll.reported import Reported, as_reported


@dataclass(frozen=True, slots=True)
class _Books:
    """What a roll of ``period`` periods compares: the run and what was reported, and the deal without a scenario."""

    prepared: Prepared
    period: int
    day: dt.date
    run: Mapping[str, Forecast]
    reported: Reported
    plain: Mapping[str, Forecast]
    plainly: Reported


def restated_contracts(
    prepared: Prepared, run: Mapping[str, Forecast], reported: Reported, period: int
) -> dict[str, PastClaim | PastRoyalty]:
    """The contracts that the pool file does not tell as they are after ``period``, with what they are.

    run, reported : of every contract, as forecast and as reported
    """
    base = prepared.definitions.deal.model.performance
    performance = resolve_performance(
        base, None, prepared.pool, prepared.schedule, prepared.today, prepared.deal
    )
    plain = forecasts(prepared, performance)
    plainly = as_reported(prepared, performance, plain, None, period)
    books = _Books(prepared, period, prepared.schedule.collection[period], run, reported, plain, plainly)
    found: dict[str, PastClaim | PastRoyalty] = {}
    past = _up_to(prepared.performance, period, prepared)
    so_far = forecasts(prepared, past)
    for name, part in so_far.items():
        match part.contract:
            case ResolvedContract():
                restated: PastClaim | PastRoyalty | None = _claim(books, part, part.contract)
            case ResolvedRoyalty():
                restated = _royalty(books, part, part.contract, past, performance)
            case _:
                assert_never(part.contract)
        if restated is not None:
            found[name] = restated
    return found


def _claim(books: _Books, part: Forecast, contract: ResolvedContract) -> PastClaim | None:
    """The books of a claim; None where those of the deal without a scenario are the same.

    part : as the run has it, without anything that happens after the period
    """
    name, k = part.name, books.period
    own, plain = books.reported.amounts[name], books.plain[name]
    entries, plainly = (
        [one.booked() for one in each.books.entries.get(name, ()) if one.stock or one.default.deposit]
        for each in (books.reported, books.plainly)
    )
    same = all(
        np.array_equal(books.run[name].amounts[stream][:k], plain.amounts[stream][:k])
        for stream in ("interest", "principal", "prepayment", "recovery", "fee")
    ) and all(
        int(own[key][k - 1]) == int(plain.amounts[key][k - 1])
        for key in ("performing", "overdue_interest", "overdue_principal")
    )
    if same and entries == plainly and contract.contract.as_of is None:
        return None
    return PastClaim.model_construct(
        date=books.day,
        balance=int(own["performing"][k - 1]),
        failed=_failed(contract, books.prepared.performance, books.day),
        defaulted=tuple(entries),
        expected=tuple(_expected(books, part, contract)),
    )


def _expected(books: _Books, part: Forecast, contract: ResolvedContract) -> Iterator[ExpectedCash]:
    """Late instalments, and recoveries that a delay of the run brings later, by date, stream and party.

    What a trust passes on later is not among them: a contract in mid-life is taken to have paid it as scheduled.
    """
    own, day = books.reported.amounts[part.name], books.day
    late = [one for one in part.cash if _waits(one, contract, day)]
    found: list[ExpectedCash] = []
    for key in ("overdue_interest", "overdue_principal"):
        reported = int(own[key][books.period - 1])
        parts = [(one, _part(one, key)) for one in late if _part(one, key)]
        whole = sum(amount for _, amount in parts)
        # The rest is with a trust, and its contract in mid-life is taken to have paid it.
        reported = max(0, reported - (int(part.amounts[key][books.period - 1]) - whole))
        given = 0
        for one, amount in parts:
            share = amount if whole <= reported else int(multiply_divide(amount, reported, whole, "down")[0])
            given += share
            found.append(_cash(one.arrival, _stream(contract, one.flow.stream), share, key, contract))
        if reported > given:
            soon = contract.received_on(
                contract.calendar.adjust(day + dt.timedelta(days=1), contract.contract.moved)
            )
            stream: Stream = "interest" if key == "overdue_interest" else "principal"
            found.append(_cash(soon, _stream(contract, stream), reported - given, key, contract))
    found += [
        ExpectedCash.model_construct(
            date=one.arrival,
            stream="recovery",
            amount=one.amount,
            party=one.flow.party,
            due=None if one.owed == one.arrival else one.owed,
            interest=0,
        )
        for one in part.cash
        if one.flow.source == EXPECTED and one.flow.stream in FROM_PARTIES and one.arrival > day
    ]
    found += books.reported.books.late(part.name, day)
    yield from _together(found)


def _waits(one: ArrivedCash, contract: ResolvedContract, day: dt.date) -> bool:
    """Whether an instalment or a prepayment of the past is still to come."""
    if one.arrival <= day or one.flow.stream in FROM_PARTIES:
        return False
    if one.flow.source == EXPECTED:
        return True
    due = one.flow.due or one.paid
    # What a trust still holds, on time, is not among it.
    return due <= day and (contract.trust is None or contract.received_on(due) <= day)


def _part(one: ArrivedCash, key: str) -> int:
    """The interest, or the principal, of late cash."""
    return one.of_interest if key == "overdue_interest" else one.amount - one.of_interest


def _stream(contract: ResolvedContract, stream: Stream) -> Stream:
    match stream:
        case "interest" | "principal":
            return "fee" if contract.contract.fee_bearing else stream
        case "prepayment" | "recovery" | "fee" | "royalty":
            return stream
        case _:
            assert_never(stream)


def _cash(day: dt.date, stream: Stream, amount: int, key: str, contract: ResolvedContract) -> ExpectedCash:
    interest = amount if key == "overdue_interest" and contract.contract.fee_bearing else 0
    return ExpectedCash.model_construct(
        date=day, stream=stream, amount=amount, party=None, due=None, interest=interest
    )


def _together(cash: list[ExpectedCash]) -> list[ExpectedCash]:
    """Cash of one date, stream and party in one."""
    found: dict[tuple[dt.date, str, str, dt.date], ExpectedCash] = {}
    for one in cash:
        key = (one.date, one.stream, one.party or "", one.due or one.date)
        before = found.get(key)
        if before is not None:
            sums = {"amount": one.amount + before.amount, "interest": one.interest + before.interest}
            found[key] = one.model_copy(update=sums)
        elif one.amount:
            found[key] = one
    return [found[key] for key in sorted(found)]


def _royalty(
    books: _Books,
    part: Forecast,
    contract: ResolvedRoyalty,
    past: ResolvedPerformance,
    plain: ResolvedPerformance,
) -> PastRoyalty | None:
    """The books of a royalty; None where those of the deal without a scenario are the same."""
    day, prepared = books.day, books.prepared
    left = royalty_after(contract, prepared, past, day)
    row = books.reported.rows.get((books.period, part.name))
    if row is not None and row.entitled is not None and row.entitled > left.left:
        # What the run had foreseen did not happen.
        left = left.model_copy(update={"entitled": row.entitled, "defaulted": None, "returning": ()})
    elif row is not None and row.entitled is not None and row.entitled < left.left:
        left = _less(left, row.entitled, row.defaulted_on[0][0] if row.defaulted_on else day, contract)
    late = [
        one
        for one in part.cash
        if one.arrival > day and (one.flow.source == EXPECTED or (one.flow.due or one.paid) <= day)
    ]
    whole = sum(one.amount for one in late)
    reported = int(books.reported.amounts[part.name]["overdue_interest"][books.period - 1])
    soon = prepared.resolved_pool.calendar.adjust(day + dt.timedelta(days=1), contract.contract.moved)
    shares = [
        (one.arrival, int(multiply_divide(one.amount, min(reported, whole), whole, "down")[0]))
        for one in late
    ]
    shares.append((soon, reported - sum(share for _, share in shares)))
    expected = tuple(
        ExpectedCash.model_construct(
            date=arrival, stream="royalty", amount=amount, party=None, due=None, interest=0
        )
        for arrival, amount in shares
        if amount
    )
    if (
        not expected
        and contract.contract.as_of is None
        and left == royalty_after(contract, prepared, plain, day)
    ):
        return None
    failed = tuple(right.name for right in contract.rights if right.failed)
    return left.model_copy(update={"expected": expected, "failed": failed})


def _less(left: PastRoyalty, entitled: int, lost_on: dt.date, contract: ResolvedRoyalty) -> PastRoyalty:
    """A royalty of which less is left than the run had: all of it was lost on a day, or a share."""
    if entitled == 0:
        return left.model_copy(update={"defaulted": lost_on})
    gone, relicence = left.entitled - entitled, contract.contract.relicence
    returning = left.returning
    if relicence is not None:
        back = int(multiply_divide(gone, relicence.share, RATE_UNITS)[0])
        again = ReturningShare.model_construct(date=add_months(lost_on, months(relicence.lag)), share=back)
        returning = (*returning, again)
    return left.model_copy(update={"entitled": entitled, "returning": returning})


def _up_to(performance: ResolvedPerformance, period: int, prepared: Prepared) -> ResolvedPerformance:
    """What happens, without anything after the period; companies that fail up to its payment date have failed."""
    day, paid = prepared.schedule.collection[period].toordinal(), prepared.schedule.payment[period - 1]
    columns = np.arange(performance.default_rates.shape[1]) < period
    return replace(
        performance,
        parties={key: one for key, one in performance.parties.items() if one.dates[0] <= paid.toordinal()},
        default_rates=performance.default_rates * columns,
        prepayment_rates=performance.prepayment_rates * columns,
        defaults={name: one for name, one in performance.defaults.items() if one.dates[0] <= day},
        prepayments={
            name: tuple(one for one in given if one.dates[0] <= day)
            for name, given in performance.prepayments.items()
        },
    )


def with_companies(state: State, prepared: Prepared, period: int) -> State:
    """The state after ``period``, with the companies that had failed in the run by its day, and ratings that changed.

    Source: ``docs/reference/priority-of-payments.md``, section 13, "A company that has failed".
    """
    deal, day = prepared.deal, state.as_of.toordinal()
    support, parties = dict(state.support), dict(state.parties)
    own = {support_key(deal, name): name for name, one in deal.support.items() if one.party is None}
    known = parties_of_the_deal(deal)
    for key, one in prepared.performance.parties.items():
        if int(one.dates[0]) > day:
            continue
        said = {"failed": dt.date.fromordinal(int(one.dates[0])), "recovery": int(one.share[0])}
        if key in own:
            support[own[key]] = support.get(own[key], SupportState()).model_copy(update=said)
        elif key in known:
            parties[key] = parties.get(key, PartyState()).model_copy(update=said)
    for name, promise in deal.support.items():
        rating = RATINGS[prepared.period_inputs[f"rating.{name}"][period - 1]]
        if rating != (promise.rating or RATINGS[0]):
            support[name] = support.get(name, SupportState()).model_copy(update={"rating": rating})
    return state.model_copy(update={"support": support, "parties": parties})


def _failed(one: ResolvedContract, performance: ResolvedPerformance, day: dt.date) -> tuple[str, ...]:
    """The rights of the contract that have failed by the day."""
    return tuple(
        right.name
        for right in one.rights
        if right.failed
        or earliest_failure(performance.failures.get(right.name, ()), right.expiry, 1)[0][0]
        <= day.toordinal()
    )
