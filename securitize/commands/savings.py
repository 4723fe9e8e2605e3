"""``securitize savings DEAL|RUN|CASE``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from securitize.base.errors import UsageError
from securitize.commands import options

if TYPE_CHECKING:
    from securitize.studies.savings.policies import RefundOf

CSV_TABLE = "savings"


@click.command("savings")
@click.argument("deal", metavar="DEAL|RUN|CASE", shell_complete=options.completion("deal", "financing"))
@click.option(
    "--against",
    multiple=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("alternative"),
    help="An alternative to compare with; may be repeated.  [default: all available]",
)
@click.option(
    "--policy",
    multiple=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("policy"),
    help="A policy that applies to both sides; may be repeated.  [default: none]",
)
@click.option(
    "--as-if", is_flag=True, help="Apply policies also outside their dates or places; results are marked so."
)
@click.option(
    "--refund",
    type=click.Choice(["none", "deal", "both"]),
    default="none",
    show_default=True,
    help="Who gets the refund that the financing tells of: nobody, the deal, or the alternatives too.",
)
@options.scenario
@click.option(
    "--financing",
    metavar="NAME|FILE",
    shell_complete=options.completion("financing"),
    help="Costs of the companies beside their contracts, in place of the deal's own.",
)
@click.option(
    "--performance",
    metavar="NAME|FILE",
    shell_complete=options.completion("performance"),
    help="Random performance of the companies: adds the saving over random paths.",
)
@click.option(
    "--paths",
    type=click.IntRange(1, 5_000_000),
    metavar="N",
    help="Number of random paths.  [default: 10000]",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), metavar="N", help="Seed of the paths.  [default: 1]"
)
@click.option("--company", metavar="NAME", help="Show this company's cash flows and cost in full.")
@click.option(
    "--solve",
    metavar="TERM",
    help="Solve for a term from the published cost: platform_margin, coupon, refund, or the name of a cost.",
)
@options.runs_folder
@options.printed(CSV_TABLE)
def command(
    deal: str,
    against: tuple[str, ...],
    policy: tuple[str, ...],
    as_if: bool,
    refund: RefundOf,
    scenario: str | None,
    financing: str | None,
    performance: str | None,
    paths: int | None,
    seed: int | None,
    company: str | None,
    solve: str | None,
    runs_folder: Path,
    format_: str,
    table: str | None,
) -> None:
    """Compare the all-in cost of each company of DEAL with its best alternative.

    DEAL is a deal, a stored run, or a case without a pool such as hti-1-2019. Costs are effective annual
    rates to the basis point, by component, without policies and with them; the best alternative is the
    cheapest that the company can have.
    """
    options.check_table(table, format_, _tables)
    if as_if and not policy:
        raise UsageError("--as-if goes with --policy")
    if performance is None and (paths, seed) != (None, None):
        raise UsageError("--paths and --seed go with --performance")
    from securitize.reports import savings as report
    from securitize.reports import tables
    from securitize.reports.terminal import emit_data
    from securitize.studies.savings import savings as saving

    found = saving.savings(
        deal,
        against=against,
        policies=policy,
        as_if=as_if,
        refund=refund,
        scenario=scenario,
        financing=financing,
        runs=runs_folder,
        performance=performance,
        paths=paths or 10_000,
        seed=1 if seed is None else seed,
    )
    options.print_warnings(found.warnings)
    if solve is not None:
        if format_ != "table" or company is not None:
            raise UsageError("--solve goes with --format table, and not with --company")
        from securitize.reports.published_cost import print_solved
        from securitize.studies.savings.published_cost import solve_term

        print_solved(solve_term(found.comparison, solve, policy, as_if))
    elif format_ == "json":
        emit_data(report.as_json(found))
    elif format_ == "csv":
        emit_data(tables.as_csv(found.arrow(table or CSV_TABLE)))
    elif company is not None:
        report.print_company(found, company)
    else:
        report.print_savings(found)


def _tables() -> tuple[str, ...]:
    """Names of the tables that are made."""
    from securitize.tables.dictionary import names

    return (*names("savings"), "assumptions")
