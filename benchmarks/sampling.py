"""Variance of an expected loss under each sampling, against plain at equal time, in one run.

    python -m benchmarks.sampling

The loss of a pool of 11 unequal obligors and of tranches of it, without a waterfall: the senior one attaches where its
expected loss is nearest to 1e-5. Plain variance is exact, from the recursion; the others are over independent seeds.
Time is that of drawing, of the estimate and of its error; a waterfall adds the same to every sampling.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from securitize.base.arrays import Float64
from securitize.base.sobol import Sobol
from securitize.base.streams import PLAIN, Antithetic, Numbers, Sampling
from securitize.engine.pilot import PILOT_PATHS, ROUNDS, best_shift, struck
from securitize.performance.random.copulas import MARKET, gaussian
from securitize.performance.random.importance import Importance, MarketSpread, Shift
from securitize.performance.random.sampling import market_controls
from securitize.risk.losses import loss_distribution, tranche_losses
from securitize.risk.statistics import controlled_mean, mean_and_error

UNITS = np.array([16, 14, 13, 12, 10, 9, 8, 7, 5, 4, 2], np.int64)
HAZARD, YEARS, LOADING, WANTED = 0.01, 5, 0.15**0.5, 1e-5
PATHS, SEEDS = 16_384, 64
NAMES = [f"default/{i}" for i in range(len(UNITS))]
COPULA = gaussian()
LOADINGS = np.full(len(UNITS), LOADING)
PROBABILITY = np.full(len(UNITS), -np.expm1(-HAZARD * YEARS))
THRESHOLDS = COPULA.thresholds(PROBABILITY, LOADINGS)
EXACT = loss_distribution(COPULA, PROBABILITY, LOADINGS, UNITS)
WHOLE = int(UNITS.sum())


def attachment() -> int:
    """Of the senior tranche."""
    loss = np.arange(WHOLE + 1)
    return min(
        range(1, WHOLE),
        key=lambda at: abs(np.log(EXACT @ tranche_losses(loss, at, WHOLE) / (WHOLE - at) / WANTED)),
    )


def measures(lost: NDArray[np.int64], senior: int) -> dict[str, Float64]:
    """What is measured of a pool's loss, shares."""
    return {
        "senior": tranche_losses(lost, senior, WHOLE) / (WHOLE - senior),
        "pool": lost / WHOLE,
        "junior": tranche_losses(lost, 0, 0.15 * WHOLE) / (0.15 * WHOLE),
    }


def drawn(numbers: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pool's loss and the number of defaults, (paths,) each."""
    latent = COPULA.latent(LOADINGS, NAMES, numbers, *COPULA.shared(numbers))
    struck = latent <= THRESHOLDS[:, None]
    return UNITS @ struck, struck.sum(axis=0)


def estimates(sampling: Sampling, seed: int, senior: int) -> dict[str, float]:
    """The mean of each measure over PATHS paths, as a run estimates it."""
    numbers = Numbers(seed, 0, PATHS, sampling)
    lost, defaults = drawn(numbers)
    weights = numbers.weights
    if weights is not None:
        known = weights * defaults - PROBABILITY.sum()
        controls = np.column_stack((market_controls(numbers, weights), known))
        return {
            name: controlled_mean(values, weights, controls)[0]
            for name, values in measures(lost, senior).items()
        }
    return {
        name: mean_and_error(values, None, sampling.groups(PATHS))[0]
        for name, values in measures(lost, senior).items()
    }


def single_shift(shift: float, seed: int, senior: int) -> dict[str, float]:
    """The same where every path takes the shifted law: weight f(m) / f(m - s), without a bound."""
    numbers = Numbers(seed, 0, PATHS)
    market = COPULA.market.quantile(numbers.of(MARKET)[0]) + shift
    struck = COPULA.latent(LOADINGS, NAMES, numbers, market, np.ones(PATHS)) <= THRESHOLDS[:, None]
    weights = np.exp(-shift * market + shift * shift / 2)
    return {
        name: mean_and_error(weights * values)[0] for name, values in measures(UNITS @ struck, senior).items()
    }


def pilot_shift(senior: int) -> Shift:
    """The shift for the senior tranche, in rounds as a run finds it."""
    sampling: Sampling = MarketSpread()
    importance = Importance(streams=tuple(NAMES))
    for level in range(ROUNDS):
        numbers = Numbers(10**9 + level, 0, PILOT_PATHS, sampling)
        loss = measures(drawn(numbers)[0], senior)["senior"]
        importance = replace(importance, shift=best_shift(importance, struck(importance, numbers, loss)))
        sampling = importance
    return importance.shift


def row(name: str, made: list[Mapping[str, float]], seconds: float, plain: Mapping[str, float]) -> str:
    """One line: how many times less variance x seconds than plain; plain holds its own."""
    ratios = []
    for measure, reference in plain.items():
        variance = np.var([one[measure] for one in made], ddof=1) * PATHS
        ratios.append(reference / (variance * seconds))
    return f"{name:<22}{1e3 * seconds:>10.1f}" + "".join(f"{ratio:>12.2f}" for ratio in ratios)


def main() -> None:
    """Print the table."""
    senior, loss = attachment(), np.arange(WHOLE + 1)
    means = {name: float(EXACT @ values) for name, values in measures(loss, senior).items()}
    variances = {
        name: float(EXACT @ (values - means[name]) ** 2) for name, values in measures(loss, senior).items()
    }
    shift, alone = pilot_shift(senior), -2.3
    print(
        f"{datetime.date.today().isoformat()}  11 obligors, senior from {senior} of {WHOLE}, expected loss "
        f"{means['senior']:.3e}, shift {shift.market:+} and {shift.own:+}, {PATHS:,} paths, {SEEDS} seeds"
    )
    rows: list[tuple[str, Sampling | None]] = [
        ("plain", PLAIN),
        ("antithetic", Antithetic()),
        ("sobol", Sobol(streams=(MARKET, *NAMES))),
        ("market shift alone", None),
        ("market, mixture", Importance(shift=Shift(alone))),
        ("importance", Importance(streams=tuple(NAMES), shift=shift)),
    ]
    print(f"{'variance x time':<22}{'ms':>10}" + "".join(f"{name:>12}" for name in means))
    plain: dict[str, float] = {}
    for name, sampling in rows:

        def one(seed: int, sampling: Sampling | None = sampling) -> Mapping[str, float]:
            return (
                single_shift(alone, seed, senior) if sampling is None else estimates(sampling, seed, senior)
            )

        one(0)
        start = time.perf_counter()
        made = [one(seed) for seed in range(1, SEEDS + 1)]
        seconds = (time.perf_counter() - start) / SEEDS
        plain = plain or {name: variance * seconds for name, variance in variances.items()}
        print(row(name, made, seconds, plain))


if __name__ == "__main__":
    main()
