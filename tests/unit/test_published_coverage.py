"""Published coverage by hand, in minor units, beside what a trigger compares."""

from __future__ import annotations

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.waterfall.plan import Line
from securitize.waterfall.published_coverage import PublishedCoverage, called_before, published_coverage
from securitize.waterfall.trigger_inputs import trigger_inputs
from tests.oracle.coverage_reference import coverage
from tests.oracle.measures_reference import Books
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
    measure = trigger_inputs(deal, lines, "dscr").measure
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


#: A late month: nothing is collected before the first date. {…} is put in place of what each case changes.
SHORT = """
[accounts.first]
kind = "reserve"
funding = "proceeds"
opening = 10
target = {{ kind = "fixed", amount = 10 }}
[accounts.reserve]
kind = "reserve"
funding = "proceeds"
opening = 70
target = {{ kind = "fixed", amount = 70 }}
[notes.A]
rank = 1
balance = 1_000
day_count = "ACT/365F"
coupon = {{ kind = "fixed", rate = 0.5 }}
{puts}
principal = {{ kind = "bullet", date = 2021-08-08 }}
[notes.B]
rank = 2
balance = 100
day_count = "ACT/365F"
coupon = {{ kind = "zero" }}
principal = {{ kind = "bullet", date = 2021-08-08 }}
[fees.service]
kind = "fixed"
amount = 60
[fees.trustee]
kind = "fixed"
amount = 40
[support.one]
kind = "guarantee"
party = "g"
limit = {limit}
[support.two]
kind = "guarantee"
party = "g"
[[priority.normal]]
pay = ["fee:service", "fee:trustee"]
from = {fees_from}
support = {fees_support}
[[priority.normal]]
pay = ["interest:A"]
from = ["collection", "reserve"]
support = {support}
{more}
[[priority.normal]]
pay = ["originator"]
"""
USUAL = {
    "capacity": "25",
    "limit": "1_000",
    "puts": "",
    "fees_from": '["collection"]',
    "fees_support": "[]",
    "support": '["one", "two"]',
    "more": '[[priority.normal]]\npay = ["principal:A"]',
}


def short_of(collected: int, **changes: str) -> tuple[dict[Line, Int64], PublishedCoverage]:
    """The deal with some of its text changed, where ``collected`` comes in before the first date; rank 1.

    On every date the second statement says the same.
    """
    terms = USUAL | changes
    case = hand_deals.case_of(
        SHORT.format(**terms), [{"interest": [collected, 0, 0], "told": {"recovered": {"g": [0] * 3}}}]
    )
    capacity = int(terms["capacity"])
    case.deal["parties"] = [{"role": "guarantor", "name": "G", "id": "g", "capacity": capacity}]
    deal, lines = resolved(case), engine_lines(case)
    found = published_coverage(deal, lines, np.zeros((1, 3), np.int64), 1)
    books = Books(case.deal, dict(case.schedule), case.pools[0])
    for t, have in enumerate(found.dscr_with_support[0], start=1):
        want = coverage(books, 1, t)["dscr_with_support"]
        assert np.isnan(have) if want is None else have == pytest.approx(float(want), rel=1e-12)
    return lines, found


@pytest.mark.parametrize(
    ("collected", "changes", "counted"),
    [
        # Fees of 100.00 draw on collections alone: nothing is taken from the reserve; one party pays 25.00 in all.
        (0, {}, 95_00),
        (99_99, {}, 95_00),
        # What collections do not cover of the fees comes off the reserve, in the order in which the steps draw.
        (0, {"fees_from": '["collection", "reserve"]'}, 25_00),
        (70_00, {"fees_from": '["collection", "reserve"]'}, 65_00),
        (60_00, {"fees_from": '["collection", "first", "reserve"]'}, 65_00),
        # Then off what the support of their step still pays: 40.00 of 50.00, which the party has once; of a limit.
        (60_00, {"fees_support": '["one"]', "capacity": "50"}, 80_00),
        (60_00, {"fees_support": '["one"]', "capacity": "90", "limit": "45", "support": '["one"]'}, 75_00),
    ],
)
def test_nothing_is_counted_that_senior_fees_or_the_same_party_have_had(
    collected: int, changes: dict[str, str], counted: int
) -> None:
    """Interest of 100.00 is due and no principal: the measure is what is paid."""
    lines, found = short_of(collected, **changes)
    assert lines["note", "A", "interest_paid"][0, 0] == counted
    assert found.dscr_with_support[0, 0] == counted / 100_00


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, True),
        # A sweep of what cash there is, beside the schedule.
        ({"more": '[[priority.normal]]\npay = ["redemption:A"]'}, True),
        ({"more": '[[priority.normal]]\npay = ["redemption:A"]\nsupport = ["one"]'}, False),
        ({"more": '[[priority.normal]]\npay = ["redemption:B"]\nsupport = ["one"]'}, True),
        ({"more": '[[priority.normal]]\nunless = ["out"]\npay = ["redemption:A"]\nsupport = ["one"]'}, True),
        ({"default": '[[priority.default]]\npay = ["redemption:A"]'}, False),
        ({"default": '[[priority.default]]\npay = ["redemption:B"]'}, True),
        ({"default": '[[priority.default]]\npay = ["interest:A"]'}, True),
        ({"puts": "puts = [{ date = 2021-03-15, share = 0.99 }]"}, True),
        ({"puts": "puts = [{ date = 2021-03-15, share = 1 }]"}, False),
    ],
)
def test_where_redemption_of_a_note_of_the_rank_is_due_nothing_is_a_schedule(
    changes: dict[str, str], there: bool
) -> None:
    """B is junior, and a step that does not run asks for nothing; a part put leaves the schedule of the rest."""
    events = ""
    for name, effect in (("out", ""), ("default", 'priority = "default"')):
        if name == "out" or "default" in changes:
            events += f'[triggers.{name}]\nkind = "date"\ndate = 2020-01-01\n{effect}\n'
    changes = {"more": USUAL["more"]} | changes
    changes["more"] = events + changes["more"] + "\n" + changes.pop("default", "")
    _, found = short_of(0, **changes)
    assert (~np.isnan(found.dscr[0, :2])).tolist() == [there] * 2
    assert (~np.isnan(found.dscr_with_support[0, :2])).tolist() == [there] * 2
