"""A stress as a file writes it: its numbers, their sources, its words.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, get_args

from securitize.base.messages import Message
from securitize.base.toml import quoted
from securitize.definitions.figures import FigureKind, is_figure

#: Kind and source of the numbers of a stress.
Size = tuple[FigureKind, str]
#: One stress of an ordinary scenario, as its file writes it.
StressTable = dict[str, Any]


def toml_value(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text if "." in text else f"{text}.0"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def bare(value: Any) -> Any:
    """The number of a figure."""
    return value["value"] if is_figure(value) else value


def described(stress: StressTable) -> tuple[str | None, str, dt.date | None]:
    """What a stress acts on, its change in words of the file, and from when."""
    targets = ("obligor", "contract", "right", "support", "party", "index", "note")
    acts_on = next((str(stress[key]) for key in targets if key in stress), None)
    first = stress.get("at", stress.get("from"))
    rest = {k: bare(v) for k, v in stress.items() if k not in ("driver", "at", "from", *targets)}
    change = ", ".join(f"{key} = {toml_value(value)}" for key, value in rest.items())
    return acts_on, change or Message("happens"), first


def size_of(stress: StressTable) -> Size | None:
    """Kind and source of the numbers of a stress; of several the least reliable kind, and every source.

    None where no number says them.
    """
    found = list(_numbers_of(stress))
    if not found:
        return None
    order = get_args(FigureKind)
    return max((kind for kind, _ in found), key=order.index), "; ".join(
        dict.fromkeys(source for _, source in found if source)
    )


def _numbers_of(value: Any) -> Iterator[Size]:
    """Kind and source of each number that says them, however deep it stands."""
    if is_figure(value):
        yield value["kind"], value.get("source", "")
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _numbers_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _numbers_of(item)
