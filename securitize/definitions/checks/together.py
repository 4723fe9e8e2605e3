"""A deal with its pool, and a scenario with both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from typing import get_args

from securitize.base.errors import Problem
from securitize.definitions.contracts import Cause, Claim
from securitize.definitions.deal import Deal
from securitize.definitions.deal_stresses import ProviderDefaultStress, ProviderRatingStress, PutStress
from securitize.definitions.explaining import suggest
from securitize.definitions.loaded import Loaded
from securitize.definitions.locator import KeyPath
from securitize.definitions.pool import Pool
from securitize.definitions.royalties import Royalty, RunningRoyalty
from securitize.definitions.scenario import (
    DefaultStress,
    LatePaymentStress,
    PatentFailureStress,
    PrepaymentStress,
    RoyaltyBaseStress,
    Scenario,
)

PairCheck = Callable[[Loaded[Deal], Loaded[Pool]], Iterator[Problem]]
ScenarioCheck = Callable[[Loaded[Scenario], Loaded[Pool], Loaded[Deal] | None], Iterator[Problem]]


def currencies_agree(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """SEC280."""
    if deal.model.currency != pool.model.currency:
        what = f"the pool {pool.path} is in {pool.model.currency}"
        repair = "write the same currency in both"
        yield deal.problem(("currency",), what, deal.model.currency, repair, "SEC280")


def the_pool_is_the_one_named(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """SEC316."""
    if deal.model.pool != pool.model.name:
        what = f"the deal is run with the pool {pool.model.name}"
        yield deal.problem(("pool",), what, deal.model.pool, f'write pool = "{pool.model.name}"', "SEC316")


def the_legal_final_is_after_the_last_asset(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """SEC281; SEC315 where cash comes after the last collection date."""
    dates = deal.model.dates
    last_collection = dates.legal_final - dt.timedelta(days=dates.collection.days_before or 0)
    if dates.collection.dates:
        last_collection = dates.collection.dates[-1]
    for name, contract in pool.model.contracts.items():
        last, at = contract.instalment_dates()[-1], ("contracts", name)
        if last > dates.legal_final:
            what = f"the contract pays until {last}, after the deal's legal final date {dates.legal_final}"
            yield pool.problem(at, what, None, "move legal_final, or leave the contract out", "SEC281")
        elif last > last_collection:
            what = f"the contract pays until {last}, after the last collection date {last_collection}"
            yield pool.problem(at, what, None, "check the dates, or performance.after_last", "SEC315")


def contracts_live_when_the_deal_does(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """SEC313, SEC314."""
    dates = deal.model.dates
    for name, contract in pool.model.contracts.items():
        if contract.start > max(dates.closing, dates.cut_off):
            what = f"the contract starts after the deal's closing {dates.closing}"
            at: KeyPath = ("contracts", name, "start")
            yield pool.problem(at, what, contract.start, "check the dates", "SEC313")
        if contract.instalment_dates()[-1] <= dates.cut_off:
            what = f"the contract has no instalment after the cut-off date {dates.cut_off}"
            yield pool.problem(("contracts", name), what, None, "leave it out", "SEC314")


def names_of_the_scenario_are_known(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC174."""
    for k, stress in enumerate(scenario.model.stress):
        named: list[tuple[KeyPath, str, str | None, Collection[str]]] = []
        if isinstance(stress, DefaultStress | PrepaymentStress):
            named = [
                (("obligor",), "obligor", stress.obligor, pool.model.obligors),
                (("contract",), "contract", stress.contract, pool.model.contracts),
            ]
        elif isinstance(stress, LatePaymentStress):
            named = [
                (("obligors", i), "obligor", name, pool.model.obligors)
                for i, name in enumerate(stress.obligors or ())
            ]
        elif isinstance(stress, PatentFailureStress):
            named = [(("right",), "right", stress.right, pool.model.collateral)]
        elif isinstance(stress, RoyaltyBaseStress):
            royalties = {n: c for n, c in pool.model.contracts.items() if isinstance(c, Royalty)}
            named = [(("contract",), "royalty", stress.contract, royalties)]
        elif isinstance(stress, ProviderDefaultStress | ProviderRatingStress) and deal is not None:
            yield from _in_deal(scenario, k, "support", stress.support, deal.model.support)
        elif isinstance(stress, PutStress) and deal is not None:
            yield from _in_deal(scenario, k, "note", stress.note, deal.model.notes)
        for key, noun, name, known in named:
            if name is not None and name not in known:
                what = f"the pool {pool.model.name} holds no such {noun}"
                at = ("stress", k, *key)
                yield scenario.problem(at, what, name, suggest(name, known), "SEC174")


def _in_deal(
    scenario: Loaded[Scenario], k: int, noun: str, name: str, known: Collection[str]
) -> Iterator[Problem]:
    if name not in known:
        what = f"the deal has no such {noun}"
        yield scenario.problem(("stress", k, noun), what, name, suggest(name, known), "SEC174")


def events_come_after_the_cut_off(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC175."""
    if deal is None:
        return
    cut_off = deal.model.dates.cut_off
    for k, stress in enumerate(scenario.model.stress):
        named = DefaultStress | PrepaymentStress | PatentFailureStress
        if isinstance(stress, named) and stress.at <= cut_off:
            what = f"the event is not after the cut-off date {cut_off}"
            yield scenario.problem(("stress", k, "at"), what, stress.at, "write a later date", "SEC175")
        if isinstance(stress, LatePaymentStress) and stress.to <= cut_off:
            what = f"the window ends before the cut-off date {cut_off}"
            yield scenario.problem(("stress", k, "to"), what, stress.to, "write a later date", "SEC175")


def rights_that_fail_matter(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC317."""
    exposed = {
        (right, cause)
        for contract in pool.model.contracts.values()
        for cause in get_args(Cause)
        if (
            contract.consequence(cause) != "none"
            if isinstance(contract, Claim)
            else _ends_with_claims(contract)
        )
        for right in contract.collateral
    }
    for k, stress in enumerate(scenario.model.stress):
        if not isinstance(stress, PatentFailureStress) or stress.right not in pool.model.collateral:
            continue
        if (stress.right, stress.cause) not in exposed:
            what = "no cash depends on this right"
            repair = "name a right of a contract that says what follows"
            yield scenario.problem(("stress", k, "right"), what, stress.right, repair, "SEC317")


def _ends_with_claims(contract: Royalty) -> bool:
    return isinstance(contract, RunningRoyalty) and contract.until_last_valid_claim


PAIR_CHECKS: tuple[PairCheck, ...] = (
    currencies_agree,
    the_pool_is_the_one_named,
    the_legal_final_is_after_the_last_asset,
    contracts_live_when_the_deal_does,
)
SCENARIO_CHECKS: tuple[ScenarioCheck, ...] = (
    names_of_the_scenario_are_known,
    events_come_after_the_cut_off,
    rights_that_fail_matter,
)
