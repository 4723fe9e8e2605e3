"""``securitize schema KIND``."""

from __future__ import annotations

import click

from securitize.library.shelves import kind_names


@click.command("schema")
@click.argument("kind", type=click.Choice(kind_names()))
def command(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for an editor or another tool."""
    from securitize.definitions.schema import json_schema
    from securitize.reports.tables import to_json
    from securitize.reports.terminal import emit_data

    emit_data(to_json(json_schema(kind)))
