"""Reads a TOML file that is hostile until checked.

Nothing is parsed before its size, nesting and number lengths are known; a device or a pipe is not opened;
whatever is wrong is a :class:`~securitize.base.errors.Problem` with its line.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from pathlib import Path
from typing import Any

from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Message
from securitize.definitions.documents.locator import KeyPath, Locator, written
from securitize.definitions.documents.scanning import KEY_LIMIT, check_depth, refusal, scan, short_text

SIZE_LIMIT = 2 * 1024 * 1024
STRING_LIMIT = 10_000

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_TWICE = ("Cannot overwrite", "Cannot declare", "Duplicate", "Cannot mutate", "Cannot redefine")


@dataclass(frozen=True, slots=True)
class Document:
    """One TOML file, read.

    text : the bytes of the file; raw : what ``tomllib`` made of it, floats as Decimal, strings in form NFC
    problems : what is wrong in it although it can be parsed
    """

    path: Path
    text: bytes
    raw: dict[str, Any]
    locator: Locator
    problems: list[tuple[KeyPath, Problem]] = field(default_factory=list)


def read_toml(path: str | os.PathLike[str]) -> Document:
    """The document of one file. Raises DefinitionError where it cannot be parsed."""
    file = Path(path)
    text = read_bytes(file)
    decoded = _decode(file, text)
    scan(file, decoded)
    raw = _parse(file, decoded)
    check_depth(file, raw)
    locator = Locator(decoded)
    found = list(_inspect(file, raw, locator))
    return Document(file, text, _normalised(raw), locator, found)


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


def _decode(path: Path, text: bytes) -> str:
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        found = Message("byte 0x{text:02x}", text=text[error.start])
        raise refusal(path, line, "the file is not UTF-8", found, "save it as UTF-8", "SEC104") from None
    if decoded.startswith("\ufeff"):
        repair = "save it as UTF-8 without a byte order mark"
        raise refusal(path, 1, "the file begins with a byte order mark", "", repair, "SEC104")
    # Lines end with LF or CRLF; tomllib refuses a lone CR.
    return decoded.replace("\r\n", "\n")


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        where = _WHERE.search(message)
        line = int(where[1]) if where and where[1] else text.count("\n") + 1
        what = _WHERE.sub("", message)
        if what.startswith(_TWICE) and (twice := _duplicates(path, text, line)):
            raise DefinitionError(twice) from None
        repair = "write each key once" if what.startswith(_TWICE) else "correct the TOML syntax"
        code = "SEC108" if what.startswith(_TWICE) else "SEC107"
        raise refusal(path, line, _sentence(what), _line_of(text, line), repair, code) from None
    except (ValueError, DecimalException, RecursionError, OverflowError) as error:
        reason = _sentence(str(error).partition(";")[0]) or type(error).__name__
        raise refusal(
            path, 0, Message("not valid TOML: {reason}", reason=reason), "", "correct the value", "SEC107"
        ) from None


def _duplicates(path: Path, text: str, line: int) -> list[Problem]:
    """The keys given twice up to ``line``, where the parser stopped."""
    try:
        twice = Locator("\n".join(text.split("\n")[:line])).duplicates
    except (ValueError, RecursionError, StopIteration):
        return []
    return [_twice(path, written(at), first, line) for at, first, line in twice]


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
