"""``securitize roll RUN --actuals FILE --to DIRECTORY``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from securitize.base.errors import UsageError
from securitize.commands import options


@click.command("roll")
@click.argument("run", shell_complete=options.complete_run)
@click.option(
    "--actuals",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Actual collections by period, or by period and contract: CSV, XLSX or Parquet.",
)
@click.option(
    "--to",
    "target",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    help="Folder of the deal rolled forward; it must not exist yet.",
)
@click.option(
    "--forecast",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the forecast as an actuals file, to be overwritten with actual figures.",
)
@click.option(
    "--until", metavar="PERIOD", type=int, help="The last period of --forecast.  [default: the first]"
)
@click.option("--by-asset", is_flag=True, help="Write --forecast by contract.")
@options.runs_folder
def command(
    run: str,
    actuals: Path | None,
    target: Path | None,
    forecast: Path | None,
    until: int | None,
    by_asset: bool,
    runs_folder: Path,
) -> None:
    """Roll RUN forward: actual collections replace the forecast up to the last actual period.

    The periods of --actuals are distributed under the terms of the deal; the balances after the last of them
    are written to state.toml in --to, with the deal, its pool and its scenarios, and forecast and actual are
    compared. Then: securitize run DIRECTORY.
    """
    from securitize.studies.roll import api

    if forecast is not None:
        if actuals is not None or target is not None:
            raise UsageError(
                "--forecast writes a file to fill in; roll it with --actuals and --to afterwards"
            )
        rows = api.write_forecast(run, forecast, until=until, by_asset=by_asset, runs=runs_folder)
        options.talk(
            "{forecast}: {rows} rows; write what happened over the forecast", forecast=forecast, rows=rows
        )
        return
    if actuals is None or target is None:
        raise UsageError("write --actuals FILE and --to DIRECTORY, or --forecast FILE")
    from securitize.reports import roll as report

    done = api.roll(run, actuals, output=target, runs=runs_folder)
    options.print_warnings(map(str, done.warnings))
    report.print_rolled(done)
    options.talk(
        "{target}: the deal after {as_of}; forecast and actual are in comparison.csv",
        target=target,
        as_of=done.state.as_of,
    )
    options.talk("next: securitize run {target}", target=shlex.quote(str(target)))
