"""Every shipped deal and template under every shipped scenario that fits: the engine and the reference interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import DefinitionError
from securitize.definitions.figures import STREAMS
from securitize.library import list_deals, list_scenarios, list_templates
from securitize.runs.calculation import Calculation, calculate
from securitize.runs.prepare import Prepared, prepare
from tests.properties.comparison import differences
from tests.properties.generated_deals import GeneratedDeal

DEALS = [deal.path for deal in list_deals()] + [template.path for template in list_templates()]
SCENARIOS = [None, *(scenario.path for scenario in list_scenarios())]


def own_scenarios(deal: Path) -> list[Path]:
    """The stresses of a template, beside its deal file; a shipped deal has none."""
    return sorted(deal.glob("scenarios/*.toml"))


def as_told(prepared: Prepared) -> dict[str, Any]:
    """The deal file as written, with the day on which a scenario lets the issuer call."""
    raw, call = prepared.definitions.deal.raw, prepared.deal.issuer_call
    called = {"issuer_call": {**raw["issuer_call"], "date": call.date}} if call and call.date else {}
    return {**raw, **called}


def as_case(calculation: Calculation) -> GeneratedDeal:
    """The run as the reference interpreter takes it: the file as written, three date lists, the collections."""
    prepared, pool = calculation.prepared, calculation.collections
    schedule = prepared.schedule
    told: dict[str, dict[str, list[int]]] = {"pays": {}, "rating": {}, "fixing": {}}
    for name, values in prepared.told.items():
        group, _, told_of = name.partition(".")
        told[group][told_of] = list(values)
    return GeneratedDeal(
        deal=as_told(prepared),
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
                "sales": pool.sales[0].tolist(),
                "forecast_sales": pool.forecast_sales.tolist(),
                "support_pays": told["pays"],
                "ratings": told["rating"],
                "fixings": told["fixing"],
            }
        ],
    )


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
        assert differences(as_case(calculation), lines) == []
        compared += 1
    assert compared >= 6
