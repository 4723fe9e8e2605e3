"""Keywords in texts against a search of every place, on texts drawn to be awkward."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securitize.pooling.chains import keywords as module
from securitize.pooling.chains.keywords import KeywordFinder, plain_text
from tests.pooling.chains import chains_reference

ALPHABET = "as1 负极Ａ-—（S\u3000\x1fé𠀀\u2009\n"
WORDS = st.text(alphabet="as1 负极", min_size=1, max_size=4)


def places(word: str, text: str) -> list[tuple[int, int]]:
    return [
        (k, k + len(word))
        for k in range(len(text) - len(word) + 1)
        if text[k : k + len(word)] == word and not chains_reference.cut(word, text[:k], text[k + len(word) :])
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(WORDS, min_size=1, max_size=8, unique=True),
    st.lists(st.one_of(st.none(), st.text(alphabet=ALPHABET, max_size=12)), max_size=6),
    st.data(),
)
def test_what_is_found_against_every_place(
    words: list[str], texts: list[str | None], data: st.DataObject
) -> None:
    counted = np.array(data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words))))
    found, alone = KeywordFinder(words, counted).find([texts])
    assert found.shape == alone.shape == (len(texts), len(words))
    for k, text in enumerate(texts):
        plain = chains_reference.plain(text or "")
        wide = {word: places(word, plain) for word, one in zip(words, counted, strict=True) if one}
        for j, word in enumerate(words):
            here = places(word, plain)
            assert found[k, j] == bool(here)
            free = [
                place
                for place in here
                if not any(
                    a <= place[0] and place[1] <= b and (a, b) != place
                    for spots in wide.values()
                    for a, b in spots
                )
            ]
            assert alone[k, j] == (bool(counted[j]) and bool(free))


@given(st.text())
def test_the_plain_form_is_that_of_the_page(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert plain_text(text) == chains_reference.plain(text)
    assert len(plain_text(text)) == len(text)


def test_texts_searched_in_pieces_are_found_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = KeywordFinder(["负极", "anode"], np.array([True, True]))
    texts = ["负极", None, "Anodes", "xanode", "", "ANODE 负极", "负", "极"]
    whole = finder.find([texts, texts[::-1]])
    monkeypatch.setattr(module, "_TEXTS", 3)
    for one, other in zip(whole, finder.find([texts, texts[::-1]]), strict=True):
        np.testing.assert_array_equal(one, other)
    assert finder.find([texts])[0].tolist() == [
        [True, False], [False, False], [False, True], [False, False],
        [False, False], [True, True], [False, False], [False, False],
    ]  # fmt: skip


def test_no_keywords_and_no_texts() -> None:
    assert KeywordFinder([], np.zeros(0, dtype=np.bool_)).find([["x"]])[0].shape == (1, 0)
    assert KeywordFinder(["x"], np.ones(1, dtype=np.bool_)).find([[]])[0].shape == (0, 1)
