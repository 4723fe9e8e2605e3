"""What ``securitize savings CASE --solve TERM`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from securitize.base.closed import complete
from securitize.base.messages import Message
from securitize.base.money import in_figures
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.financing.financing import PublishedBasis, PublishedSubsidy
from securitize.reports.terminal import NOTHING, Column, print_line, print_table

if TYPE_CHECKING:
    from securitize.studies.savings.published_cost import TermSolution


_BASES: Mapping[PublishedBasis, Message] = complete(
    PublishedBasis, {"simple": Message("plain sum"), "effective": Message("effective rate")}
)
_SUBSIDIES: Mapping[PublishedSubsidy, Message] = complete(
    PublishedSubsidy, {"before": Message("before subsidies"), "after": Message("after subsidies")}
)


def print_solved(solved: TermSolution) -> None:
    """A missing term back-solved from the published cost, and how it stands to what was expected."""
    print_line(
        "{name}: {term}, back-solved from the published cost ({basis}, {subsidy})",
        name=solved.name,
        term=solved.term,
        basis=_BASES[solved.basis],
        subsidy=_SUBSIDIES[solved.subsidy],
    )
    rows = []
    for one in solved.found:
        value = NOTHING if one.value is None else _term(one.value, solved.is_amount, solved.currency)
        there = NOTHING if one.cost is None else f"{one.cost:.6%}"
        rows.append([f"{one.target:.4%}", value, there, Message(one.judged)])
    columns = [
        Column("Published cost", right=True),
        Column("Back-solved term", right=True),
        Column("Cost recalculated", right=True),
        Column("Against the range expected", wraps=True),
    ]
    print_table("Term back-solved", columns, rows)
    if solved.expected is not None:
        low, high, reason = solved.expected
        print_line(
            "expected before: {low} to {high}: {reason}",
            low=_term(low, False, solved.currency),
            high=_term(high, False, solved.currency),
            reason=reason,
        )
    print_line(
        "the file has {term}; all other terms are as in the file",
        term=_term(solved.as_written, solved.is_amount, solved.currency),
    )


def _term(value: int, is_amount: bool, currency: str) -> str:
    return in_figures(amount_in(value, currency)) if is_amount else f"{Decimal(value).scaleb(-6):.4f}%"
