"""Every shipped deal and template under every shipped scenario that fits: the engine and the reference interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError
from securitize.definitions.figures import STREAMS
from securitize.library import list_deals, list_scenarios, list_templates
from securitize.runs.calculation import Calculation, calculate
from securitize.runs.prepare import prepare
from tests.properties.comparison import differences
from tests.properties.generated_deals import GeneratedDeal

DEALS = [deal.path for deal in list_deals()] + [template.path for template in list_templates()]
SCENARIOS = [None, *(scenario.path for scenario in list_scenarios())]


def as_case(calculation: Calculation) -> GeneratedDeal:
    """The run as the reference interpreter takes it: the file as written, three date lists, the collections."""
    prepared, pool = calculation.prepared, calculation.collections
    schedule = prepared.schedule
    return GeneratedDeal(
        deal=prepared.definitions.deal.raw,
        schedule={
            "payment": list(schedule.payment),
            "accrual": list(schedule.accrual),
            "collection": list(schedule.collection),
        },
        pools=[
            {
                "streams": {stream: pool.streams[stream][0].tolist() for stream in STREAMS},
                "performing": pool.performing[0].tolist(),
                "defaulted": pool.defaulted[0].tolist(),
                "scheduled": pool.scheduled.tolist(),
            }
        ],
    )


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_no_cent_of_difference(deal: Path) -> None:
    compared = 0
    for scenario in SCENARIOS:
        try:
            prepared = prepare(deal, scenario)
        except DefinitionError:
            continue  # a scenario that names another deal's obligors
        calculation = calculate(prepared)
        lines = {line: values[None, :] for line, values in calculation.lines.items()}
        assert differences(as_case(calculation), lines) == []
        compared += 1
    assert compared >= 6
