"""Contracts and patents that passed the screens, as arrays, and what is taken of them all or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS

Index: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Portfolio:
    """What may enter the pool.

    Contracts, each (contracts,): amount, lot, least minor units (lot 0: all or none); obligor, group, region positions
    in their names; maturity days since 1970; spread units of 1e-8.
    Patents, each (patents,): contract position; kind position in KINDS; appraised, pledge_bank, liquidation minor
    units; score thousandths of a point, -1 where unknown; life days, remaining; family position, -1 where none.
    Places on the chain, each (places,): patent, node positions; weight units of 1e-8, RATE_UNITS in all or 0 a
    patent.
    node_stage, node_parent : (nodes,) position of the stage in STAGES, and of the node above; -1 at the top
    """

    contract_names: tuple[str, ...]
    amount: Int64
    lot: Int64
    least: Int64
    obligor: Index
    group: Index
    region: Index
    maturity: Index
    spread: Int64
    patent_names: tuple[str, ...]
    contract: Index
    kind: Index
    appraised: Int64
    pledge_bank: Int64
    liquidation: Int64
    score: Int64
    life: Int64
    family: Index
    place_patent: Index
    place_node: Index
    place_weight: Int64
    obligor_names: tuple[str, ...]
    group_names: tuple[str, ...]
    region_names: tuple[str, ...]
    node_names: tuple[str, ...]
    node_stage: Index
    node_parent: Index

    @property
    def contracts(self) -> int:
        """How many contracts."""
        return len(self.contract_names)

    @property
    def patents(self) -> int:
        """How many patents."""
        return len(self.patent_names)


KINDS = ("invention", "utility-model", "design")
STAGES = ("upstream", "midstream", "downstream")


@dataclass(frozen=True)
class ContractLots:
    """Contracts grouped into units.

    unit : (contracts,) position of its unit
    least, most : (units,) lots that may be taken; 1 and 1 for all or none
    lot_amount  : (contracts,) minor units that one lot of its unit brings of the contract
    """

    unit: Index
    least: Int64
    most: Int64
    lot_amount: Int64

    @property
    def units(self) -> int:
        """How many units."""
        return len(self.least)


def in_lots(portfolio: Portfolio, unit: Index) -> ContractLots:
    """Lots of each unit: those of its contract where it is one contract with lots; else all or none.

    A contract that is tied to another is taken whole: half of a family cannot be pledged. So is one whose least amount
    no whole number of lots reaches.
    """
    units = int(unit.max()) + 1 if unit.size else 0
    divisor = np.maximum(portfolio.lot, 1)
    lots, first = portfolio.amount // divisor, np.maximum(-(-portfolio.least // divisor), 1)
    alone = np.bincount(unit, minlength=units) == 1
    lotted = (portfolio.lot > 0) & alone[unit] & (first <= lots)
    least, most = np.ones(units, np.int64), np.ones(units, np.int64)
    least[unit[lotted]], most[unit[lotted]] = first[lotted], lots[lotted]
    lot_amount = np.where(lotted, portfolio.lot, portfolio.amount)
    return ContractLots(unit, least, most, lot_amount)


def divided(portfolio: Portfolio, lot_amount: Int64) -> Int64:
    """A lot's amount of each contract over the places of its patents on the chain, (places,) minor units.

    In proportion to appraised value x weight, cumulatively rounded, so that the parts of a contract sum to the share
    of its patents that have a place. Where no patent of a contract has a value, by weight alone.
    """
    contract = portfolio.contract[portfolio.place_patent]
    worth = np.bincount(portfolio.contract, portfolio.appraised, portfolio.contracts)
    plain = worth[contract] == 0
    value = np.where(plain, 1, portfolio.appraised[portfolio.place_patent])
    parts = np.zeros(len(contract), np.int64)
    counts = np.bincount(portfolio.contract, minlength=portfolio.contracts)
    order = np.argsort(contract, kind="stable")
    begun: dict[int, int] = {}
    for k in order:
        c = int(contract[k])
        total = int(counts[c]) if plain[k] else _whole_value(portfolio, c)
        before = begun.get(c, 0)
        after = before + int(value[k]) * int(portfolio.place_weight[k])
        amount, scale = int(lot_amount[c]), total * RATE_UNITS
        parts[k] = amount * after // scale - amount * before // scale
        begun[c] = after
    return parts


def _whole_value(portfolio: Portfolio, contract: int) -> int:
    return int(portfolio.appraised[portfolio.contract == contract].sum())


def below(parent: Index, node: int) -> NDArray[np.bool_]:
    """Whether each node is ``node`` or lies below it, (nodes,)."""
    found = np.zeros(len(parent), np.bool_)
    found[node] = True
    for _ in range(len(parent)):
        wider = found | ((parent >= 0) & found[parent])
        if bool((wider == found).all()):
            break
        found = wider
    return found
