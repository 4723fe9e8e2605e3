"""Figures of a report: each is a cell of a stored table, shown in one form, with the reference to the cell."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, assert_never

from securitize.base.closed import complete
from securitize.base.language import Language as OneLanguage
from securitize.base.messages import in_language
from securitize.definitions.deals.currencies import in_currency
from securitize.reports.element import Element, el
from securitize.reports.headings import in_form, sentence
from securitize.store.stored import StoredRun
from securitize.tables.dictionary import CURRENCY, Column, load, value_label
from securitize.tables.naming import AMOUNTS, ANSWERS, DATES, TEXTS, Form
from securitize.tables.printed import printed_rows

Language = Literal["zh", "en", "both"]
#: Of a report: the language that its page declares, and those in which names are written.
DECLARED: Mapping[Language, str] = complete(Language, {"zh": "zh", "en": "en", "both": "en"})
WRITTEN: Mapping[Language, tuple[OneLanguage, ...]] = complete(
    Language, {"zh": ("zh",), "en": ("en",), "both": ("en", "zh")}
)
Row = Mapping[str, Any]
#: What stands for null.
NOTHING = "–"


def shown(value: Any, form: Form, language: OneLanguage = "en") -> str:
    """A cell as the report shows it in one language."""
    if value is None:
        return NOTHING
    if form in ANSWERS:
        return in_language("yes" if value else "no", language)
    return str(value) if form in TEXTS else in_form(value, form)


def in_words(table: str, column: str, value: Any, form: Form, language: OneLanguage) -> str:
    """A cell in one language: words of the dictionary and sentences in it too."""
    if form in TEXTS and value is not None:
        label = value_label(table, column, str(value), language)
        return sentence(label, language) if label == value else label
    return shown(value, form, language)


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
            self.rows_of[table] = printed_rows(self.stored.table(table))
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

    def said(self, en: str, zh: str) -> str:
        """A text that can be in one language only, such as an attribute."""
        match self.language:
            case "zh":
                return zh
            case "en" | "both":
                return en
            case _:
                assert_never(self.language)

    def figure(self, table: str, row: Row, column: str, form: Form) -> Element:
        """One cell, with the reference to it; the exact value where it is shown rounded, or in other words."""
        value = _plain(row[column])
        seen = _in_its_currency(row[column], form, row)
        texts = {code: in_words(table, column, seen, form, code) for code in WRITTEN[self.language]}
        text = next(iter(texts.values()))
        alike = len(set(texts.values())) == 1
        return el(
            "data",
            text
            if alike
            else [part for code in texts for part in (el("span", texts[code], lang=code), " ")][:-1],
            value=None if alike and value == text else value,
            data_ref=reference(table, row, column),
            data_form=form,
        )

    def cited(self, table: str, row: Row, column: str, form: Form) -> Element:
        """One cell with its reference written beside it, for figures that stand in a sentence."""
        source = el("small", f" {reference(table, row, column)}", class_="ref")
        return el("span", self.figure(table, row, column, form), source, class_="cited")

    def table(
        self,
        table: str,
        rows: Sequence[Row],
        columns: Sequence[str],
        heads: int = 1,
        classes: Callable[[Row, str], str | None] | None = None,
        said: Callable[[Row, str], str | None] | None = None,
    ) -> Element:
        """A table of cells; headings and forms are those of the data dictionary.

        columns : of a pair such as title and title_zh, a page in one language has its own
        heads   : how many of them head a row
        classes : of a cell by its row and column, such as whether it is a hit
        said    : the message that stands in place of a cell that would say less than the row; None for the cell
        """
        described = load(table)
        named = [described.column(name) for name in own_columns(columns, rows, WRITTEN[self.language])]
        headings = [
            el("th", self.t(one.label, one.label_zh), scope="col", class_=_side(one.form)) for one in named
        ]
        body = [
            el("tr", *self._cells(table, row, named, heads, classes, said))
            for row in rows
        ]  # fmt: skip
        caption = el("caption", self.t(described.title, described.title_zh), " ", el("code", table))
        made = el("table", caption, el("thead", el("tr", *headings)), el("tbody", *body))
        name = self.said(described.title, described.title_zh)
        return el("div", made, class_="wide", tabindex=0, role="region", aria_label=name)

    def _cells(
        self,
        table: str,
        row: Row,
        columns: Sequence[Column],
        heads: int,
        classes: Callable[[Row, str], str | None] | None,
        said: Callable[[Row, str], str | None] | None,
    ) -> Iterator[Element]:
        for k, column in enumerate(columns):
            side = _side(column.form)
            kinds = " ".join(filter(None, (side, classes(row, column.name) if classes else None))) or None
            words = said(row, column.name) if said else None
            figure = (
                self.figure(table, row, column.name, column.form)
                if words is None
                else self.t(words, in_language(words, "zh"))
            )
            yield el("th", figure, scope="row", class_=kinds) if k < heads else el("td", figure, class_=kinds)


def own_columns(columns: Sequence[str], rows: Sequence[Row], written: Sequence[str]) -> Sequence[str]:
    """The columns without those of a pair such as title and title_zh that are in a language not written."""
    pairs = [name for name in columns if f"{name}_zh" in columns]
    if len(written) > 1:
        return columns
    if "zh" not in written:
        return [name for name in columns if name.removesuffix("_zh") not in pairs or name in pairs]
    whole = [name for name in pairs if all(row[f"{name}_zh"] or not row[name] for row in rows)]
    return [name for name in columns if name not in whole]


def _side(form: Form) -> str | None:
    return "date" if form in DATES else None if form in TEXTS | ANSWERS else "right"


def _in_its_currency(value: Any, form: Form, row: Row) -> Any:
    """Money in the decimals of the currency that the row names; a mean over paths is a floating-point number."""
    if form not in AMOUNTS or value is None or not row.get(CURRENCY):
        return value
    return in_currency(Decimal(value), row[CURRENCY])


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
