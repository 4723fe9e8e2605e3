"""The canonical columns of candidate tables, from ``columns.toml``: types, meanings, bounds, Arrow schemas."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, assert_never

from securitize.base.closed import complete, partition

Kind = Literal["text", "date", "whole", "amount", "number", "share", "flag", "list", "word"]
PACKAGE = "securitize.pooling.candidates"
#: The column that every table carries: 1-based row of the file, headings and blank rows counted.
ROW = "row"


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of column is written in a file, and stored.

    stored   : name of its Arrow type
    bounds   : smallest and largest value, in currency units or decimals; None: it is no number
    decimals : that are kept, where it is stored as a whole number of the smallest unit
    unit     : that it is stored in
    plain    : pattern (RE2) of what is plainly right, where there is one
    """

    stored: Literal["string", "date32", "int64", "float64", "bool", "strings"]
    bounds: tuple[float, float] | None = None
    decimals: int | None = None
    unit: str | None = None
    plain: str | None = None


FORMS: Mapping[Kind, Form] = complete(
    Kind,
    {
        "text": Form("string"),
        "date": Form("date32"),
        "whole": Form("int64", (0, 1e9), plain=r"^[1-9]\d{0,8}$"),
        "amount": Form("int64", (0, 1e13), 2, "minor units", r"^(0|[1-9]\d{0,11})(\.\d{1,2})?$"),
        "number": Form("float64", (0, 1e15)),
        "share": Form("int64", (0, 1), 8, "1e-8", r"^0(\.\d{1,8})?$"),
        "flag": Form("bool"),
        "list": Form("strings"),
        "word": Form("string"),
    },
)
LISTS, _ = partition(Kind, {"list"}, {"text", "date", "whole", "amount", "number", "share", "flag", "word"})


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical column.

    type            : ``word`` is one of ``words``
    bounds          : smallest and largest value, in currency units or decimals; of numbers only
    zero_is_missing : nobody counted, where a zero stands
    """

    name: str
    type: Kind
    meaning: str
    meaning_zh: str
    words: tuple[str, ...] = ()
    bounds: tuple[float, float] = (0, 0)
    zero_is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A canonical table.

    key      : column that identifies a row; empty where rows are events
    past     : dates that cannot lie after the day on which everything is judged
    order    : pairs of dates of which the first cannot lie after the second
    required : columns without which a row says nothing, besides the key
    unique   : columns that name one row at most, besides the key
    """

    name: str
    key: str
    columns: tuple[Column, ...]
    past: tuple[str, ...]
    order: tuple[tuple[str, str], ...]
    required: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns in their order, without ``row``."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of a name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def load_toml(name: str) -> dict[str, Any]:
    """A data file of this package."""
    return tomllib.loads(resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8"))


@cache
def tables() -> Mapping[str, Table]:
    """The canonical tables by name: patents, companies, contracts, legal_events, comparables."""
    return MappingProxyType({name: _table(name, raw) for name, raw in load_toml("columns.toml").items()})


def schema(table: str) -> Any:
    """The Arrow schema of a table (:class:`pyarrow.Schema`), ``row`` first.

    Amounts are int64 minor units and shares int64 units of 1e-8 (``unit`` in the metadata of the field), dates
    date32, lists ``list<string>``, words and texts string. Every column but ``row`` may be null.
    """
    import pyarrow as pa

    fields = [pa.field(ROW, pa.int64(), nullable=False)]
    for column in tables()[table].columns:
        unit = FORMS[column.type].unit
        fields.append(
            pa.field(column.name, arrow_type(column.type), metadata={"unit": unit} if unit else None)
        )
    return pa.schema(fields)


def arrow_type(kind: Kind) -> Any:
    """The Arrow type of a kind of column."""
    import pyarrow as pa

    match FORMS[kind].stored:
        case "string":
            return pa.string()
        case "date32":
            return pa.date32()
        case "int64":
            return pa.int64()
        case "float64":
            return pa.float64()
        case "bool":
            return pa.bool_()
        case "strings":
            return pa.list_(pa.string())
        case stored:
            assert_never(stored)


def _table(name: str, raw: Mapping[str, Any]) -> Table:
    bounds, zero = raw.get("bounds", {}), raw.get("zero_is_missing", ())
    columns = []
    for column, (kind, meaning, meaning_zh) in raw["columns"].items():
        words = tuple(kind) if isinstance(kind, list) else ()
        type_: Kind = "word" if words else kind
        low, high = bounds.get(column, FORMS[type_].bounds or (0, 0))
        columns.append(Column(column, type_, meaning, meaning_zh, words, (low, high), column in zero))
    order = tuple((first, second) for first, second in raw.get("order", ()))
    required, unique = tuple(raw.get("required", ())), tuple(raw.get("unique", ()))
    return Table(name, raw["key"], tuple(columns), tuple(raw.get("past", ())), order, required, unique)
