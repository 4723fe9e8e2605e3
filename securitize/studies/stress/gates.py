"""Whether a stress result passes its gates: notes that may not be late, or may not lose.

Source: ``docs/reference/suites.md``, section 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from securitize.base.errors import DefinitionError, UsageError, printable
from securitize.base.messages import Listing
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.suites.gates import Gate, gate_of
from securitize.definitions.suites.suite import WHOLE, Suite
from securitize.waterfall.note_states import unrecorded

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GateResult:
    """What a gate found.

    failing : rows of ``stress_results`` in which it fails, in the order of the suite
    untried : scenarios that do not apply, or apply in part and in which it does not fail, or tell no state
    """

    gate: Gate
    failing: tuple[Row, ...]
    untried: tuple[str, ...]


def gates_of(texts: Sequence[str], notes: Sequence[str]) -> tuple[Gate, ...]:
    """Gates as written on a command line. Raises UsageError where one is none, or of a note that is not there."""
    found = []
    for text in texts:
        gate = gate_of(text)
        if gate is None:
            raise UsageError("{text}: write NOTE=late or NOTE=loses", text=printable(text))
        if gate.note not in notes:
            raise UsageError(
                "{text}: no note is named {note}; notes are {notes}",
                text=printable(text),
                note=gate.note,
                notes=Listing(notes),
            )
        found.append(gate)
    return tuple(found)


def require_notes(suite: Loaded[Suite], notes: Sequence[str]) -> None:
    """Raise DefinitionError where a gate of the suite is of a note that the deal lacks (SEC746)."""
    problems = []
    for k, text in enumerate(suite.model.fail_on):
        gate = gate_of(text)
        if gate is not None and gate.note not in notes:
            what, repair = "the deal has no such note", Listing(notes)
            problems.append(suite.problem(("fail_on", k), what, gate.note, repair, "SEC746"))
    if problems:
        raise DefinitionError(problems)


def judged(gates: Sequence[Gate], results: Sequence[Row], scenarios: Sequence[Row]) -> list[GateResult]:
    """Every gate on the rows of ``stress_results`` and ``suite_scenarios``."""
    in_order = sorted(scenarios, key=lambda row: row["position"])
    found = {(row["scenario"], row["note"]): row for row in results}
    judgements = []
    for gate in gates:
        failing, left = [], []
        for scenario in in_order:
            row = found.get((scenario["scenario"], gate.note))
            if row is not None and fails(gate, row["state"]):
                failing.append(row)
            elif row is None or scenario["applies"] not in WHOLE or unrecorded(row):
                left.append(scenario["scenario"])
        judgements.append(GateResult(gate, tuple(failing), tuple(left)))
    return judgements


def fails(gate: Gate, state: str | None) -> bool:
    """Whether a state is one that the gate forbids; a note that owes nothing has none."""
    match gate.forbidden:
        case "late":
            return state in ("late", "loses")
        case "loses":
            return state == "loses"
        case _:
            assert_never(gate.forbidden)
