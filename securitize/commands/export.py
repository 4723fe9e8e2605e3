"""``securitize export RUN``."""

from __future__ import annotations

from pathlib import Path

import click

from securitize.base.errors import UsageError
from securitize.commands import options


@click.command("export")
@click.argument("run", shell_complete=options.complete_run)
@click.option(
    "--standalone",
    is_flag=True,
    help="One Python file that recomputes the deterministic path to the cent by itself, of a stress result every "
    "scenario.",
)
@click.option(
    "--pairs",
    type=click.IntRange(0, 10_000),
    default=16,
    show_default=True,
    metavar="N",
    help="How many random paths the standalone file holds too: of a stress result pairs of scenario and path.",
)
@click.option(
    "--to",
    "kind",
    type=click.Choice(["csv", "datapackage", "duckdb"]),
    help="The tables as a folder of CSV files, as one zipped data package, or as a DuckDB database.",
)
@click.option(
    "--output",
    required=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Target file or folder; it must not exist yet.",
)
@options.runs_folder
def command(
    run: str, standalone: bool, pairs: int, kind: str | None, output: Path, runs_folder: Path
) -> None:
    """Export a stored RUN for readers without this program.

    The standalone file holds the reference interpreter, the deal, its dates and cash, and what the run has
    stored; run it with python3 -I: it prints every payment and compares every figure.
    """
    if standalone == (kind is not None):
        raise UsageError("say --standalone, or --to csv, datapackage or duckdb")
    from securitize.reports.exports import export_tables, write_standalone
    from securitize.reports.terminal import print_line
    from securitize.store.run import stored_run

    stored = stored_run(run, runs_folder)
    if kind is None:
        write_standalone(stored, output, pairs)
        print_line("written: {output}; run it with python3 -I {output}", output=output, wraps=False)
        return
    tables = export_tables(stored, kind, output)
    print_line("written: {output}, {tables} tables", output=output, tables=tables, wraps=False)
