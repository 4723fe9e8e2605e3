"""Places in a file by the paths that a user writes: ``notes.A.balance``, ``priority.normal.fees``, ``contracts.c1``.

An element of a list is named by its position, ``[0]`` or ``.0``, or by what names it among its like.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing
from securitize.definitions.documents.frozen import FrozenArray, FrozenTable
from securitize.definitions.documents.loaded import BY_CALLER
from securitize.definitions.documents.locator import KeyPath, written
from securitize.definitions.documents.shapes import keys_of
from securitize.definitions.figures import is_figure

#: What names an element of a list of tables, the first that it has.
_NAMES = ("name", "tenor", "date")
_PART = re.compile(r"""\.?"(?P<quoted>(?:[^"\\]|\\.)*)"|\[(?P<position>\d+)\]|\.?(?P<bare>[^.\["]+)""")
_NEAR = 3


def place_of(model: type[BaseModel], raw: Mapping[str, Any], text: str, label: str) -> KeyPath:
    """The place of a path: something is written there, or it is a key that its table may have.

    label : how the user named the place, for the refusal
    Raises UsageError where there is none, with the paths that are nearest.
    """
    keys, path = list(_parts(text)), list[str | int]()
    here: Any = raw
    for k, key in enumerate(keys):
        step = _step(here, key)
        if step is None:
            last = k == len(keys) - 1
            if not (last and isinstance(here, Mapping) and key in _may_be_added(model, raw, path)):
                raise _unknown(model, raw, text, label)
            return (*path, key)
        path.append(step)
        here = here[step]
    if not path:
        raise _unknown(model, raw, text, label)
    return tuple(path)


def paths_of(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """What is written, value by value, elements of lists by their names where they have any."""
    return tuple(text for text, _ in _leaves(raw, ""))


def with_entry(raw: Any, path: Sequence[str | int], value: Any) -> Any:
    """The same tables with another value at a place; what is not around the place is shared.

    A number with a source loses it: the value is the caller's.
    """
    if not path:
        if isinstance(raw, Mapping) and is_figure(raw) and not isinstance(value, Mapping):
            kept = {"unit": raw["unit"]} if "unit" in raw else {}
            return FrozenTable(value=value, kind="assumed", note=str(BY_CALLER), **kept)
        return value
    key = path[0]
    if isinstance(raw, list):
        return FrozenArray(
            with_entry(item, path[1:], value) if k == key else item for k, item in enumerate(raw)
        )
    return FrozenTable({**raw, str(key): with_entry(raw.get(key), path[1:], value)})


def _parts(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None:
            yield text[at:]
            return
        quoted = found["quoted"]
        yield re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found["position"] or found["bare"]
        at = found.end()


def _step(here: Any, key: str) -> str | int | None:
    """The key or position that a part of a path means; None where there is none."""
    if isinstance(here, Mapping):
        return key if key in here else None
    if not isinstance(here, list):
        return None
    if key.isdecimal() and int(key) < len(here):
        return int(key)
    return next((k for k, item in enumerate(here) if _name(item) == key), None)


def _name(item: Any) -> str | None:
    if not isinstance(item, Mapping):
        return None
    found = next((item[key] for key in _NAMES if key in item), None)
    return None if found is None else str(found)


def _may_be_added(model: type[BaseModel], raw: Mapping[str, Any], table: Sequence[str | int]) -> list[str]:
    try:
        return keys_of(model, raw, tuple(table))
    except (KeyError, IndexError, TypeError):
        return []


def _leaves(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and not is_figure(value):
        for key, item in value.items():
            part = written((key,))
            yield from _leaves(item, f"{at}.{part}" if at else part)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        names = [_name(item) for item in value]
        for k, item in enumerate(value):
            name = names[k]
            unique = name is not None and names.count(name) == 1 and not name.isdecimal()
            yield from _leaves(item, f"{at}.{written((name,))}" if unique and name else f"{at}[{k}]")
    else:
        yield at, value


def _unknown(model: type[BaseModel], raw: Mapping[str, Any], text: str, label: str) -> UsageError:
    """That nothing is written at a path, with those nearest to it, of what is written and of what may be."""
    known = list(paths_of(raw))
    for table in {one.rpartition(".")[0] for one in known if "." in one}:
        path: list[str | int] = []
        here: Any = raw
        for key in _parts(table):
            step = _step(here, key)
            if step is None:
                break
            path.append(step)
            here = here[step]
        else:
            known += [f"{table}.{key}" for key in _may_be_added(model, raw, path)]
    near = difflib.get_close_matches(text, dict.fromkeys(known), n=_NEAR)
    if not near:
        last = text.rpartition(".")[2]
        near = [one for one in dict.fromkeys(known) if one.rpartition(".")[2] == last][:_NEAR]
    if not near:
        return UsageError("{label}: nothing is written there", label=printable(label))
    return UsageError(
        "{label}: nothing is written there; near are {near}", label=printable(label), near=Listing(near)
    )


def as_written(value: Any) -> Any:
    """A value of Python as a TOML file holds it: floats as decimals of 15 digits, tables and arrays frozen.

    Raises TypeError for what no file can hold.
    """
    if isinstance(value, bool | str | Decimal) or (
        isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    ):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return Decimal(f"{value:.15g}")  # 0.03 + 0.004 is 0.034
    if isinstance(value, Mapping):
        return FrozenTable({str(key): as_written(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return FrozenArray(as_written(item) for item in value)
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return as_written(value.item())  # a scalar of NumPy
    raise TypeError(type(value).__name__)
