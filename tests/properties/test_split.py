"""A deal that goes on from its state after any date pays the same cents as one that was never interrupted."""

from __future__ import annotations

import functools
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.state import State
from securitize.reference import interpreter
from securitize.store.folder import state_as_toml
from securitize.waterfall.execute import pay
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.seasoning import from_state, state_after
from tests.properties.comparison import as_tuples, engine_inputs, resolved
from tests.properties.generated_deals import GeneratedDeal, numbered_deal

#: Every deal is in one of them.
PARTS = 3


@dataclass(frozen=True)
class Split:
    """A generated deal, one path, after ``at`` + 1 of its dates; ``lines`` are those of the unbroken run."""

    case: GeneratedDeal
    deal: ResolvedDeal
    at: int
    lines: Mapping[Line, Int64]
    inputs: Mapping[str, Int64]

    def differences(self, state: State) -> list[str]:
        """Lines that differ where the deal goes on from ``state``."""
        rest = {name: np.ascontiguousarray(values[:, self.at + 1 :]) for name, values in self.inputs.items()}
        lines = pay(build_plan(record_payment_date(from_state(self.deal, state))), rest)
        return [
            str(line)
            for line, values in lines.items()
            if not np.array_equal(values, self.lines[line][:, self.at + 1 :])
        ]


@functools.lru_cache(maxsize=150)
def split(number: int) -> Split | None:
    """Deal ``number`` split at a date drawn by the number; None where it has one date."""
    case = numbered_deal(number)
    deal = resolved(case)
    if deal.periods < 2:
        return None
    inputs = {name: values[:1] for name, values in engine_inputs(case).items()}
    lines = pay(build_plan(record_payment_date(deal, states=True)), inputs)
    return Split(case, deal, random.Random(number).randrange(deal.periods - 1), lines, inputs)


def split_differences(number: int) -> list[str]:
    """Lines that differ after the engine's own state, written and read again."""
    found = split(number)
    if found is None:
        return []
    state = state_after(found.deal, {line: values[0] for line, values in found.lines.items()}, found.at)
    written = tomllib.loads(state_as_toml(state, ""), parse_float=Decimal)
    return found.differences(State.model_validate(as_tuples(written)))


@pytest.mark.parametrize("part", range(PARTS))
def test_the_engine_goes_on_from_the_state_of_the_reference(part: int) -> None:
    differing = {}
    for number in range(part, 100, PARTS):
        found = split(number)
        if found is None:
            continue
        case = found.case
        table = interpreter.state_at(case.deal, case.schedule, case.pools[0], found.at + 1)
        differences = found.differences(State.model_validate(as_tuples(table)))
        if all(note["principal"]["kind"] != "collected" for note in case.deal["notes"].values()):
            # The engine keeps no principal distribution amount that no note is repaid from.
            differences = [line for line in differences if line != str(("distribution_left",))]
        if differences:
            differing[number] = differences[:3]
    assert differing == {}


@pytest.mark.parametrize("part", range(PARTS))
def test_a_deal_split_at_any_date_pays_the_same_cents(part: int) -> None:
    assert {n: found for n in range(part, 150, PARTS) if (found := split_differences(n))} == {}


@pytest.mark.deep(part="splits")
@pytest.mark.parametrize("first", range(150, 2150, 250))
def test_two_thousand_deals_split_pay_the_same_cents(first: int) -> None:
    assert {n: found for n in range(first, first + 250) if (found := split_differences(n))} == {}
