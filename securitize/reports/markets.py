"""A market for a reader or another program: its curves, spreads and indices, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Listing, Message, in_language
from securitize.definitions.loading import load_holidays
from securitize.library.shelves import HOLIDAYS_FILE
from securitize.market.market_curves import MarketCurves, loaded_curves
from securitize.market.market_rows import Rows, index_rows, point_rows, spread_rows
from securitize.market.of_day import market_for
from securitize.reports.headings import cell, heading, value_named
from securitize.reports.names import titled
from securitize.reports.tables import as_csv, plain_rows, to_json
from securitize.reports.terminal import (
    Column,
    emit_data,
    percent,
    print_description,
    print_line,
    print_prose,
    print_table,
)
from securitize.reports.wording import day
from securitize.reports.words import in_users, word
from securitize.tables.build import build
from securitize.tables.dictionary import load, names

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.definitions.scenarios.market import Holidays, Market


class MarketSheet:
    """A market that was read, with its curves where it holds any."""

    def __init__(self, name_or_path: str, holidays: Path | None = None) -> None:
        """Raises UsageError where there is none, DefinitionError with every problem of its file."""
        found = market_for(name_or_path)
        loaded, self.lines = found.loaded, found.lines
        self.market: Market = loaded.model
        dated = self.market.date is not None or bool(self.market.curves)
        self.curves: MarketCurves | None = (
            loaded_curves(loaded, _holidays(loaded.path, holidays)) if dated else None
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be told of the day, and what the calendar does not know."""
        return (*self.lines, *(self.curves.warnings if self.curves else ()))

    def tables(self) -> dict[str, pa.Table]:
        """The tables of set ``market``."""
        rows = {
            "market_points": self._points(),
            "market_spreads": spread_rows(self.market),
            "market_indices": index_rows(self.market),
        }
        return {name: build(name, _columns(name, rows[name])) for name in names("market")}

    def print_csv(self, table: str) -> None:
        """One table on standard output."""
        emit_data(as_csv(self.tables()[table]))

    def print_json(self) -> None:
        """All of it as one object on standard output; quotes as strings of exact decimals, results as numbers."""
        market, curves = self.market, self.curves
        conventions = {
            name: curve.model_dump(
                mode="json", exclude={"points", "deposits", "swaps", "rate", "source", "rate_kind"}
            )
            for name, curve in market.curves.items()
        }
        emit_data(
            to_json(
                {
                    "market": market.name,
                    "title": market.title,
                    "title_zh": market.title_zh,
                    "date": None if market.date is None else str(market.date),
                    "currency": market.currency,
                    "calendar": market.calendar,
                    "government": market.government if curves else None,
                    "curves": conventions,
                    "kinds": dict(curves.kinds) if curves else {},
                    "warnings": list(self.warnings),
                    "tables": {name: plain_rows(table) for name, table in self.tables().items()},
                }
            )
        )

    def print_sheet(self) -> None:
        """All of it for a reader on standard output."""
        market = self.market
        print_line(titled(market.name, market.title, market.title_zh))
        if self.curves is not None and market.date is not None:
            print_line(
                "evaluation date {date}, currency {currency}, calendar {calendar}; discount curve {government}",
                date=day(market.date),
                currency=market.currency,
                calendar=market.calendar,
                government=market.government,
            )
        print_line("")
        print_description(market.description)
        for one in market.breaks:
            why = in_users(one.what, one.what_zh)
            print_prose(in_language(Message("from {day} on: {what}", day=day(one.date), what=why)))
        sources: list[tuple[str, str, str, str]] = []
        points = self._points()
        for name in market.curves:
            _print_curve(market, name, [row for row in points if row["curve"] == name])
            sources += _sources(name, [row for row in points if row["curve"] == name and row["quoted"]])
        sources += self._print_spreads()
        _print_indices(index_rows(market))
        if sources:
            columns = [
                Column("Curve or rating", wraps=True),
                heading("market_points", "kind"),
                Column("Tenors", wraps=True),
                heading("market_points", "source", wraps=True),
            ]
            print_table("Sources", columns, sources)

    def _print_spreads(self) -> list[tuple[str, str, str, str]]:
        """The spreads; returns their sources."""
        spreads = spread_rows(self.market)
        if not spreads:
            return []
        columns = [
            heading("market_spreads", "rating"),
            Column("Tenor", right=True),
            *(
                heading("market_spreads", name)
                for name in ("spread", "spread_used", "spread_basis", "kind", "beyond")
            ),
        ]
        rows = [
            (
                one["rating"],
                tenor(one["months"]),
                percent(one["spread"]),
                _shown(one["spread_used"]),
                value_named("spread_basis", one["spread_basis"]),
                value_named("kind", one["kind"]),
                value_named("beyond", one["beyond"]),
            )
            for one in spreads
        ]
        print_table("Spreads over government par yields", columns, rows)
        sources: list[tuple[str, str, str, str]] = []
        for rating in self.market.spreads:
            of_rating = [one for one in spreads if one["rating"] == rating]
            sources += _sources(Message("spread of {rating}", rating=rating), of_rating)
        return sources

    def _points(self) -> Rows:
        return point_rows(self.market, self.curves) if self.curves else []


def market_tables() -> tuple[str, ...]:
    """Names of the tables of a market."""
    return names("market")


def tenor(count: int) -> str:
    """Months as a tenor is written: 3M, 1Y."""
    return f"{count // 12}Y" if count % 12 == 0 else f"{count}M"


def _print_curve(market: Market, name: str, rows: Rows) -> None:
    columns = [Column("Tenor", right=True)]
    columns += [
        heading("market_points", name) for name in ("quote", "kind", "par", "zero", "forward", "discount")
    ]
    lines = [
        (
            tenor(row["months"]),
            percent(row["quote"]),
            cell("market_points", "kind", row["kind"]),
            *(_shown(row[column]) for column in ("par", "zero", "forward")),
            f"{row['discount']:.8f}",
        )
        for row in rows
    ]
    curve = market.curves[name]
    conventions = [word("curve", curve.kind)]
    if hasattr(curve, "compounding"):
        conventions.append(word("compounding", curve.compounding))
    said = ("index", "day_count", "deposit_day_count", "swap_day_count")
    conventions += [str(getattr(curve, each)) for each in said if hasattr(curve, each)]
    title = Message("Curve {name}: {conventions}", name=name, conventions=Listing(conventions))
    print_table(title, columns, lines)


def _shown(rate: float | None) -> str | None:
    return None if rate is None else f"{100 * rate:.4f}%"


def _print_indices(rows: Rows) -> None:
    names_ = list(dict.fromkeys(row["index"] for row in rows))
    lines = []
    for name in names_:
        own = [row for row in rows if row["index"] == name]
        kinds = Listing(dict.fromkeys(value_named("kind", str(row["kind"])) for row in own))
        first, last = (cell("market_indices", "published", row["published"]) for row in (own[0], own[-1]))
        lines.append((name, len(own), first, last, percent(own[-1]["rate"]), kinds))
    if lines:
        columns = [
            heading("market_indices", "index"),
            Column("Number of rates"),
            Column("First published", right=True),
            Column("Last published", right=True),
            Column("Last rate", right=True),
            replace(heading("market_indices", "kind"), wraps=True),
        ]
        print_table("Index rates", columns, lines)


def _sources(name: str, rows: Rows) -> list[tuple[str, str, str, str]]:
    """Each source once, with the tenors that rest on it."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        source = str(row["source"])
        if row.get("as_of") is not None:
            source = Message("{source} (of {date})", source=source, date=row["as_of"])
        flat = row.get("quoted") == "flat"
        key = (value_named("kind", str(row["kind"])), source)
        found.setdefault(key, []).append(Message("all") if flat else tenor(row["months"]))
    return [(name, kind, Listing(dict.fromkeys(tenors)), source) for (kind, source), tenors in found.items()]


def _columns(name: str, rows: Rows) -> dict[str, Sequence[Any]]:
    return {column.name: [row[column.name] for row in rows] for column in load(name).columns}


def _holidays(market: Path, given: Path | None) -> Holidays | None:
    """Those given, else those beside the market file."""
    beside = market.parent / HOLIDAYS_FILE
    file = given or (beside if beside.exists() else None)
    return None if file is None else load_holidays(file).model
