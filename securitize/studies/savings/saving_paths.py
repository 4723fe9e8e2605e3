"""Savings over random paths: who defaults when is drawn as ``securitize run --performance`` draws it.

Source: ``docs/reference/financing-cost.md``, section 8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.errors import UsageError
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.financing.comparison import OF_COMPANY, POLICIES, Policy
from securitize.financing.on_paths import Spread, spread_of, value_until
from securitize.performance.random.draw import draw
from securitize.performance.resolved import NEVER
from securitize.studies.savings.company_savings import Comparison

#: Paths that are drawn at once.
BLOCK = 8192


@dataclass(frozen=True, slots=True)
class SavingOnPaths:
    """The spread of one company's saving, or of all companies' that are compared."""

    level: str
    company: str
    policy: Policy
    spread: Spread


def saving_paths(comparison: Comparison, drawn: Draw) -> tuple[SavingOnPaths, ...]:
    """The saving of each company, and of all together, on ``drawn.paths`` paths.

    Raises UsageError where the comparison has no deal to draw from, or no company has an alternative.
    """
    folder = comparison.inputs.folder
    if folder is None:
        raise UsageError("--performance goes with a deal; a case or a stored run has nobody to be drawn")
    if comparison.inputs.since is not None:
        raise UsageError(
            "the deal is in mid-life: random paths are of the saving from closing on; leave out --performance"
        )
    scenario = comparison.inputs.scenario
    prepared = prepare(folder, scenario, draw=drawn)
    stops, market = _defaults(prepared)
    since = min(debt.drawn for debt in comparison.inputs.debts)
    settled = {debt.company: debt.settled.toordinal() for debt in comparison.inputs.debts}
    found: list[SavingOnPaths] = []
    for policy in POLICIES:
        rows = [
            row for row in comparison.compared
            if row.policy == policy and row.level in OF_COMPANY and row.best is not None and row.saving is not None
        ]  # fmt: skip
        whole: Float64 = np.zeros(drawn.paths)
        any_default = np.zeros(drawn.paths, bool)
        for row in rows:
            assert row.best is not None
            stop = stops.get(row.company, np.full(drawn.paths, NEVER, np.int64))
            here, there = (
                value_until((*one.cash, *one.subsidies), stop, comparison.discount_rate, since)
                for one in (row.securitization, row.best)
            )
            saving, defaults = here - there, stop <= settled[row.company]
            whole, any_default = whole + saving, any_default | defaults
            found.append(SavingOnPaths("company", row.company, policy, spread_of(saving, defaults, market)))
        if rows:
            found.append(SavingOnPaths("pool", "all", policy, spread_of(whole, any_default, market)))
    if not found:
        raise UsageError("no company has an alternative: there is no saving to be drawn")
    return tuple(found)


def _defaults(prepared: Prepared) -> tuple[dict[str, Int64], Float64]:
    """The day of each company's first default, ordinals (paths,), and the market factor (paths,)."""
    if prepared.draw is None or prepared.random is None:
        raise ValueError("nothing is to be drawn")
    paths = prepared.draw.paths
    market = np.zeros(paths)
    stops: dict[str, Int64] = {}
    for first in range(0, paths, BLOCK):
        after = min(first + BLOCK, paths)
        drawn = draw(prepared.random, prepared.performance, prepared.numbers(first, after))
        market[first:after] = drawn.factors.market
        for name, contract in prepared.pool.contracts.items():
            named = drawn.performance.defaults.get(name)
            # A debtor of a receivable that was sold is not the company that was financed.
            if named is None or contract.proceeds_to != contract.obligor:
                continue
            stop = stops.setdefault(contract.obligor, np.full(paths, NEVER, np.int64))
            stop[first:after] = np.minimum(stop[first:after], named.dates)
    return stops, market
