"""Sentences for a reader, written in English where they arise and shown in the reader's language.

A :class:`Message` is its English text, so that it can be stored, compared and raised like any text, and remembers
the template and the values from which :func:`in_language` writes it in Chinese. The Chinese stands in
``catalogue/*.toml`` beside this file, one entry a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from securitize.base.language import Language, language

#: How a listing of that separator is written in Chinese.
_SEPARATORS = {
    ", ": "\u3001", "; ": "\uff1b", " and ": "\u548c", " or ": "\u6216", ". ": "\u3002", ": ": "\uff1a",
}  # fmt: skip


class Message(str):
    """A sentence, or a part of one: the English text of a template with named placeholders.

    template : English with the names of the values in braces; without values it is text as it stands
    values   : by name; a value that is itself a message or a listing is shown in the reader's language
    """

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Message:
        """Raises KeyError where a placeholder has no value."""
        message = super().__new__(cls, template.format_map(values) if values else template)
        message.template = template
        message.values = values
        return message

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.template, dict(self.values))


class Listing(str):
    """Things one after another, such as names, with the separator of the language between them."""

    items: tuple[str, ...]
    separator: str

    def __new__(cls, items: Iterable[object], separator: str = ", ") -> Listing:
        """The items as texts; one that is a message stays one."""
        texts = tuple(item if isinstance(item, str) else str(item) for item in items)
        listing = super().__new__(cls, separator.join(texts))
        listing.items, listing.separator = texts, separator
        return listing

    def __reduce__(self) -> tuple[Any, ...]:
        return Listing, (self.items, self.separator)


def in_language(text: str, wanted: Language | None = None) -> str:
    """The text in a language, the one in use where none is given.

    A text that is no message is looked up as a whole, and then taken apart by the templates: sentences of stored
    tables and of libraries come as plain English. What has no translation stays English.
    """
    chosen = language() if wanted is None else wanted
    match chosen:
        case "en":
            return str(text)
        case "zh":
            return _chinese(text)
        case _:
            assert_never(chosen)


def _chinese(text: str) -> str:
    from securitize.base.translations import chinese_of, recognised

    if isinstance(text, Listing):
        separator = _SEPARATORS.get(text.separator, text.separator)
        return separator.join(str(_value(item)) for item in text.items)
    if isinstance(text, Message) and text.values:
        template = chinese_of(text.template)
        return str(text) if template is None else _filled(template, text.values)
    plain = chinese_of(text)
    if plain is not None:
        return plain
    parts = recognised(str(text))
    if parts is None:
        return _each_chinese(str(text))
    template, values = parts
    # A sentence may stand inside another one; a name has no spaces.
    return template.format_map(
        {name: _chinese(each) if " " in each else each for name, each in values.items()}
    )


def _each_chinese(text: str) -> str:
    """Sentences that were stored behind one another; as they stand where one of them has no Chinese."""
    pieces = text.split("; ")
    found = [_chinese(piece) for piece in pieces] if len(pieces) > 1 else pieces
    whole = all(mine != piece for mine, piece in zip(found, pieces, strict=True))
    return _SEPARATORS["; "].join(found) if whole else text


def _filled(template: str, values: Mapping[str, Any]) -> str:
    return template.format_map({name: _value(each) for name, each in values.items()})


def _value(value: Any) -> Any:
    """A value in Chinese: a message, a listing, or a sentence of the catalogue; what is typed has no spaces."""
    if isinstance(value, Message | Listing):
        return _chinese(value)
    from securitize.base.translations import chinese_of

    return chinese_of(value) or value if isinstance(value, str) and " " in value else value


def _restored(template: str, values: Mapping[str, Any]) -> Message:
    return Message(template, **values)
