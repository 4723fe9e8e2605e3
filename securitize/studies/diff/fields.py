"""Fields of a file that two runs have otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from securitize.base.messages import Message
from securitize.definitions.figures import is_figure
from securitize.store.manifest import FileEntry

#: What stands for a field or row that one of the two has not.
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class InputChange:
    """A field of an input, an option or a version that differs; with the sources of both where they are figures."""

    file: str
    path: str
    before: str
    after: str
    source_before: str = ""
    source_after: str = ""


def fields_changed(name: str, before: bytes, after: bytes) -> Iterator[InputChange]:
    """Fields of an input or result that differ, with the sources of figures."""
    try:
        if not name.endswith(".toml"):
            raise ValueError(name)
        old, new = (tomllib.loads(text.decode(), parse_float=Decimal) for text in (before, after))
    except ValueError:
        yield InputChange(name, "", *(Message("{count} bytes", count=len(text)) for text in (before, after)))
        return
    found = list(_changed(old, new))
    for path, (was, is_) in found:
        yield InputChange(name, path, _shown(was), _shown(is_), _source(was), _source(is_))
    if not found:
        yield InputChange(name, "", "the same values", "written otherwise")


def files_changed(
    mine: Mapping[str, FileEntry],
    theirs: Mapping[str, FileEntry],
    before: Callable[[str], bytes],
    after: Callable[[str], bytes],
) -> Iterator[InputChange]:
    """Files of two lists that one of them has not, and fields of those that differ.

    before, after : what reads a file of either, by name
    """
    for name in sorted({*mine, *theirs}):
        if name not in mine or name not in theirs:
            yield InputChange(name, "", *("present" if name in each else ABSENT for each in (mine, theirs)))
        elif mine[name].sha256 != theirs[name].sha256:
            yield from fields_changed(name, before(name), after(name))


def _changed(before: Any, after: Any, at: str = "") -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Paths of values that differ; a figure is one value."""
    if (
        isinstance(before, Mapping)
        and isinstance(after, Mapping)
        and not (is_figure(before) or is_figure(after))
    ):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _changed(
                before.get(key, ABSENT), after.get(key, ABSENT), f"{at}.{key}" if at else str(key)
            )
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for k, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _changed(old, new, f"{at}[{k}]")
    elif before != after:
        yield at, (before, after)


def _shown(value: Any) -> str:
    return str(value.get("value", "no value")) if is_figure(value) else str(value)


def _source(value: Any) -> str:
    return f"{value['kind']}: {value.get('source', '')}" if is_figure(value) else ""
