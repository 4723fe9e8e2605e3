"""A scenario with its pool and its deal.

Names and dates are judged on the models, so that a scenario made in memory is held to them as a file is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple, assert_never, get_args

from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Message
from securitize.definitions.checks.parties import known_parties
from securitize.definitions.checks.past_stresses import Passed, past_stresses
from securitize.definitions.checks.rates import rate_rules
from securitize.definitions.checks.view import DealView, latest_day
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Fault, Loaded
from securitize.definitions.documents.locator import KeyPath, written
from securitize.definitions.pools.claims import Cause
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.deal_stresses import (
    DealStress,
    IndexRateStress,
    IssuerCallStress,
    PartyDefaultStress,
    ProviderDefaultStress,
    ProviderLateStress,
    ProviderRatingStress,
    PutStress,
    SettlementStress,
)
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    DefaultStress,
    InterestRatesStress,
    LatePaymentStress,
    LprStress,
    PatentFailureStress,
    PrepaymentRateStress,
    PrepaymentStress,
    RecoveryRateStress,
    RoyaltyBaseStress,
    Scenario,
    ServicerFailureStress,
    Stress,
)

ScenarioCheck = Callable[[Loaded[Scenario], Loaded[Pool], Loaded[Deal] | None], Iterator[Problem]]


def require_fit(
    scenario: Scenario, pool: Pool, cut_off: dt.date, deal: Deal | None = None, passed: Passed | None = None
) -> None:
    """Hold a scenario that no file says to the rules of files: the names it uses, and its dates.

    passed : where the deal stands in mid-life; None at closing
    Raises DefinitionError with every fault, at line 0.
    """
    faults = [*unknown_names(scenario, pool, deal), *early_events(scenario, cut_off)]
    faults += past_stresses(scenario, pool, passed) if passed else ()
    if faults:
        file = Message("scenario {name}", name=scenario.name)
        raise DefinitionError(
            [Problem(file, 0, written(f.at), f.what, str(f.found), f.repair, f.code) for f in faults]
        )


def unknown_names(scenario: Scenario, pool: Pool, deal: Deal | None) -> Iterator[Fault]:
    """The names that stresses use and that neither the pool nor, where it is known, the deal has (SEC174)."""
    for k, stress in enumerate(scenario.stress):
        named: list[tuple[KeyPath, str, str | None, Collection[str]]] = []
        match stress:
            case DefaultStress() | PrepaymentStress():
                named = [
                    (("obligor",), Message("obligor"), stress.obligor, pool.obligors),
                    (("contract",), Message("contract"), stress.contract, pool.contracts),
                ]
                yield from _parties_of(k, stress, pool, deal)
            case LatePaymentStress():
                named = [
                    (("obligors", i), Message("obligor"), name, pool.obligors)
                    for i, name in enumerate(stress.obligors or ())
                ]
            case PatentFailureStress():
                named = [(("right",), Message("right"), stress.right, pool.collateral)]
            case RoyaltyBaseStress():
                named = [(("contract",), Message("royalty"), stress.contract, pool.royalties)]
            case ProviderDefaultStress() | ProviderLateStress() | ProviderRatingStress():
                if deal is not None:
                    yield from _in_deal(k, Message("support"), stress.support, deal.support)
            case PartyDefaultStress():
                yield from _unknown_party(("stress", k, "party"), stress.party, pool, deal)
            case PutStress() | SettlementStress():
                if deal is not None:
                    yield from _in_deal(k, Message("note"), stress.note, deal.notes)
            case (
                DefaultRateStress()
                | PrepaymentRateStress()
                | RecoveryRateStress()
                | LprStress()
                | InterestRatesStress()
                | IndexRateStress()
                | IssuerCallStress()
                | ServicerFailureStress()
            ):
                pass
            case _:
                assert_never(stress)
        for key, noun, name, known in named:
            if name is not None and name not in known:
                what = Message("the pool {name} holds no such {noun}", name=pool.name, noun=noun)
                yield Fault(("stress", k, *key), what, name, suggest(name, known), "SEC174")


def _in_deal(k: int, noun: str, name: str, known: Collection[str]) -> Iterator[Fault]:
    if name not in known:
        yield Fault(
            ("stress", k, noun),
            Message("the deal has no such {noun}", noun=noun),
            name,
            suggest(name, known),
            "SEC174",
        )


def _parties_of(
    k: int, stress: DefaultStress | PrepaymentStress, pool: Pool, deal: Deal | None
) -> Iterator[Fault]:
    """The parties behind the recoveries of a named default."""
    match stress:
        case DefaultStress():
            for i, one in enumerate(stress.recoveries or ()):
                yield from _unknown_party(("stress", k, "recoveries", i, "party"), one.party, pool, deal)
        case PrepaymentStress():
            pass
        case _:
            assert_never(stress)


def _unknown_party(at: KeyPath, name: str | None, pool: Pool, deal: Deal | None) -> Iterator[Fault]:
    if deal is not None and name is not None and name not in (known := known_parties(deal, pool)):
        yield Fault(
            at, "neither the deal nor its pool has such a party", name, suggest(name, known), "SEC174"
        )


def early_events(scenario: Scenario, cut_off: dt.date) -> Iterator[Fault]:
    """The events that are not after the cut-off date, and the windows that end before it (SEC175)."""
    for k, stress in enumerate(scenario.stress):
        latest = _latest(stress)
        if latest is not None and latest.day <= cut_off:
            what = Message(latest.too_early, cut_off=cut_off)
            yield Fault(("stress", k, latest.key), what, latest.day, "write a later date", "SEC175")


class _Latest(NamedTuple):
    """The key of the day up to which a stress acts on the pool; the template of what is wrong if it is too early."""

    key: str
    day: dt.date
    too_early: str


def _latest(stress: Stress) -> _Latest | None:
    """None of a stress without a day in the pool."""
    match stress:
        case DefaultStress() | PrepaymentStress() | PatentFailureStress() | ServicerFailureStress():
            return _Latest("at", stress.at, "the event is not after the cut-off date {cut_off}")
        case LatePaymentStress():
            return _Latest("to", stress.to, "the window ends before the cut-off date {cut_off}")
        case (
            DefaultRateStress()
            | PrepaymentRateStress()
            | RecoveryRateStress()
            | LprStress()
            | InterestRatesStress()
            | RoyaltyBaseStress()
            | ProviderDefaultStress()
            | PartyDefaultStress()
            | ProviderLateStress()
            | ProviderRatingStress()
            | IndexRateStress()
            | PutStress()
            | SettlementStress()
            | IssuerCallStress()
        ):
            return None
        case _:
            assert_never(stress)


def names_of_the_scenario_are_known(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """A scenario names what the pool and the deal have (SEC174)."""
    for fault in unknown_names(scenario.model, pool.model, deal.model if deal else None):
        yield scenario.problem(*fault)


def events_come_after_the_cut_off(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """What a scenario gives happens after the cut-off date (SEC175)."""
    if deal is None:
        return
    for fault in early_events(scenario.model, deal.model.dates.cut_off):
        yield scenario.problem(*fault)


def stresses_have_an_effect(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """A stress has an effect (SEC317, a warning): cash depends on the right, the date lies within the deal,
    something follows the index. A put that a scenario gives is paid by a step (SEC176).
    """
    exposed = _exposed(pool.model)
    for k, stress in enumerate(scenario.model.stress):
        match stress:
            case PatentFailureStress():
                if stress.right in pool.model.collateral and (stress.right, stress.cause) not in exposed:
                    what = "no cash depends on this right"
                    repair = "name a right of a contract that says what follows"
                    yield scenario.problem(("stress", k, "right"), what, stress.right, repair, "SEC317")
            case (
                ProviderDefaultStress()
                | PartyDefaultStress()
                | ProviderLateStress()
                | ProviderRatingStress()
                | IndexRateStress()
                | PutStress()
                | SettlementStress()
                | IssuerCallStress()
            ):
                yield from _without_effect(scenario, k, stress, deal) if deal is not None else ()
            case (
                DefaultRateStress()
                | PrepaymentRateStress()
                | RecoveryRateStress()
                | LprStress()
                | InterestRatesStress()
                | DefaultStress()
                | PrepaymentStress()
                | LatePaymentStress()
                | ServicerFailureStress()
                | RoyaltyBaseStress()
            ):
                pass
            case _:
                assert_never(stress)


def _exposed(pool: Pool) -> set[tuple[str, Cause]]:
    """Rights, and the causes of failure for which cash depends on them."""
    return {
        (right, cause)
        for contract in pool.contracts.values()
        for cause in get_args(Cause)
        if contract.needs_rights(cause)
        for right in contract.collateral
    }


def _without_effect(
    scenario: Loaded[Scenario], k: int, stress: DealStress, deal: Loaded[Deal]
) -> Iterator[Problem]:
    legal_final = deal.model.dates.legal_final
    if stress.at is not None and stress.at > latest_day(deal.model.dates):
        what: str = Message(
            "the date is after the deal's legal final date {legal_final}", legal_final=legal_final
        )
        yield scenario.problem(("stress", k, "at"), what, stress.at, "write an earlier date", "SEC317")
    match stress:
        case PutStress():
            if stress.note in deal.model.notes and ("put", stress.note) not in DealView(deal).paid("normal"):
                what = "no step of the deal pays amounts put of this note"
                repair = Message('pay "put:{note}" in a step of the deal, and write puts', note=stress.note)
                yield scenario.problem(("stress", k, "note"), what, stress.note, repair, "SEC176")
        case IndexRateStress():
            followed = {
                rule.floating.index for _, rule in rate_rules(deal.model) if rule.floating is not None
            }
            if stress.index not in followed:
                what = "no rate of the deal follows this index"
                nearest = suggest(stress.index, sorted(followed))
                yield scenario.problem(("stress", k, "index"), what, stress.index, nearest, "SEC317")
        case (
            ProviderDefaultStress()
            | PartyDefaultStress()
            | ProviderLateStress()
            | ProviderRatingStress()
            | SettlementStress()
            | IssuerCallStress()
        ):
            pass
        case _:
            assert_never(stress)


CHECKS: tuple[ScenarioCheck, ...] = (
    names_of_the_scenario_are_known,
    events_come_after_the_cut_off,
    stresses_have_an_effect,
)
