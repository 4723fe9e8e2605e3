"""Rates of default, prepayment and recovery; their periods in the deal's own numbers.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any, assert_never

import numpy as np

from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS, from_rate
from securitize.definitions.figures import is_figure
from securitize.definitions.performance import Performance
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    PrepaymentRateStress,
    RecoveryRateStress,
)
from securitize.definitions.suites.stresses import DefaultRateByYearStress
from securitize.performance.rate_paths import periods_of_years
from securitize.performance.rates import changed, extended, ramp_values
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, require_claims


def rates(
    stress: DefaultRateStress | PrepaymentRateStress | RecoveryRateStress,
    written: StressTable,
    target: Target,
) -> list[StressTable]:
    """A rate stress, which names nobody; its periods those of the suite, in the deal's own."""
    match stress:
        case RecoveryRateStress():
            if target.deal.performance is None or not target.deal.performance.recoveries:
                raise DoesNotApply("the deal has no recoveries")
            if target.royalties_alone:
                raise DoesNotApply("nothing is recovered of a royalty")
            return [dict(written)]
        case PrepaymentRateStress():
            require_claims(target)
            _require_periods(stress.first_period, target)
            return [_in_periods_of_the_deal(stress, written, target)]
        case DefaultRateStress():
            _require_periods(stress.first_period, target)
            return [_in_periods_of_the_deal(stress, written, target)]
        case _:
            assert_never(stress)


def rates_by_year(stress: DefaultRateByYearStress, written: StressTable, target: Target) -> list[StressTable]:
    """A rate of each collection period, times the multiple; sources as written. Raises DoesNotApply."""
    times = Decimal(stress.times).scaleb(-8)
    first, rates = periods_of_years(stress.years, target.today.pool, target.collection)
    if not rates:
        raise DoesNotApply("no collection period begins within its years")
    values = [
        (Decimal(rate).scaleb(-8) * times).quantize(Decimal("1e-8"), ROUND_DOWN).normalize() for rate in rates
    ]
    # A vector counts the deal's periods from the first, whichever the stress is confined to.
    values = [Decimal(0)] * (first - 1) + values
    found = written["years"]
    of_source = next((one for one in (found, *found) if is_figure(one)), None) if found else None
    table: Any = values
    if of_source is not None:
        table = {"value": values, **{key: of_source[key] for key in ("kind", "source") if key in of_source}}
    return [{"driver": "default-rate", "set": table, "first_period": first, "last_period": len(values)}]


def first_relief(stress: DefaultRateStress | DefaultRateByYearStress, target: Target) -> int | None:
    """The first period of the deal in which a rate that is set is below the deal's own; None where it is nowhere."""
    past, periods = target.today.period, len(target.collection) - 1
    own = extended((target.deal.performance or Performance()).default_rate, periods)[past:]
    match stress:
        case DefaultRateStress():
            if stress.set_ is None and stress.ramp is None:
                return None
            after = changed(own, stress)
        case DefaultRateByYearStress():
            first, years = periods_of_years(stress.years, target.today.pool, target.collection)
            after = own.copy()
            after[first - 1 - past : first - 1 - past + len(years)] = [
                rate * stress.times // RATE_UNITS for rate in years
            ]
        case _:
            assert_never(stress)
    below = np.flatnonzero(after < own)
    return past + 1 + int(below[0]) if below.size else None


def _in_periods_of_the_deal(
    stress: DefaultRateStress | PrepaymentRateStress, written: StressTable, target: Target
) -> StressTable:
    past, found = target.today.period, dict(written)
    if not past:
        return found
    found["first_period"] = stress.first_period + past
    if stress.last_period is not None:
        found["last_period"] = stress.last_period + past
    if stress.ramp is not None:
        values = [from_rate(rate) for rate in ramp_values(stress.ramp)]
        found["set"] = in_front(values, past)
        del found["ramp"]
    elif stress.set_ is not None:
        found["set"] = in_front(written["set"], past)
    return found


def in_front(value: Any, past: int) -> Any:
    """A vector as a file writes it, its first value ``past`` times in front; a single number is the same everywhere."""
    if is_figure(value) and isinstance(value["value"], list | tuple):
        return {**value, "value": in_front(value["value"], past)}
    return [value[0]] * past + list(value) if isinstance(value, list | tuple) else value


def _require_periods(first: int, target: Target) -> None:
    """Raises DoesNotApply where the deal ends before period ``first`` of those to come."""
    periods = len(target.collection) - 1 - target.today.period
    if first > periods:
        raise DoesNotApply(
            Message("its first period is {first}, the deal has {periods}", first=first, periods=periods)
        )
