"""One payment date of stored prices: the part of each dirty price, and what it follows from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from securitize.base.errors import UsageError
from securitize.base.messages import Listing, Message
from securitize.reports.headings import print_rows
from securitize.reports.names import scenario_name
from securitize.reports.rows import rows_of
from securitize.reports.terminal import Column, print_line, print_table
from securitize.reports.wording import day

if TYPE_CHECKING:
    from securitize.store.run import Run

PARTS = ("note", "interest", "principal", "discount", "present_value", "left")
OF = ("note", "dirty_price", "accrued", "clean_price", "z_spread", "spread_kind")
#: Digits of a digest that are shown.
DIGITS = 16


def print_parts(run: Run, date: dt.date) -> None:
    """What each note is paid on ``date``, at which discount factor, and its part of the price.

    Raises UsageError where no priced note is paid anything on it.
    """
    parts, prices = rows_of(run, "decrements"), rows_of(run, "prices")
    dates = sorted({row["payment_date"] for row in parts})
    if date not in dates:
        near = sorted(sorted(dates, key=lambda each: abs((each - date).days))[:3])
        raise UsageError(
            "{date} is no payment date; the nearest are {nearest}", date=date, nearest=Listing(map(str, near))
        )
    about = run.about
    print_line("{deal}, prices {run}", deal=about.get("deal"), run=run.id)
    print_line(
        "market {market} of {date}; settlement on {settlement}; per 100 of the balance then",
        market=about.get("market"),
        date=about.get("market_date"),
        settlement=about.get("settlement"),
    )
    if about.get("run"):
        print_line("priced from run {id}", id=about["run"])
    print_line("")
    for scenario in dict.fromkeys(row["scenario"] for row in prices):
        mine = [row for row in parts if row["scenario"] == scenario and row["payment_date"] == date]
        title = Message("Paid on {date}, {scenario}", date=day(date), scenario=scenario_name(scenario))
        print_rows(title, "decrements", mine, PARTS)
        paid = {row["note"] for row in mine}
        whole = [row for row in prices if row["scenario"] == scenario and row["note"] in paid]
        print_rows(Message("Of the prices"), "prices", whole, OF)
    print_inputs(run)


def print_inputs(run: Run) -> None:
    """The files that a stored result follows from, each with the start of its digest."""
    if run.stored is None:
        return
    inputs: Mapping[str, Any] = run.stored.manifest.inputs
    rows = [(name, entry.sha256[:DIGITS]) for name, entry in inputs.items()]
    print_table(Message("Inputs"), [Column("File"), Column("SHA-256")], rows)
