"""Reverse stress: the likeliest combination of drivers that breaks a note.

Source: ``docs/reference/solvers.md``, section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.definitions.scenarios.scenario import Stress
from securitize.definitions.suites.suite import ReverseDriver
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import evaluate
from securitize.engine.targets import target_of
from securitize.performance.drivers import OF_SUPPORT, Driver, driver, no_support
from securitize.performance.suites.target import DoesNotApply
from securitize.risk.break_criteria import Criterion, breaks, looked_at, nothing_to_look_at
from securitize.risk.joint_distance import around, correlation_of, directions, distances, nearest_scores
from securitize.risk.marginal_laws import MarginalLaw, MixedLaw, NormalLaw
from securitize.studies.solvers.break_even import ABSENT, SupportTreatment

Steps = tuple[int, ...]
#: Criteria that are looked for: a coverage or a trigger breaks nothing by itself.
CRITERIA: tuple[Criterion, ...] = ("interest-unpaid", "late-principal", "loss")
#: Directions drawn at first; radii looked at along each, standard deviations; rounds of looking closer.
DRAWN, RADII, ROUNDS = 64, (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0), 4
#: Radii between two that are known, and directions kept, in each round.
FINER, KEPT, NEAR = 10, 3, 8
SEED = 1


@dataclass(frozen=True, slots=True)
class ReverseStressPoint:
    """The nearest combination found that breaks a note.

    values   : by driver where it stands, its base, and how far that is as a normal score; steps in whole steps
    distance : of the whole combination, standard deviations; None where none within reach breaks the note
    why_not  : where the criterion does not apply to the note
    """

    note: str
    criterion: Criterion
    support: SupportTreatment
    drivers: tuple[Driver, ...]
    written: tuple[ReverseDriver, ...]
    steps: Steps | None
    deviations: tuple[float, ...]
    distance: float | None
    why_not: str | None = None

    def value(self, k: int) -> Decimal | None:
        """Where driver ``k`` stands."""
        return None if self.steps is None else self.drivers[k].value(self.steps[k])


def reverse_stresses(
    prepared: Prepared,
    written: Sequence[ReverseDriver],
    notes: Sequence[str] = (),
    supports: Sequence[SupportTreatment] = ("in place", "absent"),
) -> list[ReverseStressPoint]:
    """The likeliest break of every note by every criterion, with support and without; drivers may not apply.

    The search is deterministic and looks at finitely many directions: a nearer combination cannot be excluded.
    """
    target = target_of(prepared)
    found = []
    for support in supports:
        if support in ABSENT and not prepared.deal.support:
            continue
        moved: list[Driver] = []
        kept: list[ReverseDriver] = []
        for one in written:
            if support in ABSENT and one.driver in OF_SUPPORT:
                continue
            try:
                moved.append(driver(one.driver, target))
                kept.append(one)
            except DoesNotApply:
                continue
        if not moved:
            continue
        before = no_support(target) if support in ABSENT else ()
        search = _Search(prepared, tuple(moved), tuple(kept), before)
        for note in notes or tuple(prepared.deal.notes):
            found += [search.nearest(note, criterion, support) for criterion in CRITERIA]
    return found


@dataclass
class _Search:
    prepared: Prepared
    drivers: tuple[Driver, ...]
    written: tuple[ReverseDriver, ...]
    before: tuple[Stress, ...]
    #: steps -> (note, criterion) -> whether it breaks
    known: dict[Steps, dict[tuple[str, Criterion], bool]] = field(default_factory=dict)
    #: (note, criterion) of which there was something to look at
    looked_at: set[tuple[str, Criterion]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.laws = [law_of(one) for one in self.written]
        self.still = [law.still for law in self.laws]
        self.step = np.array([abs(float(one.step)) for one in self.drivers])
        self.most = np.array([one.most for one in self.drivers])
        self.correlation = correlation_of(np.array([one.loading / RATE_UNITS for one in self.written]))

    def steps_of(self, moves: Float64) -> list[Steps]:
        """Normal scores, (moves, drivers), as whole steps within reach."""
        amounts = np.column_stack([law.moves(moves[:, k]) for k, law in enumerate(self.laws)])
        steps = np.minimum(np.rint(amounts / self.step), self.most).astype(np.int64)
        return [tuple(row) for row in steps.tolist()]

    def moves_of(self, steps: Sequence[Steps]) -> Float64:
        """Steps as normal scores, (moves, drivers); 0 where a driver does not move."""
        amounts = np.array(steps, np.float64).reshape(-1, len(self.drivers)) * self.step
        return np.column_stack([law.scores(amounts[:, k]) for k, law in enumerate(self.laws)])

    def far(self, steps: Sequence[Steps]) -> Float64:
        """How far combinations are from the base case in the joint law, (combinations,)."""
        scores = nearest_scores(self.moves_of(steps), self.still, self.correlation)
        return distances(scores, self.correlation)

    def look(self, wanted: Sequence[Steps]) -> None:
        """Calculate what is not known yet, in one call."""
        new = [steps for steps in dict.fromkeys(wanted) if steps not in self.known]
        if not new:
            return
        cells = evaluate(
            self.prepared,
            [
                (
                    *self.before,
                    *(s for one, k in zip(self.drivers, steps, strict=True) for s in one.stresses(k)),
                )
                for steps in new
            ],
        )
        masks = {
            (note, criterion): breaks(cells.resolved, cells.lines, note, criterion)
            for note in self.prepared.deal.notes
            for criterion in CRITERIA
        }
        self.looked_at |= {
            key for key in masks if looked_at(cells.resolved, cells.lines, *key, cells.life).any()
        }
        for row, steps in enumerate(new):
            self.known[steps] = {key: bool(mask[row].any()) for key, mask in masks.items()}

    def nearest(self, note: str, criterion: Criterion, support: SupportTreatment) -> ReverseStressPoint:
        """Along directions from the base case outwards, then closer about the nearest ones."""
        key = (note, criterion)
        looked = directions(len(self.drivers), DRAWN, SEED)
        radii = np.array([0.0, *RADII])
        best: list[tuple[float, Steps]] = []
        for turn in range(ROUNDS):
            rays = looked / distances(looked, self.correlation)[:, np.newaxis]
            self.look(
                self.steps_of(
                    (rays[:, np.newaxis] * radii[np.newaxis, :, np.newaxis]).reshape(-1, len(self.step))
                )
            )
            best = self._nearest_known(key)[:KEPT]
            if not best:
                break
            last = best[0][0]
            radii = np.linspace(max(last - 1.0 / 2**turn, 0.0), last, FINER)
            looked = np.concatenate(
                [around(self._direction(steps), 0.3 / 2**turn, NEAR, SEED + turn) for _, steps in best]
            )
        steps = self._pared(key, best[0][1]) if best else None
        moves = self.moves_of([steps])[0] if steps else np.zeros(len(self.step))
        distance = float(self.far([steps])[0]) if steps else None
        why_not = None if best or key in self.looked_at else nothing_to_look_at(note, criterion)
        deviations = tuple(moves.tolist())
        return ReverseStressPoint(
            note, criterion, support, self.drivers, self.written, steps, deviations, distance, why_not
        )

    def _direction(self, steps: Steps) -> Float64:
        moves: Float64 = self.moves_of([steps])[0]
        length = float(np.linalg.norm(moves))
        return moves / length if length else np.ones_like(moves) / np.sqrt(moves.size)

    def _nearest_known(self, key: tuple[str, Criterion]) -> list[tuple[float, Steps]]:
        broken = [steps for steps, found in self.known.items() if found[key]]
        if not broken:
            return []
        far = self.far(broken)
        return sorted(zip(far.tolist(), broken, strict=True))

    def _pared(self, key: tuple[str, Criterion], steps: Steps) -> Steps:
        """One driver after another taken back as far as the note still breaks, where that brings it nearer."""
        for k in range(len(steps)):
            tried = [(*steps[:k], back, *steps[k + 1 :]) for back in _backwards(steps[k])]
            self.look(tried)
            still = [one for one in tried if self.known[one][key]]
            if still:
                nearest = int(np.argmin(self.far([steps, *still])))
                steps = steps if nearest == 0 else still[nearest - 1]
        return steps


def law_of(written: ReverseDriver) -> MarginalLaw:
    """The law of a driver's move."""
    if written.deviation is not None:
        return NormalLaw(written.deviation / RATE_UNITS)
    # Its definition says so.
    assert written.no_move is not None
    assert written.mean is not None
    return MixedLaw(written.no_move / RATE_UNITS, written.mean / RATE_UNITS)


def _backwards(steps: int) -> list[int]:
    """Fewer steps: each of the last few, then coarser to none."""
    return sorted(
        {steps - k for k in range(1, 9) if steps >= k} | {steps * k // 16 for k in range(16)} - {steps}
    )
