"""What each limit of a build file measures, in fractions from the rows of a portfolio: docs/reference/pools.md.

A choice is the amount taken of each contract, minor units; 0 is not taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from securitize.pooling.portfolio import Portfolio

_ONE = 100_000_000
_FEN = 100
_DAYS_OF_A_YEAR = Fraction(36525, 100)
_KINDS = {"invention": 0, "utility-model": 1, "design": 2}
_STAGES = {"upstream": 0, "midstream": 1, "downstream": 2}


@dataclass(frozen=True)
class Measured:
    """A limit as its reader sees it: value None where it is a share of nothing."""

    name: str
    kind: str
    value: Fraction | None
    at_least: Fraction | None
    at_most: Fraction | None
    waived: str | None


class Page:
    """The pool that takes these amounts of the contracts of a portfolio."""

    def __init__(self, portfolio: Portfolio, amounts: list[int], lots: list[int]) -> None:
        """lots : of each contract how many lots make its amount; 1 where it is taken whole, 0 where not at all."""
        self.portfolio, self.amounts, self.lots = portfolio, amounts, lots
        self.inside = [c for c, amount in enumerate(lots) if amount]
        self.patents = [p for p, c in enumerate(portfolio.contract.tolist()) if lots[c]]
        self.total = sum(amounts)

    def limits(self, written: dict[str, dict[str, Any]]) -> Iterator[Measured]:
        """Every limit, one a bound; of nodes that are required, one a node."""
        for name, limit in written.items():
            if limit["kind"] == "required-nodes":
                for node in limit["nodes"]:
                    count = Fraction(self.standing_on(node))
                    least = Fraction(limit.get("at_least", 1))
                    yield Measured(f"{name}-{node}", limit["kind"], count, least, None, _waived(limit))
                continue
            value = self.value(limit)
            low, high = _bound(limit, "at_least"), _bound(limit, "at_most")
            if low is None or high is None:
                yield Measured(name, limit["kind"], value, low, high, _waived(limit))
            else:
                yield Measured(f"{name}-least", limit["kind"], value, low, None, _waived(limit))
                yield Measured(f"{name}-most", limit["kind"], value, None, high, _waived(limit))

    def value(self, limit: dict[str, Any]) -> Fraction | None:
        """What the pool has of what a limit bounds, in the unit in which the limit is written."""
        own: dict[str, Callable[[], Fraction | None]] = {
            "size": lambda: Fraction(self.total, _FEN),
            "patents": lambda: Fraction(len(self.patents)),
            "contracts": lambda: Fraction(len(self.inside)),
            "obligors": lambda: Fraction(len(self.held(self.portfolio.obligor))),
            "largest-obligors": lambda: self.largest(self.portfolio.obligor, limit.get("count", 1)),
            "largest-groups": lambda: self.largest(self.portfolio.group, limit.get("count", 1)),
            "effective-number": self.effective,
            "node": lambda: self.of_total(
                self.on({n for n in self.nodes() if self.lies_on(n, limit["node"])})
            ),
            "stage": lambda: self.of_total(self.on(self.of_stage(limit["stage"]))),
            "region": lambda: self.region(limit.get("region", "")),
            "patent-kind": lambda: _divided(
                sum(self.portfolio.kind[p] == _KINDS[limit["patent_kind"]] for p in self.patents),
                len(self.patents),
            ),
            "weighted-score": self.score,
            "weighted-life": self.life,
            "advance-rate": lambda: self.advance(limit.get("value", "appraised")),
            "maturity": lambda: self.of_total(self.late(limit["after"])),
        }
        return own[limit["kind"]]()

    def objective(self, name: str) -> tuple[Fraction, Fraction]:
        """What the pool is worth to an objective in yuan or points, and less than how much rounding may take of it."""
        portfolio = self.portfolio
        value = {p: int(portfolio.appraised[p]) // _FEN for p in self.patents}
        match name:
            case "eligible-value":
                return Fraction(sum(value.values())), Fraction(1)
            case "amount":
                return Fraction(self.total, _FEN), Fraction(1)
            case "score":
                points = sum(value[p] * max(int(portfolio.score[p]), 0) for p in self.patents)
                return Fraction(points, 10**9), Fraction(len(self.patents) + 1, 1000)
            case "spread":
                earned = sum(self.amounts[c] * int(portfolio.spread[c]) for c in self.inside)
                return Fraction(earned, _FEN * _ONE), Fraction(sum(self.lots) + 1)
        places = zip(portfolio.place_patent.tolist(), portfolio.place_node.tolist(), strict=True)
        nodes = {n for p, n in places if p in value}
        return Fraction(10_000 * len(self.held(portfolio.obligor)) + len(nodes)), Fraction(1)

    def of_total(self, part: int) -> Fraction | None:
        return _divided(part, self.total)

    def held(self, keys: Any) -> list[int]:
        """Amount of each key that a contract of the pool has, the largest first."""
        found: dict[int, int] = {}
        for c in self.inside:
            found[int(keys[c])] = found.get(int(keys[c]), 0) + self.amounts[c]
        return sorted(found.values(), reverse=True)

    def largest(self, keys: Any, count: int) -> Fraction | None:
        return self.of_total(sum(self.held(keys)[:count]))

    def effective(self) -> Fraction | None:
        if not self.total:
            return None
        return 1 / sum(
            (Fraction(one, self.total) ** 2 for one in self.held(self.portfolio.obligor)), Fraction(0)
        )

    def region(self, name: str) -> Fraction | None:
        """Of each region, where none is named: so of the largest."""
        if not name:
            return self.largest(self.portfolio.region, 1)
        names = self.portfolio.region_names
        return self.of_total(
            sum(self.amounts[c] for c in self.inside if names[self.portfolio.region[c]] == name)
        )

    def nodes(self) -> range:
        return range(len(self.portfolio.node_names))

    def lies_on(self, node: int, name: str) -> bool:
        """Whether a node is the one of that name or below it."""
        while node >= 0:
            if self.portfolio.node_names[node] == name:
                return True
            node = int(self.portfolio.node_parent[node])
        return False

    def of_stage(self, stage: str) -> set[int]:
        return {n for n in self.nodes() if self.portfolio.node_stage[n] == _STAGES[stage]}

    def on(self, nodes: set[int]) -> int:
        """Amount on nodes, by value and weight: a lot is rounded down along its places, parts are differences."""
        portfolio, found = self.portfolio, 0
        for c in self.inside:
            mine = [p for p in self.patents if portfolio.contract[p] == c]
            values = {p: int(portfolio.appraised[p]) for p in mine}
            if not sum(values.values()):
                values = dict.fromkeys(mine, 1)
            lot = self.amounts[c] // self.lots[c]
            exact = Fraction(0)
            for place, patent in enumerate(portfolio.place_patent.tolist()):
                if patent not in values:
                    continue
                before = int(exact)
                weight = Fraction(int(portfolio.place_weight[place]), _ONE)
                exact += lot * Fraction(values[patent], sum(values.values())) * weight
                if int(portfolio.place_node[place]) in nodes:
                    found += (int(exact) - before) * self.lots[c]
        return found

    def standing_on(self, name: str) -> int:
        """Patents of which any weight lies on a node or below it."""
        places = zip(self.portfolio.place_patent.tolist(), self.portfolio.place_node.tolist(), strict=True)
        return len({p for p, n in places if self.lies_on(n, name)} & set(self.patents))

    def score(self) -> Fraction | None:
        known = [p for p in self.patents if self.portfolio.score[p] >= 0]
        value = {p: int(self.portfolio.appraised[p]) // _FEN for p in known}
        weighted = sum(Fraction(value[p] * int(self.portfolio.score[p]), 1000) for p in known)
        return _divided(weighted, sum(value.values()))

    def life(self) -> Fraction | None:
        value = {p: int(self.portfolio.appraised[p]) // _FEN for p in self.patents}
        weighted = sum(value[p] * int(self.portfolio.life[p]) / _DAYS_OF_A_YEAR for p in self.patents)
        return _divided(weighted, sum(value.values()))

    def advance(self, which: str) -> Fraction | None:
        portfolio = self.portfolio
        columns = {
            "appraised": portfolio.appraised,
            "pledge-bank": portfolio.pledge_bank,
            "liquidation": portfolio.liquidation,
        }
        return _divided(self.total, sum(int(columns[which][p]) for p in self.patents))

    def late(self, after: dt.date) -> int:
        epoch = dt.date(1970, 1, 1)
        ends = [epoch + dt.timedelta(days=int(day)) for day in self.portfolio.maturity]
        return sum(self.amounts[c] for c in self.inside if ends[c] > after)


def _divided(part: int | Fraction, whole: int | Fraction) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole else None


def _bound(limit: dict[str, Any], side: str) -> Fraction | None:
    return Fraction(limit[side]) if side in limit else None


def _waived(limit: dict[str, Any]) -> str | None:
    return limit.get("waived") or None
