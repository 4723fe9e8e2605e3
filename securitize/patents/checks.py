"""What is wrong with the inputs of a valuation, every problem at once, by row and column of the file they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from securitize.base.arithmetic import Int64
from securitize.base.errors import Problem
from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.patents.life import KINDS, DayLike, days


def check_lives(
    file: str, lines: Sequence[int], filing: DayLike, grant: DayLike, kind: ArrayLike, as_of: DayLike
) -> list[Problem]:
    """Patents whose life cannot be computed.

    lines : (patents,) line of each in ``file``; filing, grant : NaT where missing; kind : -1 where missing
    """
    filed, granted, which = days(filing), days(grant), np.asarray(kind, np.intp)
    day = days(as_of)
    rules = (
        (
            "filing_date",
            np.isnat(filed),
            "the filing date is missing",
            "SEC433",
            "write it: the term runs from it",
        ),
        (
            "patent_kind",
            which < 0,
            "the kind of right is missing",
            "SEC433",
            Message("write one of {words}", words=Listing(KINDS)),
        ),
        (
            "filing_date",
            filed > day,
            Message("the filing is after {day}", day=day),
            "SEC434",
            "take the patent out, or value it later",
        ),
        (
            "grant_date",
            granted < filed,
            "the grant is before the filing",
            "SEC434",
            "correct one of the dates",
        ),
    )
    return [
        Problem(file, lines[row], column, what, _shown(filed, granted, column, row), repair, code)
        for column, wrong, what, code, repair in rules
        for row in np.flatnonzero(wrong).tolist()
    ]


#: What is wrong with an input of the income method, by its column.
_OUT_OF_BOUNDS = {
    "revenue": "the revenue is out of bounds",
    "contribution": "the contribution is out of bounds",
    "discount": "the discount is out of bounds",
}


def check_income(
    file: str, lines: Sequence[int], revenue: Int64, contribution: Int64, discount: Int64
) -> list[Problem]:
    """Inputs of the income method that no patent can have.

    revenue      : int64 (patents, periods) fen, not negative
    contribution : int64 (patents, periods) and discount (patents,), units of 1e-8, from 0 to 1
    """

    def found(column: str, values: Int64, wrong: NDArray[np.bool_], repair: str) -> Iterator[Problem]:
        for row in np.flatnonzero(wrong.any(axis=1)).tolist():
            first = int(values[row][wrong[row]][0])
            what = _OUT_OF_BOUNDS[column]
            shown = f"{first / RATE_UNITS:.8g}" if column != "revenue" else f"{first / 100:.2f}"
            yield Problem(file, lines[row], column, what, shown, repair, "SEC435")

    share = "write a decimal between 0 and 1: 2.85% is 0.0285"
    rate = discount[:, None]
    return [
        *found("revenue", revenue, revenue < 0, "write 0 or more"),
        *found("contribution", contribution, (contribution < 0) | (contribution > RATE_UNITS), share),
        *found("discount", rate, (rate < 0) | (rate > RATE_UNITS), share),
    ]


def _shown(filed: NDArray[np.datetime64], granted: NDArray[np.datetime64], column: str, row: int) -> str:
    day = {"filing_date": filed, "grant_date": granted}.get(column)
    return "" if day is None or np.isnat(day[row]) else str(day[row])
