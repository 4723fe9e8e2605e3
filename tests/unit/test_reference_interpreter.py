"""The reference interpreter against cases worked by hand, in minor units unless a deal file is quoted."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from securitize.reference.dates import add_months
from securitize.reference.day_counts import Conventions, days_360, year_part
from securitize.reference.interpreter import run
from securitize.reference.numbers import allocate, product
from securitize.reference.rates import rate_on
from securitize.reference.vehicle import Vehicle

CLOSING = date(2021, 1, 1)
FIFTH = 73  # days: a fifth of 365, so that interest at 5% is 1% of the balance

DATES = """
[dates]
closing = 2021-01-01
legal_final = 2021-08-08
[accounts.collection]
kind = "collection"
"""

NOTE = """
[notes.A]
rank = 1
balance = 1_000
day_count = "ACT/365F"
coupon = { kind = "fixed", rate = 0.05 }
principal = { kind = "collected" }
"""


def parse(text: str) -> dict[str, Any]:
    """A deal file, read as the program reads it."""
    return tomllib.loads(text, parse_float=Decimal)


def every_fifth(periods: int = 3, closing: date = CLOSING) -> dict[str, list[date]]:
    """Payment, accrual and collection dates 73 days apart."""
    days = [closing + timedelta(days=FIFTH * t) for t in range(periods + 1)]
    return {"payment": days[1:], "accrual": days, "collection": [day - timedelta(days=5) for day in days]}


def pool(
    *,
    periods: int = 3,
    performing: list[int] | None = None,
    defaulted: list[int] | None = None,
    scheduled: list[int] | None = None,
    **streams: list[int],
) -> dict[str, Any]:
    """A pool that delivers nothing but what is named."""
    nothing = [0] * periods
    names = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")
    return {
        "streams": {name: streams.get(name, nothing) for name in names},
        "performing": performing or [0, *nothing],
        "defaulted": defaulted or nothing,
        "scheduled": scheduled or nothing,
    }


def told(lines: dict[str, list[int]]) -> dict[str, list[int]]:
    """The lines of something without those that are 0 on every date and are seldom asked for."""
    seldom = {
        *("capitalised", "deferred_interest", "deficiency", "interest_written_off", "premium_paid", "put"),
        *("fee_due", "fee_paid", "interest", "interest_due", "lost", "overdue_interest", "overdue_principal"),
    }
    return {name: values for name, values in lines.items() if name not in seldom or any(values)}


def column(result: dict[str, Any], payee: str, what: str) -> list[int]:
    """What one payee was due, paid, supported or refused on every date on which its step ran."""
    return [row[what] for steps in result["steps"] for row in steps if row["payee"] == payee]


@pytest.mark.parametrize(
    ("amount", "weights", "leftover", "shares"),
    [
        (3, [6, 6, 2], "first", [2, 1, 0]),  # ceil(18/14) = 2, ceil(36/14) = 3, 3
        (3, [6, 6, 2], "last", [1, 1, 1]),  # ceil(6/14) = 1, ceil(24/14) = 2, 3
        (3, [2, 6, 6], "largest", [0, 2, 1]),  # the second, the third, the first
        (5, [0, 0], "first", [0, 0]),
        (7, [0, 7], "first", [0, 7]),
    ],
)
def test_allocation_gives_the_ceiling_of_the_cumulative_share(
    amount: int, weights: list[int], leftover: str, shares: list[int]
) -> None:
    assert allocate(amount, weights, leftover) == shares


@pytest.mark.parametrize(
    ("a", "rounding", "rounded"),
    [
        (5, "half-even", 2),
        (7, "half-even", 4),
        (5, "half-up", 3),
        (7, "down", 3),
        (6, "half-up", 3),
    ],
)
def test_product_rounds_once(a: int, rounding: str, rounded: int) -> None:
    assert product(a, 1, 2, rounding) == rounded


@pytest.mark.parametrize(
    ("convention", "start", "end", "days"),
    [
        ("30/360", date(2019, 1, 31), date(2019, 3, 31), 60),
        ("30/360", date(2019, 2, 28), date(2019, 3, 31), 33),
        ("30E/360", date(2019, 2, 28), date(2019, 3, 31), 32),
        ("30E/360-ISDA", date(2019, 2, 28), date(2019, 3, 31), 30),
        ("30E/360-ISDA", date(2019, 8, 31), date(2020, 2, 29), 179),  # the legal final date
        ("30E/360-ISDA", date(2020, 8, 31), date(2021, 2, 28), 180),
    ],
)
def test_days_of_a_360_day_year(convention: str, start: date, end: date, days: int) -> None:
    assert days_360(convention, start, end, legal_final=date(2020, 2, 29)) == days


def test_actual_days_belong_to_the_year_of_their_start() -> None:
    start, end = date(2019, 12, 11), date(2020, 3, 11)  # 21 days in 2019, 31 + 29 + 10 = 70 in 2020
    parts = {
        name: year_part(name, start, end, (start, end), Conventions(end))
        for name in ("ACT/ACT-ISDA", "ACT/365F", "ACT/360")
    }
    assert parts["ACT/ACT-ISDA"] == Fraction(21, 365) + Fraction(70, 366)
    assert (parts["ACT/365F"], parts["ACT/360"]) == (Fraction(91, 365), Fraction(91, 360))


def test_months_are_cut_back_to_the_last_day() -> None:
    assert add_months(date(2019, 11, 30), 3) == date(2020, 2, 29)
    assert add_months(date(2019, 12, 31), 12) == date(2020, 12, 31)


def test_a_step_is_in_force_from_its_date() -> None:
    steps = [{"from": date(2021, 2, 1), "rate": Decimal("0.06")}]
    rule = {"kind": "step-up", "rate": Decimal("0.05"), "steps": steps}
    nobody = Vehicle.__new__(Vehicle)
    nobody.d = nobody.w = [date(2021, 1, 1)]  # no payment date is meant
    assert rate_on(nobody, "", rule, 1, date(2021, 1, 31)) == 5_000_000
    assert rate_on(nobody, "", rule, 1, date(2021, 2, 1)) == 6_000_000


def test_a_step_inside_a_period_splits_it_and_rounds_once() -> None:
    deal = parse(
        DATES
        + NOTE.replace(
            '{ kind = "fixed", rate = 0.05 }',
            '{ kind = "step-up", rate = 0.05, steps = [{ from = 2021-02-01, rate = { value = 0.06 } }] }',
        )
        + '[[priority.normal]]\npay = ["interest:A"]\n'
    )
    accrued = run(deal, every_fifth(), pool())["notes"]["A"]["accrued"]
    # 31 days at 5% and 42 at 6%: 100,000 x (1.55 + 2.52) / 365 = 407,000 / 365 = 1,115.07; then 1,200
    assert accrued == [1_115, 1_200, 1_200]


TWO_NOTES = """
[notes.A]
rank = 1
balance = 1_000
coupon = { kind = "fixed", rate = 0.05 }
[notes.A.principal]
kind = "scheduled"
payments = [{ date = 2021-03-15, amount = 400 }, { date = 2021-05-27, amount = 600 }]
[notes.B]
rank = 2
balance = 500
interest_on_unpaid = "coupon"
coupon = { kind = "fixed", rate = 0.10 }
principal = { kind = "collected" }
[[priority.normal]]
pay = ["interest:A"]
[[priority.normal]]
pay = ["principal:A"]
[[priority.normal]]
pay = ["interest:B"]
[[priority.normal]]
pay = ["principal:B"]
"""


def test_two_notes_over_three_dates() -> None:
    """Interest at 5% and 10% for a fifth of a year is 1% and 2% of the balance.

    t = 1: 1,500 + 40,000 collected. A: 1,000 of 1,000 interest, 40,000 of 40,000 principal; 500 left.
           B: 500 of 1,000 interest, 500 unpaid; due principal 40,000 (M), paid 0. M = 40,000.
    t = 2: 2,200 + 50,000. A: interest 600, 51,600 left; principal due 60,000, paid 51,600, balance 8,400.
           B: interest 1,000 + 2% of 500 + 500 = 1,510 unpaid; due principal 50,000 of M = 90,000.
    t = 3: 40,000 + 20,000 + 114, the legal final date. A: interest 84, principal 8,400; 51,630 left.
           B: interest 1,000 + 2% of 1,510 (30.2) + 1,510 = 2,540; 49,090 left for principal of 50,000.
           910 are written off. M = 90,000 + 60,000 - 49,090 = 100,910. Nothing is left to distribute.
    """
    collections = pool(
        interest=[1_500, 2_200, 0],
        principal=[40_000, 50_000, 40_000],
        recovery=[0, 0, 20_000],
        fee=[0, 0, 114],
    )
    result = run(parse(DATES + TWO_NOTES), every_fifth(), collections)
    assert told(result["notes"]["A"]) == {
        "opening": [100_000, 60_000, 8_400],
        "accrued": [1_000, 600, 84],
        "interest_on_unpaid": [0, 0, 0],
        "interest_paid": [1_000, 600, 84],
        "unpaid": [0, 0, 0],
        "principal_paid": [40_000, 51_600, 8_400],
        "residual_paid": [0, 0, 0],
        "closing": [60_000, 8_400, 0],
        "written_off": [0, 0, 0],
        "overdue_principal": [0, 8_400, 0],
    }
    assert told(result["notes"]["B"]) == {
        "opening": [50_000, 50_000, 50_000],
        "accrued": [1_000, 1_000, 1_000],
        "interest_on_unpaid": [0, 10, 30],
        "interest_paid": [500, 0, 2_540],
        "unpaid": [500, 1_510, 0],
        "principal_paid": [0, 0, 49_090],
        "residual_paid": [0, 0, 0],
        "closing": [50_000, 50_000, 910],
        "written_off": [0, 0, 910],
        "overdue_interest": [500, 1_510, 0],
        "overdue_principal": [0, 0, 910],
    }
    assert column(result, "principal:A", "due") == [40_000, 60_000, 8_400]
    assert column(result, "principal:B", "due") == [40_000, 50_000, 50_000]
    assert column(result, "interest:B", "shortfall") == [500, 1_510, 0]
    assert result["principal_distribution_left"] == [40_000, 90_000, 100_910]
    assert result["final_distribution"] == [0, 0, 0]
    assert result["priority"] == ["normal"] * 3


TRIGGERS = """
[triggers.defaults]
kind = "cumulative-default"
threshold = 0.10
priority = "acceleration"
[triggers.collections]
kind = "collections"
threshold = 0.95
cumulative = false
latched = false
[triggers.collections-seen-late]
kind = "collections"
threshold = 0.95
cumulative = false
latched = false
effect = "next-payment"
[[priority.normal]]
pay = ["interest:A"]
when = ["collections"]
[[priority.normal]]
pay = ["originator"]
[[priority.acceleration]]
pay = ["redemption:A"]
"""


def test_equality_never_breaches() -> None:
    """10% of 100,000 is 10,000, 95% of 1,000 is 950: met exactly at t = 1 and missed by 1 at t = 2."""
    collections = pool(
        interest=[950, 949, 950],
        performing=[100_000, 90_000, 89_999, 0],
        defaulted=[10_000, 1, 0],
        scheduled=[1_000, 1_000, 1_000],
    )
    result = run(parse(DATES + NOTE + TRIGGERS), every_fifth(), collections)
    assert result["triggers"]["defaults"]["breached"] == [False, True, True]
    assert result["triggers"]["collections"]["breached"] == [False, True, False]
    assert result["triggers"]["collections"]["active"] == [False, True, False]
    assert result["triggers"]["collections-seen-late"]["active"] == [False, False, True]
    assert result["priority"] == ["normal", "acceleration", "acceleration"]
    assert result["originator"] == [950, 0, 0]
    assert [row["step"] for row in result["steps"][0]] == [1]  # the first step does not run
    assert result["notes"]["A"]["principal_paid"] == [0, 949, 950]


UNDERTAKING = """
[support.undertaking]
kind = "shortfall-undertaking"
limit = 15
limit_per_payment = 8
[[priority.normal]]
pay = ["interest:A"]
support = ["undertaking"]
[[priority.normal]]
pay = ["reimbursement:undertaking"]
[[priority.normal]]
pay = ["principal:A"]
"""


def test_a_shortfall_undertaking_pays_up_to_both_limits() -> None:
    """Interest is 1,000 a date; limits 1,500 over the life and 800 a payment.

    t = 1: cash 100, 900 lacking, 800 drawn, 100 unpaid.
    t = 2: cash 0, due 1,100, drawn 1,500 - 800 = 700, 400 unpaid.
    t = 3: due 1,400, paid in cash; 1,500 are reimbursed and cannot be drawn again.
    """
    result = run(parse(DATES + NOTE + UNDERTAKING), every_fifth(), pool(interest=[100, 0, 60_000]))
    assert told(result["support"]["undertaking"]) == {
        "drawn": [800, 700, 0],
        "reimbursed": [0, 0, 1_500],
        "outstanding": [800, 1_500, 0],
        "interest_paid": [0, 0, 0],
    }
    assert column(result, "interest:A", "paid") == [100, 0, 1_400]
    assert column(result, "interest:A", "supported") == [800, 700, 0]
    assert result["notes"]["A"]["interest_paid"] == [900, 700, 1_400]
    assert result["notes"]["A"]["unpaid"] == [100, 400, 0]


CAPPED_FEE = """
[fees.trustee]
kind = "fixed"
amount = 100
vat = 0.06
surcharge = 0.12
cap = { amount = 150, per = "year" }
[[priority.normal]]
pay = ["fee:trustee"]
[[priority.normal]]
pay = ["interest:A"]
limit = { amount = 0 }
[[priority.normal]]
pay = ["fee-excess:trustee"]
"""


def test_a_capped_fee_leaves_the_excess_to_a_lower_step() -> None:
    """10,000 + 6% tax 600 + 12% surcharge on it 72 = 10,672 a date; the cap is 15,000 a calendar year.

    t = 1 (2021-08-07): 10,672 paid, 4,328 left of the cap.
    t = 2 (2021-10-19): 5,328 collected: 4,328 under the cap, 1,000 of the excess of 6,344; 5,344 unpaid.
    t = 3 (2021-12-31): nothing collected; 16,016 unpaid.
    t = 4 (2022-03-14): a new year: 26,688 unpaid, 15,000 under the cap, then 11,688.
    """
    closing = date(2021, 5, 26)
    deal = parse((DATES + NOTE + CAPPED_FEE).replace("2021-08-08", "2022-03-14"))
    deal["dates"]["closing"] = closing
    collections = pool(periods=4, interest=[10_672, 5_328, 0, 30_000])
    result = run(deal, every_fifth(4, closing), collections)
    assert result["fees"]["trustee"] == {
        "accrued": [10_672] * 4,
        "paid": [10_672, 5_328, 0, 26_688],
        "unpaid": [0, 5_344, 16_016, 0],
        "pending": [0] * 4,
    }
    assert column(result, "fee:trustee", "due") == [10_672, 4_328, 0, 15_000]
    assert column(result, "fee-excess:trustee", "due") == [0, 6_344, 16_016, 11_688]
    assert result["final_distribution"] == [0, 0, 0, 30_000 - 26_688]


RESERVE_AND_CALL = """
[accounts.reserve]
kind = "reserve"
opening = 10
funding = "proceeds"
target = { kind = "percent", of = ["A"], rate = 0.02, cap = 15 }
[clean_up_call]
threshold = 0.10
[[priority.normal]]
pay = ["interest:A", "principal:A"]
from = ["collection", "reserve"]
limit = { percent = 0.5, of = "available" }
unless = ["late"]
[[priority.normal]]
pay = ["interest:A", "principal:A"]
when = ["late"]
[[priority.normal]]
pay = ["reserve:reserve"]
[[priority.normal]]
pay = ["release:reserve"]
[[priority.normal]]
pay = ["originator"]
[triggers.late]
kind = "date"
date = 2021-05-27
"""


def test_a_reserve_and_a_clean_up_call() -> None:
    """The call is met exactly at t = 2: 10,000 performing is 10% of 100,000.

    t = 1: 81,001 principal and the reserve's 1,000 are there; the step may pay floor(82,001 / 2) = 41,000:
           1,000 interest and 40,000 principal, balance 60,000. Target 2% = 1,200: 200 in; originator 39,801.
    t = 2: 60,600 collected, price 10,000; interest 600 + balance 60,000 against 71,800 in all: exercised.
           600 and 60,000 are paid from the collection account, 10,000 of it and the reserve's 1,200 to the originator.
    t = 3: the pool is gone: its 5,000 do not arrive.
    """
    collections = pool(principal=[81_001, 60_600, 5_000], performing=[100_000, 19_000, 10_000, 5_000])
    result = run(parse(DATES + NOTE + RESERVE_AND_CALL), every_fifth(), collections)
    assert result["call"] == [False, True, False]
    assert result["call_price"] == [0, 10_000, 0]
    assert result["notes"]["A"]["principal_paid"] == [40_000, 60_000, 0]
    assert told(result["accounts"]["reserve"]) == {
        "opening": [1_000, 1_200, 0],
        "in": [200, 0, 0],
        "out": [0, 1_200, 0],
        "closing": [1_200, 0, 0],
    }
    assert result["accounts"]["collection"]["in"] == [81_001, 70_600, 0]
    assert result["originator"] == [39_801, 11_200, 0]


SHARED_PRINCIPAL = """
[notes.B]
rank = 1
balance = 500
principal = { kind = "collected" }
[support.first]
kind = "shortfall-undertaking"
limit = 0.10
[support.second]
kind = "shortfall-undertaking"
[[priority.normal]]
pay = ["principal:A", "principal:B"]
split = "pari-passu"
support = ["first", "second"]
member_limits = { "principal:A" = { percent = 0.5, of = "due" } }
"""


def test_collected_notes_share_principal_and_supports_follow_one_another() -> None:
    """M is shared by balance, two to one, then A's share is cut by half.

    t = 1: M = 100: ceil(66.67) = 67 and 33; 67 is cut to floor(33.5) = 33. All 66 are cash.
    t = 2: M = 34: 23 and 11; 23 is cut to 11. Of 34 in cash 22 are paid.
    t = 3: all is due: A 99,956 / 2 = 49,978, B 49,956. Cash 12: ceil(12 x 49,978 / 99,934) = 7, and 5.
           Lacking 49,971 and 49,951: the first support's 10 split into ceil(5.001) = 6 and 4, the second
           pays the other 49,965 and 49,947.
    """
    deal = parse(DATES + NOTE + SHARED_PRINCIPAL)
    result = run(deal, every_fifth(), pool(principal=[100, 0, 0]))
    assert [(row["due"], row["paid"]) for row in result["steps"][0]] == [(33, 33), (33, 33)]
    assert [(row["due"], row["paid"]) for row in result["steps"][1]] == [(11, 11), (11, 11)]
    assert result["principal_distribution_left"] == [34, 12, 0]
    assert [(row["due"], row["paid"], row["supported"]) for row in result["steps"][2]] == [
        (49_978, 7, 49_971),
        (49_956, 5, 49_951),
    ]
    assert result["support"]["first"]["drawn"] == [0, 0, 10]
    assert result["support"]["second"]["drawn"] == [0, 0, 49_965 + 49_947]
    assert result["notes"]["A"]["written_off"] == [0, 0, 49_978]


COVERAGE = """
[accounts.reserve]
kind = "reserve"
opening = 5
funding = "outside"
target = { kind = "months-of-interest", months = 3, notes = ["A"], zero_at = [] }
[fees.custody]
kind = "percent-of-balance"
base = "notes"
rate = 0.01
payable = "3M"
from = 2021-01-11
[fees.set-up]
kind = "one-off"
amount = 1
date = 2020-12-01
[fees.service]
kind = "percent-of-collections"
rate = 0.06
inclusive = true
streams = ["interest"]
[triggers.dscr]
kind = "coverage"
measure = "DSCR"
rank = 1
threshold = 1.20
test = "after-payment"
latched = false
[triggers.ic]
kind = "coverage"
measure = "IC"
rank = 1
threshold = 1.70
with_support = true
latched = false
[triggers.oc]
kind = "coverage"
measure = "OC"
rank = 1
threshold = 1.10
latched = false
[triggers.unpaid]
kind = "unpaid-interest"
notes = ["A"]
latched = false
[[priority.normal]]
pay = ["fee:set-up", "fee:custody", "fee:service"]
split = "pari-passu"
[[priority.normal]]
pay = ["interest:A"]
[[priority.normal]]
pay = ["transfer:reserve"]
when = ["unpaid"]
[[priority.normal]]
pay = ["reserve:reserve"]
"""


def test_measures_and_fees_of_every_kind() -> None:
    """Interest of A is 1,000 a date; its principal of 100,000 is due on the last date, and no step pays it.

    Fees, t = 1: set-up 100, its date has passed. Custody from 11 January, 63 days: 100,000 x 0.01 x 63 / 365
           = 172.6, so 173, waiting for 1 April. Service 1,060 x 0.06 / 1.06 = 60.
           t = 2: custody 200, due with the 173. t = 3: custody 200, due on d_T. Service 60.
    Cash,  t = 1: 1,360 - 160 - 1,000 = 200 to the reserve, whose target is 100,000 x 0.05 x 3 / 12 = 1,250.
           t = 2: 373 - 373 = 0; interest 1,000 unpaid. t = 3: 1,060 - 260 = 800 of interest of 2,000.
    DSCR,  t = 1: (1,360 - 160) / 1,000 = 1.2, equal: passes. t = 2: 0. t = 3: 800 / (2,000 + 100,000).
    IC,    with the reserve: t = 1: (1,200 + 500) / 1,000 = 1.7, equal: passes. t = 2: (0 + 700) / 1,000.
           t = 3: (800 + 700) / 2,000.
    OC,    t = 1: 110,000 / 100,000 = 1.1, equal: passes. t = 2: 1.09999 fails. t = 3: passes.
    """
    deal = parse(DATES + NOTE.replace('"collected"', '"bullet", date = 2021-08-08') + COVERAGE)
    collections = pool(
        interest=[1_060, 0, 1_060],
        prepayment=[300, 373, 0],
        performing=[120_000, 110_000, 109_999, 110_000],
    )
    result = run(deal, every_fifth(), collections)
    assert result["fees"]["set-up"]["paid"] == [100, 0, 0]
    assert result["fees"]["custody"]["accrued"] == [173, 200, 200]
    assert result["fees"]["custody"]["pending"] == [173, 0, 0]
    assert result["fees"]["custody"]["paid"] == [0, 373, 200]
    assert result["fees"]["service"]["paid"] == [60, 0, 60]
    assert result["triggers"]["dscr"]["breached"] == [False, True, True]
    assert result["triggers"]["dscr"]["active"] == [False, False, True]
    assert result["triggers"]["ic"]["breached"] == [False, True, True]
    assert result["triggers"]["oc"]["breached"] == [False, True, False]
    assert result["notes"]["A"]["unpaid"] == [0, 1_000, 1_200]
    assert result["triggers"]["unpaid"]["breached"] == [False, True, True]
    assert result["triggers"]["unpaid"]["active"] == [False, False, True]
    assert column(result, "transfer:reserve", "due") == [0]
    assert result["accounts"]["reserve"]["closing"] == [700, 700, 0]
    assert result["final_distribution"] == [0, 0, 700]
