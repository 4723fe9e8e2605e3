"""How often 95% intervals over random paths hold what they are intervals of: ``python -m benchmarks.coverage``.

Eleven unequal obligors of a Gaussian copula, whose law is known exactly (:mod:`benchmarks.sampling`), drawn under many
seeds by each sampling method; intervals are those that a run prints. The table stands in docs/model/sampling.md.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import numpy as np

from benchmarks import sampling as pool
from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.sobol import Sobol
from securitize.base.streams import PLAIN, Antithetic, Numbers, Sampling
from securitize.engine.sampled import interval_over
from securitize.engine.simulate import BLOCK
from securitize.engine.stopping import cautious_error, paths_after
from securitize.performance.random.copulas import MARKET
from securitize.performance.random.importance import Importance
from securitize.performance.random.sampling import market_controls
from securitize.risk.order_statistics import quantile, tail_estimates
from securitize.risk.pool_loss import quantile_and_shortfall
from securitize.risk.statistics import mean_and_error, probability_and_interval

#: Attachment and detachment of the tranches, shares of the pool.
TRANCHES = {"junior": (0.0, 0.1), "mezzanine": (0.1, 0.25), "senior": (0.25, 1.0), "pool": (0.0, 1.0)}
LEVELS = (9000, 9900)
#: Standard errors at which paths are enough, by tranche: after one look for some seeds, after more for others.
GOALS = {"junior": 0.0035, "pool": 0.0009}
#: (held, printed) by sampling, interval and tranche.
Coverage = dict[tuple[str, str, str], list[int]]


def exact() -> dict[tuple[str, str], float]:
    """The right value of each interval, by its name and tranche."""
    loss, law = np.arange(pool.WHOLE + 1, dtype=np.int64), pool.EXACT
    found = {}
    for name, ends in TRANCHES.items():
        values = share(loss, ends)
        order = np.argsort(values, kind="stable")
        found["expected loss", name] = float(law @ values)
        found["default probability", name] = float(law[values > 0].sum())
        for level in LEVELS:
            scaled = np.rint(values[order] * 2**40).astype(np.int64)
            q, tail = quantile_and_shortfall(scaled, law[order], level / 1e4)
            found[f"value at risk {level / 100:g}%", name] = q / 2**40
            found[f"expected shortfall {level / 100:g}%", name] = tail / 2**40
    return found


def share(loss: Float64 | Int64, ends: tuple[float, float]) -> Float64:
    """What a tranche loses, a share of it."""
    low, high = (pool.WHOLE * end for end in ends)
    values: Float64 = np.clip(loss - low, 0.0, high - low) / (high - low)
    return values


def samplings() -> dict[str, Sampling]:
    """By name; the shift of importance sampling is that of the benchmark of sampling."""
    return {
        "plain": PLAIN,
        "antithetic": Antithetic(),
        "sobol": Sobol(streams=(MARKET, *pool.NAMES)),
        "importance": Importance(streams=tuple(pool.NAMES), shift=pool.pilot_shift(pool.attachment())),
    }


def measure(
    name: str, method: Sampling, paths: int, seed: int, right: dict[tuple[str, str], float]
) -> Coverage:
    """Of one sample each interval: whether it holds the right value, and whether it is printed."""
    numbers = Numbers(seed, 0, paths, method)
    lost, defaults = pool.drawn(numbers)
    weights, groups, controls = numbers.weights, method.groups(paths), None
    if weights is not None:
        controls = np.column_stack(
            (market_controls(numbers, weights), weights * defaults - pool.PROBABILITY.sum())
        )
    found: Coverage = {}
    for tranche, ends in TRANCHES.items():
        values = share(lost, ends)

        def note(what: str, low: float | None, high: float | None, tranche: str = tranche) -> None:
            key, truth = (name, what, tranche), right[what, tranche]
            if low is None and high is None:
                found[key] = [0, 0]
                return
            slack = 1e-9
            holds = (low is None or low <= truth + slack) and (high is None or truth <= high + slack)
            found[key] = [int(holds), 1]

        one = interval_over(values, weights, groups, controls)
        note("expected loss", *((one.low, one.high) if one.kind != "bound" else (None, None)))
        _, low, high = probability_and_interval(values > 0, weights, groups)
        note("default probability", low, high)
        for level in LEVELS:
            _, q_low, q_high = quantile(values, level, weights, groups)
            note(f"value at risk {level / 100:g}%", q_low, q_high)
            tail = tail_estimates(values, level, weights, groups)[2]
            note(f"expected shortfall {level / 100:g}%", tail.low, tail.high)
    return found


def stopped(name: str, method: Sampling, seed: int, right: dict[tuple[str, str], float]) -> Coverage:
    """Of one sample whose size follows from its own errors: whether the interval of the expected loss holds."""
    found: Coverage = {}
    for tranche, goal in GOALS.items():
        paths = BLOCK
        while True:
            numbers, groups = Numbers(seed, 0, paths, method), method.groups(paths)
            values, weights = share(pool.drawn(numbers)[0], TRANCHES[tranche]), numbers.weights
            error = cautious_error(mean_and_error(values, weights, groups)[1], values, weights, groups)
            more = paths_after(error, goal, paths)
            if more is None:
                break
            paths = more
        one = interval_over(values, weights, groups, None)
        truth = right["expected loss", tranche]
        holds = one.low is not None and one.high is not None and one.low <= truth <= one.high
        found[name, "expected loss at --target-error", tranche] = [int(holds), 1]
    return found


def covered(paths: int, seeds: range) -> Coverage:
    """Of all seeds together."""
    right, sums = exact(), defaultdict[tuple[str, str, str], list[int]](lambda: [0, 0])
    for name, method in samplings().items():
        for seed in seeds:
            one = measure(name, method, paths, seed, right) | stopped(name, method, seed, right)
            for key, (held, printed) in one.items():
                sums[key][0] += held
                sums[key][1] += printed
    return dict(sums)


def main(paths: int = 16_384, seeds: int = 200) -> None:
    """Print the table: per cent of the printed intervals that hold, and of how many seeds one is printed."""
    found = covered(paths, range(1, seeds + 1))
    whats = list(dict.fromkeys(what for _, what, _ in found))
    methods = list(dict.fromkeys(name for name, _, _ in found))
    print(f"95% intervals, {paths:,} paths, {seeds} seeds: held of printed, per cent (printed)")
    print("| interval | of | " + " | ".join(methods) + " |")
    print("| --- | --- |" + " --: |" * len(methods))
    for what in whats:
        for tranche in TRANCHES:
            if (methods[0], what, tranche) not in found:
                continue
            cells = [found[name, what, tranche] for name in methods]
            row = [f"{100 * held / shown:.1f} ({shown})" if shown else "none" for held, shown in cells]
            print(f"| {what} | {tranche} | " + " | ".join(row) + " |")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]))
