"""Names and titles hold one language a field: the Chinese one has a field of its own beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.documents.locator import KeyPath

#: Fields that readers see, each with another of the same name and ``_zh``.
SHOWN = ("name", "title", "role", "payee", "provider", "venue")
_HAN = "\u3400-\u9fff"
#: A word in lower case beside Chinese with a space between: "taxes" and its translation, but no name such as LPR.
_TWO_LANGUAGES = re.compile(
    rf"[a-z]{{2}}[^{_HAN}]*\s[^a-z{_HAN}]*[{_HAN}]|[{_HAN}]\S*\s[^a-z{_HAN}]*[a-z]{{2}}"
)


def holds_two_languages(text: str) -> bool:
    """Whether a text is English and Chinese in one."""
    return _TWO_LANGUAGES.search(text) is not None


def names_hold_one_language(view: DealView) -> Iterator[Problem]:
    """A name holds one language; warned of once a file (SEC320)."""
    mixed = [at for at, text in _shown((), view.loaded.raw) if holds_two_languages(text)]
    if mixed:
        at, others = mixed[0], len(mixed) - 1
        what: str = "the text holds two languages"
        if others:
            what = Message("the text holds two languages; so do {others} others", others=others)
        repair = Message("write the Chinese text in {field}_zh", field=at[-1])
        yield view.problem(at, what, None, repair, "SEC320")


def _shown(at: KeyPath, value: object) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in SHOWN and isinstance(inner, str):
                yield (*at, key), inner
            else:
                yield from _shown((*at, key), inner)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _shown((*at, place), inner)


OF_THE_WHOLE: tuple[Check, ...] = (names_hold_one_language,)
