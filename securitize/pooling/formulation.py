"""A portfolio and the limits and objective of its build file as a problem of selection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.closed import complete
from securitize.definitions.pools.build import Build, Objective
from securitize.pooling.eligible import SCORE_UNITS
from securitize.pooling.limits import Measures, UnitLimit, impose
from securitize.pooling.portfolio import ContractLots, Portfolio, in_lots
from securitize.pooling.selection.problem import GroupObjective, Measure, SelectionProblem, Units
from securitize.pooling.selection.units import tie

#: An objective is whole yuan (points, obligors): what one step of it is worth to its reader.
OBJECTIVE_SCALES: Mapping[Objective, float] = complete(
    Objective,
    {
        "eligible-value": 1.0,
        "amount": 1.0,
        "score": 1 / SCORE_UNITS,
        "spread": 1.0,
        "diversification": 1.0,
    },
)
_YUAN = 100
#: Weight of an obligor beside a node in the objective ``diversification``: more than any chain has nodes.
_OBLIGOR = 10_000


@dataclass(frozen=True)
class SelectionFormulation:
    """What is tied, the limits with what their reader needs to know, and the problem to be solved."""

    lots: ContractLots
    imposed: list[UnitLimit]
    problem: SelectionProblem


def formulate(build: Build, portfolio: Portfolio) -> SelectionFormulation:
    """The selection that a build file asks of a portfolio."""
    lots = in_lots(portfolio, _units(portfolio))
    measures = Measures(portfolio, lots)
    imposed = impose(build, measures)
    problem = SelectionProblem(
        units=Units(_names(portfolio, lots), lots.least, lots.most),
        objective=_objective(build.objective, portfolio, measures),
        limits=tuple(each.limit for each in imposed),
        counted=_counted(build.objective, portfolio, lots),
    )
    return SelectionFormulation(lots, imposed, problem)


def _units(portfolio: Portfolio) -> Int64:
    """Contracts whose patents share a family are one unit."""
    members: dict[int, list[int]] = {}
    for family, contract in zip(portfolio.family.tolist(), portfolio.contract.tolist(), strict=True):
        if family >= 0:
            members.setdefault(family, []).append(contract)
    shared = [np.unique(np.array(each, np.int64)) for each in members.values()]
    return tie(portfolio.contracts, [each for each in shared if len(each) > 1])


def _names(portfolio: Portfolio, lots: ContractLots) -> tuple[str, ...]:
    found: list[list[str]] = [[] for _ in range(lots.units)]
    for name, unit in zip(portfolio.contract_names, lots.unit.tolist(), strict=True):
        found[unit].append(name)
    return tuple("+".join(names) for names in found)


def _objective(name: Objective, portfolio: Portfolio, measures: Measures) -> Measure:
    value = portfolio.appraised // _YUAN
    match name:
        case "eligible-value":
            return measures.by_patent(value)
        case "amount":
            return measures.by_contract(measures.lots.lot_amount // _YUAN)
        case "score":
            # Points x value, in thousandths of a point times million yuan.
            return measures.by_patent(value * portfolio.score.clip(0) // 10**6)
        case "spread":
            return measures.by_contract(measures.lots.lot_amount // _YUAN * portfolio.spread // 10**8)
        case "diversification":
            # All of it is counted, contract by contract: nothing is summed.
            return measures.by_contract(np.zeros(portfolio.contracts, np.int64))
        case _:
            assert_never(name)


def _counted(name: Objective, portfolio: Portfolio, lots: ContractLots) -> tuple[GroupObjective, ...]:
    """What diversification counts: obligors, then nodes on which a patent stands."""
    match name:
        case "diversification":
            unit = lots.unit[portfolio.contract[portfolio.place_patent]]
            return (
                GroupObjective(lots.unit, portfolio.obligor, _OBLIGOR),
                GroupObjective(unit, portfolio.place_node, 1),
            )
        case "eligible-value" | "amount" | "score" | "spread":
            return ()
        case _:
            assert_never(name)
