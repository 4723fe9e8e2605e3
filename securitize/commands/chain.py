"""``securitize chain show NAME``."""

from __future__ import annotations

from pathlib import Path

import click

from securitize.commands import options


@click.group("chain")
def command() -> None:
    """Draw industry chains."""


@command.command("show")
@click.argument("name", shell_complete=options.completion("chain"))
@click.option(
    "--build", metavar="FOLDER|ID", help="A stored build, whose candidates and pool are counted by node."
)
@options.builds_folder
def show(name: str, build: str | None, builds_folder: Path) -> None:
    """Draw the industry chain NAME, stage by stage in the order of supplies; with --build counts and value by node.

    NAME is a shipped chain or a chain file.
    """
    from securitize.reports import chains
    from securitize.studies.pool.build import opened

    chains.print_chain(name, opened(build, builds_folder) if build else None)
