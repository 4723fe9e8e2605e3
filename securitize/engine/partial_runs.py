"""Partial runs: an interrupted run as a run of the paths that were done, from which the next one continues.

It stands beside the run that it was to become, in a folder whose name ends in ``.partial``. Its tables are those of a
run of as many paths; its manifest says that it is partial, and it goes away when the whole run is there.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.errors import SecuritizeError
from securitize.base.files import name_beside
from securitize.base.messages import Message
from securitize.engine.path_ranges import PathRange, PathRanges, packed, unpacked
from securitize.engine.simulate import PathMeasures
from securitize.store.environment import environment
from securitize.store.identity import Identity
from securitize.store.locks import sole_writer
from securitize.store.manifest import Facts
from securitize.store.store import claim
from securitize.store.stored import StoredRun, open_run

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = "paths.npz"
#: The option that tells a partial run from a whole one.
DONE = "paths_done"


def partial_folder_of(folder: Path) -> Path:
    """Where the partial run stands that is to become the run in ``folder``."""
    return folder.with_name(name_beside(folder.name, ".partial"))


def partial_identity(whole: Identity, paths: int) -> Identity:
    """Of the first ``paths`` paths of a run."""
    return replace(whole, options={**whole.options, DONE: paths})


def held_parts(folder: Path, whole: Identity) -> PathRanges[PathMeasures]:
    """The paths of the run ``whole`` in ``folder`` that are measured already, by this program on such a machine.

    None where there is no partial run, or it is of another run, of other versions, or damaged.
    """
    nothing: PathRanges[PathMeasures] = PathRanges()
    partial = partial_folder_of(folder)
    if not partial.is_dir():
        return nothing
    try:
        stored = open_run(partial)
        done = stored.manifest.options.get(DONE)
        if not isinstance(done, int) or stored.id != partial_identity(whole, done).id:
            return nothing
        if dict(stored.manifest.environment) != environment():
            return nothing
        return unpacked(stored.result(PARTS), PathMeasures)
    except (SecuritizeError, OSError, ValueError, KeyError):
        return nothing


def write_partial(
    folder: Path,
    whole: Identity,
    parts: list[PathRange[PathMeasures]],
    tables: Mapping[str, pa.Table],
    facts: Facts,
    asked: int,
) -> StoredRun:
    """Store what was done of the run ``whole`` before it was interrupted, in place of what was left before.

    asked : how many paths it was to have. Raises StorageError.
    """
    done = parts[-1].after
    identity, partial = partial_identity(whole, done), partial_folder_of(folder)
    said = Message(
        "PARTIAL: interrupted after {done:,} of {asked:,} paths; the same command goes on from here",
        done=done,
        asked=asked,
    )
    marked = replace(
        facts,
        warnings=(said, *facts.warnings),
        about={**facts.about, "paths": done, "partial_of": whole.id, "paths_asked": asked},
    )
    clear_partial(folder, unless=identity.id)
    with claim(partial, identity) as claimed:
        return claimed.write(tables, marked, {PARTS: packed(parts)})


def clear_partial(folder: Path, unless: str | None = None) -> None:
    """Remove the partial run of ``folder``, unless it has that id; what is no partial run stays."""
    partial = partial_folder_of(folder)
    if not partial.is_dir():
        return
    with sole_writer(partial):
        try:
            stored = open_run(partial)
        except (SecuritizeError, OSError):
            return
        if DONE in stored.manifest.options and stored.id != unless:
            shutil.rmtree(partial, ignore_errors=True)
