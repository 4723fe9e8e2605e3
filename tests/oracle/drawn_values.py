"""What every generator draws from: amounts, rates, days, the market."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from securitize.definitions.performance import ClaimOf
from securitize.definitions.scenarios.market import Market

CUT_OFF = dt.date(2019, 8, 31)
ADJUSTMENTS = st.sampled_from(("unadjusted", "following", "modified-following", "preceding"))
MARKET = Market.model_validate(
    {
        "name": "lpr",
        "lpr": tuple(
            {"date": day, "one_year": Decimal(one), "five_year": Decimal(five), "source": "made up"}
            for day, one, five in (
                (dt.date(2016, 1, 1), "0.0425", "0.0485"),
                (dt.date(2019, 12, 2), "0.041", "0.0475"),
                (dt.date(2020, 4, 20), "0.0385", "0.0465"),
                (dt.date(2021, 3, 1), "0.05", "0.0565"),
            )
        ),
    }
)


def whole(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def decimals(low: int, high: int, scale: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda x: Decimal(x).scaleb(-scale))


def money(high: int) -> st.SearchStrategy[Decimal]:
    return decimals(0, high, 2)


def after(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


RATES = st.one_of(st.just(Decimal(0)), decimals(0, 10_000, 5), decimals(0, 10**8, 8), st.just(Decimal(1)))
CLAIMS = st.sampled_from(get_args(ClaimOf))
SHARES = st.one_of(decimals(0, 100, 2), decimals(0, 10**8, 8))
DAYS = whole(1, 1400).map(lambda n: after(CUT_OFF, n))
AMOUNTS = st.one_of(whole(1, 300), whole(10_000, 30_000_000))  # minor units
STARTS = st.sampled_from(
    [
        CUT_OFF,
        dt.date(2018, 2, 28),
        dt.date(2018, 12, 31),
        dt.date(2019, 1, 31),
        dt.date(2019, 8, 30),
        dt.date(2019, 9, 20),
        dt.date(2020, 2, 29),
    ]
)


def optional(draw: st.DrawFn, **fields: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Each field, or not."""
    return {name: draw(value) for name, value in fields.items() if draw(st.booleans())}


@st.composite
def ascending(draw: st.DrawFn, start: dt.date, most: int, gap: int = 250) -> tuple[dt.date, ...]:
    """Odd dates after start, or dates at ends of months."""
    if draw(st.booleans()):
        gaps = draw(st.lists(whole(1, gap), min_size=1, max_size=most))
        return tuple(after(start, sum(gaps[: k + 1])) for k in range(len(gaps)))
    first, every = start.year * 12 + start.month, draw(st.sampled_from([1, 3, 6, 12]))
    months = [first + k * every for k in range(draw(whole(1, most)))]
    return tuple(after(dt.date((n + 1) // 12, (n + 1) % 12 + 1, 1), -1) for n in months)
