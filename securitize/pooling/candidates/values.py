"""One cell of each kind: from what is written to its value, with what has to be said of it.

Every function takes the text of a cell that is not empty and gives a :class:`CellReading`. They are applied to distinct
texts only (:mod:`securitize.pooling.candidates.reading_columns`).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple, assert_never

from securitize.base.closed import partition
from securitize.base.messages import Listing, Message
from securitize.base.money import to_minor, to_rate
from securitize.pooling.candidates import notation
from securitize.pooling.candidates.columns import WRITINGS, CandidateColumn, Kind
from securitize.pooling.candidates.faults import CellNote, FaultCode
from securitize.pooling.candidates.sources import folded

#: Longest text that is kept.
MOST_TEXT = 10_000
#: What stands for no value in any column.
SENTINELS = frozenset({"-", "--", "---", "—", "–", "n/a", "#n/a", "null", "none", "<na>", "<null>"})
#: What a spreadsheet writes where a formula failed.
ERRORS = frozenset({"#value!", "#ref!", "#div/0!", "#name?", "#null!", "#num!"})
#: Left by text that was read in the wrong encoding: UTF-8 or GBK as Latin-1, and replaced letters.
DAMAGED = (
    r"[\x{FFFD}\x{80}-\x{9F}]|Ã[\x{A0}-\x{BF}\x{2018}-\x{2122}]|â€|Â[\x{A0}-\x{BF}]|ï»¿|Ì[_ÏÐãä¦]|[íéÎì]_|"
    + "|".join(notation.DAMAGED)
)
_DAMAGED = re.compile(re.sub(r"\\x\{(\w+)\}", lambda m: f"\\u{int(m[1], 16):04x}", DAMAGED))
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,10});")
_FORMULA = ("=", "+", "@")
#: Texts that one look decides: nothing odd in them. In the syntax of RE2.
ODD_TEXT = (
    r"^[\s=+@]|\s$|\s\s|[\x{00}-\x{1F}\x{7F}]|[\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FEFF}]|<|&|"
    + DAMAGED
)
_UNITS = re.compile(rf"(.*?)\s*({'|'.join(notation.CELL_UNITS)})")
# At most 26 digits, so that a product is exact within the 28 of a decimal context.
_NUMBER = re.compile(
    r"[+-]?(?=[\d.]{1,26}(?:[eE]|$))(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
)
SHARES, AMOUNTS, WHOLES, NUMBERS, _ = partition(
    Kind, {"share"}, {"amount"}, {"whole"}, {"number"}, {"text", "date", "flag", "list", "word"}
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_NOT_FINITE = frozenset({"nan", "-nan", "1.#qnan"}) | frozenset(
    f"{sign}{word}" for sign in ("", "+", "-") for word in ("inf", "infinity", "1.#inf")
)


class CellReading(NamedTuple):
    """The value of a cell; None where it is missing, or was refused for one of the notes."""

    value: Any
    notes: tuple[CellNote, ...] = ()


def missing(text: str) -> CellReading | None:
    """The cell of a text that stands for no value; None where it stands for one."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if not plain:
        return CellReading(None)
    if plain in SENTINELS:
        return CellReading(None, (CellNote(Message("{text!r} stands for no value", text=text.strip())),))
    if plain in ERRORS:
        return CellReading(None, (CellNote("a failed formula is no value", FaultCode.FORMULA_WITHOUT_VALUE),))
    return None


def text(written: str) -> CellReading:
    """A text: no control characters, no markup, no runs of blanks, at most ``MOST_TEXT`` characters.

    What looks like a formula, or like text read in the wrong encoding, stays as it is and is reported.
    """
    empty = missing(written)
    if empty:
        return empty
    notes: list[CellNote] = []
    plain = re.sub(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+", " ", written)
    if _DAMAGED.search(plain):
        notes.append(CellNote(_damage(plain), FaultCode.DAMAGED))
    if _CONTROL.search(plain):
        plain = _CONTROL.sub("", plain)
        notes.append(CellNote("control characters taken out"))
    if _TAG.search(plain) or _ENTITY.search(plain):
        # Entities first, once: what they spell may be markup as well.
        plain = _TAG.sub("", _CONTROL.sub("", html.unescape(_TAG.sub("", plain))))
        notes.append(CellNote("markup taken out"))
    if plain.lstrip().startswith(_FORMULA):
        notes.append(CellNote("a text that a spreadsheet would calculate; kept as text", FaultCode.FORMULA))
    squeezed = re.sub(r"\s+", " ", plain).strip()
    if squeezed != written and not notes:
        notes.append(CellNote("blanks and line ends taken out"))
    if len(squeezed) > MOST_TEXT:
        notes.append(
            CellNote(
                Message(
                    "{count:,} characters; the first {most_text:,} are kept",
                    count=len(squeezed),
                    most_text=MOST_TEXT,
                )
            )
        )
        squeezed = squeezed[:MOST_TEXT].rstrip()
    return CellReading(squeezed or None, tuple(notes))


def _damage(plain: str) -> str:
    for encoding in ("cp1252", "latin-1"):
        try:
            likely = plain.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        return Message("letters look damaged; they may have been {likely!r}", likely=likely)
    return "letters look damaged: the text was once read in a wrong encoding"


def number(written: str, column: CandidateColumn, unit: str = "") -> CellReading:
    """A whole number, amount (minor units), share (units of 1e-8) or number.

    unit : of the heading, such as a thousand yuan or %; a unit in the cell itself, such as ``12%``, comes first
    Signs of thousands and units are removed with a report, and so is rounding (half to even) to the two decimals of an
    amount and the eight of a share. NaN, infinite, negative or too large numbers are refused: none is a missing value.
    """
    empty = missing(written)
    if empty:
        return empty
    plain = unicodedata.normalize("NFKC", written).strip()
    if plain.lower() in _NOT_FINITE:
        return _refused("the number is not finite")
    notes: list[CellNote] = []
    stripped, factor, remark = _without_unit(plain, column, unit)
    if remark:
        notes.append(CellNote(remark))
    if not _NUMBER.fullmatch(stripped):
        return _refused("not a number")
    value = Decimal(stripped) * factor
    low, high = column.bounds
    if value < 0 <= low:
        return _refused("the number is negative")
    if not Decimal(low) <= value <= Decimal(high):
        bounds = {"low": low, "high": high}
        if column.type in SHARES:
            return _refused(
                Message(
                    "the number is not between {low:g} and {high:g}; shares are decimal: 2.85% is 0.0285",
                    **bounds,
                )
            )
        return _refused(Message("the number is not between {low:g} and {high:g}", **bounds))
    if column.zero_is_missing and value == 0:
        return CellReading(None, (*notes, CellNote("0 stands for not counted")))
    decimals = WRITINGS[column.kind].decimals
    if decimals is not None and value != round(value, decimals):
        # What a workbook calculates has more digits than anybody means.
        value = round(value, decimals)
        notes.append(CellNote(Message("rounded to {decimals} decimals", decimals=decimals)))
    if column.kind in WHOLES and value != int(value):
        return _refused("not a whole number")
    return CellReading(_converted(value, column), tuple(notes))


def _without_unit(plain: str, column: CandidateColumn, unit: str) -> tuple[str, Decimal, str]:
    factor, remarks = Decimal(1), []
    if column.kind in SHARES and plain.endswith("%"):
        plain, factor = plain[:-1].strip(), Decimal("0.01")
        remarks.append("percent")
    elif column.kind in SHARES and unit == "%":
        factor = Decimal("0.01")
        remarks.append("percent, of the heading")
    elif column.kind in AMOUNTS:
        matched = _UNITS.fullmatch(plain)
        named = matched[2] if matched else unit
        if matched:
            plain = matched[1]
        if named:
            factor = Decimal(notation.CELL_UNITS[named])
            remarks.append(f"in {named}" + ("" if matched else ", of the heading"))
        plain = plain.lstrip("¥").strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
        remarks.append("signs of thousands taken out")
    return plain, factor, "; ".join(remarks)


def _converted(value: Decimal, column: CandidateColumn) -> int | float:
    match column.kind:
        case "amount":
            return to_minor(value)
        case "share":
            return to_rate(value)
        case "number":
            return float(value)
        case "whole":
            return int(value)
        case "text" | "date" | "flag" | "list" | "word":
            raise TypeError(f"{column.name} is no number")
        case _:
            assert_never(column.kind)


def word(written: str, column: CandidateColumn, known: Mapping[str, str]) -> CellReading:
    """One of the words of an enumeration; ``known`` are those of exports (:func:`sources.words`)."""
    key = folded(written)
    for canonical in column.values:
        if key == folded(canonical):
            return CellReading(canonical, () if written == canonical else (CellNote("the canonical word"),))
    if key in known:
        return CellReading(known[key], (CellNote("the canonical word"),))
    empty = missing(written)
    if empty:
        return empty
    return CellReading(
        None, (CellNote(Message("not one of {values}", values=Listing(column.values)), FaultCode.WORD),)
    )


def step(written: str) -> str:
    """The step between instalments, such as 6M or 1Y. Raises ValueError."""
    plain = unicodedata.normalize("NFKC", written).strip().upper()
    if not re.fullmatch(r"[1-9]\d?[MY]", plain):
        raise ValueError("not a number of months or years")
    return plain


def flag(written: str, known: Mapping[str, str]) -> CellReading:
    """True or false."""
    found = known.get(folded(written))
    if found:
        plain = written in ("true", "false")
        return CellReading(
            found == "true", () if plain else (CellNote(Message("read as {found}", found=found)),)
        )
    return missing(written) or CellReading(None, (CellNote("neither true nor false", FaultCode.WORD),))


def _refused(why: str) -> CellReading:
    return CellReading(None, (CellNote(why, FaultCode.NUMBER),))
