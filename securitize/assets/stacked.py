"""A batch of performances as paths of one: scenarios that differ in rates, dates and delays are projected together.

Each path delivers what its own performance delivers alone, to the minor unit: only numbers that the projection reads by
path are put side by side, the rest keeps performances apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from securitize.assets.resolve import ResolvedPool
from securitize.assets.royalties import ResolvedRoyalty
from securitize.base.arithmetic import Int64
from securitize.base.closed import partition_of_fields
from securitize.base.money import RATE_UNITS
from securitize.performance.resolved import (
    NEVER,
    BaseChange,
    LateWindow,
    NamedDefault,
    PartyDefault,
    ResolvedPerformance,
    ResolvedRecovery,
    given_delay,
)

#: What the paths of a stack have side by side, or in part; of all else they have the same, or are kept apart.
_SIDE_BY_SIDE, _APART = partition_of_fields(
    ResolvedPerformance,
    {
        *(
            "paths",
            "default_rates",
            "prepayment_rates",
            "recoveries",
            "defaults",
            "late",
            "delays",
            "parties",
        ),
        *("index", "base", "sales"),
    },
    {
        *("prepayments", "failures", "servicer"),
        *("conversion", "order", "default_cuts", "instalment", "after_last", "banks", "capped"),
        *("late_parties", "earlier", "failed", "as_written"),
    },
)


@dataclass(frozen=True, slots=True)
class Stack:
    """Performances side by side. ``places`` : of each path, its place among those that were given."""

    places: Int64
    performance: ResolvedPerformance


def stacked(pool: ResolvedPool, performances: Sequence[ResolvedPerformance]) -> list[Stack]:
    """Given performances, of one path each, in as few stacks as can be.

    Raises ValueError where one has several paths, or draws delays or sales.
    """
    for one in performances:
        if one.paths != 1 or one.delays or one.sales:
            raise ValueError("a given performance has one path and draws nothing")
    known = _common_changes(performances)
    groups: dict[Hashable, list[int]] = {}
    for place, one in enumerate(performances):
        groups.setdefault(_apart(pool, one, known), []).append(place)
    return [
        Stack(np.array(places), _together(pool, [performances[place] for place in places], known))
        for places in groups.values()
    ]


def _apart(pool: ResolvedPool, one: ResolvedPerformance, known: int) -> Hashable:
    """What keeps two performances apart."""
    own = {
        name: _form(named.recoveries) for name, named in one.defaults.items() if named.recoveries is not None
    }
    extra = one.base[known:]
    return (
        _form(one.recoveries),
        repr(sorted(own.items())),
        one.index if any(contract.under(one.index) is not contract for contract in pool.contracts) else (),
        () if _is_one_scale(extra) else extra,
        *(_plain(getattr(one, name)) for name in sorted(_APART)),
    )


def _plain(value: object) -> Hashable:
    """A field as it is compared: by what is in it, whatever the order."""
    return repr(sorted(value.items())) if isinstance(value, Mapping) else repr(value)


def _form(recoveries: tuple[ResolvedRecovery, ...] | None) -> Hashable:
    """What recoveries have beside their rates."""
    return tuple(
        (one.source, one.rate is None, one.amount, one.lag, one.cost, one.party, one.subrogation)
        for one in recoveries or ()
    )


def _common_changes(performances: Sequence[ResolvedPerformance]) -> int:
    """How many changes of sales all performances begin with."""
    shortest = min((one.base for one in performances), key=len, default=())
    for k in range(len(shortest), 0, -1):
        if all(one.base[:k] == shortest[:k] for one in performances):
            return k
    return 0


def _is_one_scale(extra: tuple[BaseChange, ...]) -> bool:
    return not extra or (len(extra) == 1 and extra[0].scales is not None)


def _together(
    pool: ResolvedPool, performances: Sequence[ResolvedPerformance], known: int
) -> ResolvedPerformance:
    first = performances[0]
    if len(performances) == 1:
        return first
    late = any(one.late for one in performances)
    scaled = _is_one_scale(first.base[known:]) and any(len(one.base) > known for one in performances)
    return replace(
        first,
        paths=len(performances),
        default_rates=np.concatenate([one.default_rates for one in performances]),
        prepayment_rates=np.concatenate([one.prepayment_rates for one in performances]),
        recoveries=_rates_together([one.recoveries for one in performances]),
        defaults=_defaults_together(performances),
        parties=_parties_together(performances),
        late=(),
        delays=_delays(pool, [one.late for one in performances]) if late else {},
        base=first.base[:known] if scaled else first.base,
        sales=_scales(pool, [one.base[known:] for one in performances]) if scaled else {},
    )


def _rates_together(each: Sequence[tuple[ResolvedRecovery, ...]]) -> tuple[ResolvedRecovery, ...]:
    return tuple(
        one if one.rate is None else replace(one, rate=np.concatenate([_rate(of[k]) for of in each]))
        for k, one in enumerate(each[0])
    )


def _rate(recovery: ResolvedRecovery) -> Int64:
    assert recovery.rate is not None  # the others of its place have one
    return recovery.rate


def _defaults_together(performances: Sequence[ResolvedPerformance]) -> dict[str, NamedDefault]:
    """Performances of one stack have recoveries of their own for the same contracts: :func:`_apart` sees to it."""
    names = dict.fromkeys(name for one in performances for name in one.defaults)
    never = np.array([NEVER], np.int64)
    found = {}
    for name in names:
        each = [one.defaults.get(name) for one in performances]
        dates = np.concatenate([never if named is None else named.dates for named in each])
        own = [named.recoveries for named in each if named is not None and named.recoveries is not None]
        found[name] = NamedDefault(dates, _rates_together(own) if own else None)
    return found


def _parties_together(performances: Sequence[ResolvedPerformance]) -> dict[str, PartyDefault]:
    keys = dict.fromkeys(key for one in performances for key in one.parties)
    none = PartyDefault(np.array([NEVER], np.int64), np.array([0], np.int64))
    each = {key: [one.parties.get(key, none) for one in performances] for key in keys}
    return {
        key: PartyDefault(
            np.concatenate([one.dates for one in of_key]), np.concatenate([one.share for one in of_key])
        )
        for key, of_key in each.items()
    }


def _delays(pool: ResolvedPool, each: Sequence[tuple[LateWindow, ...]]) -> dict[str, Int64]:
    """Days by which each instalment is late, (paths, instalments), by contract."""
    kinds = list(dict.fromkeys(each))
    place = {windows: k for k, windows in enumerate(kinds)}
    which = np.array([place[windows] for windows in each])
    return {
        contract.name: np.array(
            [
                [given_delay(windows, contract.contract.obligor, written) for written in contract.due]
                for windows in kinds
            ],
            np.int64,
        )[which]
        for contract in pool.contracts
    }


def _scales(pool: ResolvedPool, each: Sequence[tuple[BaseChange, ...]]) -> Mapping[str, Int64]:
    """What sales are multiplied by in each reporting period, (paths, m), by royalty."""
    return {
        contract.name: np.stack([_scale(contract, changes) for changes in each])
        for contract in pool.contracts
        if isinstance(contract, ResolvedRoyalty)
    }


def _scale(contract: ResolvedRoyalty, changes: tuple[BaseChange, ...]) -> Int64:
    found = np.full(contract.sales.size, RATE_UNITS, np.int64)
    for change in changes:
        if change.scales is not None and change.contract in (None, contract.name):
            for j, u in change.changed(contract.ends):
                found[u] = change.scales[min(j, len(change.scales) - 1)]
    return found
