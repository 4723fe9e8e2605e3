"""Figures of a report: each is a cell of a stored table, shown in one form, with the reference to the cell."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, assert_never

from securitize.base.closed import complete
from securitize.reports.element import Element, el
from securitize.store.stored import StoredRun
from securitize.tables.dictionary import load

Language = Literal["zh", "en", "both"]
#: Of a report: the language that its page declares, and those in which names are written.
DECLARED: Mapping[Language, str] = complete(Language, {"zh": "zh", "en": "en", "both": "en"})
WRITTEN: Mapping[Language, tuple[str, ...]] = complete(
    Language, {"zh": ("zh",), "en": ("en",), "both": ("en", "zh")}
)
Row = Mapping[str, Any]
#: What stands for null.
NOTHING = "–"


def _money(value: Any) -> str:
    return f"{value:,.2f}"


def _percent(value: Any) -> str:
    return f"{float(value) * 100:.3f}%"


def _number(value: Any) -> str:
    return f"{float(value):.4g}"


def _yes(value: Any) -> str:
    return "yes 是" if value else "no 否"


def _text(value: Any) -> str:
    return str(value)


#: Form -> how a cell of that form is shown.
FORMS: dict[str, Callable[[Any], str]] = {
    "money": _money,
    "percent": _percent,
    "ratio": lambda value: f"{float(value):.4f}",
    "years": lambda value: f"{float(value):.2f}",
    "basis points": lambda value: f"{float(value):,.1f}",
    "number": _number,
    "whole": lambda value: f"{int(value):,}",
    "date": lambda value: value.isoformat() if isinstance(value, dt.date) else str(value),
    "yes": _yes,
    "text": _text,
    "rate": lambda value: f"{Decimal(value) * 100:.4f}%",
}


def shown(value: Any, form: str) -> str:
    """A cell as the report shows it."""
    return NOTHING if value is None else FORMS[form](value)


def reference(table: str, row: Row, column: str) -> str:
    """Where a cell stands: ``table["key","key"].column``."""
    keys = [
        row[name].isoformat() if isinstance(row[name], dt.date) else row[name]
        for name in load(table).primary_key
    ]
    return f"{table}{json.dumps(keys, ensure_ascii=False, separators=(',', ':'))}.{column}"


@dataclass
class Report:
    """What sections are made from: the tables of one stored run, and the language."""

    stored: StoredRun
    language: Language
    rows_of: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def has(self, *tables: str) -> bool:
        """Whether the run has all of these tables, none of them empty."""
        return all(name in self.stored.manifest.tables and self.rows(name) for name in tables)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of a table; none where the run has no such table."""
        if table not in self.stored.manifest.tables:
            return []
        if table not in self.rows_of:
            self.rows_of[table] = self.stored.table(table).to_pylist()
        return self.rows_of[table]

    @property
    def about(self) -> Mapping[str, Any]:
        """Labels of the run."""
        return self.stored.manifest.facts.about

    def t(self, en: str, zh: str, name: str = "span") -> Element:
        """Text in the report's language, or in both."""
        match self.language:
            case "both":
                return el(name, el("span", en, lang="en"), " ", el("span", zh, lang="zh", class_="zh"))
            case "en":
                return el(name, en, lang="en")
            case "zh":
                return el(name, zh, lang="zh")
            case _:
                assert_never(self.language)

    def figure(self, table: str, row: Row, column: str, form: str) -> Element:
        """One cell, with the reference to it; the exact value where it is shown rounded."""
        value, text = _plain(row[column]), shown(row[column], form)
        return el(
            "data",
            text,
            value=None if value == text else value,
            data_ref=reference(table, row, column),
            data_form=form,
        )

    def cited(self, table: str, row: Row, column: str, form: str) -> Element:
        """One cell with its reference written beside it, for figures that stand in a sentence."""
        source = el("small", f" {reference(table, row, column)}", class_="ref")
        return el("span", self.figure(table, row, column, form), source, class_="cited")

    def table(
        self,
        table: str,
        rows: Sequence[Row],
        columns: Sequence[tuple[str, str, str, str]],
        heads: int = 1,
        classes: Callable[[Row, str], str | None] | None = None,
    ) -> Element:
        """A table of cells.

        columns : (column, heading, Chinese heading, form);  heads : how many of them head a row
        classes : of a cell by its row and column, such as whether it is a hit
        """
        headings = [el("th", self.t(en, zh), scope="col", class_=_side(form)) for _, en, zh, form in columns]
        body = [
            el("tr", *self._cells(table, row, columns, heads, classes))
            for row in rows
        ]  # fmt: skip
        caption = el("caption", self.t("table", "数据表"), " ", el("code", table))
        made = el("table", caption, el("thead", el("tr", *headings)), el("tbody", *body))
        return el("div", made, class_="wide", tabindex=0, role="region", aria_label=load(table).title)

    def _cells(
        self,
        table: str,
        row: Row,
        columns: Sequence[tuple[str, str, str, str]],
        heads: int,
        classes: Callable[[Row, str], str | None] | None,
    ) -> Iterator[Element]:
        for k, (column, _, _, form) in enumerate(columns):
            kinds = " ".join(filter(None, (_side(form), classes(row, column) if classes else None))) or None
            figure = self.figure(table, row, column, form)
            yield el("th", figure, scope="row", class_=kinds) if k < heads else el("td", figure, class_=kinds)


def _side(form: str) -> str | None:
    return {"text": None, "yes": None, "date": "date"}.get(form, "right")


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
