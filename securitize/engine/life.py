"""Life coverage of a calculation, of a batch of scenarios, and the plain multiple of offering papers beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from securitize.assets.collections import Collections
from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.engine.calculation import Calculation, calculate, held_in, recoveries_owed
from securitize.engine.measures import least, or_null
from securitize.engine.prepare.dates import on_dates
from securitize.performance.parties import account_pays
from securitize.waterfall.cash_to_come import Delivered, plain_to_come
from securitize.waterfall.life_coverage import LifeCoverage, life_coverage, plain_multiple
from securitize.waterfall.resolved import ResolvedDeal


def delivered_to(
    resolved: ResolvedDeal, collections: Collections, varying: Mapping[str, Int64] | None = None
) -> Delivered:
    """What the waterfall of ``resolved`` was given.

    collections : of the periods that were calculated
    varying     : what is given by path, of the whole deal, int64 (paths, periods)
    """

    def by_period(key: str, otherwise: int) -> Int64:
        if varying is not None and key in varying:
            return varying[key][:, resolved.past :]
        return resolved.given.get(key, np.full(resolved.periods, otherwise, np.int64))[np.newaxis]

    pays = {}
    for name in resolved.deal.support:
        # What is called for on the last date by a provider that is late is never paid.
        late = by_period(f"late.{name}", 0)[:, -1:] > 0
        pays[name] = np.where(late, 0, by_period(f"pays.{name}", RATE_UNITS))
    with_bank = [name for name, account in resolved.deal.accounts.items() if account.party is not None]
    return Delivered(
        collections.streams,
        collections.performing,
        pays,
        recoveries_owed(resolved, collections),
        {name: by_period(account_pays(name), RATE_UNITS) for name in with_bank},
        {name: held_in(resolved, collections, name) for name in with_bank},
    )


def joined(parts: Sequence[tuple[Int64, Delivered]], paths: int) -> Delivered:
    """Parts of a batch, each with the places of its paths, as one."""

    def whole(each: Sequence[Int64]) -> Int64:
        found = np.zeros((paths, each[0].shape[1]), np.int64)
        for (places, _), values in zip(parts, each, strict=True):
            found[places] = values
        return found

    first = parts[0][1]
    return Delivered(
        {stream: whole([one.streams[stream] for _, one in parts]) for stream in first.streams},
        whole([one.performing for _, one in parts]),
        {name: whole([one.pays[name] for _, one in parts]) for name in first.pays},
        {name: whole([one.recovered[name] for _, one in parts]) for name in first.recovered},
        {name: whole([one.banks[name] for _, one in parts]) for name in first.banks},
        {name: whole([one.held[name] for _, one in parts]) for name in first.held},
    )


def life_of(calculation: Calculation) -> dict[int, LifeCoverage]:
    """Life coverage of each rank on the one path, float64 (1, 1 + periods)."""
    resolved = calculation.resolved
    given = delivered_to(resolved, calculation.collections)
    return life_coverage(resolved, calculation.one_path, given, calculation.prepared.today.notes)


def plain_of(calculation: Calculation) -> dict[int, Float64]:
    """The multiple of offering papers of each rank on the one path, float64 (1, 1 + periods)."""
    given = delivered_to(calculation.resolved, calculation.collections)
    to_come = plain_to_come(calculation.resolved, calculation.one_path, given)
    return plain_by_rank(base_case(calculation), to_come)


def base_case(calculation: Calculation) -> Calculation:
    """The deal without its scenario, without random paths; the calculation itself where it has none."""
    prepared = calculation.prepared
    if prepared.definitions.scenario is None:
        return calculation
    found = replace(prepared.definitions, scenario=None, performance=None, chain=None)
    return calculate(on_dates(found, known_on=prepared.known_on))


def plain_by_rank(base: Calculation, to_come: Float64) -> dict[int, Float64]:
    """The multiple of offering papers of each rank, float64 (paths, 1 + periods).

    base    : the base case, whose notes freeze the denominator
    to_come : what is paid of collections after each day, see ``plain_to_come``
    """
    lines = base.one_path
    return {
        rank: plain_multiple(base.resolved, lines, to_come, rank)
        for rank in sorted({note.rank for note in base.prepared.deal.notes.values()})
    }


def life_measures(of_rank: LifeCoverage, row: int) -> dict[str, float | None]:
    """Life coverage of a rank on one path, today and the least of all days before the last, by column."""
    kinds = {"life_coverage": of_rank.life, "life_coverage_with_support": of_rank.with_support}
    today = {name: or_null(found[row, 0]) for name, found in kinds.items()}
    return today | {f"min_{name}": least(found[row]) for name, found in kinds.items()}
