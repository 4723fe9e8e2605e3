"""What is not plausible of a base case: notes that are late or lose, support that pays, notes against the pool's cash.

Rules: ``docs/reference/plausibility.md``, section 2 (SEC350, SEC351, SEC360, SEC361).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from securitize.base.closed import complete
from securitize.base.errors import CalculationError, Problem
from securitize.base.messages import Message
from securitize.definitions.accepted import sift
from securitize.definitions.checks.plausible.outside import more_or_less, plain, unit_of
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.plausibility import BASE_CODES, bounds
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.inputs import accepted_rows, files_in_run, lines_of
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.tables.after_last import gap_of, gap_warnings
from securitize.store.identity import Json
from securitize.waterfall.measures import measure_note
from securitize.waterfall.note_states import LossOf, states_of
from securitize.waterfall.passed_over import in_words, passed_over

#: Of a deal in mid-life the notes at closing are not compared.
_AT_CLOSING = frozenset({bounds()["notes-over-cash"].code})
_LOSES: Mapping[LossOf, Message] = complete(
    LossOf,
    {
        "principal": Message("the note loses principal in the base case"),
        "interest": Message("the note loses interest in the base case"),
        "principal-and-interest": Message("the note loses principal and interest in the base case"),
    },
)


@dataclass(frozen=True, slots=True)
class BaseCase:
    """What is said of a base case.

    warnings, accepted : what is not plausible of it, and rows of what a file accepts; nothing under a scenario
    gap : what of the pool's cash falls into a gap of the terms, under a scenario too
    """

    warnings: tuple[str, ...] = ()
    accepted: tuple[Mapping[str, Json], ...] = ()
    gap: tuple[str, ...] = ()


def is_base_case(prepared: Prepared) -> bool:
    """Whether no scenario stresses anything."""
    scenario = prepared.definitions.scenario
    return scenario is None or not scenario.model.stress


def base_case_of(prepared: Prepared) -> BaseCase:
    """The same of a deal that is not calculated yet. A case that cannot be calculated is itself warned of."""
    stressed = not is_base_case(prepared)
    try:
        return BaseCase(gap=gap_of(prepared)) if stressed else base_case(calculate(prepared))
    except CalculationError as error:
        what = (
            Message("the deal cannot be calculated under the scenario: {error}", error=error.args[0])
            if stressed
            else Message("the base case cannot be calculated: {error}", error=error.args[0])
        )
        return BaseCase((what,), gap=() if stressed else _gap_where_projected(prepared))


def _gap_where_projected(prepared: Prepared) -> tuple[str, ...]:
    """The gap of a deal whose notes cannot be paid; nothing where it is the pool that cannot be projected."""
    try:
        return gap_of(prepared)
    except CalculationError:
        return ()


def base_case(calculation: Calculation) -> BaseCase:
    """What is said of a calculation."""
    prepared = calculation.prepared
    gap = gap_warnings(prepared, calculation.collections.flows)
    if not is_base_case(prepared):
        return BaseCase(gap=gap)
    found, asked = prepared.definitions, BASE_CODES
    problems = [
        *_notes(calculation),
        *_passed_over(calculation),
        *_support(calculation),
        *_triggers(calculation),
    ]
    if prepared.state is None:
        problems += _cash(calculation)
    else:
        asked -= _AT_CLOSING
    stand, accepted = sift(problems, (found.deal, found.pool), asked.__contains__)
    files = files_in_run(found)
    return BaseCase(lines_of(stand, files), accepted_rows(accepted, files), gap)


def with_accepted(about: Mapping[str, Json], base: BaseCase) -> dict[str, Json]:
    """What is said of a run, with what its deal accepts of the base case too."""
    known = about.get("accepted", [])
    rows = [*(known if isinstance(known, list) else []), *map(dict, base.accepted)]
    return {**about, **({"accepted": rows} if rows else {})}


def _notes(calculation: Calculation) -> Iterator[Problem]:
    """A note is on time and loses nothing."""
    deal, currency = calculation.prepared.definitions.deal, calculation.prepared.deal.currency
    for name in calculation.prepared.deal.notes:
        states = states_of(calculation.resolved, calculation.one_path, name)
        state, loss = states.state(0), states.loses_what(0)
        if loss is not None and state is not None:
            yield deal.problem(("notes", name), _LOSES[loss], None, "check notes, pool and dates", "SEC350")
        elif state == "late":
            what = Message(
                "the note is late in the base case: from {first} on, for {days} days, {amount:,} {currency} at most",
                first=states.dates[int(states.first_late[0])],
                days=int(states.days_late[0]),
                amount=amount_in(int(states.largest_overdue[0]), currency),
                currency=currency,
            )
            yield deal.problem(("notes", name), what, None, "check notes, pool and dates", "SEC350")


def _passed_over(calculation: Calculation) -> Iterator[Problem]:
    """No note loses while a junior one or the originator is paid on the same date."""
    deal, resolved = calculation.prepared.definitions.deal, calculation.resolved
    currency = calculation.prepared.deal.currency
    for name in calculation.prepared.deal.notes:
        found = passed_over(resolved, calculation.one_path, name)
        if found is None:
            continue
        measured = measure_note(resolved, calculation.one_path, name)
        loss = int(measured.principal_loss[0]) + int(measured.interest_loss[0])
        what = in_words(
            name,
            loss=amount_in(loss, currency),
            currency=currency,
            date=resolved.schedule.payment[found.date],
            lacking=amount_in(found.lacking, currency),
            junior=(tuple(found.junior), amount_in(sum(found.junior.values()), currency)),
            originator=amount_in(found.originator, currency),
        )
        yield deal.problem(("notes", name), what, None, "check the order of payments", "SEC361")


def _support(calculation: Calculation) -> Iterator[Problem]:
    """Nobody who supports the deal has to pay."""
    deal, notes = calculation.prepared.definitions.deal, calculation.prepared.definitions.deal.model.face
    for name in calculation.prepared.deal.support:
        drawn = int(calculation.lines["support", name, "drawn"].sum())
        bound = bounds()["support-in-base"]
        if notes and bound.broken(Decimal(drawn) / notes) is not None:
            what = Message(
                "the support pays {amount:,} {currency} in the base case",
                amount=amount_in(drawn, calculation.prepared.deal.currency),
                currency=calculation.prepared.deal.currency,
            )
            yield deal.problem(("support", name), what, None, "check notes, pool and dates", bound.code)


def _triggers(calculation: Calculation) -> Iterator[Problem]:
    """No trigger that calls for a priority is breached, but one that a date reaches."""
    deal = calculation.prepared.definitions.deal
    days = calculation.resolved.schedule.payment
    for name, trigger in calculation.prepared.deal.triggers.items():
        breached = np.flatnonzero(calculation.lines["trigger", name, "breached"])
        if trigger.priority is None or trigger.reached_on is not None or not breached.size:
            continue
        what = Message(
            "the trigger is breached in the base case, first on {date}", date=days[int(breached[0])]
        )
        repair = "check its threshold, notes and pool"
        yield deal.problem(("triggers", name), what, None, repair, bounds()["support-in-base"].code)


def _cash(calculation: Calculation) -> Iterator[Problem]:
    """The notes are neither more than all the cash of the pool nor a small part of it."""
    found = calculation.prepared.definitions
    notes, cash = (
        found.deal.model.face,
        sum(int(one.sum()) for one in calculation.collections.streams.values()),
    )
    bound = bounds()["notes-over-cash"]
    ratio = Decimal(notes) / cash if cash else Decimal(notes)
    if notes and (said := more_or_less(bound.name, ratio)) is not None:
        what = Message(
            "the notes are {notes:,}, {ratio} times all cash that the pool pays, {cash:,}: {said}",
            notes=amount_in(notes, found.deal.model.currency),
            ratio=plain(ratio),
            cash=amount_in(cash, found.deal.model.currency),
            said=said,
        )
        yield found.deal.problem(
            ("notes",), what, None, unit_of(bound.name, ratio, found.deal.model.currency), bound.code
        )
