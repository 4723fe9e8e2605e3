"""The catalogue of Chinese sentences, and the recognition of English ones that come without their template.

``catalogue/*.toml`` holds entries ``[[message]]`` with ``en``, a template as it stands in the code, and ``zh``, what
it is in Chinese with the same names in braces. A translator edits ``zh`` and nothing else; tests hold the catalogue
complete and its placeholders alike.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

#: Sentences longer than this are not taken apart: no template gives them.
LONGEST = 2000
#: Templates with fewer letters of their own, such as "{count} notes", would fit too much.
FEWEST_LETTERS = 8
#: With these at least, such as "trigger {name}", they are taken where the values are single words.
FEWEST_OF_WORDS = 6


@cache
def catalogue() -> Mapping[str, str]:
    """English template -> Chinese template. Raises ValueError where one is entered twice."""
    entries: dict[str, str] = {}
    for path in sorted(files("securitize.base").joinpath("catalogue").iterdir(), key=lambda each: each.name):
        if path.name.endswith(".toml"):
            for message in tomllib.loads(path.read_text(encoding="utf-8")).get("message", ()):
                if message["en"] in entries:
                    raise ValueError(f"{path.name}: entered twice: {message['en']}")
                entries[message["en"]] = message["zh"]
    return MappingProxyType(entries)


def chinese_of(template: str) -> str | None:
    """The Chinese of a template, None where the catalogue has none."""
    return catalogue().get(template) or None


def placeholders(template: str) -> tuple[str, ...]:
    """The names in braces, in their order; none in a text whose braces do not match, which takes no values."""
    try:
        return tuple(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)
    except ValueError:
        return ()


@lru_cache(maxsize=4096)
def recognised(text: str) -> tuple[str, dict[str, Any]] | None:
    """The Chinese template of an English sentence, and the values that stand in the places of its names.

    Of several templates that fit, the one with the most letters of its own. None where none fits.
    """
    if len(text) > LONGEST:
        return None
    for anchor, pattern, chinese in _patterns():
        if anchor in text:
            match = pattern.fullmatch(text)
            if match is not None:
                return chinese, match.groupdict()
    return None


#: What stands in the place of a number: "Trust company" is no "{number} company".
_NUMBER = r"[-+]?[\d.,]+(?:e[-+]?\d+)?%?"
COUNTS = frozenset({"count", "number"})


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """(longest piece of text, pattern, Chinese without forms of numbers) of templates with names, the fullest first."""
    found = []
    for english, chinese in catalogue().items():
        names = placeholders(english)
        # Braces with anything else in them are those of TOML, in a text without values.
        if not names or not all(map(str.isidentifier, names)) or not chinese:
            continue
        pieces = list(string.Formatter().parse(english))
        own = [piece for piece, _, _, _ in pieces]
        letters = sum(map(str.isalpha, "".join(own)))
        if letters < FEWEST_OF_WORDS:
            continue
        value = ".+?" if letters >= FEWEST_LETTERS else r"\S+?"
        found.append((len("".join(own)), max(own, key=len), _pattern(pieces, value), _plain(chinese)))
    found.sort(key=lambda entry: -entry[0])
    return tuple((anchor, pattern, chinese) for _, anchor, pattern, chinese in found)


def _pattern(pieces: list[tuple[str, str | None, str | None, str | None]], value: str) -> re.Pattern[str]:
    seen: set[str] = set()
    text = ""
    for piece, name, form, _ in pieces:
        text += re.escape(piece)
        if name is not None:
            found = _NUMBER if form or name in COUNTS else value
            text += f"(?P={name})" if name in seen else f"(?P<{name}>{found})"
            seen.add(name)
    return re.compile(text, re.DOTALL)


def _plain(template: str) -> str:
    """A template whose values are texts already: names without a form such as ``:,``."""
    pieces = string.Formatter().parse(template)
    return "".join(_escaped(piece) + ("" if name is None else f"{{{name}}}") for piece, name, _, _ in pieces)


def _escaped(piece: str) -> str:
    return piece.replace("{", "{{").replace("}", "}}")
