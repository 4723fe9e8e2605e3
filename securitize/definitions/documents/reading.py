"""Reads a TOML file that is hostile until checked.

Nothing is parsed before its size, nesting and number lengths are known; a device or a pipe is not opened;
whatever is wrong is a :class:`~securitize.base.errors.Problem` with its line.
"""

from __future__ import annotations

import codecs
import datetime as dt
import errno
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from securitize.base.encodings import decode, packed_as
from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Listing, Message
from securitize.base.remembered import Remembered
from securitize.definitions.documents.frozen import frozen
from securitize.definitions.documents.keyboard import Slip, without_slips
from securitize.definitions.documents.locator import KeyPath, Locator, written
from securitize.definitions.documents.scanning import KEY_LIMIT, check_depth, refusal, scan, short_text
from securitize.definitions.documents.statements import UNREADABLE, SyntaxFault, parse, rest_of

SIZE_LIMIT = 2 * 1024 * 1024
STRING_LIMIT = 10_000

#: In UTF-16 every other byte of ASCII is zero; one in so many gives a file away.
_ZEROS_OF_UTF_16 = 4
_MARKS_OF_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Document:
    """One TOML file, read. Several readers of equal bytes are given the same one: nothing of it can be changed.

    text : the bytes of the file, with their SHA-256
    raw  : what ``tomllib`` made of it, floats as Decimal, strings in form NFC
    problems : what is wrong in it although it can be parsed
    syntax   : what is wrong with its encoding, its signs and its syntax; where there is any, ``raw`` is the rest
    broken   : paths of values that could not be read
    whole    : whether ``raw`` holds every key that stands in the file
    """

    path: Path
    text: bytes
    raw: dict[str, Any]
    locator: Locator
    problems: tuple[tuple[KeyPath, Problem], ...] = ()
    syntax: tuple[Problem, ...] = ()
    broken: frozenset[KeyPath] = frozenset()
    whole: bool = True
    digest: bytes = b""

    def is_broken(self, path: KeyPath) -> bool:
        """Whether a path is, or is part of, a value that could not be read."""
        return any(path[:length] in self.broken for length in range(1, len(path) + 1))


def read_toml(path: str | os.PathLike[str]) -> Document:
    """The document of one file. Raises DefinitionError, with every fault of its syntax, where it cannot be parsed."""
    document = read_rest(path)
    if document.syntax:
        raise DefinitionError(document.syntax)
    return document


#: Files that were read, by path and digest: of equal bytes the same document. At most so many bytes of text.
_KEPT_TEXT = 16 * 1024 * 1024
_READ: Remembered[tuple[str, bytes], Document] = Remembered(_KEPT_TEXT, lambda one: len(one.text) + 1024)


def read_rest(path: str | os.PathLike[str]) -> Document:
    """The document of one file, or what can be read of it where its syntax is faulty.

    Raises DefinitionError where nothing can: no such file, no text, too large, nested too deep.
    """
    file = Path(path)
    text = read_bytes(file)
    digest = hashlib.sha256(text).digest()
    return _READ.of((str(file), digest), lambda: _read(file, text, digest))


def _read(file: Path, text: bytes, digest: bytes) -> Document:
    decoded, syntax = _decode(file, text)
    scan(file, decoded)
    parsed = _parse(file, decoded)
    raw, rest = parsed.raw, parsed.text
    check_depth(file, raw)
    locator = Locator(rest)
    found = tuple(_inspect(file, raw, locator))
    broken = frozenset(_broken(raw, parsed.keys))
    problems = tuple(sorted([*syntax, *parsed.problems], key=lambda one: one.order))
    raw = frozen(_normalised(raw))
    return Document(file, text, raw, locator, found, problems, broken, parsed.whole, digest)


def read_bytes(path: Path, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes; anything else is refused without waiting."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise refusal(path, 0, "is not a regular file", "", "name a TOML file", "SEC102")
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise refusal(path, 0, "is not a regular file", "", "name a TOML file", "SEC102")
            text = stream.read(limit + 1)
    except OSError as error:
        what = "the file does not exist" if error.errno == errno.ENOENT else "the file cannot be read"
        reason = "" if error.errno == errno.ENOENT else str(error.strerror)
        raise refusal(path, 0, what, reason, "check the path", "SEC101") from None
    except ValueError:
        raise refusal(path, 0, "the path holds a null character", "", "check the path", "SEC101") from None
    if len(text) > limit:
        raise refusal(
            path, 0, Message("the file is larger than {limit:,} bytes", limit=limit), "", "split it", "SEC103"
        )
    return text


def _decode(path: Path, text: bytes) -> tuple[str, list[Problem]]:
    """The text, with lines that end with LF, and what is wrong with its encoding.

    Raises DefinitionError where the bytes are no text.
    """
    if packed := packed_as(text):
        found = Message("the file is {packed}, not text", packed=packed)
        raise refusal(path, 0, found, "", "unpack it, or put the right file in its place", "SEC104")
    if text[:2] not in _MARKS_OF_UTF_16 and text.count(b"\0") > len(text) // _ZEROS_OF_UTF_16:
        encoding = "utf-16-le" if text[1:2] == b"\0" else "utf-16-be"
        decoded = text.decode(encoding, errors="replace")
    else:
        decoded, encoding = decode(text)
    if "\0" in decoded:
        line, _ = _place(decoded, decoded.index("\0"))
        raise refusal(
            path, line, "the file holds zero bytes: it is no text", "", "save it as UTF-8", "SEC104"
        )
    problems: list[Problem] = []
    if encoding == "latin-1":
        raise _not_utf8(path, text)
    if encoding != "utf-8":
        problems.append(_encoded(path, decoded, encoding))
    elif text.startswith(codecs.BOM_UTF8):
        what, repair = "the file begins with a byte order mark", "save it as UTF-8 without a byte order mark"
        problems.append(Problem(str(path), 1, "", what, "", repair, "SEC104"))
    # Lines end with LF or CRLF; tomllib refuses a lone CR.
    return decoded.replace("\r\n", "\n"), problems


def _not_utf8(path: Path, text: bytes) -> DefinitionError:
    try:
        text.decode("utf-8")
        start = 0
    except UnicodeDecodeError as error:
        start = error.start
    line = text.count(b"\n", 0, start) + 1
    return refusal(
        path,
        line,
        "the file is not UTF-8",
        Message("byte 0x{text:02x}", text=text[start]),
        "save it as UTF-8",
        "SEC104",
    )


def _encoded(path: Path, text: str, encoding: str) -> Problem:
    """The problem of a file in another encoding, at the first letter that shows it."""
    at = next((k for k, letter in enumerate(text) if letter > "\x7f"), 0) if encoding == "gb18030" else 0
    line, column = _place(text, at)
    named = "GBK or GB18030" if encoding == "gb18030" else encoding.upper()
    shown = (
        Message(": {text} at column {column}", text=text[at], column=column) if encoding == "gb18030" else ""
    )
    return Problem(
        str(path),
        line,
        "",
        Message("the file is in {named}, not UTF-8{shown}", named=named, shown=shown),
        "",
        "save it as UTF-8",
        "SEC104",
    )


def _place(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


@dataclass
class _Parsed:
    """The tables of a text, the text that they stand in, and what had to be put right or left out."""

    raw: dict[str, Any]
    text: str
    problems: list[Problem] = field(default_factory=list)
    keys: frozenset[str] = frozenset()
    whole: bool = True


def _parse(path: Path, text: str) -> _Parsed:
    try:
        return _Parsed(parse(text), text)
    except ValueError as error:
        message = _sentence(str(error))
    plain = without_slips(text)
    problems = _slips(path, text, plain.slips)
    if problems:
        try:
            return _Parsed(parse(plain.text), plain.text, problems, frozenset(plain.keys))
        except ValueError as error:
            message = _sentence(str(error))
    rest = rest_of(plain.text)
    starts = [0, *(match.end() for match in re.finditer("\n", plain.text))]
    slipped = {problem.line for problem in problems}
    for fault in rest.faults:
        if fault.twice:
            problems += _duplicates(path, plain.text, fault)
        elif fault.line not in slipped:
            problems.append(
                _syntax(path, text, fault, plain.origin(starts[fault.line - 1] + fault.column - 1))
            )
    if not problems:
        problems.append(
            refusal(
                path,
                0,
                Message("not valid TOML: {message}", message=message),
                "",
                "correct the value",
                "SEC107",
            ).problems[0]
        )
    return _Parsed(rest.raw, rest.text, problems, frozenset(plain.keys), rest.whole)


def _slips(path: Path, text: str, slips: list[Slip]) -> list[Problem]:
    """One problem for equal slips of a line."""
    found: dict[tuple[int, str, str], list[int]] = {}
    for slip in slips:
        line, column = _place(text, slip.place)
        found.setdefault((line, slip.what, slip.repair), []).append(column)
    return [
        Problem(
            str(path),
            line,
            "",
            _at_columns(what, columns),
            "",
            repair,
            "SEC142",
        )
        for (line, what, repair), columns in found.items()
    ]


def _at_columns(what: str, columns: list[int]) -> Message:
    if len(columns) == 1:
        return Message("{what} at column {column}", what=what, column=columns[0])
    first = Listing(map(str, columns[:-1]))
    return Message("{what} at columns {columns} and {last}", what=what, columns=first, last=columns[-1])


def _syntax(path: Path, text: str, fault: SyntaxFault, at: int) -> Problem:
    line, column = (fault.line, 0) if not fault.column else _place(text, at)
    what = Message("{what} at column {column}", what=fault.what, column=column) if column else fault.what
    return Problem(str(path), line, "", what, _line_of(text, line), fault.repair, "SEC107")


def _duplicates(path: Path, text: str, fault: SyntaxFault) -> list[Problem]:
    """The keys given twice on the line of a fault."""
    try:
        twice = Locator("\n".join(text.split("\n")[: fault.line])).duplicates
    except (ValueError, RecursionError, StopIteration):
        twice = []
    found = [_twice(path, written(at), first, line) for at, first, line in twice if line == fault.line]
    return found or [Problem(str(path), fault.line, "", fault.what, "", fault.repair, "SEC108")]


def _broken(value: Any, keys: frozenset[str], at: KeyPath = ()) -> Iterator[KeyPath]:
    """Paths of values that could not be read, and of keys that are none."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if key in keys:
                yield (*at, key)
            else:
                yield from _broken(item, keys, (*at, key))
    elif isinstance(value, dt.time) and value.isoformat() == UNREADABLE:
        yield at


def _twice(path: Path, at: str, first: int, line: int, found: str = "") -> Problem:
    what = Message("the name is given twice, on lines {first} and {line}", first=first, line=line)
    return Problem(str(path), line, at, what, found, "rename or remove one of them", "SEC108")


def _inspect(path: Path, value: Any, locator: Locator, at: KeyPath = ()) -> Iterator[tuple[KeyPath, Problem]]:
    """Problems of keys and scalars that no model would see, or would say less well."""

    def problem(what: str, found: str, repair: str, code: str) -> tuple[KeyPath, Problem]:
        return at, Problem(str(path), locator.line(at), written(at), what, found, repair, code)

    if isinstance(value, dict):
        yield from _inspect_keys(path, value, locator, at)
        for key, item in value.items():
            yield from _inspect(path, item, locator, (*at, key))
    elif isinstance(value, list):
        for k, item in enumerate(value):
            yield from _inspect(path, item, locator, (*at, k))
    elif isinstance(value, str) and len(value) > STRING_LIMIT:
        what = Message("the text has more than {string_limit:,} characters", string_limit=STRING_LIMIT)
        yield problem(what, short_text(value), "shorten it", "SEC109")
    elif isinstance(value, Decimal) and not value.is_finite():
        yield problem("the number is not finite", str(value), "write a finite number", "SEC111")


def _inspect_keys(
    path: Path, table: dict[str, Any], locator: Locator, at: KeyPath
) -> Iterator[tuple[KeyPath, Problem]]:
    seen: dict[str, str] = {}
    for key in table:
        here = (*at, key)
        if len(key) > KEY_LIMIT:
            what = Message("a key has more than {key_limit} characters", key_limit=KEY_LIMIT)
            yield (
                here,
                Problem(
                    str(path), locator.line(here), written(at), what, short_text(key), "shorten it", "SEC109"
                ),
            )
        other = seen.setdefault(folded(key), key)
        if other != key:
            first, line = locator.line((*at, other)), locator.line(here)
            pair = Message("{other!r} and {key!r} differ by case or form", other=other, key=key)
            yield here, _twice(path, written(here), first, line, pair)


def folded(name: str) -> str:
    """What two names have in common that a reader would confuse: case and Unicode form."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _normalised(value: Any) -> Any:
    """Texts in Unicode form NFC, so that equal texts compare equal; keys stay as written."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: _normalised(item) for key, item in value.items()}
    return [_normalised(item) for item in value] if isinstance(value, list) else value


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]


def _line_of(text: str, line: int) -> str:
    lines = text.split("\n")
    return short_text(lines[line - 1].strip()) if 0 < line <= len(lines) else ""
