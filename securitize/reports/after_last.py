"""What is printed of cash after the last collection date, which pays no note.

Source: ``docs/reference/assets.md``, section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from securitize.assets.after_last import GAP
from securitize.base.messages import Message
from securitize.definitions.suites.suite import BASE
from securitize.reports.terminal import print_line
from securitize.reports.wording import money
from securitize.reports.words import in_users

Row = dict[str, Any]


def print_after_last(rows: Sequence[Row], scenarios: Sequence[Row] = ()) -> None:
    """Each scenario with such cash: its amount, from when, and what of it falls into the gap; nothing where none has.

    rows      : of the table ``collections_after_last``
    scenarios : of ``suite_scenarios``, whose order and titles are taken; none for a single run
    """
    titles = {row["scenario"]: in_users(row["scenario"], row["title_zh"]) for row in scenarios}
    found = [name for name in titles if any(row["scenario"] == name for row in rows)]
    for name in found or dict.fromkeys(row["scenario"] for row in rows):
        mine = [row for row in rows if row["scenario"] == name]
        _print(Message("base case") if name == BASE else titles.get(name, name), mine)


def _print(scenario: str, rows: Sequence[Row]) -> None:
    said: dict[str, Any] = {
        "scenario": scenario,
        "amount": money(_sum(rows), rows[0]["currency"]),
        "first": min(row["date"] for row in rows),
    }
    gap = [row for row in rows if row["kind"] in GAP]
    if rows[0]["counted"]:
        print_line(
            "{scenario}: {amount} comes after the last collection date, from {first} on, and counts in the last "
            "period: table collections_after_last",
            **said,
        )
    elif gap:
        print_line(
            "{scenario}: {amount} comes after the last collection date, from {first} on, and pays no note; {gap} of "
            "it by the last payment date, a gap of the terms: table collections_after_last",
            gap=money(_sum(gap), rows[0]["currency"]),
            **said,
        )
    else:
        print_line(
            "{scenario}: {amount} comes after the last payment date, from {first} on, and pays no note: table "
            "collections_after_last",
            **said,
        )


def _sum(rows: Sequence[Row]) -> Decimal:
    return sum((row["amount"] for row in rows), Decimal(0))
