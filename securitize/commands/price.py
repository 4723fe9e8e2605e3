"""``securitize price DEAL|RUN``."""

from __future__ import annotations

import datetime
import os
import shlex
from pathlib import Path
from typing import Literal

import click

from securitize.base.errors import UsageError
from securitize.commands import options

CSV_TABLE = "prices"


@click.command("price")
@click.argument("deal", metavar="DEAL|RUN", shell_complete=options.completion("deal"))
@click.option(
    "--market",
    metavar="NAME|DATE|FILE",
    shell_complete=options.completion("market"),
    help="The market to price in.  [default: that of the deal's closing date, in mid-life the last one up to its day]",
)
@click.option(
    "--scenario",
    multiple=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("scenario"),
    help="Price under this scenario too; may be repeated.",
)
@click.option(
    "--settlement",
    metavar="YYYY-MM-DD",
    type=options.Day(),
    help="Settlement date of the purchase.  [default: the market's date, or closing where that is later]",
)
@click.option(
    "--spread",
    type=float,
    metavar="BP",
    help="Spread of every note over the government par yield at its weighted average life, in basis points.  "
    "[default: the market's, of its rating]",
)
@click.option(
    "--z-spread",
    type=float,
    metavar="BP",
    help="Z-spread of every note, in its place: continuous, over the government zero curve, in basis points.",
)
@click.option("--price", type=float, metavar="P", help="The clean price of every note, per 100.")
@click.option(
    "--exercise",
    type=options.Words(["given", "intrinsic", "hull-white"], old={"told": "given", "rational": "intrinsic"}),
    default="given",
    show_default=True,
    help="Investor puts and the issuer's call: as the deal or a scenario says, where exercise pays at today's "
    "forward rates, or on its day, by the rate model of Hull and White.",
)
@click.option(
    "--volatility",
    type=float,
    metavar="BP",
    help="With hull-white: assumed normal volatility of the short rate, basis points a year.  [default: 60]",
)
@click.option(
    "--mean-reversion",
    type=float,
    metavar="PCT",
    help="With hull-white: assumed mean reversion of the short rate, percent a year.  [default: 3]",
)
@click.option(
    "--forwards",
    is_flag=True,
    help="Discount margins over forward rates of the market's curve of the index, where it holds one.",
)
@click.option(
    "--performance",
    metavar="NAME|FILE",
    shell_complete=options.completion("performance"),
    help="Price over random paths too.",
)
@click.option(
    "--paths", type=click.IntRange(1, 100_000), metavar="N", help="Number of random paths.  [default: 10000]"
)
@click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), metavar="N", help="Seed of the paths.  [default: 1]"
)
@click.option("--store", is_flag=True, help="Store the result, as a folder named by its id in --runs.")
@click.option(
    "--output",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    help="Store the result in this folder.",
)
@options.runs_folder
@options.printed(CSV_TABLE)
def command(
    deal: str,
    market: str | None,
    scenario: tuple[str, ...],
    settlement: datetime.datetime | None,
    spread: float | None,
    z_spread: float | None,
    price: float | None,
    exercise: Literal["given", "intrinsic", "hull-white"],
    volatility: float | None,
    mean_reversion: float | None,
    forwards: bool,
    performance: str | None,
    paths: int | None,
    seed: int | None,
    store: bool,
    output: Path | None,
    runs_folder: Path,
    format_: str,
    table: str | None,
) -> None:
    """Price the notes of DEAL, or of a stored RUN: value, yields, spreads, durations, par coupon.

    On the calculated payments of the notes, in the base case, under scenarios, and over random paths. With
    --store or --output the result is stored like a run; securitize report makes a page of it.
    """
    options.check_table(table, format_, _tables)
    if performance is None and (paths, seed) != (None, None):
        raise UsageError("--paths and --seed go with --performance")
    from securitize.reports import prices as report
    from securitize.reports import tables
    from securitize.reports.terminal import emit_data
    from securitize.studies.price import price as pricing

    found = pricing.price(
        deal,
        market=market,
        scenarios=scenario,
        settlement=settlement.date() if settlement else None,
        spread=None if spread is None else spread / 10_000,
        z_spread=None if z_spread is None else z_spread / 10_000,
        price=price,
        exercise=exercise,
        forwards=forwards,
        volatility=None if volatility is None else volatility / 10_000,
        mean_reversion=None if mean_reversion is None else mean_reversion / 100,
        performance=performance,
        paths=paths or 10_000,
        seed=1 if seed is None else seed,
        workers=os.cpu_count() or 1,
        output=output,
        store=store,
        runs=runs_folder,
        progress=options.progress(),
    )
    options.print_warnings(found.warnings)
    if format_ == "json":
        emit_data(report.as_json(found))
    elif format_ == "csv":
        emit_data(tables.as_csv(found.arrow(table or CSV_TABLE)))
    else:
        report.print_prices(found)
        if found.path is not None:
            report.print_place(found)
            options.talk("next: securitize report {path}", path=shlex.quote(str(found.path)))


def _tables() -> tuple[str, ...]:
    """Names of the tables that are made."""
    from securitize.tables.dictionary import names

    return names("prices")
