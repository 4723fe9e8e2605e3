"""The parties of a deal: each has one id, and what names a party names one that is there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_providers import RandomProvider


def ids_of_parties_differ(view: DealView) -> Iterator[Problem]:
    """No two parties have one id, and no two ids differ by case alone (SEC159)."""
    seen: dict[str, int] = {}
    for k, party in enumerate(view.deal.parties):
        if party.id is None:
            continue
        first = seen.setdefault(party.id.lower(), k)
        if first != k:
            what = Message("{name} has this id already", name=view.deal.parties[first].name)
            yield view.problem(("parties", k, "id"), what, party.id, "write an id of its own", "SEC159")


def parties_that_are_named_are_known(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """A support, a recovery or an account names an id of the deal's parties, or an obligor of the pool (SEC219)."""
    known = known_parties(deal.model, pool.model)
    of_pool = ((pool.problem, at, name) for at, name in _named_by_the_past(pool.model))
    of_deal = ((deal.problem, at, name) for at, name in parties_named(deal.model))
    for problem, at, name in chain(of_pool, of_deal):
        if name not in known:
            what = Message("neither the deal nor the pool {name} has such a party", name=pool.model.name)
            yield problem(at, what, name, suggest(name, known), "SEC219")


def _named_by_the_past(pool: Pool) -> Iterator[tuple[KeyPath, str]]:
    """Every party that the books of a contract in mid-life name, and where."""
    for name, contract in pool.contracts.items():
        if (past := contract.as_of) is None:
            continue
        at: KeyPath = ("contracts", name, "as_of")
        for k, cash in enumerate(past.expected):
            if cash.party is not None:
                yield (*at, "expected", k, "party"), cash.party
        for k, default in enumerate(past.defaults):
            for j, entry in enumerate(default.recoveries or ()):
                if entry.party is not None:
                    yield (*at, "defaulted", k, "recoveries", j, "party"), entry.party


def known_parties(deal: Deal, pool: Pool) -> list[str]:
    """Every name of a party: ids of the deal, then obligors of the pool."""
    return list(dict.fromkeys([*(one.id for one in deal.parties if one.id is not None), *pool.obligors]))


def parties_of_the_deal(deal: Deal) -> list[str]:
    """Every party that the deal names, whatever its pool: its ids, then obligors in other roles."""
    ids = (one.id for one in deal.parties if one.id is not None)
    return list(dict.fromkeys([*ids, *(name for _, name in parties_named(deal))]))


def parties_named(deal: Deal) -> Iterator[tuple[KeyPath, str]]:
    """Where a deal names a party, and which."""
    for name, support in deal.support.items():
        if support.party is not None:
            yield ("support", name, "party"), support.party
    if deal.servicer is not None:
        yield ("servicer",), deal.servicer
    for name, account in deal.accounts.items():
        if account.party is not None:
            yield ("accounts", name, "party"), account.party
    for k, entry in enumerate(deal.performance.recoveries if deal.performance else ()):
        if entry.party is not None:
            yield ("performance", "recoveries", k, "party"), entry.party


def parties_struck(deal: Deal, name: str, provider: RandomProvider) -> list[str]:
    """The parties of a deal that a provider of random performance is, by id."""
    if provider.source is not None:
        entries = deal.performance.recoveries if deal.performance else ()
        return list(
            dict.fromkeys(
                one.party for one in entries if one.source == provider.source and one.party is not None
            )
        )
    if name in deal.support:
        party = deal.support[name].party
        return [] if party is None else [party]
    return [one.id for one in deal.parties if one.id == name]


OF_THE_WHOLE: tuple[Check, ...] = (ids_of_parties_differ,)
