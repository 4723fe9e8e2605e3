"""Forecast and actual, for the person who rolls a deal forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from securitize.base.messages import Message
from securitize.base.money import from_minor
from securitize.reports.terminal import Column, print_line, print_table

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
        (what, from_minor(forecast), from_minor(actual), from_minor(actual - forecast))
        for what, (forecast, actual) in moved.items()
    ]
    columns = [Column("collected"), Column("forecast"), Column("actual"), Column("difference")]
    print_table(
        Message("Forecast and actual to {collection_date}", collection_date=rolled.collection_date),
        columns,
        rows,
    )
    if rolled.balances:
        balances = [(name, from_minor(balance)) for name, balance in rolled.balances.items()]
        print_table(
            "Contracts that owe other than forecast", [Column("contract"), Column("balance")], balances
        )
    breached = [name for name, trigger in rolled.state.triggers.items() if trigger.breached]
    print_line(f"breached: {', '.join(breached)}" if breached else "no trigger stands breached")
