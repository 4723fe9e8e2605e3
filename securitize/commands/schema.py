"""``securitize schema KIND``."""

from __future__ import annotations

import click

#: As the definitions say them, without loading those; a test holds both together.
KINDS = [
    *("deal", "pool", "build", "chain", "scenario", "market", "state"),
    *("financing", "alternative", "policy", "programme", "suite"),
    *("preset", "standardised_capital", "ratings_capital", "internal_capital"),
]


@click.command("schema")
@click.argument("kind", type=click.Choice(KINDS))
def command(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for an editor or another tool."""
    from securitize.definitions.schema import json_schema
    from securitize.reports.tables import to_json
    from securitize.reports.terminal import emit_data

    emit_data(to_json(json_schema(kind)))  # type: ignore[arg-type]
