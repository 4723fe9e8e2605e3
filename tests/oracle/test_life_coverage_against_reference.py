"""Life coverage of every shipped deal and template, on every day, against the second statement."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import securitize
from securitize.base.errors import DefinitionError
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import STREAMS
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.reference_case import reference_case
from securitize.performance.parties import account_pays
from securitize.waterfall.cash_to_come import Delivered, plain_to_come
from securitize.waterfall.execute import pay
from securitize.waterfall.life_coverage import life_coverage, plain_multiple
from securitize.waterfall.plan import build_plan
from securitize.waterfall.resolved import held, recovered
from securitize.waterfall.rules import record_payment_date
from tests.oracle.life_coverage_reference import life_coverage as life_coverage_by_hand
from tests.oracle.life_coverage_reference import plain_coverage
from tests.oracle.measures_reference import Books
from tests.oracle.test_measures_against_reference import cases_of, same, scenario_of
from tests.properties.comparison import engine_inputs, resolved
from tests.properties.generated_deals import numbered_deal

#: Days are told one by one, from each of them fees to the end: few deals are quick.
QUICK = ("guangzhou-2019", "nanshan-5-2022", "xoma-vabysmo-2023", "supply-chain")


def books(deal: Path, scenario: Path | None) -> Books:
    case = reference_case(calculate(prepare(deal, scenario)))
    return Books(case.deal, dict(case.schedule), case.pools[0])


@pytest.mark.parametrize(("deal", "stress"), cases_of(QUICK))
def test_life_coverage_equals_the_reference(deal: Path, stress: str, tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, stress, deal)
    try:
        b = books(deal, scenario)
    except DefinitionError:
        return  # a stress of royalties in a pool of claims, and the other way about
    base = books(deal, None)
    for row in securitize.run(deal, scenario, store=False).table("life_coverage").to_dict("records"):
        want = life_coverage_by_hand(b, row["rank"], row["period"])
        want["plain_coverage"] = plain_coverage(b, base, row["rank"], row["period"])
        for column, value in want.items():
            assert same(row[column], value), (row["rank"], row["period"], column, row[column], value)


def test_life_coverage_of_generated_companies_equals_the_reference() -> None:
    """Capacities that bind and banks that fail, on the first path of each deal."""
    cut_off = lost = supported = 0
    for number in range(24):
        case = numbered_deal(number, 1, dense=True)
        deal, inputs = resolved(case), engine_inputs(case)
        lines = pay(build_plan(record_payment_date(deal)), inputs)
        streams = {name: inputs[name] for name in STREAMS}
        performing = np.concatenate([inputs["performing_before"][:, :1], inputs["performing"]], axis=1)
        whole = np.full((1, deal.periods), RATE_UNITS, np.int64)
        given = Delivered(
            streams,
            performing,
            {
                name: inputs.get(f"pays.{name}", whole) * (inputs.get(f"late.{name}", 0 * whole)[:, -1:] == 0)
                for name in deal.deal.support
            },
            {name: inputs[recovered(name)] for name in deal.parties},
            {name: inputs[account_pays(name)] for name in deal.failing_banks},
            {name: inputs[held(name)] for name in deal.failing_banks},
        )
        found = life_coverage(deal, lines, given, deal.deal.dates.closing)
        to_come = plain_to_come(deal, lines, given)
        b = Books(case.deal, dict(case.schedule), case.pools[0])
        for rank, of_rank in found.items():
            plain = plain_multiple(deal, lines, to_come, rank)
            for t in range(b.T + 1):
                want = life_coverage_by_hand(b, rank, t)
                have = (of_rank.life[0, t], of_rank.with_support[0, t], plain[0, t])
                for one, other in zip(have, (*want.values(), plain_coverage(b, b, rank, t)), strict=True):
                    assert same(one, other), (number, rank, t, one, other)
            supported += bool((of_rank.support > 0).any())
        cut_off += any(inputs[recovered(name)].sum() > deal.parties[name].capacity for name in deal.parties)
        lost += any(lines["account", name, "lost"].any() for name in deal.failing_banks)
    assert min(cut_off, lost, supported) >= 2, (cut_off, lost, supported)
