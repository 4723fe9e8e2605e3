"""Hostile files: each becomes a problem with its line, in about a second, and none a traceback."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions.documents.reading import SIZE_LIMIT, folded, read_toml

#: name of the fault: (content, code, line)
HOSTILE: dict[str, tuple[bytes, str, int]] = {
    "too-large": (b"#" * (SIZE_LIMIT + 1), "SEC103", 0),
    "many-values": (b"a=[" + b"1," * 300_000 + b"]", "SEC103", 1),
    "many-tables": (b"[[a]]\n" * 50_000, "SEC103", 15001),
    "nested-arrays": (b"\na=" + b"[" * 500 + b"]" * 500, "SEC105", 2),
    "nested-tables": (b"a=" + b"{a=" * 500 + b"1" + b"}" * 500, "SEC105", 1),
    "dotted-key": (b"a." * 100_000 + b"a=1", "SEC105", 1),
    "nested-by-dots": (b"a." * 30 + b"a={" + b"a." * 30 + b"a=1}", "SEC105", 0),
    "long-number": (b"x=1\na=" + b"9" * 5000, "SEC109", 2),
    "long-number-with-underscores": (b"a=" + b"9_" * 50 + b"9", "SEC106", 1),
    "long-hexadecimal": (b"a=0x" + b"f" * 5000, "SEC109", 1),
    "huge-exponent": (b"a=1e99999999999999999999", "SEC106", 1),
    "long-key": (b"k" * 300 + b"=1", "SEC109", 1),
    "long-quoted-key": (b'"' + b"k" * 300 + b'"=1', "SEC109", 1),
    "long-string": (b'a="' + b"x" * 1_000_000 + b'"', "SEC109", 1),
    "unterminated-escapes": (b'a="' + b'\\"' * 500_000, "SEC107", 1),
    "unterminated-text": (b'a="""x\n' + b'x\\"""\n' * 200_000, "SEC107", 1),
    "unterminated-array": (b"a=[\n1,\n", "SEC107", 1),
    "no-such-day": (b"\n\na=2023-02-30", "SEC107", 3),
    "not-toml": (b"a: 1\n", "SEC107", 1),
    "null-byte": (b"a=1\0", "SEC104", 1),
    "lone-carriage-return": (b"a=1\rb=2", "SEC107", 1),
    "surrogate": (b'a="\\ud800"', "SEC107", 1),
    "not-utf8": (b'a=1\nb="\xff"', "SEC104", 2),
    "utf16": ("a=1".encode("utf-16"), "SEC104", 1),
    "byte-order-mark": (b"\xef\xbb\xbfa=1", "SEC104", 1),
    "key-twice": (b"a=1\nb=2\na=3", "SEC108", 3),
    "table-twice": (b"[x]\n[y]\n[x]\n", "SEC108", 3),
    "key-twice-in-a-line": (b"a={x=1,x=2}", "SEC108", 1),
    "same-but-for-case": (b"[notes.A]\n[notes.a]\n", "SEC108", 2),
    "same-but-for-form": ('"é"=1\n"e\u0301"=2'.encode(), "SEC108", 2),
    "infinite": (b"a=[1,\ninf]", "SEC111", 2),
    "not-a-number": (b"a=nan", "SEC111", 1),
    "random-bytes": (bytes(range(256)) * 100, "SEC104", 1),
}


def problems_of(path: Path) -> list[Problem]:
    try:
        return [problem for _, problem in read_toml(path).problems]
    except DefinitionError as error:
        return list(error.problems)


@pytest.mark.parametrize("fault", HOSTILE)
def test_a_hostile_file_is_one_problem(fault: str, tmp_path: Path) -> None:
    content, code, line = HOSTILE[fault]
    path = tmp_path / f"{fault}.toml"
    path.write_bytes(content)
    start = time.perf_counter()
    found = problems_of(path)
    assert [(problem.code, problem.line) for problem in found] == [(code, line)]
    assert time.perf_counter() - start < 2
    assert len(str(found[0])) < 1000


def test_a_name_given_twice_names_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "deal.toml"
    path.write_text("[notes]\n[notes.A]\nrank = 1\n[notes.a]\n", encoding="utf-8")
    assert "lines 2 and 4" in str(problems_of(path)[0])
    path.write_text("a = 1\n\na = 2\n", encoding="utf-8")
    assert "lines 1 and 3" in str(problems_of(path)[0])


@pytest.mark.parametrize(
    "kind", ["pipe", "loop", "device", "folder", "absent", "null character", "long name"]
)
def test_what_is_no_regular_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "loop":
            os.symlink(path, path)
        case "device":
            os.symlink("/dev/zero", path)
        case "folder":
            os.mkdir(path)
        case "null character":
            path += "\0"
        case "long name":
            path += "x" * 5000
    start = time.perf_counter()
    with pytest.raises(DefinitionError) as error:
        read_toml(path)
    assert time.perf_counter() - start < 1
    assert error.value.problems[0].code == ("SEC102" if kind in ("pipe", "device", "folder") else "SEC101")


def test_texts_come_out_in_one_unicode_form(tmp_path: Path) -> None:
    path = tmp_path / "deal.toml"
    path.write_text('title = "e\u0301"', encoding="utf-8")
    assert read_toml(path).raw == {"title": "é"}


def test_folding_ignores_case_and_form() -> None:
    assert folded("Straße") == folded("STRASSE")
    assert folded("Ａ") == folded("a")
    assert folded("A1") != folded("A2")
