"""Partial runs: an interrupted run as a run of the paths that were done, from which the next one continues.

It stands beside the run that it was to become, in a folder whose name ends in ``.partial``. Its tables are those of a
run of as many paths; its manifest says that it is partial, and it goes away when the whole run is there. What was
measured of its paths is a file a range (:mod:`securitize.engine.path_ranges`).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from securitize.base.errors import SecuritizeError
from securitize.base.files import name_beside
from securitize.base.messages import Message
from securitize.engine.path_ranges import PathStore, file_of, head_of, packed, unpacked
from securitize.engine.simulate import PathMeasures
from securitize.store.environment import environment
from securitize.store.identity import Identity
from securitize.store.locks import sole_writer
from securitize.store.manifest import Facts
from securitize.store.store import claim
from securitize.store.stored import StoredRun, open_run
from securitize.tables.in_ranges import Made

#: The folder of the ranges in a partial run.
PARTS = "paths"
#: The option that tells a partial run from a whole one.
DONE = "paths_done"


def partial_folder_of(folder: Path) -> Path:
    """Where the partial run stands that is to become the run in ``folder``."""
    return folder.with_name(name_beside(folder.name, ".partial"))


def partial_identity(whole: Identity, paths: int) -> Identity:
    """Of the first ``paths`` paths of a run."""
    return replace(whole, options={**whole.options, DONE: paths})


def take_held(folder: Path, whole: Identity, parts: PathStore[PathMeasures]) -> None:
    """Take over the paths of the run ``whole`` that were measured already, by this program on such a machine.

    None where there is no partial run, or it is of another run or of other versions; those before the first range
    that is missing or damaged.
    """
    partial = partial_folder_of(folder)
    if not partial.is_dir():
        return
    with suppress(SecuritizeError, OSError, ValueError, KeyError):
        stored = open_run(partial)
        done = stored.manifest.options.get(DONE)
        if not isinstance(done, int) or stored.id != partial_identity(whole, done).id:
            return
        if dict(stored.manifest.environment) != environment():
            return
        while parts.paths < done:
            name = f"{PARTS}/{file_of(parts.paths)}"
            data = stored.result(name)
            head = head_of(data)
            if head.after - head.first == parts.size and head.after < done:
                parts.take(stored.path / name, head)
            else:
                parts.add(unpacked(data, PathMeasures))


def write_partial(
    folder: Path,
    whole: Identity,
    parts: PathStore[PathMeasures],
    tables: Mapping[str, Made],
    facts: Facts,
    asked: int,
) -> StoredRun:
    """Store what was done of the run ``whole`` before it was interrupted, in place of what was left before.

    asked : how many paths it was to have. Raises StorageError.
    """
    done = parts.paths
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
        last = parts.last()
        beside = {f"{PARTS}/{file.name}": file for file in parts.files}
        return claimed.write(tables, marked, {f"{PARTS}/{file_of(last.first)}": packed(last)}, beside)


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
