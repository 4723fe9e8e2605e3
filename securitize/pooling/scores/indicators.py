"""Indicators and the scores that they make; what is unknown is left out and reported, never counted as zero."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from securitize.base.arrays import Float64


@dataclass(frozen=True)
class Indicator:
    """An indicator: its points are straight lines between anchors, flat beyond them.

    anchors : values and points, values rising; weights : by purpose; ``all`` holds for every purpose
    """

    name: str
    title: str
    title_zh: str
    dimension: str
    group: str
    anchors: tuple[tuple[float, float], ...]
    weights: Mapping[str, float]

    def weight(self, purpose: str) -> float:
        """Its weight for a purpose."""
        return self.weights.get(purpose, self.weights.get("all", 0.0))

    def points(self, values: Float64) -> Float64:
        """Points of values, 0 to 100; NaN, unknown, stays NaN."""
        at, points = zip(*self.anchors, strict=True)
        found: Float64 = np.interp(values, at, points)
        return np.where(np.isnan(values), np.nan, found)


@dataclass(frozen=True)
class Score:
    """Scores of candidates.

    names    : (indicators,)
    weights  : (indicators,) as shares of all weights
    points   : (candidates, indicators) 0 to 100; NaN where unknown
    score    : (candidates,) mean over what is known, weighted; NaN where less than the least coverage is known
    low      : (candidates,) with every unknown at 0
    coverage : (candidates,) weight of what is known, 0 to 1
    """

    names: tuple[str, ...]
    weights: Float64
    points: Float64
    score: Float64
    low: Float64
    coverage: Float64

    @property
    def contributions(self) -> Float64:
        """What each indicator adds to the score, (candidates, indicators); they sum to it. NaN where unknown."""
        share = self.weights / np.where(self.coverage > 0, self.coverage, 1)[:, None]
        return self.points * share


@cache
def indicators(name: str) -> tuple[Indicator, ...]:
    """The indicators of ``patent_score`` or ``company_score``."""
    text = resources.files("securitize.pooling.scores").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    found = []
    for key, fields in tomllib.loads(text).items():
        anchors = tuple((float(value), float(points)) for value, points in fields.pop("anchors"))
        found.append(Indicator(name=key, anchors=anchors, **{"dimension": "", "group": "", **fields}))
    return tuple(found)


def score(
    using: tuple[Indicator, ...],
    values: Mapping[str, Float64],
    weights: Mapping[str, float],
    least_coverage: float,
) -> Score:
    """Scores from the values of indicators.

    values  : indicator -> (candidates,), NaN where unknown
    weights : indicator -> weight, not negative, not all 0
    Raises ValueError where the weights cannot make a score.
    """
    used = np.array([weights[each.name] for each in using], np.float64)
    if (used < 0).any() or not used.sum() > 0:
        raise ValueError("weights are not negative and not all 0")
    share = used / used.sum()
    points = np.stack([each.points(values[each.name]) for each in using], axis=1)
    known = ~np.isnan(points)
    coverage = (known * share).sum(axis=1)
    low = np.where(known, points, 0) @ share
    enough = (coverage > 0) & (coverage >= least_coverage - 1e-12)
    found = np.where(enough, low / np.where(coverage > 0, coverage, 1), np.nan)
    return Score(tuple(each.name for each in using), share, points, found, low, coverage)
