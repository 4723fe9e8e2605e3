"""The tables of the page on what is not plausible: ``python -m`` renews them in the page that it reads."""

from __future__ import annotations

import sys
from decimal import Decimal

from securitize.definitions.codes import codes
from securitize.definitions.plausibility import BASE_CODES, CLOSING_CODES, DATE_CODES, UNITS, Bounds, bounds

#: The first and last code of what is not plausible.
FIRST, LAST = "SEC341", "SEC361"


#: What the page begins with, written by hand, ends before this.
TABLES = "## 4. The bounds"


def page_tables() -> str:
    """The bounds and the codes: the end of ``docs/reference/plausibility.md``."""
    lines = [TABLES, "", "Both bounds are themselves plausible.", ""]
    lines += ["| name | code | at least | at most | unit | what is measured | source |"]
    lines += ["|---|---|---|---|---|---|---|"]
    lines += [_row(one) for one in bounds().values()]
    lines += ["", "## 5. The codes", "", "| code | title | asked of | meaning |", "|---|---|---|---|"]
    lines += [
        f"| {entry.code} | {entry.title} | {_asked_of(entry.code)} | {entry.meaning} |"
        for entry in codes().values()
        if FIRST <= entry.code <= LAST
    ]
    return "\n".join(lines) + "\n"


def renewed(page: str) -> str:
    """The page with its tables as they are now. Raises ValueError where it is another page."""
    return page[: page.index(TABLES)] + page_tables()


def _row(one: Bounds) -> str:
    unit = f"{UNITS[one.unit]}, {one.currency} alone" if one.currency else UNITS[one.unit]
    return (
        f"| {one.name} | {one.code} | {_number(one.at_least)} | {_number(one.at_most)} | {unit} | {one.measure} "
        f"| {one.source} |"
    )


def _number(bound: Decimal | None) -> str:
    return "" if bound is None else f"{bound:f}"


def _asked_of(code: str) -> str:
    if code in DATE_CODES:
        return "the deal on its dates"
    if code in CLOSING_CODES:
        return "a deal at closing"
    return "the base case" if code in BASE_CODES else "the files"


if __name__ == "__main__":
    print(renewed(sys.stdin.read()), end="")
