"""A scenario's stresses on a base performance, in the order written.

Source: ``docs/reference/assets.md``, sections 3 and 6.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.definitions.checks.scenarios import require_fit
from securitize.definitions.deals.deal import Deal
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.deal_stresses import (
    FailureStress,
    PartyDefaultStress,
    ProviderDefaultStress,
)
from securitize.definitions.scenarios.effects import effects_of
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    DefaultStress,
    InterestRatesStress,
    LatePaymentStress,
    LprStress,
    PatentFailureStress,
    PoolStress,
    PrepaymentRateStress,
    PrepaymentStress,
    RecoveryRateStress,
    RoyaltyBaseStress,
    Scenario,
    ServicerFailureStress,
)
from securitize.market.schedules import Schedule
from securitize.market.today import Today, today_of
from securitize.performance.parties import banks_of, capped_of, late_parties, party_defaults, party_struck
from securitize.performance.rates import changed, changed_recovery, extended
from securitize.performance.resolved import (
    BaseChange,
    IndexChange,
    LateWindow,
    NamedDefault,
    NamedPrepayment,
    ResolvedPerformance,
    ResolvedRecovery,
    RightFailure,
    ServicerFailure,
    resolved_recoveries,
)


def resolve_performance(
    base: Performance | None,
    scenario: Scenario | None,
    pool: Pool,
    schedule: Schedule,
    today: Today | None = None,
    deal: Deal | None = None,
) -> ResolvedPerformance:
    """The base performance under a scenario, for one path.

    base, scenario : None for nothing that happens, and for no stress
    today          : after which stresses act; None for a deal at closing
    deal           : whose parties default in all their roles; None where obligors are the only ones
    Raises DefinitionError where a stress names what the pool does not hold, or is not after the cut-off.
    """
    base = base or Performance()
    if scenario:
        require_fit(scenario, pool, schedule.collection[0])
    periods, today = schedule.periods, today or today_of(schedule)
    performance = ResolvedPerformance(
        paths=1,
        default_rates=extended(base.default_rate, periods).reshape(1, -1),
        prepayment_rates=extended(base.prepayment_rate, periods).reshape(1, -1),
        recoveries=resolved_recoveries(base.recoveries),
        as_written=resolved_recoveries(base.recoveries),
        defaults={},
        prepayments={},
        failures={},
        late=(),
        index=(),
        base=(),
        conversion=base.conversion,
        order=base.order,
        default_cuts=base.default_cuts,
        instalment=base.instalment,
        after_last=base.after_last,
        parties=party_defaults(deal, pool, scenario, today.failed),
        failed=tuple(today.failed),
        late_parties=late_parties(deal, scenario, today.pool + dt.timedelta(days=1)),
        banks=banks_of(deal) if deal is not None else (),
        capped=capped_of(deal) if deal is not None else (),
    )
    if today.in_mid_life:
        performance = replace(
            performance,
            earlier=(today.pool, performance.recoveries),
            defaults=_defaulted_with_their_companies(performance, pool, today),
        )
    for stress in effects_of(scenario).pool:
        performance = _stressed(performance, stress, pool, schedule.collection[0], today, deal)
    return performance


def _stressed(
    before: ResolvedPerformance,
    stress: PoolStress | FailureStress,
    pool: Pool,
    cut_off: dt.date,
    today: Today,
    deal: Deal | None,
) -> ResolvedPerformance:
    match stress:
        case DefaultRateStress():
            rates = changed(before.default_rates[0], stress, today.period)
            return replace(before, default_rates=rates.reshape(1, -1))
        case PrepaymentRateStress():
            rates = changed(before.prepayment_rates[0], stress, today.period)
            return replace(before, prepayment_rates=rates.reshape(1, -1))
        case RecoveryRateStress():
            recoveries = tuple(
                replace(one, rate=changed_recovery(one.rate, stress)) if one.rate is not None else one
                for one in before.recoveries
            )
            return replace(before, recoveries=recoveries)
        case LprStress():
            return replace(before, index=(*before.index, _index_change(stress, cut_off, today)))
        case InterestRatesStress():
            moved = IndexChange(today.rates_from(stress.at), "shift", stress.shift)
            return replace(before, index=(*before.index, moved))
        case DefaultStress():
            own = None if stress.recoveries is None else resolved_recoveries(stress.recoveries)
            names = _contracts(stress, pool)
            return replace(before, defaults=_with_default(before, names, stress.at, own))
        case ProviderDefaultStress() | PartyDefaultStress():
            return replace(before, defaults=_party_defaults(before, stress, pool, today, deal))
        case PrepaymentStress():
            prepayment = NamedPrepayment(_ordinal(stress.at), stress.amount)
            added = {
                name: (*before.prepayments.get(name, ()), prepayment) for name in _contracts(stress, pool)
            }
            return replace(before, prepayments={**before.prepayments, **added})
        case LatePaymentStress():
            return replace(before, late=(*before.late, _window(stress, today)))
        case PatentFailureStress():
            failure = RightFailure(stress.cause, _ordinal(stress.at))
            known = before.failures.get(stress.right, ())
            return replace(before, failures={**before.failures, stress.right: (*known, failure)})
        case ServicerFailureStress():
            return replace(
                before,
                servicer=(*before.servicer, _servicer_failure(stress, today)),
                defaults=_party_defaults(before, stress, pool, today, deal),
            )
        case RoyaltyBaseStress():
            return replace(before, base=(*before.base, _base_change(stress, cut_off, today)))
        case _:
            assert_never(stress)


def _defaulted_with_their_companies(
    before: ResolvedPerformance, pool: Pool, today: Today
) -> dict[str, NamedDefault]:
    """Contracts of obligors that have failed by the books: what the books leave of them defaults at once."""
    defaults = dict(before.defaults)
    for name, contract in pool.contracts.items():
        if contract.obligor in today.failed:
            at = max(today.failed[contract.obligor].at, today.next_of_pool)
            defaults[name] = NamedDefault(_ordinal(at), None)
    return defaults


def _party_defaults(
    before: ResolvedPerformance,
    stress: FailureStress | ServicerFailureStress,
    pool: Pool,
    today: Today,
    deal: Deal | None,
) -> dict[str, NamedDefault]:
    """A company that is an obligor too: what it owes the pool defaults with it."""
    party = party_struck(stress, deal) if deal is not None else None
    names = [name for name, contract in pool.contracts.items() if contract.obligor == party]
    return _with_default(before, names, max(stress.at, today.next_of_pool), None)


def _window(stress: LatePaymentStress, today: Today) -> LateWindow:
    obligors = frozenset(stress.obligors) if stress.obligors else None
    since = max(stress.from_, today.next_of_pool) if today.in_mid_life else stress.from_
    return LateWindow(obligors, since, stress.to, stress.days)


def _servicer_failure(stress: ServicerFailureStress, today: Today) -> ServicerFailure:
    held_after = max(today.pool, stress.at - dt.timedelta(days=stress.remittance_days))
    return ServicerFailure(stress.at, held_after, stress.recovery, stress.late_days)


def _base_change(stress: RoyaltyBaseStress, cut_off: dt.date, today: Today) -> BaseChange:
    since = stress.from_ or cut_off + dt.timedelta(days=1)
    return BaseChange(
        stress.contract,
        since,
        stress.to or dt.date.max,
        stress.scale,
        stress.set_ or (),
        today.next_of_pool if today.in_mid_life else dt.date.min,
    )


def _index_change(stress: LprStress, cut_off: dt.date, today: Today) -> IndexChange:
    at = today.in_future(stress.at or cut_off)
    if stress.set_ is not None:
        return IndexChange(at, "set", stress.set_)
    return IndexChange(at, "shift", stress.shift or 0)


def _with_default(
    before: ResolvedPerformance,
    contracts: Iterable[str],
    at: dt.date,
    recoveries: tuple[ResolvedRecovery, ...] | None,
) -> dict[str, NamedDefault]:
    """The earliest default of a contract holds, of equal ones the first written."""
    defaults = dict(before.defaults)
    for name in contracts:
        known = defaults.get(name)
        if known is None or int(known.dates[0]) > at.toordinal():
            defaults[name] = NamedDefault(_ordinal(at), recoveries)
    return defaults


def _contracts(stress: DefaultStress | PrepaymentStress, pool: Pool) -> list[str]:
    if stress.contract is not None:
        return [stress.contract]
    return [name for name, contract in pool.contracts.items() if contract.obligor == stress.obligor]


def _ordinal(day: dt.date) -> Int64:
    return np.array([day.toordinal()], np.int64)
