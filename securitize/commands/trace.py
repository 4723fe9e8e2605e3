"""``securitize trace RUN --date DATE``."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from securitize.commands import options


@click.command("trace")
@click.argument("run", shell_complete=options.complete_run)
@click.option(
    "--date",
    required=True,
    metavar="YYYY-MM-DD",
    type=options.Day(),
    help="A payment date.",
)
@click.option(
    "--path",
    type=click.IntRange(0),
    metavar="N",
    help="A random path of the run, from 0, calculated alone.  [default: the deterministic path]",
)
@options.runs_folder
def command(run: str, date: datetime.datetime, path: int | None, runs_folder: Path) -> None:
    """Trace every step of one payment date of a RUN: a folder, or the start of an id.

    Shows the collections, the triggers and their state, each payee of each step of the priority in force
    (due, available, paid, supported, shortfall, the remainder), the clean-up call, the final distribution,
    and the accounts, notes, fees and support afterwards. Of stored prices: what each note is paid, at which
    discount factor, and the market and inputs behind it.
    """
    from securitize.reports.price_parts import print_parts
    from securitize.reports.trace import print_trace
    from securitize.store.named import holds_prices
    from securitize.store.run import open_run

    found = open_run(run, runs_folder)
    if path is not None:
        from securitize.studies.run.path_replay import replayed

        found = replayed(found, path)
    if found.stored is not None and holds_prices(found.stored.manifest):
        print_parts(found, date.date())
    else:
        print_trace(found, date.date())
