"""One recording for all deals of the same words: plans that are compiled once and bound to the numbers of each deal.

Break-evens, sensitivities, grids, sizes and suites ask for the same waterfall with other amounts, rates and dates.
Source: ``docs/decisions/0080-one-recording-a-structure.md``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.waterfall.expressions import Recorder
from securitize.waterfall.plan import Line, Plan, build_plan
from securitize.waterfall.prologue import Prologue
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.terms import Parts, taken_apart

#: Recordings that are kept, of one to two megabytes each; and plans of one recording, by what they publish.
MOST_RECORDINGS = 32
MOST_PLANS = 8


class Recording:
    """One recorded payment date, with the plans that are built of it."""

    def __init__(self, recorder: Recorder) -> None:
        self.lines: Sequence[Line] = recorder.lines
        self.prologue = Prologue(recorder)
        self._recorder = recorder
        self._plans: OrderedDict[frozenset[Line] | None, Plan] = OrderedDict()

    def plan(self, lines: Collection[Line] | None) -> Plan:
        """The plan that publishes these lines, with the constants that it was recorded with; built once."""
        wanted = None if lines is None else frozenset(lines)
        found = self._plans.get(wanted)
        if found is None:
            found = build_plan(self._recorder, lines)
            self._plans[wanted] = found = replace(found, joining=_once(found.joining))
            while len(self._plans) > MOST_PLANS:
                self._plans.popitem(last=False)
        return found


@dataclass(frozen=True, slots=True)
class Rules:
    """A payment date of one deal.

    values : int64 (constants of the recording, periods)
    """

    recording: Recording
    values: Int64

    @property
    def lines(self) -> Sequence[Line]:
        """Every line that may be published."""
        return self.recording.lines

    def plan(self, lines: Collection[Line] | None = None) -> Plan:
        """The plan that publishes ``lines``, all of them if None; see :func:`securitize.waterfall.plan.build_plan`."""
        return self._bound(self.recording.plan(lines))

    def _bound(self, plan: Plan) -> Plan:
        row, joining = self.recording.prologue.row, plan.joining
        return replace(
            plan,
            constants=np.ascontiguousarray(self.values[[row[number] for number in plan.operands]].T),
            initial=self.values[[row[number] for number in plan.begins], 0],
            joining=None if joining is None else lambda: self._bound(joining()),
        )


class SharedPlans:
    """Recordings by the words of a deal: bounded, the least lately used goes first; for any number of threads.

    most : recordings that are kept; 0 records each deal anew
    recorded, bound : how often a payment date was recorded, and bound to a recording that was there
    """

    def __init__(self, most: int = MOST_RECORDINGS) -> None:
        self.most, self.recorded, self.bound = most, 0, 0
        self._known: OrderedDict[tuple[object, ...], tuple[Recording, ...]] = OrderedDict()
        self._lock = Lock()

    def rules_of(self, resolved: ResolvedDeal, *, states: bool = False, with_totals: bool = False) -> Rules:
        """The payment date of a deal; see :func:`securitize.waterfall.rules.record_payment_date`.

        Raises CalculationError naming the terms where a number cannot be computed with exactly.
        """
        parts = taken_apart(resolved)
        key = (parts.key, states, with_totals)
        for recording in self._alike(key):
            values = recording.prologue.values(parts.numbers)
            if values is not None:
                self.bound += 1
                return Rules(recording, values)
        return self._new(key, parts, states, with_totals)

    def _alike(self, key: tuple[object, ...]) -> tuple[Recording, ...]:
        with self._lock:
            found = self._known.get(key, ())
            if found:
                self._known.move_to_end(key)
            return found

    def _new(self, key: tuple[object, ...], parts: Parts, states: bool, with_totals: bool) -> Rules:
        recording = Recording(record_payment_date(parts, states=states, with_totals=with_totals))
        self.recorded += 1
        values = recording.prologue.values(parts.numbers)
        if values is None:
            raise AssertionError("a recording does not fit the deal that it was made of")
        with self._lock:
            if self.most:
                self._known[key] = (recording, *self._known.get(key, ()))
                self._known.move_to_end(key)
            while sum(map(len, self._known.values())) > self.most:
                oldest = next(iter(self._known))
                self._known[oldest] = self._known[oldest][:-1]
                if not self._known[oldest]:
                    del self._known[oldest]
        return Rules(recording, values)


def _once(make: Callable[[], Plan] | None) -> Callable[[], Plan] | None:
    """The same, made when it is first asked for."""
    made: list[Plan] = []

    def kept() -> Plan:
        if not made:
            assert make is not None
            made.append(make())
        return made[0]

    return None if make is None else kept


#: Those of the process.
SHARED = SharedPlans()
