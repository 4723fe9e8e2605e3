"""What ``securitize doctor`` found, for a reader."""

from __future__ import annotations

from collections.abc import Iterable

from securitize.base.messages import Message, in_language
from securitize.reports.terminal import Column, print_line, print_table
from securitize.reports.words import word
from securitize.store.doctor import MachineFinding


def print_findings(findings: Iterable[MachineFinding]) -> None:
    """One line a finding; repairs below, where there are any."""
    rows = list(findings)
    columns = [Column("Examined"), Column("Outcome"), Column("Finding", wraps=True)]
    cells = [
        (word("examined", one.what), word("outcome", one.outcome), in_language(one.found)) for one in rows
    ]
    print_table("", columns, cells)
    for one in rows:
        if one.repair:
            print_line(
                "{outcome}: {what}: {found}; {repair}",
                outcome=word("outcome", one.outcome),
                what=word("examined", one.what),
                found=_said(one.found),
                repair=_said(one.repair),
            )


def _said(text: str) -> str:
    return text if isinstance(text, Message) else Message(text)
