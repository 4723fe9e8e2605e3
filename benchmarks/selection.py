"""Seconds to a proved optimum: HiGHS as the program uses it, beside SCIP on the same rows, in one run.

    python -m benchmarks.selection [PATENTS CHOSEN [EASE]] [--whole]

Drawn with a fixed seed (tests/pooling/selection/large.py): 2,000 candidate patents in all-or-none families, 60
companies, 22 limits, 130 to be chosen. All run on one thread and have to find the same value. ``--whole`` adds
OR-Tools' CP-SAT on a problem of its own in whole numbers, which takes long on the whole list and seconds on
``150 30 2.5``.
"""

from __future__ import annotations

import sys
import time

from securitize.pooling.selection.solve import solve
from tests.pooling.selection.large import posed
from tests.pooling.selection.second_solver import solve_again, solve_with_scip


def main() -> None:
    """Print the table."""
    told = [word for word in sys.argv[1:] if not word.startswith("--")]
    patents, chosen = (int(told[0]), int(told[1])) if told else (2000, 130)
    problem = posed(patents, chosen, float(told[2]) if len(told) > 2 else 1.0).problem
    print(f"{chosen} of {patents:,} patents in {len(problem.units):,} units, {len(problem.limits)} limits")
    start = time.perf_counter()
    found = solve(problem)
    first = time.perf_counter() - start
    print(
        f"{'HiGHS':8} {first:8.1f} s  value {found.objective:,}  bound {found.bound:,}  gap {float(found.gap):.6f}  "
        f"{found.nodes:,} nodes"
    )
    others = {"SCIP": solve_with_scip} | ({"CP-SAT": solve_again} if "--whole" in sys.argv else {})
    for name, solver in others.items():
        start = time.perf_counter()
        _, value, bound = solver(problem, 3600.0)
        second = time.perf_counter() - start
        verdict = "the same optimum" if round(value) == found.objective else "ANOTHER VALUE"
        print(
            f"{name:8} {second:8.1f} s  value {value:,.0f}  bound {bound:,.0f}  {second / first:.1f} x: {verdict}"
        )


if __name__ == "__main__":
    main()
