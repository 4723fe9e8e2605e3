"""Lines of keys: by hand, and against documents whose values are the lines on which they were written."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.definitions.documents.locator import KeyPath, Locator, written

TEXT = '''# comment with [brackets] and = signs
title = "one # no comment"
a.b."c.d" = 1
'single' = """
[not.a.table]
x = 1"""
list = [
  1, # one
  { k = 2, "q" = [3,
    4] },
]
[table]  # a table
t = 2024-01-01 10:00:00
[table."quoted \\u00e9".deep]
e = { }
[[rows]]
n = 1
[rows.sub]
s = \'\'\'
] } """
\'\'\'
[[rows]]
n = 2
[[rows.inner]]
i = 1
[[rows.inner]]
i = 2
empty = []
last = """a \\""" b""""
end = true
'''
LINES: dict[KeyPath, int] = {
    ("title",): 2,
    ("a",): 3,
    ("a", "b", "c.d"): 3,
    ("single",): 4,
    ("list",): 7,
    ("list", 0): 8,
    ("list", 1, "k"): 9,
    ("list", 1, "q", 1): 10,
    ("table",): 12,
    ("table", "t"): 13,
    ("table", "quoted é", "deep"): 14,
    ("table", "quoted é", "deep", "e"): 15,
    ("rows",): 16,
    ("rows", 0, "n"): 17,
    ("rows", 0, "sub"): 18,
    ("rows", 0, "sub", "s"): 19,
    ("rows", 1): 22,
    ("rows", 1, "n"): 23,
    ("rows", 1, "inner", 0, "i"): 25,
    ("rows", 1, "inner", 1): 26,
    ("rows", 1, "inner", 1, "i"): 27,
    ("rows", 1, "inner", 1, "last"): 29,
    ("rows", 1, "inner", 1, "end"): 30,
}


@pytest.mark.parametrize("path", LINES, ids=written)
def test_line_of(path: KeyPath) -> None:
    tomllib.loads(TEXT)
    assert Locator(TEXT).lines.get(path) == LINES[path]


@pytest.mark.parametrize("path", LINES, ids=written)
def test_line_of_with_windows_line_ends(path: KeyPath) -> None:
    assert Locator(TEXT.replace("\n", "\r\n")).lines.get(path) == LINES[path]


def test_a_missing_key_is_on_the_line_of_its_table() -> None:
    locator = Locator(TEXT)
    assert locator.line(("rows", 1, "missing")) == 22
    assert locator.line(("missing",)) == 0


def test_keys_given_twice_are_found_with_both_lines() -> None:
    assert Locator("a = 1\n[b]\nc = 1\nc = 2\n[b]\n").duplicates == [(("b", "c"), 3, 4), (("b",), 2, 5)]


def test_written_paths_quote_what_toml_quotes() -> None:
    assert written(("priority", "normal", 0, "member_limits", "interest:B")) == (
        'priority.normal[0].member_limits."interest:B"'
    )


class _Writer:
    """Writes a document and remembers on which line each marker stands."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[int, int] = {}
        self.names = 0

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) < percent

    def name(self) -> str:
        self.names += 1
        key = self.draw(st.sampled_from(("k", "a-b_", "é", "a.b", 'q"', " ", "#", "[x]", "="))) + str(
            self.names
        )
        if all(c.isascii() and (c.isalnum() or c in "-_") for c in key):
            return key
        if '"' in key or self.chance(50):
            return '"' + key.replace('"', '\\"') + '"'
        return f"'{key}'"

    def key(self) -> str:
        return self.draw(st.sampled_from((".", " . "))).join(
            self.name() for _ in range(self.draw(st.sampled_from((1, 1, 1, 2, 3))))
        )

    def marker(self) -> None:
        number = len(self.lines)
        self.lines[number] = self.text.count("\n") + 1
        form = self.draw(
            st.sampled_from(('"{}"', "'{}'", '"""{}"""', "'''{}'''", '"""{}\\\n\n # "" no\n"""'))
        )
        self.text += form.format(f"marker {number}.")

    def value(self, depth: int = 0) -> None:
        kind = (
            self.draw(st.sampled_from(("marker", "marker", "array", "table", "other")))
            if depth < 4
            else "marker"
        )
        if kind == "marker":
            self.marker()
        elif kind == "other":
            others = (
                "1",
                "-1.5e3",
                "true",
                "inf",
                "2024-01-01",
                "2024-01-01 10:00:00",
                '""',
                '"]}#,="',
                "'''\n[x]\n'''",
            )
            self.text += self.draw(st.sampled_from(others))
        elif kind == "array":
            self.text += "["
            for _ in range(self.draw(st.integers(0, 3))):
                self.text += self.draw(st.sampled_from(("", " ", "\n  ", " # ] x\n", "\n\n")))
                self.value(depth + 1)
                self.text += self.draw(st.sampled_from((",", " ,", "\n,", ",# }\n")))
            self.text += self.draw(st.sampled_from(("]", "\n]")))
        else:
            self.text += "{ "
            for k in range(self.draw(st.integers(0, 3))):
                self.text += (", " if k else "") + self.key() + " = "
                self.value(depth + 1)
            self.text += " }"

    def pairs(self) -> None:
        for _ in range(self.draw(st.integers(0, 3))):
            self.text += self.draw(st.sampled_from(("", "  ", "\n", "# [c]\n"))) + self.key() + "="
            self.value()
            self.text += self.draw(st.sampled_from(("\n", " # tail\n")))

    def document(self) -> None:
        self.pairs()
        for _ in range(self.draw(st.integers(0, 4))):
            name = self.key()
            if self.chance(50):
                self.text += f"[{name}]\n"
                self.pairs()
            else:
                for _ in range(self.draw(st.integers(1, 3))):
                    self.text += f"[[ {name} ]] # row\n"
                    self.pairs()
                    if self.chance(30):
                        self.text += f"[{name}.{self.name()}]\n"
                        self.pairs()


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[int, int]]:
    writer = _Writer(draw)
    writer.document()
    return writer.text, writer.lines


def _markers(value: Any, at: KeyPath = ()) -> dict[int, KeyPath]:
    if isinstance(value, str) and value.startswith("marker "):
        return {int(value.partition(".")[0].removeprefix("marker ")): at}
    found: dict[int, KeyPath] = {}
    if isinstance(value, dict):
        for key, item in value.items():
            found |= _markers(item, (*at, key))
    elif isinstance(value, list):
        for k, item in enumerate(value):
            found |= _markers(item, (*at, k))
    return found


@given(documents())
def test_every_marker_of_a_generated_document_is_on_its_line(document: tuple[str, dict[int, int]]) -> None:
    text, lines = document
    locator = Locator(text)
    paths = _markers(tomllib.loads(text))
    assert paths.keys() == lines.keys()
    assert {number: locator.lines[path] for number, path in paths.items()} == lines
    assert locator.duplicates == []


@given(st.text(alphabet="ab=.[]{}\"'\\#,\n 1", max_size=60))
def test_the_locator_ends_on_any_text(text: str) -> None:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert all(key in {path[0] for path in Locator(text).lines} for key in raw)
