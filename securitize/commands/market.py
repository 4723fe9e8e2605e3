"""``securitize market show NAME``."""

from __future__ import annotations

from pathlib import Path

import click

from securitize.commands import options


@click.group("market")
def command() -> None:
    """Show markets: curves, spreads and indices of a date."""


@command.command("show")
@click.argument("name", shell_complete=options.completion("market"))
@click.option(
    "--holidays",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Holidays of years that the calendars do not cover.",
)
@options.printed("market_points", "a sheet")
def show(name: str, holidays: Path | None, format_: str, table: str | None) -> None:
    """Show the market NAME: par, zero and forward rates and discount factors by tenor, spreads, indices, sources.

    NAME is a shipped market, a date (2019-09-11), a deal (the market of its closing date) or a market file. A day
    without a market has the nearest earlier one. Zero and forward rates are compounded annually; forward rates run
    from the tenor before.
    """
    from securitize.reports import markets

    options.check_table(table, format_, markets.market_tables)
    wanted = table or "market_points"
    sheet = markets.MarketSheet(name, holidays)
    options.print_warnings(sheet.warnings)
    if format_ == "json":
        sheet.print_json()
    elif format_ == "csv":
        sheet.print_csv(wanted)
    else:
        sheet.print_sheet()
