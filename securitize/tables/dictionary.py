"""The tables as ``*.toml`` describes them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any, Literal, assert_never, get_args

from securitize.base.closed import complete, partition
from securitize.base.language import Language
from securitize.tables.naming import FILE, Form, known_form, namings

if TYPE_CHECKING:
    import pyarrow as pa

#: date     date32
#: integer  int64
#: text     UTF-8 string
#: boolean  true or false
#: money    decimal128(18, 2), in the currency of the column ``currency``
#: rate     decimal128(12, 8)
#: ratio    float64, never NaN or infinite: what has no value is null
#: minor    int64, minor units; scaled  int64, units of 1e-8; texts  list of strings: of candidate tables only
ColumnType = Literal[
    "date", "integer", "text", "boolean", "money", "rate", "ratio", "minor", "scaled", "texts"
]
#: Tables of runs, of random and of kept paths, of builds of pools, of markets, of savings, of plans, of prices, of
#: stress results, of checks, and of the pool's loss without sampling.
TableSet = Literal[
    "run", "paths", "kept", "build", "market", "savings", "programme", "prices", "stress", "check", "losses"
]
TABLE_SETS: tuple[TableSet, ...] = get_args(TableSet)
_FOLDERS: Mapping[TableSet, str] = complete(
    TableSet,
    {
        "run": "",
        "paths": "paths",
        "kept": "kept",
        "build": "builds",
        "market": "markets",
        "savings": "savings",
        "programme": "programmes",
        "prices": "prices",
        "stress": "stresses",
        "check": "checks",
        "losses": "losses",
    },
)
#: Columns that can identify a row, and those that hold money; the others do neither.
IDENTIFYING, MONEY, _ = partition(
    ColumnType,
    {"text", "integer", "date"},
    {"money"},
    {"boolean", "rate", "ratio", "minor", "scaled", "texts"},
)
#: Columns that hold floating-point numbers; every other cell is exact.
FLOATING, _ = partition(
    ColumnType,
    {"ratio"},
    {"date", "integer", "text", "boolean", "money", "rate", "minor", "scaled", "texts"},
)
#: By how much a floating-point number may differ on other libraries or processors, where its column says nothing.
TOLERANCE = 1e-12
MONEY_DIGITS = 18
RATE_DIGITS = 12
CURRENCY = "currency"
#: The column by which tables of random paths are cut into row groups.
PATH = "path"


@dataclass(frozen=True, slots=True)
class Former:
    """How files of an earlier schema version have a column.

    before  : the version from which on the column is as it is described
    name    : its name in earlier files; empty: the same
    type    : its type there; None: the same
    words   : what was written there -> the word today; of a boolean column ``true`` and ``false``. Others stay
    kept_zh : words of earlier files that no file has today -> their Chinese
    other   : what it held there answers another question: it is read as null
    meaning : what it held there, where that is not quite the same;  ``meaning_zh`` in Chinese
    """

    before: str
    name: str = ""
    type: ColumnType | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    kept_zh: Mapping[str, str] = field(default_factory=dict)
    other: bool = False
    meaning: str = ""
    meaning_zh: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    values    : closes the list of what a text column may hold; empty: anything
    label     : its heading, ``label_zh`` in Chinese;  form : how its cells are shown
    values_zh : value -> its Chinese; of a closed column every value that is not empty, else the words that are known
    former    : how files of an earlier schema version have it; None where they have it so, or not at all
    tolerance : of a ratio, by how much of itself, or of 1, it may differ on other libraries or processors
    """

    name: str
    type: ColumnType
    description: str
    description_zh: str
    unit: str = ""
    nullable: bool = False
    values: tuple[str, ...] = ()
    label: str = ""
    label_zh: str = ""
    form: Form = "text"
    values_zh: Mapping[str, str] = field(default_factory=dict)
    former: Former | None = None
    tolerance: float = TOLERANCE

    def arrow_field(self) -> pa.Field:
        """The Arrow field, with unit, headings and descriptions as its metadata."""
        import pyarrow as pa

        about = {
            "label": self.label,
            "label_zh": self.label_zh,
            "description": self.description,
            "description_zh": self.description_zh,
        }
        if self.unit:
            about["unit"] = self.unit
        return pa.field(self.name, arrow_types()[self.type], nullable=self.nullable, metadata=about)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in order, and the columns that identify a row and order the rows.

    schema_version : "major.minor"; within a major, columns are only added, and those may be null. What else changed
                     with a version is said in the ``former`` of the column, through which older files are read
    group_paths    : of a table of random paths, of how many path numbers a row group of its file is; else 0
    """

    name: str
    schema_version: str
    title: str
    title_zh: str
    description: str
    description_zh: str
    primary_key: tuple[str, ...]
    columns: tuple[Column, ...]
    group_paths: int = 0

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]

    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema; its metadata say the table's name, version and key."""
        import pyarrow as pa

        about = {
            "securitize.table": self.name,
            "securitize.schema_version": self.schema_version,
            "securitize.primary_key": ",".join(self.primary_key),
        }
        return pa.schema([column.arrow_field() for column in self.columns], metadata=about)


@cache
def arrow_types() -> Mapping[ColumnType, pa.DataType]:
    """The Arrow type of each column type."""
    import pyarrow as pa

    return complete(
        ColumnType,
        {
            "date": pa.date32(),
            "integer": pa.int64(),
            "text": pa.string(),
            "boolean": pa.bool_(),
            "money": pa.decimal128(MONEY_DIGITS, 2),
            "rate": pa.decimal128(RATE_DIGITS, 8),
            "ratio": pa.float64(),
            "minor": pa.int64(),
            "scaled": pa.int64(),
            "texts": pa.list_(pa.string()),
        },
    )


@cache
def names(of: TableSet = "run") -> tuple[str, ...]:
    """Names of every table of a set, sorted."""
    stored = (entry.name for entry in _folder(of).iterdir())
    return tuple(
        sorted(name.removesuffix(".toml") for name in stored if name.endswith(".toml") and name != FILE)
    )


def all_names() -> tuple[str, ...]:
    """Names of the tables of every set."""
    return tuple(name for of in TABLE_SETS for name in names(of))


def _folder(of: TableSet) -> Traversable:
    return files("securitize.tables").joinpath(_FOLDERS[of])


@cache
def load(name: str) -> Table:
    """The table ``name``. Raises KeyError where there is none, ValueError where its entry is wrong."""
    for of in TABLE_SETS:
        if name in names(of):
            return parse(tomllib.loads((_folder(of) / f"{name}.toml").read_text(encoding="utf-8")))
    raise KeyError(f"no table {name!r}; the tables are {', '.join(all_names())}")


def parse(entry: dict[str, Any]) -> Table:
    """A dictionary entry as a table.

    Raises ValueError where it contradicts itself, TypeError for unknown keys.
    """
    columns = tuple(_column(each) for each in entry.pop("columns"))
    table = Table(primary_key=tuple(entry.pop("primary_key")), columns=columns, **entry)
    by_name = {column.name: column for column in columns}
    if len(by_name) < len(columns):
        raise ValueError(f"table {table.name} names a column twice")
    for key in table.primary_key:
        if key not in by_name or by_name[key].nullable or by_name[key].type not in IDENTIFYING:
            raise ValueError(f"table {table.name}: {key} cannot identify a row")
    for column in columns:
        if column.former is not None:
            _check_former(table, column, column.former)
    if table.group_paths and table.primary_key[0] != PATH:
        raise ValueError(f"table {table.name}: its rows are not ordered by path")
    if (CURRENCY in by_name) != any(column.type in MONEY for column in columns):
        raise ValueError(f"table {table.name}: money and the column currency go together")
    return table


def number_of(version: str) -> tuple[int, ...]:
    """A schema version as numbers that compare. Raises ValueError where it is none."""
    return tuple(int(part) for part in version.split("."))


def is_earlier(version: str, than: str) -> bool:
    """Whether a schema version is earlier; what is no version is not."""
    try:
        return number_of(version) < number_of(than)
    except ValueError:
        return False


def _check_former(table: Table, column: Column, former: Former) -> None:
    """Raise ValueError where what is said of earlier files contradicts the column."""
    where = f"table {table.name}, former of {column.name}"
    if is_earlier(table.schema_version, former.before):
        raise ValueError(f"{where}: the table has no version {former.before} yet")
    if former.name in {each.name for each in table.columns}:
        raise ValueError(f"{where}: {former.name} is a column today")
    if former.other and not column.nullable:
        raise ValueError(f"{where}: the column cannot be null")
    if lacking := set(former.words.values()) - set(column.values):
        raise ValueError(f"{where}: {', '.join(sorted(lacking))} is no value today")
    if former.type not in (None, column.type) and not former.words:
        raise ValueError(f"{where}: another type needs words")


def _column(entry: dict[str, Any]) -> Column:
    """A column as its table describes it; its heading, form and Chinese values are those of its name unless given."""
    name, values = entry["name"], tuple(entry.pop("values", ()))
    naming = namings().get(name)
    if naming is None:
        raise ValueError(f"column {name} has no heading in {FILE}")
    words = {**naming.values_zh, **entry.pop("values_zh", {})} if entry["type"] == "text" else {}
    if lacking := [value for value in values if value and value not in words]:
        raise ValueError(f"column {name} has no Chinese for {', '.join(lacking)}")
    former = entry.pop("former", None)
    column = Column(
        values=values,
        former=Former(**former) if former is not None else None,
        label=entry.pop("label", naming.label),
        label_zh=entry.pop("label_zh", naming.label_zh),
        form=known_form(name, entry.pop("form", naming.form)),
        values_zh={value: words[value] for value in values if value} if values else words,
        **entry,
    )
    if column.type not in get_args(ColumnType):
        raise ValueError(f"column {column.name} has the unknown type {column.type}")
    if column.tolerance != TOLERANCE and (
        column.type not in FLOATING or not TOLERANCE < column.tolerance < 1
    ):
        raise ValueError(f"column {column.name} cannot have the tolerance {column.tolerance}")
    return column


def label(table: str, column: str, language: Language) -> str:
    """The heading of a column. Raises KeyError where there is no such table or column."""
    named = load(table).column(column)
    match language:
        case "en":
            return named.label
        case "zh":
            return named.label_zh
        case _:
            assert_never(language)


def _of_earlier_files(column: Column, value: str) -> str:
    """A word that only earlier files have in Chinese; any other as it is written."""
    return column.former.kept_zh.get(value, value) if column.former is not None else value


def value_label(table: str, column: str, value: str, language: Language) -> str:
    """A text cell in a language; what is no word of the dictionary stands as it is written.

    Raises KeyError where there is no such table or column.
    """
    named = load(table).column(column)
    match language:
        case "en":
            return value
        case "zh":
            return named.values_zh.get(value) or _of_earlier_files(named, value)
        case _:
            assert_never(language)
