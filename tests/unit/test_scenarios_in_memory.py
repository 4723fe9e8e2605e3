"""A scenario made in memory is held to the rules of files: the same words for the same misfit, the line apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions import checks
from securitize.definitions.checks.scenarios import require_fit
from securitize.definitions.codes import is_warning
from securitize.definitions.loading import load_deal, load_pool, load_scenario
from securitize.definitions.scenarios.deal_stresses import PutStress
from securitize.engine.prepare.prepare import prepare
from securitize.engine.scenario_batch import evaluate
from tests.unit.mutations import GOOD

MISFITS: list[tuple[str, str, str]] = [
    ("SEC174", "stress[0].obligor", 'driver = "default"\nobligor = "oX"\nat = 2025-06-30'),
    ("SEC174", "stress[0].contract", 'driver = "prepayment"\ncontract = "cX"\nat = 2025-06-30'),
    ("SEC174", "stress[0].right", 'driver = "patent-failure"\nright = "pX"\nat = 2025-06-30'),
    (
        "SEC174",
        "stress[0].obligors[1]",
        'driver = "late-payment"\nobligors = ["o1", "oX"]\nfrom = 2024-12-31\nto = 2025-12-31\ndays = 5',
    ),
    ("SEC174", "stress[0].contract", 'driver = "royalty-base"\ncontract = "c1"\nscale = 0.5'),
    ("SEC174", "stress[0].support", 'driver = "provider-default"\nsupport = "X"\nat = 2025-06-30'),
    ("SEC174", "stress[0].note", 'driver = "put"\nnote = "X"\nat = 2025-08-31\nshare = 0.5'),
    ("SEC175", "stress[0].at", 'driver = "default"\nobligor = "o1"\nat = 2024-01-31'),
    (
        "SEC175",
        "stress[0].to",
        'driver = "late-payment"\nfrom = 2023-12-31\nto = 2024-01-30\ndays = 5',
    ),
]


def _words(problem: Problem) -> tuple[str, ...]:
    return problem.path, problem.what, problem.found, problem.repair, problem.code


@pytest.mark.parametrize(("code", "path", "text"), MISFITS)
def test_memory_and_file_say_the_same(code: str, path: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "scenario.toml"
    file.write_text(f'name = "stress"\n\n[[stress]]\n{text}\n', encoding="utf-8")
    scenario, pool, deal = load_scenario(file), load_pool(GOOD / "pool.toml"), load_deal(GOOD / "rich.toml")
    of_file = [one for one in checks.check_scenario(scenario, pool, deal) if not is_warning(one)]
    with pytest.raises(DefinitionError) as caught:
        require_fit(scenario.model, pool.model, deal.model.dates.cut_off, deal.model)
    assert [(one.code, one.path) for one in of_file] == [(code, path)]
    assert [*map(_words, caught.value.problems)] == [*map(_words, of_file)]
    assert [one.line for one in caught.value.problems] == [0]
    assert of_file[0].line > 0


def test_a_cell_that_does_not_fit_the_deal_is_refused() -> None:
    prepared = prepare("nanshan-5-2022")
    put = PutStress.model_construct(driver="put", note="X", at=prepared.schedule.payment[0], share=1)
    with pytest.raises(DefinitionError) as caught:
        evaluate(prepared, [(), (put,)])
    assert [(one.code, one.path) for one in caught.value.problems] == [("SEC174", "stress[0].note")]
