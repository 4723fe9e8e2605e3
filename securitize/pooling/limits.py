"""Limits as written -> limits on units, in whole numbers (``docs/reference/pools.md``, section 6)."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import assert_never, cast

import numpy as np
from pydantic import TypeAdapter

from securitize.base.arithmetic import Int64
from securitize.base.closed import complete
from securitize.base.money import RATE_UNITS
from securitize.definitions.pools import pool_limits as written
from securitize.definitions.pools.build import Build, Venue
from securitize.pooling.portfolio import KINDS, STAGES, ContractLots, Portfolio, below, divided
from securitize.pooling.selection.problem import (
    EffectiveNumberLimit,
    GroupCountLimit,
    LargestShareLimit,
    Limit,
    Measure,
    ShareLimit,
    TotalLimit,
)

#: Thousandths of a point, hundredths of a day: weights by value are whole yuan, so that products stay small.
_YUAN, _POINT, _YEAR = 100, 1000, 36525
_EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class UnitLimit:
    """A limit on units, with what a reader needs to know of it.

    scale : a bound or value of the limit times this is what the reader sees; unit : in which
    step  : by how much the bound is relaxed to see what that brings, in the limit's own unit
    """

    limit: Limit
    kind: str
    title: str
    title_zh: str
    source: str
    unit: str
    scale: float
    step: int


@cache
def venue_limits() -> Mapping[Venue, dict[str, written.Limit]]:
    """Limits by venue and name."""
    path = Path(written.__file__).with_name("venues.toml")
    adapter: TypeAdapter[written.Limit] = TypeAdapter(written.Limit)
    raw = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    found = {
        cast(Venue, venue): {name: adapter.validate_python(limit) for name, limit in limits.items()}
        for venue, limits in raw.items()
    }
    return complete(Venue, found)


def limits_of(build: Build) -> dict[str, written.Limit]:
    """Those of the venue, waived where the file says so, and those of the file, which take their place by name."""
    venue = venue_limits()[build.venue] if build.venue else {}
    found = {
        name: limit.model_copy(update={"waived": build.venue_waived.get(name, "")})
        for name, limit in venue.items()
    }
    return found | dict(build.limits)


class Measures:
    """Sums over units of what limits speak of."""

    def __init__(self, portfolio: Portfolio, lots: ContractLots) -> None:
        self.portfolio, self.lots = portfolio, lots
        self.parts = divided(portfolio, lots.lot_amount)

    def by_contract(self, values: Int64) -> Measure:
        """A lot's sum of what is given by contract."""
        return Measure("lot", _summed(self.lots.unit, values, self.lots.units))

    def by_patent(self, values: Int64) -> Measure:
        """A unit's sum of what is given by patent."""
        return Measure("unit", _summed(self.lots.unit[self.portfolio.contract], values, self.lots.units))

    @property
    def amount(self) -> Measure:
        """Amount of a lot."""
        return self.by_contract(self.lots.lot_amount)

    def amount_where(self, contracts: Int64) -> Measure:
        """Amount of a lot in the contracts that are marked."""
        return self.by_contract(np.where(contracts != 0, self.lots.lot_amount, 0))

    def amount_on(self, nodes: Int64) -> Measure:
        """Amount of a lot on the nodes that are marked."""
        here = np.where(nodes[self.portfolio.place_node] != 0, self.parts, 0)
        contract = self.portfolio.contract[self.portfolio.place_patent]
        return self.by_contract(_summed(contract, here, self.portfolio.contracts))

    def holdings(self, group: Int64) -> tuple[Int64, Int64, Int64]:
        """Unit, group and a lot's amount of each contract."""
        return self.lots.unit, group, self.lots.lot_amount


def _summed(index: Int64, values: Int64, length: int) -> Int64:
    # Not bincount, whose weights are floats.
    found = np.zeros(length, np.int64)
    np.add.at(found, index, values)
    return found


def impose(build: Build, measures: Measures) -> list[UnitLimit]:
    """Every limit of a build on the units of its portfolio; a waived one is there to be measured."""
    return [
        imposed
        for name, limit in limits_of(build).items()
        for imposed in _RULES[type(limit)](name, limit, measures)
    ]


def _described(
    limit: written.PoolLimit, kind: str, unit: str, scale: float, step: int
) -> Callable[[Limit], UnitLimit]:
    return lambda made: UnitLimit(made, kind, limit.title, limit.title_zh, limit.source, unit, scale, step)


def _waived(limit: written.PoolLimit) -> str | None:
    return limit.waived or None


def _size(name: str, limit: written.SizeLimit, measures: Measures) -> Iterator[UnitLimit]:
    say = _described(limit, "size", "currency units", 0.01, 1_000_000 * 100)
    yield from _band(name, limit, measures.amount, say)


def _band(
    name: str,
    limit: written.SizeLimit | written.CountLimit,
    measure: Measure,
    say: Callable[[Limit], UnitLimit],
) -> Iterator[UnitLimit]:
    """One limit a side, so that each has its own headroom."""
    both = limit.at_least is not None and limit.at_most is not None
    for side, low, high in (("least", limit.at_least, None), ("most", None, limit.at_most)):
        if low is not None or high is not None:
            yield say(TotalLimit(f"{name}-{side}" if both else name, measure, low, high, _waived(limit)))


def _count(name: str, limit: written.CountLimit, measures: Measures) -> Iterator[UnitLimit]:
    portfolio = measures.portfolio
    say = _described(limit, limit.kind, "count", 1.0, 1)
    unit = measures.lots.unit
    match limit.kind:
        case "obligors":
            if limit.at_least is not None:
                yield say(GroupCountLimit(name, unit, portfolio.obligor, limit.at_least, _waived(limit)))
        case "patents":
            yield from _band(name, limit, measures.by_patent(np.ones(portfolio.patents, np.int64)), say)
        case "contracts":
            ones = _summed(unit, np.ones(portfolio.contracts, np.int64), measures.lots.units)
            yield from _band(name, limit, Measure("unit", ones), say)
        case _:
            assert_never(limit.kind)


def _largest(name: str, limit: written.LargestLimit, measures: Measures) -> Iterator[UnitLimit]:
    match limit.kind:
        case "largest-obligors":
            group = measures.portfolio.obligor
        case "largest-groups":
            group = measures.portfolio.group
        case _:
            assert_never(limit.kind)
    say = _described(limit, limit.kind, "share", 1 / RATE_UNITS, RATE_UNITS // 100)
    yield say(LargestShareLimit(name, *measures.holdings(group), limit.count, limit.at_most, _waived(limit)))


def _effective(name: str, limit: written.EffectiveNumberLimit, measures: Measures) -> Iterator[UnitLimit]:
    say = _described(limit, "effective-number", "number", 1 / RATE_UNITS, RATE_UNITS // 10)
    holdings = measures.holdings(measures.portfolio.obligor)
    yield say(EffectiveNumberLimit(name, *holdings, limit.at_least, _waived(limit)))


def _share(
    name: str,
    limit: written.PoolLimit,
    part: Measure,
    whole: Measure,
    low: int | None,
    high: int | None,
    kind: str,
) -> Iterator[UnitLimit]:
    say = _described(limit, kind, "share", 1 / RATE_UNITS, RATE_UNITS // 100)
    both = low is not None and high is not None
    for side, at_least, at_most in (("least", low, None), ("most", None, high)):
        if at_least is not None or at_most is not None:
            yield say(
                ShareLimit(f"{name}-{side}" if both else name, part, whole, at_least, at_most, _waived(limit))
            )


def _node(name: str, limit: written.NodeLimit, measures: Measures) -> Iterator[UnitLimit]:
    nodes = _below(measures.portfolio, limit.node)
    part = measures.amount_on(nodes)
    yield from _share(name, limit, part, measures.amount, limit.at_least, limit.at_most, "node")


def _below(portfolio: Portfolio, node: str) -> Int64:
    if node not in portfolio.node_names:
        raise KeyError(node)
    return below(portfolio.node_parent, portfolio.node_names.index(node)).astype(np.int64)


def _stage(name: str, limit: written.StageLimit, measures: Measures) -> Iterator[UnitLimit]:
    nodes = (measures.portfolio.node_stage == STAGES.index(limit.stage)).astype(np.int64)
    part = measures.amount_on(nodes)
    yield from _share(name, limit, part, measures.amount, limit.at_least, limit.at_most, "stage")


def _region(name: str, limit: written.RegionLimit, measures: Measures) -> Iterator[UnitLimit]:
    portfolio = measures.portfolio
    if not limit.region:
        say = _described(limit, "region", "share", 1 / RATE_UNITS, RATE_UNITS // 100)
        holdings = measures.holdings(portfolio.region)
        yield say(LargestShareLimit(name, *holdings, 1, limit.at_most, _waived(limit)))
        return
    here = np.array([region == limit.region for region in portfolio.region_names], np.int64)
    part = measures.amount_where(here[portfolio.region] if len(here) else portfolio.region)
    yield from _share(name, limit, part, measures.amount, None, limit.at_most, "region")


def _patent_kind(name: str, limit: written.PatentKindLimit, measures: Measures) -> Iterator[UnitLimit]:
    kind = measures.portfolio.kind
    part = measures.by_patent((kind == KINDS.index(limit.patent_kind)).astype(np.int64))
    whole = measures.by_patent(np.ones(len(kind), np.int64))
    yield from _share(name, limit, part, whole, None, limit.at_most, "patent-kind")


def _required(name: str, limit: written.RequiredNodesLimit, measures: Measures) -> Iterator[UnitLimit]:
    portfolio = measures.portfolio
    for node in limit.nodes:
        marked = _below(portfolio, node)[portfolio.place_node] != 0
        there = np.zeros(portfolio.patents, np.int64)
        there[portfolio.place_patent[marked]] = 1
        say = _described(limit, "required-nodes", "count", 1.0, 1)
        yield say(
            TotalLimit(f"{name}-{node}", measures.by_patent(there), limit.at_least, None, _waived(limit))
        )


def _score(name: str, limit: written.ScoreLimit, measures: Measures) -> Iterator[UnitLimit]:
    portfolio = measures.portfolio
    value = np.where(portfolio.score >= 0, portfolio.appraised // _YUAN, 0)
    part, whole = measures.by_patent(value * portfolio.score.clip(0)), measures.by_patent(value * _POINT)
    say = _described(limit, "weighted-score", "points", 1 / RATE_UNITS, RATE_UNITS)
    yield say(ShareLimit(name, part, whole, limit.at_least, None, _waived(limit)))


def _life(name: str, limit: written.LifeLimit, measures: Measures) -> Iterator[UnitLimit]:
    value = measures.portfolio.appraised // _YUAN
    part = measures.by_patent(value * measures.portfolio.life * 100)
    say = _described(limit, "weighted-life", "years", 1 / RATE_UNITS, RATE_UNITS // 10)
    yield say(ShareLimit(name, part, measures.by_patent(value * _YEAR), limit.at_least, None, _waived(limit)))


def _advance(name: str, limit: written.AdvanceRateLimit, measures: Measures) -> Iterator[UnitLimit]:
    portfolio = measures.portfolio
    match limit.value:
        case "appraised":
            value = portfolio.appraised
        case "pledge-bank":
            value = portfolio.pledge_bank
        case "liquidation":
            value = portfolio.liquidation
        case _:
            assert_never(limit.value)
    whole = measures.by_patent(value)
    yield from _share(name, limit, measures.amount, whole, None, limit.at_most, "advance-rate")


def _maturity(name: str, limit: written.MaturityLimit, measures: Measures) -> Iterator[UnitLimit]:
    after = limit.after.toordinal() - _EPOCH
    part = measures.amount_where((measures.portfolio.maturity > after).astype(np.int64))
    yield from _share(name, limit, part, measures.amount, None, limit.at_most, "maturity")


_RULES: Mapping[type, Callable[..., Iterator[UnitLimit]]] = complete(
    written.Limit,
    {
        written.SizeLimit: _size,
        written.CountLimit: _count,
        written.LargestLimit: _largest,
        written.EffectiveNumberLimit: _effective,
        written.NodeLimit: _node,
        written.StageLimit: _stage,
        written.RegionLimit: _region,
        written.PatentKindLimit: _patent_kind,
        written.RequiredNodesLimit: _required,
        written.ScoreLimit: _score,
        written.LifeLimit: _life,
        written.AdvanceRateLimit: _advance,
        written.MaturityLimit: _maturity,
    },
)
