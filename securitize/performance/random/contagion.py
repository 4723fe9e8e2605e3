"""Contagion along an industry chain: the default of a supplier raises the hazards of its customers.

An obligor defaults when its hazard, summed over the days, reaches a level of its own. Without contagion that is on a
day that is drawn; with it, sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.definitions.chains.chain import Chain
from securitize.definitions.chains.neighbours import customers
from securitize.definitions.chains.supplies import order_of_supplies
from securitize.performance.random.hazards import DAYS_OF_YEAR, cumulative_hazard


@dataclass(frozen=True)
class SupplierContagion:
    """Who catches what from whom.

    multiplier : of a customer's hazard on the day of one supplier's default, 1 or more
    half_life  : days after which half of the increase is left; None where all of it stays
    suppliers  : of each obligor that has any, in an order in which suppliers come before their customers
    """

    multiplier: float
    half_life: float | None
    suppliers: Mapping[str, tuple[str, ...]]


def suppliers_of(nodes: Mapping[str, str], chain: Chain) -> dict[str, tuple[str, ...]]:
    """The obligors of nodes directly upstream of each obligor's own, suppliers before their customers.

    nodes : of obligors
    """
    supplied = customers(chain)
    found: dict[str, tuple[str, ...]] = {}
    for code in order_of_supplies(chain):
        suppliers = tuple(name for name, node in nodes.items() if code in supplied[node])
        if suppliers:
            found |= {name: suppliers for name, node in nodes.items() if node == code}
    return found


def spread(
    contagion: SupplierContagion,
    hazards: Mapping[str, Sequence[float]],
    days: Mapping[str, Int64],
    level_beyond: Callable[[str], Float64],
    last: int,
) -> dict[str, Int64]:
    """When each obligor defaults with contagion.

    days         : after the cut-off, of default without contagion, int64 (paths,), above ``last`` where it does not
    level_beyond : of an obligor, float64 (paths,), where it does not: the summed hazard at which it would
    last         : day of the last collection date
    Returns int64 (paths,) by obligor; nobody defaults later than without contagion.
    """
    found, left = dict(days), left_by_day(contagion, last)
    for name, suppliers in contagion.suppliers.items():
        struck = np.stack([found[supplier] for supplier in suppliers])
        alone = days[name]
        caught = np.flatnonzero(struck.min(axis=0) < np.minimum(alone, last))
        if len(caught):
            customer = _Customer(contagion, hazards[name], left)
            at_last = customer.summed[np.minimum(alone[caught], last)]
            levels = np.where(alone[caught] <= last, at_last, level_beyond(name)[caught])
            found[name] = alone.copy()
            found[name][caught] = _sooner(customer, alone[caught], levels, struck[:, caught])
    return found


def left_by_day(contagion: SupplierContagion, last: int) -> Float64:
    """The days since a default, each by what is left of it: 0.5 ** (t / half-life) summed up to day 0 to ``last``."""
    days = np.arange(last + 1, dtype=np.float64)
    if contagion.half_life is None:
        return days
    rate = np.log(2) / contagion.half_life
    faded: Float64 = -np.expm1(-rate * days) / rate
    return faded


class _Customer:
    """The summed hazard of one customer, by day after the cut-off.

    Everything is looked up by whole days and summed term by term: a path has the same bits alone and among others.
    """

    def __init__(self, contagion: SupplierContagion, hazards: Sequence[float], left: Float64) -> None:
        self.last = len(left) - 1
        self.left = left
        #: Without contagion, by the end of each day, (last + 1,).
        self.summed = cumulative_hazard(hazards, np.arange(len(left)))
        self.more = contagion.multiplier - 1
        years = np.array(hazards, np.float64)[: self.last // DAYS_OF_YEAR + 1, None] / DAYS_OF_YEAR
        self.hazards = years
        self.starts = np.arange(len(years), dtype=np.int64)[:, None] * DAYS_OF_YEAR
        # The last given year holds.
        self.ends = np.append(self.starts[1:], [[self.last]], axis=0)

    def increase(self, days: Int64, struck: Int64) -> Float64:
        """What defaults of suppliers have added by the end of ``days``.

        days : (paths,), at most ``last``;  struck : of the suppliers' defaults, (suppliers, paths)
        """
        when = struck[:, None, :]
        since = np.maximum(when, self.starts)
        until = np.maximum(np.minimum(days, self.ends), since)
        parts = self.hazards * (self.left[until - when] - self.left[since - when])
        # Accumulated, not summed: sums of few paths and of many may differ by a bit.
        added: Float64 = self.more * np.add.accumulate(parts.reshape(-1, len(days)), axis=0)[-1]
        return added


def _sooner(customer: _Customer, alone: Int64, levels: Float64, struck: Int64) -> Int64:
    """The first day on which the raised hazard has reached the level; ``alone`` where there is none before.

    alone, levels : (paths,);  struck : (suppliers, paths)
    """

    def reached(days: Int64, of: NDArray[np.intp]) -> NDArray[np.bool_]:
        more = customer.increase(days, struck[:, of])
        # Where nothing was added the day stays as it was drawn.
        return (more > 0) & (customer.summed[days] + more >= levels[of])

    found = alone.copy()
    last = np.minimum(alone, customer.last)
    of = np.flatnonzero(reached(last, np.arange(len(alone))))
    low, high = struck[:, of].min(axis=0), last[of]
    while (high - low > 1).any():
        middle = (low + high) // 2
        early = reached(middle, of)
        high, low = np.where(early, middle, high), np.where(early, low, middle)
    found[of] = high
    return found
