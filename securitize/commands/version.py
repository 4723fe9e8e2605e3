"""``securitize version``."""

from __future__ import annotations

import json

import click


@click.command("version")
@click.option("--json", "as_json", is_flag=True, help="With the versions of the libraries, as JSON.")
def command(as_json: bool) -> None:
    """Print the version."""
    if as_json:
        from securitize.runs.environment import environment

        click.echo(json.dumps(environment(), ensure_ascii=False, indent=2, sort_keys=True))
        return
    from importlib.metadata import version

    click.echo(f"securitize {version('securitize')}")
