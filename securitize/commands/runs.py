"""``securitize runs ls`` and ``securitize runs show``."""

from __future__ import annotations

from pathlib import Path

import click

from securitize.commands import options


@click.group("runs")
def command() -> None:
    """List stored runs, or show one."""


@command.command("ls")
@options.runs_folder
def ls(runs_folder: Path) -> None:
    """List the runs in RUNS."""
    from securitize.reports.terminal import Column, print_table
    from securitize.runs.stored import list_runs

    found, damaged = list_runs(runs_folder)
    rows = [
        (
            run.path.name,
            str(run.manifest.facts.about.get("deal", "")),
            str(run.manifest.facts.about.get("scenario") or "base"),
            run.manifest.version,
        )
        for run in found
    ]
    print_table("", [Column("run"), Column("deal"), Column("scenario"), Column("version")], rows)
    for error in damaged:
        click.echo(str(error), err=True)


@command.command("show")
@click.argument("run")
@options.runs_folder
def show(run: str, runs_folder: Path) -> None:
    """Show a RUN: a folder, or the start of an id."""
    from securitize.reports.summary import print_run
    from securitize.runs.api import open_run

    print_run(open_run(run, runs_folder))
