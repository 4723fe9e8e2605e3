"""Rows of a run's tables, and the calls that they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.tables.printed import printed_rows

if TYPE_CHECKING:
    from securitize.store.run import Run

Row = dict[str, Any]


def rows_of(run: Run, table: str) -> list[Row]:
    """Rows of a table as dictionaries, amounts as they are written in their currency."""
    return printed_rows(run.arrow(table))


def call_exercised(payment: Row) -> str:
    """What call is exercised on a payment date, by its row of ``payment_dates``; empty where none is."""
    if payment["issuer_call"]:
        return Message("issuer's call exercised")
    return Message("clean-up call exercised") if payment["clean_up_call"] else ""
