"""``securitize losses DEAL --performance NAME``."""

from __future__ import annotations

import click

from securitize.commands import options

CSV_TABLE = "pool_loss_levels"


@click.command("losses")
@click.argument("deal", shell_complete=options.completion("deal"))
@click.option(
    "--performance",
    required=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("performance"),
    help="Random performance: how likely obligors default, and how that hangs on the market.",
)
@options.scenario
@options.pool
@click.option(
    "--given-that-parties-pay",
    is_flag=True,
    help="Leave out defaults of parties other than obligors, such as guarantors of loans.",
)
@options.printed(CSV_TABLE)
def command(
    deal: str,
    performance: str,
    scenario: str | None,
    pool: str | None,
    given_that_parties_pay: bool,
    format_: str,
    table: str | None,
) -> None:
    """Compute the loss of DEAL's pool without sampling.

    Expected loss, value at risk and expected shortfall come from the probabilities themselves: no paths, no
    seed, no sampling error. It applies where obligors default independently once the market factor is known
    and nothing else random moves the pool's cash; otherwise it says why not, with exit code 4.
    """
    from securitize.tables.dictionary import names

    options.check_table(table, format_, lambda: names("losses"))
    from securitize.reports import losses as report
    from securitize.reports import tables
    from securitize.reports.terminal import emit_data
    from securitize.studies.losses.api import losses

    found = losses(
        deal,
        scenario,
        performance=performance,
        pool=pool,
        given_that_parties_pay=given_that_parties_pay,
    )
    options.print_warnings(found.warnings)
    if format_ == "json":
        about = {
            "deal": found.deal,
            "pool": found.pool,
            "performance": found.performance,
            "scenario": found.scenario,
            "given_that_parties_pay": found.given_that_parties_pay,
        }
        made = {name: tables.plain_rows(one) for name, one in found.tables.items()}
        emit_data(tables.to_json({**about, "tables": made}))
    elif format_ == "csv":
        emit_data(tables.as_csv(found.arrow(table or CSV_TABLE)))
    else:
        report.print_losses(found)
