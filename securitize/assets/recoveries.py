"""Recoveries of a default: who owes them, what a party that has failed still pays, and who shares in later ones.

Source: ``docs/reference/assets.md``, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64, part_of
from securitize.base.money import RATE_UNITS
from securitize.base.ordinals import months_later
from securitize.definitions.figures import Adjustment
from securitize.definitions.performance import Subrogation
from securitize.market.calendars import BusinessCalendar
from securitize.performance.parties import source_key
from securitize.performance.resolved import LateParty, PartyDefault, ResolvedRecovery, days_late


@dataclass(frozen=True, slots=True)
class Recovered:
    """What one entry brings the vehicle: ``dates`` int64 (1,) or (paths,), ordinals, ``amount`` int64 (paths,).

    owed : of a party, the days on which it owes it as written, as ``dates``; else None
    """

    source: str
    party: str | None
    dates: Int64
    amount: Int64
    owed: Int64 | None


@dataclass(slots=True)
class _Paid:
    """A guarantor that shares in later recoveries: due, ordinals; what it paid less what it has had back."""

    subrogation: Subrogation
    due: Int64
    left: Int64


def recoveries_of(
    recoveries: Iterable[ResolvedRecovery],
    dates: Int64,
    defaulted: Int64,
    calendar: BusinessCalendar,
    adjustment: Adjustment,
    parties: Mapping[str, PartyDefault],
    late_parties: Sequence[LateParty] = (),
    unit: int = 1,
    unpaid: Int64 | int = 0,
) -> Iterator[Recovered]:
    """The recoveries of a default, in order, each at most what the ones before have left of its claim.

    dates   : int64 (1,) or (paths,), ordinals of the default;  defaulted : int64 (paths,), minor units
    parties : those that default;  late_parties : those that pay late
    unit    : of the currency, minor units
    unpaid  : interest that had accrued, which some claims have besides; int64 (paths,), minor units
    """
    left, guarantors = defaulted, list[_Paid]()
    # Of a default that a deposit bears whole, the interest may still be claimed.
    claimed = defaulted + unpaid
    for one in recoveries:
        key = one.party or source_key(one.source)
        failed = parties.get(key)
        shares = _shares(one.subrogation)
        due = dates
        if one.party is not None or failed is not None or shares or guarantors:
            due = moved_where(dates, claimed, partial(months_later, months=one.lag))
        beside = unpaid if one.of_interest else 0
        # Entries with a claim to interest may have brought more than what defaulted.
        open_ = np.maximum(0, left + beside)
        amount, over = _shared_out(_gross(one, defaulted + beside, unit), open_, due, guarantors, unit)
        if failed is not None:
            amount = failed.pays(due, amount, unit)
        for guarantor, part in zip(guarantors, over, strict=True):
            guarantor.left = guarantor.left - (part if failed is None else failed.pays(due, part, unit))
        left = left - amount
        if shares:
            guarantors.append(_Paid(one.subrogation, due, amount))

        def later(days: Int64, lag: int = one.lag, key: str = key) -> Int64:
            owed = months_later(days, lag)
            return calendar.adjust_each(owed + days_late(late_parties, key, owed), adjustment)

        owed = None if one.party is None else due
        yield Recovered(one.source, one.party, moved_where(dates, claimed, later), amount, owed)


def _gross(one: ResolvedRecovery, claim: Int64, unit: int) -> Int64:
    """What an entry brings, whoever has it, minor units."""
    if one.rate is None:
        return np.full_like(claim, one.amount or 0)
    found = part_of(claim, one.rate, RATE_UNITS, unit)
    return np.maximum(0, found - one.cost) if one.cost else found


def _shares(subrogation: Subrogation) -> bool:
    """Whether a guarantor takes from later recoveries before the vehicle has everything."""
    match subrogation:
        case "creditor-first":
            return False
        case "pari-passu" | "guarantor-first":
            return True
        case _:
            assert_never(subrogation)


def _shared_out(
    gross: Int64, left: Int64, due: Int64, guarantors: list[_Paid], unit: int
) -> tuple[Int64, list[Int64]]:
    """The vehicle's part of what an entry brings, and that of each guarantor before it.

    left : what the vehicle has not got back yet, minor units
    """
    if not guarantors:
        return np.minimum(left, gross), []
    claims = [np.where(one.due <= due, one.left, 0) for one in guarantors]
    parts = [np.zeros_like(claim) for claim in claims]
    rest, beside = gross, np.zeros_like(gross)
    for k, one in enumerate(guarantors):
        match one.subrogation:
            case "guarantor-first":
                parts[k] = np.minimum(claims[k], rest)
                rest = rest - parts[k]
            case "pari-passu":
                beside = beside + claims[k]
            case "creditor-first":
                pass
            case _:
                assert_never(one.subrogation)
    both = left + beside
    vehicle = np.minimum(left, part_of(rest, left, np.maximum(both, 1), unit))
    over = rest - vehicle
    for k, one in enumerate(guarantors):
        match one.subrogation:
            case "pari-passu":
                parts[k] = np.minimum(claims[k], over)
                over = over - parts[k]
            case "guarantor-first" | "creditor-first":
                pass
            case _:
                assert_never(one.subrogation)
    return vehicle, parts


def moved_where(dates: Int64, amount: Int64, move: Callable[[Int64], Int64]) -> Int64:
    """``dates`` (1,) or (paths,) moved, ordinals; as they are on paths where the amount is 0, and may be no days.

    One date of all paths is moved where any of them has an amount.
    """
    if dates.size == 1:
        return move(dates) if amount.any() else dates
    some = amount > 0
    if some.all():
        return move(dates)
    found = dates.copy()
    found[some] = move(dates[some])
    return found
