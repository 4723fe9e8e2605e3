"""``securitize schema KIND``."""

from __future__ import annotations

import json

import click


@click.command("schema")
@click.argument("kind", type=click.Choice(["deal", "pool", "scenario", "market"]))
def command(kind: str) -> None:
    """Print the JSON Schema of a KIND of file, for an editor or another tool."""
    from securitize.definitions.schema import json_schema

    click.echo(json.dumps(json_schema(kind), ensure_ascii=False, indent=2))  # type: ignore[arg-type]
