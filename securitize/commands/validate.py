"""``securitize validate DEAL``."""

from __future__ import annotations

import click


@click.command("validate")
@click.argument("deal")
@click.option("--scenario", help="A scenario's name or file, checked too.")
def command(deal: str, scenario: str | None) -> None:
    """Check DEAL (a shipped name, a folder or a file), its pool and a scenario.

    Every problem of every file is told at once: file, line, path, what is wrong, what stood there, what would be
    right. Exit code 3 where there is any.
    """
    from securitize.runs.prepare import prepare

    prepared = prepare(deal, scenario)
    for warning in prepared.warnings:
        click.echo(f"warning: {warning}", err=True)
    terms, pool = prepared.deal, prepared.pool
    click.echo(
        f"{terms.name}: valid: {len(terms.notes)} notes, {len(terms.fees)} fees, {len(terms.triggers)} triggers, "
        f"{len(pool.contracts)} contracts of {len(pool.obligors)} obligors, {prepared.schedule.periods} payment dates"
    )
