"""The companies' savings in a stress result: with policies and without."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.errors import UsageError
from securitize.base.files import PathLike, read_regular
from securitize.definitions.register import Figure
from securitize.engine.prepare.prepared import Prepared
from securitize.financing.comparison import OF_POOL
from securitize.library import (
    find_alternative,
    find_financing_of,
    find_market,
    find_policy,
    list_alternatives,
)
from securitize.store.folder import MARKET
from securitize.studies.stress.scenarios import Situation, is_given_pool
from securitize.tables import Columns
from securitize.tables.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.studies.savings.company_savings import Comparison

FILE_BYTES = 2 * 2**20


@dataclass(frozen=True, slots=True)
class StressSavings:
    """Tables of savings by name, the numbers of their files, and remarks for the reader.

    subsidised : whether policies pay the companies
    """

    tables: Mapping[str, pa.Table]
    register: tuple[Figure, ...]
    warnings: tuple[str, ...]
    rows: Columns
    subsidised: bool


def files_of_savings(prepared: Prepared, policy: Sequence[PathLike]) -> dict[str, bytes]:
    """The files that a comparison reads, by their names in a run; none where nobody borrows.

    Raises UsageError where a policy is not found, or there is nobody whom it could pay.
    """
    deal_file = prepared.definitions.deal.path
    # What companies pay is known of the deal's own pool.
    if not prepared.resolved_pool.claims or prepared.state is not None or is_given_pool(prepared):
        financing = None
    else:
        try:
            financing = find_financing_of(deal_file, prepared.deal.name)
        except UsageError:
            financing = None
    if financing is None:
        if policy:
            raise UsageError(
                "a policy pays companies that borrow; nobody does here, or no financing is given"
            )
        return {}
    found = {"financing.toml": financing}
    for name, path in list_alternatives(deal_file):
        found[f"scenarios/alternatives/{name}.toml"] = find_alternative(str(path), deal_file)
    for one in policy:
        path = find_policy(str(one), deal_file)
        found[f"scenarios/policies/{path.stem}.toml"] = path
    market = prepared.definitions.market
    if market is not None and market.model.lpr:
        found[MARKET] = market.path
    else:
        found["scenarios/markets/lpr.toml"] = find_market("lpr", deal_file)
    return {name: read_regular(path, FILE_BYTES) for name, path in found.items()}


def saved(
    prepared: Prepared, policy: Sequence[PathLike], as_if: bool, found: Sequence[Situation]
) -> StressSavings:
    """The comparison of the base case. Raises DefinitionError where a policy does not hold."""
    from securitize.studies.savings.company_savings import compare
    from securitize.studies.savings.inputs import financing_inputs
    from securitize.studies.savings.tables import tabulate_savings

    comparison = compare(financing_inputs(prepared.definitions.deal.path), (), policy, as_if)
    tables = tabulate_savings(comparison)
    del tables["assumptions"]
    subsidised = bool(policy)
    rows = _rows(comparison, policy, found if subsidised else found[:1])
    return StressSavings(tables, comparison.register, comparison.warnings, rows, subsidised)


def _rows(comparison: Comparison, policy: Sequence[PathLike], found: Sequence[Situation]) -> Columns:
    """Table ``stress_savings``: the pool with policies, and where a scenario withdraws them."""
    rows = Rows("stress_savings")
    pool = {one.policy: one for one in comparison.compared if one.level in OF_POOL}
    for one in found:
        if one.name != "base" and not one.subsidies_withdrawn:
            continue
        row = pool["without" if one.subsidies_withdrawn else "with"]
        mine, best = row.securitization.all_in, row.best.all_in if row.best else None
        saving = None if mine is None or best is None else best - mine
        stems = ", ".join(Path(os.fspath(each)).stem for each in policy)
        named = stems if policy and not one.subsidies_withdrawn else None
        rows.add(
            scenario=one.name,
            all_in_cost=mine,
            best_alternative=best,
            saving=saving,
            policy=named,
        )
    return rows.columns
