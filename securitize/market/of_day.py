"""The market of a day: its own file, a row of a history of curves, or the nearest earlier of both.

Source: ``docs/reference/markets.md``, sections 6 and 9.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, NoReturn

from securitize.base.errors import UsageError
from securitize.base.messages import Message
from securitize.base.money import from_rate
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.loading import load_market
from securitize.definitions.scenarios.market import CurveHistory, Market
from securitize.library import find_market, list_deals, list_known, market_day_of

#: What the file of a currency's history of curves is called, after the name of its markets.
HISTORY = "month-ends"
#: Names of markets where neither a deal nor a name says which currency is meant.
USUAL = "china"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class MarketOfDay(NamedTuple):
    """A market, and what its reader is told of the day that was asked for.

    asked : that day, where one was; the market's own may be an earlier one
    """

    loaded: Loaded[Market]
    lines: tuple[str, ...]
    asked: dt.date | None = None


def market_for(name_or_path: str | None, deal_file: Path | None = None) -> MarketOfDay:
    """The market of a name, a date, a shipped deal or a file; None for that of a deal's own day.

    deal_file : whose own markets come first, whose currency is meant, and whose day where a history is named
    Raises UsageError where there is none on or before the day, DefinitionError with every problem of the file.
    """
    shipped = dict(list_deals()).get(name_or_path or "")
    if name_or_path is None or (shipped is not None and not os.path.exists(name_or_path)):
        of = shipped or deal_file
        assert of is not None  # without a name there is a deal
        return _nearest(*market_day_of(of), of)
    known = list_known("market", deal_file)
    asked = _day(name_or_path[-10:])
    if asked is not None and not os.path.exists(name_or_path):
        series = name_or_path[:-11]
        if not series and not any(name.endswith(f"-{asked}") for name, _ in known):
            series = market_day_of(deal_file)[0] if deal_file else USUAL
        if series and name_or_path not in dict(known):
            return _nearest(series, asked, deal_file)
    loaded = load_market(find_market(name_or_path, deal_file))
    if (history := loaded.model.history) is None:
        return MarketOfDay(loaded, breaks_before(loaded.model, loaded.model.date))
    day = market_day_of(deal_file)[1] if deal_file else history.rows[-1].date
    row = max((one.date for one in history.rows if one.date <= day), default=None)
    if row is None:
        _refuse(day, history.rows[0].date)
    return MarketOfDay(of_row(loaded, row), _lines(loaded.model, day, row), day)


def market_again(file: Path, day: dt.date, asked: dt.date | None) -> MarketOfDay:
    """A market that was found before, from its file alone: the row of ``day`` of a history, the day that was asked for.

    Raises DefinitionError with every problem of the file, UsageError where it has no such row.
    """
    loaded = load_market(file)
    if (history := loaded.model.history) is not None:
        if day not in {row.date for row in history.rows}:
            raise UsageError("no market is of {day}", day=day)
        loaded = of_row(loaded, day)
    return MarketOfDay(loaded, _lines(loaded.model, asked or day, day), asked)


def of_row(loaded: Loaded[Market], day: dt.date) -> Loaded[Market]:
    """The market of one row of a history of curves, as a file of that day would hold it."""
    market, history = loaded.model, loaded.model.history
    assert history is not None
    (row,) = [one for one in history.rows if one.date == day]
    spreads = market.spreads if history.spreads_from is None or day >= history.spreads_from else {}
    curve = {
        "kind": "par",
        "compounding": history.compounding,
        "day_count": history.day_count,
        "source": history.source,
        "points": tuple(
            {"tenor": tenor, "rate": from_rate(rate), "kind": "published"}
            for tenor, rate in zip(history.tenors, row.rates, strict=True)
        ),
    }
    only = Market.model_validate({"name": "x", "curves": {"government": curve}})
    made = market.model_copy(
        update={
            "name": f"{market.name.removesuffix(HISTORY)}{day}",
            "date": day,
            "government": "government",
            "curves": only.curves,
            "spreads": spreads,
            "history": None,
        }
    )
    return replace(loaded, model=made)


def breaks_before(market: Market, day: dt.date | None) -> tuple[str, ...]:
    """A line for each day, up to ``day``, across which curves and spreads do not compare."""
    return tuple(
        Message(
            "spreads over {market} do not compare with those of before {day}; market show says why",
            market=market.name,
            day=one.date,
        )
        for one in market.breaks
        if day is not None and one.date <= day
    )


def _nearest(series: str, day: dt.date, deal_file: Path | None) -> MarketOfDay:
    known = dict(list_known("market", deal_file))
    found = sorted(_days(series, known))
    # On one day a file comes before the row of a history.
    best = max((one for one in found if one[0] <= day), default=None)
    if best is None:
        _refuse(day, found[0][0] if found else None)
    found_day, own = best
    if own:
        loaded = load_market(known[f"{series}-{found_day}"])
    else:
        loaded = of_row(load_market(known[f"{series}-{HISTORY}"]), found_day)
    return MarketOfDay(loaded, _lines(loaded.model, day, found_day), day)


def _days(series: str, known: dict[str, Path]) -> Iterator[tuple[dt.date, bool]]:
    """Every day of which there is a market, and whether it has a file of its own."""
    for name in known:
        if name.startswith(f"{series}-") and (day := _day(name[len(series) + 1 :])) is not None:
            yield day, True
    if (file := known.get(f"{series}-{HISTORY}")) is not None:
        history: CurveHistory | None = load_market(file).model.history
        yield from ((row.date, False) for row in (history.rows if history else ()))


def _day(text: str) -> dt.date | None:
    """The day that a text writes as year-month-day; None where it writes none."""
    try:
        return dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _lines(market: Market, day: dt.date, found: dt.date) -> tuple[str, ...]:
    """That another day is taken, and what breaks the market by the day that was asked for."""
    breaks = breaks_before(market, day)
    if day == found:
        return breaks
    taken = Message(
        "no market is of {day}: that of {date}, {days} days before, is taken",
        day=day,
        date=found,
        days=(day - found).days,
    )
    return (taken, *breaks)


def _refuse(day: dt.date, first: dt.date | None) -> NoReturn:
    if first is None:
        raise UsageError("no market is of {day}", day=day)
    raise UsageError("no market is of {day} or before; the first one is of {first}", day=day, first=first)
