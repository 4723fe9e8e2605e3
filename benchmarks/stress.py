"""Told scenarios paid in one call, against runs one after another; a scenario of a suite, against its paths alone.

    python -m benchmarks.stress

Rows are of one run of this program; ratios count.
"""

from __future__ import annotations

import time
from dataclasses import replace

from securitize.definitions.loading import load_suite
from securitize.engine.calculation import calculate
from securitize.engine.drawing import drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.scenario_batch import evaluate, with_stresses
from securitize.engine.simulate import simulate
from securitize.engine.targets import target_of
from securitize.library import find_suite
from securitize.market.calendars import BusinessCalendar
from securitize.performance.drivers import driver
from securitize.performance.stresses import resolve_performance
from securitize.studies.stress.path_risks import draw_on
from securitize.studies.stress.scenarios import situations
from securitize.waterfall.period_inputs import inputs_by_period

SIDE, PATHS = 20, 100_000
DEALS = ("guangzhou-2019", "nanshan-5-2022", "ningbo-1-2024")


def grids() -> None:
    """400 cells of default rate and recovery rate in one call, and 400 single runs, each prepared already."""
    print(f"{'deal':18} {'one call s':>11} {'400 runs s':>11} {'ratio':>7}")
    for name in DEALS:
        prepared = prepare(name)
        target = target_of(prepared)
        first, second = driver("default-rate", target), driver("recovery-rate", target)
        cells = [
            (*first.stresses(150 * i), *second.stresses(500 * j)) for i in range(SIDE) for j in range(SIDE)
        ]
        evaluate(prepared, cells[:3])
        began = time.perf_counter()
        evaluate(prepared, cells)
        together = time.perf_counter() - began
        history = prepared.index_history
        calendar = BusinessCalendar(prepared.deal.dates.calendar, None)
        began = time.perf_counter()
        for stresses in cells:
            scenario = with_stresses(prepared, stresses)
            performance = resolve_performance(
                prepared.deal.performance,
                scenario,
                prepared.pool,
                prepared.schedule,
                deal=prepared.deal,
            )
            calculate(
                replace(
                    prepared,
                    performance=performance,
                    period_inputs=inputs_by_period(
                        prepared.deal, scenario, prepared.schedule, history, calendar, performance.parties
                    ),
                )
            )
        alone = time.perf_counter() - began
        print(f"{name:18} {together:11.2f} {alone:11.2f} {alone / together:7.1f}")


def scenarios() -> None:
    """One scenario more of a suite with 100,000 paths, against the same paths drawn by themselves."""
    draw = drawing("assumed-small-companies", PATHS)
    base = prepare("guangzhou-2019", draw=draw)
    simulate(calculate(base), workers=2)
    began = time.perf_counter()
    simulate(calculate(base), workers=2)
    alone = time.perf_counter() - began
    found = {one.name: one for one in situations(load_suite(find_suite("supervisory")), base, draw)}
    print(f"\n{'scenario':24} {'s':>7} {'over the base paths':>20}   ({PATHS:,} paths; base {alone:.2f} s)")
    for name in ("mild", "severe", "largest-out", "late-90"):
        prepared = found[name].prepared
        assert prepared is not None
        began = time.perf_counter()
        draw_on(prepared, 2, None)
        took = time.perf_counter() - began
        print(f"{name:24} {took:7.2f} {took / alone:20.2f}")


if __name__ == "__main__":
    grids()
    scenarios()
