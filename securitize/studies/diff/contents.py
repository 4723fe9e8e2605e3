"""What two manifests say, and the files beside the tables of two runs, compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from securitize.store.identity import sha256
from securitize.store.manifest import DATA_PACKAGE, MANIFEST
from securitize.store.stored import StoredRun
from securitize.store.tree import PAGE, REPORTS
from securitize.studies.diff.fields import ABSENT, InputChange, files_changed
from securitize.studies.proof.leaves import leaf_differences

#: How a run was made, in its manifest; the other keys say what came of it, or list files.
_MADE = ("engine_version", "environment", "options", "seed", "version")
#: What only follows: from the inputs, or from the content of files, which is compared itself.
_FOLLOWS = ("data_package", "id", "inputs", "results", "tables")
#: What of the manifest counts for a gate, with warnings beyond their figures; what was asked for does not.
_GATES = ("about.synthetic", "about.title", "checks")
#: Amounts, dates and lines in the sentence of a warning; not the digits of names and codes.
_FIGURES = re.compile(r"(?<![A-Za-z0-9])[0-9][0-9,.]*")
#: Digits of a digest that are shown.
_DIGITS = 12


def how_made(first: StoredRun, second: StoredRun) -> Iterator[InputChange]:
    """Options, seed, program and environment."""
    yield from _leaves(
        MANIFEST, *({key: one[key] for key in _MADE if key in one} for one in _both(first, second))
    )


def what_is_said(first: StoredRun, second: StoredRun) -> Iterator[InputChange]:
    """Everything else that the manifests say: labels, warnings, checks, rows and schema versions of tables."""
    then, now = _both(first, second)
    said = ({key: one[key] for key in one if key not in (*_MADE, *_FOLLOWS)} for one in (then, now))
    yield from _leaves(MANIFEST, *said)
    for name in sorted({*then["tables"]} & {*now["tables"]}):
        old, new = then["tables"][name], now["tables"][name]
        if old["sha256"] == new["sha256"]:
            yield from _leaves(MANIFEST, {"tables": {name: old}}, {"tables": {name: new}})


def files_beside(first: StoredRun, second: StoredRun) -> Iterator[InputChange]:
    """Data packages, results beside the tables, and reports."""
    if first.package() != second.package():
        yield from _packages(first, second)
    yield from files_changed(first.manifest.results, second.manifest.results, first.result, second.result)
    pages = first.report(), second.report()
    if pages[0] != pages[1]:
        shown = (ABSENT if page is None else sha256(page)[:_DIGITS] for page in pages)
        yield InputChange(f"{REPORTS}/{PAGE}", "", *shown)


def counts_for_gate(change: InputChange) -> bool:
    """Whether what differs stops a gate: titles, flags, checks, data packages and results do, reports do not.

    A warning that comes or goes does too; of one that both runs have the figures may differ, as those of the tables.
    """
    if change.file != MANIFEST:
        return not change.file.startswith(f"{REPORTS}/")
    if change.path.startswith("warnings"):
        return _FIGURES.sub("#", change.before) != _FIGURES.sub("#", change.after)
    return change.path.startswith(_GATES)


def _both(first: StoredRun, second: StoredRun) -> tuple[dict[str, Any], dict[str, Any]]:
    then, now = (json.loads(one.manifest.to_bytes()) for one in (first, second))
    return then, now


def _leaves(file: str, then: object, now: object) -> Iterator[InputChange]:
    for path, before, after in leaf_differences(then, now):
        yield InputChange(file, path, str(before), str(after))


def _packages(first: StoredRun, second: StoredRun) -> Iterator[InputChange]:
    """Leaves of the data packages that differ, but what follows from other runs and other tables."""
    then, now = (_by_name(one.package()) for one in (first, second))
    if then is None or now is None:
        yield InputChange(DATA_PACKAGE, "", *(sha256(one.package())[:_DIGITS] for one in (first, second)))
        return
    mine, theirs = first.manifest.tables, second.manifest.tables
    for path, before, after in leaf_differences(then, now):
        _, _, inside = path.partition("resources.")
        name, _, leaf = inside.partition(".")
        another_run = path == "name" and first.id != second.id
        both = name in mine and name in theirs
        another_table = not both or mine[name].sha256 != theirs[name].sha256
        if not another_run and not (
            inside and another_table and (not both or leaf in ("bytes", "hash", "rows"))
        ):
            yield InputChange(DATA_PACKAGE, path, str(before), str(after))


def _by_name(package: bytes) -> dict[str, Any] | None:
    """A package with its resources by name; None where it is none."""
    try:
        read = json.loads(package)
        resources = {str(one["name"]): one for one in read["resources"]}
    except (ValueError, TypeError, KeyError):
        return None
    if not isinstance(read, Mapping) or len(resources) != len(read["resources"]):
        return None
    return {**read, "resources": resources}
