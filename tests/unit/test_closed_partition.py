"""Words that are told from one another by a partition: each in exactly one part."""

from __future__ import annotations

from typing import Literal

import pytest

from securitize.base.closed import partition

Colour = Literal["red", "green", "blue"]


def test_the_parts_are_given_back_in_their_order() -> None:
    assert partition(Colour, {"red"}, {"green", "blue"}) == (frozenset({"red"}), frozenset({"green", "blue"}))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (({"red"}, {"green"}), "lacks blue"),
        (({"red"}, {"green", "blue", "grey"}), "has no use for grey"),
        (({"red", "green"}, {"green", "blue"}), "green twice"),
    ],
)
def test_a_word_missing_too_much_or_twice_is_named(parts: tuple[set[str], ...], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        partition(Colour, *parts)
