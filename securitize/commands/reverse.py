"""``securitize reverse DEAL``."""

from __future__ import annotations

import click

from securitize.base.errors import UsageError
from securitize.commands import options

CSV_TABLE = "reverse_stresses"


@click.command("reverse")
@click.argument("deal", shell_complete=options.completion("deal"))
@click.option(
    "--suite",
    default="reverse",
    show_default=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("suite"),
    help="The suite that defines the drivers, their standard deviations and loadings.",
)
@click.option("--note", "notes", multiple=True, metavar="NAME", help="Only this note; may be repeated.")
@options.scenario
@options.pool
@options.printed(CSV_TABLE)
def command(
    deal: str,
    suite: str,
    notes: tuple[str, ...],
    scenario: str | None,
    pool: str | None,
    format_: str,
    table: str | None,
) -> None:
    """Find the likeliest combination of drivers that breaks each note of DEAL.

    Distances are in standard deviations of the drivers' joint normal law, as the suite defines it.
    """
    options.check_table(table, format_, lambda: (CSV_TABLE,))
    from securitize.definitions.loading import load_suite
    from securitize.engine.prepare.prepare import prepare
    from securitize.library import find_suite
    from securitize.reports import stresses, tables
    from securitize.reports.names import Names
    from securitize.reports.scenario_words import case_of, print_scenario
    from securitize.reports.terminal import emit_data
    from securitize.studies.solvers.reverse import reverse_stresses
    from securitize.studies.stress.tables import deviation_kinds, reverse_rows
    from securitize.tables import build

    prepared = prepare(deal, scenario, pool)
    options.print_warnings(prepared.warnings)
    loaded = load_suite(find_suite(suite, prepared.definitions.deal.path))
    if not loaded.model.reverse:
        raise UsageError("suite {name} tells of no drivers of reverse stress", name=loaded.model.name)
    options.check_notes(notes, prepared.deal.notes)
    found = reverse_stresses(prepared, loaded.model.reverse, notes)
    made = build(CSV_TABLE, reverse_rows(found, deviation_kinds(loaded)))
    if format_ == "json":
        emit_data(tables.to_json({**case_of(prepared.about), CSV_TABLE: tables.plain_rows(made)}))
    elif format_ == "csv":
        emit_data(tables.as_csv(made))
    else:
        print_scenario(prepared.about)
        stresses.print_reverse(made, Names.of_deal(prepared.deal))
