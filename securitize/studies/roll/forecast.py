"""What a run forecasts of each contract, in the columns of an actuals file.

Source: ``docs/reference/priority-of-payments.md``, section 13.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np

from securitize.assets.collections import Collections, project
from securitize.assets.commingling import through_servicer
from securitize.assets.entitlement import Entitlement
from securitize.assets.events import BalanceFall, CashFlow, FallKind, UnpaidInterest
from securitize.assets.resolve import ResolvedContract
from securitize.assets.royalties import ResolvedRoyalty
from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.closed import complete
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.performance import NamedRecovery
from securitize.definitions.pools.past import PastDefault
from securitize.definitions.pools.royalties import PastRoyalty, ReturningShare
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.parties import EXPECTED
from securitize.performance.resolved import ResolvedPerformance, ResolvedRecovery
from securitize.studies.roll.recoveries import as_written

#: Whether a fall of a balance may be recovered.
DEFAULTED: Mapping[FallKind, bool] = complete(
    FallKind, {"principal": False, "prepayment": False, "defaulted": True, "lost": False, "restated": False}
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One contract as the run has it.

    amounts  : by column of an actuals file, int64 (T,)
    balance, overdue, stock : performing, overdue principal and defaulted stock, int64 (T + 1,), from the cut-off
    defaults : what the run has default, in its order; without what failed rights take
    lost_rights : what failed rights take, int64 (T,)
    cash     : dated cash, when it is with the vehicle
    entitled : of a royalty, after each period, int64 (T + 1,)
    """

    contract: ResolvedContract | ResolvedRoyalty
    amounts: Mapping[str, Int64]
    balance: Int64
    overdue: Int64
    stock: Int64
    defaults: tuple[PastDefault, ...]
    lost_rights: Int64
    cash: tuple[ArrivedCash, ...]
    entitled: Int64 | None = None

    @property
    def name(self) -> str:
        """Of the contract."""
        return self.contract.name


@dataclass(frozen=True, slots=True)
class ArrivedCash:
    """A flow of one path, after a servicer that failed.

    arrival : when it is with the vehicle;  lost, lost_interest : with the servicer;  interest : part of ``amount``
    """

    flow: CashFlow
    paid: dt.date
    arrival: dt.date
    amount: int
    lost: int
    interest: int
    lost_interest: int

    @property
    def owed(self) -> dt.date | None:
        """The day on which a party owes it as written."""
        return None if self.flow.owed is None else dt.date.fromordinal(int(self.flow.owed[0]))

    @property
    def of_interest(self) -> int:
        """What of it is interest, or a royalty."""
        match self.flow.stream:
            case "interest" | "royalty":
                return self.amount
            case "fee":
                return self.interest
            case "principal" | "prepayment" | "recovery":
                return 0
            case _:
                assert_never(self.flow.stream)


def forecasts(prepared: Prepared, performance: ResolvedPerformance | None = None) -> dict[str, Forecast]:
    """Each contract of the run, by name; ``performance`` in place of the run's."""
    performance = performance or prepared.performance
    return {one.name: _forecast(one, prepared, performance) for one in prepared.resolved_pool.contracts}


def whole_pool(parts: Iterable[Forecast]) -> dict[str, Int64]:
    """The columns of an actuals file summed over contracts, int64 (T,)."""
    found: dict[str, Int64] = {}
    for part in parts:
        for name, amount in part.amounts.items():
            found[name] = found[name] + amount if name in found else amount
    return found


def _forecast(
    one: ResolvedContract | ResolvedRoyalty, prepared: Prepared, performance: ResolvedPerformance
) -> Forecast:
    collections = project(replace(prepared.resolved_pool, contracts=(one,)), performance)
    unit = unit_of(prepared.deal.currency)
    cash = tuple(_dated(flow, performance, unit) for flow in collections.flows[one.name])
    fallen = collections.falls[one.name]
    place = _places(prepared)
    periods = prepared.schedule.periods
    lost_rights, lost_recoveries, lost_principal = (np.zeros(periods + 1, np.int64) for _ in range(3))
    falls = np.zeros(periods + 1, np.int64)
    arriving = np.zeros(periods + 1, np.int64)
    for fall in fallen:
        day, amount = dt.date.fromordinal(int(fall.dates[0])), int(fall.amount[0])
        match fall.kind:
            case "principal" | "prepayment":
                falls[place(day)] += amount
            case "lost":
                lost_rights[place(day)] += amount
            case "defaulted" | "restated":
                pass
            case _:
                assert_never(fall.kind)
    for item in cash:
        match item.flow.stream:
            case "principal" | "prepayment" | "fee":
                lost_principal[place(item.paid)] += item.lost - item.lost_interest
                arriving[place(item.arrival)] += item.amount - item.interest
            case "recovery":
                lost_recoveries[place(item.paid)] += item.lost
            case "interest" | "royalty":
                pass
            case _:
                assert_never(item.flow.stream)
    # What is still to arrive or to be lost, less what is still to fall off the balance, is overdue.
    overdue = _after(arriving) + _after(lost_principal) - _after(falls)
    balance = collections.performing[0]
    unpaid = np.zeros(periods + 1, np.int64)
    for claimed in collections.unpaid[one.name]:
        unpaid[place(dt.date.fromordinal(int(claimed.dates[0])))] += int(claimed.amount[0])
    stock = _stock(one, prepared, collections, lost_rights + lost_recoveries - unpaid, place)
    amounts = {
        **{str(stream): values[0] for stream, values in collections.streams.items()},
        "performing": balance[1:],
        "defaulted": collections.defaulted[0],
        "sales": collections.sales[0],
        "bought_back": np.zeros(periods, np.int64),
        "fee_interest": collections.fee_interest[0],
        "overdue_interest": _overdue_interest(cash, prepared, place),
        "overdue_principal": overdue[1:],
        "lost": lost_principal[:-1],
        "written_off": (lost_rights + lost_recoveries)[:-1],
        "defaulted_stock": stock[1:],
    }
    return Forecast(
        contract=one,
        amounts=amounts,
        balance=balance,
        overdue=overdue,
        stock=stock,
        defaults=defaults_of(one, fallen, collections.unpaid[one.name], performance),
        lost_rights=lost_rights[:-1],
        cash=cash,
        entitled=_entitled(one, prepared, performance),
    )


def _dated(flow: CashFlow, performance: ResolvedPerformance, unit: int) -> ArrivedCash:
    dates, amount, lost = through_servicer(performance.servicer, flow.dates, flow.amount, unit)
    interest, lost_interest = 0, 0
    if flow.interest is not None:
        _, kept, gone = through_servicer(performance.servicer, flow.dates, flow.interest, unit)
        interest, lost_interest = int(kept[0]), int(gone[0])
    paid, arrival = (dt.date.fromordinal(int(each[0])) for each in (flow.dates, dates))
    return ArrivedCash(flow, paid, arrival, int(amount[0]), int(lost[0]), interest, lost_interest)


def _places(prepared: Prepared) -> Callable[[dt.date], int]:
    """The collection period of a day, from 0; T after the last collection date."""
    ends = np.array([day.toordinal() for day in prepared.schedule.collection[1:]], np.int64)

    def place(day: dt.date) -> int:
        return int(np.searchsorted(ends, day.toordinal(), side="left"))

    return place


def _after(by_period: Int64) -> Int64:
    """The sum of all periods after each collection date, int64 (T + 1,), of int64 (T + 1,) by period."""
    found: Int64 = by_period.sum() - np.concatenate(([0], by_period[:-1].cumsum()))
    return found


def _stock(
    one: ResolvedContract | ResolvedRoyalty,
    prepared: Prepared,
    collections: Collections,
    gone: Int64,
    place: Callable[[dt.date], int],
) -> Int64:
    """The defaulted stock at the cut-off and after each period; 0 before the day of the books."""
    moves = collections.defaulted[0] - collections.streams["recovery"][0] - gone[:-1]
    past = one.contract.as_of
    first, opening = 0, 0
    if past is not None:
        first, opening = place(past.date) + 1, max(past.stock, past.expected_recoveries)
    found = np.zeros(prepared.schedule.periods + 1, np.int64)
    found[first:] = opening + np.concatenate(([0], moves[first:].cumsum()))
    return found


def _overdue_interest(
    cash: Iterable[ArrivedCash], prepared: Prepared, place: Callable[[dt.date], int]
) -> Int64:
    """Interest and royalties due by the end of each period that come after it, int64 (T,)."""
    found = np.zeros(prepared.schedule.periods + 1, np.int64)
    for one in cash:
        due = one.flow.due or (prepared.today.pool if one.flow.source == EXPECTED else one.paid)
        found[place(due) : place(one.arrival)] += one.of_interest
    return found[:-1]


def defaults_of(
    one: ResolvedContract | ResolvedRoyalty,
    falls: Iterable[BalanceFall],
    unpaid: Iterable[UnpaidInterest],
    performance: ResolvedPerformance,
) -> tuple[PastDefault, ...]:
    """What the run has default of a claim, with the recoveries that the run has for it."""
    if isinstance(one, ResolvedRoyalty):
        return ()
    past, found = one.contract.as_of, []
    balance = one.scheduled.balance[one.first]
    deposit = one.contract.deposit - sum(each.deposit for each in (past.defaulted if past else ()))
    named = performance.defaults.get(one.name)
    owed = {int(one.dates[0]): int(one.amount[0]) for one in unpaid if one.amount[0]}
    for fall in falls:
        amount = int(fall.amount[0])
        if DEFAULTED[fall.kind]:
            day = dt.date.fromordinal(int(fall.dates[0]))
            borne = deposit_of(amount, balance, deposit)
            deposit -= borne
            whole = named is not None and int(named.dates[0]) == int(fall.dates[0])
            own = named.recoveries if named is not None and whole else None
            used = (
                own
                if own is not None
                else performance.recoveries
                if whole
                else performance.recoveries_on(day)
            )
            found.append(
                PastDefault.model_construct(
                    date=day,
                    amount=amount,
                    deposit=borne,
                    interest=owed.get(day.toordinal(), 0),
                    recoveries=own_recoveries(used, performance),
                )
            )
        balance -= amount
    return tuple(found)


def deposit_of(amount: int, balance: int, deposit: int) -> int:
    """What the deposit bears of a default of ``amount`` out of ``balance``, minor units."""
    return min(amount, int(multiply_divide(min(amount, balance), deposit, max(1, balance))[0]))


def own_recoveries(
    used: tuple[ResolvedRecovery, ...], performance: ResolvedPerformance
) -> tuple[NamedRecovery, ...] | None:
    """Recoveries as a file has them; None where they are those of the deal."""
    written = as_written(used)
    return None if written == as_written(performance.as_written) else written


def _entitled(
    one: ResolvedContract | ResolvedRoyalty, prepared: Prepared, performance: ResolvedPerformance
) -> Int64 | None:
    if not isinstance(one, ResolvedRoyalty):
        return None
    left = [royalty_after(one, prepared, performance, day).left for day in prepared.schedule.collection]
    return np.array(left, np.int64)


def royalty_lost_on(part: Forecast, prepared: Prepared, t: int) -> dt.date | None:
    """The day on which a royalty lost what it has lost at the end of a period, from 0, and had at its start."""
    royalty, left, day = part.contract, part.entitled, prepared.schedule.collection[t + 1]
    if not isinstance(royalty, ResolvedRoyalty) or left is None or left[t + 1] >= left[t]:
        return None
    named = prepared.performance.defaults.get(part.name)
    if named is not None and int(named.dates[0]) <= day.toordinal():
        return dt.date.fromordinal(int(named.dates[0]))
    return max(end for end, paid in zip(royalty.ends[1:], royalty.adjusted, strict=True) if paid <= day)


def royalty_after(
    one: ResolvedRoyalty, prepared: Prepared, performance: ResolvedPerformance, day: dt.date
) -> PastRoyalty:
    """What of a royalty is left after a day: reporting periods that are paid by then have passed."""
    walk = Entitlement(one.name, one.contract, performance, prepared.schedule)
    past, cut_off = one.contract.as_of, prepared.schedule.collection[0]
    since = past.date if past else cut_off
    lost = past.defaulted if past else None
    if walk.named is not None and since.toordinal() < int(walk.named.dates[0]) <= day.toordinal():
        lost = lost or dt.date.fromordinal(int(walk.named.dates[0]))
    for u in range(one.projected, len(one.adjusted)):
        if one.adjusted[u] > day:
            break
        start, end = one.ends[u], one.ends[u + 1]
        walk.pass_period(max(start, cut_off), max(start, since), end, one.adjusted[u])
        if lost is not None and lost <= end:
            lost = None
    returning = tuple(
        ReturningShare.model_construct(date=dt.date.fromordinal(int(dates[0])), share=int(share[0]))
        for dates, share in walk.returning
        if share.any()
    )
    return PastRoyalty.model_construct(
        date=day, entitled=int(walk.share[0]), returning=returning, defaulted=lost, failed=(), expected=()
    )
