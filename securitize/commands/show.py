"""``securitize show DEAL``."""

from __future__ import annotations

import click

from securitize.commands import options


@click.command("show")
@click.argument("deal", shell_complete=options.completion("deal"))
@click.option("--assumptions", is_flag=True, help="List every number with its kind and source instead.")
def command(deal: str, assumptions: bool) -> None:
    """Show the terms of DEAL: parties, notes, accounts, fees, support, triggers, the steps of every priority.

    Its numbers are counted at the end by source: published, derived, assumed, or without a source.
    """
    from securitize.engine.prepare.prepare import prepare
    from securitize.reports.deal_sheet import print_assumptions, print_deal

    prepared = prepare(deal)
    options.print_warnings(prepared.warnings)
    options.print_accepted(prepared.about)
    if assumptions:
        print_assumptions(prepared)
    else:
        print_deal(prepared)
