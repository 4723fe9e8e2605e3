"""Paths that are measured already: what an interrupted run keeps, and where the next one continues."""

from __future__ import annotations

import io
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Generic, TypeVar, get_args, get_origin

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PathRange(Generic[T]):
    """The paths ``first`` to ``after - 1``, measured."""

    first: int
    after: int
    measured: T


@dataclass(slots=True)
class PathRanges(Generic[T]):
    """Parts by their first path, as threads finish them: none may be missing before another counts."""

    by_first: dict[int, PathRange[T]] = field(default_factory=dict)

    def add(self, part: PathRange[T]) -> None:
        """Count these paths too."""
        self.by_first[part.first] = part

    def until(self, paths: int | None = None) -> list[PathRange[T]]:
        """The parts from path 0 on without a gap, to at most ``paths`` paths."""
        found: list[PathRange[T]] = []
        after = 0
        while (part := self.by_first.get(after)) is not None and (paths is None or part.after <= paths):
            found.append(part)
            after = part.after
        return found

    @property
    def paths(self) -> int:
        """How many from path 0 on without a gap."""
        found = self.until()
        return found[-1].after if found else 0


def packed(parts: list[PathRange[T]]) -> bytes:
    """Parts as a file of arrays; ``measured`` is made of dataclasses, mappings by text, arrays and None."""
    arrays: dict[str, Any] = {
        "bounds": np.array([(part.first, part.after) for part in parts], np.int64).reshape(-1, 2)
    }
    for number, part in enumerate(parts):
        arrays |= {f"{number}/{name}": array for name, array in arrays_of(part.measured)}
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def unpacked(data: bytes, kind: type[T]) -> PathRanges[T]:
    """The parts of :func:`packed`; ``kind`` is what each measured. Raises ValueError where it is something else."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    found: PathRanges[T] = PathRanges()
    for number, (first, after) in enumerate(arrays["bounds"].tolist()):
        own = f"{number}/"
        mine = {name[len(own) :]: array for name, array in arrays.items() if name.startswith(own)}
        found.add(PathRange(first, after, _built(kind, mine)))
    return found


def arrays_of(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every array inside dataclasses and mappings, by its place."""
    if value is None:
        return
    inside: Mapping[str, Any]
    if is_dataclass(value):
        inside = {each.name: getattr(value, each.name) for each in fields(value)}
    elif isinstance(value, Mapping):
        inside = value
    else:
        yield at, np.asarray(value)
        return
    for name, below in inside.items():
        if "/" in name:
            raise ValueError(f"a name with a slash: {name}")
        yield from arrays_of(below, f"{at}/{name}" if at else name)


def _built(kind: Any, arrays: Mapping[str, Any], at: str = "") -> Any:
    if get_origin(kind) in {typing.Union, types.UnionType}:
        (kind,) = (each for each in get_args(kind) if each is not type(None))
        if not any(name == at or name.startswith(f"{at}/") for name in arrays):
            return None
    below = f"{at}/" if at else ""
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast(type, kind)(
            **{each.name: _built(hints[each.name], arrays, below + each.name) for each in fields(kind)}
        )
    if get_origin(kind) in {dict, Mapping}:
        names = dict.fromkeys(name[len(below) :].split("/")[0] for name in arrays if name.startswith(below))
        return {name: _built(get_args(kind)[1], arrays, below + name) for name in names}
    if at not in arrays:
        raise ValueError(f"no array {at}")
    return arrays[at]
