"""On which line does a key stand? ``tomllib`` does not say, so this reads the same text once more.

The scanner trusts that ``tomllib`` has accepted the text; it only needs to know where keys and values begin.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence

#: Keys and, in arrays, positions from 0.
KeyPath = tuple[str | int, ...]

_NEWLINE = re.compile(r"\n")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*+")
_SPACE = re.compile(r"[ \t]*+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_REST_OF_LINE = re.compile(r"[^\n]*")
STRINGS = {
    '"""': re.compile(r'"""(?:[^"\\]+|\\[\s\S]|"{1,2}(?!"))*+"{3,5}'),
    "'''": re.compile(r"'''(?:[^']+|'{1,2}(?!'))*+'{3,5}"),
    '"': re.compile(r'"(?:[^"\\\n]+|\\.)*+"'),
    "'": re.compile(r"'[^'\n]*'"),
}


def written(path: Sequence[str | int]) -> str:
    """A key path as one writes it: ``priority.normal[0].pay``, with quotes where TOML needs them."""
    shown = ""
    for key in path:
        if isinstance(key, int):
            shown += f"[{key}]"
        else:
            part = key if _BARE_KEY.fullmatch(key) else '"' + key.replace('"', '\\"') + '"'
            shown += f".{part}" if shown else part
    return shown


class Locator:
    """The lines (from 1) of every key and array element of one TOML text.

    duplicates : (path, line of the first, line of the second) where a text says one key twice, which
    ``tomllib`` refuses
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.duplicates: list[tuple[KeyPath, int, int]] = []
        self._text = text
        self._at = 0
        self._newlines = [match.start() for match in _NEWLINE.finditer(text)]
        self._last_of: dict[KeyPath, int] = {}
        self._headers: set[KeyPath] = set()
        self._document()

    def line(self, path: Sequence[str | int]) -> int:
        """The line of ``path``, or of the nearest table around it; 0 where there is none."""
        for length in range(len(path), 0, -1):
            found = self.lines.get(tuple(path[:length]))
            if found:
                return found
        return 0

    def _here(self, at: int) -> int:
        return bisect_left(self._newlines, at) + 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at + 1

    def _next(self, text: str) -> bool:
        if self._text.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def _note(self, path: KeyPath, at: int, says_all: bool = False) -> None:
        line = self._here(at)
        first = self.lines.setdefault(path, line)
        if says_all and first != line:
            self.duplicates.append((path, first, line))

    def _document(self) -> None:
        table: KeyPath = ()
        while True:
            self._skip(_BLANK)
            if self._at >= len(self._text):
                return
            start = self._at
            if self._next("[["):
                table = self._array_table(start)
                self._skip(_REST_OF_LINE)
            elif self._next("["):
                table = self._resolve(self._key(), start)
                self._note(table, start, says_all=table in self._headers)
                self._headers.add(table)
                self._skip(_REST_OF_LINE)
            else:
                self._pair(table)

    def _array_table(self, start: int) -> KeyPath:
        keys = self._key()
        path = (*self._resolve(keys[:-1], start), keys[-1])
        self._note(path, start)
        position = self._last_of[path] = self._last_of.get(path, -1) + 1
        self._note((*path, position), start)
        return (*path, position)

    def _resolve(self, keys: tuple[str, ...], start: int) -> KeyPath:
        """The path of a header: a key that is an array of tables stands for its last table."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            self._note(path, start)
            if path in self._last_of:
                path = (*path, self._last_of[path])
        return path

    def _key(self) -> tuple[str, ...]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            mark = self._text[self._at : self._at + 1]
            match = (STRINGS[mark] if mark in ('"', "'") else _BARE_KEY).match(self._text, self._at)
            part = match.group() if match else ""
            self._at += len(part)
            if mark == '"' and "\\" in part:
                part = next(iter(tomllib.loads(f"{part}=0")))
            elif mark in ('"', "'"):
                part = part[1:-1]
            keys.append(part)
            self._skip(_SPACE)
            if not self._next("."):
                return tuple(keys)

    def _pair(self, table: KeyPath) -> None:
        start, path = self._at, table
        keys = self._key()
        for key in keys:
            path = (*path, key)
            self._note(path, start, says_all=len(path) == len(table) + len(keys))
        self._skip(_SPACE)
        self._next("=")
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._next("["):
            position = 0
            while True:
                self._skip(_BLANK)
                if self._next("]") or self._at >= len(self._text):
                    return None
                if not self._next(","):
                    self._note((*path, position), self._at)
                    self._value((*path, position))
                    position += 1
        elif self._next("{"):
            while True:
                self._skip(_BLANK)
                if self._next("}") or self._at >= len(self._text):
                    return None
                if not self._next(","):
                    self._pair(path)
        else:
            for mark, pattern in STRINGS.items():
                if self._text.startswith(mark, self._at):
                    return self._skip(pattern)
            start = self._at
            self._skip(_SCALAR)
            if self._at == start:
                self._at += 1
        return None
