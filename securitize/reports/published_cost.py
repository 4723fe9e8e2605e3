"""What ``securitize savings CASE --solve TERM`` prints."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from securitize.reports.terminal import NOTHING, Column, print_line, print_table

if TYPE_CHECKING:
    from securitize.studies.savings.published_cost import TermSolution


def print_solved(solved: TermSolution) -> None:
    """A missing term found from the published cost, and how it stands to what was expected."""
    about = f"{solved.low_target:.4%}" + (
        f" to {solved.high_target:.4%}" if solved.high_target != solved.low_target else ""
    )
    print_line(
        "{name}: {term} from a published cost of {about} ({basis}, {subsidy} subsidy)",
        name=solved.name,
        term=solved.term,
        about=about,
        basis=solved.basis,
        subsidy=solved.subsidy,
    )
    rows = []
    for one in solved.found:
        value = NOTHING if one.value is None else _term(one.value, solved.is_amount)
        there = NOTHING if one.cost is None else f"{one.cost:.6%}"
        rows.append([f"{one.target:.4%}", value, there, one.judged])
    columns = [
        Column("published 已披露", right=True),
        Column(f"{solved.term}", right=True),
        Column("cost there 复算", right=True),
        Column("judged 判断", wraps=True),
    ]
    print_table("Solved 求解", columns, rows)
    if solved.expected is not None:
        low, high, reason = solved.expected
        print_line(
            "expected before solving: {term} to {term_2}: {reason}",
            term=_term(low, False),
            term_2=_term(high, False),
            reason=reason,
        )
    print_line(
        "as the file has it: {term}; other terms as the file says",
        term=_term(solved.as_written, solved.is_amount),
    )


def _term(value: int, is_amount: bool) -> str:
    return f"{Decimal(value).scaleb(-2):,.2f}" if is_amount else f"{Decimal(value).scaleb(-6):.4f}%"
