"""Random paths of a deal: drawn, projected, paid and measured block by block; memory does not grow but by measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.streams import Float64, Numbers, Sampling
from securitize.performance.random.draw import draw
from securitize.runs.calculation import Calculation
from securitize.runs.controls import known_controls
from securitize.runs.random_inputs import RandomInputs
from securitize.waterfall.execute import machine_for, run_blocks
from securitize.waterfall.measures import NoteMeasures, first_date, measures_of_totals
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.rules import record_payment_date

#: Paths of a block: of collections and of every published line of the waterfall at once.
BLOCK = 4096
#: Told how many paths are done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Simulation:
    """Measures of every path; (paths,) each, minor units.

    notes : by note;  first_active : by trigger, index of the payment date on which it is active first, -1 if never
    weights : what each path counts, 1 on average;  groups : of each path, paths of different groups are independent
    controls : (paths, controls), each of mean 0, known for paths with weights
    Each of these three is None where it says nothing.
    """

    calculation: Calculation
    notes: Mapping[str, NoteMeasures]
    obligors_defaulted: Int64
    defaulted: Int64
    collected: Int64
    support_drawn: Int64
    first_active: Mapping[str, Int64]
    weights: Float64 | None = None
    groups: Int64 | None = None
    controls: Float64 | None = None

    @property
    def paths(self) -> int:
        """How many."""
        return len(self.defaulted)


@dataclass(frozen=True, slots=True)
class _Block:
    notes: dict[str, NoteMeasures]
    defaulted: Int64
    collected: Int64
    support_drawn: Int64
    first_active: dict[str, Int64]


def simulate(
    calculation: Calculation,
    *,
    workers: int = 1,
    block: int = BLOCK,
    sampling: Sampling | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Draw the paths that the calculation's preparation asks for, beside what it was told, and measure each.

    sampling : how paths are chosen; without it as the preparation says
    The result does not depend on workers or block. Raises CalculationError where a runtime invariant does not hold on
    some path, ValueError where nothing is to be drawn or there are no workers.
    """
    prepared = calculation.prepared
    if prepared.draw is None or prepared.random is None:
        raise ValueError("nothing is to be drawn")
    model, paths, seed = prepared.random, prepared.draw.paths, prepared.draw.seed
    sampling = sampling or prepared.sampling
    varying = draw(model, prepared.performance, Numbers(seed, 0, 1)).told
    resolved = replace(calculation.resolved, varying=frozenset(varying))
    plan = build_plan(record_payment_date(resolved, with_totals=True), lines=())
    machine = machine_for(paths, plan.periods)
    pool = RandomInputs(prepared, resolved, model, seed, sampling, machine == "compiled")
    counted, weights = np.zeros(paths, np.int64), np.ones(paths)
    done: list[int] = []

    def source(first: int, after: int) -> Mapping[str, Int64]:
        block = pool.block(first, after)
        counted[first:after] = block.obligors_defaulted
        if block.weights is not None:
            weights[first:after] = block.weights
        return block.inputs

    def reduce(first: int, after: int, _: Int64, totals: Int64) -> _Block:
        named: dict[Line, Int64] = dict(zip(plan.totals, totals, strict=True))
        result = _Block(
            {note: measures_of_totals(named, note) for note in resolved.deal.notes},
            named[("sum", "defaulted")],
            _added(named, "collections"),
            _added(named, "support"),
            {
                name: first_date(named[("first", "trigger", name, "active")])
                for name in resolved.deal.triggers
            },
        )
        done.append(after - first)
        if progress is not None:
            progress(sum(done), paths)
        return result

    weighted = sampling.weights(seed, 0, 1) is not None
    blocks = run_blocks(plan, paths, source, reduce, block=block, workers=workers, machine=machine)

    def whole(of: Callable[[_Block], Int64]) -> Int64:
        return np.concatenate([of(one) for one in blocks])

    return Simulation(
        calculation=calculation,
        notes={note: _joined([one.notes[note] for one in blocks]) for note in resolved.deal.notes},
        obligors_defaulted=counted,
        defaulted=whole(lambda one: one.defaulted),
        collected=whole(lambda one: one.collected),
        support_drawn=whole(lambda one: one.support_drawn),
        first_active={
            name: np.concatenate([one.first_active[name] for one in blocks])
            for name in resolved.deal.triggers
        },
        weights=weights if weighted else None,
        groups=sampling.groups(paths),
        controls=known_controls(prepared, pool.numbers(0, paths), weights, counted) if weighted else None,
    )


def _added(totals: Mapping[Line, Int64], kind: str) -> Int64:
    """The sums of all lines of a kind, (paths,)."""
    nothing = np.zeros_like(totals[("sum", "defaulted")])
    return sum((values for name, values in totals.items() if name[:2] == ("sum", kind)), nothing)


def _joined(parts: list[NoteMeasures]) -> NoteMeasures:
    return NoteMeasures(
        **{
            field.name: np.concatenate([getattr(one, field.name) for one in parts])
            for field in fields(NoteMeasures)
        }
    )
