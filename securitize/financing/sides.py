"""One company's financing, described in the same way for the securitization and for each alternative.

Source: ``docs/reference/financing-cost.md``, sections 1 and 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from securitize.definitions.financing.financing import Financing
from securitize.financing.cash import Cash
from securitize.financing.debts import Amounts, Charge, Debt, by_date, running
from securitize.financing.facility import Facility
from securitize.financing.terms import CompanyTerms, cash_of_costs, contract_costs, dated_costs

SECURITIZATION: Final = "securitization"
#: Components of principal that open a side: what is drawn, in mid-life what is owed on the day.
DRAWN: Final = "drawn"
OWED: Final = "owed"


@dataclass(frozen=True, slots=True)
class Side:
    """One way in which a company is financed.

    name     : "securitization", or that of the alternative
    cash     : all of it but subsidies, the company's side, in order of dates
    facility : the same as a policy sees it
    accrual  : the day the money is drawn and the days on which interest is paid
    defaults : whether some principal is never repaid: it then has no cost
    charged  : rows of the cash that are charged for time;  charges : since when, in any unit of its own on each date
    """

    name: str
    company: str
    cash: tuple[Cash, ...]
    facility: Facility
    accrual: tuple[dt.date, ...]
    defaults: bool = False
    charged: tuple[Cash, ...] = ()
    charges: tuple[Charge, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What is tried in place of what is: a rate more on the balance, a fee more when the money is drawn.

    running : units of 1e-8 a year, paid with interest;  fee : units of 1e-8 of the principal
    """

    running: int = 0
    fee: int = 0


UNCHANGED = Change()


def securitized(
    debt: Debt,
    interest_parts: Sequence[Cash],
    terms: CompanyTerms,
    financing: Financing,
    issue_size: int | None,
    change: Change = UNCHANGED,
) -> Side:
    """The securitization's side of one company.

    interest_parts : what the contracts charge beyond principal, as its parts, which sum to it on each date
    Raises ValueError where a cost asks for an appraised value that is not known.
    """
    accrual = (debt.drawn, *sorted({day for day, _ in debt.interest} or {debt.settled}))
    costs = [
        one
        for name, cost in financing.costs.items()
        for one in dated_costs(name, cost, debt.balances, debt.settled, terms.appraised_value)
    ]
    more = running(debt.balances, accrual, change.running, 365) if change.running else ()
    fee = round(debt.principal * change.fee / 1e8)
    charged = contract_costs(by_date((*debt.interest, *more)), financing.interest_vat)
    by_time = [*interest_parts]
    by_time += [Cash(day, "margin", "change of the rate", -amount) for day, amount in more if amount]
    if financing.vat_deductible:
        by_time += [Cash(cost.date, "tax", "VAT deducted", cost.vat) for cost in charged if cost.vat]
    rows = [*principal_cash(debt.advances, debt.repayments), *by_time]
    rows += [Cash(debt.drawn, "fee", "change of the fee", -fee)] if fee else []
    rows += deposit_cash(debt.deposits, debt.settled)
    rows += cash_of_costs(costs, financing.vat_deductible)
    facility = Facility(
        company=debt.company,
        instrument=SECURITIZATION,
        supports=frozenset(financing.supports),
        place=terms.place,
        drawn=debt.drawn,
        settled=debt.settled,
        principal=debt.principal,
        balances=debt.balances,
        costs=tuple(sorted([*charged, *(cost for _, cost in costs)], key=lambda cost: cost.date)),
        revenue=terms.revenue,
        issue_size=issue_size,
        attributes=terms.attributes,
    )
    return Side(
        SECURITIZATION,
        debt.company,
        in_order(rows),
        facility,
        accrual,
        debt.defaults,
        charged=in_order(by_time),
        charges=debt.charged,
    )


def opened_with(cash: Iterable[Cash]) -> int:
    """The principal with which a side begins, minor units."""
    return sum(row.amount for row in cash if row.component in (DRAWN, OWED))


def principal_cash(advances: Amounts, repayments: Amounts) -> list[Cash]:
    """What is drawn and repaid."""
    rows = [Cash(day, "principal", DRAWN, amount) for day, amount in advances if amount]
    return rows + [Cash(day, "principal", "repaid", -amount) for day, amount in repayments if amount]


def deposit_cash(deposits: Amounts, settled: dt.date) -> list[Cash]:
    """What is left as security, and comes back when all is settled."""
    rows = [Cash(day, "deposit", "deposit", -amount) for day, amount in deposits if amount]
    total = sum(amount for _, amount in deposits)
    return [*rows, Cash(settled, "deposit", "deposit", total)] if total else rows


def in_order(rows: Sequence[Cash]) -> tuple[Cash, ...]:
    """By date; rows of one date, group and component added up; nothing that comes to 0."""
    sums: dict[tuple[dt.date, str, str], Cash] = {}
    for row in rows:
        key = (row.date, row.group, row.component)
        before = sums[key].amount if key in sums else 0
        sums[key] = Cash(row.date, row.group, row.component, before + row.amount)
    return tuple(sums[key] for key in sorted(sums) if sums[key].amount)
