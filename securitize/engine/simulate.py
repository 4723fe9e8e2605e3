"""Random paths of a deal: drawn, projected, paid and measured block by block; memory does not grow but by measures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.progress import Progress
from securitize.base.streams import Numbers, Sampling
from securitize.definitions.figures import STREAMS
from securitize.engine.calculation import Calculation
from securitize.engine.note_values import resolve_note_values
from securitize.engine.path_ranges import PathRange, PathStore
from securitize.engine.random_inputs import BlockInputs, RandomInputs
from securitize.engine.sampled_ranges import controls_of, groups_of
from securitize.performance.random.draw import draw
from securitize.risk.contributions import contribution_sums, shared_out
from securitize.waterfall.duplicate_paths import DuplicatePaths
from securitize.waterfall.execute import IS_COMPILED, each_block, machine_for, run_blocks
from securitize.waterfall.losses import lent, owed_today, share_of
from securitize.waterfall.measures import NoteMeasures, first_date, measures_of_totals
from securitize.waterfall.plan import Line
from securitize.waterfall.shared_plans import SHARED

#: Paths of a block: of collections and of every published line of the waterfall at once.
BLOCK = 4096
#: Of the published lines those that are kept of the first paths, by what they are kept of.
KEPT = {
    "collections": ("interest", "principal", "prepayment", "recovery", "fee", "royalty"),
    "performing": ("performing",),
    "defaulted": ("defaulted",),
    "note": (
        *("interest_paid", "principal_paid", "premium_paid", "residual_paid"),
        *("capitalised", "unpaid", "written_off", "closing"),
    ),
    "fee": ("paid", "unpaid"),
    "account": ("interest", "closing"),
    "support": ("drawn", "outstanding"),
    "originator": ("originator",),
}
#: Paths of which the flows are kept for quantiles.
KEPT_PATHS = 16_384


@dataclass(frozen=True, slots=True)
class PathMeasures:
    """Measures of consecutive paths, (paths,) each, minor units; see :class:`Simulation`.

    contributed : by note, sums over these paths; see :func:`securitize.risk.contributions.contribution_sums`
    """

    notes: dict[str, NoteMeasures]
    obligors_defaulted: Int64
    defaulted: Int64
    collected: Int64
    pool_collected: Int64
    support_drawn: Int64
    first_active: dict[str, Int64]
    weights: Float64 | None
    present_value: dict[str, Int64]
    yields: dict[str, Float64]
    contributed: dict[str, Int64]


@dataclass(frozen=True, slots=True)
class KeptPaths:
    """Published lines of the first paths, line -> int64 (paths, periods), minor units."""

    lines: Mapping[Line, Int64]

    @property
    def paths(self) -> int:
        """How many."""
        return len(next(iter(self.lines.values())))

    def first(self, paths: int) -> KeptPaths:
        """The first of them."""
        return KeptPaths({line: values[:paths] for line, values in self.lines.items()})


@dataclass(frozen=True, slots=True)
class Simulation:
    """Measures of every path; (paths,) each, minor units. Of more paths than a range each is a :class:`Ranged`.

    first    : number of the first of these paths
    collected : by the deal;  pool_collected : by the pool, also after a call has taken it from the deal
    notes : by note;  first_active : by trigger, index of the payment date on which it is active first, -1 if never
    weights : what each path counts, 1 on average;  groups : of each path, paths of different groups are independent
    controls : (paths, controls), each of mean 0, known for paths with weights
    Each of these three is None where it says nothing.
    present_value, yields, par : by note, see :class:`securitize.engine.note_values.NoteValues`; -1, NaN unknown
    obligors, contributed : by note what each obligor adds to its loss, and what none does, sums over all paths
    kept     : full flows of the first paths; None where they were not asked for
    """

    calculation: Calculation
    notes: Mapping[str, NoteMeasures]
    obligors_defaulted: Int64
    defaulted: Int64
    collected: Int64
    pool_collected: Int64
    support_drawn: Int64
    first_active: Mapping[str, Int64]
    weights: Float64 | None = None
    groups: Int64 | None = None
    controls: Float64 | None = None
    present_value: Mapping[str, Int64] = field(default_factory=dict)
    yields: Mapping[str, Float64] = field(default_factory=dict)
    par: Mapping[str, int] = field(default_factory=dict)
    obligors: tuple[str, ...] = ()
    contributed: Mapping[str, Int64] = field(default_factory=dict)
    kept: KeptPaths | None = None
    first: int = 0

    @property
    def paths(self) -> int:
        """How many."""
        return len(self.defaulted)


#: Of a simulation of some paths: how many there shall be; None where they are enough.
Further = Callable[[Simulation], int | None]


def simulate(
    calculation: Calculation,
    *,
    workers: int = 1,
    block: int | None = None,
    sampling: Sampling | None = None,
    progress: Progress | None = None,
    parts: PathStore[PathMeasures] | None = None,
    further: Further | None = None,
    first_look: int = BLOCK,
) -> Simulation:
    """Draw the paths that the calculation's preparation asks for, on top of what it was given, and measure each.

    block    : paths that are held at once;  sampling : how paths are chosen, without it as the preparation says
    parts    : paths that are measured already; those that are measured now are added to it
    further  : asked after ``first_look`` paths, and after as many as it said, whether there shall be more
    The result does not depend on workers, block or parts. Raises CalculationError where a runtime invariant does not
    hold on some path, ValueError where nothing is to be drawn or there are no workers.
    """
    engine, parts = Engine(calculation, sampling), PathStore(PathMeasures) if parts is None else parts
    paths = measured_until(
        engine,
        parts,
        further=further,
        first_look=first_look,
        block=block,
        workers=workers,
        progress=progress,
    )
    return engine.simulation(parts, paths)


def measured_until(
    engine: Engine,
    parts: PathStore[PathMeasures],
    *,
    further: Further | None = None,
    first_look: int = BLOCK,
    block: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> int:
    """Measure paths until there are enough; returns how many there are. See :func:`simulate`."""
    wanted = engine.paths if further is None else min(first_look, engine.paths)
    while True:
        engine.measure(parts, wanted, block=block, workers=workers, progress=progress)
        more = None
        if further is not None and wanted < engine.paths:
            more = further(engine.simulation(parts, wanted))
        if more is None:
            return wanted
        wanted = min(max(more, wanted + 1), engine.paths)


def with_kept(engine: Engine, parts: PathStore[PathMeasures], paths: int, workers: int = 1) -> Simulation:
    """The first of these paths together, with the flows of the first of them."""
    found, keep = engine.simulation(parts, paths), engine.keep
    return replace(found, kept=engine.kept(min(max(KEPT_PATHS, keep), found.paths), workers))


class Engine:
    """Draws, projects, pays and measures the paths of one calculation.

    Raises ValueError where nothing is to be drawn.
    """

    def __init__(self, calculation: Calculation, sampling: Sampling | None = None) -> None:
        prepared = calculation.prepared
        if prepared.draw is None or prepared.random is None:
            raise ValueError("nothing is to be drawn")
        model, self.paths, self._seed = prepared.random, prepared.draw.paths, prepared.draw.seed
        self.keep = prepared.draw.keep
        self._calculation, self._sampling = calculation, sampling or prepared.sampling
        varying = draw(model, prepared.performance, Numbers(self._seed, 0, 1)).period_inputs
        resolved = replace(calculation.resolved, varying=frozenset(varying))
        self._rules = SHARED.rules_of(resolved, with_totals=True)
        self._values = resolve_note_values(calculation)
        self._plan = self._rules.plan(lines=self._values.lines)
        self._machine = machine_for(self.paths, self._plan.periods)
        self._pool = RandomInputs(
            prepared, resolved, model, self._seed, self._sampling, IS_COMPILED[self._machine]
        )

    def measure(
        self,
        parts: PathStore[PathMeasures],
        wanted: int,
        *,
        block: int | None = None,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> None:
        """Measure the paths to ``wanted - 1`` that are not in ``parts`` yet, and add them."""
        start = parts.paths
        if start >= wanted:
            return
        beside: dict[int, BlockInputs] = {}

        def source(first: int, after: int) -> Mapping[str, Int64] | DuplicatePaths:
            beside[first] = self._pool.block(first, after)
            return beside[first].inputs

        def reduce(first: int, after: int, _: Int64, totals: Int64) -> PathRange[PathMeasures]:
            return PathRange(first, after, self._measured(totals, beside.pop(first)))

        blocks = each_block(
            self._plan,
            wanted,
            source,
            reduce,
            block=block or BLOCK,
            workers=workers,
            machine=self._machine,
            start=start,
            derive=self._derive,
            within=parts.size,
        )
        # Ended at once where something is raised here: what the other threads are at is not waited for by chance.
        with closing(blocks):
            for part in blocks:
                parts.add(part)
                if progress is not None:
                    progress("paths", part.after, wanted)

    def _derive(self, lines: Int64) -> Int64:
        # A plan has its lines in an order of its own.
        order = [self._plan.lines.index(line) for line in self._values.lines]
        return self._values.of_lines(lines[order])

    def _measured(self, totals: Int64, beside: BlockInputs) -> PathMeasures:
        deal, count = self._calculation.prepared.deal, len(self._plan.totals)
        named: dict[Line, Int64] = dict(zip(self._plan.totals, totals, strict=False))
        valued = dict(zip(self._values.notes, totals[count:].reshape(len(deal.notes), 2, -1), strict=True))
        resolved = self._calculation.resolved
        notes = {
            note: measures_of_totals(named, note, lent(resolved, note), owed_today(resolved, note))
            for note in deal.notes
        }
        return PathMeasures(
            notes=notes,
            obligors_defaulted=beside.obligors_defaulted,
            defaulted=named[("sum", "defaulted")],
            collected=_added(named, "collections"),
            pool_collected=self._pool_collected(named, beside),
            support_drawn=_added(named, "support"),
            first_active={
                name: first_date(named[("first", "trigger", name, "active")]) for name in deal.triggers
            },
            weights=beside.weights,
            present_value={note: rows[0] for note, rows in valued.items()},
            yields={note: rows[1].view(np.float64) for note, rows in valued.items()},
            contributed=self._contributed(notes, beside),
        )

    def _pool_collected(self, named: Mapping[Line, Int64], beside: BlockInputs) -> Int64:
        if not self._calculation.resolved.deal.may_be_called:
            return _added(named, "collections")
        inputs = beside.inputs
        if not isinstance(inputs, DuplicatePaths):
            return _delivered(inputs)
        _, first, which = np.unique(inputs.keys, return_index=True, return_inverse=True)
        return _delivered(inputs.inputs_of(first))[which]

    def _contributed(self, notes: Mapping[str, NoteMeasures], beside: BlockInputs) -> dict[str, Int64]:
        """Of each note; only paths on which any note loses are looked at."""
        resolved = self._calculation.resolved
        lost = np.flatnonzero(np.any([measures.principal_loss > 0 for measures in notes.values()], axis=0))
        caused = np.zeros((0, len(lost)), np.int64) if beside.caused is None else beside.caused(lost)
        weights = None if beside.weights is None else beside.weights[lost]
        return {
            name: contribution_sums(
                shared_out(share_of(measures.principal_loss[lost], lent(resolved, name)), caused), weights
            )
            for name, measures in notes.items()
        }

    def kept(self, paths: int, workers: int = 1) -> KeptPaths:
        """The full flows of the first paths: all that the waterfall publishes but its steps and what is due."""
        plan = self._rules.plan(lines=kept_lines(self._rules.lines))
        found = np.empty((len(plan.lines), paths, plan.periods), np.int64)

        def keep(first: int, after: int, lines: Int64, _: Int64) -> None:
            found[:, first:after] = lines.transpose(0, 2, 1)

        run_blocks(
            plan,
            paths,
            lambda first, after: self._pool.block(first, after).inputs,
            keep,
            block=BLOCK,
            workers=workers,
            machine=self._machine,
        )
        return KeptPaths(dict(zip(plan.lines, found, strict=True)))

    def simulation(self, parts: PathStore[PathMeasures], paths: int) -> Simulation:
        """The first ``paths`` of these paths together; what each obligor adds is of all that there are."""
        found, prepared = parts.whole(paths), self._calculation.prepared
        counted = found.obligors_defaulted
        return Simulation(
            calculation=self._calculation,
            notes=found.notes,
            obligors_defaulted=found.obligors_defaulted,
            defaulted=found.defaulted,
            collected=found.collected,
            pool_collected=found.pool_collected,
            support_drawn=found.support_drawn,
            first_active=found.first_active,
            weights=found.weights,
            groups=groups_of(self._sampling, counted),
            controls=controls_of(prepared, self._pool.numbers, found.weights, counted),
            present_value=found.present_value,
            yields=found.yields,
            par=dict(zip(self._values.notes, self._values.par.tolist(), strict=True)),
            obligors=self._pool.obligors,
            contributed=found.contributed,
        )


def kept_lines(lines: Iterable[Line]) -> list[Line]:
    """Those of which the flows are kept."""
    return [line for line in lines if line[-1] in KEPT.get(line[0], ())]


def _delivered(inputs: Mapping[str, Int64]) -> Int64:
    """What the pool collects in all on each path, (paths,)."""
    found: Int64 = np.sum([inputs[stream].sum(axis=0) for stream in STREAMS], axis=0)
    return found


def _added(totals: Mapping[Line, Int64], kind: str) -> Int64:
    """The sums of all lines of a kind, (paths,)."""
    nothing = np.zeros_like(totals[("sum", "defaulted")])
    return sum((values for name, values in totals.items() if name[:2] == ("sum", kind)), nothing)
