"""What each company pays beside its contract, dated.

Source: ``docs/reference/financing-cost.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS
from securitize.definitions.financing.costs import CompanyCost
from securitize.financing.cash import Cash, group_of
from securitize.financing.debts import Amounts, balance_days, half_even
from securitize.financing.facility import DatedCost


@dataclass(frozen=True, slots=True)
class CompanyTerms:
    """What is known of a company beside its contracts; money in minor units."""

    company: str
    place: str
    revenue: int | None
    appraised_value: int | None
    attributes: Mapping[str, str]
    receivables: int | None = None
    equipment: int | None = None


def dated_costs(
    name: str,
    cost: CompanyCost,
    balances: Amounts,
    settled: dt.date,
    appraised_value: int | None,
) -> list[tuple[str, DatedCost]]:
    """The dates and amounts of a cost, with its name.

    balances : of one loan, the first when it is drawn
    Raises ValueError where a share of an appraised value is asked for and none is known.
    """
    drawn, principal = balances[0]
    match cost.due:
        case "yearly":
            days = [drawn]
            while (day := add_months(drawn, 12 * len(days))) < settled:
                days.append(day)
            ends = [*days[1:], settled]
            anniversaries = [add_months(drawn, 12 * (k + 1)) for k in range(len(days))]
        case "drawn":
            days, ends, anniversaries = [drawn], [settled], [settled]
        case "settled":
            days, ends, anniversaries = [settled], [settled], [settled]
        case _:
            assert_never(cost.due)
    found = []
    for day, end, whole in zip(days, ends, anniversaries, strict=True):
        amount = _amount(cost, balances, (day, end), principal, appraised_value)
        if cost.shortens:
            # The last year costs by its days.
            amount = half_even(amount * (end - day).days, (whole - day).days)
        if amount:
            vat = half_even(amount * cost.vat, RATE_UNITS)
            found.append((name, DatedCost(cost.component, day, amount, vat, cost.in_advance)))
    return found


def _amount(
    cost: CompanyCost,
    balances: Amounts,
    year: tuple[dt.date, dt.date],
    principal: int,
    appraised_value: int | None,
) -> int:
    if cost.amount is not None:
        return cost.amount
    assert cost.rate is not None
    match cost.of:
        case "balance":
            # In advance on what is owed then, for the days until the next payment.
            owed = [amount for day, amount in balances if day <= year[0]][-1]
            owed_days = balance_days(((year[0], owed), (year[1], 0)), *year)
            return half_even(owed_days * cost.rate, 365 * RATE_UNITS)
        case "appraised-value":
            if appraised_value is None:
                raise ValueError("no appraised value is known")
            return half_even(appraised_value * cost.rate, RATE_UNITS)
        case "principal":
            return half_even(principal * cost.rate, RATE_UNITS)
        case _:
            assert_never(cost.of)


def cash_of_costs(costs: Sequence[tuple[str, DatedCost]], vat_deductible: bool) -> list[Cash]:
    """Costs as cash of the company; VAT is a component of its own, and none where it comes back at once."""
    rows = []
    for name, cost in costs:
        rows.append(Cash(cost.date, group_of(cost.component), name, -cost.amount))
        if cost.vat and not vat_deductible:
            rows.append(Cash(cost.date, "tax", "VAT", -cost.vat))
    return rows


def contract_costs(interest: Amounts, vat_rate: int) -> list[DatedCost]:
    """Contract interest, VAT included, as a policy sees it: without VAT, and the VAT."""
    found = []
    for day, amount in interest:
        vat = half_even(amount * vat_rate, RATE_UNITS + vat_rate)
        found.append(DatedCost("interest", day, amount - vat, vat))
    return found
