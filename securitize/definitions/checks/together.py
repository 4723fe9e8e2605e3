"""A deal with its pool."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.dates import collections_available, payment_dates
from securitize.definitions.checks.parties import parties_that_are_named_are_known
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.pools.pool import Pool

PairCheck = Callable[[Loaded[Deal], Loaded[Pool]], Iterator[Problem]]


def currencies_agree(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """Deal and pool have the same currency (SEC280)."""
    if deal.model.currency != pool.model.currency:
        what = Message("the pool {path} is in {currency}", path=pool.path, currency=pool.model.currency)
        repair = "write the same currency in both"
        yield deal.problem(("currency",), what, deal.model.currency, repair, "SEC280")


def the_pool_is_the_one_named(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """The deal is run with the pool that it names (SEC316, a warning)."""
    if deal.model.pool != pool.model.name:
        what = Message("the deal is run with the pool {name}", name=pool.model.name)
        yield deal.problem(
            ("pool",), what, deal.model.pool, Message('write pool = "{name}"', name=pool.model.name), "SEC316"
        )


def the_legal_final_is_after_the_last_asset(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """No contract pays after the legal final date (SEC281), nor after the last collection date (SEC315, a
    warning).
    """
    dates = deal.model.dates
    last_collection = dates.legal_final - dt.timedelta(days=dates.collection.days_before or 0)
    if payments := payment_dates(dates):
        last_collection = collections_available(dates, payments)[-1] or last_collection
    for name, contract in pool.model.contracts.items():
        last, at = contract.instalment_dates()[-1], ("contracts", name)
        if last > dates.legal_final:
            what = Message(
                "the contract pays until {last}, after the deal's legal final date {legal_final}",
                last=last,
                legal_final=dates.legal_final,
            )
            yield pool.problem(at, what, None, "move legal_final, or leave the contract out", "SEC281")
        elif last > last_collection:
            what = Message(
                "the contract pays until {last}, after the last collection date {last_collection}",
                last=last,
                last_collection=last_collection,
            )
            yield pool.problem(at, what, None, "check the dates, or performance.after_last", "SEC315")


def contracts_live_when_the_deal_does(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """A contract starts by closing (SEC313) and has an instalment after the cut-off date (SEC314); both are
    warnings.
    """
    dates = deal.model.dates
    for name, contract in pool.model.contracts.items():
        if contract.start > max(dates.closing, dates.cut_off):
            what = Message("the contract starts after the deal's closing {closing}", closing=dates.closing)
            at: KeyPath = ("contracts", name, "start")
            yield pool.problem(at, what, contract.start, "check the dates", "SEC313")
        if contract.instalment_dates()[-1] <= dates.cut_off:
            what = Message(
                "the contract has no instalment after the cut-off date {cut_off}", cut_off=dates.cut_off
            )
            yield pool.problem(("contracts", name), what, None, "leave it out", "SEC314")


PAIR_CHECKS: tuple[PairCheck, ...] = (
    currencies_agree,
    the_pool_is_the_one_named,
    the_legal_final_is_after_the_last_asset,
    contracts_live_when_the_deal_does,
    parties_that_are_named_are_known,
)
