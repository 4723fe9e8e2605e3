"""``securitize init DIR --from TEMPLATE``."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import click

from securitize.base.errors import StorageError, UsageError


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--from", "template", required=True, metavar="TEMPLATE", help="licence-back or pledged-loan.")
def command(directory: Path, template: str) -> None:
    """Start DIRECTORY as a complete deal of your own: deal.toml, pool/pool.toml, scenarios/."""
    from securitize.library import template as find_template

    source = find_template(template)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(f"{directory}: exists and is not empty; choose a folder that does not exist yet")
    try:
        _copy_whole(source, directory)
    except OSError as error:
        raise StorageError(f"{directory}: cannot be made: {error.strerror or error}") from None
    click.echo(f"{directory}: a {template} deal, ready to run", err=True)
    click.echo(f"next: securitize validate {directory}   then: securitize run {directory}", err=True)


def _copy_whole(source: Path, directory: Path) -> None:
    """Copy beside the target and rename, so that a half-made folder is never seen."""
    parent = directory.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=parent))
    try:
        shutil.copytree(source, made, dirs_exist_ok=True)
        made.chmod(0o755)
        os.replace(made, directory)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
