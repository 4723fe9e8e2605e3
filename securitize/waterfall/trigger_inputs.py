"""What a trigger compares with its threshold.

Source: ``docs/reference/priority-of-payments.md``, section 8. Lines are those of the plan: line -> int64
(paths, periods), minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.triggers import (
    AFTER,
    CollectionsTrigger,
    CombinationRule,
    CombinationTrigger,
    CoverageTrigger,
    CumulativeDefaultTrigger,
    DateTrigger,
    DeficiencyTrigger,
    Moment,
    NotesNilTrigger,
    PoolBalanceTrigger,
    ProviderDefaultTrigger,
    ProviderRatingTrigger,
    ReserveTrigger,
    SalesTrigger,
    UnpaidInterestTrigger,
    UnpaidPrincipalTrigger,
    moment_of,
)
from securitize.definitions.figures import RATINGS
from securitize.waterfall.measures import CoverageParts, coverage_parts, ratio, sum_lines
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal


@dataclass(frozen=True, slots=True)
class TriggerInputs:
    """What a test was computed from on each date, int64 (paths, periods); None where its kind has none.

    numerator, denominator : minor units; a numerator of None beside a denominator is a support without limits
    count, count_threshold : what is counted in place of money, and what it is compared with
    fails                  : the outcome, as if it were tested on every date, bool (paths, periods)
    is_ratio               : whether the terms compare numerator / denominator, and not two amounts of money
    """

    numerator: Int64 | None
    denominator: Int64 | None
    count: Int64 | None
    count_threshold: int | None
    fails: NDArray[np.bool_]
    is_ratio: bool = True

    @property
    def measure(self) -> Float64 | None:
        """numerator / denominator, NaN where the denominator is 0; None of a kind that has no ratio."""
        if self.denominator is None or not self.is_ratio:
            return None
        if self.numerator is None:
            return np.full(self.denominator.shape, np.nan)
        return ratio(self.numerator, self.denominator)


def trigger_inputs(resolved: ResolvedDeal, lines: Mapping[Line, Int64], name: str) -> TriggerInputs:
    """What each test of a trigger was computed from, and whether it fails."""
    match trigger := resolved.triggers[name].trigger:
        case CumulativeDefaultTrigger(threshold=threshold):
            defaulted = lines[("defaulted",)].cumsum(axis=1) + resolved.initial.get("cumulative.defaulted", 0)
            whole = np.full_like(defaulted, resolved.opening_performing)
            return _compared(defaulted, whole, None, threshold)
        case CollectionsTrigger(threshold=threshold):
            return _compared(*_collected(resolved, lines, trigger), threshold, None)
        case SalesTrigger(lower=lower, upper=upper):
            sales = trailing_sum(resolved, "sales", lines[("sales",)], trigger.periods)
            forecast = trailing_sum(resolved, "forecast_sales", lines[("forecast_sales",)], trigger.periods)
            return _compared(sales, forecast, lower, upper, zero_passes=True)
        case PoolBalanceTrigger(threshold=threshold):
            performing = lines[("performing",)]
            return _compared(
                performing, np.full_like(performing, resolved.opening_performing), threshold, None
            )
        case DeficiencyTrigger(threshold=threshold):
            ledgers, balances = (
                sum_lines(lines, [("note", note, what) for note in trigger.notes])
                for what in ("deficiency", "closing")
            )
            return _compared(ledgers, balances, None, threshold)
        case CoverageTrigger(threshold=threshold):
            return _compared(
                *_covered(coverage_parts(resolved, lines, trigger.rank), trigger),
                threshold,
                None,
                zero_passes=True,
            )
        case ReserveTrigger(account=account):
            held, target = lines[("account", account, "after_steps")], lines[("account", account, "target")]
            return TriggerInputs(held, target, None, None, held < target, is_ratio=False)
        case UnpaidInterestTrigger(notes=notes):
            unpaid = sum_lines(lines, [("note", note, "unpaid") for note in notes])
            return TriggerInputs(unpaid, None, None, None, unpaid > 0)
        case UnpaidPrincipalTrigger(notes=notes):
            overdue = sum_lines(lines, [("note", note, "overdue_principal") for note in notes])
            return TriggerInputs(overdue, None, None, None, overdue > 0)
        case NotesNilTrigger(notes=notes):
            moment = "closing" if AFTER[moment_of(trigger)] else "before"
            balances = sum_lines(lines, [("note", note, moment) for note in notes])
            return TriggerInputs(balances, None, None, None, balances == 0)
        case DateTrigger(date=date):
            payment, meant = resolved.schedule.payment, resolved.schedule.payment_dates.first_from(date)
            # A calendar that pays earlier than written pays on the date that is meant all the same.
            since = min((date, *payment[meant : meant + 1]))
            days = np.array([(day - since).days for day in payment], np.int64)
            return _counted(lines, days, 0, days >= 0)
        case ProviderDefaultTrigger(support=support):
            pays = lines[("support", support, "pays")]
            return TriggerInputs(None, None, pays, RATE_UNITS, pays < RATE_UNITS)
        case ProviderRatingTrigger(support=support, below=below):
            place, worst = lines[("support", support, "rating")], RATINGS.index(below)
            return TriggerInputs(None, None, place, worst, place > worst)
        case CombinationTrigger(of=names, rule=rule):
            breached = _breached_of(resolved, lines, names, moment_of(trigger))
            needed = _needed(rule, len(names))
            return TriggerInputs(None, None, breached, needed, breached >= needed)
        case _:
            assert_never(trigger)


def _compared(
    numerator: Int64 | None,
    denominator: Int64,
    lower: int | None,
    upper: int | None,
    *,
    zero_passes: bool = False,
) -> TriggerInputs:
    """Fails below ``lower`` or above ``upper`` times the denominator, exactly; units of 1e-8.

    zero_passes : whether a test passes where the denominator is 0
    """
    fails = np.zeros(denominator.shape, np.bool_)
    if numerator is not None:
        # Python's whole numbers: a product of money and a rate may leave int64.
        over, under = numerator.astype(object) * RATE_UNITS, denominator.astype(object)
        if lower is not None:
            fails |= (over < under * lower).astype(np.bool_)
        if upper is not None:
            fails |= (over > under * upper).astype(np.bool_)
        if zero_passes:
            fails &= denominator > 0
    return TriggerInputs(numerator, denominator, None, None, fails)


def _counted(
    lines: Mapping[Line, Int64], counts: Int64, needed: int, fails: NDArray[np.bool_]
) -> TriggerInputs:
    """Of what is the same on every path, (periods,)."""
    shape = next(iter(lines.values())).shape
    return TriggerInputs(None, None, np.broadcast_to(counts, shape), needed, np.broadcast_to(fails, shape))


def _needed(rule: CombinationRule, whole: int) -> int:
    match rule:
        case "all":
            return whole
        case "any":
            return 1
        case _:
            assert_never(rule)


def _breached_of(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], names: Sequence[str], moment: Moment
) -> Int64:
    """How many of these triggers stand breached when a trigger of that moment is tested, (paths, periods)."""
    shape = next(iter(lines.values())).shape
    found = np.zeros(shape, np.int64)
    for name in names:
        stands = (lines[("trigger", name, "breached")] != 0).astype(np.int64)
        if AFTER[moment_of(resolved.triggers[name].trigger)] and not AFTER[moment]:
            # It is tested later on the date: what stood after the date before is seen.
            first = np.full((shape[0], 1), int(resolved.initial.get(f"breached.{name}", 0) != 0))
            stands = np.concatenate([first, stands[:, :-1]], axis=1)
        found += stands
    return found


def _collected(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], trigger: CollectionsTrigger
) -> tuple[Int64, Int64]:
    """What was collected and what was scheduled, from the start or of the last periods."""
    collected = sum_lines(lines, [line for line in lines if line[0] == "collections"])
    scheduled = lines[("scheduled",)]
    if trigger.cumulative:
        collected = collected.cumsum(axis=1) + resolved.initial.get("cumulative.collected", 0)
        scheduled = scheduled.cumsum(axis=1) + resolved.initial.get("cumulative.scheduled", 0)
        return collected, scheduled
    collected = trailing_sum(resolved, "collected", collected, trigger.periods)
    return collected, trailing_sum(resolved, "scheduled", scheduled, trigger.periods)


def _covered(found: CoverageParts, trigger: CoverageTrigger) -> tuple[Int64 | None, Int64]:
    """Numerator and denominator of the measure that a trigger looks at."""
    match trigger.measure:
        case "OC":
            return found.collateral, found.outstanding
        case "IC":
            return found.numerator(trigger.with_support), found.interest
        case "DSCR":
            return found.numerator(trigger.with_support), found.interest + found.principal
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
