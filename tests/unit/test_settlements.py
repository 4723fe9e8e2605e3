"""A note that is settled for an amount of money, worked by hand: between payment dates, in part paid, in each order.

The note pays 6% a year on ACT/365F on 2021-03-31, 2021-09-30 and 2022-03-31; 2021-05-20 lies 50 days after the first.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.notes import Settlement
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import deal_schedule
from securitize.waterfall.execute import pay
from securitize.waterfall.measures import NoteMeasures, measure_note
from securitize.waterfall.period_inputs import under
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import ends_of_settlement
from securitize.waterfall.rules import record_payment_date
from tests.properties.comparison import as_tuples, engine_inputs, resolved
from tests.properties.generated_deals import GeneratedDeal
from tests.unit import hand_deals

D = date
DAYS = [D(2020, 9, 30), D(2021, 3, 31), D(2021, 9, 30), D(2022, 3, 31)]
DATES = {"payment": DAYS[1:], "accrual": DAYS, "collection": DAYS}
NOTE = """
[notes.A]
rank = 1
balance = 41_300_000
day_count = "ACT/365F"
coupon = { kind = "fixed", rate = 0.06 }
principal = { kind = "bullet", date = 2022-03-31 }
SETTLEMENT
[[priority.normal]]
pay = ["interest:A"]
[[priority.normal]]
pay = ["principal:A"]
[[priority.normal]]
pay = ["originator"]
"""
#: 182 days of 6% on 41,300,000: 1,235,605.48.
FIRST = 123_560_548
#: 50 days: 339,452.05.
TO_THE_DAY = 33_945_205


def deal_of(case: GeneratedDeal) -> Deal:
    return Deal.model_validate(as_tuples(case.deal))


def paid(settlement: str, cash: list[int], note: str = NOTE) -> tuple[dict[str, list[int]], NoteMeasures]:
    """The lines of note A, minor units, and its measures, with ``cash`` on each date."""
    terms = note.replace("SETTLEMENT", f"settlement = {{ {settlement} }}" if settlement else "")
    case = hand_deals.case_of(terms, [{"interest": cash}], DATES)
    deal = resolved(case)
    lines: dict[Line, Int64] = pay(build_plan(record_payment_date(deal)), engine_inputs(case))
    names = (
        "accrued",
        "interest_paid",
        "principal_paid",
        "written_off",
        "interest_written_off",
        "closing",
        "unpaid",
    )
    return {name: lines[("note", "A", name)][0].tolist() for name in names}, measure_note(deal, lines, "A")


def test_six_million_of_41_300_000_lose_35_300_000() -> None:
    """No share of eight decimals gives it: 0.14527845 of the balance are 5,999,999.98."""
    lines, found = paid("date = 2021-09-30, amount = 6_000_000", [FIRST, 600_000_000, 0])
    assert lines["principal_paid"] == [0, 600_000_000, 0]
    assert lines["written_off"] == [0, 3_530_000_000, 0]
    assert int(found.principal_loss[0]) == 3_530_000_000
    # 183 days of 6% on 41,300,000: 1,242,394.52 are interest that is never paid.
    assert lines["interest_written_off"] == [0, 124_239_452, 0]
    assert int(found.interest_loss[0]) == 124_239_452


def test_the_claim_of_a_day_between_payment_dates_stands_still_from_then_on() -> None:
    """50 of the 183 days accrue; the date before sees nothing of it; the money is paid on the next payment date."""
    lines, found = paid("date = 2021-05-20, amount = 6_000_000", [FIRST, 600_000_000, 0])
    assert lines["accrued"] == [FIRST, TO_THE_DAY, 0]
    assert lines["closing"] == [4_130_000_000, 0, 0]
    assert lines["written_off"] == [0, 3_530_000_000, 0]
    assert lines["interest_written_off"] == [0, TO_THE_DAY, 0]
    # What is lost stands on the second date at 41.3m x (1 + 6% x 183/365) - 6m: whole periods discount it.
    first, second = (1 + Decimal("0.06") * days / 365 for days in (182, 183))
    expected = float((1 - Decimal(6) / (Decimal("41.3") * second)) / first)
    assert found.present_value_loss[0] == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("order", "principal", "interest"),
    [("principal-first", 4_130_000_000, 10_000_000), ("interest-first", 4_106_054_795, TO_THE_DAY)],
)
def test_what_the_amount_pays_first(order: str, principal: int, interest: int) -> None:
    """41,400,000.00 against a claim of 41,300,000.00 and 339,452.05."""
    terms = f'date = 2021-05-20, amount = 41_400_000, amount_order = "{order}"'
    lines, _ = paid(terms, [FIRST, 4_140_000_000, 0])
    assert (lines["principal_paid"][1], lines["interest_paid"][1]) == (principal, interest)
    assert lines["written_off"][1] == 4_130_000_000 - principal
    assert lines["interest_written_off"][1] == TO_THE_DAY - interest


def test_an_amount_above_the_claim_cuts_nothing_and_makes_all_of_it_due() -> None:
    lines, found = paid("date = 2021-05-20, amount = 50_000_000", [FIRST, 5_000_000_000, 0])
    assert lines["principal_paid"] == [0, 4_130_000_000, 0]
    assert lines["interest_paid"] == [FIRST, TO_THE_DAY, 0]
    assert not found.loses[0]


def test_what_the_vehicle_cannot_pay_stays_owed_and_bears_the_coupon() -> None:
    """2,000,000 of 6,000,000 come; 4,000,000 bear 182 days of 6%, 119,671.23; the rest of it is lost at the end."""
    lines, found = paid("date = 2021-05-20, amount = 6_000_000", [FIRST, 200_000_000, 311_967_123])
    assert lines["accrued"] == [FIRST, TO_THE_DAY, 11_967_123]
    assert lines["principal_paid"] == [0, 200_000_000, 300_000_000]
    assert lines["written_off"] == [0, 3_530_000_000, 100_000_000]
    assert int(found.principal_loss[0]) == 3_630_000_000


def test_interest_that_was_missed_is_kept_in_the_order_of_its_payment() -> None:
    """D = 1,235,605.48 bears 50 days at the coupon, 10,155.66; 42,000,000 leave 700,000 of the interest."""
    note = NOTE.replace("day_count", 'interest_on_unpaid = "coupon"\nday_count')
    terms = "date = 2021-05-20, amount = 42_000_000"
    lines, _ = paid(terms, [0, 0, 0], note)
    assert lines["unpaid"][1] == 70_000_000
    assert lines["interest_written_off"][1] == FIRST + 1_015_566 + TO_THE_DAY - 70_000_000


def test_certificates_round_the_amount_down() -> None:
    """413,000 pieces of 100 at whole cents: 4,130.00 each; 6,000,000 are 1,452 times that and 3,240.00 more."""
    note = NOTE.replace("day_count", "certificates = { face = 100, unit = 0.01 }\nday_count")
    lines, _ = paid("date = 2021-09-30, amount = 6_000_000", [0, 600_000_000, 0], note)
    assert lines["principal_paid"][1] == 599_676_000
    assert lines["written_off"][1] == 4_130_000_000 - 599_676_000


def test_a_scenario_settles_in_place_of_the_deal() -> None:
    case = hand_deals.case_of(
        NOTE.replace("SETTLEMENT", "settlement = { date = 2022-01-31, share = 0.9 }"),
        [{"interest": [0, 0, 0]}],
        DATES,
    )
    stress: dict[str, Any] = {"driver": "settlement", "note": "A", "at": D(2021, 5, 20), "amount": 6_000_000}
    scenario = Scenario.model_validate({"name": "settled", "stress": (stress,)})
    deal = deal_of(case)
    found = under(deal, scenario, deal_schedule(deal.dates)).notes["A"].settlement
    assert isinstance(found, Settlement)
    assert (found.date, found.amount, found.share) == (D(2021, 5, 20), 600_000_000, None)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (D(2021, 3, 31), {0: D(2021, 3, 31)}),
        (D(2021, 4, 1), {1: D(2021, 4, 1)}),
        (D(2022, 3, 30), {2: D(2022, 3, 30)}),
    ],
)
def test_where_interest_ends(day: date, end: dict[int, date]) -> None:
    case = hand_deals.case_of(NOTE.replace("SETTLEMENT", ""), [{"interest": [0, 0, 0]}], DATES)
    note = deal_of(case).notes["A"]
    settled = note.model_copy(update={"settlement": Settlement(date=day, amount=1)})
    assert ends_of_settlement(settled, resolved(case).schedule) == end
    by_share = note.model_copy(update={"settlement": Settlement(date=day, share=0)})
    assert ends_of_settlement(by_share, resolved(case).schedule) == {}
