"""The inputs of a stress result: found, read, checked."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from securitize.base.errors import UsageError
from securitize.base.files import PathLike, read_regular
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.loading import load_suite
from securitize.definitions.suites.suite import Suite
from securitize.engine.drawing import Draw, drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.library import find_suite
from securitize.store.identity import Identity, Json
from securitize.studies.stress.gates import require_notes
from securitize.studies.stress.rules import rule_files
from securitize.studies.stress.saving import FILE_BYTES, files_of_savings

SUITE, REVERSE = "scenarios/suites/suite.toml", "scenarios/suites/reverse.toml"
#: Random performance that is taken where paths are asked for and nothing is named.
ASSUMED = {"claims": "assumed-small-companies", "royalties": "assumed-royalties"}
#: Called with what is being done, and how much of it.


@dataclass(frozen=True, slots=True)
class StressRequest:
    """What a stress result follows from.

    draw : of random paths, None for none;  policy : that are counted, by name or file
    searches : whether break-evens, reverse stress and sensitivities are looked for
    """

    base: Prepared
    suite: Loaded[Suite]
    reverse: Loaded[Suite]
    draw: Draw | None
    policy: tuple[PathLike, ...]
    as_if: bool
    searches: bool
    identity: Identity


def stress_request(
    deal: PathLike,
    suite: PathLike,
    pool: PathLike | None,
    performance: PathLike | None,
    paths: int,
    seed: int,
    reverse: PathLike,
    policy: tuple[PathLike, ...],
    as_if: bool,
    searches: bool = True,
) -> StressRequest:
    """Everything found, read and checked; see :func:`stress`."""
    if paths == 0 and performance is not None:
        raise UsageError("a random performance goes with paths: say how many")
    if paths and performance is None:
        base = prepare(deal, None, pool)
        performance = ASSUMED["claims" if base.resolved_pool.claims else "royalties"]
    draw = drawing(performance, paths or 1, seed) if paths else None
    base = prepare(deal, None, pool, draw)
    file = base.definitions.deal.path
    loaded = load_suite(find_suite(os.fspath(suite), file))
    if not loaded.model.scenarios:
        raise UsageError(
            "suite {name} has no scenarios; its drivers go with --reverse", name=loaded.model.name
        )
    require_notes(loaded, tuple(base.deal.notes))
    drivers = load_suite(find_suite(os.fspath(reverse), file))
    inputs = {
        **base.identity.inputs,
        SUITE: loaded.text,
        REVERSE: drivers.text,
        **files_of_savings(base, policy),
        **{name: read_regular(path, FILE_BYTES) for name, path in rule_files(base).items()},
    }
    options: dict[str, Json] = {**base.identity.options, "suite": loaded.model.name}
    if policy:
        options |= {"policy": [Path(os.fspath(one)).stem for one in policy], "as_if": as_if}
    if not searches:
        options["searches"] = False
    identity = replace(base.identity, inputs=inputs, options=options)
    return StressRequest(base, loaded, drivers, draw, policy, as_if, searches, identity)
