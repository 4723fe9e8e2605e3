"""Obligors that default together: the largest, and those of one group, region or industry.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from securitize.base.closed import complete
from securitize.base.messages import Message
from securitize.definitions.pools.pool import Obligor
from securitize.definitions.suites.stresses import GroupKind, GroupOutStress, LargestObligorsStress
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, day_after


def largest(stress: LargestObligorsStress, target: Target) -> list[StressTable]:
    """The obligors that owe most default. Raises DoesNotApply."""
    at = day_after(target, stress.after)
    obligors = target.obligors(at)
    return [{"driver": "default", "obligor": name, "at": at} for name in obligors[: stress.count]]


def group_out(stress: GroupOutStress, target: Target) -> list[StressTable]:
    """The group that owes most defaults; obligors that name none are no group. Raises DoesNotApply."""
    if not any(_group_of(stress, obligor) for obligor in target.pool.obligors.values()):
        raise DoesNotApply(_NO_GROUP[stress.by])
    at = day_after(target, stress.after)
    owed = target.owed(at)
    groups: dict[str, list[str]] = {}
    for name in owed:
        if of := _group_of(stress, target.pool.obligors[name]):
            groups.setdefault(of, []).append(name)
    if not groups:
        raise DoesNotApply(
            Message("no obligor that belongs to such a group owes anything from {day} on", day=at)
        )
    struck = max(groups.values(), key=lambda names: sum(owed[name] for name in names))
    return [{"driver": "default", "obligor": name, "at": at} for name in struck]


#: Why no group can default together, by what would make one.
_NO_GROUP: Mapping[GroupKind, str] = complete(
    GroupKind,
    {
        "group": Message("no obligor says to which affiliate group it belongs"),
        "region": Message("no obligor says in which region it is"),
        "industry": Message("no obligor says in which industry it is"),
    },
)


def _group_of(stress: GroupOutStress, obligor: Obligor) -> str:
    match stress.by:
        case "group":
            return obligor.group
        case "region":
            return obligor.region
        case "industry":
            return obligor.industry
        case _:
            assert_never(stress.by)
