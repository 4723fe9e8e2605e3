"""``securitize diff RUN RUN``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from securitize.base.errors import EXIT_BREACH, EXIT_DONE
from securitize.commands import options

#: Changed cells that are listed of a table.
MOST_CELLS = 12


@click.command("diff")
@click.argument("first", metavar="RUN", shell_complete=options.complete_run)
@click.argument("second", metavar="RUN", shell_complete=options.complete_run)
@click.option(
    "--fail-above",
    type=click.FloatRange(0),
    metavar="SHARE",
    help="Exit with code 1 where a number differs by a larger share, or rows, text, dates, results, data packages, "
    "titles, whether it is synthetic, checks, or warnings beyond their figures differ.",
)
@options.runs_folder
@options.table_or_json
def command(first: str, second: str, fail_above: float | None, runs_folder: Path, format_: str) -> int:
    """Compare two stored runs: their inputs field by field, with sources, then their manifests and results.

    Relative differences are over the larger of the two numbers. What verify finds in either comes first, and then the
    exit code is 1.
    """
    from securitize.reports.differences import print_differences
    from securitize.reports.tables import to_json
    from securitize.reports.terminal import emit_data
    from securitize.store.run import stored_run
    from securitize.studies.diff.differences import compare_runs

    found = compare_runs(*(stored_run(name, runs_folder) for name in (first, second)))
    if format_ == "json":
        emit_data(to_json(asdict(found)))
    else:
        print_differences(found, MOST_CELLS)
    breached = fail_above is not None and found.above(fail_above)
    return EXIT_BREACH if breached or found.findings else EXIT_DONE
