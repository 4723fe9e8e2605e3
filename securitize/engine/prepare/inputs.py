"""The files of a run by their names in it; the register of their figures; what a reader is warned of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from securitize.assets.resolve import ResolvedPool
from securitize.base.errors import Problem
from securitize.definitions.accepted import AcceptedWarning, rows_of
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath, written
from securitize.definitions.loading import Definitions
from securitize.definitions.register import Figure, register
from securitize.library.shelves import HOLIDAYS_FILE, MARKETS
from securitize.market.schedules import Schedule
from securitize.store.identity import Json
from securitize.waterfall.period_inputs import floating_rules


def files_in_run(found: Definitions) -> dict[str, Loaded[Any]]:
    """The files of a run by their names in it: no path of this machine gets into a table."""
    files: dict[str, Loaded[Any]] = {"deal.toml": found.deal, "pool/pool.toml": found.pool}
    if found.scenario:
        files["scenarios/scenario.toml"] = found.scenario
    if found.performance:
        files["scenarios/performance/performance.toml"] = found.performance
    if found.performance and found.chain and found.performance.model.nodes:
        files[f"pool/chains/{found.performance.model.nodes.chain}.toml"] = found.chain
    if found.holidays:
        files[f"{MARKETS}/{HOLIDAYS_FILE}"] = found.holidays
    if found.state:
        files["state.toml"] = found.state
    # Without an index to follow the market is no input of the run.
    if found.market and (found.pool.model.indices or any(floating_rules(found.deal.model))):
        files["scenarios/markets/market.toml"] = found.market
    return files


def values_given(files: Mapping[str, Loaded[Any]]) -> dict[str, Json]:
    """What a caller wrote in place of what stands in the files, by file and path; nothing of files as they stand."""
    return {
        name: {written(path): _shown(loaded.raw, path) for path in loaded.given}
        for name, loaded in files.items()
        if loaded.given
    }


def _shown(raw: Any, path: KeyPath) -> str:
    for key in path:
        raw = raw[key]
    return repr(raw)


def figures_of(files: Mapping[str, Loaded[Any]]) -> tuple[Figure, ...]:
    """Every number but ranks, which only order the notes."""
    return tuple(
        replace(figure, file=name)
        for name, loaded in files.items()
        for figure in register(loaded, stated=True)
        if figure.sourced or not figure.path.endswith(".rank")
    )


def warnings_of(
    problems: Iterable[Problem], files: Mapping[str, Loaded[Any]], schedule: Schedule, pool: ResolvedPool
) -> tuple[str, ...]:
    """What the reader of a run is warned of, each once; files by their names in the run."""
    return tuple(dict.fromkeys([*lines_of(problems, files), *schedule.warnings, *pool.warnings]))


def lines_of(problems: Iterable[Problem], files: Mapping[str, Loaded[Any]]) -> tuple[str, ...]:
    """Problems as lines; files by their names in the run."""
    names = {str(loaded.path): name for name, loaded in files.items()}
    return tuple(str(replace(one, file=names.get(one.file, one.file))) for one in problems)


def accepted_rows(
    accepted: Iterable[AcceptedWarning], files: Mapping[str, Loaded[Any]]
) -> tuple[Mapping[str, Json], ...]:
    """Warnings that a file accepts, each with the reason and its source."""
    return tuple(rows_of(accepted, lambda one: lines_of([one], files)[0]))
