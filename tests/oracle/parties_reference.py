"""One company in several roles: who defaults on which day, and what is shared out of a recovery.

Sections 3 (who owes a recovery, subrogation) and 6 (a party defaults once) of docs/reference/assets.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.dates_reference import UNIT, later, plus_months, product


@dataclass(frozen=True)
class Roles:
    """Of the deal: the recovery of each id of ``parties``, the party of each support (None: a company of its own)."""

    recoveries: Mapping[str, int] = field(default_factory=dict)
    supports: Mapping[str, str | None] = field(default_factory=dict)


NOBODY = Roles()


@dataclass(frozen=True)
class Fall:
    """A party's day τ and share φ."""

    day: dt.date
    share: int


def struck(stress: Any, roles: Roles) -> str | None:
    """The party that a stress strikes; None where it strikes none."""
    if stress.driver == "default":
        return str(stress.obligor) if stress.obligor is not None else None
    if stress.driver == "party-default":
        return str(stress.party)
    if stress.driver == "provider-default":
        return roles.supports.get(stress.support) or f"support {stress.support}"
    return None


def falls(scenario: Any, roles: Roles) -> dict[str, Fall]:
    """The day and share of each party that defaults; of a support without party under ``support NAME``."""
    found: dict[str, Fall] = {}
    for stress in scenario.stress:
        name = struck(stress, roles)
        if name is None or (name in found and found[name].day <= stress.at):
            continue
        said = getattr(stress, "recovery", None)
        found[name] = Fall(stress.at, roles.recoveries.get(name, 0) if said is None else int(said))
    return found


def defaults_by_name(
    name: str, contract: Any, scenario: Any, roles: Roles, cut_off: dt.date
) -> list[tuple[dt.date, Any]]:
    """Day and own recoveries of every named default of a contract, as written."""
    found: list[tuple[dt.date, Any]] = []
    for stress in scenario.stress:
        if stress.driver == "default":
            if name == stress.contract or contract.obligor == stress.obligor:
                found.append((stress.at, stress.recoveries))
        elif struck(stress, roles) == contract.obligor:
            found.append((max(stress.at, later(cut_off, 1)), None))
    return found


def days_late(party: str | None, due: dt.date, scenario: Any, roles: Roles, today: dt.date) -> int:
    """Section 14 of the priority of payments: by how many days a recovery that a party owes comes late.

    due : the day on which it is due, as written; today : c_k, until which nothing is told
    """
    days = [
        stress.days
        for stress in scenario.stress
        if stress.driver == "provider-late"
        and party is not None
        and roles.supports.get(stress.support) == party
        and max(stress.at, later(today, 1)) <= due <= stress.until
    ]
    return max(days, default=0)


def still_expected(
    past: Any, scenario: Any, roles: Roles, today: dt.date, later_than: Any
) -> list[tuple[str, dt.date, int, str | None]]:
    """Section 1: stream, date, amount and party of the cash of the past that is still to come.

    later_than : when what is owed on a day, as written, arrives
    """
    found, fallen = [], falls(scenario, roles)
    for one in past.expected:
        date, amount, due = one.date, int(one.amount), one.due or one.date
        if one.party in fallen and fallen[one.party].day <= due:
            amount = product(amount, fallen[one.party].share, UNIT)
        if days := days_late(one.party, due, scenario, roles, today):
            date = max(date, later_than(later(due, days)))
        found.append((one.stream, date, amount, one.party))
    return found


@dataclass
class Guarantor:
    """An entry that has paid and is subrogated: its due day, its rule, what it has not had back."""

    due: dt.date
    rule: str
    lacks: int


def share_out(gross: int, lacking: int, guarantors: list[Guarantor], pays: int) -> int:
    """What of an entry's gross amount the vehicle gets; what the guarantors get lowers what they lack."""
    parts: list[tuple[Guarantor, int]] = []
    rest = gross
    for one in guarantors:
        if one.rule == "guarantor-first":
            parts.append((one, min(one.lacks, rest)))
            rest -= parts[-1][1]
    sharing = [one for one in guarantors if one.rule == "pari-passu"]
    together = sum(one.lacks for one in sharing)
    vehicle = min(lacking, rest)
    if sharing:
        vehicle = min(lacking, product(rest, lacking, lacking + together)) if lacking + together else 0
    over = rest - vehicle
    for one in sharing:
        parts.append((one, min(one.lacks, over)))
        over -= parts[-1][1]
    for one, part in parts:
        one.lacks -= product(part, pays, UNIT)
    return product(vehicle, pays, UNIT)


def recovered(
    day: dt.date, defaulted: int, unpaid: int, entries: list[Any], fallen: Mapping[str, Fall]
) -> list[tuple[dt.date, int, str | None]]:
    """Due day as written, amount and party of each entry for what defaulted on a day, less the deposit.

    unpaid : the interest that had accrued on it
    entries : rate (None: an amount), amount, months of lag, party, subrogation, with_interest
    """
    brought, guarantors, found = 0, list[Guarantor](), []
    for one in entries:
        due = plus_months(day, one.months)
        claim = defaulted + (unpaid if one.with_interest else 0)
        gross = product(claim, one.rate, UNIT) if one.rate is not None else one.amount
        fall = fallen.get(one.party) if one.party is not None else None
        pays = fall.share if fall is not None and due >= fall.day else UNIT
        standing = [each for each in guarantors if each.due <= due]
        paid = share_out(gross, max(0, claim - brought), standing, pays)
        brought += paid
        if one.subrogation != "creditor-first":
            guarantors.append(Guarantor(due, one.subrogation, paid))
        found.append((due, paid, one.party))
    return found
