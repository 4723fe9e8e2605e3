"""The tables of a run as a workbook: real numbers and dates, totals as formulas, text that stays text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.closed import complete
from securitize.base.errors import printable
from securitize.base.messages import Message
from securitize.store.identity import sha256
from securitize.store.stored import StoredRun
from securitize.tables.dictionary import MONEY, Column, ColumnType, Table, load

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: A table with more rows is left out, and said to be.
MOST_ROWS = 50_000
#: Number format of each type of column; empty: as the workbook shows it.
FORMATS: Mapping[ColumnType, str] = complete(
    ColumnType,
    {
        "money": "#,##0.00",
        "rate": "0.0000%",
        "ratio": "0.000000",
        "integer": "#,##0",
        "date": "yyyy-mm-dd",
        "text": "",
        "boolean": "",
        "minor": "#,##0",
        "scaled": "#,##0",
        "texts": "",
    },
)
#: No clock gets into the file.
MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LONGEST = 32_000
TOTAL = "total 合计"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def workbook(stored: StoredRun) -> bytes:
    """The workbook; equal runs give equal bytes. Raises StorageError where a table is damaged."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "securitize"
    book.properties.created = book.properties.modified = MADE.replace(tzinfo=None)
    book.remove(book.worksheets[0])
    cover = book.create_sheet("cover 封面")
    names = [name for name in stored.manifest.tables if stored.manifest.tables[name].rows <= MOST_ROWS]
    left_out = [name for name in stored.manifest.tables if name not in names]
    _cover(cover, stored, names, left_out)
    for name in names:
        _sheet(book.create_sheet(name[:31]), load(name), stored.table(name).to_pylist())
    out = io.BytesIO()
    book.save(out)
    return _without_clock(out.getvalue())


def _cover(sheet: Worksheet, stored: StoredRun, names: list[str], left_out: list[str]) -> None:
    manifest = stored.manifest
    about = manifest.facts.about
    entries: list[tuple[str, object]] = [
        ("deal 项目", about.get("deal")),
        ("title", about.get("title")),
        ("名称", about.get("title_zh")),
        ("scenario 情景", about.get("scenario") or "base case 基准"),
        ("suite 情景组", about.get("suite")),
        ("random paths 随机路径", about.get("paths")),
        ("run 运行", manifest.id),
        ("securitize", manifest.version),
        ("manifest SHA-256 清单", sha256(manifest.to_bytes())),
        ("runtime checks that hold 运行校验", sum(v == "holds" for v in manifest.facts.checks.values())),
    ]
    for row, (label, value) in enumerate(entries, 1):
        _put(sheet.cell(row, 1), label)
        _put(sheet.cell(row, 2), value)
    row = len(entries) + 2
    for heading, column in (("table 数据表", 1), ("title", 2), ("名称", 3), ("rows 行数", 4)):
        _put(sheet.cell(row, column), heading)
    for name in names:
        row += 1
        table = load(name)
        cell = sheet.cell(row, 1)
        _put(cell, name)
        cell.hyperlink = f"#'{name[:31]}'!A1"
        _put(sheet.cell(row, 2), table.title)
        _put(sheet.cell(row, 3), table.title_zh)
        sheet.cell(row, 4).value = manifest.tables[name].rows
    for name in left_out:
        row += 1
        _put(sheet.cell(row, 1), name)
        _put(sheet.cell(row, 2), Message("too long for a sheet: tables/{name}.parquet", name=name))
        sheet.cell(row, 4).value = manifest.tables[name].rows
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 70
    sheet.column_dimensions["C"].width = 40


def _sheet(sheet: Worksheet, table: Table, rows: list[dict[str, Any]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A3"
    for k, column in enumerate(table.columns, 1):
        unit = f" ({column.unit})" if column.unit else ""
        for row, text in ((1, f"{column.name}{unit}"), (2, column.description_zh)):
            cell = sheet.cell(row, k)
            _put(cell, text)
            cell.font = Font(bold=row == 1)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(k)].width = _width(column, rows)
    for r, values in enumerate(rows, 3):
        for k, column in enumerate(table.columns, 1):
            cell = sheet.cell(r, k)
            _put(cell, values[column.name])
            if number_format := FORMATS[column.type]:
                cell.number_format = number_format
    money = [k for k, column in enumerate(table.columns, 1) if column.type in MONEY]
    if not rows or not money:
        return
    last = len(rows) + 2
    _put(sheet.cell(last + 2, 1), TOTAL)
    for k in money:
        if k > 1:
            letter = get_column_letter(k)
            cell = sheet.cell(last + 2, k)
            cell.value = f"=SUM({letter}3:{letter}{last})"
            cell.number_format = FORMATS["money"]
            cell.font = Font(bold=True)


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


def _width(column: Column, rows: list[dict[str, Any]]) -> float:
    longest = max(
        (len(str(row[column.name])) for row in rows[:200] if row[column.name] is not None), default=0
    )
    return float(min(max(longest + 3, len(column.name) + 2, 10), 48))


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
