"""``securitize runs ls`` and ``securitize runs show``."""

from __future__ import annotations

from pathlib import Path

import click

from securitize.base.language import language
from securitize.commands import options


@click.group("runs")
def command() -> None:
    """List stored runs, or show one."""


@command.command("ls")
@options.runs_folder
def ls(runs_folder: Path) -> None:
    """List the runs in the folder of --runs; damaged ones are reported on standard error."""
    from securitize.reports.headings import named
    from securitize.reports.held import case_of
    from securitize.reports.terminal import Column, print_table
    from securitize.store.stored import list_runs

    found, damaged = list_runs(runs_folder)
    rows = [
        (
            run.path.name,
            run.manifest.facts.about.get("deal"),
            case_of(run.manifest),
            run.manifest.version,
        )
        for run in found
    ]
    if rows:
        columns = [Column("Run"), Column("Deal"), named("scenario", wraps=True), named("version")]
        print_table("", columns, rows)
    else:
        options.talk("no runs in {runs_folder}", runs_folder=runs_folder)
    for error in damaged:
        options.talk(error.text(language()))


@command.command("show")
@click.argument("run", shell_complete=options.complete_run)
@options.runs_folder
def show(run: str, runs_folder: Path) -> None:
    """Show a stored RUN again: a folder, or the start of an id."""
    from securitize.reports.prices import print_stored
    from securitize.reports.summary import print_run
    from securitize.store.named import holds_prices
    from securitize.store.run import open_run

    done = open_run(run, runs_folder)
    options.print_warnings(done.warnings)
    options.print_accepted(done.about)
    if done.stored is not None and holds_prices(done.stored.manifest):
        print_stored(done)
    else:
        print_run(done)
