"""Puts with a re-set of the coupon, and fees on payments, worked by hand where dates are irregular.

100m at 4% on ACT/365F. The second date is written Sunday 2021-01-31 and paid on Friday 29; interest runs to the 31st.
From 2020-09-30: 31 days, 92 days, 180 days.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from securitize.base.arithmetic import Int64
from securitize.definitions.checks.plausible.fees import fees_are_plausible
from securitize.definitions.checks.resets import fees_on_payments_stand_after_them
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import Locator
from securitize.engine.reference_case import differences
from securitize.waterfall.execute import pay
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.rules import record_payment_date
from tests.properties.comparison import as_tuples, engine_inputs, schedule_of
from tests.properties.generated_deals import GeneratedDeal
from tests.unit import hand_deals

D = date
WRITTEN = [D(2020, 10, 31), D(2021, 1, 31), D(2021, 7, 30)]
PAID = [D(2020, 10, 30), D(2021, 1, 29), D(2021, 7, 30)]
DATES = {"payment": PAID, "accrual": [D(2020, 9, 30), *WRITTEN], "collection": [D(2020, 9, 30), *PAID]}
NOTE = """
[notes.A]
rank = 1
balance = 100_000_000
coupon = COUPON
principal = { kind = "bullet", date = 2021-07-30 }
puts = [PUTS]
[[priority.normal]]
pay = ["interest:A"]
[[priority.normal]]
pay = ["put:A"]
[[priority.normal]]
pay = ["principal:A"]
[[priority.normal]]
pay = ["originator"]
"""
FIXED = '{ kind = "fixed", rate = 0.04 }'
#: 4% of 100m for 31 and for 92 days.
FIRST, SECOND = 33_972_603, 100_821_918


def lines(
    terms: str, cash: list[int], fees: str = "", performing: list[int] | None = None
) -> dict[str, list[int]]:
    """What note A is paid and keeps, and what the fee ``agent`` does, minor units, with ``cash`` on each date."""
    case: GeneratedDeal = hand_deals.case_of(
        fees + terms, [{"interest": cash, "performing": performing}], DATES
    )
    deal = Deal.model_validate(as_tuples(case.deal))
    schedule = dataclasses.replace(schedule_of(case), written=tuple(WRITTEN))
    pool = case.pools[0]
    resolved = resolve_deal(deal, schedule, pool["performing"][0], pool["scheduled"])
    found: dict[Line, Int64] = pay(build_plan(record_payment_date(resolved)), engine_inputs(case))
    as_written = dataclasses.replace(case, schedule={**case.schedule, "written": WRITTEN})
    assert differences(as_written, found) == []
    names = [
        ("note", "A", line) for line in ("coupon", "accrued", "principal_paid", "put", "closing", "unpaid")
    ]
    names += [("fee", "agent", line) for line in ("accrued", "due", "paid", "unpaid") if fees]
    return {".".join(name[2 - (name[0] == "fee") :]): found[name][0].tolist() for name in names}


def put(date_: str, share: float, more: str = "rate = 0.025") -> str:
    return f"{{ date = {date_}, share = {share}, reset = {{ announced = 2021-01-04, {more} }} }}"


@pytest.mark.parametrize("day", ["2021-01-31", "2021-01-29", "2021-01-30"])
def test_the_new_coupon_holds_from_the_accrual_date_of_the_put_on(day: str) -> None:
    """However the date is written: 92 days at 4% on all, then 180 at 2.5% on the 60m that are left, 739,726.03."""
    terms = NOTE.replace("COUPON", FIXED).replace("PUTS", put(day, 0.4))
    found = lines(terms, [FIRST, SECOND + 4_000_000_000, 6_100_000_000])
    assert found["accrued"] == [FIRST, SECOND, 73_972_603]
    assert found["coupon"] == [4_000_000, 4_000_000, 2_500_000]
    assert found["principal_paid"] == [0, 4_000_000_000, 6_000_000_000]


def test_what_is_put_and_not_paid_bears_the_new_coupon() -> None:
    """10m of 40m come: 90m bear 2.5% for 180 days, 1,109,589.04."""
    terms = NOTE.replace("COUPON", FIXED).replace("PUTS", put("2021-01-31", 0.4))
    found = lines(terms, [FIRST, SECOND + 1_000_000_000, 0])
    assert found["put"][1] == 3_000_000_000
    assert found["accrued"][2] == 110_958_904


def test_a_put_on_no_payment_date_re_sets_where_it_is_paid() -> None:
    """Of 15 December it is paid on 29 January: period 2 bears the old coupon to its end."""
    terms = NOTE.replace("COUPON", FIXED).replace(
        "PUTS", put("2020-12-15", 0).replace("2021-01-04", "2020-12-01")
    )
    assert lines(terms, [0, 0, 0])["accrued"] == [FIRST, SECOND, 123_287_671]


RESERVE = """
[accounts.reserve]
kind = "reserve"
target = { kind = "months-of-interest", months = 12, notes = ["A"], zero_at = ["notes-nil"] }
"""


def test_a_re_set_on_the_last_date_changes_nothing() -> None:
    """The reserve still holds a year at 4% there, 4m: of 4m and 10,000.00 beside the interest 10,000.00 are repaid."""
    terms = NOTE.replace("COUPON", FIXED).replace("PUTS", put("2021-07-30", 0))
    terms = terms.replace('pay = ["put:A"]', 'pay = ["reserve:reserve"]') + RESERVE
    found = lines(terms, [FIRST, SECOND, 197_260_274 + 400_000_000 + 1_000_000])
    assert found["principal_paid"] == [0, 0, 1_000_000]


def test_a_range_without_a_coupon_leaves_it() -> None:
    terms = NOTE.replace("COUPON", FIXED).replace(
        "PUTS", put("2021-01-31", 0, "lowest = 0.01, highest = 0.05")
    )
    assert lines(terms, [0, 0, 0])["coupon"] == [4_000_000] * 3


def test_steps_up_to_the_put_stay_and_a_step_up_says_the_same() -> None:
    """A re-set is the step that term sheets are written as, to the cent, after steps of the note's own."""
    own = '{ kind = "step-up", rate = 0.03, steps = [{ from = 2020-12-15, rate = 0.04 } MORE] }'
    cash = [0, 5_000_000_000, 0]
    told = NOTE.replace("COUPON", own.replace("MORE", "")).replace("PUTS", put("2021-01-31", 0.3))
    stepped = NOTE.replace("COUPON", own.replace("MORE", ", { from = 2021-01-31, rate = 0.025 }")).replace(
        "PUTS", "{ date = 2021-01-31, share = 0.3 }"
    )
    assert lines(told, cash) == lines(stepped, cash)


FEE = """
[fees.agent]
kind = "percent-of-payments"
rate = 0.00005
vat = 0.06
from = 2020-10-31
"""
PAYS = '[[priority.normal]]\npay = ["fee:agent"]\n[[priority.normal]]\npay = ["originator"]\n'
BULLET = (
    NOTE.replace("COUPON", FIXED).replace("PUTS", "").replace('[[priority.normal]]\npay = ["put:A"]\n', "")
)
WITH_FEE = BULLET.replace('[[priority.normal]]\npay = ["originator"]\n', PAYS)


def test_a_fee_on_payments_is_charged_and_paid_on_the_date_of_the_payments() -> None:
    """0.005% of 339,726.03 and of what is paid of interest and principal, and 6% on it, by one product a date each."""
    found = lines(WITH_FEE, [FIRST + 1801, 0, 10_400_000_000], FEE)
    assert found["agent.accrued"][:2] == [1_699 + 102, 0]
    assert found["agent.paid"][:2] == [1_699 + 102, 0]
    # 100m, 1,008,219.18 left unpaid before and 180 days, 1,972,602.74: 5,149.04 and 308.94.
    assert found["agent.paid"][2] == 514_904 + 30_894
    assert found["agent.unpaid"] == [0, 0, 0]


def test_a_fee_that_finds_no_money_is_due_on_the_next_date_within_its_cap() -> None:
    capped = FEE + 'cap = { amount = 10, per = "payment" }\n'
    found = lines(WITH_FEE, [FIRST, 1_000_000, 0], capped)
    assert found["agent.paid"] == [0, 0, 0]
    # Of the second date 10,000.00 go to interest: 0.50 and 0.03.
    assert found["agent.unpaid"] == [1_801, 1_801 + 53, 1_801 + 53]
    found = lines(WITH_FEE, [FIRST, SECOND + 1_000_000, 0], capped)
    assert found["agent.paid"] == [0, 1_000, 0]
    assert found["agent.due"] == [1_000, 1_000, 1_000]
    assert found["agent.accrued"] == [1_801, 5_343, 0]


CALLED = """
[issuer_call]
date = 2021-01-31
price = 1.01
"""
PREMIUM = '[[priority.normal]]\npay = ["premium:A"]\n'


@pytest.mark.parametrize("there", [0, 5_000_000_000])
def test_the_issuer_pays_for_the_fee_on_what_it_repays(there: int) -> None:
    """A call of 100m at 101: the fee of 0.005% on 101m and the interest, 5,100.41 and 306.02, is paid that day."""
    terms = WITH_FEE.replace(PAYS, PREMIUM + PAYS) + CALLED
    found = lines(terms, [FIRST + 1801, there, 0], FEE)
    assert found["agent.accrued"] == [1_801, 510_041 + 30_602, 0]
    assert found["agent.paid"] == found["agent.accrued"]
    assert found["agent.unpaid"] == [0, 0, 0]
    assert found["closing"][1] == 0


CLEAN_UP = """
[clean_up_call]
threshold = 1.0
price = PRICE
first_date = 2021-01-31
"""


@pytest.mark.parametrize(("short", "called"), [(0, True), (1, False)])
def test_a_clean_up_call_needs_the_money_for_the_fee_on_what_it_repays(short: int, called: bool) -> None:
    """Of 100m and the interest, 1,008,219.18, the fee is 5,050.41 and 303.02: a cent less, and there is no call."""
    case = CLEAN_UP.replace("PRICE", "1.0")
    found = lines(
        WITH_FEE + case,
        [FIRST + 1801, SECOND + 505_041 + 30_302 - short, 0],
        FEE,
        performing=[10_000_000_000] * 4,
    )
    assert (found["closing"][1] == 0) is called
    assert found["agent.unpaid"] == [0, 0, 0]


def test_a_fee_on_payments_starts_on_its_day() -> None:
    found = lines(WITH_FEE, [FIRST + 10_000, SECOND + 10_000, 0], FEE.replace("2020-10-31", "2021-01-31"))
    assert found["agent.accrued"][:2] == [0, 5_041 + 302]


def problems(check: Check, terms: str) -> list[tuple[str, str]]:
    """Codes and places of what a check finds in these terms."""
    case = hand_deals.case_of(terms, [{"interest": [0, 0, 0]}], DATES)
    deal = Deal.model_validate(as_tuples(case.deal))
    view = DealView(Loaded(Path("deal.toml"), deal, case.deal, b"", Locator("")))
    return [(problem.code, problem.path) for problem in check(view)]


def test_a_fee_beside_or_below_the_payments_that_bear_it_is_refused() -> None:
    """In one step it would be charged on what it does not see, and stay owed after the last date."""
    beside = WITH_FEE.replace('pay = ["interest:A"]', 'pay = ["fee:agent", "interest:A"]', 1)
    beside = beside.replace('pay = ["fee:agent"]', 'pay = ["originator"]', 1)
    check = fees_on_payments_stand_after_them
    assert problems(check, FEE + WITH_FEE) == []
    places = [path for code, path in problems(check, FEE + beside) if code == "SEC257"]
    assert places == ["priority.normal[0].pay[1]", "priority.normal[1].pay[0]"]


def test_a_fee_on_payments_of_half_a_percent_is_not_plausible() -> None:
    """0.005% is 0.00005; a hundred times that is warned of."""
    for rate, codes in (("0.00005", []), ("0.005", ["SEC342"])):
        found = problems(fees_are_plausible, FEE.replace("0.00005", rate) + WITH_FEE)
        assert [code for code, _ in found] == codes
