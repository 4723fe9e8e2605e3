"""Numbers of a suite moved: each is read in the scenario in whose stresses it is written.

Source: ``docs/reference/solvers.md``, section 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from securitize.base.errors import DefinitionError
from securitize.definitions import kinds
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.partial import validate
from securitize.definitions.register import Figure, register
from securitize.definitions.scenarios.scenario import Scenario, Stress
from securitize.definitions.suites.suite import Suite
from securitize.engine.changed_input import with_number
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import evaluate, with_stresses
from securitize.engine.targets import target_of
from securitize.performance.suites.cases import SuiteCase
from securitize.performance.suites.compose import compose
from securitize.performance.suites.target import Target
from securitize.studies.solvers.moved_numbers import NumberSensitivity, Place, moved, sides, value_of

_IN_SCENARIO = re.compile(r"^scenarios\[(\d+)\]\.stress")
Stresses = tuple[Stress, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One number, its scenario, and where it is moved to with the stresses that come of it."""

    figure: Figure
    value: Decimal
    scenario: str
    own: Stresses
    moved: list[tuple[Place, Stresses] | None]


def suite_sensitivities(prepared: Prepared, file: str, suite: Loaded[Suite]) -> list[NumberSensitivity]:
    """Life coverage of the most senior rank today, in the scenario of each number; all in one batch.

    file : the name of the suite in the run
    """
    asked = _asked(prepared, file, suite)
    cells = list(
        dict.fromkeys(
            stresses for one in asked for stresses in (one.own, *(side[1] for side in one.moved if side))
        )
    )
    if not cells:
        return []
    life = evaluate(prepared, cells).life()
    senior = life[min(life)].life[:, 0]
    read = {stresses: float(senior[row]) for row, stresses in enumerate(cells)}
    found = []
    for one in asked:
        low, high = (moved(side, read.__getitem__) for side in one.moved)
        found.append(NumberSensitivity(one.figure, one.value, one.scenario, read[one.own], low, high))
    return found


def _asked(prepared: Prepared, file: str, suite: Loaded[Suite]) -> list[_Asked]:
    found, target = list[_Asked](), target_of(prepared)
    for figure in register(suite):
        matched, value = _IN_SCENARIO.match(figure.path), value_of(figure)
        if matched is None or value is None:
            continue
        place = int(matched[1])

        def at(there: Decimal, figure: Figure = figure, place: int = place) -> Stresses:
            return _stresses(prepared, with_number(suite, kinds.SUITE, figure.path, there), target, place)

        own = _stresses(prepared, suite, target, place)
        if own:
            named = replace(figure, file=file)
            name = suite.model.scenarios[place].name
            found.append(_Asked(named, value, name, own, list(sides(figure, value, at))))
    return found


def _stresses(prepared: Prepared, suite: Loaded[Suite], target: Target, place: int) -> Stresses:
    """The stresses of one scenario on the deal. Raises DefinitionError where they do not fit."""
    composed: dict[str, SuiteCase] = {}
    for scenario, raw in zip(suite.model.scenarios[: place + 1], suite.raw["scenarios"], strict=False):
        parts = [composed[name] for name in scenario.with_]
        composed[scenario.name] = compose(scenario, raw.get("stress", ()), parts, target)
    one = composed[suite.model.scenarios[place].name]
    validated, explained = validate(Scenario, {"name": one.name, "stress": list(one.stresses)})
    if validated is None:
        raise DefinitionError(
            [suite.problem((), each.what, each.found, each.repair, each.code) for each in explained]
        )
    with_stresses(prepared, validated.stress)
    return validated.stress
