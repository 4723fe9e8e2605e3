"""Providers of support and other guarantors: they default, pay late or are downgraded.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

import datetime as dt

from securitize.definitions.figures import RATINGS
from securitize.definitions.suites.stresses import (
    AllProvidersDowngradedStress,
    AllProvidersLateStress,
    AllProvidersStress,
)
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, day_after, end_of_window


def providers_out(stress: AllProvidersStress, written: StressTable, target: Target) -> list[StressTable]:
    """Every provider of support and every other guarantor defaults. Raises DoesNotApply."""
    require_providers(target)
    recovery = {"recovery": written["recovery"]} if "recovery" in written else {}
    return _all_default(target, _day(target, stress.after), recovery)


def no_providers(target: Target) -> list[StressTable]:
    """Everybody who promised to pay fails at closing, and pays nothing. Of one day the first written holds."""
    return _all_default(target, _day(target, None), {"recovery": 0})


def _all_default(target: Target, at: dt.date, recovery: StressTable) -> list[StressTable]:
    """recovery : the key of that name, or nothing where each party's own counts"""
    return [
        *(
            {"driver": "provider-default", "support": one, "at": at, **recovery}
            for one in target.deal.support
        ),
        *(
            {"driver": "party-default", "party": one, "at": at, **recovery}
            for one in other_guarantors(target)
        ),
    ]


def _day(target: Target, after: str | None) -> dt.date:
    """Closing, in mid-life the day after the last payment date, without ``after``. Raises DoesNotApply."""
    return target.today.next_of_notes if after is None else day_after(target, after)


def require_providers(target: Target) -> None:
    """Raises DoesNotApply where nobody supports the deal, and no party owes recoveries."""
    if not target.deal.support and not other_guarantors(target):
        raise DoesNotApply("the deal has no support from outside")


def other_guarantors(target: Target) -> list[str]:
    """The parties that owe recoveries and stand behind no support, by id or as the obligor that they are."""
    deal = target.deal
    of_supports = {support.party for support in deal.support.values()}
    owing = [one.party for one in (deal.performance.recoveries if deal.performance else ())]
    return [party for party in dict.fromkeys(owing) if party is not None and party not in of_supports]


def providers_late(stress: AllProvidersLateStress, written: StressTable, target: Target) -> list[StressTable]:
    """Every provider of support pays late. Raises DoesNotApply."""
    if not target.deal.support:
        raise DoesNotApply("the deal has no support from outside")
    at = _day(target, stress.after)
    until = end_of_window(at, stress.lasts) if stress.lasts else max(target.end, at)
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
    at = _day(target, stress.after)
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
