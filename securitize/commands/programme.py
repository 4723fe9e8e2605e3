"""``securitize programme check PLAN``."""

from __future__ import annotations

import click

from securitize.base.errors import EXIT_BREACH
from securitize.base.messages import Listing
from securitize.commands import options


@click.group("programme")
def command() -> None:
    """Check a city's programme against the founding notice."""


@command.command("check")
@click.argument("plan", metavar="PLAN", shell_complete=options.completion("programme"))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="Format of the rules.",
)
def check(plan: str, format_: str) -> int:
    """Check PLAN, a shipped name or a file, against every rule of the notice; exit code 1 on a breach."""
    from securitize.reports import programme as report
    from securitize.reports import tables
    from securitize.reports.terminal import emit_data
    from securitize.studies.programme.api import check_programme

    found = check_programme(plan)
    if format_ == "json":
        emit_data(
            tables.to_json({"plan": found.plan.name, "rules": tables.plain_rows(found.arrow("programme"))})
        )
    elif format_ == "csv":
        emit_data(tables.as_csv(found.arrow("programme")))
    else:
        report.print_programme(found)
    if found.breached:
        options.talk("rules broken: {rules}", rules=Listing(row.rule for row in found.breached))
        return EXIT_BREACH
    return 0
