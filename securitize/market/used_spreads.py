"""Rating spreads as used: as seen, but never falling as ratings fall, or a told step from those of another rating.

Source: ``docs/reference/markets.md``, section 5; pool adjacent violators: Barlow, Bartholomew, Bremner and Brunk,
*Statistical Inference under Order Restrictions* (1972).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from securitize.definitions.ratings import is_structured, normal_rating, plain_rating, rank
from securitize.market.market_curves import ByTenor, MarketCurves

#: Spreads that differ by less are the same.
SAME = 1e-12
#: What a spread that is used rests on.
SpreadBasis = Literal["as seen", "fit", "step"]
Steps = Mapping[str, tuple[str, float]]


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


def used_spreads(seen: Mapping[str, ByTenor], steps: Steps | None = None) -> dict[str, ByTenor]:
    """The spreads of each rating as used, ratings of structured finance and others each among themselves.

    seen  : by rating;  steps : of ratings that nobody saw, the rating from which a step leads, and the step
    Those seen are fitted at each tenor of any rating, among those that have one there. A step lies over what is used
    of its rating, between what is used of better and of worse ones.
    """
    steps = steps or {}
    observed = {rating: one for rating, one in seen.items() if rating not in steps}
    used: dict[str, ByTenor] = {}
    for structured in (False, True):
        used |= _fitted({name: one for name, one in observed.items() if is_structured(name) is structured})
    for rating in sorted(steps, key=rank):
        base, step = steps[rating]
        if base not in used:
            continue
        peers = [name for name in used if is_structured(name) is is_structured(rating)]
        better = [used[name] for name in peers if rank(name) < rank(rating)]
        worse = [used[name] for name in peers if rank(name) > rank(rating) and name not in steps]
        rates = tuple(
            _between(years, rate + step, better, worse)
            for years, rate in zip(used[base].years, used[base].rates, strict=True)
        )
        used[rating] = replace(used[base], rates=rates)
    return used


def _fitted(seen: Mapping[str, ByTenor]) -> dict[str, ByTenor]:
    ratings = sorted(seen, key=rank)
    fitted: dict[str, dict[float, float]] = {rating: {} for rating in ratings}
    for tenor in sorted({years for one in seen.values() for years in one.years}):
        found = {rating: value for rating in ratings if (value := seen[rating].at(tenor)) is not None}
        for rating, value in zip(found, isotonic(list(found.values())), strict=True):
            fitted[rating][tenor] = value
    return {
        rating: replace(seen[rating], years=tuple(points), rates=tuple(points.values()))
        for rating, points in fitted.items()
    }


def _between(years: float, rate: float, better: Sequence[ByTenor], worse: Sequence[ByTenor]) -> float:
    """A rate, but not below those of better ratings at its tenor, nor above those of worse ones."""
    least, most = (
        [found for one in several if (found := one.at(years)) is not None] for several in (better, worse)
    )
    return max([min([rate, *most]), *least])


@dataclass(frozen=True, slots=True)
class UsedSpread:
    """The spread of a rating at a tenor, and where it comes from.

    rating : of the market whose spread it is;  basis : as seen, moved by the fit, or a step
    seen, used : before and after the fit, decimals; None where the tenor lies outside
    """

    rating: str
    basis: SpreadBasis
    seen: float | None
    used: float | None

    @property
    def moved(self) -> tuple[float, float] | None:
        """Before and after the fit where it moved the spread, or held a step back; None where it did not."""
        if self.seen is None or self.used is None or abs(self.seen - self.used) < SAME:
            return None
        return self.seen, self.used


def rating_held(written: str, spreads: Mapping[str, object]) -> str | None:
    """The rating of the market that a note so rated takes: its own, without one its plain rating; None without any."""
    for rating in (normal_rating(written), plain_rating(written)):
        if rating is not None and rating in spreads:
            return rating
    return None


def spread_of(curves: MarketCurves, written: str, years: float) -> UsedSpread | None:
    """The spread that a note with this rating takes at a tenor; None where the market holds none of it."""
    rating = rating_held(written, curves.spreads)
    if rating is None:
        return None
    used = used_spreads(curves.spreads, curves.steps)[rating].at(years)
    seen = curves.spreads[rating].at(years)
    if rating in curves.steps:
        # What was told is the step: that what it leads from was fitted is told of that rating.
        base, step = curves.steps[rating]
        below = used_spreads(curves.spreads, curves.steps)[base].at(years)
        seen = None if below is None else below + step
    return UsedSpread(rating, basis_of(curves.steps, rating, seen, used), seen, used)


def basis_of(steps: Steps, rating: str, seen: float | None, used: float | None) -> SpreadBasis:
    """What a used spread rests on, by what was seen of it, or told as a step over what is used of another rating."""
    if seen is not None and used is not None and abs(seen - used) >= SAME:
        return "fit"
    return "step" if rating in steps else "as seen"
