"""Forecast and actual, for the person who rolls a deal forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from securitize.base.messages import Listing, Message
from securitize.definitions.deals.currencies import amount_in
from securitize.reports.headings import heading, named, value_named
from securitize.reports.terminal import Column, print_line, print_table
from securitize.reports.wording import day

if TYPE_CHECKING:
    from securitize.studies.roll.roll import RollResult


#: What stands at the end of a period; of several the last one is compared.
_BALANCES = ("performing", "overdue_interest", "overdue_principal", "defaulted_stock")


def print_rolled(rolled: RollResult) -> None:
    """Differences by stream over all rolled periods, and the contracts that owe other than forecast."""
    currency = rolled.currency
    totals: dict[str, list[int]] = {}
    last = max(one.period for one in rolled.compared)
    for one in rolled.compared:
        if one.what in _BALANCES and one.period != last:
            continue
        sums = totals.setdefault(one.what, [0, 0])
        sums[0] += one.forecast
        sums[1] += one.actual
    moved = {what: sums for what, sums in totals.items() if any(sums)}
    rows = [
        (_stream(what), *(amount_in(one, currency) for one in (forecast, actual, actual - forecast)))
        for what, (forecast, actual) in moved.items()
    ]
    columns = [heading("collections", "stream"), Column("Forecast"), Column("Actual"), Column("Difference")]
    print_table(
        Message("Forecast and actual to {date}", date=day(rolled.collection_date)),
        columns,
        rows,
    )
    if rolled.balances:
        balances = [(name, amount_in(balance, currency)) for name, balance in rolled.balances.items()]
        columns = [named("contract"), Column("Actual balance")]
        print_table("Contracts whose balance differs from forecast", columns, balances)
    _print_stock(rolled)
    for said in rolled.said:
        print_line("{sentence}", sentence=said)
    breached = [name for name, trigger in rolled.state.triggers.items() if trigger.breached]
    if breached:
        print_line("triggers breached: {triggers}", triggers=Listing(breached))
    else:
        print_line("no trigger is breached")


def _print_stock(rolled: RollResult) -> None:
    """What has defaulted and is still being recovered, and what of that should be here already."""
    if not rolled.stock:
        return
    currency = rolled.currency
    rows = [
        (one.asset, *(amount_in(each, currency) for each in (one.stock, one.to_come, one.overdue)))
        for one in rolled.stock
    ]
    columns = [
        named("contract"),
        Column("Defaulted stock"),
        Column("Recoveries to come"),
        Column("Overdue recoveries"),
    ]
    print_table("Recoveries of what has defaulted", columns, rows)
    overdue = sum(one.overdue for one in rolled.stock)
    if overdue:
        print_line(
            "overdue recoveries of {amount} are expected on the first day after the books; write off what is given up",
            amount=amount_in(overdue, currency),
        )


def _stream(what: str) -> str:
    return _OTHERS[what] if what in _OTHERS else value_named("stream", what)


#: Columns of an actuals file that are no stream.
_OTHERS = {
    "sales": Message("licensed sales"),
    "defaulted": Message("defaulted in the period"),
    "performing": Message("performing balance"),
    "bought_back": Message("bought back"),
    "fee_interest": Message("interest in licence fees"),
    "overdue_interest": Message("overdue interest of contracts"),
    "overdue_principal": Message("overdue principal of contracts"),
    "lost": Message("lost with the servicer"),
    "written_off": Message("written off of what defaulted"),
    "defaulted_stock": Message("defaulted stock"),
}
