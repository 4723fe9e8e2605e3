"""Rates and margins (SEC341)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.money import from_rate
from securitize.definitions.checks.plausible.outside import outside
from securitize.definitions.checks.rates import rate_rules
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.notes import (
    InterestOnUnpaid,
    UnpaidAtCoupon,
    UnpaidAtCouponPlus,
    UnpaidAtFixedRate,
)
from securitize.definitions.deals.rates import FixedRate, FloatingRate, RateRule, StepUpRate, ZeroRate
from securitize.definitions.documents.loaded import Fault, Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.hints import basis_points_are
from securitize.definitions.plausibility import bounds
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

#: Where a rate is written, the bounds that hold for it, and the rate, units of 1e-8.
Written = tuple[KeyPath, str, int]


def rates_of_a_deal_are_plausible(view: DealView) -> Iterator[Problem]:
    """Every rate and margin of a deal (SEC341, a warning)."""
    for at, name, rate in _of_deal(view):
        for fault in _outside(at, name, rate):
            yield view.problem(*fault)


def rates_of_contracts_are_plausible(pool: Loaded[Pool]) -> Iterator[Problem]:
    """Every rate and margin of a contract (SEC341, a warning)."""
    for contract_name, contract in pool.model.contracts.items():
        for at, name, rate in _of_contract(("contracts", contract_name), contract):
            for fault in _outside(at, name, rate):
                yield pool.problem(*fault)


def _outside(at: KeyPath, name: str, rate: int) -> Iterator[Fault]:
    """A rate beyond its bounds; a rate of zero is not asked. A margin is meant in basis points."""
    if rate:
        value = from_rate(rate)
        repair = basis_points_are(100 * value) if bounds()[name].name == "margin" else ""
        yield from outside(at, name, value, repair)


def _of_deal(view: DealView) -> Iterator[Written]:
    deal = view.deal
    for at, rule in rate_rules(deal):
        yield from _of_rule(at, rule, "account-interest" if at[0] == "accounts" else "rate")
    for name, note in deal.notes.items():
        at = ("notes", name)
        if deal.currency == bounds()["coupon"].currency:
            yield from (one for one in _of_rule((*at, "coupon"), note.coupon, "coupon") if one[1] == "coupon")
        for k, step in enumerate(note.coupon_steps):
            yield (*at, "coupon_steps", k, "add"), "margin", step.add
        for k, put in enumerate(note.puts):
            if put.reset is not None:
                for key in ("rate", "lowest", "highest"):
                    yield (*at, "puts", k, "reset", key), "rate", getattr(put.reset, key) or 0
        if (terms := note.unpaid_bears) is not None:
            yield from _of_unpaid((*at, "interest_on_unpaid"), terms)


def _of_rule(at: KeyPath, rule: RateRule, name: str) -> Iterator[Written]:
    match rule:
        case ZeroRate():
            pass
        case FixedRate():
            yield (*at, "rate"), name, rule.rate
        case StepUpRate():
            yield (*at, "rate"), name, rule.rate
            for k, step in enumerate(rule.steps):
                yield (*at, "steps", k, "rate"), name, step.rate
        case FloatingRate():
            yield (*at, "margin"), "margin", rule.margin
            for key, rate in (("first_rate", rule.first_rate), ("floor", rule.floor), ("cap", rule.cap)):
                yield (*at, key), "rate", rate or 0
        case _:
            assert_never(rule)


def _of_unpaid(at: KeyPath, terms: InterestOnUnpaid) -> Iterator[Written]:
    match terms:
        case UnpaidAtFixedRate():
            yield (*at, "rate"), "rate", terms.rate
        case UnpaidAtCoupon():
            pass
        case UnpaidAtCouponPlus():
            yield (*at, "margin"), "margin", terms.margin
        case _:
            assert_never(terms)


def _of_contract(at: KeyPath, contract: Contract) -> Iterator[Written]:
    match contract:
        case PledgedLoan() | LeaseBack():
            yield from _of_contract_rate((*at, "rate"), contract.rate)
        case TrustLoan():
            yield from _of_contract_rate((*at, "rate"), contract.rate)
            yield (*at, "trust", "fee_rate"), "trust-fee", contract.trust.fee_rate
        case LicenceBack():
            yield (*at, "contract_rate"), "rate", contract.contract_rate
        case Receivable():
            yield (*at, "discount_rate"), "rate", contract.discount_rate or 0
        case ProjectedClaim() | RunningRoyalty() | ProjectedRoyalty():
            pass
        case _:
            assert_never(contract)


def _of_contract_rate(at: KeyPath, rate: ContractRate) -> Iterator[Written]:
    match rate:
        case FixedContractRate():
            yield (*at, "rate"), "rate", rate.rate
        case LprRate():
            yield (*at, "margin"), "margin", rate.margin
        case _:
            assert_never(rate)


OF_DEALS: tuple[Check, ...] = (rates_of_a_deal_are_plausible,)
OF_POOLS = (rates_of_contracts_are_plausible,)
