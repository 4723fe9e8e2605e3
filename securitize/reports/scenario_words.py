"""Under which scenario figures stand, and what it changes, for a reader: wherever stressed figures are shown."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from securitize.base.language import Language
from securitize.performance.stress_words import in_both
from securitize.reports.names import scenario_name
from securitize.reports.terminal import print_line
from securitize.reports.words import in_users
from securitize.store.stored import StoredRun

#: Where a run keeps its scenario.
SCENARIO = "scenarios/scenario.toml"


def stresses_of(about: Mapping[str, Any], stored: StoredRun | None = None) -> list[Mapping[Language, str]]:
    """What the scenario of a run changes, a line a stress in each language; from its file in runs without the label."""
    found = about.get("stresses")
    if found is None and stored is not None and SCENARIO in stored.manifest.inputs:
        return in_both(tomllib.loads(stored.input(SCENARIO).decode(), parse_float=Decimal))  # type: ignore[return-value]
    return list(found or ())


def print_stresses(about: Mapping[str, Any], stored: StoredRun | None = None) -> None:
    """Scenario and stresses, one a line; nothing of a base case."""
    if not about.get("scenario"):
        return
    found = stresses_of(about, stored)
    if not found:
        print_line("the scenario changes nothing")
    for line in found:
        print_line("stress: {stress}", stress=in_users(line["en"], line["zh"]))


def case_of(about: Mapping[str, Any]) -> dict[str, Any]:
    """Deal, scenario and stresses, as JSON says them first."""
    return {"deal": about["deal"], "scenario": about.get("scenario"), "stresses": list(stresses_of(about))}


def print_scenario(about: Mapping[str, Any]) -> None:
    """The name of the scenario, or that it is the base case, and the stresses below."""
    print_line("scenario: {scenario}", scenario=scenario_name(about.get("scenario")))
    print_stresses(about)
