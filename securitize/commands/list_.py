"""``securitize list``."""

from __future__ import annotations

import click


@click.command("list")
def command() -> None:
    """List the deals, templates, scenarios, markets, pools and industry chains that ship with the program."""
    from securitize.reports.overview import print_library

    print_library()
