"""``securitize report RUN``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from securitize.commands import options

if TYPE_CHECKING:
    from securitize.reports.html.figures import Language


@click.command("report")
@click.argument("run", shell_complete=options.complete_run)
@click.option(
    "--language",
    type=click.Choice(["both", "zh", "en"]),
    default="both",
    show_default=True,
    help="Chinese, English, or both side by side.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File of the page.  [default: reports/report.html in the run's folder]",
)
@click.option(
    "--workbook",
    metavar="FILE.xlsx",
    type=click.Path(path_type=Path),
    help="Write a workbook of the tables too.",
)
@click.option(
    "--prices",
    multiple=True,
    metavar="PRICES",
    shell_complete=options.complete_run,
    help="Stored prices of RUN that the page shows too, with --output; may be repeated.",
)
@options.runs_folder
def command(
    run: str,
    language: Language,
    output: Path | None,
    workbook: Path | None,
    prices: tuple[str, ...],
    runs_folder: Path,
) -> None:
    """Make one page of a stored RUN, stress result or prices: it opens in a browser with no network and no script.

    RUN is a folder or the start of an id. Every figure names the table, row and column that it stands in.
    """
    from securitize.reports.files import write_page, write_workbook
    from securitize.reports.terminal import print_line
    from securitize.store.run import stored_run

    stored = stored_run(run, runs_folder)
    priced = [stored_run(name, runs_folder) for name in prices]
    written = write_page(stored, language, output, priced)
    print_line(
        "report: {written} ({st_size:,.0f} KiB)",
        written=written,
        st_size=written.stat().st_size / 2**10,
        wraps=False,
    )
    if workbook is not None:
        print_line("workbook: {file}", file=write_workbook(stored, workbook, language), wraps=False)
