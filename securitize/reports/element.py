"""Elements of HTML and SVG that escape whatever they hold: no text of a file can become markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TypeAlias

from securitize.base.errors import printable

Child: TypeAlias = "Element | str | None"
#: Elements without an end tag.
VOID = frozenset({"meta", "br", "hr", "wbr", "col"})
#: Longest text that is taken from a file.
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Element:
    """One element. Text among its children is escaped when it is written; None is nothing."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Child, ...] = ()

    def write(self) -> str:
        """The markup."""
        parts: list[str] = []
        self._into(parts)
        return "".join(parts)

    def _into(self, parts: list[str]) -> None:
        attributes = "".join(f' {name}="{escape(clean(value))}"' for name, value in self.attributes.items())
        parts.append(f"<{self.name}{attributes}>")
        if self.name in VOID:
            return
        for child in self.children:
            if isinstance(child, Element):
                child._into(parts)
            elif child is not None:
                parts.append(escape(clean(child), quote=False))
        parts.append(f"</{self.name}>")


@dataclass(frozen=True, slots=True)
class Style(Element):
    """A style sheet of this program's own: it is not escaped, and nothing of a file gets into it."""

    def _into(self, parts: list[str]) -> None:
        parts.append("<style>")
        parts.extend(child for child in self.children if isinstance(child, str))
        parts.append("</style>")


def el(name: str, /, *children: Child | Iterable[Child], **attributes: str | int | float | None) -> Element:
    """An element; ``class_`` is class, an underscore in a name is a hyphen, an attribute of None is left out."""
    flat: list[Child] = []
    for child in children:
        if child is None or isinstance(child, str | Element):
            flat.append(child)
        else:
            flat.extend(child)
    named = {
        key.rstrip("_").replace("_", "-"): _written(value)
        for key, value in attributes.items()
        if value is not None
    }
    return Element(name, named, tuple(flat))


def _written(value: str | float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def clean(text: str) -> str:
    """Text that cannot turn a page over: no control and no direction characters, at most 5,000 of it."""
    return printable(text, LONGEST)
