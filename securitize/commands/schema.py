"""``securitize schema KIND``."""

from __future__ import annotations

import click

from securitize.library.shelves import kind_names

_HELP = f"""Print the JSON Schema of a kind of file, for an editor or another tool.

KIND is {", ".join(kind_names()[:-1])} or {kind_names()[-1]}.
"""


@click.command("schema", help=_HELP)
@click.argument("kind", metavar="KIND", type=click.Choice(kind_names()))
def command(kind: str) -> None:
    """Print the JSON Schema of a kind of file."""
    from securitize.definitions.schema import json_schema
    from securitize.reports.tables import to_json
    from securitize.reports.terminal import emit_data

    emit_data(to_json(json_schema(kind)))
