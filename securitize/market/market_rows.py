"""What the curves of a market say at each tenor, for tables: rows of plain values by column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, assert_never

from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.checks.curves import points_of
from securitize.definitions.figures import months
from securitize.definitions.scenarios.curves import (
    PER_YEAR,
    Curve,
    FlatRate,
    IndexCurve,
    ParCurve,
    Quote,
    ZeroRates,
)
from securitize.definitions.scenarios.market import Market
from securitize.market.bootstrap import TIME
from securitize.market.evaluation import quantlib_date
from securitize.market.market_curves import (
    MarketCurves,
    discount_of,
    least_reliable,
    par_yield,
    seen_spreads,
    steps_of,
)
from securitize.market.used_spreads import basis_of, used_spreads

#: Tenors at which every curve is shown, in months, as far as its quotes reach.
USUAL = (3, 6, 12, 24, 36, 60, 84, 120)
_QUOTED = {"points": None, "deposits": "deposit", "swaps": "swap"}

Rows = list[dict[str, Any]]


def point_rows(market: Market, curves: MarketCurves) -> Rows:
    """Rows of table ``market_points``: quotes in units of 1e-8, all else floats."""
    return [
        row
        for name, curve in market.curves.items()
        for row in _points(name, curve, curves.curves[name], curves)
    ]


def spread_rows(market: Market) -> Rows:
    """Rows of table ``market_spreads``, spreads in units of 1e-8, those used as floats."""
    seen, steps = seen_spreads(market), steps_of(market)
    used = used_spreads(seen, steps)
    rows = []
    for rating, own in market.spreads.items():
        spreads = market.spreads[own.from_] if own.from_ else own
        for point in spreads.points:
            years, value = months(point.tenor) / 12, point.rate + (own.step or 0)
            in_use = used[rating].at(years)
            base = None if own.from_ is None else used[own.from_].at(years)
            expected = value / RATE_UNITS if base is None else base + steps[rating][1]
            rows.append(
                {
                    "rating": rating,
                    "months": months(point.tenor),
                    "spread": value,
                    "spread_used": in_use,
                    "spread_basis": basis_of(steps, rating, expected, in_use),
                    "beyond": spreads.beyond,
                    "kind": least_reliable([point.kind, *([own.kind] if own.kind else [])]),
                    "as_of": point.as_of,
                    "source": own.source if own.from_ else point.source or spreads.source,
                }
            )
    return rows


def index_rows(market: Market) -> Rows:
    """Rows of table ``market_indices``, rates in units of 1e-8."""
    fixings: list[tuple[str, dt.date, int, str, str]] = []
    for row in market.lpr:
        fixings.append(("LPR-1Y", row.date, row.one_year, row.kind, row.source))
        fixings.append(("LPR-5Y", row.date, row.five_year, row.kind, row.source))
    for name, rows in market.indices.items():
        fixings += [(name, one.date, one.rate, one.kind, one.source) for one in rows]
    names = ("index", "published", "rate", "kind", "source")
    return [dict(zip(names, (*row[:4], row[4] or None), strict=True)) for row in fixings]


def _points(name: str, curve: Curve, structure: Any, curves: MarketCurves) -> Iterator[dict[str, Any]]:
    discount, start = discount_of(structure), quantlib_date(curves.date)
    per_year, day_count = PER_YEAR[curve.par_compounding], curve.par_day_count
    quotes = dict(_quotes(curve))
    longest = max(quotes, default=USUAL[-1])
    before, time_before = 1.0, 0.0
    for tenor in sorted({*quotes, *(usual for usual in USUAL if usual <= longest)}):
        maturity = add_months(curves.date, tenor)
        factor, time = float(discount([maturity])[0]), TIME.yearFraction(start, quantlib_date(maturity))
        step = 12 // per_year
        whole = tenor <= step or tenor % step == 0
        quotation = _quotation(curve, *quotes.get(tenor, (None, None)))
        yield {
            "curve": name,
            "months": tenor,
            "maturity": maturity,
            **quotation,
            "par": par_yield(discount, curves.date, tenor, per_year, day_count) if whole else None,
            "zero": factor ** (-1 / time) - 1,
            "forward": (before / factor) ** (1 / (time - time_before)) - 1,
            "discount": factor,
        }
        before, time_before = factor, time


def _quotes(curve: Curve) -> Iterator[tuple[int, tuple[str, Quote]]]:
    for key, points in points_of(curve):
        for point in points:
            yield months(point.tenor), (_QUOTED[str(key[0])] or curve.kind, point)


def _quotation(curve: Curve, quoted: str | None, quote: Quote | None) -> dict[str, Any]:
    """What is quoted at a tenor: a quote of it, the one rate of a flat curve, nothing."""
    if quote is not None:
        return _columns(quoted, quote.rate, quote.kind, quote.as_of, quote.source or curve.source)
    match curve:
        case FlatRate():
            return _columns("flat", curve.rate, curve.rate_kind, None, curve.source)
        case ParCurve() | ZeroRates() | IndexCurve():
            return _columns(None, None, None, None, None)
        case _:
            assert_never(curve)


def _columns(*values: object) -> dict[str, Any]:
    return dict(zip(("quoted", "quote", "kind", "as_of", "source"), values, strict=True))
