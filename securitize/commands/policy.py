"""``securitize policy show NAME``."""

from __future__ import annotations

import click

from securitize.commands import options


@click.group("policy")
def command() -> None:
    """Show the subsidies that policies pay: to whom, up to what amount, and the source."""


@command.command("show")
@click.argument("name", metavar="NAME|FILE", shell_complete=options.completion("policy"))
def show(name: str) -> None:
    """Show the rules of the policy NAME, a shipped one or a file, and the sources of its numbers."""
    from securitize.reports.policies import print_policy

    print_policy(name)
