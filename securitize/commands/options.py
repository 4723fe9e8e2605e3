"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

runs_folder = click.option(
    "--runs",
    "runs_folder",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where runs are kept.",
)
