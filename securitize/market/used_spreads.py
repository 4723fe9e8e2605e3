"""Rating spreads as used: as seen, but never falling as ratings fall.

Source: ``docs/reference/markets.md``, section 5; pool adjacent violators: Barlow, Bartholomew, Bremner and Brunk,
*Statistical Inference under Order Restrictions* (1972).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from securitize.definitions.figures import RATINGS
from securitize.market.market_curves import ByTenor, MarketCurves

#: Spreads that differ by less are the same.
SAME = 1e-12


def isotonic(values: Sequence[float]) -> list[float]:
    """The values that ascend and lie nearest, by the sum of squares, to those given, each of weight 1."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        total, count = float(value), 1
        while blocks and blocks[-1][0] * count > total * blocks[-1][1]:
            before, members = blocks.pop()
            total, count = before + total, members + count
        blocks.append((total, count))
    return [total / count for total, count in blocks for _ in range(count)]


def used_spreads(seen: Mapping[str, ByTenor]) -> dict[str, ByTenor]:
    """The spreads of each rating as used: fitted at each tenor of any rating, among those that have one there."""
    ratings = [rating for rating in RATINGS if rating in seen]
    fitted: dict[str, dict[float, float]] = {rating: {} for rating in ratings}
    for tenor in sorted({years for one in seen.values() for years in one.years}):
        found = {rating: value for rating in ratings if (value := seen[rating].at(tenor)) is not None}
        for rating, value in zip(found, isotonic(list(found.values())), strict=True):
            fitted[rating][tenor] = value
    return {
        rating: replace(seen[rating], years=tuple(points), rates=tuple(points.values()))
        for rating, points in fitted.items()
    }


def moved(curves: MarketCurves, rating: str, years: float) -> tuple[float, float] | None:
    """The spread of a rating as seen and as used, where they differ; None where they do not, or there is none."""
    if rating not in curves.spreads:
        return None
    seen, used = curves.spreads[rating].at(years), used_spreads(curves.spreads)[rating].at(years)
    if seen is None or used is None or abs(seen - used) < SAME:
        return None
    return seen, used
