"""Back-test of predicted probabilities: Brier score, table by decile, calibration. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from securitize.base.arrays import Float64


@dataclass(frozen=True, slots=True)
class Deciles:
    """Members sorted by predicted probability, in groups as equal as can be; all (groups,).

    predicted, actual : mean probability, and share in which it happened
    lowest, highest   : of the predicted probabilities
    """

    count: NDArray[np.int64]
    predicted: Float64
    actual: Float64
    lowest: Float64
    highest: Float64


def _checked(predicted: ArrayLike, happened: ArrayLike) -> tuple[Float64, Float64]:
    p, y = np.asarray(predicted, np.float64), np.asarray(happened, bool).astype(np.float64)
    if p.shape != y.shape or p.ndim != 1 or not p.size:
        raise ValueError("predictions and outcomes are two lists of the same length, not empty")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a probability lies between 0 and 1")
    return p, y


def brier_score(predicted: ArrayLike, happened: ArrayLike) -> float:
    """Mean squared distance of probability and outcome; lower is better. Source: Brier (1950)."""
    p, y = _checked(predicted, happened)
    return float(((p - y) ** 2).mean())


def skill(score: float, baseline: float) -> float:
    """Share of the baseline's Brier score that is saved; negative where the baseline is better."""
    return 1 - score / baseline


def skill_error(predicted: ArrayLike, baseline: ArrayLike, happened: ArrayLike) -> tuple[float, float]:
    """Mean difference of squared errors, baseline less prediction, and its standard error over members."""
    (p, y), (b, _) = _checked(predicted, happened), _checked(baseline, happened)
    saved = (b - y) ** 2 - (p - y) ** 2
    return float(saved.mean()), float(saved.std(ddof=1) / np.sqrt(saved.size))


def decile_table(predicted: ArrayLike, happened: ArrayLike, groups: int = 10) -> Deciles:
    """Predicted against actual by decile of the predicted probability; ties keep their order."""
    p, y = _checked(predicted, happened)
    parts = np.array_split(np.argsort(p, kind="stable"), min(groups, p.size))
    return Deciles(
        np.array([part.size for part in parts], np.int64),
        np.array([p[part].mean() for part in parts]),
        np.array([y[part].mean() for part in parts]),
        np.array([p[part].min() for part in parts]),
        np.array([p[part].max() for part in parts]),
    )


def expected_to_actual(predicted: ArrayLike, happened: ArrayLike) -> float:
    """Events predicted for one that happened; 1 is right on average, inf where none happened."""
    p, y = _checked(predicted, happened)
    return float(p.sum() / y.sum()) if y.any() else float("inf")


def calibration_error(predicted: ArrayLike, happened: ArrayLike, groups: int = 10) -> float:
    """Mean distance of predicted and actual over the deciles, weighted by their members."""
    table = decile_table(predicted, happened, groups)
    return float(np.average(np.abs(table.predicted - table.actual), weights=table.count))


def discrimination(predicted: ArrayLike, happened: ArrayLike) -> float:
    """Probability that of two members the one with the event was given the higher prediction; a tie counts half.

    0.5 is chance (area under the curve of Bamber, 1975). Raises ValueError where all or none happened.
    """
    p, y = _checked(predicted, happened)
    if y.all() or not y.any():
        raise ValueError("discrimination needs members with and without the event")
    ordered = np.sort(p)
    rank = (np.searchsorted(ordered, p, "left") + np.searchsorted(ordered, p, "right") + 1) / 2
    events = y.sum()
    return float((rank[y > 0].sum() - events * (events + 1) / 2) / (events * (y.size - events)))
