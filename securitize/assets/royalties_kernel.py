"""The compiled form of royalties on many paths; the same whole numbers as :mod:`securitize.assets.royalties` gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numba
import numpy as np

from securitize.assets import royalty_terms as columns
from securitize.assets.royalty_terms import RoyaltyTerms, days_of_default
from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.performance.resolved import NEVER, ResolvedPerformance, defaulting_by

#: Paths that go through a period together, so that what they carry stays in the first caches.
_LANES = 256
_UNITS = np.int64(RATE_UNITS)
_FORECAST, _KEEPS, _WEIGHT, _LENGTH = columns.FORECAST, columns.KEEPS, columns.WEIGHT, columns.LENGTH
_RATE, _NEW_YEAR, _WITHIN, _DUE = columns.RATE, columns.NEW_YEAR, columns.WITHIN, columns.DUE
_DATED, _SINCE, _UNTIL, _GONE = columns.DATED, columns.SINCE, columns.UNTIL, columns.GONE
_PLACE, _SALE_PLACE = columns.PLACE, columns.SALE_PLACE
_TIERED_PER, _MINIMUM_PER, _MINIMUM = columns.TIERED_PER, columns.MINIMUM_PER, columns.MINIMUM
_CAP_PER, _CAP, _SUB, _SHARE = columns.CAP_PER, columns.CAP, columns.SUB, columns.SHARE
_ENTITLED, _PROJECTED, _PERIODS, _RUNNING = (
    columns.ENTITLED,
    columns.PROJECTED,
    columns.PERIODS,
    columns.RUNNING,
)


@numba.njit(inline="always")
def _ratio(a: Any, b: Any, c: Any) -> Any:
    """a x b / c rounded half to even; see :mod:`securitize.base.arithmetic`."""
    q = np.int64(np.float64(a) * np.float64(b) / np.float64(c))
    r = a * b - q * c
    low = r >> 63
    q += low
    r += low & c
    high = (c - 1 - r) >> 63
    q -= high
    r -= high & c
    up = (c - 2 * r - (q & 1)) >> 63
    return q - up


@numba.njit(inline="always")
def _units(a: Any, b: Any) -> Any:
    """a x b / 1e8 rounded half to even; the estimate by a product is three roundings of 2^-53 off: still within one."""
    q = np.int64(np.float64(a) * (np.float64(b) * 1e-8))
    r = a * b - q * _UNITS
    low = r >> 63
    q += low
    r += low & _UNITS
    high = (_UNITS - 1 - r) >> 63
    q -= high
    r -= high & _UNITS
    up = (_UNITS - 2 * r - (q & 1)) >> 63
    return q - up


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _royalty(
    periods: Any,
    whole: Any,
    tiers: Any,
    milestones: Any,
    multiples: Any,
    dates: Any,
    cash: Any,
    sold: Any,
    drawn: bool,
    unit: int,
) -> None:
    count = dates.size
    base, royalty = np.empty(_LANES, np.int64), np.empty(_LANES, np.int64)
    year, life = np.empty(_LANES, np.int64), np.empty(_LANES, np.int64)
    paid_year, paid_life = np.empty(_LANES, np.int64), np.empty(_LANES, np.int64)
    share, before = np.empty(_LANES, np.int64), np.empty(_LANES, np.int64)
    # Whether the entitlement is all or nothing: no share of it is ever taken.
    entire = whole[_ENTITLED] == _UNITS
    for u in range(whole[_PERIODS]):
        entire = entire and periods[u, _GONE] == 0
    sums = (
        whole[_TIERED_PER] > 1 or whole[_MINIMUM_PER] == 2 or whole[_CAP_PER] > 1 or milestones.shape[0] > 0
    )
    sub, part, least, most = whole[_SUB], whole[_SHARE], whole[_MINIMUM], whole[_CAP]
    entitled = whole[_ENTITLED]
    for first in range(0, count, _LANES):
        lanes = min(_LANES, count - first)
        for i in range(lanes):
            year[i] = 0
            life[i] = 0
            paid_year[i] = 0
            paid_life[i] = 0
            share[i] = entitled
        for u in range(whole[_PERIODS]):
            row = periods[u]
            # Numbers of their own: what is read from an array inside a loop keeps it from being done many at once.
            forecast, keeps, weight, length, rate = (
                row[_FORECAST],
                row[_KEEPS],
                row[_WEIGHT],
                row[_LENGTH],
                row[_RATE],
            )
            if drawn:
                for i in range(lanes):
                    base[i] = _units(forecast, multiples[u, first + i])
            else:
                for i in range(lanes):
                    base[i] = forecast
            if whole[_RUNNING] == 0:
                for i in range(lanes):
                    royalty[i] = base[i]
                    base[i] = 0
            else:
                if row[_NEW_YEAR]:
                    for i in range(lanes):
                        year[i] = 0
                        paid_year[i] = 0
                if keeps >= 0:
                    for i in range(lanes):
                        base[i] = _units(base[i], keeps)
                if weight != length:
                    for i in range(lanes):
                        base[i] = _ratio(base[i], weight, length)
                if whole[_TIERED_PER] == 0:
                    for i in range(lanes):
                        royalty[i] = _units(base[i], rate)
                else:
                    for i in range(lanes):
                        royalty[i] = 0
                        before[i] = 0
                    if whole[_TIERED_PER] == 2:
                        before[:lanes] = year[:lanes]
                    elif whole[_TIERED_PER] == 3:
                        before[:lanes] = life[:lanes]
                    for k in range(tiers.shape[0]):
                        low, high, tier = tiers[k, 0], tiers[k, 1], tiers[k, 2]
                        for i in range(lanes):
                            top = min(max(before[i] + base[i], low), high)
                            bottom = min(max(before[i], low), high)
                            royalty[i] += _units(top - bottom, tier)
                if whole[_MINIMUM_PER] == 1:
                    if row[_WITHIN]:
                        for i in range(lanes):
                            royalty[i] = max(royalty[i], least)
                elif whole[_MINIMUM_PER] == 2 and row[_DUE]:
                    for i in range(lanes):
                        royalty[i] += max(np.int64(0), least - paid_year[i] - royalty[i])
                if whole[_CAP_PER] == 1:
                    for i in range(lanes):
                        royalty[i] = min(royalty[i], most)
                elif whole[_CAP_PER] == 2:
                    for i in range(lanes):
                        royalty[i] = min(royalty[i], max(np.int64(0), most - paid_year[i]))
                elif whole[_CAP_PER] == 3:
                    for i in range(lanes):
                        royalty[i] = min(royalty[i], max(np.int64(0), most - paid_life[i]))
                if sums:
                    for i in range(lanes):
                        paid_year[i] += royalty[i]
                        paid_life[i] += royalty[i]
                dated = row[_DATED]
                if dated:
                    for i in range(lanes):
                        royalty[i] += dated
                if row[_WITHIN]:
                    for k in range(milestones.shape[0]):
                        wanted, amount = milestones[k, 0], milestones[k, 1]
                        for i in range(lanes):
                            if life[i] + base[i] >= wanted and (life[i] < wanted or u == 0):
                                royalty[i] += amount
                if sums:
                    for i in range(lanes):
                        year[i] += base[i]
                        life[i] += base[i]
                if sub != _UNITS:
                    for i in range(lanes):
                        royalty[i] = _units(royalty[i], sub)
                if part != _UNITS:
                    for i in range(lanes):
                        royalty[i] = _units(royalty[i], part)
            if u < whole[_PROJECTED]:
                continue
            since, until, gone = row[_SINCE], row[_UNTIL], row[_GONE]
            if entire:
                for i in range(lanes):
                    happens = (dates[first + i] > since) & (dates[first + i] <= until)
                    share[i] = 0 if happens else share[i]
                    kept = np.int64(-1) if share[i] else np.int64(0)
                    royalty[i] &= kept
                    base[i] &= kept
            else:
                for i in range(lanes):
                    happens = (dates[first + i] > since) & (dates[first + i] <= until)
                    share[i] = np.int64(0) if happens else share[i] - _units(share[i], gone)
                    royalty[i] = _units(royalty[i], share[i])
                    base[i] = _units(base[i], share[i])
            place, sale_place = row[_PLACE], row[_SALE_PLACE]
            if place < cash.shape[0]:
                for i in range(lanes):
                    cash[place, first + i] += royalty[i] * unit
            if sale_place < sold.shape[0]:
                for i in range(lanes):
                    sold[sale_place, first + i] += base[i] * unit


def add_royalties(
    terms: tuple[RoyaltyTerms, ...], drawn: ResolvedPerformance, cash: Int64, sales: Int64
) -> None:
    """Add the cash of royalties, and the sales that bear it, of the paths of ``drawn``.

    cash, sales : int64 (T, paths), minor units
    """
    dummy = np.zeros((0, 0), np.int64)
    for one in terms:
        multiples = drawn.sales.get(one.name)
        rows = dummy if multiples is None else np.ascontiguousarray(multiples.T)
        dates = days_of_default(one.name, drawn.defaults, drawn.paths)
        drawn_sales = multiples is not None
        terms_of = (one.periods, one.whole, one.tiers, one.milestones)
        _royalty(*terms_of, rows, dates, cash, sales, drawn_sales, one.unit)


def lost_by_day(one: RoyaltyTerms, deterministic: ResolvedPerformance, days: Int64, periods: int) -> Int64:
    """What a default on each of these days takes from the cash of a royalty in all, (days,), minor units."""
    dates = np.append(days, NEVER)
    struck = {**deterministic.defaults, one.name: defaulting_by(deterministic.defaults.get(one.name), dates)}
    cash, sales = np.zeros((periods, len(dates)), np.int64), np.zeros((periods, len(dates)), np.int64)
    add_royalties((one,), replace(deterministic, paths=len(dates), defaults=struck), cash, sales)
    whole = cash.sum(axis=0)
    found: Int64 = whole[-1] - whole[:-1]
    return found
