"""Normal forms and check digits of publication numbers, application numbers and credit codes.

Every normal form is idempotent. A function that cannot read its text raises ValueError with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

#: GB 32100-2015: digits and capitals without I, O, S, V, Z.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT = re.compile(f"[{CREDIT_ALPHABET}]{{18}}")
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
#: State patent office, 2003: 2 to 9, then 2 to 5; an old number of eight digits takes the first eight.
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

_PUBLICATION = re.compile(
    r"(?P<country>[A-Z]{2})(?P<number>[A-Z]{0,2}\d{2,14}(?:[A-Z](?=[A-Z]\d?$))?)(?P<kind>[A-Z]\d?)?"
)
_PARTS = re.compile(
    r"(?P<country>[A-Z]{2}) (?P<number>[A-Z]{0,2} ?[\d/,.]*\d[A-Z]?) (?P<kind>[A-Z]\d?)(?: \d{8})?"
)
_OTHER_APPLICATION = re.compile(r"(?:PCT)?[A-Z]{2}[A-Z0-9]{0,3}?\d{3,14}[A-Z]{0,2}\d?")
_CN_APPLICATION = re.compile(
    r"(?:CN)?(?:ZL)?(?P<digits>\d{12}|\d{8})(?:\.?(?P<check>[0-9X]))?(?P<kind>[A-Z]\d?)?"
)
#: Application numbers with twelve digits began on 2003-10-01.
_FIRST_YEAR, _LAST_YEAR = 1985, 2099
_CN_KINDS = {
    "A": "invention",
    "B": "invention",
    "C": "invention",
    "U": "utility-model",
    "Y": "utility-model",
    "S": "design",
    "D": "design",
}
_CN_FIRST_DIGITS = {"1": "invention", "2": "utility-model", "3": "design"}
_GRANTED = frozenset({"B", "C", "U", "Y", "S", "D", "E"})
# Elsewhere than in China only these offices publish grants as B or C and applications as A for certain.
_A_AND_B = frozenset({"US", "EP", "JP", "KR", "DE", "GB", "FR", "AU", "CA", "TW"})


class Publication(NamedTuple):
    """A publication number, taken apart; ``kind`` is empty where it is not written."""

    country: str
    number: str
    kind: str

    @property
    def text(self) -> str:
        """Its normal form."""
        return self.country + self.number + self.kind


def folded_identifier(text: str) -> str:
    """Capitals without full-width forms and outer blanks, every dash and blank plain. Idempotent."""
    text = unicodedata.normalize("NFKC", text).upper().strip()
    return re.sub(r"\s+", " ", re.sub(r"[\u2010-\u2015\u2212]", "-", text))


def publication(text: str) -> Publication:
    """A publication number: ``DE 102014219223 A1``, ``US 2015/0094896 A1``, ``CN-101234567-B``, ``US5686888A``.

    Blanks, dashes, slashes, commas and a date after the kind are no part of the number. Six serial digits of a US
    application get the zero that the office prints. Raises ValueError where it is no publication number.
    """
    plain = folded_identifier(text).replace("-", " ").strip()
    parts = _PARTS.fullmatch(re.sub(r"\s+", " ", plain))
    if parts:
        found = Publication(parts["country"], re.sub(r"[^A-Z0-9]", "", parts["number"]), parts["kind"])
    else:
        matched = _PUBLICATION.fullmatch(re.sub(r"[ /,.]", "", plain))
        if not matched:
            raise ValueError("not a publication number")
        found = Publication(matched["country"], matched["number"], matched["kind"] or "")
    country, number, kind = found
    if country == "US" and kind[:1] == "A" and kind[1:] and re.fullmatch(r"20\d{8}", number):
        found = Publication(country, f"{number[:4]}0{number[4:]}", kind)
    if country == "CN":
        _check_chinese_publication(found)
    if not _PUBLICATION.fullmatch(found.text):
        raise ValueError("not a publication number")
    return found


def _check_chinese_publication(found: Publication) -> None:
    if not re.fullmatch(r"\d{7,9}", found.number):
        raise ValueError("a Chinese publication number has seven to nine digits")
    kind = _CN_KINDS.get(found.kind[:1])
    # Since 2007 the first of nine digits says the kind of right.
    if len(found.number) == 9 and kind and _CN_FIRST_DIGITS.get(found.number[0]) != kind:
        raise ValueError(f"the first of its nine digits does not belong to the kind {found.kind}")


def patent_kind(country: str, kind: str) -> str | None:
    """``invention``, ``utility-model`` or ``design`` of a kind code; None where it does not tell."""
    letter = kind[:1]
    if country == "CN":
        return _CN_KINDS.get(letter)
    if letter in ("U", "Y"):
        return "utility-model"
    if country == "US" and letter in ("S", "H", "P", "E"):
        return "design" if letter == "S" else None
    return "invention" if country in _A_AND_B and letter in ("A", "B", "C") else None


def is_granted(country: str, kind: str) -> bool:
    """Whether a publication of this kind is that of a granted right, as far as the office is known."""
    letter = kind[:1]
    if country == "CN":
        return letter in _GRANTED
    if country == "US":
        return letter in ("B", "S", "E") or kind == "A"
    return country in _A_AND_B and letter in ("B", "C")


def check_digit(digits: str) -> str:
    """The check digit of a Chinese application number of 8 or 12 digits: modulo 11, ten is X.

    Source: State patent office, standard of application numbers (2003); valid on 3,997 of 3,997 real numbers.
    """
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return "0123456789X"[total % 11]


def application(text: str, country: str = "") -> str:
    """An application number: ``CN201710117081.7`` of a Chinese one, else office and number without signs.

    country : office of a number that is written without one
    A Chinese number with a check digit that does not fit raises ValueError; one that is written without is given
    it, so that the same application has one form in all sources.
    """
    plain = folded_identifier(text).replace("-", "")
    squeezed = plain.replace(" ", "")
    matched = _CN_APPLICATION.fullmatch(squeezed)
    named = squeezed.startswith(("CN", "ZL"))
    if matched and (named or country == "CN" or (not country and matched["check"])):
        return _chinese_application(matched)
    if named or country == "CN":
        raise ValueError("a Chinese application number has 8 or 12 digits, a dot and a check digit")
    found = re.sub(r"[ /,.]", "", plain)
    if found[:1].isdigit() and country:
        found = country + found
    if not _OTHER_APPLICATION.fullmatch(found):
        raise ValueError("not an application number")
    return found


def _chinese_application(matched: re.Match[str]) -> str:
    digits, check = matched["digits"], matched["check"]
    year = application_year(f"CN{digits}")
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"a Chinese application number of {year} cannot be")
    if len(digits) == 12 and digits[4] not in "12389":
        raise ValueError(f"its fifth digit {digits[4]} is no kind of right")
    right = check_digit(digits)
    if check is not None and check != right:
        raise ValueError(f"its check digit would be {right}")
    return f"CN{digits}.{right}"


def application_year(number: str) -> int:
    """The year inside a Chinese application number in normal form; of a divisional one, that of its own filing."""
    digits = number[2:].partition(".")[0]
    if len(digits) == 12:
        return int(digits[:4])
    return (1900 if int(digits[:2]) >= 85 else 2000) + int(digits[:2])


def credit_code(text: str) -> str:
    """A unified social credit code, 18 capitals and digits whose last one fits (GB 32100-2015).

    Raises ValueError where a character, the length or the check character is wrong.
    """
    code = re.sub(r"[ -]", "", folded_identifier(text))
    if not _CREDIT.fullmatch(code):
        raise ValueError("a credit code has 18 digits and capitals without I, O, S, V, Z")
    right = credit_check_character(code[:17])
    if code[17] != right:
        raise ValueError(f"its check character would be {right}")
    return code


def credit_check_character(first: str) -> str:
    """The last character of a credit code: weights 3^i modulo 31, i from 0 (GB 32100-2015)."""
    total = sum(
        CREDIT_ALPHABET.index(character) * weight
        for character, weight in zip(first, _CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_ALPHABET[(31 - total % 31) % 31]
