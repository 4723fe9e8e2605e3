"""Proof that a stored run is what it was, and that its inputs still give it.

Digests show that nothing was changed since the manifest was sealed; only making it again shows that everything follows
from the inputs, and only the reference interpreter that another reading of the rules gives the same cents
(``docs/reference/proof.md``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from securitize.base.closed import partition
from securitize.base.errors import CalculationError, DefinitionError, InfeasibleError
from securitize.base.messages import Listing, Message
from securitize.store.engine_version import engine_version
from securitize.store.environment import environment, program_version
from securitize.store.identity import Json, canonical
from securitize.store.manifest import DATA_PACKAGE, MANIFEST, Manifest, parse_manifest
from securitize.store.package import data_package
from securitize.store.stored import StoredRun
from securitize.store.tree import PAGE, REPORTS
from securitize.studies.proof.leaves import leaf_texts, table_differences
from securitize.studies.proof.recalculation import Remade, made_again
from securitize.studies.proof.varying import faults
from securitize.tables.dictionary import TOLERANCE
from securitize.tables.in_ranges import in_memory

#: What came of making a run again (docs/reference/proof.md).
Outcome = Literal["verified", "not-verified", "other-program", "reproduced", "not-reproduced"]
PROVED, _ = partition(
    Outcome, {"verified"}, {"not-verified", "other-program", "reproduced", "not-reproduced"}
)
#: The reports that this program can make of a run, one a language.
Pages = Callable[[StoredRun], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Recalculation:
    """What came of making a run again.

    program   : the program that made the run where it is another than this; None where it is this one
    same_engine : whether it has the engine version of this one, so that no figure can differ
    versions  : what differs of libraries and the processor; empty where nothing does
    identical : tables with the same bytes;  within : tables that differ, but within the declared tolerance
    same      : other files with the same bytes
    differing : of each other table or file, its first difference;  refused : why this program does not take the inputs
    faults    : what of the leaves that may differ is not what it has to be
    """

    program: str | None
    same_engine: bool
    versions: tuple[str, ...]
    identical: tuple[str, ...]
    within: tuple[str, ...]
    same: tuple[str, ...]
    differing: Mapping[str, str]
    refused: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Whether it is proved, reproduced, or neither."""
        differs = bool(self.differing or self.refused)
        if self.faults:
            return "not-verified"
        if self.program is not None and not self.same_engine:
            return "other-program"
        if self.versions:
            return "not-reproduced" if differs else "reproduced"
        if not (differs or self.within):
            return "verified"
        return "not-verified" if self.program is None else "not-reproduced"

    @property
    def passes(self) -> bool:
        """Whether everything is the same byte for byte, on the same libraries and processor features."""
        return self.outcome in PROVED


def rerun(stored: StoredRun, workers: int = 1, pages: Pages | None = None) -> Recalculation:
    """Make a run again and compare everything that the store would have written.

    pages : the reports that this program can make of a run; without them a report that is there is not the same
    Raises as :func:`securitize.studies.proof.recalculation.contents_again`; where another program made the run, what
    this one does not take of its inputs is reported instead.
    """
    try:
        made = made_again(stored, workers)
    except (DefinitionError, CalculationError, InfeasibleError) as error:
        program, same_engine = _program(stored)
        if program is None or same_engine:
            raise
        refused, versions = tuple(str(error).splitlines()), tuple(_versions(stored))
        return Recalculation(program, False, versions, (), (), (), {}, refused, tuple(faults(stored)))
    return compared(stored, made, pages)


def compared(stored: StoredRun, made: Remade, pages: Pages | None = None) -> Recalculation:
    """A stored run against the same made again. Raises StorageError where a file of it is damaged."""
    program, same_engine = _program(stored)
    versions = tuple(_versions(stored))
    identical, within, differing = _tables(stored, made, exact=not versions)
    tolerance = TOLERANCE if versions else 0.0
    same: list[str] = []
    for name, texts in _others(stored, made, tolerance, program is not None):
        if texts:
            more = Message("and {count} more", count=len(texts) - 1)
            differing[name] = texts[0] if len(texts) == 1 else Listing([texts[0], more], "; ")
        else:
            same.append(name)
    page = stored.report()
    if page is not None:
        name = f"{REPORTS}/{PAGE}"
        if differing or pages is None:
            differing[name] = Message("was not compared")
        elif page in pages(stored):
            same.append(name)
        else:
            differing[name] = Message("is not the report that this program makes of the run")
    wrong = tuple(faults(stored))
    return Recalculation(
        program, same_engine, versions, tuple(identical), tuple(within), tuple(same), differing, (), wrong
    )


def _program(stored: StoredRun) -> tuple[str | None, bool]:
    """The other program that made a run, None where this one did; and whether it has this one's engine version."""
    version = stored.manifest.version
    same_engine = stored.manifest.engine_version == engine_version()
    return None if version == program_version() else version, same_engine


def _tables(stored: StoredRun, made: Remade, exact: bool) -> tuple[list[str], list[str], dict[str, str]]:
    """Tables with the same bytes, those within tolerance, and the first difference of each other."""
    identical, within = list[str](), list[str]()
    differing: dict[str, str] = {}
    tables = made.contents.tables
    listed = parse_manifest(made.files[MANIFEST]).tables
    for name in sorted({*stored.manifest.tables, *tables}):
        if name not in tables or name not in stored.manifest.tables:
            differing[name] = (
                Message("made now, not stored") if name in tables else Message("stored, not made now")
            )
            continue
        if listed[name].sha256 == stored.manifest.tables[name].sha256:
            identical.append(name)
            continue
        now = in_memory({name: tables[name]})[name]
        first = next(table_differences(name, stored.table(name), now, exact), None)
        if first is None:
            within.append(name)
        else:
            differing[name] = first
    return identical, within, differing


def _others(
    stored: StoredRun, made: Remade, tolerance: float, other_program: bool
) -> Iterator[tuple[str, list[str]]]:
    """The manifest, the data package and the results, each with what differs in it."""
    wanted = _expected(stored, made, other_program)
    yield MANIFEST, _json_texts(stored.manifest.to_bytes(), wanted.to_bytes(), tolerance)
    package = data_package(wanted.id, {name: wanted.tables[name] for name in made.contents.tables})
    yield DATA_PACKAGE, _json_texts(stored.package(), package, 0.0)
    for name in sorted({*stored.manifest.results, *made.contents.results}):
        if name not in made.contents.results or name not in stored.manifest.results:
            there = name in made.contents.results
            yield name, [Message("made now, not stored") if there else Message("stored, not made now")]
        elif stored.result(name) == made.contents.results[name]:
            yield name, []
        else:
            yield name, [Message("is not what is made again")]


def _expected(stored: StoredRun, made: Remade, other_program: bool) -> Manifest:
    """The manifest that the run has to have: as made again here, with what may be another there.

    Sizes and digests are those of the stored files, whose contents are compared by themselves.
    """
    then, now = stored.manifest, parse_manifest(made.files[MANIFEST])
    tables = {
        name: replace(entry, bytes=there.bytes, sha256=there.sha256)
        if (there := then.tables.get(name)) is not None
        else entry
        for name, entry in now.tables.items()
    }
    results = {name: then.results.get(name, entry) for name, entry in now.results.items()}
    expected = replace(
        now, tables=tables, results=results, data_package=then.data_package, environment=then.environment
    )
    if not other_program:
        return expected
    expected = replace(expected, version=then.version, engine_version=then.engine_version)
    return replace(expected, id=expected.own_id)


def _json_texts(then: bytes, now: bytes, tolerance: float) -> list[str]:
    if then == now:
        return []
    try:
        read = json.loads(then)
    except ValueError:
        return [Message("is no JSON")]
    found = leaf_texts(read, json.loads(now), tolerance)
    # Values alike and bytes not: written otherwise, which the store never does.
    return found or ([] if tolerance and canonical(read) == then else [Message("is written otherwise")])


def _versions(stored: StoredRun) -> Iterator[str]:
    """What differs of the libraries and the processor between the run and this machine."""
    then, now = stored.manifest.environment, environment()
    for key in sorted({*then, *now}):
        if _plain(then.get(key)) != _plain(now.get(key)):
            yield Message(
                "{key} {stored}, here {here}",
                key=key,
                stored=_plain(then.get(key)),
                here=_plain(now.get(key)),
            )


def _plain(value: Json) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return list(value) if isinstance(value, list | tuple) else value
