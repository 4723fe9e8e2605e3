"""Published coverage by hand, in minor units, beside what a trigger compares."""

from __future__ import annotations

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.waterfall.measures import trigger_measure
from securitize.waterfall.plan import Line
from securitize.waterfall.published_coverage import called_before, published_coverage
from tests.properties.comparison import engine_lines, resolved
from tests.properties.generated_deals import GeneratedDeal
from tests.unit import hand_deals

DEAL = """
[accounts.reserve]
kind = "reserve"
funding = "proceeds"
opening = 30
target = { kind = "fixed", amount = 30 }
[accounts.idle]
kind = "reserve"
funding = "proceeds"
opening = 50
target = { kind = "fixed", amount = 50 }
[notes.A]
rank = 1
balance = 1_000
day_count = "ACT/365F"
coupon = { kind = "fixed", rate = 0.05 }
principal = { kind = "scheduled", payments = [
  { date = 2021-03-15, amount = 300 }, { date = 2021-05-27, amount = 300 }, { date = 2021-08-08, amount = 400 } ] }
[notes.B]
rank = 2
balance = 100
day_count = "ACT/365F"
coupon = { kind = "zero" }
principal = { kind = "collected" }
[fees.service]
kind = "fixed"
amount = 1
[support.half]
kind = "guarantee"
coverage = 0.5
limit = 1_000
until = 2021-03-15
[support.rest]
kind = "guarantee"
[triggers.dscr]
kind = "coverage"
measure = "DSCR"
rank = 1
threshold = 0.1
with_support = true
[[priority.normal]]
pay = ["fee:service"]
[[priority.normal]]
pay = ["interest:A"]
from = ["collection", "reserve"]
support = ["half", "rest"]
[[priority.normal]]
pay = ["principal:A"]
support = ["rest"]
[[priority.normal]]
pay = ["principal:B"]
from = ["collection", "idle"]
[[priority.normal]]
pay = ["originator"]
"""


def case_of(rest_pays: list[float]) -> GeneratedDeal:
    streams = {"interest": [500, 0, 0], "fee": [15_000, 0, 0], "prepayment": [4_500, 0, 0]}
    pays = [{"half": [RATE_UNITS] * 3, "rest": [int(share * RATE_UNITS)] * 3} for share in rest_pays]
    return hand_deals.case_of(DEAL, [{**streams, "told": {"support_pays": one}} for one in pays])


def test_coverage_counts_what_may_be_drawn_on_and_what_is_really_paid() -> None:
    """t = 1: N = 200.00 - 1.00, I + P = 10.00 + 300.00; the reserve of these steps holds 30.00, 81.00 is lacking.

    half owes 40.50; rest is called for 40.50 and pays a quarter, 10.12; nothing; all. idle pays for B alone.
    The trigger: a support without limits has no measure, whoever fails.
    """
    case = case_of([0.25, 0.0, 1.0])
    deal, lines = resolved(case), engine_lines(case)
    fee_interest = np.array([[400, 0, 0]] * 3)
    found = published_coverage(deal, lines, fee_interest, 1)
    assert found.dscr[:, 0].tolist() == [19_900 / 31_000] * 3
    assert found.dscr_with_support[:, 0].tolist() == [27_962 / 31_000, 26_950 / 31_000, 1.0]
    # Interest 5.00, of the fee 4.00, less 1.00, over 10.00: no prepayment, no rest of the fee.
    assert found.interest_coverage[:, 0].tolist() == [0.8] * 3
    # t = 2 of the path that was paid in full: half is past its dates, the reserve and rest cover 307.00.
    assert (found.dscr[2, 1], found.dscr_with_support[2, 1]) == (0.0, 1.0)
    # t = 2 where rest pays nothing: half is past its dates, so only the reserve is there for 8.11 and 411.00.
    assert found.dscr_with_support[1, 1] == 3_000 / 41_911
    # t = 3 is the last date: all principal is due, nothing is a schedule.
    assert np.isnan(found.dscr[:, 2]).all()
    measure = trigger_measure(deal, lines, "dscr")
    assert measure is not None
    assert np.isnan(measure).all()


def test_a_rank_with_a_note_without_schedule_has_no_debt_service_coverage() -> None:
    case = case_of([1.0])
    found = published_coverage(resolved(case), engine_lines(case), np.zeros((1, 3), np.int64), 2)
    assert np.isnan(found.dscr).all()
    assert np.isnan(found.dscr_with_support).all()
    assert found.interest_coverage[0, 0] == pytest.approx(0.4)


def test_after_a_call_the_pool_delivers_nothing() -> None:
    deal = resolved(case_of([1.0]))
    lines: dict[Line, Int64] = {("call",): np.array([[0, -1, 0], [0, 0, 0]])}
    assert called_before(deal, lines).tolist() == [[False, False, True], [False, False, False]]
