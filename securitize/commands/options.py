"""Options that several commands share, and talk."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

runs_folder = click.option(
    "--runs",
    "runs_folder",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where runs are kept.",
)


def talk(text: str) -> None:
    """A line for the person at the terminal, apart from the data: on standard error."""
    from securitize.base.errors import printable

    print(printable(text, 2000), file=sys.stderr)


def tell_warnings(warnings: Iterable[str]) -> None:
    """Each warning on a line of its own."""
    for warning in warnings:
        talk(f"warning: {warning}")
