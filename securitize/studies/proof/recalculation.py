"""A stored run made again from the inputs that it keeps, whatever kind it is of."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from securitize.base.errors import UsageError
from securitize.store import folder
from securitize.store.contents import Contents
from securitize.store.named import holds_prices
from securitize.store.stored import StoredRun

if TYPE_CHECKING:
    from securitize.performance.random.sampling import SamplingName
    from securitize.studies.stress.request import StressRequest


@dataclass(frozen=True, slots=True)
class Remade:
    """A run made again. ``files`` : all that the store would have written, by path inside the folder."""

    contents: Contents
    files: Mapping[str, bytes]


def made_again(stored: StoredRun, workers: int = 1) -> Remade:
    """A run and its files, as :func:`contents_again`."""
    contents = contents_again(stored, workers)
    return Remade(contents, contents.files())


def contents_again(stored: StoredRun, workers: int = 1) -> Contents:
    """A run, stress result, prices or build, made of its inputs, options and seed, and of nothing else that it says.

    Raises UsageError where the folder holds none of these, or a partial run; DefinitionError, InfeasibleError or
    CalculationError where this version of the program does not take the inputs.
    """
    manifest = stored.manifest
    if "paths_done" in manifest.options:
        raise UsageError("{id} is a partial run: let the same command go on, then verify", id=stored.id)
    with tempfile.TemporaryDirectory() as made:
        if "build.toml" in manifest.inputs:
            return _build(stored, Path(made))
        if "deal.toml" not in manifest.inputs:
            raise UsageError("{id} is not the run of a deal: only its digests can be verified", id=stored.id)
        scenario = folder.unpack_inputs(stored, Path(made))
        try:
            if holds_prices(manifest):
                return _prices(stored, Path(made), workers)
            if "suite" in manifest.options:
                return _stress_result(stored, Path(made), workers)
            return _run(stored, Path(made), scenario, workers)
        except _OptionError as error:
            raise UsageError(
                "{id}: its options are none that this program writes ({reason})", id=stored.id, reason=error
            ) from error


class _OptionError(ValueError):
    """An option of a manifest that no program writes."""


def _whole(options: Mapping[str, object], name: str, otherwise: int = 0) -> int:
    """A whole number among the options."""
    value = options.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _OptionError(f"{name} = {value!r}")
    return value


def _run(stored: StoredRun, made: Path, scenario: str | None, workers: int) -> Contents:
    from securitize.engine.drawing import drawing
    from securitize.engine.prepare.prepare import prepare
    from securitize.engine.results import results_of
    from securitize.studies.run.api import calculated

    options, draw = stored.manifest.options, None
    if "paths" in options:
        goal = options.get("target_error")
        draw = drawing(
            made / folder.PERFORMANCE,
            _whole(options, "paths"),
            stored.manifest.seed or 0,
            cast("SamplingName", options.get("sampling", "plain")),
            f"{goal.get('note')}={goal.get('error')}" if isinstance(goal, Mapping) else None,
            _whole(options, "keep_paths"),
        )
    prepared = prepare(made, scenario, None, draw)
    tables, facts = results_of(calculated(prepared, workers), workers, None)
    return Contents(prepared.identity, tables, facts)


def stress_request_of(stored: StoredRun, made: Path) -> StressRequest:
    """What a stress result was asked for, from its inputs as they lie in the folder ``made``."""
    from securitize.studies.stress.request import REVERSE, SUITE, stress_request
    from securitize.studies.stress.rules import CAPITAL, PRESETS

    options = stored.manifest.options
    drawn, named = "paths" in options, options.get("policy", ())
    policies = [str(name) for name in named] if isinstance(named, list) else []
    asked = stress_request(
        made,
        made / SUITE,
        None,
        made / folder.PERFORMANCE if drawn else None,
        _whole(options, "paths"),
        stored.manifest.seed or 0,
        made / REVERSE,
        tuple(made / "scenarios" / "policies" / f"{name}.toml" for name in policies),
        bool(options.get("as_if", False)),
        bool(options.get("searches", True)),
    )
    # A rule or alternative that ships since is none of the result's.
    inputs = {
        name: data
        for name, data in asked.identity.inputs.items()
        if name in stored.manifest.inputs or not name.startswith((PRESETS, CAPITAL, "scenarios/alternatives"))
    }
    return replace(asked, identity=replace(asked.identity, inputs=inputs))


def _stress_result(stored: StoredRun, made: Path, workers: int) -> Contents:
    from securitize.studies.stress.result import stress_tables

    asked = stress_request_of(stored, made)
    return Contents(asked.identity, *stress_tables(asked, workers))


def _prices(stored: StoredRun, made: Path, workers: int) -> Contents:
    from securitize.studies.price.price import priced
    from securitize.studies.price.stored import priced_again

    try:
        wanted = priced_again(stored, made)
    except (ValueError, KeyError) as error:
        raise _OptionError(str(error)) from error
    found = priced(wanted, workers)
    return wanted.contents(found.tables, found.warnings)


def _build(stored: StoredRun, made: Path) -> Contents:
    from securitize.store.run import run_from_stored
    from securitize.studies.pool.build import build_contents, inputs_again

    return build_contents(inputs_again(run_from_stored(stored), made))
