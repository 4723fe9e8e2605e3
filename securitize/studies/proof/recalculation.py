"""A stored run recalculated from the inputs that it keeps, whatever kind it is of."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from securitize.base.errors import UsageError
from securitize.store import folder
from securitize.store.stored import StoredRun

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.performance.random.sampling import SamplingName

Tables = Mapping[str, "pa.Table"]


def recalculated(stored: StoredRun, workers: int = 1) -> Tables:
    """Every table of a run or a stress result, calculated again.

    Raises UsageError where the folder holds no run of a deal, or a partial one; DefinitionError or
    CalculationError where this version of the program does not take the inputs.
    """
    manifest = stored.manifest
    if "deal.toml" not in manifest.inputs:
        raise UsageError("{id} is not the run of a deal: only its digests can be verified", id=stored.id)
    if "paths_done" in manifest.options:
        raise UsageError("{id} is a partial run: let the same command go on, then verify", id=stored.id)
    with tempfile.TemporaryDirectory() as made:
        scenario = folder.unpack_inputs(stored, Path(made))
        again: Callable[[StoredRun, Path, str | None, int], Tables]
        again = _stress_result if "suite" in manifest.options else _run
        return again(stored, Path(made), scenario, workers)


def _run(stored: StoredRun, made: Path, scenario: str | None, workers: int) -> Tables:
    from securitize.studies.run.api import run

    manifest = stored.manifest
    drawn, goal = "paths" in manifest.options, manifest.options.get("target_error")
    found = run(
        made,
        scenario,
        performance=made / folder.PERFORMANCE if drawn else None,
        paths=int(str(manifest.options["paths"])) if drawn else 1,
        seed=manifest.seed or 0,
        sampling=cast("SamplingName", manifest.options.get("sampling", "plain")),
        target_error=f"{goal['note']}={goal['error']}" if isinstance(goal, Mapping) else None,
        keep_paths=int(str(manifest.options.get("keep_paths", 0))),
        workers=workers,
        store=False,
    )
    return found.tables


def _stress_result(stored: StoredRun, made: Path, _: str | None, workers: int) -> Tables:
    from securitize.studies.stress.request import REVERSE, SUITE, stress_request
    from securitize.studies.stress.result import stress_tables as calculated

    options = stored.manifest.options
    drawn, named = "paths" in options, options.get("policy", ())
    policies = [str(name) for name in named] if isinstance(named, list) else []
    asked = stress_request(
        made,
        made / SUITE,
        None,
        made / folder.PERFORMANCE if drawn else None,
        int(str(options["paths"])) if drawn else 0,
        stored.manifest.seed or 0,
        made / REVERSE,
        tuple(made / "scenarios" / "policies" / f"{name}.toml" for name in policies),
        bool(options.get("as_if", False)),
        bool(options.get("searches", True)),
    )
    # What the result did not have, such as a rule that ships since, it does not have now.
    inputs = {name: data for name, data in asked.identity.inputs.items() if name in stored.manifest.inputs}
    return calculated(replace(asked, identity=replace(asked.identity, inputs=inputs)), workers)[0]
