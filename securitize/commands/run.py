"""``securitize run DEAL``."""

from __future__ import annotations

from pathlib import Path

import click

from securitize.commands import options


@click.command("run")
@click.argument("deal")
@click.option("--scenario", help="A scenario's name (the deal's own or a shipped one) or file.")
@click.option("--output", type=click.Path(path_type=Path), help="The run's folder; without it RUNS/<id>.")
@options.runs_folder
@click.option(
    "--format", "format_", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
@click.option(
    "--table",
    "table_name",
    default="note_measures",
    show_default=True,
    help="The table that --format csv prints.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, say what would run, write nothing.")
def command(
    deal: str,
    scenario: str | None,
    output: Path | None,
    runs_folder: Path,
    format_: str,
    table_name: str,
    dry_run: bool,
) -> None:
    """Run DEAL: a shipped name, a folder with deal.toml, or a deal file."""
    from securitize.reports import summary, tables
    from securitize.runs import api

    if dry_run:
        prepared = api.prepare(deal, scenario)
        tell_warnings(prepared.warnings)
        click.echo(summary.dry_run(prepared, output or runs_folder / prepared.run_id))
        return
    done = api.run(deal, scenario, output=output, runs=runs_folder)
    tell_warnings(done.warnings)
    if format_ == "json":
        click.echo(tables.as_json(done))
    elif format_ == "csv":
        click.echo(tables.as_csv(done.arrow(table_name)), nl=False)
    else:
        summary.print_run(done)


def tell_warnings(warnings: tuple[str, ...]) -> None:
    """Warnings go to the talk, not to the data."""
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
