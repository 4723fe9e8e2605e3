"""Coverage that is published, and life coverage, of generated deals against the second statement.

The shipped deals have no stream that goes to a reserve, and no party with a capacity: these have.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import STREAMS
from securitize.performance.parties import account_pays
from securitize.waterfall.cash_to_come import Delivered
from securitize.waterfall.execute import pay
from securitize.waterfall.life_coverage import life_coverage
from securitize.waterfall.plan import build_plan
from securitize.waterfall.published_coverage import published_coverage
from securitize.waterfall.resolved import held, recovered
from securitize.waterfall.rules import record_payment_date
from tests.oracle import coverage_reference, life_coverage_reference, measures_reference
from tests.properties.comparison import engine_inputs, resolved
from tests.properties.generated_deals import GeneratedDeal, numbered_deal

DEALS, BATCH = 60, 30


def same(have: float, want: Fraction | None) -> bool:
    return math.isnan(have) if want is None else math.isclose(have, want, rel_tol=1e-9, abs_tol=1e-12)


def on_time(number: int) -> GeneratedDeal:
    """Without late providers: what they were called for is published by neither statement."""
    case = numbered_deal(number, 1, dense=True)
    return replace(case, pools=[pool | {"support_late": {}} for pool in case.pools])


@pytest.mark.parametrize("first", range(0, DEALS, BATCH))
def test_both_coverages_equal_the_reference(first: int) -> None:
    for number in range(first, first + BATCH):
        case = on_time(number)
        deal, inputs = resolved(case), engine_inputs(case)
        lines = pay(build_plan(record_payment_date(deal)), inputs)
        b = measures_reference.Books(case.deal, dict(case.schedule), case.pools[0])
        none = np.zeros((1, deal.periods), np.int64)
        performing = np.concatenate([inputs["performing_before"][:, :1], inputs["performing"]], axis=1)
        pays = {
            name: inputs.get(f"pays.{name}", np.full((1, deal.periods), RATE_UNITS, np.int64))
            for name in deal.deal.support
        }
        delivered = Delivered(
            {name: inputs[name] for name in STREAMS},
            performing,
            pays,
            {name: inputs[recovered(name)] for name in deal.parties},
            {name: inputs[account_pays(name)] for name in deal.failing_banks},
            {name: inputs[held(name)] for name in deal.failing_banks},
        )
        life = life_coverage(deal, lines, delivered, deal.deal.dates.closing)
        for rank in sorted({note.rank for note in deal.deal.notes.values()}):
            found = published_coverage(deal, lines, none, rank)
            for t in range(1, deal.periods + 1):
                want = coverage_reference.coverage(b, rank, t, none[0].tolist())
                where = (number, rank, t, want)
                assert same(float(found.dscr[0, t - 1]), want["dscr"]), where
                assert same(float(found.dscr_with_support[0, t - 1]), want["dscr_with_support"]), where
            for t in range(deal.periods + 1):
                want = life_coverage_reference.life_coverage(b, rank, t)
                have = life[rank]
                where = (number, rank, t, want)
                assert same(float(have.life[0, t]), want["life_coverage"]), where
                assert same(float(have.with_support[0, t]), want["life_coverage_with_support"]), where
