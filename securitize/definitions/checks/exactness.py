"""Amounts, rates and days are small enough for whole-number arithmetic to be exact.

A product a × b / c is exact while a, b, c < 2^53 and the quotient < 2^50
(:mod:`securitize.base.arithmetic`). Operands are bounded by the figures' own range; here the quotients are, by the
bound to which a run holds its collections too (:mod:`securitize.definitions.deals.bounds`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import exp, log1p
from typing import assert_never

from securitize.base.closed import complete
from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.bounds import amount_limit
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.fees import (
    BalanceFee,
    CollectionsFee,
    Fee,
    FixedFee,
    OneOffFee,
    PaymentsFee,
    ScheduledFee,
)
from securitize.definitions.deals.notes import Note, UnpaidAtCoupon, UnpaidAtCouponPlus, UnpaidAtFixedRate
from securitize.definitions.deals.rates import FixedRate, FloatingRate, RateRule, StepUpRate, ZeroRate
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.pools.contracts import (
    LeaseBack,
    LicenceBack,
    PledgedLoan,
    ProjectedClaim,
    Receivable,
    TrustLoan,
)
from securitize.definitions.pools.instalments import ContractRate, FixedContractRate, LprRate
from securitize.definitions.pools.pool import Contract, Pool
from securitize.definitions.pools.royalties import ProjectedRoyalty, RunningRoyalty

#: The field that says how large a contract is.
_SIZED: Mapping[str, str] = complete(
    Contract,
    {
        "pledged-loan": "principal",
        "trust-loan": "principal",
        "licence-back": "lump_sum",
        "lease-back": "price",
        "supply-chain": "amount",
        "projected": "cash",
        "running-royalty": "sales",
        "projected-royalty": "cash",
    },
    by="kind",
)


def below(limit: int, currency: str) -> str:
    """The repair of amounts that are too large."""
    return Message("write amounts below {limit:,} in all", limit=amount_in(limit, currency))


def highest_rate(coupon: RateRule) -> int:
    """The highest rate of a coupon, units of 1e-8; a floating one without a cap is bounded by 20% and its margin."""
    match coupon:
        case ZeroRate():
            return 0
        case FixedRate():
            return coupon.rate
        case StepUpRate():
            return max(coupon.rate, *(step.rate for step in coupon.steps))
        case FloatingRate():
            bound = RATE_UNITS // 5 + max(0, coupon.margin) if coupon.cap is None else coupon.cap
            return max(bound, coupon.floor, coupon.first_rate or 0)
        case _:
            assert_never(coupon)


def _highest_on_unpaid(note: Note) -> int:
    """The highest rate at which what is not paid grows: the coupon with all its steps, or more."""
    coupon = max([highest_rate(note.coupon), *note.new_coupons]) + sum(step.add for step in note.coupon_steps)
    match bears := note.unpaid_bears:
        case UnpaidAtFixedRate():
            return max(coupon, bears.rate)
        case UnpaidAtCouponPlus():
            return coupon + bears.margin
        case UnpaidAtCoupon() | None:
            return coupon
        case _:
            assert_never(bears)


def amounts_of_a_deal_stay_exact(view: DealView) -> Iterator[Problem]:
    """Notes with all their interest, unpaid to the end, and accounts, are below the bound (SEC270)."""
    deal, limit = view.deal, amount_limit(view.deal)
    years = max(0, (deal.dates.legal_final - min(deal.dates.cut_off, deal.dates.closing)).days) / 360 + 1
    called = deal.issuer_call.every_price if deal.issuer_call else ()
    total = 0.0
    for name, note in deal.notes.items():
        growth = min(700, log1p(_highest_on_unpaid(note) / RATE_UNITS) * years)
        price = max([RATE_UNITS, note.price, *called]) / RATE_UNITS
        total += note.balance * price * exp(growth)
        if total >= limit:
            what = "notes with their interest grow too large to be computed exactly"
            yield view.problem(
                ("notes", name, "balance"),
                what,
                amount_in(note.balance, deal.currency),
                below(limit, deal.currency),
                "SEC270",
            )
            return
    for name, account in deal.accounts.items():
        total += account.opening
        if total >= limit:
            what = "notes and accounts are too large to be computed exactly"
            at = ("accounts", name, "opening")
            yield view.problem(
                at, what, amount_in(account.opening, deal.currency), below(limit, deal.currency), "SEC270"
            )
            return
    for name, fee in deal.fees.items():
        amount, listed = _of_fee(fee)
        total += amount * 12 * years + listed
        if total >= limit:
            what, key = "fees are too large to be computed exactly", "payments" if listed else "amount"
            yield view.problem(
                ("fees", name, key),
                what,
                amount_in(amount or listed, deal.currency),
                below(limit, deal.currency),
                "SEC270",
            )
            return


def _of_fee(fee: Fee) -> tuple[int, int]:
    """The largest amount of a fee on one date, and the sum of those listed; minor units."""
    match fee:
        case OneOffFee():
            return fee.amount, 0
        case ScheduledFee():
            return 0, sum(payment.amount for payment in fee.payments)
        case FixedFee():
            return max(fee.amount, (fee.change.amount if fee.change else None) or 0), 0
        case BalanceFee() | CollectionsFee() | PaymentsFee():
            return (fee.change.amount if fee.change else None) or 0, 0
        case _:
            assert_never(fee)


def amounts_of_a_pool_stay_exact(pool: Loaded[Pool]) -> Iterator[Problem]:
    """All contracts with all their interest are below the bound (SEC270)."""
    yield from _contracts_below(amount_limit(None), pool)


def contracts_stay_exact_in_the_deal(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """All contracts with all their interest are below the bound of the deal, which its multiples lower (SEC270)."""
    if (limit := amount_limit(deal.model)) < amount_limit(None):
        yield from _contracts_below(limit, pool)


def _contracts_below(limit: int, pool: Loaded[Pool]) -> Iterator[Problem]:
    total, currency = 0.0, pool.model.currency
    for name, contract in pool.model.contracts.items():
        sized = _SIZED[contract.kind]
        for key, amount in ((sized, _largest_sum(contract)), *_beside_sales(contract)):
            total += amount
            if total >= limit:
                what = "contracts with their interest are too large to be computed exactly"
                found = amount_in(contract.opening if key == sized else int(amount), currency)
                yield pool.problem(("contracts", name, key), what, found, below(limit, currency), "SEC270")
                return


def _beside_sales(contract: Contract) -> Iterator[tuple[str, int]]:
    """What a royalty may pay that is no share of its sales, minor units, by the field that says it."""
    match contract:
        case RunningRoyalty():
            yield "milestones", sum(one.amount for one in contract.milestones)
            if minimum := contract.minimum:
                ends = [end for end, _ in contract.reports()]
                match minimum.per:
                    case "period":
                        times = len(ends)
                    case "year":
                        times = len({end.year for end in ends})
                    case _:
                        assert_never(minimum.per)
                yield "minimum", minimum.amount * times
        case (
            PledgedLoan()
            | LicenceBack()
            | LeaseBack()
            | Receivable()
            | TrustLoan()
            | ProjectedClaim()
            | ProjectedRoyalty()
        ):
            return
        case _:
            assert_never(contract)


def _largest_sum(contract: Contract) -> float:
    """All that a contract may pay, minor units."""
    match contract:
        case PledgedLoan() | LicenceBack() | LeaseBack() | Receivable() | TrustLoan() | ProjectedClaim():
            years = (contract.instalment_dates()[-1] - contract.start).days / 360
            rate = _highest_of_contract(contract.rate_rule)
            return contract.opening * (1 + rate / RATE_UNITS * years)
        case RunningRoyalty() | ProjectedRoyalty():
            return float(sum(amount for _, amount in contract.reports()))
        case _:
            assert_never(contract)


def _highest_of_contract(rule: ContractRate) -> int:
    match rule:
        case FixedContractRate():
            return rule.rate
        case LprRate():
            # The loan prime rate has never been above 6%; 20% bounds it.
            return RATE_UNITS // 5 + max(0, rule.margin)
        case _:
            assert_never(rule)


OF_THE_WHOLE: tuple[Check, ...] = (amounts_of_a_deal_stay_exact,)
OF_PAIRS = (contracts_stay_exact_in_the_deal,)
