"""``securitize explain WORD``."""

from __future__ import annotations

import click

from securitize.commands.options import complete_word


@click.command("explain")
@click.argument("word", shell_complete=complete_word)
def command(word: str) -> None:
    """Say what WORD means: a code (SEC211), a field (notes.A.unpaid_interest) or a measure (dscr, accounts.in).

    A field is a path, or its end, in a deal, pool, scenario, market or state file; names of your own may stand in it or
    be left out. A measure is a column of a table, with or without the table's name.
    """
    from securitize.reports.explained import print_explained

    print_explained(word)
