"""Slips of a Chinese keyboard: full-width signs, blanks that nobody sees, dates and amounts as Chinese writes them.

What stands for what is a table, ``slips.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Literal

from securitize.base.closed import partition
from securitize.base.messages import Message

#: What a value without quotes can be meant as.
ValueForm = Literal["date", "number", "truth"]
DATES, NUMBERS, _ = partition(ValueForm, {"date"}, {"number"}, {"truth"})


@dataclass(frozen=True, slots=True)
class MeantValue:
    """What a text is meant as, and how TOML writes that."""

    form: ValueForm
    toml: str


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def signs() -> Mapping[str, str]:
    """What to write for each sign that stands for one of TOML; a blank or nothing for what nobody sees."""
    found = {sign: plain for plain, written in _data()["characters"].items() for sign in written}
    unseen = _data()["unseen"]
    found |= {chr(int(code, 16)): " " for code in unseen["blank"]}
    return found | {chr(int(code, 16)): "" for code in unseen["nothing"]}


def signs_of(plain: str) -> str:
    """Every sign that stands for one of TOML."""
    return str(_data()["characters"][plain])


def plain_sign(sign: str) -> str | None:
    """What to write for a sign, a full-width letter or digit; None for a character that is right as it is."""
    if sign in signs():
        return signs()[sign]
    folded = unicodedata.normalize("NFKC", sign)
    return folded if "\uff01" <= sign <= "\uff5e" and folded.isascii() else None


def is_alphanumeric(sign: str) -> bool:
    """Whether a sign is a full-width letter or digit."""
    return (
        sign not in signs() and plain_sign(sign) is not None and unicodedata.normalize("NFKC", sign).isalnum()
    )


def plain(text: str) -> str:
    """A text with every such sign as TOML has it, without blanks around."""
    return "".join(sign if (found := plain_sign(sign)) is None else found for sign in text).strip()


def unicode_name(sign: str) -> str:
    """The Unicode name of a sign; its Chinese stands among the sentences of libraries."""
    return unicodedata.name(sign, "character").lower().replace("fullwidth", "full-width")


def name(sign: str) -> Message:
    """A sign by its Unicode name and code point, shown itself where it can be seen."""
    named, code = Message(unicode_name(sign)), f"{ord(sign):04X}"
    if sign.isprintable() and not sign.isspace():
        if sign in signs_of('"'):  # Chinese puts a sign in quotes, and a quote in brackets.
            return Message("{name} {mark} (U+{code})", name=named, mark=sign, code=code)
        return Message("{name} {sign} (U+{code})", name=named, sign=sign, code=code)
    return Message("{name} (U+{code})", name=named, code=code)


def first_sign(text: str) -> str:
    """The first sign of a text that is not as it should be; empty where there is none."""
    return next((sign for sign in text if plain_sign(sign) is not None), "")


@cache
def value_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of dates, numbers and truth values as Chinese writes them."""
    values = _data()["values"]
    truth = "|".join(map(re.escape, values["truth"]))
    return re.compile(values["date"]), re.compile(values["number"]), re.compile(truth)


def meant(text: str) -> MeantValue | None:
    """The date, number or truth value that a text is meant as; None where it is none."""
    bare = plain(text)
    date, number, truth = value_patterns()
    if found := date.fullmatch(bare):
        return _date(found)
    if found := number.fullmatch(bare):
        return _number(found)
    return MeantValue("truth", _data()["values"]["truth"][bare]) if truth.fullmatch(bare) else None


def _date(found: re.Match[str]) -> MeantValue | None:
    year, month, day = map(int, found.groups())
    return (
        MeantValue("date", f"{year:04}-{month:02}-{day:02}") if 1 <= month <= 12 and 1 <= day <= 31 else None
    )


def _number(found: re.Match[str]) -> MeantValue | None:
    digits, unit = found.groups()
    try:
        number = Decimal(digits.replace(",", "").replace("_", ""))
    except InvalidOperation:
        return None
    number *= Decimal(_data()["values"]["units"].get(unit, "1"))
    if number.adjusted() > 20:
        return None
    whole = number == number.to_integral_value()
    return MeantValue("number", f"{int(number):_}" if whole else f"{number.normalize():f}")


@cache
def keys() -> Mapping[str, tuple[str, ...]]:
    """Keys by what a Chinese reader calls them: those of ``slips.toml``, then the meanings of fields."""
    found: dict[str, list[str]] = {}
    meanings = tomllib.loads((Path(__file__).parents[1] / "fields.toml").read_text(encoding="utf-8"))
    for fields in meanings.values():
        for key, (_, zh) in fields.items():
            found.setdefault(zh, []).append(key)
    first = {zh: [key] for zh, key in _data()["keys"].items()}
    return {zh: tuple(dict.fromkeys(names)) for zh, names in (found | first).items()}


def word(text: str, allowed: Collection[str]) -> str:
    """The one of the allowed words that a Chinese word stands for; empty where none or several do."""
    found = [one for one in _data()["words"].get(plain(text), ()) if one in allowed]
    return str(found[0]) if len(found) == 1 else ""
