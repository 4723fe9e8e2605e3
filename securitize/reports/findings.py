"""What ``securitize doctor`` found, for a reader."""

from __future__ import annotations

from collections.abc import Iterable

from securitize.reports.terminal import Column, print_line, print_table
from securitize.store.doctor import MachineFinding


def print_findings(findings: Iterable[MachineFinding]) -> None:
    """One line a finding; repairs below, where there are any."""
    rows = list(findings)
    columns = [Column("what"), Column("outcome"), Column("found")]
    print_table("", columns, [(one.what, one.outcome, one.found) for one in rows])
    for one in rows:
        if one.repair:
            print_line(f"{one.outcome}: {one.what}: {one.found}; {one.repair}")
