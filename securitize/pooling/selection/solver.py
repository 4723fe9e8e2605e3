"""A mixed-integer program, row by row, and HiGHS, which solves it: one thread, one seed, no output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from securitize.base.errors import CalculationError

if TYPE_CHECKING:
    from highspy import HighsLp

INFINITY = float("inf")
#: HiGHS takes no tighter tolerance.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Settings:
    """How HiGHS is asked. tolerance : by which a column may differ from a whole number."""

    presolve: bool
    tolerance: float


#: HiGHS 1.16 with presolve at its tightest tolerance lost the best choice in 5 of 1,500 problems whose bounds lie where
#: a choice stands; without presolve in none of 6,500. With presolve at a looser tolerance it is several times as quick
#: on large problems and lost none, but its bound may stay a few units above what is found.
FIRST, SECOND = Settings(False, TOLERANCE), Settings(True, 1e-7)


@dataclass
class Program:
    """Columns with bounds, cost and integrality; rows with bounds. Costs are minimised."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    cost: dict[int, float] = field(default_factory=dict)
    rows: list[tuple[float, float, dict[int, float]]] = field(default_factory=list)

    def column(self, low: float, high: float, whole: bool) -> int:
        """A new column; returns its place."""
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.low) - 1

    def row(self, low: float, high: float, terms: Mapping[int, float]) -> None:
        """low <= sum of terms <= high, scaled so that its largest coefficient is 1."""
        kept = {column: value for column, value in terms.items() if value}
        scale = max((abs(value) for value in kept.values()), default=0.0) or 1.0
        self.rows.append(
            (low / scale, high / scale, {column: value / scale for column, value in kept.items()})
        )


@dataclass(frozen=True)
class ProgramSolution:
    """Column values of the best point, its cost, and the cost below which there is none."""

    values: NDArray[np.float64]
    cost: float
    bound: float
    nodes: int


def solve_program(
    program: Program, time_limit: float | None = None, settings: Settings = FIRST
) -> ProgramSolution | None:
    """The best point; None where there is none at all. Where HiGHS stumbles, it is asked once more in the other way.

    Raises CalculationError where HiGHS ends before it knows.
    """
    try:
        return _asked(program, time_limit, settings)
    except CalculationError:
        return _asked(program, time_limit, SECOND if settings == FIRST else FIRST)


def _asked(program: Program, time_limit: float | None, settings: Settings) -> ProgramSolution | None:
    import highspy

    with _no_banner():
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 0)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.0)
    highs.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
    highs.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
    highs.setOptionValue("mip_feasibility_tolerance", settings.tolerance)
    highs.setOptionValue("presolve", "on" if settings.presolve else "off")
    if time_limit is not None:
        highs.setOptionValue("time_limit", time_limit)
    highs.passModel(_model(program))
    highs.run()
    status = highs.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return None
    info = highs.getInfo()
    if status != highspy.HighsModelStatus.kOptimal and info.primal_solution_status != 2:
        raise CalculationError(
            "the selection was not solved: {status}",
            status=highs.modelStatusToString(status),
        )
    values = np.array(highs.getSolution().col_value, np.float64)
    whole = any(program.whole)
    bound = float(info.mip_dual_bound) if whole else float(info.objective_function_value)
    return ProgramSolution(
        values, float(info.objective_function_value), bound, int(info.mip_node_count) if whole else 0
    )


@contextmanager
def _no_banner() -> Iterator[None]:
    """HiGHS greets on standard output when it is made, before it can be silenced; data stand there."""
    import ctypes
    import os

    library = ctypes.CDLL(None)
    library.fflush(None)
    try:
        kept = os.dup(1)
    except OSError:  # There is no standard output.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
        library.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _model(program: Program) -> HighsLp:
    import highspy

    model = highspy.HighsLp()
    columns, rows = len(program.low), len(program.rows)
    model.num_col_, model.num_row_ = columns, rows
    cost = np.zeros(columns)
    for column, value in program.cost.items():
        cost[column] = value
    model.col_cost_ = cost
    model.col_lower_, model.col_upper_ = np.array(program.low), np.array(program.high)
    model.row_lower_ = np.array([low for low, _, _ in program.rows])
    model.row_upper_ = np.array([high for _, high, _ in program.rows])
    kind = highspy.HighsVarType
    model.integrality_ = [kind.kInteger if whole else kind.kContinuous for whole in program.whole]
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = columns, rows
    lengths = [len(terms) for _, _, terms in program.rows]
    matrix.start_ = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    matrix.index_ = np.array([column for _, _, terms in program.rows for column in terms], np.int32)
    matrix.value_ = np.array([value for _, _, terms in program.rows for value in terms.values()])
    return model
