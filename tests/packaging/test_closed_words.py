"""Whoever adds a kind or a word is told each place that has to know it: no dispatch treats it as another one."""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path

import pytest

from tests.packaging.closed_words import Found, scan
from tests.packaging.tree import ROOT
from tests.packaging.vocabularies import Vocabularies

#: (file, function, text) -> why it may ask for a class. The list only gets shorter.
NEEDED: dict[tuple[str, str, str], str] = {}

MODELS = """
from typing import Annotated, Literal, TypeAlias
from pydantic import BaseModel, Field

Colour = Literal["red", "green"]

class Curved(BaseModel): ...

class Round(Curved):
    kind: Literal["round"]
    colour: Colour

class Square(BaseModel):
    kind: Literal["square"]
    side: Literal["left", "right"]

Shape = Annotated[Round | Square, Field(discriminator="kind")]
"""


def _matching(of: str, subject: str, *cases: str) -> str:
    return "\n".join(
        [f"def f(x: {of}) -> int:", f"    match {subject}:", *(f"        case {case}" for case in cases)]
    )


WORDS, CLASSES = '"red" | "green": return 1', "Round() | Square(): return 1"
FAULTS = {
    "else after a discriminator": 'def f(x: Shape) -> int:\n    return 1 if x.kind == "round" else 2',
    "a word of an alias": 'def f(x: Round) -> bool:\n    return x.colour != "red"',
    "words of a set": 'def f(x: Round) -> bool:\n    return x.colour in {"red"}',
    "words of a table": 'SOME = {"red": 1}\ndef f(x: Round) -> bool:\n    return x.colour in SOME',
    "a parameter": 'def f(colour: Colour) -> bool:\n    return colour == "red"',
    "a variable": 'def f(x: Round) -> bool:\n    told = x.colour\n    return told == "red"',
    "what a function gives": 'def g() -> Colour: ...\ndef f() -> bool:\n    return g() == "red"',
    "words without a name": 'def f(x: Square) -> bool:\n    return x.side == "left"',
    "a class": "def f(x: Shape) -> bool:\n    return isinstance(x, Round)",
    "one of several classes": "def f(x: Shape) -> bool:\n    return isinstance(x, Round | Other)",
    "a base of some classes": "def f(x: Shape) -> bool:\n    return isinstance(x, Curved)",
    "case _ that means something": _matching("Shape", "x", "Round(): return 1", "_: return 2"),
    "a match without an end": _matching("Round", "x.colour", '"red": return 1'),
    "case _ of texts": _matching("str", "x", WORDS, "_: return 2"),
    "a table with a default": 'def f(x: Round) -> int:\n    return {"red": 1}.get(x.colour, 0)',
    "a table in place": 'def f(x: Round) -> int:\n    return {"red": 1, "green": 2}[x.colour]',
    "a table of a module": 'T = {"red": 1, "green": 2}\ndef f(x: Round) -> int:\n    return T[x.colour]',
    "a table that says so": 'T: dict[Colour, int] = {"red": 1, "green": 2}',
}
PROPER = {
    "a match of classes": _matching("Shape", "x", CLASSES, "_: assert_never(x)"),
    "a match of words": _matching("Round", "x.colour", WORDS, "_: assert_never(x.colour)"),
    "a match of texts that raises": _matching("str", "x", WORDS, "_: raise ValueError(x)"),
    "a complete table": 'T = complete(Colour, {"red": 1, "green": 2})',
    "a partition": 'WARM, COLD = partition(Colour, {"red"}, {"green"})\ndef f(x: Round) -> bool:\n'
    "    return x.colour in WARM",
}
PLAIN = {
    "two that are alike": "def f(x: Round, y: Round) -> bool:\n    return x.colour == y.colour",
    "a word of nothing closed": 'def f(x: str) -> bool:\n    return x == "red"',
    "a class of its own": "class Own: ...\ndef f(x: object) -> bool:\n    return isinstance(x, Own)",
    "an assertion": "def f(x: Shape) -> None:\n    assert isinstance(x, Round)",
    "a path of keys": 'def f(x: Round) -> bool:\n    return x.name == "red"',
}


@cache
def _known() -> Vocabularies:
    return Vocabularies(ROOT)


@cache
def _found() -> Found:
    return scan(_known())


def _scanned(folder: Path, source: str) -> Found:
    (folder / "securitize").mkdir()
    (folder / "securitize" / "models.py").write_text(MODELS, encoding="utf-8")
    (folder / "securitize" / "use.py").write_text(textwrap.dedent(source), encoding="utf-8")
    return scan(Vocabularies(folder))


def test_no_dispatch_treats_an_unknown_word_as_another() -> None:
    told = [
        f"{one.path}:{one.line}: {one.text}: {one.why}"
        for one in _found().faults
        if (one.path, one.function, one.text) not in NEEDED
    ]
    assert not told, "\n".join(told)


def test_what_is_allowed_is_still_there() -> None:
    there = {(one.path, one.function, one.text) for one in _found().faults}
    assert not set(NEEDED) - there, "take these off the list"


def test_closed_words_and_their_dispatches_are_found() -> None:
    known = _known()
    unions, literals, dispatches = known.unions, known.literals, _found().dispatches
    print(f"\nunions {len(unions)}, Literals {len(literals)}, dispatches {len(dispatches)}")
    assert {"Principal", "Trigger", "Fee", "Stress", "Contract", "Curve", "CapitalSet"} <= {
        u.name for u in unions
    }
    assert len(literals) > 100
    assert {one.form for one in dispatches} == {"match", "table"}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_found(what: str, tmp_path: Path) -> None:
    found = _scanned(tmp_path, FAULTS[what])
    assert found.faults
    assert not found.dispatches


@pytest.mark.parametrize("what", PROPER)
def test_a_proper_dispatch_is_listed(what: str, tmp_path: Path) -> None:
    found = _scanned(tmp_path, PROPER[what])
    assert not found.faults
    assert found.dispatches


@pytest.mark.parametrize("what", PLAIN)
def test_what_is_no_dispatch_is_left_alone(what: str, tmp_path: Path) -> None:
    assert _scanned(tmp_path, PLAIN[what]) == Found()
