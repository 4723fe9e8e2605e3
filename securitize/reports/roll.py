"""Forecast and actual, for the person who rolls a deal forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from securitize.base.messages import Listing, Message
from securitize.base.money import from_minor
from securitize.reports.headings import heading, named, value_named
from securitize.reports.terminal import Column, print_line, print_table
from securitize.reports.wording import day

if TYPE_CHECKING:
    from securitize.studies.roll.roll import RollResult


def print_rolled(rolled: RollResult) -> None:
    """Differences by stream over all rolled periods, and the contracts that owe other than forecast."""
    totals: dict[str, list[int]] = {}
    last = max(one.period for one in rolled.compared)
    for one in rolled.compared:
        if one.what == "performing" and one.period != last:
            continue
        sums = totals.setdefault(one.what, [0, 0])
        sums[0] += one.forecast
        sums[1] += one.actual
    moved = {what: sums for what, sums in totals.items() if any(sums)}
    rows = [
        (_stream(what), from_minor(forecast), from_minor(actual), from_minor(actual - forecast))
        for what, (forecast, actual) in moved.items()
    ]
    columns = [heading("collections", "stream"), Column("Forecast"), Column("Actual"), Column("Difference")]
    print_table(
        Message("Forecast and actual to {date}", date=day(rolled.collection_date)),
        columns,
        rows,
    )
    if rolled.balances:
        balances = [(name, from_minor(balance)) for name, balance in rolled.balances.items()]
        columns = [named("contract"), Column("Actual balance")]
        print_table("Contracts whose balance differs from forecast", columns, balances)
    breached = [name for name, trigger in rolled.state.triggers.items() if trigger.breached]
    if breached:
        print_line("triggers breached: {triggers}", triggers=Listing(breached))
    else:
        print_line("no trigger is breached")


def _stream(what: str) -> str:
    return Message("performing balance") if what == "performing" else value_named("stream", what)
