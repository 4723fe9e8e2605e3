"""Alternative financing of each company: the same amount for the same time, where it is available.

Source: ``docs/reference/financing-cost.md``, section 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, assert_never, get_args

from securitize.base.dates import add_months, months_between
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.figures import months
from securitize.definitions.financing.alternative import Alternative
from securitize.definitions.pools.instalments import FixedContractRate, LprRate
from securitize.financing.cash import Cash
from securitize.financing.debts import (
    Amounts,
    Charge,
    Debt,
    balance_days,
    by_date,
    half_even,
    interest_dates,
    repaid_balances,
)
from securitize.financing.facility import DatedCost, Facility
from securitize.financing.remaining import remaining
from securitize.financing.sides import Side, deposit_cash, in_order, principal_cash
from securitize.financing.terms import CompanyTerms, cash_of_costs, contract_costs, dated_costs
from securitize.market.lpr import IndexHistory

#: Why a company cannot have an alternative; empty where it can.
Reason = Literal[
    "",
    "not offered then",
    "amount too small",
    "amount too large",
    "revenue",
    "not eligible",
    "advance rate",
    "value unknown",
    "joint limit",
    "default",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
Refusal = tuple[Reason, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """An alternative for one company; ``side`` is None where it cannot have it: ``why`` tells the reason in full."""

    alternative: str
    company: str
    side: Side | None
    reason: Reason
    why: str


def offers(
    alternative: Alternative,
    debts: Sequence[Debt],
    terms: Sequence[CompanyTerms],
    history: IndexHistory,
    since: dt.date | None = None,
) -> tuple[Offer, ...]:
    """The alternative for each company, in the order of ``debts``; what remains of it after ``since``, if given.

    Raises DefinitionError where an index rate is needed that the market does not hold.
    """
    reasons: list[Refusal] = [
        _refused(alternative, debt, known) for debt, known in zip(debts, terms, strict=True)
    ]
    if alternative.joint_limit is not None:
        left = alternative.joint_limit
        asking = [k for k, (reason, _) in enumerate(reasons) if not reason]
        for k in sorted(asking, key=lambda k: (debts[k].principal, debts[k].company)):
            if debts[k].principal <= left:
                left -= debts[k].principal
            else:
                limit = amount_in(alternative.joint_limit, alternative.currency)
                reasons[k] = (
                    "joint limit",
                    Message("the joint limit of {limit:,} is used up by smaller loans", limit=limit),
                )
    found = []
    for debt, known, (reason, why) in zip(debts, terms, reasons, strict=True):
        side = None if reason else borrowed(alternative, debt, known, history)
        if side is not None and since is not None:
            side = remaining(side, since)
        found.append(Offer(alternative.name, debt.company, side, reason, why))
    return tuple(found)


def _refused(alternative: Alternative, debt: Debt, known: CompanyTerms) -> Refusal:
    """Why the company cannot have it, in a word and in full; empty where it can."""
    if debt.defaults:
        return "default", "the company does not repay what it owes on this path: nothing is compared"
    asked = Message("{principal:,} is needed", principal=amount_in(debt.principal, alternative.currency))
    if alternative.offered_from and debt.drawn < alternative.offered_from:
        return "not offered then", Message(
            "offered from {offered_from} on", offered_from=alternative.offered_from
        )
    if alternative.offered_until and debt.drawn > alternative.offered_until:
        return "not offered then", Message(
            "offered until {offered_until}", offered_until=alternative.offered_until
        )
    if alternative.least_amount is not None and debt.principal < alternative.least_amount:
        return "amount too small", Message(
            "lends at least {least_amount:,}, {asked}",
            least_amount=amount_in(alternative.least_amount, alternative.currency),
            asked=asked,
        )
    if alternative.most_amount is not None and debt.principal > alternative.most_amount:
        return "amount too large", Message(
            "lends at most {most_amount:,}, {asked}",
            most_amount=amount_in(alternative.most_amount, alternative.currency),
            asked=asked,
        )
    if alternative.least_revenue is not None:
        if known.revenue is None:
            return "revenue", "asks for the revenue, which is not known"
        if known.revenue < alternative.least_revenue:
            least, has = (
                amount_in(one, alternative.currency) for one in (alternative.least_revenue, known.revenue)
            )
            return "revenue", Message(
                "asks for a revenue of {least:,}, the company has {has:,}", least=least, has=has
            )
    for name, value in alternative.needs.items():
        if known.attributes.get(name) != value:
            return (
                "not eligible",
                Message(
                    "asks for {name} {value}, the company has {has}",
                    name=name,
                    value=value,
                    has=known.attributes.get(name) or Message("none"),
                ),
            )
    if alternative.advance_rate is not None:
        if known.appraised_value is None:
            return "value unknown", "lends on an appraised value, which is not known"
        most = known.appraised_value * alternative.advance_rate // RATE_UNITS
        if debt.principal > most:
            share = f"{alternative.advance_rate / 1e6:.4g}%"
            return (
                "advance rate",
                Message(
                    "lends at most {most:,} ({share} of the appraised value), {asked}",
                    most=amount_in(most, alternative.currency),
                    share=share,
                    asked=asked,
                ),
            )
    if any(cost.of_appraised_value for cost in alternative.costs.values()) and known.appraised_value is None:
        return "value unknown", "charges a share of an appraised value, which is not known"
    return "", ""


def borrowed(alternative: Alternative, debt: Debt, known: CompanyTerms, history: IndexHistory) -> Side:
    """The alternative's side of one company that can have it."""
    drawn, settled = debt.drawn, debt.settled
    loans = _loans(drawn, settled, alternative.tenor)
    every = months(alternative.interest_every)
    basis = int(alternative.day_count.rpartition("/")[2].rstrip("F"))
    balances = _balances(alternative, debt, history, basis, every)
    costs: list[tuple[str, DatedCost]] = []
    interest: list[tuple[dt.date, int]] = []
    accrual = [drawn]
    for since, until in loans:
        dates = (since, *interest_dates(since, until, every))
        accrual += dates[1:]
        for start, end in pairwise(dates):
            rated = sum(
                balance_days(balances, first, after) * _rate(alternative, history, since, first)
                for first, after in pairwise(_resets(alternative, since, start, end))
            )
            interest.append((end, half_even(rated, basis * RATE_UNITS)))
        owed = _part(balances, since, until)
        for name, cost in alternative.costs.items():
            costs += dated_costs(name, cost, owed, until, known.appraised_value)
    deposit = half_even(debt.principal * alternative.deposit, RATE_UNITS)
    changes = [(day, after - before) for (_, before), (day, after) in pairwise(((drawn, 0), *balances))]
    charged = contract_costs(by_date(interest), alternative.interest_vat)
    rows = principal_cash(
        tuple((day, change) for day, change in changes if change > 0),
        tuple((day, -change) for day, change in changes if change < 0),
    )
    by_time = [Cash(day, "interest", "interest", -amount) for day, amount in by_date(interest) if amount]
    if alternative.vat_deductible:
        by_time += [Cash(cost.date, "tax", "VAT deducted", cost.vat) for cost in charged if cost.vat]
    rows += by_time
    rows += deposit_cash(((drawn, deposit),), settled)
    rows += cash_of_costs(costs, alternative.vat_deductible)
    facility = Facility(
        company=debt.company,
        instrument=alternative.instrument,
        supports=frozenset(alternative.supports),
        place=known.place,
        drawn=drawn,
        settled=settled,
        principal=debt.principal,
        balances=balances,
        costs=tuple(sorted([*charged, *(cost for _, cost in costs)], key=lambda cost: cost.date)),
        revenue=known.revenue,
        issue_size=None,
        attributes=known.attributes,
    )
    return Side(
        alternative.name,
        debt.company,
        in_order(rows),
        facility,
        tuple(accrual),
        charged=in_order(by_time),
        charges=tuple(Charge(since, until, 1) for since, until in pairwise(accrual)),
    )


def _loans(drawn: dt.date, settled: dt.date, tenor: str | None) -> list[tuple[dt.date, dt.date]]:
    """One loan after another, each of the tenor, the last until all is settled."""
    if tenor is None:
        return [(drawn, settled)]
    return list(pairwise((drawn, *interest_dates(drawn, settled, months(tenor)))))


def _balances(alternative: Alternative, debt: Debt, history: IndexHistory, basis: int, every: int) -> Amounts:
    match alternative.repayment:
        case "as-securitization":
            return debt.balances
        case "bullet" | "level-payment" as repayment:
            dates = interest_dates(debt.drawn, debt.settled, every)
            rate = _rate(alternative, history, debt.drawn, debt.drawn)
            after = repaid_balances(debt.principal, dates, rate, basis, repayment)
            return ((debt.drawn, debt.principal), *after)
        case _:
            assert_never(alternative.repayment)


def _part(balances: Amounts, since: dt.date, until: dt.date) -> Amounts:
    """The balances of one loan: what is owed when it is drawn, and after each change until it is settled."""
    owed = [amount for day, amount in balances if day <= since][-1]
    inside = tuple((day, amount) for day, amount in balances if since < day < until)
    return ((since, owed), *inside, (until, 0))


def _resets(alternative: Alternative, since: dt.date, start: dt.date, end: dt.date) -> list[dt.date]:
    """The start and end of an interest period of a loan drawn on ``since``, and the reset dates between them."""
    match alternative.rate:
        case FixedContractRate():
            return [start, end]
        case LprRate(reset=reset):
            every = months(reset)
            place = months_between(since, start)[0] // every + 1
            found = [start]
            while (day := add_months(since, place * every)) < end:
                found.append(day)
                place += 1
            return [*found, end]
        case _:
            assert_never(alternative.rate)


def _rate(alternative: Alternative, history: IndexHistory, since: dt.date, day: dt.date) -> int:
    """Units of 1e-8, from ``day`` on, in a loan that was drawn on ``since``."""
    match alternative.rate:
        case FixedContractRate(rate=fixed):
            return fixed
        case LprRate(reset=reset, index=index, margin=margin):
            every = months(reset)
            whole, _ = months_between(since, day)
            return max(0, history.value(index, add_months(since, whole // every * every)) + margin)
        case _:
            assert_never(alternative.rate)
