"""Break-even: how far each driver can go, alone, before a note breaks.

A driver moves in whole steps. All steps that are looked at are paid in one call; between the last that holds and the
first that breaks every step is looked at, so that the two that are reported are neighbours, both calculated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Literal, assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.closed import partition
from securitize.base.messages import Message
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.scenarios.scenario import Stress
from securitize.definitions.suites.suite import DriverName
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import ScenarioBatch, evaluate, what_happens
from securitize.engine.targets import target_of
from securitize.performance.drivers import OF_DEFAULTS, OF_SUPPORT, Driver, driver, driver_names, no_support
from securitize.performance.suites.target import DoesNotApply, Target
from securitize.risk.break_criteria import (
    CRITERIA,
    OF_DEAL,
    Criterion,
    LifeByRank,
    breaks,
    looked_at,
    nothing_to_look_at,
)
from securitize.waterfall.plan import Line
from securitize.waterfall.published_coverage import published_dscr
from securitize.waterfall.resolved import ResolvedDeal

SupportTreatment = Literal["in place", "absent"]
ABSENT, _ = partition(SupportTreatment, {"absent"}, {"in place"})
Status = Literal["found", "not reached", "broken at base", "not-applicable"]
#: Steps looked at first over the whole bracket, its ends among them.
COARSE = 101


@dataclass(frozen=True, slots=True)
class DriverBreakEven:
    """One note, driver and criterion. Values are the driver's; those of ``inside`` on only where it was found.

    why_not : where the driver, or the criterion to the note, does not apply, or no line of the deal changes
    """

    note: str
    driver: DriverName
    criterion: Criterion
    support: SupportTreatment
    status: Status
    unit: str = ""
    base: Decimal | None = None
    end: Decimal | None = None
    inside: Decimal | None = None
    outside: Decimal | None = None
    steps: int | None = None
    breaks_on: dt.date | None = None
    breaks_by: str | None = None
    evaluations: int = 0
    why_not: str | None = None


def break_evens(
    prepared: Prepared,
    drivers: Sequence[DriverName] = (),
    notes: Sequence[str] = (),
    criteria: Sequence[Criterion] = CRITERIA,
    supports: Sequence[SupportTreatment] = ("in place", "absent"),
) -> list[DriverBreakEven]:
    """The break-even of every driver for every note and criterion; all of them where none is named.

    A deal without support from outside has none taken away; a trigger is reported for the most senior note alone.
    """
    target, deal = target_of(prepared), prepared.deal
    asked = notes or tuple(deal.notes)
    senior = min(deal.notes, key=lambda name: deal.notes[name].rank)
    wanted = [(note, one) for note in asked for one in criteria if one not in OF_DEAL or note == senior]
    found: list[DriverBreakEven] = []
    for name in drivers or driver_names():
        for support in supports:
            if support in ABSENT and (not deal.support or name in OF_SUPPORT):
                continue
            try:
                moved = driver(name, target)
            except DoesNotApply as reason:
                found += [
                    DriverBreakEven(note, name, one, support, "not-applicable", why_not=str(reason))
                    for note, one in wanted
                ]
                continue
            found += _Search(prepared, target, moved, support).all(wanted)
    return found


class _Search:
    """One driver, with support or without."""

    def __init__(self, prepared: Prepared, target: Target, moved: Driver, support: SupportTreatment) -> None:
        self.prepared, self.moved, self.support = prepared, moved, support
        self.before: tuple[Stress, ...] = no_support(target) if support in ABSENT else ()
        #: steps -> (cells, row) of what was calculated
        self.known: dict[int, tuple[ScenarioBatch, int]] = {}
        #: (note, criterion) -> steps -> whether it breaks
        self.broken: dict[tuple[str, Criterion], dict[int, bool]] = {}
        #: (note, criterion) of which there was something to look at
        self.looked_at: set[tuple[str, Criterion]] = set()

    def look(self, steps: Sequence[int], wanted: Sequence[tuple[str, Criterion]]) -> None:
        """Calculate what is not known yet, in one call."""
        new = sorted(set(steps) - self.known.keys())
        if not new:
            return
        cells = evaluate(self.prepared, [(*self.before, *self.moved.stresses(one)) for one in new])
        self.known |= {one: (cells, row) for row, one in enumerate(new)}
        for note, criterion in wanted:
            broken = breaks(cells.resolved, cells.lines, note, criterion, cells.life)
            found = self.broken.setdefault((note, criterion), {})
            found.update({one: bool(broken[row].any()) for row, one in enumerate(new)})
            if looked_at(cells.resolved, cells.lines, note, criterion, cells.life).any():
                self.looked_at.add((note, criterion))

    def all(self, wanted: Sequence[tuple[str, Criterion]]) -> list[DriverBreakEven]:
        """Coarse over the bracket, then every step between, for all together."""
        most = self.moved.most
        coarse = sorted({most * k // (COARSE - 1) for k in range(COARSE)})
        self.look(coarse, wanted)
        while gaps := {gap for key in wanted if (gap := self._gap(key)) is not None}:
            self.look([step for low, high in gaps for step in range(low + 1, high)], wanted)
        return [self._answer(*key) for key in wanted]

    def _gap(self, key: tuple[str, Criterion]) -> tuple[int, int] | None:
        """The two known steps between which it breaks first, where they are no neighbours."""
        known = sorted(self.broken[key].items())
        for (low, broken), (high, then) in pairwise(known):
            if broken:
                return None
            if then:
                return (low, high) if high - low > 1 else None
        return None

    def _answer(self, note: str, criterion: Criterion) -> DriverBreakEven:
        moved, known = self.moved, sorted(self.broken[note, criterion].items())
        first = next((step for step, broken in known if broken), None)
        status: Status = "found" if first else "broken at base"
        why_not = None
        if first is None:
            why_not = self.idle()
            if why_not is None and (note, criterion) not in self.looked_at:
                why_not = nothing_to_look_at(note, criterion)
            status = "not-applicable" if why_not else "not reached"
        when, how = (None, None) if first is None else self._first(note, criterion, first)
        return DriverBreakEven(
            note,
            moved.name,
            criterion,
            self.support,
            status,
            unit=moved.unit,
            base=moved.base,
            end=moved.value(moved.most),
            inside=moved.value(first - 1) if first else None,
            outside=moved.value(first) if first else None,
            steps=first or None,
            breaks_on=when,
            breaks_by=how,
            evaluations=len(self.known),
            why_not=why_not,
        )

    def idle(self) -> str | None:
        """Why nothing was withstood: at no step that was looked at does a line differ; None where one does."""
        cells, base = self.known[0]
        if any(
            not np.array_equal(values[row], cells.lines[line][base])
            for other, row in self.known.values()
            for line, values in what_happens(other.lines)
        ):
            return None
        if self.moved.name in OF_DEFAULTS and not cells.lines["defaulted",][base].any():
            return Message("nothing defaults in this deal, wherever the driver stands")
        return Message("no cash of this deal changes, wherever the driver stands")

    def _first(self, note: str, criterion: Criterion, steps: int) -> tuple[dt.date, str]:
        """When and how it breaks after so many steps."""
        cells, row = self.known[steps]
        lines = {line: values[row : row + 1] for line, values in cells.lines.items()}
        life = cache(lambda: {rank: found.row(row) for rank, found in cells.life().items()})
        t = int(np.argmax(breaks(cells.resolved, lines, note, criterion, life)[0]))
        return cells.resolved.schedule.payment[t], _how(cells.resolved, lines, life, note, criterion, t)


def _how(
    resolved: ResolvedDeal,
    lines: Mapping[Line, Int64],
    life: LifeByRank,
    note: str,
    criterion: Criterion,
    t: int,
) -> str:
    """How the note breaks on payment date t of the one path."""
    currency = resolved.deal.currency
    match criterion:
        case "interest-unpaid":
            unpaid = amount_in(int(lines["note", note, "overdue_interest"][0, t]), currency)
            return Message("interest unpaid {unpaid:,}", unpaid=unpaid)
        case "late-principal":
            late = amount_in(int(lines["note", note, "overdue_principal"][0, t]), currency)
            return Message("principal overdue {late:,}", late=late)
        case "loss":
            lost = amount_in(int(lines["note", note, "written_off"][0, t]), currency)
            if lost:
                return Message("principal lost {lost:,}", lost=lost)
            of_interest = ("interest_written_off", "unpaid")
            lost = amount_in(sum(int(lines["note", note, one][0, t]) for one in of_interest), currency)
            return Message("interest lost {lost:,}", lost=lost)
        case "coverage-below-1":
            rank = resolved.deal.notes[note].rank
            return Message("coverage {times:.4f}", times=published_dscr(resolved, lines, rank)[0, t])
        case "life-coverage-below-1":
            times = life()[resolved.deal.notes[note].rank].life[0, t]
            return Message("life coverage {times:.4f} as the date is reached", times=times)
        case "trigger":
            name = next(name for name in resolved.deal.triggers if lines["trigger", name, "breached"][0, t])
            return Message("trigger {name}", name=name)
        case _:
            assert_never(criterion)
