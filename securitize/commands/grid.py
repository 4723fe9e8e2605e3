"""``securitize grid DEAL --over DRIVER=LOW:HIGH:COUNT``."""

from __future__ import annotations

import click

from securitize.base.errors import UsageError
from securitize.commands import options

CSV_TABLE = "grid"


@click.command("grid")
@click.argument("deal", shell_complete=options.completion("deal"))
@click.option(
    "--over",
    "axes",
    multiple=True,
    required=True,
    metavar="DRIVER=LOW:HIGH:COUNT",
    help="A driver and its values, or DRIVER=V,V,…; given twice, every pair of values is run.",
)
@click.option("--without-support", is_flag=True, help="Without external support.")
@options.scenario
@options.pool
@options.printed(CSV_TABLE, "every cell")
def command(
    deal: str,
    axes: tuple[str, ...],
    without_support: bool,
    scenario: str | None,
    pool: str | None,
    format_: str,
    table: str | None,
) -> None:
    """Run DEAL over a grid of one or two drivers: whether each note holds, and what it loses.

    Drivers are those of securitize break-even, moved adversely from their values in the scenario.
    """
    options.check_table(table, format_, lambda: (CSV_TABLE,))
    if len(axes) > 2:
        raise UsageError("a grid has one or two drivers")
    from securitize.engine.prepare.prepare import prepare
    from securitize.reports import stresses, tables
    from securitize.reports.scenario_words import case_of, print_scenario
    from securitize.reports.terminal import emit_data
    from securitize.studies.solvers.grid import grid
    from securitize.tables import build

    prepared = prepare(deal, scenario, pool)
    options.print_warnings(prepared.warnings)
    found = grid(prepared, axes, not without_support)
    made = build(CSV_TABLE, found)
    if format_ == "json":
        emit_data(tables.to_json({**case_of(prepared.about), "grid": tables.plain_rows(made)}))
    elif format_ == "csv":
        emit_data(tables.as_csv(made))
    else:
        print_scenario(prepared.about)
        stresses.print_grid(made)
