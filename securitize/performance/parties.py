"""Parties: what each company is in a deal, and when it defaults in all its roles at once.

Source: ``docs/reference/priority-of-payments.md``, section 14, and ``assets.md``, section 3. A party has a **key**: its
id, or the name of the obligor that it is; a support that names no party is a company of its own, ``support:NAME``; a
source of recoveries that names none and of which random performance says who owes it is ``source:SOURCE``. No name has
a colon.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.definitions.performance import NamedRecovery, Recovery
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.deal_stresses import PartyDefaultStress, ProviderDefaultStress
from securitize.definitions.scenarios.effects import PartyStress, effects_of
from securitize.definitions.scenarios.scenario import DefaultStress, Scenario, ServicerFailureStress
from securitize.market.payment_dates import PaymentCalendar
from securitize.market.today import CompanyFailure
from securitize.performance.resolved import LateParty, PartyDefault

#: The source of cash that was still to come when a contract was restated.
EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class PartyRoles:
    """What one company is.

    share    : of what it owes that it pays after its default, where nothing else is said, units of 1e-8
    capacity : what it pays in all roles together, minor units; None for no limit of its own
    supports, accounts : of the deal, by name, as written;  sources : of recoveries that it owes, as written
    obligor  : whether it is an obligor of the pool as well
    """

    key: str
    share: int = 0
    capacity: int | None = None
    supports: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    obligor: bool = False

    @property
    def count(self) -> int:
        """How many roles."""
        return len(self.supports) + bool(self.sources) + len(self.accounts) + self.obligor

    @property
    def pays_others(self) -> bool:
        """Whether it is anything but an obligor."""
        return bool(self.supports or self.sources or self.accounts)


def support_key(deal: Deal, support: str) -> str:
    """The party behind a support of the deal."""
    return deal.support[support].party or f"support:{support}"


def source_key(source: str) -> str:
    """The company behind a source of recoveries that names no party."""
    return f"source:{source}"


def banks_of(deal: Deal) -> tuple[str, ...]:
    """The parties that hold accounts of the deal, each once."""
    return tuple(dict.fromkeys(one.party for one in deal.accounts.values() if one.party is not None))


def capped_of(deal: Deal) -> tuple[str, ...]:
    """The parties that pay up to a capacity."""
    return tuple(one.id for one in deal.parties if one.id is not None and one.capacity is not None)


def parties_of(deal: Deal, pool: Pool, scenario: Scenario | None = None) -> dict[str, PartyRoles]:
    """Every party that has a role, by its key: those of the deal as written, other supports, other obligors.

    scenario : whose named defaults may bring recoveries that parties owe
    """
    written = {one.id: PartyRoles(one.id, one.recovery, one.capacity) for one in deal.parties if one.id}
    found: dict[str, PartyRoles] = dict(written)

    def role(key: str) -> PartyRoles:
        return found.setdefault(key, PartyRoles(key))

    for name in deal.support:
        one = role(support_key(deal, name))
        found[one.key] = replace(one, supports=(*one.supports, name))
    for entry in _entries(deal, scenario):
        if entry.party is not None and entry.source not in role(entry.party).sources:
            found[entry.party] = replace(
                found[entry.party], sources=(*found[entry.party].sources, entry.source)
            )
    pasts = [contract.as_of for contract in pool.contracts.values() if contract.as_of]
    for party in (cash.party for past in pasts for cash in past.expected if cash.party is not None):
        if not role(party).sources:
            found[party] = replace(found[party], sources=(EXPECTED,))
    for entry in (one for past in pasts for one in past.own_recoveries):
        if entry.party is not None and entry.source not in role(entry.party).sources:
            sources = (*found[entry.party].sources, entry.source)
            found[entry.party] = replace(found[entry.party], sources=sources)
    for name, account in deal.accounts.items():
        if account.party is not None:
            one = role(account.party)
            found[one.key] = replace(one, accounts=(*one.accounts, name))
    for name in pool.obligors:
        found[name] = replace(role(name), obligor=True)
    return {key: one for key, one in found.items() if one.count}


def party_defaults(
    deal: Deal | None,
    pool: Pool,
    scenario: Scenario | None,
    failed: Mapping[str, CompanyFailure] | None = None,
) -> dict[str, PartyDefault]:
    """The parties that have failed by the books, or that a scenario fells, by key, each on its one day.

    Of several days that a scenario gives the earliest holds, of equal ones the first; against the books none does.

    deal   : None where it is not known, and only obligors can be parties
    failed : by the books of a deal in mid-life
    Parties that are obligors and nothing else are left out: their contracts default by name, and that is all.
    """
    stresses, failed = effects_of(scenario).parties, failed or {}
    if deal is None or not (stresses or failed):
        return {}
    parties = parties_of(deal, pool, scenario)
    found: dict[str, PartyDefault] = {}
    for company, failure in failed.items():
        if company in parties and parties[company].pays_others:
            share = parties[company].share if failure.recovery is None else failure.recovery
            found[company] = PartyDefault(_one(failure.at.toordinal()), _one(share))
    for stress in stresses:
        key = party_struck(stress, deal)
        if key is None or key in failed or key not in parties or not parties[key].pays_others:
            continue
        known = found.get(key)
        if known is None or int(known.dates[0]) > stress.at.toordinal():
            found[key] = PartyDefault(_one(stress.at.toordinal()), _one(_share(stress, parties[key])))
    return found


def party_struck(stress: PartyStress, deal: Deal) -> str | None:
    """The key of the party that a stress fells; None where only one contract defaults."""
    match stress:
        case DefaultStress():
            return stress.obligor
        case ProviderDefaultStress():
            return support_key(deal, stress.support) if stress.support in deal.support else None
        case PartyDefaultStress():
            return stress.party
        case ServicerFailureStress():
            return deal.servicer
        case _:
            assert_never(stress)


def late_parties(
    deal: Deal | None, scenario: Scenario | None, first: dt.date = dt.date.min
) -> tuple[LateParty, ...]:
    """The companies that a scenario lets pay late, from ``first`` on; none where the deal is not known."""
    if deal is None:
        return ()
    return tuple(
        LateParty(support_key(deal, stress.support), max(stress.at, first), stress.until, stress.days)
        for stress in effects_of(scenario).late_providers
    )


def support_late(deal: Deal, late: Iterable[LateParty], dates: PaymentCalendar) -> dict[str, list[int]]:
    """Of each support, 1 on the payment dates on which its provider pays late, else 0, by name."""
    found = {}
    for name in deal.support:
        windows = [dates.within(one.since, one.until) for one in late if one.key == support_key(deal, name)]
        found[name] = [int(any(window[t] for window in windows)) for t in range(len(dates))]
    return found


def support_pays(deal: Deal, parties: Mapping[str, PartyDefault], dates: PaymentCalendar) -> dict[str, Int64]:
    """Of each support, the share of what it owes that its provider pays on each payment date.

    Returns int64 (1, dates) or (paths, dates), by name; supports whose party does not default are left out.
    """
    return _shares(parties, {name: support_key(deal, name) for name in deal.support}, dates)


def account_pays(account: str) -> str:
    """The name of the share that an account's bank pays, among what is given by period."""
    return f"bank.{account}"


def bank_pays(deal: Deal, parties: Mapping[str, PartyDefault], dates: PaymentCalendar) -> dict[str, Int64]:
    """Of each account, the share of what it holds that its bank pays on each payment date; see :func:`support_pays`.

    Returns int64 (1, dates) or (paths, dates), by :func:`account_pays`.
    """
    banks = {account_pays(name): one.party for name, one in deal.accounts.items() if one.party is not None}
    return _shares(parties, banks, dates)


def _shares(
    parties: Mapping[str, PartyDefault], keys: Mapping[str, str], dates: PaymentCalendar
) -> dict[str, Int64]:
    """The shares of those that default, by the names of ``keys``."""
    return {name: parties[key].shares(dates) for name, key in keys.items() if key in parties}


def earlier(given: PartyDefault | None, drawn: PartyDefault) -> PartyDefault:
    """One default of a party on each path: the earlier; of equal days the one given."""
    if given is None:
        return drawn
    first = drawn.dates < given.dates
    return PartyDefault(np.where(first, drawn.dates, given.dates), np.where(first, drawn.share, given.share))


def _share(stress: PartyStress, party: PartyRoles) -> int:
    """What is said with the default, or else of the party."""
    match stress:
        case DefaultStress():
            return party.share
        case ServicerFailureStress():
            return stress.recovery
        case ProviderDefaultStress() | PartyDefaultStress():
            return party.share if stress.recovery is None else stress.recovery
        case _:
            assert_never(stress)


def _entries(deal: Deal, scenario: Scenario | None) -> list[Recovery | NamedRecovery]:
    """Every recovery of the deal, and of the named defaults of a scenario."""
    found: list[Recovery | NamedRecovery] = list(deal.performance.recoveries if deal.performance else ())
    for stress in effects_of(scenario).parties:
        match stress:
            case DefaultStress():
                found += stress.recoveries or ()
            case ProviderDefaultStress() | PartyDefaultStress() | ServicerFailureStress():
                pass
            case _:
                assert_never(stress)
    return found


def _one(value: int) -> Int64:
    return np.array([value], np.int64)
