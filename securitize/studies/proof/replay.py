"""A stored run in the reference interpreter: against the engine, and against what is stored.

Of a stress result every scenario that acts is replayed, and a sample of pairs of scenario and random path.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.base.errors import UsageError
from securitize.base.messages import Listing, Message
from securitize.base.money import to_minor
from securitize.definitions.suites.suite import BASE
from securitize.store import folder
from securitize.store.engine_version import engine_version
from securitize.store.stored import StoredRun
from securitize.studies.proof.recalculation import stress_request_of

if TYPE_CHECKING:
    from securitize.engine.calculation import Calculation
    from securitize.engine.prepare.prepared import Prepared

#: Of each note and date what is compared, and how the table of the base case calls it.
OF_BASE = {
    "interest_paid": "interest_paid",
    "unpaid": "unpaid_interest",
    "principal_paid": "principal_paid",
    "residual_paid": "residual_paid",
    "written_off": "written_off",
    "closing": "closing_balance",
}
#: The same of a scenario of a stress result.
OF_SCENARIO = {name: name for name in ("interest_paid", "unpaid", "principal_paid", "closing")}
#: By note and line, its amount on each date, minor units.
Amounts = Mapping[str, Mapping[str, list[int]]]


@dataclass(frozen=True, slots=True)
class ReferenceReplay:
    """What came of the reference interpreter.

    paths     : random paths that were run;  of : of how many
    scenarios : scenarios of a stress result whose deterministic paths were run, the base case among them; 0 of a run
    pairs     : of a stress result, scenario and path of each random path that was run
    lines     : of the engine;  stored : amounts as stored that were compared
    """

    paths: tuple[int, ...]
    of: int
    scenarios: int
    pairs: tuple[tuple[str, int], ...]
    lines: int
    stored: int
    differences: tuple[str, ...]


def picked(paths: int, of: int) -> tuple[int, ...]:
    """So many paths, spread evenly."""
    return tuple(sorted({of * k // paths for k in range(paths)})) if of and paths else ()


def pairs_picked(pairs: int, scenarios: int, paths: int) -> list[tuple[int, int]]:
    """So many pairs of scenario and path: the scenarios in turn, the paths spread evenly."""
    if not (scenarios and paths):
        return []
    return list(dict.fromkeys((k % scenarios, k * paths // pairs) for k in range(pairs)))


def chosen_pairs(stored: StoredRun, count: int, scenarios: int, drawn: int) -> list[tuple[int, int]]:
    """Which random paths of which scenario are looked at; of a run all are of its only one."""
    if "suite" in stored.manifest.options:
        return pairs_picked(count, scenarios, drawn)
    return [(0, path) for path in picked(count, drawn)]


def scenarios_of(stored: StoredRun) -> list[tuple[str, Prepared]]:
    """The scenarios of a stress result that act, ready to be calculated, the base case first; of a run itself alone.

    Raises UsageError for a run that is not of a deal.
    """
    from securitize.engine.prepare.stored import prepared_of
    from securitize.studies.stress.scenarios import situations

    if "suite" not in stored.manifest.options:
        return [(BASE, prepared_of(stored))]
    with tempfile.TemporaryDirectory() as made:
        folder.unpack_inputs(stored, Path(made))
        asked = stress_request_of(stored, Path(made))
        acting = situations(asked.suite, asked.base, asked.draw)
        return [(one.name, one.prepared) for one in acting if one.prepared is not None]


def stored_amounts(stored: StoredRun) -> Mapping[str, Amounts]:
    """What is stored of the notes by scenario, the base case among them."""
    found: dict[str, dict[str, dict[str, list[int]]]] = {}
    for row in _rows(stored, "stress_balances"):
        _add(found.setdefault(row["scenario"], {}), row, OF_SCENARIO)
    found[BASE] = {}  # Its amounts are those of the table that a run has too.
    for row in _rows(stored, "note_cash_flows"):
        _add(found[BASE], row, OF_BASE)
    return found


def _add(notes: dict[str, dict[str, list[int]]], row: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    note = notes.setdefault(row["note"], {line: [] for line in columns})
    for line, column in columns.items():
        note[line].append(to_minor(row[column]))


def _rows(stored: StoredRun, table: str) -> list[dict[str, Any]]:
    return stored.table(table).to_pylist() if table in stored.manifest.tables else []


def on_path(prepared: Prepared, path: int) -> Calculation:
    """One random path of a deal, by the engine."""
    from securitize.engine.calculation import calculate, given_path
    from securitize.performance.random.draw import draw

    if prepared.random is None:
        raise ValueError("nothing is to be drawn")
    one = draw(prepared.random, prepared.performance, prepared.numbers(path, path + 1))
    return calculate(given_path(prepared, one, 0))


def drawn_paths(prepared: Prepared, stored: StoredRun) -> int:
    """How many paths a run drew; 0 without any."""
    if prepared.draw is None or prepared.random is None:
        return 0
    said = stored.manifest.facts.about.get("paths")
    return min(said, prepared.draw.paths) if isinstance(said, int) else prepared.draw.paths


def is_of_this_engine(stored: StoredRun) -> bool:
    """Whether the run was made by a program in which no figure can differ from this one's."""
    return stored.manifest.engine_version == engine_version()


def replay_in_reference(stored: StoredRun, paths: int) -> ReferenceReplay:
    """Deterministic paths, and so many random ones, in the reference interpreter; see ``docs/reference/proof.md``.

    Raises UsageError for a run that is not of a deal, or of a deal in mid-life.
    """
    from securitize.engine.calculation import calculate
    from securitize.engine.reference_case import differences_and_notes

    found, said = scenarios_of(stored), list[str]()
    if found[0][1].state is not None:
        raise UsageError("a deal in mid-life: --reference goes with a deal from its closing on")
    suite = "suite" in stored.manifest.options
    drawn = drawn_paths(found[0][1], stored)
    chosen = chosen_pairs(stored, paths, len(found), drawn)
    # Amounts of another engine are no reading of the rules of today.
    held = stored_amounts(stored) if is_of_this_engine(stored) else None
    counted = amounts = 0
    for scenario, path in [*((scenario, None) for scenario in range(len(found))), *chosen]:
        name, prepared = found[scenario]
        calculation = calculate(prepared) if path is None else on_path(prepared, path)
        where = _where(name if suite else None, path)
        texts, notes = differences_and_notes(calculation)
        counted += len(calculation.one_path)
        said += [Listing([where, each], ": ") for each in texts]
        if path is not None or held is None:
            continue
        for number, text in _against_stored(notes, held.get(name, {})):
            amounts += number
            if text:
                said.append(Listing([where, text], ": "))
    return ReferenceReplay(
        tuple(path for _, path in chosen),
        drawn,
        len(found) if suite else 0,
        tuple((found[scenario][0], path) for scenario, path in chosen) if suite else (),
        counted,
        amounts,
        tuple(said),
    )


def _where(scenario: str | None, path: int | None) -> Message:
    """What was calculated; ``scenario`` of a stress result."""
    if scenario is None:
        return Message("deterministic path") if path is None else Message("path {path}", path=path)
    if path is None:
        return Message("scenario {name}", name=scenario)
    return Message("scenario {name}, path {path}", name=scenario, path=path)


def _against_stored(notes: Mapping[str, Any], held: Amounts) -> Iterator[tuple[int, str]]:
    """Of each note and line how many amounts were compared, and what differs."""
    for note in sorted({*notes, *held}):
        if note not in notes or note not in held:
            yield 0, Message("note {note} is in one of the two only", note=note)
            continue
        for line, amounts in held[note].items():
            wanted = list(notes[note][line])
            differs = wanted != amounts
            text = Message(
                "note {note} {line}: reference {want}, stored {have}",
                note=note,
                line=line,
                want=wanted,
                have=amounts,
            )
            yield len(amounts), text if differs else ""
