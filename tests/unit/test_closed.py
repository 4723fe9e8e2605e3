"""Tables of closed words are complete, or their module is not imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from securitize.base.closed import complete, members, partition_of_fields, words


class Apple(BaseModel):
    kind: Literal["apple"]


class Citrus(BaseModel):
    kind: Literal["orange", "lemon"]


Word = Literal["one", "two"]
Fruit = Annotated[Apple | Citrus, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("closed", "admits"),
    [
        (Word, ("one", "two")),
        (Apple, (Apple,)),
        (Apple | Citrus, (Apple, Citrus)),
        (Fruit, (Apple, Citrus)),
        (Literal["none"] | Fruit, ("none", Apple, Citrus)),
    ],
)
def test_members_are_the_words_and_classes_as_declared(closed: object, admits: tuple[object, ...]) -> None:
    assert members(closed) == admits


@pytest.mark.parametrize("open_", [tuple[str, ...], list[int], 3, Word | tuple[str, ...]])
def test_what_is_open_has_no_members(open_: object) -> None:
    with pytest.raises(TypeError, match="is not closed"):
        members(open_)


def test_the_words_of_a_union_are_those_of_its_discriminator() -> None:
    assert words(Fruit, "kind") == ("apple", "orange", "lemon")


def test_a_complete_table_is_given_back() -> None:
    table = {"two": 2, "one": 1}
    assert complete(Word, table) is table
    assert complete(Fruit, {Apple: 1, Citrus: 2}) == {Apple: 1, Citrus: 2}
    assert complete(Fruit, dict.fromkeys(("apple", "orange", "lemon"), 0), by="kind")


@pytest.mark.parametrize(
    ("closed", "table", "by", "said"),
    [
        (Word, {"one": 1}, None, "lacks two$"),
        (Word, {"one": 1, "two": 2, "three": 3}, None, "has no use for three$"),
        (Fruit, {Apple: 1, int: 2}, None, "lacks Citrus and has no use for int$"),
        (Fruit, {"apple": 1, "orange": 2}, "kind", "lacks lemon$"),
    ],
)
def test_an_incomplete_table_is_refused_by_name(
    closed: object, table: dict[object, int], by: str | None, said: str
) -> None:
    with pytest.raises(TypeError, match=said):
        complete(closed, table, by=by)


@dataclass
class Basket:
    apples: int
    lemons: int


def test_a_partition_of_fields_is_given_back() -> None:
    found = partition_of_fields(Basket, {"apples"}, {"lemons"})
    assert found == (frozenset({"apples"}), frozenset({"lemons"}))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (({"apples"}, set()), "lacks lemons"),
        (({"apples", "lemons"}, {"pears"}), "has no use for pears"),
        (({"apples", "lemons"}, {"lemons"}), "has lemons twice"),
    ],
)
def test_a_field_in_no_part_is_refused_by_name(parts: tuple[set[str], set[str]], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        partition_of_fields(Basket, *parts)
