"""Seconds to a proved optimum: HiGHS as the program uses it, beside OR-Tools' CP-SAT on the same problem, in one run.

    python -m benchmarks.selection [PATENTS CHOSEN [EASE]]

Drawn with a fixed seed (tests/pooling/selection/large.py): 2,000 candidate patents in all-or-none families, 60
companies, 22 limits, 130 to be chosen. Both run on one thread and have to find the same value. CP-SAT takes ten
minutes and more on the whole list, seconds on ``150 30 2.5``; ``--alone`` leaves it out.
"""

from __future__ import annotations

import sys
import time

from securitize.pooling.selection.solve import solve
from tests.pooling.selection.large import posed
from tests.pooling.selection.second_solver import solve_again


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
    if "--alone" in sys.argv:
        return
    start = time.perf_counter()
    _, value, bound = solve_again(problem, seconds=3600)
    second = time.perf_counter() - start
    print(f"{'CP-SAT':8} {second:8.1f} s  value {value:,}  bound {bound:,}  ratio {second / first:.1f}")
    print("same optimum" if value == found.objective else "THE VALUES DIFFER")


if __name__ == "__main__":
    main()
