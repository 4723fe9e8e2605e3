"""Every way to touch a stored run once: leaves, columns, results, the report, tricks of the file system.

Each tampering is applied to a copy of the run, alone, without new digests or with them.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from securitize.store.identity import canonical, id_of, sha256
from securitize.store.manifest import DATA_PACKAGE, MANIFEST, SEAL, seal, table_path
from securitize.store.stored import StoredRun, open_run
from securitize.store.tree import DIGESTS, PAGE, REPORTS, SIGNATURES
from securitize.tables.dictionary import load
from securitize.tables.parquet import to_bytes

#: Where digests are made anew: nowhere; of every file that was touched and the seal; there and of the id.
SEALINGS = ("unsealed", "sealed", "with-id")


@dataclass(frozen=True)
class Tampering:
    """One thing done to the folder of a run. ``kind`` : what is touched, for counts."""

    kind: str
    name: str
    do: Callable[[Path], None]


def tamperings(run: Path, outside: Path) -> Iterator[Tampering]:
    """Every tampering of a run. ``outside`` : a folder for what links lead to."""
    yield from _of_manifest(run)
    yield from _of_package(run)
    yield from _of_results(run)
    yield from _of_tables(run)
    yield from _of_report(run)
    yield from _tricks(run, outside)


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of all leaves of a JSON value; what is empty is a leaf."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*at, key))
    elif isinstance(value, list) and value:
        for k, inner in enumerate(value):
            yield from leaves(inner, (*at, k))
    else:
        yield at


def other(value: Any) -> Any:
    """A value that is another one, by as little as can be."""
    if value is None or value in ([], {}):
        return {"None": "x", "[]": ["x"], "{}": {"x": 1}}[repr(value)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return math.nextafter(value, math.inf)
    if isinstance(value, Decimal):
        return value + Decimal(1).scaleb(value.as_tuple().exponent)  # type: ignore[arg-type]
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=1)
    if isinstance(value, list):
        return [*value, "x"]
    # A digest or a version stays one in its form.
    last = value[-1:]
    return (
        value[:-1] + chr(ord(last) + (-1 if last in "9fz" else 1))
        if last.isalnum() and last.isascii()
        else value + "x"
    )


def _changed(content: Any, path: tuple[Any, ...]) -> Any:
    copy = json.loads(json.dumps(content))
    if not path:
        return other(copy)
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = other(inner[path[-1]])
    return copy


def _changed_bytes(content: Any, path: tuple[Any, ...]) -> bytes:
    return canonical(_changed(content, path))


def _write_manifest(run: Path, content: dict[str, Any], sealing: str) -> None:
    if sealing == "with-id":
        digests = {name: entry["sha256"] for name, entry in content["inputs"].items()}
        content["id"] = id_of(digests, content["options"], content["version"], content["seed"])
    data = canonical(content)
    (run / MANIFEST).write_bytes(data)
    if sealing != "unsealed":
        (run / SEAL).write_bytes(seal(data))


def _replace(
    inside: str, made: Callable[[], bytes], entry: Callable[[dict[str, Any]], dict[str, Any]], sealing: str
) -> Callable[[Path], None]:
    """A file of the manifest in other words, its digest made anew or not."""

    def do(run: Path) -> None:
        data = made()
        (run / inside).write_bytes(data)
        if sealing != "unsealed":
            content = json.loads((run / MANIFEST).read_bytes())
            entry(content).update(bytes=len(data), sha256=sha256(data))
            _write_manifest(run, content, sealing)

    return do


def _of_manifest(run: Path) -> Iterator[Tampering]:
    content = json.loads((run / MANIFEST).read_bytes())
    for path in leaves(content):
        for sealing in SEALINGS:
            if sealing == "with-id" and not _makes_id(path):
                continue

            def do(run: Path, path: tuple[Any, ...] = path, sealing: str = sealing) -> None:
                _write_manifest(run, _changed(json.loads((run / MANIFEST).read_bytes()), path), sealing)

            yield Tampering("manifest", f"{'.'.join(map(str, path))} {sealing}", do)
    data = (run / SEAL).read_bytes()
    yield Tampering("manifest", "its seal", lambda run: _flip(run / SEAL, data))


def _makes_id(path: tuple[Any, ...]) -> bool:
    return path[0] in ("options", "seed", "version")


def _flip(file: Path, data: bytes) -> None:
    file.write_bytes(data.replace(data[:1], bytes([data[0] ^ 1]), 1))


def _of_package(run: Path) -> Iterator[Tampering]:
    content = json.loads((run / DATA_PACKAGE).read_bytes())
    for path in leaves(content):
        made = partial(_changed_bytes, content, path)
        for sealing in ("unsealed", "sealed"):
            do = _replace(DATA_PACKAGE, made, lambda manifest: manifest["data_package"], sealing)
            yield Tampering("data package", f"{'.'.join(map(str, path))} {sealing}", do)


def _of_results(run: Path) -> Iterator[Tampering]:
    for name in open_run(run).manifest.results:
        text = (run / name).read_text(encoding="utf-8")
        lines = text.split("\n")
        for k, line in enumerate(lines):
            if "=" not in line:
                continue
            altered = [*lines[:k], _line_altered(line), *lines[k + 1 :]]
            made = partial(str.encode, "\n".join(altered))
            for sealing in ("unsealed", "sealed"):
                do = _replace(name, made, partial(_result_entry, name), sealing)
                yield Tampering("result", f"{name}:{k + 1} {sealing}", do)
        with_comment = partial(str.encode, f"{text}\n# \n")
        do = _replace(name, with_comment, partial(_result_entry, name), "sealed")
        yield Tampering("result", f"{name} comment", do)


def _result_entry(name: str, manifest: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = manifest["results"][name]
    return entry


def _line_altered(line: str) -> str:
    """The last letter or digit of a line another one."""
    place = max((k for k, c in enumerate(line) if c.isalnum()), default=len(line) - 1)
    return line[:place] + str(other(line[place])) + line[place + 1 :]


def _of_tables(run: Path) -> Iterator[Tampering]:
    stored = open_run(run)
    for name in stored.manifest.tables:
        for column in load(name).columns:
            made = partial(_with_other_cell, stored, name, column.name, column.values)
            for sealing in ("unsealed", "sealed"):
                do = _table(name, made, sealing)
                yield Tampering("table", f"{name}.{column.name} {sealing}", do)
        yield Tampering(
            "table", f"{name} metadata", _table(name, partial(_with_a_note, stored, name), "sealed")
        )


def _with_a_note(stored: StoredRun, name: str) -> bytes:
    """A table with another sentence in its metadata."""
    table = stored.table(name)
    return to_bytes(table.replace_schema_metadata({**(table.schema.metadata or {}), b"note": b"x"}))


def _table(name: str, made: Callable[[], bytes], sealing: str) -> Callable[[Path], None]:
    """Another table, with new digests in the manifest and in the data package."""

    def do(run: Path) -> None:
        data = made()
        (run / table_path(name)).write_bytes(data)
        if sealing == "unsealed":
            return
        package = json.loads((run / DATA_PACKAGE).read_bytes())
        resource = next(one for one in package["resources"] if one["name"] == name)
        resource |= {"bytes": len(data), "hash": f"sha256:{sha256(data)}"}
        (run / DATA_PACKAGE).write_bytes(canonical(package))
        content = json.loads((run / MANIFEST).read_bytes())
        content["tables"][name] |= {"bytes": len(data), "sha256": sha256(data)}
        content["data_package"] = {"bytes": len(canonical(package)), "sha256": sha256(canonical(package))}
        _write_manifest(run, content, sealing)

    return do


def _with_other_cell(stored: StoredRun, name: str, column: str, words: tuple[str, ...]) -> bytes:
    """A table with one cell of a column another one; without rows or values, with another description of it."""
    table = stored.table(name)
    cells, field = table[column].to_pylist(), table.schema.field(column)
    place = next((k for k, cell in enumerate(cells) if cell is not None), None)
    at = table.schema.names.index(column)
    if place is None:
        changed = field.with_metadata({**(field.metadata or {}), b"description": b"x"})
        return to_bytes(table.set_column(at, changed, table[column]))
    value = cells[place]
    cells[place] = next((word for word in words if word != value), other(value)) if words else other(value)
    return to_bytes(table.set_column(at, field, pa.array(cells, field.type)))


def _of_report(run: Path) -> Iterator[Tampering]:
    page = (run / REPORTS / PAGE).read_bytes()
    for place in range(len(page) // 8, len(page), len(page) // 8):
        data = bytearray(page)
        data[place] ^= 1
        yield Tampering("report", f"byte {place} unsealed", _report(bytes(data), sealed=False))
        yield Tampering("report", f"byte {place} sealed", _report(bytes(data), sealed=True))
    yield Tampering("report", "another page", _report(page + b"\n", sealed=True))
    for name in (PAGE, DIGESTS):
        yield Tampering("report", f"without {name}", lambda run, name=name: (run / REPORTS / name).unlink())  # type: ignore[misc]
    yield Tampering(
        "report", "digest", lambda run: _flip(run / REPORTS / DIGESTS, (run / REPORTS / DIGESTS).read_bytes())
    )


def _report(data: bytes, *, sealed: bool) -> Callable[[Path], None]:
    def do(run: Path) -> None:
        (run / REPORTS / PAGE).write_bytes(data)
        if sealed:
            (run / REPORTS / DIGESTS).write_bytes(f"{sha256(data)}  {PAGE}\n".encode())

    return do


def _tricks(run: Path, outside: Path) -> Iterator[Tampering]:
    files = sorted(file.relative_to(run).as_posix() for file in run.rglob("*") if file.is_file())
    folders = sorted({Path(file).parent.as_posix() for file in files})
    for file in files:
        for trick in (_missing, _linked, _hard_linked, _pipe, _folder, _device, _looped, _in_other_case):
            yield Tampering("file system", f"{file} {trick.__name__[1:]}", _at(trick, file, outside))
    for folder in folders:
        for trick in (_stranger, _hidden, _empty, _link_beside, _pipe_beside, _socket_beside):
            yield Tampering("file system", f"{folder} {trick.__name__[1:]}", _at(trick, folder, outside))
        if folder != ".":
            yield Tampering("file system", f"{folder} linked", _at(_linked, folder, outside))
    for inside in (
        "run.log.jsonl",
        f"{SIGNATURES}/a.exe",
        f"{SIGNATURES}/deep/a.sig",
        "Signatures/a.sig",
        "tables/..",
    ):
        yield Tampering("file system", f"{inside} added", _at(_added, inside, outside))
    yield Tampering("file system", "signatures linked", _at(_link_of_signatures, "", outside))


def _at(trick: Callable[[Path, str, Path], object], inside: str, outside: Path) -> Callable[[Path], None]:
    return lambda run: (trick(run, inside, outside), None)[1]


def _missing(run: Path, inside: str, _: Path) -> None:
    (run / inside).unlink()


def _away(run: Path, inside: str, outside: Path) -> Path:
    target = outside / inside.replace("/", "-")
    shutil.rmtree(target, ignore_errors=True)
    target.unlink(missing_ok=True)
    shutil.move(run / inside, target)
    return target


def _linked(run: Path, inside: str, outside: Path) -> None:
    (run / inside).symlink_to(_away(run, inside, outside))


def _hard_linked(run: Path, inside: str, outside: Path) -> None:
    target = outside / "hard"
    target.unlink(missing_ok=True)
    os.link(run / inside, target)


def _pipe(run: Path, inside: str, outside: Path) -> None:
    _away(run, inside, outside)
    os.mkfifo(run / inside)


def _folder(run: Path, inside: str, outside: Path) -> None:
    _away(run, inside, outside)
    (run / inside).mkdir()


def _device(run: Path, inside: str, outside: Path) -> None:
    _away(run, inside, outside)
    (run / inside).symlink_to("/dev/null")


def _looped(run: Path, inside: str, outside: Path) -> None:
    _away(run, inside, outside)
    (run / inside).symlink_to(run / inside)


def _in_other_case(run: Path, inside: str, outside: Path) -> None:
    file = run / inside
    shutil.copy(file, file.with_name(file.name.swapcase()))


def _stranger(run: Path, inside: str, _: Path) -> None:
    (run / inside / "notes.txt").write_text("x")


def _hidden(run: Path, inside: str, _: Path) -> None:
    (run / inside / ".x").write_text("")


def _empty(run: Path, inside: str, _: Path) -> None:
    (run / inside / "a" / "b").mkdir(parents=True)


def _link_beside(run: Path, inside: str, outside: Path) -> None:
    (run / inside / "x").symlink_to(outside)


def _pipe_beside(run: Path, inside: str, _: Path) -> None:
    os.mkfifo(run / inside / "x")


def _socket_beside(run: Path, inside: str, _: Path) -> None:
    here = Path.cwd()
    os.chdir(run / inside)
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind("x")
    finally:
        os.chdir(here)


def _added(run: Path, inside: str, _: Path) -> None:
    file = run / inside if not inside.endswith("..") else run / inside[:-2] / "... "
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")


def _link_of_signatures(run: Path, _: str, outside: Path) -> None:
    (run / SIGNATURES).symlink_to(outside)
