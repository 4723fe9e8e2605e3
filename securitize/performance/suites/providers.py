"""Providers of support and other guarantors: they default, pay late or are downgraded.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from securitize.base.dates import add_months
from securitize.definitions.figures import RATINGS, months
from securitize.definitions.suites.stresses import (
    AllProvidersDowngradedStress,
    AllProvidersLateStress,
    AllProvidersStress,
)
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, day_after


def providers_out(stress: AllProvidersStress, written: StressTable, target: Target) -> list[StressTable]:
    """Every provider of support and every other guarantor defaults. Raises DoesNotApply."""
    others = other_guarantors(target)
    if not target.deal.support and not others:
        raise DoesNotApply("the deal has no support from outside")
    at = target.today.next_of_notes if stress.after is None else day_after(target, stress.after)
    recovery = {"recovery": written["recovery"]} if "recovery" in written else {}
    of_supports: list[StressTable] = [
        {"driver": "provider-default", "support": name, "at": at, **recovery} for name in target.deal.support
    ]
    return of_supports + [
        {"driver": "party-default", "party": party, "at": at, **recovery} for party in others
    ]


def no_providers(target: Target) -> list[StressTable]:
    """Everybody who promised to pay fails at closing, and pays nothing. Of one day the first written holds."""
    at = target.today.next_of_notes
    of_supports: list[StressTable] = [
        {"driver": "provider-default", "support": name, "at": at, "recovery": 0}
        for name in target.deal.support
    ]
    others = [
        {"driver": "party-default", "party": party, "at": at, "recovery": 0}
        for party in other_guarantors(target)
    ]
    return [*of_supports, *others]


def other_guarantors(target: Target) -> list[str]:
    """The parties that owe recoveries and stand behind no support, by id, but obligors of the pool."""
    deal = target.deal
    of_supports = {support.party for support in deal.support.values()}
    owing = [one.party for one in (deal.performance.recoveries if deal.performance else ())]
    return [
        party
        for party in dict.fromkeys(owing)
        if party is not None and party not in of_supports and party not in target.pool.obligors
    ]


def providers_late(stress: AllProvidersLateStress, written: StressTable, target: Target) -> list[StressTable]:
    """Every provider of support pays late. Raises DoesNotApply."""
    if not target.deal.support:
        raise DoesNotApply("the deal has no support from outside")
    at = target.today.next_of_notes if stress.after is None else day_after(target, stress.after)
    until = add_months(at, months(stress.lasts)) if stress.lasts else max(target.end, at)
    return [
        {"driver": "provider-late", "support": name, "at": at, "until": until, "days": written["days"]}
        for name in target.deal.support
    ]


def providers_downgraded(stress: AllProvidersDowngradedStress, target: Target) -> list[StressTable]:
    """Every provider that has a rating is rated lower. Raises DoesNotApply."""
    rated = {name: one.rating for name, one in target.deal.support.items() if one.rating is not None}
    if not target.deal.support:
        raise DoesNotApply("the deal has no support from outside")
    if not rated:
        raise DoesNotApply("no provider of support has a rating")
    at = target.today.next_of_notes if stress.after is None else day_after(target, stress.after)
    lowest = len(RATINGS) - 1
    return [
        {
            "driver": "provider-rating",
            "support": name,
            "at": at,
            "rating": RATINGS[min(RATINGS.index(rating) + stress.notches, lowest)],
        }
        for name, rating in rated.items()
    ]
