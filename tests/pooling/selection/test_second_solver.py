"""The selection beside another solver on the same problem."""

from __future__ import annotations

import pytest

from securitize.pooling.selection.problem import is_met
from securitize.pooling.selection.solve import solve
from tests.pooling.selection.large import posed
from tests.pooling.selection.second_solver import solve_again, solve_with_scip


@pytest.mark.parametrize(("patents", "chosen", "ease"), [(150, 30, 2.5)])
def test_both_solvers_prove_the_same_optimum(patents: int, chosen: int, ease: float) -> None:
    problem = posed(patents, chosen, ease).problem
    assert len(problem.units) < patents  # Families tie some of them.
    found = solve(problem)
    again, objective, bound = solve_again(problem)
    assert found.objective == found.bound == objective == bound
    assert all(is_met(limit, again) for limit in problem.imposed)
    same_rows, value, upper = solve_with_scip(problem)
    assert problem.worth(same_rows) == round(value) == round(upper) == found.objective
    assert sum(room is not None and room >= 0 for room in (each.headroom for each in found.limits)) == len(
        found.limits
    )


def test_a_list_of_hundreds_is_chosen_from_with_proof() -> None:
    problem = posed(400, 60, 1.5).problem
    found = solve(problem)
    assert found.gap == 0
    assert all(is_met(limit, found.taken) for limit in problem.imposed)
    assert problem.limits[4].name == "patents-least"
    assert found.limits[4].value == 60


@pytest.mark.deep(part="pools")
def test_another_solver_proves_the_same_optimum_of_a_desk_s_list() -> None:
    problem = posed(2000, 130).problem
    again, value, upper = solve_with_scip(problem)
    assert solve(problem).objective == problem.worth(again) == round(value) == round(upper)
    assert all(is_met(limit, again) for limit in problem.imposed)
