"""Every word that a command or a table prints is a term of the glossary, or a plain word of the closed list.

A new word of art turns this red until the glossary defines it. ``plain_words.txt`` takes a new word only where it is
everyday English.
"""

from __future__ import annotations

from tests.packaging.printed import forms, printed_texts, terms, words_of
from tests.packaging.tree import ROOT

LIST = ROOT / "tests" / "packaging" / "plain_words.txt"
#: Words of the house that the texts are to lose; a word that they have lost leaves this set.
GOING = {"vanish", "vanishes"}


def test_every_printed_word_is_a_term_or_plain() -> None:
    known = terms() | plain_words() | GOING
    new = dict[str, str]()
    for place, text in printed_texts():
        for word in words_of(text):
            if not forms(word) & known:
                new.setdefault(word, place)
    assert not new, f"define in securitize/definitions/glossary.toml, or list as a plain word: {new}"


def test_words_that_are_going_are_still_there() -> None:
    printed = {word for _, text in printed_texts() for word in words_of(text)}
    assert printed >= GOING, f"take out of GOING: {sorted(GOING - printed)}"


def test_plain_words_are_no_terms() -> None:
    assert not plain_words() & terms()
    assert not plain_words() & GOING
    listed = LIST.read_text(encoding="utf-8").split()
    assert listed == sorted(set(listed)), "keep plain_words.txt sorted"


def plain_words() -> set[str]:
    """Everyday words, and the names of programs and formats."""
    return set(LIST.read_text(encoding="utf-8").split())
