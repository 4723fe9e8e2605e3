"""A batch of scenarios: one deal under many deterministic scenarios, each a path of one waterfall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from securitize.assets.collections import Collections, project
from securitize.assets.stacked import stacked
from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.definitions.checks.scenarios import require_fit
from securitize.definitions.deals.deal import Deal
from securitize.definitions.scenarios.effects import effects_of
from securitize.definitions.scenarios.scenario import Scenario, Stress
from securitize.engine.calculation import pay_paths
from securitize.engine.life import delivered_to, joined
from securitize.engine.prepare.prepared import Prepared
from securitize.market.calendars import BusinessCalendar
from securitize.market.schedules import Schedule
from securitize.performance.resolved import ResolvedPerformance
from securitize.performance.stresses import resolve_performance
from securitize.waterfall.cash_to_come import Delivered, plain_to_come
from securitize.waterfall.life_coverage import LifeCoverage, life_coverage
from securitize.waterfall.period_inputs import PeriodInputs, inputs_by_period, under
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal


@dataclass(frozen=True)
class ScenarioBatch:
    """What each scenario comes to.

    lines : published line -> int64 (scenarios, periods), minor units; masks are -1 or 0
    fee_interest : int64 (scenarios, periods), the interest part of licence fees; minor units
    delivered : what the waterfall was given
    """

    prepared: Prepared
    resolved: ResolvedDeal
    lines: Mapping[Line, Int64]
    fee_interest: Int64
    delivered: Delivered

    @property
    def count(self) -> int:
        """How many scenarios."""
        return len(next(iter(self.lines.values())))

    def life(self) -> dict[int, LifeCoverage]:
        """Life coverage of each rank, float64 (scenarios, 1 + periods); found once."""
        return self._life

    @cached_property
    def _life(self) -> dict[int, LifeCoverage]:
        return life_coverage(self.resolved, self.lines, self.delivered, self.prepared.today.notes)

    def plain_to_come(self) -> Float64:
        """What is paid of collections after each day, undiscounted, float64 (cells, 1 + periods)."""
        return plain_to_come(self.resolved, self.lines, self.delivered)


def what_happens(lines: Mapping[Line, Int64]) -> Iterator[tuple[Line, Int64]]:
    """Lines in which scenarios are compared: not what a provider would pay if nobody asks it, nor how it is rated."""
    return (
        (line, values)
        for line, values in lines.items()
        if line[0] != "support" or line[2] not in ("pays", "late", "rating")
    )


def evaluate(prepared: Prepared, additions: Sequence[tuple[Stress, ...]]) -> ScenarioBatch:
    """The deal under its own scenario and, of each cell, these stresses after it.

    Cells come to the same minor units as runs of their own would. Raises DefinitionError where a stress does not fit,
    CalculationError as :func:`securitize.engine.calculation.calculate`, ValueError without any cell.
    """
    if not additions:
        raise ValueError("there is no cell")
    scenarios = [with_stresses(prepared, added) for added in additions]
    whole: dict[Line, Int64] = {}
    fee_interest = np.zeros((len(additions), 0), np.int64)
    given: list[tuple[Int64, Delivered]] = []
    resolved: ResolvedDeal | None = None
    for deal, of_deal in _by_deal(prepared.definitions.deal.model, scenarios, prepared.schedule):
        performances, period_inputs = _resolved(prepared, deal, [scenarios[place] for place in of_deal])
        for stack in paid_side_by_side(replace(prepared, deal=deal), performances, period_inputs):
            paid, counted, varying = stack.resolved, stack.collections, stack.varying
            if resolved is None:
                resolved = paid
                fee_interest = np.zeros((len(additions), paid.periods), np.int64)
            places = np.array(of_deal)[stack.places]
            fee_interest[places] = counted.fee_interest
            given.append((places, delivered_to(paid, counted, varying)))
            for line, values in stack.lines.items():
                if line not in whole:
                    whole[line] = np.zeros((len(additions), values.shape[1]), np.int64)
                whole[line][places] = values
    assert resolved is not None  # there is a cell
    return ScenarioBatch(prepared, resolved, whole, fee_interest, joined(given, len(additions)))


@dataclass(frozen=True, slots=True)
class PaidStack:
    """Cases that are paths of one waterfall. ``places`` : of each path, its place among the cases."""

    places: Int64
    resolved: ResolvedDeal
    collections: Collections
    varying: Mapping[str, Int64]
    lines: Mapping[Line, Int64]
    checks: Mapping[str, str]


def paid_side_by_side(
    prepared: Prepared, performances: Sequence[ResolvedPerformance], period_inputs: Sequence[PeriodInputs]
) -> Iterator[PaidStack]:
    """One deal and its pool under performances and inputs by period, in as few waterfalls as can be.

    Raises CalculationError as :func:`securitize.engine.calculation.calculate`.
    """
    for stack in stacked(prepared.resolved_pool, performances):
        constant, varying = _common_and_varying([period_inputs[place] for place in stack.places])
        one = replace(prepared, period_inputs=constant, performance=stack.performance)
        projected = project(prepared.resolved_pool, stack.performance, keep_flows=False)
        resolved, collections, lines, checks = pay_paths(one, projected, varying=varying)
        yield PaidStack(stack.places, resolved, collections, varying, lines, checks)


def _resolved(
    prepared: Prepared, deal: Deal, scenarios: Sequence[Scenario]
) -> tuple[list[ResolvedPerformance], list[PeriodInputs]]:
    """Of each scenario of one deal, what the pool's parties do and what is given by period."""
    schedule, found = prepared.schedule, prepared.definitions
    history = prepared.index_history
    calendar = BusinessCalendar(
        prepared.deal.dates.calendar, found.holidays.model if found.holidays else None
    )
    performances = [
        resolve_performance(deal.performance, scenario, prepared.pool, schedule, prepared.today, deal)
        for scenario in scenarios
    ]
    return performances, [
        inputs_by_period(deal, scenario, schedule, history, calendar, performance.parties, prepared.today)
        for scenario, performance in zip(scenarios, performances, strict=True)
    ]


def _by_deal(
    written: Deal, scenarios: Sequence[Scenario], schedule: Schedule
) -> list[tuple[Deal, list[int]]]:
    """The deals that scenarios make of one, each with the places of its scenarios."""
    found: list[tuple[Deal, list[int]]] = []
    for place, scenario in enumerate(scenarios):
        deal = under(written, scenario, schedule)
        known = next((places for one, places in found if one is deal or one == deal), None)
        if known is None:
            found.append((deal, [place]))
        else:
            known.append(place)
    return found


def _common_and_varying(each: Sequence[PeriodInputs]) -> tuple[PeriodInputs, dict[str, Int64]]:
    """What is the same in every cell, and what differs, int64 (cells, periods)."""
    first = each[0]
    differing = [name for name in first if any(one[name] != first[name] for one in each[1:])]
    return first, {name: np.array([one[name] for one in each], np.int64) for name in differing}


def with_stresses(prepared: Prepared, added: tuple[Stress, ...]) -> Scenario:
    """The prepared scenario with more stresses after its own. Raises DefinitionError where one does not fit.

    Companies that are added as failing come first: of one day the first written holds.
    """
    own = prepared.definitions.scenario.model if prepared.definitions.scenario else None
    name = own.name if own else "base"
    failing = effects_of(Scenario.model_construct(name=name, stress=added)).failures
    others = [one for one in added if all(one is not each for each in failing)]
    scenario = Scenario.model_construct(name=name, stress=(*failing, *(own.stress if own else ()), *others))
    require_fit(scenario, prepared.pool, prepared.deal.dates.cut_off, prepared.deal, prepared.passed)
    return scenario
