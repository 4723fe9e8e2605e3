"""The canonical columns of candidate tables, from ``columns.toml``: types, meanings, bounds, Arrow schemas."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from securitize.base.closed import complete, partition
from securitize.tables.dictionary import Column, ColumnType, Table, arrow_types
from securitize.tables.naming import Form, namings

Kind = Literal["text", "date", "whole", "amount", "number", "share", "flag", "list", "word"]
PACKAGE = "securitize.pooling.candidates"
#: The column that every table carries: 1-based row of the file, headings and blank rows counted.
ROW = "row"


@dataclass(frozen=True, slots=True)
class Writing:
    """How a kind of column is written in a file, stored and shown.

    type     : of the data dictionary;  form : of its cells in print
    bounds   : smallest and largest value, in currency units or decimals; None: it is no number
    decimals : that are kept, where it is stored as a whole number of the smallest unit
    unit     : that it is stored in
    plain    : pattern (RE2) of what is plainly right, where there is one
    """

    type: ColumnType
    form: Form
    bounds: tuple[float, float] | None = None
    decimals: int | None = None
    unit: str | None = None
    plain: str | None = None


WRITINGS: Mapping[Kind, Writing] = complete(
    Kind,
    {
        "text": Writing("text", "text"),
        "date": Writing("date", "date"),
        "whole": Writing("integer", "whole", (0, 1e9), plain=r"^[1-9]\d{0,8}$"),
        "amount": Writing("minor", "money", (0, 1e13), 2, "minor units", r"^(0|[1-9]\d{0,11})(\.\d{1,2})?$"),
        "number": Writing("ratio", "number", (0, 1e15)),
        "share": Writing("scaled", "percent", (0, 1), 8, "1e-8", r"^0(\.\d{1,8})?$"),
        "flag": Writing("boolean", "yes"),
        "list": Writing("texts", "text"),
        "word": Writing("text", "text"),
    },
)
LISTS, _ = partition(Kind, {"list"}, {"text", "date", "whole", "amount", "number", "share", "flag", "word"})


@dataclass(frozen=True, slots=True)
class CandidateColumn(Column):
    """A column of the data dictionary that is read from a file.

    kind            : as it is written there; a ``word`` is one of ``values``
    bounds          : smallest and largest value, in currency units or decimals; of numbers only
    zero_is_missing : nobody counted, where a zero stands
    """

    kind: Kind = "text"
    bounds: tuple[float, float] = (0, 0)
    zero_is_missing: bool = False


@dataclass(frozen=True, slots=True)
class CandidateTable(Table):
    """A table of the data dictionary that is read from a file. Rows without a primary key are events.

    past     : dates that cannot lie after the day on which everything is judged
    order    : pairs of dates of which the first cannot lie after the second
    required : columns without which a row says nothing, besides the key
    unique   : columns that name one row at most, besides the key
    """

    columns: tuple[CandidateColumn, ...]
    past: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    required: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The column that identifies a row; empty where rows are events."""
        return "".join(self.primary_key)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns in their order, without ``row``."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> CandidateColumn:
        """The column of a name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]


def load_toml(name: str) -> dict[str, Any]:
    """A data file of this package."""
    return tomllib.loads(resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8"))


@cache
def tables() -> Mapping[str, CandidateTable]:
    """The canonical tables by name: patents, companies, contracts, legal_events, comparables."""
    read = load_toml("columns.toml")
    values, headings = read.pop("values"), read.pop("headings")
    return MappingProxyType({name: _table(name, raw, headings, values) for name, raw in read.items()})


def schema(table: str) -> Any:
    """The Arrow schema of a table (:class:`pyarrow.Schema`), ``row`` first.

    Amounts are int64 minor units and shares int64 units of 1e-8 (``unit`` in the metadata of the field), dates
    date32, lists ``list<string>``, words and texts string. Every column but ``row`` may be null.
    """
    import pyarrow as pa

    fields = [pa.field(ROW, pa.int64(), nullable=False)]
    for column in tables()[table].columns:
        about = {"unit": column.unit} if column.unit else None
        fields.append(pa.field(column.name, arrow_types()[column.type], metadata=about))
    return pa.schema(fields)


def _table(
    name: str, raw: Mapping[str, Any], headings: Mapping[str, str], values: Mapping[str, Mapping[str, str]]
) -> CandidateTable:
    columns = []
    for column, (written, meaning, label_zh) in raw["columns"].items():
        words = tuple(written) if isinstance(written, list) else ()
        kind: Kind = "word" if words else written
        writing = WRITINGS[kind]
        low, high = raw.get("bounds", {}).get(column, writing.bounds or (0, 0))
        columns.append(
            CandidateColumn(
                name=column,
                type=writing.type,
                description=meaning,
                description_zh=label_zh,
                unit=writing.unit or "",
                nullable=True,
                values=words,
                label=_heading(column, headings),
                label_zh=label_zh,
                form=writing.form,
                values_zh={word: values[column][word] for word in words},
                kind=kind,
                bounds=(low, high),
                zero_is_missing=column in raw.get("zero_is_missing", ()),
            )
        )
    return CandidateTable(
        name=name,
        schema_version="1.0",
        title=raw["title"],
        title_zh=raw["title_zh"],
        description=raw["title"],
        description_zh=raw["title_zh"],
        primary_key=(raw["key"],) if raw["key"] else (),
        columns=tuple(columns),
        past=tuple(raw.get("past", ())),
        order=tuple((first, second) for first, second in raw.get("order", ())),
        required=tuple(raw.get("required", ())),
        unique=tuple(raw.get("unique", ())),
    )


def _heading(column: str, headings: Mapping[str, str]) -> str:
    """The heading of the name in ``headings``, else that of result tables, else the name in words."""
    if column in headings:
        return headings[column]
    if column in namings():
        return namings()[column].label
    return column.replace("_", " ").capitalize()
