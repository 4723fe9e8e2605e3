"""From what the user named, a stored run or a deal, to its checks as tables."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from securitize.base.errors import UsageError
from securitize.base.files import PathLike
from securitize.definitions.loading import load_capital_set, load_preset
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.prepare.stored import prepared_of
from securitize.library import find_capital_set, find_preset
from securitize.risk.rules import BREACHED
from securitize.store.identity import Json
from securitize.store.named import stored_run_named
from securitize.studies.rules.note_capital import note_capital
from securitize.studies.rules.rule_checks import CheckTerms, check_rules, rule_rows
from securitize.tables import Tables, build

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, repr=False)
class Checks(Tables):
    """Tables of checks by name.

    about    : labels of the deal under its scenario
    breached : rules that are breached and not waived
    """

    deal: str
    about: Mapping[str, Json]
    breached: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def _subject(self) -> str:
        return self.deal


def check_deal(
    run: PathLike,
    presets: Sequence[PathLike],
    sets: Sequence[PathLike],
    terms: CheckTerms,
    scenario: PathLike | None = None,
    runs: PathLike = "runs",
) -> Checks:
    """A stored run (folder or id) under its own scenario, or a deal, put to presets and capital sets.

    Raises UsageError where one is not found, a waiver names no rule, or a set does not hold on the day.
    """
    prepared = _prepared(run, scenario, runs)
    tables, breached = tables_of_checks(calculate(prepared), presets, sets, terms)
    return Checks(prepared.deal.name, prepared.about, breached, prepared.warnings, tables=tables)


def tables_of_checks(
    calculation: Calculation, presets: Sequence[PathLike], sets: Sequence[PathLike], terms: CheckTerms
) -> tuple[dict[str, pa.Table], tuple[str, ...]]:
    """The tables ``rule_checks`` and ``note_capital``, those that were asked for, and the rules that are breached."""
    file = calculation.prepared.definitions.deal.path
    tables: dict[str, pa.Table] = {}
    breached: tuple[str, ...] = ()
    if presets:
        found = check_rules(
            calculation, [load_preset(find_preset(os.fspath(one), file)) for one in presets], terms
        )
        tables["rule_checks"] = build("rule_checks", rule_rows(found))
        breached = tuple(f"{preset.name}: {one.rule.name}" for preset, one in found if one.status in BREACHED)
    if sets:
        loaded = [load_capital_set(find_capital_set(os.fspath(one), file)) for one in sets]
        tables["note_capital"] = build("note_capital", note_capital(calculation, loaded, terms))
    return tables, breached


def _prepared(name: PathLike, scenario: PathLike | None, runs: PathLike) -> Prepared:
    stored = stored_run_named(name, runs)
    if stored is None:
        return prepare(name, scenario)
    if scenario is not None:
        raise UsageError("a run has its scenario; --scenario goes with a deal")
    return prepared_of(stored)
