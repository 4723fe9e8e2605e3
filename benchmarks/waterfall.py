"""Scenarios a second of the waterfall alone, against the reference interpreter in the same run.

    python -m benchmarks.waterfall

One deal (20 quarters, three notes, fees, a reserve, an undertaking, triggers, three priorities), runtime
invariants on unless said.
Collections are drawn beforehand; a run publishes the notes' cash flows and reduces each block to losses
and totals.
"""

from __future__ import annotations

import datetime
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks.deals import benchmark_deal, benchmark_pool
from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.market.schedules import Schedule
from securitize.reference import interpreter
from securitize.waterfall.execute import MachineName, Source, pay, run_blocks
from securitize.waterfall.plan import Line, Plan, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import record_payment_date

OPENING = 310_000_000_00
LINES: list[Line] = [
    ("note", n, k) for n in "ABC" for k in ("interest_paid", "principal_paid", "written_off")
]
STREAMS = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")


def resolved() -> ResolvedDeal:
    """The benchmark deal, resolved from its definition."""
    raw, dates = benchmark_deal()
    schedule = Schedule(
        payment=tuple(dates["payment"]),
        accrual=tuple(dates["accrual"]),
        collection=tuple(dates["collection"]),
    )
    periods = len(schedule.payment)
    return resolve_deal(Deal.model_validate(raw), schedule, OPENING, [OPENING // periods] * periods)


def drawn_pool(paths: int) -> Source:
    """Collections of ``paths`` paths, drawn once; 100,000 paths are repeated beyond."""
    kept = min(paths, 100_000)
    pool = {name: np.ascontiguousarray(values.T) for name, values in benchmark_pool(0, kept).items()}

    def source(first: int, after: int) -> dict[str, Int64]:
        start = first % kept
        if start + after - first <= kept:
            return {name: values[:, start : start + after - first] for name, values in pool.items()}
        wanted = np.arange(first, after) % kept
        return {name: values[:, wanted] for name, values in pool.items()}

    return source


def totals(first: int, after: int, lines: Int64, _: Int64) -> Int64:
    """What is kept of a block: each line's sum over paths."""
    return np.asarray(lines.sum(axis=(1, 2)), np.int64)


def best_time(run: Callable[[], object], times: int) -> float:
    """Shortest of some runs, seconds."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def measure(plan: Plan, paths: int, machine: MachineName, workers: int) -> float:
    """Scenarios a second."""
    source = drawn_pool(paths)
    run_blocks(plan, min(paths, 4096), source, totals, machine=machine, workers=workers)
    seconds = best_time(
        lambda: run_blocks(plan, paths, source, totals, machine=machine, workers=workers),
        3 if paths > 1 else 20,
    )
    return paths / seconds


def reference_speed() -> float:
    """Scenarios a second of the reference interpreter."""
    raw, dates = benchmark_deal()
    pool = benchmark_pool(0, 30)
    periods = len(dates["payment"])
    pools = [
        {
            "streams": {stream: pool[stream][i].tolist() for stream in STREAMS},
            "performing": [OPENING, *pool["performing"][i].tolist()],
            "defaulted": pool["defaulted"][i].tolist(),
            "scheduled": [OPENING // periods] * periods,
        }
        for i in range(30)
    ]
    return 30 / best_time(lambda: [interpreter.run(raw, dates, each) for each in pools], 1)


def peak_memory(paths: int) -> float:
    """Peak memory in MiB of a process of its own that runs ``paths`` scenarios."""
    code = (
        "import resource; from benchmarks.waterfall import *;"
        "p = build_plan(record_payment_date(resolved()), LINES);"
        "s = drawn_pool(20_000);"
        f"run_blocks(p, {paths}, s, totals, machine='compiled', workers=2);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def warm_run() -> float:
    """Milliseconds of one deterministic run in a warm process: resolve, plan, pay, every line kept."""
    one = {name: values[:1] for name, values in benchmark_pool(0, 1).items()}
    return 1000 * best_time(lambda: pay(build_plan(record_payment_date(resolved())), one), 10)


def main() -> None:
    """Print the table."""
    deal = resolved()
    checked = build_plan(record_payment_date(deal), LINES)
    unchecked = build_plan(record_payment_date(deal), LINES, invariants=False)
    baseline = reference_speed()
    print(f"{datetime.date.today().isoformat()}  waterfall alone, scenarios a second")
    print(
        f"{'machine':<10}{'threads':>8}{'invariants':>12}{'scenarios':>11}{'a second':>13}{'x reference':>13}"
    )
    print(f"{'reference':<10}{1:>8}{'on':>12}{30:>11,}{baseline:>13,.0f}{1:>13.1f}")
    rows: list[tuple[str, MachineName, int, int]] = [
        ("numpy", "numpy", 1, 1),
        ("numpy", "numpy", 1, 1_000),
        ("numpy", "numpy", 1, 100_000),
        ("compiled", "compiled", 1, 100_000),
        ("compiled", "compiled", 2, 100_000),
        ("compiled", "compiled", 2, 1_000_000),
    ]
    for name, machine, workers, paths in rows:
        for plan, said in ((checked, "on"), (unchecked, "off")):
            speed = measure(plan, paths, machine, workers)
            print(f"{name:<10}{workers:>8}{said:>12}{paths:>11,}{speed:>13,.0f}{speed / baseline:>13,.1f}")
    print(f"one warm deterministic run, every line kept: {warm_run():.1f} ms")
    few, many = peak_memory(10_000), peak_memory(1_000_000)
    print(
        f"peak memory: {few:.0f} MiB at 10,000 scenarios, {many:.0f} MiB at 1,000,000 ({many / few - 1:+.1%})"
    )


if __name__ == "__main__":
    main()
