"""All money of the vehicle on each payment date: opening balances, receipts, payments, closing balances."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from securitize.definitions.deals.steps import IN_FORCE
from securitize.engine.calculation import Calculation
from securitize.engine.periods import periods
from securitize.tables.rows import Rows
from securitize.waterfall.plan import Line

#: column of the table -> the lines that it sums, by what they are kept of
SUMS = {
    "opening": [("account", "opening")],
    "account_interest": [("account", "interest")],
    "supported": [("support", "drawn")],
    "to_fees": [("fee", "paid")],
    "to_interest": [("note", "interest_paid")],
    "to_principal": [("note", "principal_paid")],
    "to_premium": [("note", "premium_paid")],
    "to_residual": [("note", "residual_paid")],
    "to_support": [("support", "reimbursed"), ("support", "interest_paid"), ("support", "fee_paid")],
    "to_failed_banks": [("account", "lost")],
    "closing": [("account", "closing")],
}
SINGLE = {
    "call_price": ("call_price",),
    "to_originator": ("originator",),
    "final_distribution": ("final_distribution",),
    "principal_distribution_left": ("distribution_left",),
}


def payment_dates(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a payment date."""
    rows = Rows("payment_dates")
    lines, currency = calculation.lines, calculation.prepared.deal.currency
    streams = [line for line in lines if line[0] == "collections"]
    summed = {name: list(_lines_of(lines, kinds)) for name, kinds in SUMS.items()}
    for t, period, day in periods(calculation):

        def at(line: Line, t: int = t) -> int:
            return int(lines[line][t]) if line in lines else 0

        issuer = bool(at(("issuer_call",)))
        clean_up = bool(at(("call",))) and not issuer
        rows.add(
            period=period,
            payment_date=day,
            priority=IN_FORCE[at(("priority",))],
            clean_up_call=clean_up,
            issuer_call=issuer,
            currency=currency,
            collections=sum(map(at, streams)),
            **{name: sum(map(at, found)) for name, found in summed.items()},
            **{name: at(line) for name, line in SINGLE.items()},
        )
    return rows.columns


def _lines_of(lines: Iterable[Line], kinds: list[tuple[str, str]]) -> Iterable[Line]:
    return (line for line in lines if len(line) == 3 and (line[0], line[2]) in kinds)
