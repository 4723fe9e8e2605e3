"""``securitize show DEAL``."""

from __future__ import annotations

import click


@click.command("show")
@click.argument("deal")
@click.option("--assumptions", is_flag=True, help="Every number with its kind and source.")
def command(deal: str, assumptions: bool) -> None:
    """Show what DEAL is: notes, accounts, fees, steps, and where its numbers come from."""
    from securitize.reports.deal_sheet import print_assumptions, print_deal
    from securitize.runs.prepare import prepare

    prepared = prepare(deal)
    if assumptions:
        print_assumptions(prepared)
    else:
        print_deal(prepared)
