"""Measures of paths by ranges of fixed path numbers: full ranges as files, so that only the last is in memory."""

from __future__ import annotations

import json
import os
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_origin

import numpy as np

from securitize.base.files import put_beside, storage, write_new
from securitize.base.ranged import Ranged

T = TypeVar("T")
Arrays = dict[str, Any]
#: Arrays of this place are sums over paths; all others have a number a path.
SUMS = "contributed/"
#: How a file of a range begins, how its columns are compressed, and of which numbers they may be.
MARK, CODEC, KINDS = b"securitize-paths-1\n", "lz4_raw", frozenset({"int64", "float64"})


@dataclass(frozen=True, slots=True)
class PathRange(Generic[T]):
    """The paths ``first`` to ``after - 1``, measured: dataclasses, mappings by text, arrays and None."""

    first: int
    after: int
    measured: T


@dataclass(slots=True)
class PathStore(Generic[T]):
    """Measured paths from path 0 on, in order.

    kind   : what each measured
    size   : of a range; 0: all paths are kept in memory
    folder : where full ranges become files; asked for when the first one is full and another begins
    files  : of the full ranges
    """

    kind: type[T]
    size: int = 0
    folder: Callable[[], Path] | None = None
    files: list[Path] = field(default_factory=list)
    _heads: list[RangeHead] = field(default_factory=list)
    _last: list[tuple[int, Arrays]] = field(default_factory=list)

    @property
    def stored(self) -> int:
        """Paths that are in files."""
        return self.size * len(self.files)

    @property
    def paths(self) -> int:
        """How many."""
        return self._last[-1][0] if self._last else self.stored

    def add(self, part: PathRange[T]) -> None:
        """Add the next paths. Raises ValueError for others, or where they are of two ranges."""
        if part.first != self.paths or (
            self.size and (part.after - 1) // self.size != part.first // self.size
        ):
            raise ValueError(f"paths {part.first} to {part.after} behind {self.paths}")
        if self.size and self.paths - self.stored == self.size:
            self._put(self.stored, self.paths)
        self._last.append((part.after, dict(arrays_of(part.measured))))

    def take(self, file: Path, head: RangeHead) -> None:
        """Add the next range, a full one, from a file that was checked; the file may go away. Raises ValueError."""
        if self.folder is None or head.first != self.paths or self.paths != self.stored:
            raise ValueError(f"paths from {head.first} behind {self.paths}")
        mine = self.folder() / file_of(self.stored)
        put_beside(file, mine)
        self._heads.append(head)
        self.files.append(mine)

    def last(self) -> PathRange[T]:
        """The paths that are in memory. Raises ValueError where there are none."""
        return PathRange(self.stored, self.paths, _built(self.kind, self._joined()))

    def whole(self, paths: int) -> T:
        """Measures of the first ``paths`` paths: arrays, or what stands for them where some are in files.

        Sums are of all paths that there are.
        """
        last = self._joined()
        sums = [head.sums for head in self._heads] + ([_sums_of(last)] if last else [])
        found = {name: np.sum([one[name] for one in sums], axis=0) for name in sums[0]}
        if not self.files:
            cut = {name: array[:paths] for name, array in last.items() if name not in found}
            return typing.cast(T, _built(self.kind, found | cut))
        bounds = [*range(0, paths, self.size), paths]
        lengths = [after - first for first, after in pairwise(bounds)]
        for name in self._heads[0].columns:
            found[name] = Ranged(partial(self._piece, name, last, lengths), len(lengths), lengths)
        return typing.cast(T, _built(self.kind, found))

    def _piece(self, name: str, last: Arrays, lengths: list[int], k: int) -> Any:
        array = _column(self.files[k], self._heads[k], name) if k < len(self.files) else last[name]
        return array[: lengths[k]]

    def _joined(self) -> Arrays:
        if len(self._last) > 1:
            every = [arrays for _, arrays in self._last]
            found = {
                name: (np.sum if name.startswith(SUMS) else np.concatenate)(
                    [one[name] for one in every], axis=0
                )
                for name in every[0]
            }
            self._last = [(self.paths, found)]
        return self._last[0][1] if self._last else {}

    def _put(self, first: int, after: int) -> None:
        if self.folder is None:
            raise ValueError("no folder for paths")
        arrays = self._joined()
        file = self.folder() / file_of(first)
        with storage("cannot be replaced", file):
            file.unlink(missing_ok=True)
        data = _packed(first, after, arrays)
        write_new(file, data)
        self._heads.append(head_of(data))
        self.files.append(file)
        self._last = []


def file_of(first: int) -> str:
    """The name of the file of a range."""
    return f"{first:012d}.paths"


@dataclass(frozen=True, slots=True)
class RangeHead:
    """What the head of a file of a range says.

    first, after : its paths;  sums : of all of them
    columns : name -> kind of number, where its bytes begin in the file, and how many they are, compressed
    """

    first: int
    after: int
    sums: Arrays
    columns: Mapping[str, tuple[str, int, int]]

    def column(self, name: str, data: bytes) -> Any:
        """A column from its bytes. Raises ValueError where they are something else."""
        import pyarrow as pa

        kind, count = self.columns[name][0], self.after - self.first
        try:
            found = pa.decompress(data, 8 * count, CODEC)
        except (pa.ArrowException, OSError) as error:
            raise ValueError(f"no numbers: {error}") from error
        return np.frombuffer(found, kind, count)


def packed(part: PathRange[T]) -> bytes:
    """A range as a file: a mark, the length of its head, the head as JSON, and each column compressed."""
    return _packed(part.first, part.after, dict(arrays_of(part.measured)))


def unpacked(data: bytes, kind: type[T]) -> PathRange[T]:
    """The range of :func:`packed`; ``kind`` is what was measured. Raises ValueError where it is something else."""
    head = head_of(data)
    arrays = {
        name: head.column(name, data[at : at + length]) for name, (_, at, length) in head.columns.items()
    }
    return PathRange(head.first, head.after, _built(kind, head.sums | arrays))


def head_of(data: bytes) -> RangeHead:
    """What is in a file of a range. Raises ValueError where it is something else."""
    begin = len(MARK) + 8
    if not data.startswith(MARK):
        raise ValueError("no range of paths")
    end = begin + int.from_bytes(data[len(MARK) : begin], "little")
    try:
        head = json.loads(data[begin:end])
        sums = {name: np.array(one, np.int64) for name, one in head["sums"].items()}
        columns = {
            name: (str(kind), end + at, length) for name, (kind, at, length) in head["columns"].items()
        }
        found = RangeHead(head["first"], head["after"], sums, columns)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no range of paths: {error!r}") from error
    if {kind for kind, _, _ in columns.values()} - KINDS or not 0 <= found.first < found.after:
        raise ValueError("no range of paths")
    return found


def _packed(first: int, after: int, arrays: Arrays) -> bytes:
    import pyarrow as pa

    blocks, columns, at = list[bytes](), dict[str, Any](), 0
    for name, array in arrays.items():
        if not name.startswith(SUMS):
            blocks.append(pa.compress(np.ascontiguousarray(array), CODEC, asbytes=True))
            columns[name] = (array.dtype.name, at, len(blocks[-1]))
            at += len(blocks[-1])
    sums = {name: array.tolist() for name, array in _sums_of(arrays).items()}
    head = json.dumps({"first": first, "after": after, "sums": sums, "columns": columns}).encode()
    return b"".join([MARK, len(head).to_bytes(8, "little"), head, *blocks])


def _sums_of(arrays: Arrays) -> Arrays:
    return {name: sums for name, sums in arrays.items() if name.startswith(SUMS)}


def _column(file: Path, head: RangeHead, name: str) -> Any:
    """One column of a range. Raises StorageError where the file cannot be read."""
    _, at, length = head.columns[name]
    with storage("cannot be read", file), open(file, "rb", buffering=0) as source:
        return head.column(name, os.pread(source.fileno(), length, at))


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


def _built(kind: Any, arrays: Arrays, at: str = "") -> Any:
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
