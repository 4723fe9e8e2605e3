"""``securitize build POOL``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from securitize.base.errors import UsageError
from securitize.base.messages import Listing
from securitize.commands import options

BUILD_TABLE = "candidates"


@click.command("build")
@click.argument("pool", shell_complete=options.completion("build"))
@click.option(
    "--output",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    help="The folder of the pool.  [default: a folder named by its id in --builds]",
)
@options.builds_folder
@options.printed(BUILD_TABLE)
def command(pool: str, output: Path | None, builds_folder: Path, format_: str, table: str | None) -> None:
    """Select POOL from its candidates: the best pool under its limits, with the proof.

    POOL is a shipped name, a folder with build.toml, or a build file. The folder that is written holds
    pool.toml, on which deals run, and tables that say of each candidate why it is in or out. Exit code 4
    where no pool keeps every limit: then the limits that conflict are listed, and by how much each would have
    to give.
    """
    from securitize.reports import pool_builds, tables
    from securitize.reports.terminal import emit_data
    from securitize.studies.pool import build as building
    from securitize.tables.dictionary import names

    if table is not None and (format_ != "csv" or table not in names("build")):
        raise UsageError(
            "--table goes with --format csv and names one of {tables}", tables=Listing(names("build"))
        )
    done = building.build(pool, output=output, builds=builds_folder, progress=options.progress())
    options.print_warnings(done.warnings)
    if format_ == "json":
        emit_data(tables.as_json(done))
    elif format_ == "csv":
        emit_data(tables.as_csv(done.arrow(table or BUILD_TABLE)))
    else:
        pool_builds.print_build(done)
        options.talk("next: securitize run DEAL --pool {path}", path=shlex.quote(str(done.path)))
