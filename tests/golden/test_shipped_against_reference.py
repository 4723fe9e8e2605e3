"""Every shipped deal and template under every shipped scenario that fits: the engine and the reference interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.reference_case import differences, reference_case
from securitize.library import list_deals, list_scenarios, list_templates

DEALS = [deal.path for deal in list_deals()] + [template.path for template in list_templates()]
SCENARIOS = [None, *(scenario.path for scenario in list_scenarios())]


def own_scenarios(deal: Path) -> list[Path]:
    """The stresses of a template, beside its deal file; a shipped deal has none."""
    return sorted(deal.glob("scenarios/*.toml"))


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_no_cent_of_difference(deal: Path) -> None:
    compared = 0
    for scenario in (*SCENARIOS, *own_scenarios(deal)):
        try:
            prepared = prepare(deal, scenario)
        except DefinitionError:
            continue  # a scenario that names another deal's obligors
        calculation = calculate(prepared)
        lines = {line: values[None, :] for line, values in calculation.lines.items()}
        assert differences(reference_case(calculation), lines) == []
        compared += 1
    assert compared >= 6
