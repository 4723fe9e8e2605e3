"""From what the user named to everything that a calculation needs: found, read, checked, put on its dates."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from securitize.base.files import PathLike
from securitize.definitions.documents.reading import read_rest
from securitize.definitions.loading import load_all, load_deal
from securitize.engine.drawing import Draw
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepared import Prepared
from securitize.library import (
    find_chain,
    find_deal,
    find_holidays,
    find_market,
    find_performance,
    find_pool,
    find_pool_given,
    find_scenario,
    find_state,
)
from securitize.store.manifest import MANIFEST
from securitize.store.stored import open_run


def prepare(
    deal: PathLike,
    scenario: PathLike | None = None,
    pool: PathLike | None = None,
    draw: Draw | None = None,
    known_on: dt.date | None = None,
) -> Prepared:
    """Find, read and check a deal, its pool and a scenario, and put them on their dates.

    deal, scenario : a name or a path; without a scenario the base performance of the deal
    pool           : a name or a path, in place of the deal's own pool
    draw           : what is drawn at random; None for the deterministic path alone
    known_on       : the information date of a price; None for that of a run
    Raises UsageError where a file is not found, DefinitionError with every problem of every file.
    """
    deal_file = find_deal(os.fspath(deal))
    scenario_file = None if scenario is None else find_scenario(os.fspath(scenario), deal_file)
    if pool is None:
        pool_file = find_pool(deal_file, _named(deal_file, "pool", ""))
    else:
        pool_file = find_pool_given(os.fspath(pool))
        _require_as_built(pool_file)
    market_file = find_market(_named(deal_file, "market", "lpr"), deal_file)
    random_file = None if draw is None else find_performance(os.fspath(draw.performance), deal_file)
    chain_file = None if random_file is None else _chain(random_file, deal_file)
    state_file = find_state(deal_file)
    found = load_all(
        deal_file,
        pool_file,
        scenario_file,
        market_file,
        state_file,
        random_file,
        chain_file,
        find_holidays(deal_file),
    )
    return on_dates(found, draw, known_on)


def _require_as_built(pool_file: Path) -> None:
    """A pool in the folder of its build is the one that was built: changed by hand, its reasons would not be its own.

    Raises StorageError where its digest differs.
    """
    if not os.path.exists(pool_file.parent / MANIFEST):
        return
    stored = open_run(pool_file.parent)
    if pool_file.name in stored.manifest.results:
        stored.result(pool_file.name)


def _named(deal_file: Path, key: str, otherwise: str) -> str:
    """The pool or market that a deal names, before its checks have said whether it does so well."""
    document = read_rest(deal_file)
    if (key,) in document.broken or not document.raw:
        load_deal(deal_file)  # Raises: what the deal names is not known.
    name = document.raw.get(key, otherwise)
    return name if isinstance(name, str) else otherwise


def _chain(random_file: Path, deal_file: Path) -> Path | None:
    """The industry chain that random performance names: in the deal's folder beside its pool, else a shipped one."""
    nodes = read_rest(random_file).raw.get("nodes")
    name = nodes.get("chain") if isinstance(nodes, dict) else None
    return find_chain(name, deal_file.parent / "pool" / "pool.toml") if isinstance(name, str) else None
