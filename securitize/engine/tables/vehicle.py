"""The vehicle's own tables: closing, fees, accounts, support, steps."""

from __future__ import annotations

from typing import Any

from securitize.assets.proceeds import received
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.steps import IN_FORCE
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

PARTIES = {
    "recoveries_due": "recoveries_due",
    "recoveries": "recoveries",
    "capacity_available": "available",
    "supported": "supported",
    "paid_in_all": "paid",
    "capacity_left": "left",
}


def closing(calculation: Calculation) -> dict[str, list[Any]]:
    """Sources and uses on the first day."""
    rows = Rows("closing")
    deal = calculation.prepared.deal
    chinese = {cost.name: cost.name_zh or None for cost in deal.closing.costs}
    for entry in closing_statement(deal, received(calculation.prepared.pool)):
        rows.add(
            side=entry.side,
            item=entry.item,
            party=entry.party,
            party_zh=chinese.get(entry.party) if entry.item == "cost" else None,
            currency=deal.currency,
            amount=entry.amount,
        )
    return rows.columns


def fees(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a fee and payment date."""
    names = list(calculation.prepared.deal.fees)
    return _lines(calculation, "fees", "fee", names, ["accrued", "due", "pending", "paid", "unpaid"])


def accounts(calculation: Calculation) -> dict[str, list[Any]]:
    """One row an account and payment date."""
    names = list(calculation.prepared.deal.accounts)
    columns = _lines(
        calculation, "accounts", "account", names, ["opening", "interest", "in", "out", "closing"]
    )
    for line in ("target", "lost"):
        found = [calculation.lines.get(("account", name, line)) for name in names]
        columns[line] = [
            None if values is None else int(values[t]) for values in found for t, _, _ in periods(calculation)
        ]
    return columns


def _lines(
    calculation: Calculation, table: str, kind: str, names: list[str], lines: list[str]
) -> dict[str, list[Any]]:
    rows = Rows(table, (kind, "period", "payment_date", "currency", *lines))
    for name in names:
        for t, period, day in periods(calculation):
            amounts = {line: int(calculation.lines[(kind, name, line)][t]) for line in lines}
            currency = calculation.prepared.deal.currency
            rows.add(**{kind: name}, period=period, payment_date=day, currency=currency, **amounts)
    return rows.columns


def support(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a support and payment date; what it can still pay is null where it has no limit."""
    rows = Rows("support")
    given, currency = calculation.resolved.given, calculation.prepared.deal.currency
    for name, terms in calculation.prepared.deal.support.items():
        left = calculation.lines.get(("support", name, "left"))
        pays, ratings = given.get(f"pays.{name}"), given.get(f"rating.{name}")
        for t, period, day in periods(calculation):
            amounts = {
                column: int(calculation.lines[("support", name, line)][t]) for column, line in SUPPORT.items()
            }
            available = None if left is None else int(left[t])
            rating = terms.rating if ratings is None or terms.rating is None else RATINGS[int(ratings[t])]
            share = RATE_UNITS if pays is None else int(pays[t])
            rows.add(
                support=name,
                period=period,
                payment_date=day,
                currency=currency,
                available=available,
                provider_pays=share,
                provider_rating=rating,
                **amounts,
            )
    return rows.columns


def limits(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a named limit and payment date."""
    return _lines(calculation, "limits", "limit", list(calculation.prepared.deal.limits), ["left"])


def parties(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a party with a capacity and payment date."""
    rows = Rows("parties")
    for name in calculation.resolved.parties:
        for t, period, day in periods(calculation):
            amounts = {
                column: int(calculation.lines[("party", name, line)][t]) for column, line in PARTIES.items()
            }
            currency = calculation.prepared.deal.currency
            rows.add(party=name, period=period, payment_date=day, currency=currency, **amounts)
    return rows.columns


def steps(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a payee of every step that ran, in the order of payment."""
    rows = Rows("steps")
    lines, resolved = calculation.lines, calculation.resolved
    for t, period, day in periods(calculation):
        priority = IN_FORCE[int(lines[("priority",)][t])]
        for index, resolved_step in enumerate(resolved.steps_of(priority)):
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
                    period=period,
                    payment_date=day,
                    priority=priority,
                    step=index + 1,
                    member=i + 1,
                    step_name=resolved_step.step.name,
                    step_name_zh=resolved_step.step.name_zh or None,
                    payee=resolved_step.step.pay[i],
                    currency=calculation.prepared.deal.currency,
                    due=due,
                    available=available,
                    paid=paid,
                    supported=supported,
                    shortfall=due - paid - supported,
                    account=" + ".join(resolved_step.sources),
                    account_after=left,
                )
    return rows.columns
