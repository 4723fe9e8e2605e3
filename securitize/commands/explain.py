"""``securitize explain WORD``, ``securitize explain POOL KEY``."""

from __future__ import annotations

from pathlib import Path

import click

from securitize.commands import options


@click.command("explain")
@click.argument("word", shell_complete=options.complete_word)
@click.argument("key", required=False)
@options.builds_folder
def command(word: str, key: str | None, builds_folder: Path) -> None:
    """Explain WORD: a code (SEC211), a field (notes.A.unpaid_interest), a measure (dscr, accounts.in), a heading
    (WAL) or a Chinese word.

    A field is a path, or its end, in a file of any kind; names of your own may stand in it or be left out. A
    measure is a column of a table, with or without the table's name. Of a field that holds a table of one of
    several kinds (notes.principal) every kind is listed with its fields, or one of them (notes.principal.scheduled).

    With KEY, WORD is a pool: the same as securitize pool explain POOL KEY, which says why a patent, company or
    contract is in the pool or not, and what it would replace.
    """
    if key is None:
        from securitize.reports.explained import print_explained

        print_explained(word)
    else:
        from securitize.reports.pool_builds import print_explanation

        print_explanation(word, key, builds_folder)
