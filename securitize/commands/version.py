"""``securitize version``."""

from __future__ import annotations

import click


@click.command("version")
@click.option(
    "--json", "as_json", is_flag=True, help="With the libraries' versions and the processor, as JSON."
)
def command(as_json: bool) -> None:
    """Print the version."""
    from importlib.metadata import version

    from securitize.reports.terminal import emit, emit_data

    if not as_json:
        emit(f"securitize {version('securitize')}\n")
        return
    from securitize.reports.tables import to_json
    from securitize.store.environment import environment

    emit_data(to_json({"securitize": version("securitize"), **environment()}))
