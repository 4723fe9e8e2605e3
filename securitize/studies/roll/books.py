"""What the pool file of a rolled deal has to say of its contracts: what they owe, what of the past is still to come.

A scenario tells of the future only (``docs/reference/assets.md``, section 6). So what a run under one went through up
to the day of the roll goes into the books of each contract that it touched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from securitize.assets.collections import project
from securitize.assets.events import CashFlow
from securitize.assets.projection import project_contract
from securitize.assets.resolve import ResolvedContract
from securitize.assets.rights import earliest_failure
from securitize.base.arithmetic import Int64
from securitize.base.closed import complete
from securitize.definitions.checks.parties import parties_of_the_deal
from securitize.definitions.deals.state import PartyState, State, SupportState
from securitize.definitions.figures import RATINGS, Stream
from securitize.definitions.pools.claims import ExpectedCash, PastClaim
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.parties import EXPECTED, support_key
from securitize.performance.resolved import ResolvedPerformance
from securitize.performance.stresses import resolve_performance

#: Whether cash of a stream may follow an event of the past by months.
_LAGS: Mapping[Stream, bool] = complete(
    Stream,
    {
        "interest": False,
        "principal": False,
        "prepayment": False,
        "recovery": True,
        "fee": False,
        "royalty": False,
    },
)


def restated_contracts(
    prepared: Prepared, balances: Mapping[str, int], forecast: Mapping[str, Mapping[str, Int64]], period: int
) -> dict[str, PastClaim]:
    """The claims that the pool file does not tell as they are after ``period``, with what they are.

    balances : actual, by contract, minor units; where none are reported by contract, those of the forecast hold
    forecast : of the run, by contract and column of an actuals file, int64 (T,)
    """
    plain = replace(prepared, performance=_without_scenario(prepared))
    day, past = prepared.schedule.collection[period], _up_to(prepared.performance, period, prepared)
    found: dict[str, PastClaim] = {}
    for one in prepared.resolved_pool.claims:
        owed = balances.get(one.name, int(forecast[one.name]["performing"][period - 1]))
        pool = replace(prepared.resolved_pool, contracts=(one,))
        base = project(pool, plain.performance, keep_flows=False)
        same = all(
            np.array_equal(forecast[one.name][stream][:period], cash[0, :period])
            for stream, cash in base.streams.items()
        )
        if same and owed == int(base.performing[0, period]) and one.contract.as_of is None:
            continue
        found[one.name] = PastClaim.model_construct(
            date=day,
            balance=owed,
            failed=_failed(one, prepared.performance, day),
            expected=_still_to_come(one, past, prepared, day),
        )
    return found


def _without_scenario(prepared: Prepared) -> ResolvedPerformance:
    base = prepared.definitions.deal.model.performance
    return resolve_performance(base, None, prepared.pool, prepared.schedule, prepared.today, prepared.deal)


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


def _still_to_come(
    one: ResolvedContract, past: ResolvedPerformance, prepared: Prepared, day: dt.date
) -> tuple[ExpectedCash, ...]:
    """Recoveries of what defaulted by the day, and instalments that were late on it, by date, stream and party.

    What a trust passes on later is not among them: a contract in mid-life is taken to have paid it as scheduled.
    """
    pool = prepared.resolved_pool
    events = project_contract(one.under(past.index), past, pool.schedule, pool.calendar)
    in_transit = bool(one.trust and one.trust.pass_through)

    def waits(flow: CashFlow) -> bool:
        late = flow.due is not None and flow.due <= day and not in_transit
        return flow.dates[0] > day.toordinal() and (late or _LAGS[flow.stream] or flow.source == EXPECTED)

    found: dict[tuple[dt.date, str, str, dt.date], ExpectedCash] = {}
    for flow in filter(waits, events.cash):
        arrival = dt.date.fromordinal(int(flow.dates[0]))
        owed = arrival if flow.owed is None else dt.date.fromordinal(int(flow.owed[0]))
        key = (arrival, flow.stream, flow.party or "", owed)
        before = found.get(key)
        amount = int(flow.amount[0]) + (before.amount if before else 0)
        interest = 0 if flow.interest is None else int(flow.interest[0])
        found[key] = ExpectedCash.model_construct(
            date=arrival,
            stream=flow.stream,
            amount=amount,
            party=flow.party,
            due=None if owed == arrival else owed,
            interest=interest + (before.interest if before else 0),
        )
    return tuple(found[key] for key in sorted(found))


def _failed(one: ResolvedContract, performance: ResolvedPerformance, day: dt.date) -> tuple[str, ...]:
    """The rights of the contract that have failed by the day."""
    return tuple(
        right.name
        for right in one.rights
        if right.failed
        or earliest_failure(performance.failures.get(right.name, ()), right.expiry, 1)[0][0]
        <= day.toordinal()
    )
