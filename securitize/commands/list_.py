"""``securitize list [KIND]``."""

from __future__ import annotations

import click

from securitize.library.shelves import kind_names, shelf_of


@click.command("list")
@click.argument("kind", required=False, type=click.Choice(["template", *kind_names()]), metavar="[KIND]")
def command(kind: str | None) -> None:
    """List what ships with the program: deals, templates and every kind of file that a command takes by name.

    With KIND, as securitize schema takes it, or template, that kind only.
    """
    from securitize.reports.overview import print_library

    print_library(kind if kind is None or kind == "template" else shelf_of(kind).name)
