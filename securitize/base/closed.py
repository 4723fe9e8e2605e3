"""Closed words: what an alias admits, and tables of it that are proved complete where they are written.

A closed alias is a Literal, a union of classes, or both; ``Annotated`` around any of them is looked through.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence, Set
from dataclasses import fields
from types import UnionType
from typing import Annotated, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def members(closed: object) -> tuple[Hashable, ...]:
    """The words of a Literal and the classes of a union, as declared.

    Raises TypeError for an alias that is not closed.
    """
    origin, parts = get_origin(closed), get_args(closed)
    if origin is Annotated:
        return members(parts[0])
    if origin in (Union, UnionType):
        return tuple(member for part in parts for member in members(part))
    if origin is Literal:
        return parts
    if origin is None and isinstance(closed, type):
        return (closed,)
    raise TypeError(f"{closed} is not closed: neither a Literal, nor classes, nor a union of them")


def words(union: object, discriminator: str) -> tuple[str, ...]:
    """The words of the field that tells the members of a union of models apart, as declared."""
    hints = [get_type_hints(member)[discriminator] for member in members(union)]
    return tuple(str(word) for hint in hints for word in members(hint))


def complete(closed: object, table: Mapping[K, V], *, by: str | None = None) -> Mapping[K, V]:
    """``table``, which has a key for each member of ``closed`` and no other.

    by : the discriminator where the keys are its words, not the classes themselves
    Raises TypeError naming what is missing and what is too much: a table of a module fails as it is imported.
    """
    _require_all(members(closed) if by is None else words(closed, by), table)
    return table


def _require_all(wanted: Collection[Hashable], there: Collection[Hashable]) -> None:
    """Raises TypeError naming what is missing and what is too much."""
    missing = [_name(member) for member in wanted if member not in there]
    surplus = [_name(key) for key in there if key not in wanted]
    if missing or surplus:
        said = [
            f"{what} {', '.join(names)}"
            for what, names in (("lacks", missing), ("has no use for", surplus))
            if names
        ]
        raise TypeError(f"a table of closed words {' and '.join(said)}")


def _name(member: object) -> str:
    return member.__name__ if isinstance(member, type) else str(member)


def partition(closed: object, *parts: Set[str], by: str | None = None) -> tuple[frozenset[str], ...]:
    """``parts``, among which each word of ``closed`` is in exactly one: how a few words are separated from the others.

    by : the discriminator where the words are those of a union
    Raises TypeError naming what is missing, too much or twice: a partition of a module fails as it is imported.
    """
    return _partition(members(closed) if by is None else words(closed, by), parts)


def partition_of_fields(record: type, *parts: Set[str]) -> tuple[frozenset[str], ...]:
    """As :func:`partition`, of the names of a dataclass's fields: a field that is added must be put into a part."""
    return _partition([each.name for each in fields(record)], parts)


def _partition(wanted: Collection[Hashable], parts: Sequence[Set[str]]) -> tuple[frozenset[str], ...]:
    found = [word for part in parts for word in sorted(part)]
    _require_all(wanted, found)
    if twice := sorted({word for word in found if found.count(word) > 1}):
        raise TypeError(f"a partition of closed words has {', '.join(twice)} twice")
    return tuple(frozenset(part) for part in parts)
