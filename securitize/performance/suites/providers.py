"""Providers of support and other guarantors: they default, pay late or are downgraded.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

import datetime as dt

from securitize.base.messages import Listing, Message
from securitize.definitions.figures import RATINGS
from securitize.definitions.suites.stresses import (
    AllProvidersDowngradedStress,
    AllProvidersLateStress,
    AllProvidersStress,
)
from securitize.performance.parties import support_key
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, day_after, end_of_window


def providers_out(stress: AllProvidersStress, written: StressTable, target: Target) -> list[StressTable]:
    """Every provider of support and every other guarantor defaults. Raises DoesNotApply."""
    require_providers(target)
    recovery = {"recovery": written["recovery"]} if "recovery" in written else {}
    return _all_default(target, _day(target, stress.after), recovery)


def no_providers(target: Target) -> list[StressTable]:
    """Everybody who promised to pay fails at closing, and pays nothing. Of one day the first written holds.

    Who has failed already by the books goes on paying what it pays since.
    """
    return _all_default(target, _day(target, None), {"recovery": 0})


def _all_default(target: Target, at: dt.date, recovery: StressTable) -> list[StressTable]:
    """recovery : the key of that name, or nothing where each party's own counts"""
    supports, others = standing(target)
    return [
        *({"driver": "provider-default", "support": one, "at": at, **recovery} for one in supports),
        *({"driver": "party-default", "party": one, "at": at, **recovery} for one in others),
    ]


def _day(target: Target, after: str | None) -> dt.date:
    """Closing, in mid-life the day after the last payment date, without ``after``. Raises DoesNotApply."""
    return target.today.next_of_notes if after is None else day_after(target, after)


def require_providers(target: Target) -> None:
    """Raises DoesNotApply where nobody supports the deal and no party owes recoveries, or all who did have failed."""
    if not target.deal.support and not other_guarantors(target):
        raise DoesNotApply("the deal has no support from outside")
    if not any(standing(target)):
        raise DoesNotApply(have_failed(target))


def standing(target: Target) -> tuple[list[str], list[str]]:
    """The supports, and the other guarantors, whose company has not failed by the books."""
    failed = target.today.failed
    supports = [name for name in target.deal.support if support_key(target.deal, name) not in failed]
    return supports, [name for name in other_guarantors(target) if name not in failed]


def have_failed(target: Target) -> str:
    """Which companies behind the support have failed by the books; empty where none has."""
    owing = [*(support_key(target.deal, name) for name in target.deal.support), *other_guarantors(target)]
    names = [key.removeprefix("support:") for key in dict.fromkeys(owing) if key in target.today.failed]
    return Message("already failed: {names}", names=Listing(names)) if names else ""


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
    supports, _ = standing(target)
    if not supports:
        raise DoesNotApply(have_failed(target))
    at = _day(target, stress.after)
    until = end_of_window(at, stress.lasts) if stress.lasts else max(target.end, at)
    return [
        {"driver": "provider-late", "support": name, "at": at, "until": until, "days": written["days"]}
        for name in supports
    ]


def providers_downgraded(stress: AllProvidersDowngradedStress, target: Target) -> list[StressTable]:
    """Every provider that has a rating is rated lower. Raises DoesNotApply."""
    ratings = {name: target.today.ratings.get(name, one.rating) for name, one in target.deal.support.items()}
    rated = {name: rating for name, rating in ratings.items() if rating is not None}
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
