"""What a trigger compares with its threshold.

Source: ``docs/reference/priority-of-payments.md``, section 8. Lines are those of the plan: line -> int64
(paths, periods), minor units.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.definitions.deals.triggers import (
    CollectionsTrigger,
    CombinationTrigger,
    CoverageTrigger,
    CumulativeDefaultTrigger,
    DateTrigger,
    DeficiencyTrigger,
    NotesNilTrigger,
    PoolBalanceTrigger,
    ProviderDefaultTrigger,
    ProviderRatingTrigger,
    ReserveTrigger,
    SalesTrigger,
    UnpaidInterestTrigger,
    UnpaidPrincipalTrigger,
)
from securitize.waterfall.measures import Coverage, coverage, ratio, sum_lines
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal


def trigger_measure(resolved: ResolvedDeal, lines: Mapping[Line, Int64], name: str) -> Float64 | None:
    """What a trigger compares with its threshold, float64 (paths, periods); None where it compares
    nothing."""
    match trigger := resolved.triggers[name].trigger:
        case CumulativeDefaultTrigger():
            defaulted = lines[("defaulted",)].cumsum(axis=1) + resolved.initial.get("cumulative.defaulted", 0)
            return ratio(defaulted, np.full_like(defaulted, resolved.opening_performing))
        case CollectionsTrigger():
            return _collected(resolved, lines, trigger)
        case SalesTrigger():
            sales = trailing_sum(resolved, "sales", lines[("sales",)], trigger.periods)
            forecast = trailing_sum(resolved, "forecast_sales", lines[("forecast_sales",)], trigger.periods)
            return ratio(sales, forecast)
        case PoolBalanceTrigger():
            performing = lines[("performing",)]
            return ratio(performing, np.full_like(performing, resolved.opening_performing))
        case DeficiencyTrigger():
            ledgers = sum_lines(lines, [("note", note, "deficiency") for note in trigger.notes])
            return ratio(ledgers, sum_lines(lines, [("note", note, "closing") for note in trigger.notes]))
        case CoverageTrigger():
            return _covered(coverage(resolved, lines, trigger.rank), trigger)
        case (
            DateTrigger()
            | UnpaidInterestTrigger()
            | UnpaidPrincipalTrigger()
            | NotesNilTrigger()
            | ReserveTrigger()
            | ProviderDefaultTrigger()
            | ProviderRatingTrigger()
            | CombinationTrigger()
        ):
            return None
        case _:
            assert_never(trigger)


def _collected(resolved: ResolvedDeal, lines: Mapping[Line, Int64], trigger: CollectionsTrigger) -> Float64:
    """What was collected over what was scheduled, from the start or of the last periods."""
    collected = sum_lines(lines, [line for line in lines if line[0] == "collections"])
    scheduled = lines[("scheduled",)]
    if trigger.cumulative:
        collected = collected.cumsum(axis=1) + resolved.initial.get("cumulative.collected", 0)
        scheduled = scheduled.cumsum(axis=1) + resolved.initial.get("cumulative.scheduled", 0)
        return ratio(collected, scheduled)
    collected = trailing_sum(resolved, "collected", collected, trigger.periods)
    return ratio(collected, trailing_sum(resolved, "scheduled", scheduled, trigger.periods))


def _covered(measured: Coverage, trigger: CoverageTrigger) -> Float64:
    """The measure that a trigger looks at."""
    match trigger.measure:
        case "OC":
            return measured.overcollateralisation
        case "IC" if trigger.with_support:
            return measured.interest_coverage_with_support
        case "IC":
            return measured.interest_coverage
        case "DSCR" if trigger.with_support:
            return measured.dscr_with_support
        case "DSCR":
            return measured.dscr
        case _:
            assert_never(trigger.measure)


def trailing_sum(resolved: ResolvedDeal, name: str, amounts: Int64, periods: int) -> Int64:
    """Sums of the last ``periods`` dates up to each one, those before the first as the state of the deal tells them.

    amounts : int64 (paths, periods)
    """
    before = [resolved.initial.get(f"history.{name}.{k}", 0) for k in range(periods - 1, 0, -1)]
    earlier = np.tile(np.array(before, np.int64), (amounts.shape[0], 1))
    summed = np.concatenate([earlier, amounts], axis=1).cumsum(axis=1)
    summed[:, periods:] -= summed[:, :-periods].copy()
    return summed[:, periods - 1 :]
