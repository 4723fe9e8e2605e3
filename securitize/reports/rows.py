"""Rows of a run's tables, and the two flows that no table tells by themselves."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from securitize.runs.api import Run

Row = dict[str, Any]

#: Payees whose money only moves from one account to another.
INTERNAL = ("reserve:", "release:", "transfer:")


def rows_of(run: Run, table: str) -> list[Row]:
    """Rows of a table as dictionaries."""
    rows: list[Row] = run.arrow(table).to_pylist()
    return rows


def call_and_final(run: Run) -> dict[int, tuple[Decimal, Decimal]]:
    """Period -> price of the clean-up call, final distribution; in currency units, 0 where there is none.

    What came into the accounts and is neither collections nor a move between accounts is the price of the call; what
    left them and was paid by no step is the final distribution.
    """
    price: dict[int, Decimal] = defaultdict(Decimal)
    final: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows_of(run, "accounts"):
        price[row["period"]] += row["in"]
        final[row["period"]] += row["out"]
    for row in rows_of(run, "collections"):
        price[row["period"]] -= row["amount"]
    for row in rows_of(run, "steps"):
        final[row["period"]] -= row["paid"]
        if row["payee"].startswith(INTERNAL):
            price[row["period"]] -= row["paid"]
    return {period: (price[period], final[period]) for period in price}
