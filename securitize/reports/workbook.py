"""The tables of a run as a workbook: real numbers and dates, totals as formulas, text that stays text."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

from securitize.base.closed import complete
from securitize.base.errors import printable
from securitize.base.language import Language
from securitize.base.messages import Message, in_language
from securitize.base.wrapping import width_of
from securitize.reports.earlier import earlier_lines
from securitize.reports.headings import sentence
from securitize.reports.held import case_of, held_checks, is_build
from securitize.reports.html.figures import WRITTEN, own_columns
from securitize.reports.html.figures import Language as Languages
from securitize.reports.scenario_words import stresses_of
from securitize.reports.states import in_part
from securitize.reports.wording import in_unit
from securitize.store.identity import sha256
from securitize.store.named import holds_prices
from securitize.store.stored import StoredRun
from securitize.tables.dictionary import CURRENCY, MONEY, Column, Table, label, load, value_label
from securitize.tables.naming import AMOUNTS, Form
from securitize.tables.printed import is_whole

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: A table with more rows is left out, and said to be.
MOST_ROWS = 50_000
#: Number format of each form of a column; empty: as the workbook shows it.
FORMATS: Mapping[Form, str] = complete(
    Form,
    {
        "money": "#,##0.00",
        "percent": "0.000%",
        "rate": "0.0000%",
        "ratio": "0.0000",
        "number": "",
        "whole": "#,##0",
        "years": "0.00",
        "basis points": "#,##0.0",
        "date": "yyyy-mm-dd",
        "yes": "",
        "text": "",
    },
)
#: Of money in a currency without decimals.
WHOLE_AMOUNTS = "#,##0"
#: The same numbers as they take room.
PRINTED: Mapping[Form, str] = complete(
    Form,
    {
        "money": ",.2f",
        "percent": ".3%",
        "rate": ".4%",
        "ratio": ".4f",
        "number": "",
        "whole": ",.0f",
        "years": ".2f",
        "basis points": ",.1f",
        "date": "",
        "yes": "",
        "text": "",
    },
)
#: No clock gets into the file.
MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LONGEST = 32_000
#: Characters that the name of a sheet may have, and those that it may not.
LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
WIDEST = 48


def workbook(stored: StoredRun, languages: Languages = "both") -> bytes:
    """The workbook; equal runs give equal bytes. Raises StorageError where a table is damaged.

    languages : of sheets and headings; with both, headings have a row a language, and names of sheets and values of
        cells, which have one language, are English
    """
    from openpyxl import Workbook

    written: tuple[Language, ...] = WRITTEN[languages]
    book = Workbook()
    book.properties.creator = "securitize"
    book.properties.created = book.properties.modified = MADE.replace(tzinfo=None)
    book.remove(book.worksheets[0])
    cover = book.create_sheet(in_language("Cover", written[0]))
    names = [name for name in stored.manifest.tables if stored.manifest.tables[name].rows <= MOST_ROWS]
    sheets = _names_of_sheets(names, written[0], cover.title)
    _cover(cover, stored, sheets, written)
    for name, sheet in sheets.items():
        _sheet(book.create_sheet(sheet), load(name), stored.table(name).to_pylist(), written)
    out = io.BytesIO()
    book.save(out)
    return _without_clock(out.getvalue())


def _names_of_sheets(names: Sequence[str], language: Language, *taken: str) -> dict[str, str]:
    """table -> name of its sheet: its title, or its own name where the title is too long or taken."""
    found: dict[str, str] = {}
    used = {one.lower() for one in taken}
    for name in names:
        title = _NOT_IN_NAMES.sub(" ", _title(load(name), language))
        if len(title) > LONGEST_NAME or title.lower() in used:
            title = name[:LONGEST_NAME]
        used.add(title.lower())
        found[name] = title
    return found


def _title(table: Table, language: Language) -> str:
    match language:
        case "en":
            return table.title
        case "zh":
            return table.title_zh
        case _:
            assert_never(language)


def _cover(
    sheet: Worksheet, stored: StoredRun, sheets: Mapping[str, str], written: Sequence[Language]
) -> None:
    """What the run is, and its tables: one column a language, values beside them."""
    manifest = stored.manifest
    value = len(written) + 1
    entries = _entries(stored, written)
    for row, (about, shown) in enumerate(entries, 1):
        for k, language in enumerate(written, 1):
            _put(sheet.cell(row, k), in_language(about, language))
        _put(sheet.cell(row, value), shown)
    row = len(entries) + 2
    for k, language in enumerate(written, 1):
        _put(sheet.cell(row, k), in_language("Table", language))
    for k, heading in enumerate((Message("Name in files"), Message("Rows")), value):
        _put(sheet.cell(row, k), in_language(heading, written[0]))
    for name, of in manifest.tables.items():
        row += 1
        for k, language in enumerate(written, 1):
            _put(sheet.cell(row, k), _title(load(name), language))
        _put(sheet.cell(row, value), name)
        sheet.cell(row, value + 1).value = of.rows
        if name in sheets:
            sheet.cell(row, 1).hyperlink = f"#'{sheets[name]}'!A1"
        else:
            missing = Message("too long for a sheet: tables/{name}.parquet", name=name)
            _put(sheet.cell(row, value + 2), in_language(missing, written[0]))
    for k in range(1, value + 1):
        sheet.column_dimensions["ABC"[k - 1]].width = 40


def _entries(stored: StoredRun, written: Sequence[Language]) -> list[tuple[str, object]]:
    """What the run is: its English name, and the value."""
    about = stored.manifest.facts.about
    titles = {"en": about.get("title"), "zh": about.get("title_zh") or about.get("title")}
    held, of = held_checks(stored.manifest)
    stressed = [line[written[0]] for line in stresses_of(about, stored)]
    return [
        (Message("Deal"), about.get("deal")),
        *((Message("Title"), titles[language]) for language in written),
        (Message("Scenario"), _case(stored, written[0])),
        *((Message("Stress"), line) for line in stressed),
        (Message("Suite"), about.get("suite")),
        (Message("Random paths"), about.get("paths")),
        (Message("Result no."), stored.manifest.id),
        (Message("Version of securitize"), stored.manifest.version),
        (Message("SHA-256 of the manifest"), sha256(stored.manifest.to_bytes())),
        (Message("Runtime checks that hold"), f"{held} / {of}"),
        *((Message("Earlier version"), line) for line in earlier_lines(stored.manifest, written[0])),
    ]


def _case(stored: StoredRun, language: Language) -> object:
    """The scenario, or that it is the base case; nothing of a build."""
    scenario = stored.manifest.facts.about.get("scenario")
    if holds_prices(stored.manifest):
        return in_language(case_of(stored.manifest), language)
    return scenario or (None if is_build(stored.manifest) else in_language("base case", language))


def _sheet(
    sheet: Worksheet, table: Table, rows: Sequence[Mapping[str, Any]], written: Sequence[Language]
) -> None:
    """A table: its title and the unit of its amounts, a row of headings a language, its rows, totals of money."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    _put(sheet.cell(1, 1), in_language(_headline(table, rows, written[0]), written[0]))
    first = len(written) + 2
    sheet.freeze_panes = f"A{first}"
    columns = [table.column(name) for name in own_columns([one.name for one in table.columns], rows, written)]
    whole = [is_whole([values]) for values in rows]
    for k, column in enumerate(columns, 1):
        for row, language in enumerate(written, 2):
            cell = sheet.cell(row, k)
            _put(cell, label(table.name, column.name, language))
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        shown = [
            in_language(said, written[0])
            if (said := in_part(values, column.name))
            else _value(table.name, column, values[column.name], written[0])
            for values in rows
        ]
        for row, value in enumerate(shown, first):
            cell = sheet.cell(row, k)
            _put(cell, value)
            if number_format := _format_of(column, whole[row - first]):
                cell.number_format = number_format
        sheet.column_dimensions[get_column_letter(k)].width = _width(column, shown)
    # Totals are as wide as any other value: see _width.
    money = [k for k, column in enumerate(columns, 1) if column.type in MONEY]
    if not rows or not money:
        return
    last, all_whole = first + len(rows) - 1, is_whole(rows)
    _put(sheet.cell(last + 2, 1), in_language("Total", written[0]))
    for k in money:
        if k > 1:
            letter = get_column_letter(k)
            cell = sheet.cell(last + 2, k)
            cell.value = f"=SUM({letter}{first}:{letter}{last})"
            cell.number_format = _format_of(columns[k - 1], all_whole)
            cell.font = Font(bold=True)


def _format_of(column: Column, whole: bool) -> str:
    """The number format of a column; ``whole``: of amounts in a currency without decimals."""
    return WHOLE_AMOUNTS if whole and column.form in AMOUNTS else FORMATS[column.form]


def _headline(table: Table, rows: Sequence[Mapping[str, Any]], language: Language) -> str:
    """The title of a table, with the unit of its amounts where all have one."""
    title = _title(table, language)
    currencies = {row.get(CURRENCY) for row in rows} - {None}
    if len(currencies) != 1:
        return title
    return in_unit(title, str(currencies.pop()))


def _value(table: str, column: Column, value: Any, language: Language) -> Any:
    """A cell: words of the dictionary, and yes and no, in the language; numbers and dates as they are."""
    if isinstance(value, bool):
        return in_language("yes" if value else "no", language)
    if not isinstance(value, str) or not value:
        return value
    shown = value_label(table, column.name, value, language)
    return shown if column.values or shown != value else sentence(value, language)


def _put(cell: Any, value: object) -> None:
    """A value of a table in a cell: text as text, whatever it begins with."""
    if value is None:
        return
    if isinstance(value, str):
        text = _ILLEGAL.sub(lambda found: printable(found.group()), value)
        cell.value = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
        return
    cell.value = float(value) if isinstance(value, Decimal) else value


def _width(column: Column, shown: Sequence[Any]) -> float:
    """Room for the widest value as it is printed, a total in bold among them: a number that lacks it is ``###``."""
    longest = max((width_of(_printed(column, value)) for value in shown if value is not None), default=0)
    if column.type in MONEY:
        total = sum((value for value in shown if isinstance(value, Decimal)), Decimal(0))
        # Bold figures are a tenth wider in some fonts.
        longest = max(longest, math.ceil(1.1 * len(format(total, PRINTED["money"]))))
    # A heading wraps: half of it is room enough.
    heading = max(len(column.label), width_of(column.label_zh)) // 2
    return float(min(max(longest + 3, heading + 2, 10), WIDEST))


def _printed(column: Column, value: Any) -> str:
    """A value as its number format prints it."""
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return format(value, PRINTED[column.form]) if number else str(value)


def _without_clock(data: bytes) -> bytes:
    """The same archive with one time for all members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, _fixed_times(name, old.read(name)))
    return out.getvalue()


def _fixed_times(name: str, data: bytes) -> bytes:
    """Document properties without the moment of saving."""
    if name != "docProps/core.xml":
        return data
    moment = MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment, data)
