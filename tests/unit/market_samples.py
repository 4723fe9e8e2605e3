"""Markets of the tests, made of plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions.documents.loaded import Fault
from securitize.definitions.documents.locator import written
from securitize.definitions.scenarios.market import Holidays, Market
from securitize.market.market_curves import MarketCurves, _resolved

#: (tenor, rate) as written.
Quotes = Sequence[tuple[str, str]]
DAY = dt.date(2024, 2, 20)
PAR: Quotes = (
    ("3M", "0.015"), ("6M", "0.016"), ("1Y", "0.017"), ("3Y", "0.019"), ("5Y", "0.021"), ("10Y", "0.024")
)  # fmt: skip


def quotes(points: Quotes) -> tuple[dict[str, Any], ...]:
    """Assumed quotes without a source of their own."""
    return tuple({"tenor": tenor, "rate": Decimal(rate), "kind": "assumed"} for tenor, rate in points)


def par(points: Quotes = PAR, **changes: Any) -> dict[str, Any]:
    """A curve of par yields."""
    return {"kind": "par", "source": "invented", "points": quotes(points)} | changes


def zero(points: Quotes = PAR, **changes: Any) -> dict[str, Any]:
    """A curve of zero rates."""
    return par(points, kind="zero") | changes


def flat(rate: str, **changes: Any) -> dict[str, Any]:
    """A flat rate."""
    told = {"kind": "flat", "source": "invented", "rate": Decimal(rate), "rate_kind": "assumed"}
    return told | changes


def index(deposits: Quotes, swaps: Quotes, **changes: Any) -> dict[str, Any]:
    """Deposits and swaps of the index of :func:`market`."""
    told = {"kind": "index", "source": "invented", "index": "FR007"}
    return told | {"deposits": quotes(deposits), "swaps": quotes(swaps)} | changes


def market(
    curves: Mapping[str, Mapping[str, Any]] | None = None,
    spreads: Mapping[str, Quotes] | None = None,
    beyond: str = "none",
    **changes: Any,
) -> Market:
    """A market of 2024-02-20; without curves, one of par yields."""
    told: dict[str, Any] = {
        "name": "sample",
        "date": DAY,
        "currency": "CNY",
        "calendar": "china-interbank",
        "indices": {"FR007": ({"date": DAY, "rate": Decimal("0.02"), "kind": "assumed"},)},
        "curves": {"government": par()} if curves is None else curves,
        "spreads": {
            rating: {"source": "invented", "beyond": beyond, "points": quotes(points)}
            for rating, points in (spreads or {}).items()
        },
    }
    return Market.model_validate(told | changes)


def market_curves(market: Market, holidays: Holidays | None = None) -> MarketCurves:
    """The curves of a market, bootstrapped on its date, and only on it.

    holidays : of years that the calendars do not know
    Raises DefinitionError with every problem where the market has no date or no curve, its date is no business day of
    its calendar, a number does not hold, or no curve meets its quotes.
    """
    found = _resolved(market, holidays)
    if isinstance(found, MarketCurves):
        return found
    raise DefinitionError([_problem(market.name, fault) for fault in found])


def _problem(name: str, fault: Fault) -> Problem:
    found = "" if fault.found is None else str(fault.found)
    return Problem(f"market {name}", 0, written(fault.at), fault.what, found, fault.repair, fault.code)
