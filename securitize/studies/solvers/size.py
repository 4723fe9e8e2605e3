"""Sizing: the largest note, or the furthest number of a deal, that still meets a target.

Source: ``docs/reference/solvers.md``, section 6. The answer and the next lot are both calculated: the answer meets the
target, one lot more does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, assert_never

from securitize.base.errors import DefinitionError, InfeasibleError, Problem, UsageError, printable
from securitize.base.money import from_minor
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.partial import validate
from securitize.definitions.figures import is_figure
from securitize.engine.calculation import calculate
from securitize.engine.changed_input import with_value
from securitize.engine.life import life_of
from securitize.engine.measures import least
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.sampled import note_loss
from securitize.engine.scenario_batch import evaluate
from securitize.engine.simulate import Simulation, simulate
from securitize.engine.targets import target_of
from securitize.studies.solvers.grid import named_driver
from securitize.waterfall.note_states import holds
from securitize.waterfall.published_coverage import published_dscr

Measure = Literal["coverage", "life-coverage", "expected-loss", "default-probability", "holds-at"]
#: Lots looked at first over the whole range, its ends among them.
COARSE = 9
MOST_LOTS = 100_000
#: No measure and no driver has as many digits before the point.
_MOST_DIGITS = 14


@dataclass(frozen=True, slots=True)
class SizingTarget:
    """What a note is to meet: a coverage at least, a loss or probability at most, or hold with a driver at a value.

    driver : its name and value, of ``holds-at``
    """

    note: str
    measure: Measure
    value: float
    driver: tuple[str, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class SizingResult:
    """The answer. Values are those of what was sized; measures those of the first goal, None where it cannot stand.

    outside : one lot more; None at the end of the range
    """

    name: str
    inside: Decimal
    outside: Decimal | None
    measure_inside: float | None
    measure_outside: float | None
    evaluations: int


def goal_of(text: str, note: str) -> SizingTarget:
    """``coverage=1.2``, ``life-coverage=1.2``, ``expected-loss=0.001``, ``default-probability=0.01``, ``DRIVER=VALUE``.

    Raises UsageError where it is none of these.
    """
    name, _, value = text.partition("=")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise UsageError("{text}: write MEASURE=NUMBER or DRIVER=VALUE", text=printable(text)) from None
    if not number.is_finite() or number.adjusted() >= _MOST_DIGITS:
        raise UsageError("{text}: write MEASURE=NUMBER or DRIVER=VALUE", text=printable(text))
    if name in ("coverage", "life-coverage", "expected-loss", "default-probability"):
        return SizingTarget(note, name, float(number))  # type: ignore[arg-type]  # just looked at
    return SizingTarget(note, "holds-at", float(number), (name, number))


def measured(prepared: Prepared, goal: SizingTarget, workers: int = 1) -> float:
    """Where the deal stands by a goal's measure; of ``holds-at`` 1 where the note holds, else 0.

    Raises UsageError where paths are asked for and none are drawn, or there is no such driver or value.
    """
    match goal.measure:
        case "holds-at":
            return _holding(prepared, goal)
        case "coverage":
            return _least_coverage(prepared, goal.note)
        case "life-coverage":
            return _least_life_coverage(prepared, goal.note)
        case "expected-loss":
            return float(note_loss(_drawn(prepared, goal, workers), goal.note).mean())
        case "default-probability":
            return float(_drawn(prepared, goal, workers).notes[goal.note].loses.mean())
        case _:
            assert_never(goal.measure)


def _holding(prepared: Prepared, goal: SizingTarget) -> float:
    assert goal.driver is not None  # goal_of has put it there
    moved = named_driver(goal.driver[0], target_of(prepared))
    try:
        steps = moved.steps_to(goal.driver[1])
    except ValueError as error:
        raise UsageError(f"{goal.driver[0]}: {error}") from None
    return float(holds(evaluate(prepared, [moved.stresses(steps)]).lines, goal.note)[0])


def _least_coverage(prepared: Prepared, note: str) -> float:
    """The least published coverage; infinite where nothing is due, 0 where no date is left to measure it on.

    Raises UsageError where no principal of the rank follows a schedule.
    """
    notes, rank = prepared.deal.notes, prepared.deal.notes[note].rank
    ranked = prepared.deal.down_to(rank)
    if not any(notes[name].principal.has_schedule for name in ranked):
        raise UsageError("no principal of {note} or above follows a schedule: it has no coverage", note=note)
    calculation = calculate(prepared)
    lines = calculation.one_path
    found = least(published_dscr(calculation.resolved, lines, rank)[0])
    if found is not None:
        return found
    return 0.0 if any(notes[name].balance for name in ranked) else float("inf")


def _least_life_coverage(prepared: Prepared, note: str) -> float:
    """Today and after each payment, without support."""
    found = least(life_of(calculate(prepared))[prepared.deal.notes[note].rank].life[0])
    return float("inf") if found is None else found


def _drawn(prepared: Prepared, goal: SizingTarget, workers: int) -> Simulation:
    """The deal over random paths. Raises UsageError where none are drawn."""
    if prepared.random is None:
        raise UsageError("{measure} is over random paths: name a --performance", measure=goal.measure)
    return simulate(calculate(prepared), workers=workers)


def meets(value: float, goal: SizingTarget) -> bool:
    """Whether a measure meets its goal."""
    match goal.measure:
        case "holds-at":
            return value == 1.0
        case "coverage" | "life-coverage":
            return value >= goal.value
        case "expected-loss" | "default-probability":
            return value <= goal.value
        case _:
            assert_never(goal.measure)


def with_balances(prepared: Prepared, balances: Mapping[str, int]) -> Prepared:
    """The deal with other balances of some notes; what is scheduled of them is scaled, to the minor unit.

    Raises DefinitionError where the deal does not take them.
    """
    loaded = prepared.definitions.deal
    raw: dict[str, Any] = deepcopy(dict(loaded.raw))
    for name, balance in balances.items():
        note = raw["notes"][name]
        old = prepared.deal.notes[name].balance
        _set(note, "balance", balance)
        payments = note["principal"].get("payments", ()) if isinstance(note.get("principal"), dict) else ()
        before = after = 0
        terms = prepared.deal.notes[name].principal
        for k, payment in enumerate(payments):
            before += terms.payments[k].amount
            upto = before * balance // old if old else 0
            _set(payment, "amount", upto - after)
            after = upto
    validated, explained = validate(Deal, raw)
    if validated is None:
        raise DefinitionError(
            [
                Problem(str(loaded.path), 0, "notes", one.what, one.found, one.repair, one.code)
                for one in explained
            ]
        )
    deal = replace(loaded, model=validated, raw=raw)
    return on_dates(replace(prepared.definitions, deal=deal), prepared.draw, prepared.known_on)


def _set(table: dict[str, Any], key: str, amount: int) -> None:
    old, new = table.get(key), from_minor(amount)
    table[key] = {**old, "value": new} if isinstance(old, dict) and is_figure(old) else new


def size_note(
    prepared: Prepared, note: str, goals: Sequence[SizingTarget], lot: int, against: str, workers: int = 1
) -> SizingResult:
    """The largest balance of ``note`` in whole lots that meets every goal; ``against`` takes the rest of the two.

    lot : minor units. Raises InfeasibleError where no balance does, UsageError where there are too many lots, or the
    notes are issued already.
    """
    _require_closing(prepared)
    whole = prepared.deal.notes[note].balance + prepared.deal.notes[against].balance
    most = whole // lot
    if not 1 <= most <= MOST_LOTS:
        raise UsageError(
            "{whole} holds {most:,} lots; there are 1 to {most_lots:,}",
            whole=amount_in(whole, prepared.deal.currency),
            most=most,
            most_lots=MOST_LOTS,
        )

    def stand(lots: int) -> tuple[bool, float | None]:
        return _stands(
            with_balances(prepared, {note: lots * lot, against: whole - lots * lot}), goals, workers
        )

    lots, inside, outside, count = _furthest(stand, 1, most)
    if lots is None:
        raise InfeasibleError("no balance of {note} meets the target, not even one lot", note=note)
    return SizingResult(
        note,
        amount_in(lots * lot, prepared.deal.currency),
        amount_in((lots + 1) * lot, prepared.deal.currency) if lots < most else None,
        inside,
        outside,
        count,
    )


def _require_closing(prepared: Prepared) -> None:
    """Raises UsageError of a deal in mid-life: its notes are issued, what is left of them is what the books say."""
    if prepared.today.in_mid_life:
        raise UsageError(
            "the deal is in mid-life, its notes are issued: what is left of them on {day} is in its state file; "
            "--number solves for a number that is still to be set",
            day=prepared.today.notes,
        )


def _require_not_of_the_books(prepared: Prepared, file: str, dotted: str) -> None:
    """Raises UsageError where the books of a deal in mid-life stand in place of the number."""
    state, parts = prepared.state, dotted.split(".")
    if state is None or file != "deal" or len(parts) != 3:
        return
    kind, name, field = parts
    balances = {
        ("notes", "balance"): {key: one.balance for key, one in state.notes.items()},
        ("accounts", "opening"): {key: one.balance for key, one in state.accounts.items()},
    }
    if balances.get((kind, field), {}).get(name) is not None:
        raise UsageError(
            "{path} is that of closing: the state file of {day} says what is left of it",
            path=f"{file}:{dotted}",
            day=state.as_of,
        )


def size_number(
    prepared: Prepared,
    path: str,
    low: Decimal,
    high: Decimal,
    step: Decimal,
    goals: Sequence[SizingTarget],
    workers: int = 1,
) -> SizingResult:
    """The number at ``deal:PATH`` or ``pool:PATH`` furthest from ``low`` towards ``high`` that meets every goal.

    Raises InfeasibleError where ``low`` does not, UsageError where there is no such number.
    """
    file, _, dotted = path.partition(":")
    if file not in ("deal", "pool") or not dotted:
        raise UsageError("a number is deal:PATH or pool:PATH, such as deal:notes.A.coupon.rate")
    _require_not_of_the_books(prepared, file, dotted)
    if step <= 0 or low == high:
        raise UsageError("the range is not empty, and its step is above 0")
    most = int(abs(high - low) / step)
    if not 1 <= most <= MOST_LOTS:
        raise UsageError(
            "the range holds {most:,} steps; there are 1 to {most_lots:,}", most=most, most_lots=MOST_LOTS
        )
    towards = step if high > low else -step

    def stand(steps: int) -> tuple[bool, float | None]:
        return _stands(with_value(prepared, file, dotted, low + towards * steps), goals, workers)

    steps, inside, outside, count = _furthest(stand, 0, most)
    if steps is None:
        raise InfeasibleError("{path} at {low} does not meet the target", path=path, low=low)
    beyond = low + towards * (steps + 1) if steps < most else None
    return SizingResult(path, low + towards * steps, beyond, inside, outside, count)


def _stands(prepared: Prepared, goals: Sequence[SizingTarget], workers: int) -> tuple[bool, float | None]:
    """Whether every goal is met, and the first one's measure."""
    first: float | None = None
    for k, goal in enumerate(goals):
        value = measured(prepared, goal, workers)
        first = value if k == 0 else first
        if not meets(value, goal):
            return False, first
    return True, first


def _furthest(
    stand: Callable[[int], tuple[bool, float | None]], low: int, high: int
) -> tuple[int | None, float | None, float | None, int]:
    """The last of the numbers from ``low`` on before the first that fails: it, both measures, how many were looked at.

    Coarse over the range first, then halved between the last that stands and the first that fails.
    """
    known: dict[int, tuple[bool, float | None]] = {}

    def look(number: int) -> bool:
        if number not in known:
            known[number] = stand(number)
        return known[number][0]

    if not look(low):
        return None, None, None, len(known)
    inside, outside = low, high + 1
    for number in sorted({low + (high - low) * k // (COARSE - 1) for k in range(1, COARSE)}):
        if not look(number):
            outside = number
            break
        inside = number
    while outside - inside > 1 and outside <= high:
        middle = (inside + outside) // 2
        if look(middle):
            inside = middle
        else:
            outside = middle
    return inside, known[inside][1], known[outside][1] if outside <= high else None, len(known)


@dataclass(frozen=True, slots=True)
class JointSizing:
    """Two notes sized at once. ``cost`` : blended annual cost of the deal's money, share of all notes."""

    balances: Mapping[str, Decimal]
    cost: float
    evaluations: int


def size_together(
    prepared: Prepared,
    notes: tuple[str, str],
    against: str,
    goals: Mapping[str, Sequence[SizingTarget]],
    costs: Mapping[str, float],
    lot: int,
    workers: int = 1,
) -> JointSizing:
    """Balances of two notes, and of ``against`` the rest, that meet every goal at the least blended cost.

    costs : annual cost of each note's money. For each balance of the first note the second is as large as it can be
    where it costs less than ``against``, else as small. Raises InfeasibleError where nothing meets the goals.
    """
    _require_closing(prepared)
    first, second = notes
    whole = sum(prepared.deal.notes[name].balance for name in (*notes, against))
    most, count = whole // lot, 0
    larger = costs[second] <= costs[against]
    best: tuple[float, int, int] | None = None

    def stand(one: int, two: int) -> bool:
        nonlocal count
        count += 1
        rest = whole - (one + two) * lot
        resized = with_balances(prepared, {first: one * lot, second: two * lot, against: rest})
        return _stands(resized, [*goals[first], *goals[second]], workers)[0]

    def cost(one: int, two: int) -> float:
        rest = whole - (one + two) * lot
        parts = ((first, one * lot), (second, two * lot), (against, rest))
        return sum(costs[name] * balance for name, balance in parts) / whole

    for one in range(most, -1, -1):
        ends = (most - one, 0) if larger else (0, most - one)
        # No second note can make this first one cheaper than the best.
        if best is not None and cost(one, ends[0]) >= best[0]:
            continue
        order = range(most - one, -1, -1) if larger else range(most - one + 1)
        for two in order:
            if best is not None and cost(one, two) >= best[0]:
                break
            if stand(one, two):
                best = (cost(one, two), one, two)
                break
    if best is None:
        raise InfeasibleError("no balances of the two notes meet the targets")
    price, one, two = best
    rest = whole - (one + two) * lot
    minor = {first: one * lot, second: two * lot, against: rest}
    found = {name: amount_in(each, prepared.deal.currency) for name, each in minor.items()}
    return JointSizing(found, price, count)
