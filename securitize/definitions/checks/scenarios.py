"""A scenario with its pool and its deal.

Names and dates are judged on the models, so that a scenario made in memory is held to them as a file is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from typing import get_args

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions.checks.rates import rate_rules
from securitize.definitions.checks.view import DealView
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.rates import FloatingRate
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Fault, Loaded
from securitize.definitions.documents.locator import KeyPath, written
from securitize.definitions.pools.claims import Cause, Claim
from securitize.definitions.pools.pool import Pool
from securitize.definitions.pools.royalties import Royalty, RunningRoyalty
from securitize.definitions.scenarios.deal_stresses import (
    IndexRateStress,
    IssuerCallStress,
    ProviderDefaultStress,
    ProviderRatingStress,
    PutStress,
)
from securitize.definitions.scenarios.scenario import (
    DefaultStress,
    LatePaymentStress,
    PatentFailureStress,
    PrepaymentStress,
    RoyaltyBaseStress,
    Scenario,
)

ScenarioCheck = Callable[[Loaded[Scenario], Loaded[Pool], Loaded[Deal] | None], Iterator[Problem]]


def require_fit(scenario: Scenario, pool: Pool, cut_off: dt.date, deal: Deal | None = None) -> None:
    """Hold a scenario that no file says to the rules of files: the names it uses, and its dates.

    Raises DefinitionError with every fault, at line 0.
    """
    faults = [*unknown_names(scenario, pool, deal), *early_events(scenario, cut_off)]
    if faults:
        file = f"scenario {scenario.name}"
        raise DefinitionError(
            [Problem(file, 0, written(f.at), f.what, str(f.found), f.repair, f.code) for f in faults]
        )


def unknown_names(scenario: Scenario, pool: Pool, deal: Deal | None) -> Iterator[Fault]:
    """SEC174: names of the pool, and of the deal where it is known, that a scenario's stresses use and nobody has."""
    for k, stress in enumerate(scenario.stress):
        named: list[tuple[KeyPath, str, str | None, Collection[str]]] = []
        if isinstance(stress, DefaultStress | PrepaymentStress):
            named = [
                (("obligor",), "obligor", stress.obligor, pool.obligors),
                (("contract",), "contract", stress.contract, pool.contracts),
            ]
        elif isinstance(stress, LatePaymentStress):
            named = [
                (("obligors", i), "obligor", name, pool.obligors)
                for i, name in enumerate(stress.obligors or ())
            ]
        elif isinstance(stress, PatentFailureStress):
            named = [(("right",), "right", stress.right, pool.collateral)]
        elif isinstance(stress, RoyaltyBaseStress):
            royalties = {n: c for n, c in pool.contracts.items() if isinstance(c, Royalty)}
            named = [(("contract",), "royalty", stress.contract, royalties)]
        elif isinstance(stress, ProviderDefaultStress | ProviderRatingStress) and deal is not None:
            yield from _in_deal(k, "support", stress.support, deal.support)
        elif isinstance(stress, PutStress) and deal is not None:
            yield from _in_deal(k, "note", stress.note, deal.notes)
        for key, noun, name, known in named:
            if name is not None and name not in known:
                what = f"the pool {pool.name} holds no such {noun}"
                yield Fault(("stress", k, *key), what, name, suggest(name, known), "SEC174")


def _in_deal(k: int, noun: str, name: str, known: Collection[str]) -> Iterator[Fault]:
    if name not in known:
        yield Fault(("stress", k, noun), f"the deal has no such {noun}", name, suggest(name, known), "SEC174")


def early_events(scenario: Scenario, cut_off: dt.date) -> Iterator[Fault]:
    """SEC175: events that are not after the cut-off date, and windows that end before it."""
    repair = "write a later date"
    for k, stress in enumerate(scenario.stress):
        named = DefaultStress | PrepaymentStress | PatentFailureStress
        if isinstance(stress, named) and stress.at <= cut_off:
            what = f"the event is not after the cut-off date {cut_off}"
            yield Fault(("stress", k, "at"), what, stress.at, repair, "SEC175")
        if isinstance(stress, LatePaymentStress) and stress.to <= cut_off:
            what = f"the window ends before the cut-off date {cut_off}"
            yield Fault(("stress", k, "to"), what, stress.to, repair, "SEC175")


def names_of_the_scenario_are_known(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC174."""
    for fault in unknown_names(scenario.model, pool.model, deal.model if deal else None):
        yield scenario.problem(*fault)


def events_come_after_the_cut_off(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC175."""
    if deal is None:
        return
    for fault in early_events(scenario.model, deal.model.dates.cut_off):
        yield scenario.problem(*fault)


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


def puts_of_the_scenario_are_paid(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC176: a note that a scenario puts has puts, and so a step that pays them."""
    if deal is None:
        return
    paid = DealView(deal).paid("normal")
    for k, stress in enumerate(scenario.model.stress):
        known = isinstance(stress, PutStress) and stress.note in deal.model.notes
        if isinstance(stress, PutStress) and known and ("put", stress.note) not in paid:
            what = "no step of the deal pays amounts put of this note"
            repair = f'pay "put:{stress.note}" in a step of the deal, and write puts'
            yield scenario.problem(("stress", k, "note"), what, stress.note, repair, "SEC176")


def stresses_of_the_deal_have_an_effect(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC317: a date within the deal, a support that is rated or drawn on, an index that something follows."""
    if deal is None:
        return
    legal_final = deal.model.dates.legal_final
    followed = {rule.index for _, rule in rate_rules(deal.model) if isinstance(rule, FloatingRate)}
    for k, stress in enumerate(scenario.model.stress):
        events = ProviderDefaultStress | ProviderRatingStress | PutStress | IssuerCallStress | IndexRateStress
        if not isinstance(stress, events):
            continue
        if stress.at is not None and stress.at > legal_final:
            what = f"the date is after the deal's legal final date {legal_final}"
            yield scenario.problem(("stress", k, "at"), what, stress.at, "write an earlier date", "SEC317")
        if isinstance(stress, IndexRateStress) and stress.index not in followed:
            what, repair = "no rate of the deal follows this index", suggest(stress.index, sorted(followed))
            yield scenario.problem(("stress", k, "index"), what, stress.index, repair, "SEC317")


CHECKS: tuple[ScenarioCheck, ...] = (
    names_of_the_scenario_are_known,
    events_come_after_the_cut_off,
    rights_that_fail_matter,
    puts_of_the_scenario_are_paid,
    stresses_of_the_deal_have_an_effect,
)
