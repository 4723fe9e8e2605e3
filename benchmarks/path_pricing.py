"""Price, yield and spread of many paths in one call, against one QuantLib object for each path.

    python -m benchmarks.path_pricing

100,000 paths of three notes, 20 quarters; all cash flows differ. Rows are of one run and one thread; ratios count.
"""

from __future__ import annotations

import time

import numpy as np
import QuantLib as ql  # noqa: N813

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.pricing.path_values import present_values, yields, z_spreads

PATHS, NOTES, QUARTERS, SAMPLE = 100_000, 3, 20, 500
SETTLEMENT = ql.Date(11, 9, 2019)
COUNT = ql.Actual365Fixed()


def flows() -> tuple[Float64, Int64]:
    """What each path pays each note, (paths x notes, dates), on actual quarters; none like another."""
    random = np.random.default_rng(1)
    shares = random.dirichlet(np.ones(QUARTERS), PATHS * NOTES)
    days = np.array(
        [int(SETTLEMENT + ql.Period(3 * k, ql.Months) - SETTLEMENT) for k in range(1, QUARTERS + 1)]
    )
    return 108 * shares, days.astype(np.int64)


def one_by_one(cash: Float64, days: Int64, price: float, curve: ql.YieldTermStructure) -> Float64:
    """Value, yield and spread of each path, (paths, 3), with an object of its own."""
    handle, found = ql.YieldTermStructureHandle(curve), []
    dates = [SETTLEMENT + int(day) for day in days]
    for row in cash.tolist():
        leg = ql.Leg([ql.SimpleCashFlow(amount, day) for amount, day in zip(row, dates, strict=True)])
        found.append(
            (
                ql.CashFlows.npv(leg, handle, False, SETTLEMENT, SETTLEMENT),
                ql.CashFlows.yieldRate(
                    leg, price, COUNT, ql.Compounded, ql.Annual, False, SETTLEMENT, SETTLEMENT, 1e-12, 1000, 0.03
                ),
                ql.CashFlows.zSpread(
                    leg, price, curve, COUNT, ql.Continuous, ql.Annual, False, SETTLEMENT, SETTLEMENT, 1e-12, 1000, 0.01
                ),
            )
        )  # fmt: skip
    return np.array(found)


def main() -> None:
    """Print the table."""
    cash, days = flows()
    curve = ql.FlatForward(SETTLEMENT, 0.025, COUNT)
    factors, price = np.array([curve.discount(SETTLEMENT + int(day)) for day in days]), 100.0

    def together() -> Float64:
        return np.column_stack(
            (
                present_values(cash, factors),
                yields(cash, days, price),
                z_spreads(cash, days, factors, price),
            )
        )

    found, seconds = together(), []
    for _ in range(3):
        start = time.process_time()
        found = together()
        seconds.append(time.process_time() - start)
    start = time.process_time()
    right = one_by_one(cash[:SAMPLE], days, price, curve)
    slow = (time.process_time() - start) / SAMPLE
    fast = min(seconds) / len(cash)
    print(f"{'value, yield and spread':<34}{'microseconds a path and note':>30}{'ratio':>8}")
    print(f"{'one QuantLib object a path':<34}{slow * 1e6:>30.2f}{1:>8.0f}")
    print(f"{'all ' + format(len(cash), ',') + ' in one call':<34}{fast * 1e6:>30.2f}{slow / fast:>8.0f}")
    print(f"largest difference on {SAMPLE}: {np.abs(found[:SAMPLE] - right).max():.1e}")


if __name__ == "__main__":
    main()
