"""Headings of columns in English and Chinese, forms of their cells, values in Chinese; from ``columns.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, get_args

from securitize.base.closed import partition

#: money: as its currency is written. percent, rate: of a decimal, in per cent, a rate with four. ratio: four decimals.
#: years: two decimals. number: four digits. whole: no decimals. yes: yes or no.
Form = Literal[
    "money",
    "percent",
    "rate",
    "ratio",
    "number",
    "whole",
    "years",
    "basis points",
    "date",
    "yes",
    "text",
]
FORMS: tuple[Form, ...] = get_args(Form)
TEXTS, ANSWERS, DATES, AMOUNTS, _OTHERS = partition(
    Form,
    {"text"},
    {"yes"},
    {"date"},
    {"money"},
    {"percent", "rate", "ratio", "number", "whole", "years", "basis points"},
)
FIGURES = AMOUNTS | _OTHERS
FILE = "columns.toml"


@dataclass(frozen=True, slots=True)
class Naming:
    """How a column is headed and shown. ``values_zh`` : value -> its Chinese, of words that are known."""

    label: str
    label_zh: str
    form: Form
    values_zh: Mapping[str, str] = field(default_factory=dict)


@cache
def namings() -> Mapping[str, Naming]:
    """By name of the column. Raises ValueError for a form that is not known."""
    read = tomllib.loads(files("securitize.tables").joinpath(FILE).read_text(encoding="utf-8"))
    written = read["values"]
    values = {name: written[each] if isinstance(each, str) else each for name, each in written.items()}
    if nameless := sorted(set(values) - set(read["columns"])):
        raise ValueError(f"{FILE} has values of no column: {', '.join(nameless)}")
    return MappingProxyType(
        {
            name: Naming(label, label_zh, known_form(name, form), values.get(name, {}))
            for name, (label, label_zh, form) in read["columns"].items()
        }
    )


@cache
def unit_labels() -> Mapping[str, str]:
    """The unit of a column -> its Chinese."""
    read = tomllib.loads(files("securitize.tables").joinpath(FILE).read_text(encoding="utf-8"))
    return MappingProxyType(read["units"])


def known_form(column: str, form: str) -> Form:
    """The form. Raises ValueError where it is none."""
    for known in FORMS:
        if known == form:
            return known
    raise ValueError(f"column {column} has the unknown form {form}")
