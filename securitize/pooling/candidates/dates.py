"""Dates as exports write them, and the marks that stand for none."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import NamedTuple

from securitize.base.messages import Message
from securitize.pooling.candidates.notation import DAY, MONTH, NO_DATE, YEAR

#: What stands for no date: no value, the zero of databases, the ends of calendars.
SENTINELS = frozenset(
    {"", "-", "--", "—", "/", "0", "00000000", "0000-00-00", "9999-12-31", "99991231", "9999/12/31"}
    | {"1900-01-01", "19000101", "1900/1/1", "1/1/1900", "1899-12-30", "1900-1-0", "0001-01-01"}
    | {"n/a", "#n/a", "na", "null", "none", "nat"}
    | NO_DATE
)
FIRST, LAST = dt.date(1901, 1, 1), dt.date(2199, 12, 31)
#: Day 0 of spreadsheets; days are right from 1900-03-01 on.
_DAY_ZERO = dt.date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)

_TIME = re.compile(r"[T ](?:00:?00(?::?00)?(?:\.0+)?)(?:Z|[+-]00:?00)?$")
_YEAR_FIRST = re.compile(rf"(\d{{4}}) ?[-./{YEAR}] ?(\d{{1,2}}) ?[-./{MONTH}] ?(\d{{1,2}}) ?{DAY}?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?")
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
_SLASHES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_PLAIN = re.compile(r"\d{4}-\d{2}-\d{2}")
_EMBEDDED = re.compile(r"(?<!\d)(?:19|20)\d{6}(?!\d)")


class DateReading(NamedTuple):
    """A date that was read; None where there is none. ``why`` says how, empty for ISO 8601.

    two_digits : whether its century was chosen
    """

    date: dt.date | None
    why: str = ""
    two_digits: bool = False


def date(text: str, order: str, as_of: dt.date) -> DateReading:
    """The date of a cell.

    order : ``mdy`` or ``dmy`` of dates with slashes and the year last; empty where their order is unknown
    as_of : two digits of a year mean the latest year that does not begin after it
    Read: ISO 8601, ``2002.01.09``, ``2002/1/9``, with the Chinese signs of year, month and day, ``20020109``,
    ``1/9/02``, days since 1899-12-30.
    Raises ValueError with the reason.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    bare = _TIME.sub("", plain)
    if bare.lower() in SENTINELS or (bare.endswith(".0") and bare[:-2] in SENTINELS):
        return DateReading(None, Message("{plain!r} stands for no date", plain=plain) if plain else "")
    matched = _YEAR_FIRST.fullmatch(bare)
    if matched:
        is_plain = plain == text and _PLAIN.fullmatch(plain)
        return DateReading(_day(*matched.groups()), "" if is_plain else "read with the year first")
    matched = _COMPACT.fullmatch(bare)
    if matched:
        return DateReading(_day(*matched.groups()), "read as YYYYMMDD")
    matched = _SERIAL.fullmatch(bare)
    if matched and int(matched[1]) in _SERIALS:
        return DateReading(
            _DAY_ZERO + dt.timedelta(days=int(matched[1])), "read as a day number of a spreadsheet"
        )
    matched = _SLASHES.fullmatch(bare)
    if matched:
        return _year_last(matched, order, as_of)
    raise ValueError("not a date")


def earliest(text: str) -> dt.date | None:
    """The earliest date YYYYMMDD inside a text, such as a list of priority numbers; None without one."""
    found = []
    for digits in _EMBEDDED.findall(text):
        try:
            found.append(_day(digits[:4], digits[4:6], digits[6:]))
        except ValueError:
            continue  # Eight digits that are no date are part of a number.
    return min(found, default=None)


def _year_last(matched: re.Match[str], order: str, as_of: dt.date) -> DateReading:
    if order not in ("mdy", "dmy"):
        raise ValueError("the order of day and month is not known")
    first, second, year = matched.groups()
    month, day = (first, second) if order == "mdy" else (second, first)
    if len(year) == 4:
        return DateReading(
            _day(year, month, day), Message("read as {first}/{second}/yyyy", first=order[0], second=order[1])
        )
    century = as_of.year // 100 * 100
    full = century + int(year)
    full -= 100 if full > as_of.year else 0
    return DateReading(
        _day(str(full), month, day),
        Message("read as {first}/{second}/yy", first=order[0], second=order[1]),
        two_digits=True,
    )


def _day(year: str, month: str, day: str) -> dt.date:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("there is no such day") from None
    if not FIRST <= found <= LAST:
        raise ValueError(f"the year is not between {FIRST.year} and {LAST.year}")
    return found
