"""What ``securitize doctor`` found, for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from securitize.base.closed import complete
from securitize.base.messages import Message
from securitize.reports.terminal import Column, print_line, print_table
from securitize.store.doctor import MachineFinding, Outcome

_OUTCOMES: Mapping[Outcome, Message] = complete(
    Outcome, {"ok": Message("ok"), "warning": Message("warning"), "problem": Message("problem")}
)


def print_findings(findings: Iterable[MachineFinding]) -> None:
    """One line a finding; repairs below, where there are any."""
    rows = list(findings)
    columns = [Column("Examined"), Column("Outcome"), Column("Finding", wraps=True)]
    print_table("", columns, [(one.what, _OUTCOMES[one.outcome], one.found) for one in rows])
    for one in rows:
        if one.repair:
            print_line(
                "{outcome}: {what}: {found}; {repair}",
                outcome=_OUTCOMES[one.outcome],
                what=one.what,
                found=one.found,
                repair=one.repair,
            )
