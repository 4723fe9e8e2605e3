"""A plan run on any number of paths, block by block and on several threads.

Memory does not grow with the number of paths: a block is fetched, run and reduced before its thread
takes the next one. Blocks do not
depend on each other, so the result is the same for every block size and number of threads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from threading import local
from typing import TYPE_CHECKING, Literal, TypeVar, assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.closed import complete
from securitize.base.errors import CalculationError
from securitize.base.in_order import in_order
from securitize.definitions.deals.bounds import amount_limit
from securitize.definitions.figures import Stream
from securitize.waterfall.duplicate_paths import DuplicatePaths, TotalsCache
from securitize.waterfall.machine import Machine
from securitize.waterfall.plan import Line, Plan
from securitize.waterfall.resolved import ResolvedDeal

Machines = Literal["numpy", "compiled"]
MachineName = Literal["auto"] | Machines
#: Whether a machine is compiled once and then as fast as it can be.
IS_COMPILED: Mapping[Machines, bool] = complete(Machines, {"numpy": False, "compiled": True})
#: Paths of a block: for NumPy large enough to hide the cost of a call, for the compiled kernel small
#: enough for the cache.
BLOCKS: Mapping[Machines, int] = complete(Machines, {"numpy": 4096, "compiled": 512})
#: Paths times periods from which loading the compiled kernel pays; and from which it is used once it is loaded.
COMPILE_FROM = 500_000
COMPILED_FROM = 20_000
#: Paths that differ whose totals a thread keeps for duplicate paths: more would not stay in the caches.
MOST_REMEMBERED = 16_384

if TYPE_CHECKING:
    from securitize.waterfall.kernel import Kernel

#: (first path, path after the last) -> inputs of the block: name -> int64 (periods, paths), or of paths maybe alike
Source = Callable[[int, int], Mapping[str, Int64] | DuplicatePaths]
T = TypeVar("T")


def run_blocks(
    plan: Plan,
    paths: int,
    source: Source,
    reduce: Callable[[int, int, Int64, Int64], T],
    *,
    block: int | None = None,
    workers: int = 1,
    machine: MachineName = "auto",
    start: int = 0,
    derive: Callable[[Int64], Int64] | None = None,
) -> list[T]:
    """``reduce(first, after, lines, totals)`` of every block of the paths from ``start`` to ``paths - 1``, in order.

    lines  : int64 (len(plan.lines), periods, paths of the block), minor units or masks; reused for the next block
    totals : int64 (len(plan.totals), paths of the block), the block's own
    derive : lines -> int64 (rows, paths), which join the totals in place of the lines; path by path, of nothing else
    Raises CalculationError where a runtime invariant does not hold or an input is out of range.
    """
    found = each_block(
        plan, paths, source, reduce, block=block, workers=workers, machine=machine, start=start, derive=derive
    )
    return list(found)


def each_block(
    plan: Plan,
    paths: int,
    source: Source,
    reduce: Callable[[int, int, Int64, Int64], T],
    *,
    block: int | None = None,
    workers: int = 1,
    machine: MachineName = "auto",
    start: int = 0,
    derive: Callable[[Int64], Int64] | None = None,
    within: int | None = None,
) -> Generator[T]:
    """As :func:`run_blocks`, one block after another: few are there that were not asked for yet.

    within : no block lies on both sides of a multiple of it
    """
    chosen = _chosen(machine, paths, plan.periods)
    block = min(block or BLOCKS[chosen], paths - start)
    if start < 0 or block < 1 or workers < 1:
        raise ValueError("paths, block and workers are at least 1")
    build = _machine_class(chosen)
    kept = local()

    def run_one(bounds: tuple[int, int]) -> T:
        first, after = bounds
        if not hasattr(kept, "runner"):
            kept.runner = _Runner(plan, block, build(plan, block), derive)
        lines, totals = kept.runner.run(source(first, after), after - first)
        return reduce(first, after, lines, totals)

    ranges = _bounds(start, paths, block, within or paths)
    return in_order(run_one, ranges, 1 if paths - start <= block else workers)


def _bounds(start: int, paths: int, block: int, within: int) -> Iterator[tuple[int, int]]:
    """The first path of each block, and that after its last."""
    while start < paths:
        after = min(start + block, paths, (start // within + 1) * within)
        yield start, after
        start = after


class _Runner:
    """Runs blocks on one thread."""

    def __init__(
        self,
        plan: Plan,
        block: int,
        machine: Machine | Kernel,
        derive: Callable[[Int64], Int64] | None,
    ) -> None:
        self._plan, self._machine, self._derive = plan, machine, derive
        self._lines = np.empty((len(plan.lines), plan.periods, block), np.int64)
        self._remembered = TotalsCache(MOST_REMEMBERED)

    def run(self, inputs: Mapping[str, Int64] | DuplicatePaths, paths: int) -> tuple[Int64, Int64]:
        """Lines and totals of a block."""
        if not isinstance(inputs, DuplicatePaths):
            return self._run(inputs, paths)
        keys, first, which = np.unique(inputs.keys, return_index=True, return_inverse=True)
        if self._plan.lines and self._derive is None:
            lines, totals = self._run(inputs.inputs_of(first), len(keys))
            return lines[:, :, which], totals[:, which]
        known, found = self._remembered.find(keys)
        if not known.all():
            new = ~known
            _, paid = self._run(inputs.inputs_of(first[new]), int(new.sum()))
            self._remembered.keep(keys[new], paid)
            both = np.empty((len(paid), len(keys)), np.int64)
            both[:, new] = paid
            if known.any():
                both[:, known] = found
            found = both
        return self._lines[:0, :, :paths], found[:, which]

    def _run(self, inputs: Mapping[str, Int64], paths: int) -> tuple[Int64, Int64]:
        lines = self._lines[:, :, :paths]
        totals = np.zeros((len(self._plan.totals), paths), np.int64)
        self._machine.run(inputs, lines, totals)
        if self._derive is not None:
            return lines[:0], np.concatenate((totals, self._derive(lines)))
        return lines, totals


def _chosen(machine: MachineName, paths: int, periods: int) -> Machines:
    match machine:
        case "auto":
            return machine_for(paths, periods)
        case "numpy" | "compiled":
            return machine
        case _:
            assert_never(machine)


def machine_for(paths: int, periods: int) -> Machines:
    """The machine that is done sooner, what it takes to load it included."""
    loaded = "securitize.waterfall.kernel" in sys.modules
    return "compiled" if paths * periods >= (COMPILED_FROM if loaded else COMPILE_FROM) else "numpy"


def load_machine(paths: int, periods: int) -> None:
    """Load the compiled kernel where it pays for all the paths that a command is going to run, one batch after another.

    Each batch alone may be too small for it (``machine_for``).
    """
    if IS_COMPILED[machine_for(paths, periods)]:
        _machine_class("compiled")


def _machine_class(machine: Machines) -> type[Machine] | type[Kernel]:
    match machine:
        case "numpy":
            return Machine
        case "compiled":
            from securitize.waterfall.kernel import Kernel

            return Kernel
        case _:
            assert_never(machine)


def pay(
    plan: Plan,
    inputs: Mapping[str, Int64],
    *,
    block: int | None = None,
    workers: int = 1,
    machine: MachineName = "auto",
) -> dict[Line, Int64]:
    """Every published line of every path, kept: for one path or a few, not for a million.

    inputs : name -> int64 (paths, periods), minor units
    Returns line -> int64 (paths, periods).
    """
    paths = next(iter(inputs.values())).shape[0]
    result = np.empty((len(plan.lines), paths, plan.periods), np.int64)

    def source(first: int, after: int) -> Mapping[str, Int64]:
        return {name: np.ascontiguousarray(values[first:after].T) for name, values in inputs.items()}

    def keep(first: int, after: int, lines: Int64, _: Int64) -> None:
        result[:, first:after] = lines.transpose(0, 2, 1)

    run_blocks(plan, paths, source, keep, block=block, workers=workers, machine=machine)
    return {line: result[i] for i, line in enumerate(plan.lines)}


def plan_inputs(streams: Mapping[Stream, Int64], performing: Int64, defaulted: Int64) -> dict[str, Int64]:
    """The inputs of a plan from what a pool delivers.

    streams : six of int64 (paths, periods);  performing : (paths, periods + 1);  defaulted : (paths,
    periods)
    """
    return {
        **{str(stream): cash for stream, cash in streams.items()},
        "performing": np.ascontiguousarray(performing[:, 1:]),
        "performing_before": np.ascontiguousarray(performing[:, :-1]),
        "defaulted": defaulted,
    }


#: Inputs that are balances: no money of a period.
_STOCKS = frozenset({"performing", "performing_before"})


def check_range(resolved: ResolvedDeal, inputs: Mapping[str, Int64]) -> None:
    """Refuse inputs that are negative, too fine for the currency, or too large to be computed exactly.

    Everything that is multiplied is at most the money of the deal's life. Raises CalculationError naming the input.
    """
    limit = amount_limit(resolved.deal)
    for name, values in inputs.items():
        if values.size and values.min() < 0:
            path, period = np.unravel_index(int(values.argmin()), values.shape)
            raise CalculationError(
                "{name} is negative in period {period} of path {path}",
                name=name,
                period=period + 1,
                path=path,
            )
        if not values.size:
            continue
        if resolved.unit > 1 and (values % resolved.unit).any():
            raise CalculationError("{name} is finer than the currency is paid", name=name)
        in_all = values if name in _STOCKS else values.sum(axis=1, dtype=np.float64)
        if float(in_all.max()) >= limit:
            raise CalculationError(
                "{name} is too large to be computed exactly: more than {limit} over its life",
                name=name,
                limit=limit // 100,
            )
