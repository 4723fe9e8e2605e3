"""Normal form of IPC and CPC symbols: ``H01M10/0525``."""

from __future__ import annotations

import re
import unicodedata

_SUBCLASS = r"[A-HY]\d{2}[A-Z]"
# Symbol, then what registers add: version in brackets, or dates and marks after blanks.
_WITH_SLASH = re.compile(
    rf"({_SUBCLASS}) *0*([1-9]\d{{0,3}}) *[/:] *(\d{{2,6}})(?: *\(\d{{4}}\.\d{{2}}\).*| +\d{{8}}.*)?"
)
_PADDED = re.compile(rf"({_SUBCLASS})(\d{{4}})(\d{{6}})")
_SHORT = re.compile(rf"({_SUBCLASS})(?: *0*([1-9]\d{{0,3}}))?")
_SEVERAL = re.compile(rf"{_SUBCLASS} *\d{{1,4}} *[/:] *\d{{2,6}}")


def symbol(text: str) -> str:
    """The normal form of one symbol: ``H01M  10/0525``, ``H01M0010052500``, ``A61K039/000``, ``H01M10/0525``.

    A main group without subgroup gets ``/00``; a subclass stays as it is. Zeros after the second digit of a
    subgroup say nothing and go. Idempotent. Raises ValueError where it is no symbol.
    """
    plain = unicodedata.normalize("NFKC", text).upper().strip()
    plain = re.sub(r"\s+", " ", plain)
    matched = _WITH_SLASH.fullmatch(plain)
    if matched:
        return f"{matched[1]}{matched[2]}/{_subgroup(matched[3])}"
    squeezed = plain.replace(" ", "")
    matched = _PADDED.fullmatch(squeezed)
    if matched and int(matched[2]):
        return f"{matched[1]}{int(matched[2])}/{_subgroup(matched[3])}"
    matched = _SHORT.fullmatch(plain)
    if matched:
        return f"{matched[1]}{int(matched[2])}/00" if matched[2] else matched[1]
    raise ValueError("not a symbol of the classification")


def symbols(text: str) -> tuple[list[str], str]:
    """The symbols of one piece of a list, and what of the piece is none (empty where all is read).

    Old notation joins several: ``//C07K14/26 C12N15/62``, and links indexing codes in brackets after a symbol,
    ``(A01N47/44,37:44)``, of which only the symbol is taken.
    """
    try:
        return [symbol(text)], ""
    except ValueError:
        plain = unicodedata.normalize("NFKC", text).upper()
        found = list(dict.fromkeys(symbol(match) for match in _SEVERAL.findall(plain)))
        rest = re.sub(r"[\s/(),;]+", " ", _SEVERAL.sub(" ", plain)).strip()
        return found, rest if found else text.strip()


def _subgroup(digits: str) -> str:
    return digits[:2] + digits[2:].rstrip("0")
