"""The vehicle's own tables: closing, fees, accounts, support, steps."""

from __future__ import annotations

from typing import Any

from securitize.assets.proceeds import proceeds
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.steps import PRIORITIES
from securitize.definitions.figures import RATINGS
from securitize.engine.calculation import Calculation
from securitize.engine.periods import periods
from securitize.tables.rows import Rows
from securitize.waterfall.issuance import closing_statement

#: column of the table -> line of the plan
SUPPORT = {
    "drawn": "drawn",
    "reimbursed": "reimbursed",
    "outstanding": "outstanding",
    "limit_used": "used",
    "interest_charged": "interest_charged",
    "interest_paid": "interest_paid",
    "interest_unpaid": "interest_due",
    "fee_charged": "fee_charged",
    "fee_paid": "fee_paid",
    "fee_unpaid": "fee_due",
}


def closing(calculation: Calculation) -> dict[str, list[Any]]:
    """Sources and uses on the first day."""
    rows = Rows("side", "item", "party", "currency", "amount")
    deal, received = calculation.prepared.deal, dict[str, int]()
    for contract in calculation.prepared.pool.contracts.values():
        paid_to = contract.proceeds_to
        received[paid_to] = received.get(paid_to, 0) + proceeds(contract)
    for entry in closing_statement(deal, received):
        rows.add(entry.side, entry.item, entry.party, deal.currency, entry.amount)
    return rows.columns


def fees(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a fee and payment date."""
    names = list(calculation.prepared.deal.fees)
    return _lines(calculation, "fee", names, ["accrued", "due", "pending", "paid", "unpaid"])


def accounts(calculation: Calculation) -> dict[str, list[Any]]:
    """One row an account and payment date."""
    names = list(calculation.prepared.deal.accounts)
    columns = _lines(calculation, "account", names, ["opening", "interest", "in", "out", "closing"])
    targets = [calculation.lines.get(("account", name, "target")) for name in names]
    columns["target"] = [
        None if target is None else int(target[t]) for target in targets for t, _, _ in periods(calculation)
    ]
    return columns


def _lines(calculation: Calculation, kind: str, names: list[str], lines: list[str]) -> dict[str, list[Any]]:
    rows = Rows(kind, "period", "payment_date", "currency", *lines)
    for name in names:
        for t, period, day in periods(calculation):
            amounts = [int(calculation.lines[(kind, name, line)][t]) for line in lines]
            rows.add(name, period, day, calculation.prepared.deal.currency, *amounts)
    return rows.columns


def support(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a support and payment date; what it can still pay is null where it has no limit."""
    rows = Rows(
        "support", "period", "payment_date", "currency", *SUPPORT, "available", "provider_pays", "provider_rating"
    )  # fmt: skip
    given, currency = calculation.resolved.given, calculation.prepared.deal.currency
    for name, terms in calculation.prepared.deal.support.items():
        left = calculation.lines.get(("support", name, "left"))
        pays, ratings = given.get(f"pays.{name}"), given.get(f"rating.{name}")
        for t, period, day in periods(calculation):
            amounts = [int(calculation.lines[("support", name, line)][t]) for line in SUPPORT.values()]
            available = None if left is None else int(left[t])
            rating = terms.rating if ratings is None or terms.rating is None else RATINGS[int(ratings[t])]
            share = RATE_UNITS if pays is None else int(pays[t])
            rows.add(name, period, day, currency, *amounts, available, share, rating)
    return rows.columns


def limits(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a named limit and payment date."""
    return _lines(calculation, "limit", list(calculation.prepared.deal.limits), ["left"])


def steps(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a payee of every step that ran, in the order of payment."""
    rows = Rows(
        "period", "payment_date", "priority", "step", "member", "step_name", "payee", "currency",
        "due", "available", "paid", "supported", "shortfall", "account", "account_after",
    )  # fmt: skip
    lines, resolved = calculation.lines, calculation.resolved
    for t, period, day in periods(calculation):
        priority = PRIORITIES[int(lines[("priority",)][t])]
        for index, resolved_step in enumerate(resolved.priorities[priority]):
            place = ("step", priority, str(index))
            if (*place, "ran") not in lines or not lines[(*place, "ran")][t]:
                continue
            available = int(lines[(*place, "available")][t])
            members = range(len(resolved_step.payees))
            left = available - sum(int(lines[(*place, str(i), "paid")][t]) for i in members)
            for i in members:
                due, paid, supported = (
                    int(lines[(*place, str(i), k)][t]) for k in ("due", "paid", "supported")
                )
                rows.add(
                    period, day, priority, index + 1, i + 1, resolved_step.step.name,
                    resolved_step.step.pay[i],
                    calculation.prepared.deal.currency, due, available, paid, supported, due - paid -
                    supported,
                    " + ".join(resolved_step.sources), left,
                )  # fmt: skip
    return rows.columns
