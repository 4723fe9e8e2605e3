"""Alternative financing of each company: the same amount for the same time, where it is available.

Source: ``docs/reference/financing-cost.md``, section 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal, assert_never, get_args

from securitize.base.dates import add_months, months_between
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.figures import months
from securitize.definitions.financing.alternative import Alternative
from securitize.definitions.financing.costs import OF_EQUIPMENT, OF_RECEIVABLES
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
from securitize.financing.late import paid_late
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
    "nothing to sell",
    "joint limit",
    "default",
    "one side only",
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
    one_sided: str | None = None,
) -> tuple[Offer, ...]:
    """The alternative for each company, in the order of ``debts``; what remains of it after ``since``, if given.

    one_sided : why nothing can be compared, where the scenario moves the deal alone
    Raises DefinitionError where an index rate is needed that the market does not hold.
    """
    reasons: list[Refusal] = [
        _refused(alternative, debt, known) for debt, known in zip(debts, terms, strict=True)
    ]
    if one_sided is not None:
        reasons = [("one side only", one_sided) for _ in debts]
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
    if refused := _of_what_it_has(alternative, debt, known, asked):
        return refused
    if any(cost.of_appraised_value for cost in alternative.costs.values()) and known.appraised_value is None:
        return "value unknown", "charges a share of an appraised value, which is not known"
    return "", ""


def _of_what_it_has(
    alternative: Alternative, debt: Debt, known: CompanyTerms, asked: Message
) -> Refusal | None:
    """Why what the company sells or pledges does not suffice; None where it does, or nothing is asked for."""
    if alternative.instrument in OF_RECEIVABLES:
        held, share = known.receivables, Message("of the receivables")
        unknown = "finances receivables, and the company is not known to have any"
    elif alternative.instrument in OF_EQUIPMENT:
        held, share = known.equipment, Message("of the equipment")
        unknown = "finances equipment, and the company is not known to have any"
    elif alternative.advance_rate is not None:
        if known.appraised_value is None:
            return "value unknown", "lends on an appraised value, which is not known"
        held, share, unknown = known.appraised_value, Message("of the appraised value"), ""
    else:
        return None
    if held is None:
        return "nothing to sell", unknown
    rate = RATE_UNITS if alternative.advance_rate is None else alternative.advance_rate
    most = held * rate // RATE_UNITS
    if debt.principal <= most:
        return None
    return "advance rate", Message(
        "lends at most {most:,} ({rate} {share}), {asked}",
        most=amount_in(most, alternative.currency),
        rate=f"{rate / 1e6:.4g}%",
        share=share,
        asked=asked,
    )


def borrowed(alternative: Alternative, debt: Debt, known: CompanyTerms, history: IndexHistory) -> Side:
    """The alternative's side of one company that can have it: as it pays the one, it would pay the other."""
    found = _on_time(alternative, debt.on_time or debt, known, history)
    return paid_late(found, debt.late, debt.repaid_early) if debt.late else found


def _on_time(alternative: Alternative, debt: Debt, known: CompanyTerms, history: IndexHistory) -> Side:
    drawn, settled = debt.drawn, debt.settled
    loans = _loans(drawn, settled, alternative.tenor)
    every = months(alternative.interest_every)
    basis = int(alternative.day_count.rpartition("/")[2].rstrip("F"))
    balances, early = _balances(alternative, debt, history, basis, every)
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
            if cost.of_loan(since == drawn, until == settled):
                costs += dated_costs(name, cost, owed, until, known.appraised_value)
    costs += _prepayment_fees(alternative, debt, early)
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


def _balances(
    alternative: Alternative, debt: Debt, history: IndexHistory, basis: int, every: int
) -> tuple[Amounts, Amounts]:
    """What is owed after each date, and what is repaid early, by date."""
    match alternative.repayment:
        case "as-securitization":
            return debt.balances, debt.repaid_early
        case "bullet" | "level-payment" as repayment:
            agreed = debt.agreed or debt
            dates = interest_dates(agreed.drawn, agreed.settled, every)
            rate = _rate(alternative, history, agreed.drawn, agreed.drawn)
            after = repaid_balances(agreed.principal, dates, rate, basis, repayment)
            return _repaid_early(((agreed.drawn, agreed.principal), *after), debt)
        case _:
            assert_never(alternative.repayment)


def _repaid_early(balances: Amounts, debt: Debt) -> tuple[Amounts, Amounts]:
    """A loan's own balances where the company repays early, and what it repays so, by date.

    Of what is owed on the day, its instalment of that day being paid, the same share; all when the company settles.
    """
    shares = {day: Fraction(after, after + amount) for day, amount, after in _early(debt)}
    own, owed, left = dict(balances), 0, Fraction(1)
    found: list[tuple[dt.date, int]] = []
    early: list[tuple[dt.date, int]] = []
    for day in sorted({*own, *shares, debt.settled}):
        owed = own.get(day, owed)
        before, left = int(owed * left), left * shares.get(day, Fraction(1))
        after = 0 if day >= debt.settled else int(owed * left)
        if before > after:
            early.append((day, before - after))
        found.append((day, after))
        if day >= debt.settled:
            break
    return tuple(found), tuple(early)


def _early(debt: Debt) -> list[tuple[dt.date, int, int]]:
    """Each day of an early repayment, its amount, and what is owed after it."""
    owed = dict(debt.balances)
    return [(day, amount, owed[day]) for day, amount in debt.repaid_early if day in owed]


def _prepayment_fees(alternative: Alternative, debt: Debt, early: Amounts) -> list[tuple[str, DatedCost]]:
    """The fee on what is repaid early, but on a day on which a loan ends anyhow."""
    agreed = debt.agreed or debt
    ends = {until for _, until in _loans(agreed.drawn, agreed.settled, alternative.tenor)}
    return [
        ("prepayment fee", DatedCost("other fee", day, fee, 0))
        for day, amount in early
        if day not in ends and (fee := half_even(amount * alternative.prepayment_fee, RATE_UNITS))
    ]


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
