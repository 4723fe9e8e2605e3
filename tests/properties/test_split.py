"""A deal that goes on from its state after any date pays the same cents as one that was never interrupted."""

from __future__ import annotations

import random
import tomllib
from decimal import Decimal

import numpy as np
import pytest

from securitize.definitions.state import State
from securitize.runs.folder import state_as_toml
from securitize.waterfall.execute import pay
from securitize.waterfall.plan import build_plan
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.seasoning import from_state, state_after
from tests.properties.comparison import as_tuples, engine_inputs, resolved
from tests.properties.generated_deals import numbered_deal


def split_differences(number: int) -> list[str]:
    """Lines of deal ``number`` that differ after it was split at a date drawn by the number; written state and all."""
    case = numbered_deal(number)
    deal = resolved(case)
    if deal.periods < 2:
        return []
    inputs = {name: values[:1] for name, values in engine_inputs(case).items()}
    whole = pay(build_plan(record_payment_date(deal, states=True)), inputs)
    at = random.Random(number).randrange(deal.periods - 1)
    state = state_after(deal, {line: values[0] for line, values in whole.items()}, at)
    written = tomllib.loads(state_as_toml(state, ""), parse_float=Decimal)
    later = from_state(deal, State.model_validate(as_tuples(written)))
    rest = {name: np.ascontiguousarray(values[:, at + 1 :]) for name, values in inputs.items()}
    lines = pay(build_plan(record_payment_date(later)), rest)
    return [
        str(line) for line, values in lines.items() if not np.array_equal(values, whole[line][:, at + 1 :])
    ]


def test_a_deal_split_at_any_date_pays_the_same_cents() -> None:
    assert {n: found for n in range(150) if (found := split_differences(n))} == {}


@pytest.mark.deep
def test_two_thousand_deals_split_pay_the_same_cents() -> None:
    assert {n: found for n in range(150, 2150) if (found := split_differences(n))} == {}
