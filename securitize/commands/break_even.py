"""``securitize break-even DEAL``."""

from __future__ import annotations

from typing import get_args

import click

from securitize.commands import options

CSV_TABLE = "break_evens"
CRITERIA = [
    "interest-unpaid",
    "late-principal",
    "loss",
    "coverage-below-1",
    "life-coverage-below-1",
    "trigger",
]
DRIVERS = [
    *("default-rate", "default-path", "recovery-rate", "prepayment-rate", "late-payment", "obligors-out"),
    *("royalty-base", "index-rates-up", "index-rates-down", "support"),
]


@click.command("break-even")
@click.argument("deal", shell_complete=options.completion("deal"))
@click.option(
    "--driver",
    "drivers",
    multiple=True,
    type=click.Choice(DRIVERS),
    help="Only this driver; may be repeated.",
)
@click.option("--note", "notes", multiple=True, metavar="NAME", help="Only this note; may be repeated.")
@click.option(
    "--criterion",
    "criteria",
    multiple=True,
    type=click.Choice(CRITERIA),
    help="Only this criterion; may be repeated.",
)
@click.option(
    "--support",
    type=click.Choice(["both", "in place", "absent"]),
    default="both",
    show_default=True,
    help="With external support, without it, or both.",
)
@options.scenario
@options.pool
@options.printed(CSV_TABLE)
def command(
    deal: str,
    drivers: tuple[str, ...],
    notes: tuple[str, ...],
    criteria: tuple[str, ...],
    support: str,
    scenario: str | None,
    pool: str | None,
    format_: str,
    table: str | None,
) -> None:
    """Find the break-even of each driver: how far it can go, alone, before a note of DEAL breaks.

    Each driver is moved adversely in whole steps from its value in the scenario. The last value that
    holds and the first that breaks are both calculated; a scenario file with either gives the same in
    securitize run.
    """
    options.check_table(table, format_, lambda: (CSV_TABLE,))
    from securitize.engine.prepare.prepare import prepare
    from securitize.reports import stresses, tables
    from securitize.reports.names import Names
    from securitize.reports.scenario_words import case_of, print_scenario
    from securitize.reports.terminal import emit_data
    from securitize.studies.solvers.break_even import SupportTreatment, break_evens
    from securitize.studies.stress.tables import break_even_rows
    from securitize.tables import build

    prepared = prepare(deal, scenario, pool)
    options.print_warnings(prepared.warnings)
    options.check_notes(notes, prepared.deal.notes)
    supports = [one for one in get_args(SupportTreatment) if support in ("both", one)]
    found = break_evens(prepared, drivers, notes, criteria or CRITERIA, supports)  # type: ignore[arg-type]
    made = build(CSV_TABLE, break_even_rows(found))
    if format_ == "json":
        emit_data(tables.to_json({**case_of(prepared.about), "break_evens": tables.plain_rows(made)}))
    elif format_ == "csv":
        emit_data(tables.as_csv(made))
    else:
        print_scenario(prepared.about)
        stresses.print_break_evens(made, Names.of_deal(prepared.deal))
