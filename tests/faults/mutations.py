"""Changes of one file of a folder, each of a kind, drawn with a fixed seed: what a slip, a disk or a stranger does."""

from __future__ import annotations

import gzip
import io
import os
import random
import re
import shutil
import socket
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SEED = 17


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change: its kind, the file it changes (relative), and what makes it in a copy of the folder."""

    kind: str
    file: str
    apply: Callable[[Path], None]

    def __str__(self) -> str:
        return f"{self.kind} {self.file}"


def mutations(folder: Path, files: list[str], seed: int = SEED) -> Iterator[Mutation]:
    """Every kind of change of each file, those of places drawn among its lines."""
    draw = random.Random(seed)
    for file in files:
        for kind, change in WHOLE.items():
            yield Mutation(kind, file, change)
        text = (folder / file).read_text(encoding="utf-8")
        places = OF_TOML if file.endswith(".toml") else OF_CSV
        for kind, edit in places.items():
            changed = edit(text, draw)
            if changed is not None and changed != text:
                yield Mutation(kind, file, _written(changed.encode("utf-8", "surrogateescape")))


def _written(data: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.unlink()
        path.write_bytes(data)

    return write


def _over(made: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        data = made(path.read_bytes())
        path.unlink()
        path.write_bytes(data)

    return change


def _in_place(make: Callable[[Path], None]) -> Callable[[Path], None]:
    """Something else in the place of the file."""

    def change(path: Path) -> None:
        path.unlink()
        make(path)

    return change


def _zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.toml", data)
    return out.getvalue()


def _socket(path: Path) -> None:
    here = os.open(path.parent, os.O_RDONLY)
    before = os.getcwd()
    try:  # A path of a socket is short.
        os.fchdir(here)
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(before)
        os.close(here)


def _outside(path: Path) -> None:
    """A link to a copy beside the whole folder."""
    place = next(folder for folder in path.parents if (folder / "first-run").exists())
    target = place / f"outside-{path.name}"
    shutil.copyfile(path, target)
    path.unlink()
    path.symlink_to(target)


def _to_itself(path: Path) -> None:
    path.symlink_to(path.name)


#: Of the file as a whole.
WHOLE: Mapping[str, Callable[[Path], None]] = {
    "pipe": _in_place(os.mkfifo),
    "socket": _in_place(_socket),
    "folder": _in_place(Path.mkdir),
    "link-to-device": _in_place(lambda path: path.symlink_to("/dev/zero")),
    "link-to-nothing": _in_place(lambda path: path.symlink_to("nowhere")),
    "link-to-itself": _in_place(_to_itself),
    "link-outside": _outside,
    "empty": _over(lambda data: b""),
    "gzip": _over(gzip.compress),
    "zip": _over(_zipped),
    "binary": _over(lambda data: random.Random(len(data)).randbytes(400)),
    "zeros": _over(lambda data: bytes(len(data))),
    "utf-16": _over(lambda data: data.decode().encode("utf-16")),
    "cut-in-half": _over(lambda data: data[: len(data) // 2]),
    "huge": _over(lambda data: data + b"\n# " + b"x" * (70 << 20)),
}


def _lines(text: str, pattern: str) -> list[re.Match[str]]:
    return list(re.finditer(pattern, text, re.MULTILINE))


def _at(
    pattern: str, new: Callable[[re.Match[str], random.Random], str]
) -> Callable[[str, random.Random], str | None]:
    """A change of one place of a pattern, drawn."""

    def edit(text: str, draw: random.Random) -> str | None:
        found = _lines(text, pattern)
        if not found:
            return None
        match = draw.choice(found)
        return text[: match.start()] + new(match, draw) + text[match.end() :]

    return edit


_KEY = r"^([A-Za-z_]+)( *= *)([^\n#]+)"
_NUMBER = r"(?<=[=\[ ,])-?\d[\d_]*(\.\d+)?(?=[ ,\]}\n])"
_DATE = r"\b(20\d\d)-(\d\d)-(\d\d)\b"
_TEXT = r'(?<== )"[^"\n]+"'
OF_TOML: Mapping[str, Callable[[str, random.Random], str | None]] = {
    "key-renamed": _at(_KEY, lambda m, _: f"{m[1]}x{m[2]}{m[3]}"),
    "line-lost": _at(r"^[A-Za-z_]+ *=[^\n]*\n", lambda m, _: ""),
    "line-twice": _at(r"^[A-Za-z_]+ *= *[^\[{\n]*\n", lambda m, _: m[0] + m[0]),
    "text-for-number": _at(_NUMBER, lambda m, _: '"much"'),
    "number-negative": _at(_NUMBER, lambda m, _: "-" + m[0].lstrip("-")),
    "number-huge": _at(_NUMBER, lambda m, _: "9" * 17),
    "number-zero": _at(_NUMBER, lambda m, _: "0"),
    "not-a-number": _at(_NUMBER, lambda m, _: "nan"),
    "number-for-text": _at(_TEXT, lambda m, _: "7"),
    "text-unknown": _at(_TEXT, lambda m, _: '"no-such-thing"'),
    "text-empty": _at(_TEXT, lambda m, _: '""'),
    "control-sign": _at(_TEXT, lambda m, _: m[0][:-1] + '\\u001b[31m"'),
    "right-to-left": _at(_TEXT, lambda m, _: m[0][:-1] + '\u202e"'),
    "date-past": _at(_DATE, lambda m, _: f"19{m[1][2:]}-{m[2]}-{m[3]}"),
    "date-future": _at(_DATE, lambda m, _: f"21{m[1][2:]}-{m[2]}-{m[3]}"),
    "date-none": _at(_DATE, lambda m, _: f"{m[1]}-13-{m[3]}"),
    "table-lost": _at(r"^\[[^\n]+\n(?:(?!\[)[^\n]*\n)*", lambda m, _: ""),
    "table-renamed": _at(r"^\[+([a-z_]+)", lambda m, _: m[0] + "x"),
    "quote-lost": _at(_TEXT, lambda m, _: m[0][:-1]),
    "full-width": _at(_NUMBER, lambda m, _: m[0].translate({48 + k: 0xFF10 + k for k in range(10)})),
}
_CELL = r"(?<=,)[^,\n]+(?=[,\n])"
OF_CSV: Mapping[str, Callable[[str, random.Random], str | None]] = {
    "heading-renamed": lambda text, draw: re.sub(r"\A[^,\n]+", "nothing", text),
    "cell-lost": _at(r"(?<=\n)[^,\n]+,", lambda m, _: ""),
    "cell-a-word": _at(_CELL, lambda m, _: "much"),
    "cell-negative": _at(r"(?<=,)\d+(\.\d+)?(?=[,\n])", lambda m, _: f"-{m[0]}"),
    "cell-huge": _at(r"(?<=,)\d+(\.\d+)?(?=[,\n])", lambda m, _: "9" * 30),
    "cell-not-a-number": _at(r"(?<=,)\d+(\.\d+)?(?=[,\n])", lambda m, _: "NaN"),
    "row-twice": _at(r"(?<=\n)[^\n]+\n", lambda m, _: m[0] + m[0]),
    "quote-open": _at(_CELL, lambda m, _: '"' + m[0]),
    "rows-lost": lambda text, draw: text.split("\n")[0] + "\n",
    "long-cell": _at(_CELL, lambda m, _: "9" * 200_000),
}
