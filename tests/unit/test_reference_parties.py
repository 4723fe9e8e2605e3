"""An account bank that fails, and a party's capacity, by the reference interpreter and by hand; minor units."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from securitize.reference.interpreter import run, state_at
from tests.unit.test_reference_interpreter import DATES, column, every_fifth, parse, pool, told

ONE = 10**8

#: The reserve keeps 1,000.00 and earns 1% a date; interest of the note is 1% of 1,000.00 a date.
BANK = """
[accounts.reserve]
kind = "reserve"
opening = 1_000
party = "bank"
target = { kind = "fixed", amount = 1_000, zero_at = [] }
interest = { kind = "fixed", rate = 0.05, day_count = "ACT/365F" }
[notes.A]
rank = 1
balance = 1_000
coupon = { kind = "fixed", rate = 0.05 }
principal = { kind = "collected" }
[[priority.normal]]
pay = ["interest:A"]
from = ["reserve", "collection"]
[[priority.normal]]
pay = ["principal:A"]
"""


def fails(account: str, pays: list[int], held: list[int]) -> dict[str, Any]:
    """What the interpreter is told of an account whose bank fails."""
    return {"account_pays": {account: pays}, "held": {account: held}}


def test_a_failed_bank_pays_its_share_of_the_balance_once_and_of_what_it_holds() -> None:
    """At t = 2 the bank pays 30%.

    t = 1: 100,000 + 1,000 earned, less 1,000 of interest. t = 2: 70,000 lost, 300 earned on 30,000, 1,000 paid.
    t = 3: nothing more is lost of the balance; interest on 29,300 is 293.
    """
    told_of = fails("reserve", [ONE, 30_000_000, 30_000_000], [0, 0, 0])
    result = run(parse(DATES + BANK), every_fifth(), pool() | told_of)
    reserve = told(result["accounts"]["reserve"])
    assert reserve["lost"] == [0, 70_000, 0]
    assert reserve["interest"] == [1_000, 300, 293]
    assert reserve["closing"] == [100_000, 29_300, 0]
    assert result["final_distribution"] == [0, 0, 28_593]


def test_cash_held_on_the_day_is_lost_on_the_dates_that_pay_it() -> None:
    """The main account: 5,000 of 6,000 of period 2 and 400 of period 3 were there on the day; half comes.

    Streams are seen as collected: M is 6,000 at t = 2, of which 3,500 are paid.
    """
    told_of = fails("collection", [ONE, ONE // 2, ONE // 2], [0, 5_000, 400])
    deal = parse(DATES + BANK.replace('from = ["reserve", "collection"]', 'from = ["reserve"]'))
    result = run(deal, every_fifth(), pool(principal=[2_000, 6_000, 1_000]) | told_of)
    main = result["accounts"]["collection"]
    assert main["lost"] == [0, 2_500, 200]
    assert column(result, "principal:A", "paid") == [2_000, 3_500, 800]
    assert result["principal_distribution_left"] == [0, 2_500, 2_700]
    assert result["streams"]["principal"] == [2_000, 6_000, 1_000]


def test_a_bank_that_fails_before_closing_takes_the_opening_and_a_state_says_what_is_taken() -> None:
    told_of = fails("reserve", [0, 0, 0], [0, 0, 0])
    deal, dates = parse(DATES + BANK), every_fifth()
    collections = pool(interest=[1_500] * 3) | told_of
    whole = run(deal, dates, collections)
    assert whole["accounts"]["reserve"]["lost"] == [100_000, 0, 0]
    state = state_at(deal, dates, collections, 1)
    assert state["accounts"]["reserve"]["failed"] is True
    rolled = run(deal, dates, collections, state)
    assert rolled["accounts"]["reserve"]["lost"] == [None, 0, 0]
    state["accounts"]["reserve"] = {"balance": Decimal(500)}  # not taken yet: lost on the next date
    assert run(deal, dates, collections, state)["accounts"]["reserve"]["lost"] == [None, 50_000, 0]


def test_what_is_held_is_at_most_what_the_account_gets_today() -> None:
    told_of = fails("reserve", [0, 0, 0], [7, 7, 7])
    deal = parse(DATES + BANK) | {"collections": {"recovery": "reserve"}}
    result = run(deal, every_fifth(), pool(recovery=[7, 5, 9], interest=[1_500] * 3) | told_of)
    assert result["accounts"]["reserve"]["lost"] == [100_007, 5, 7]


CAPACITY = """
[[parties]]
id = "guarantor"
capacity = 100
[support.undertaking]
kind = "shortfall-undertaking"
party = "guarantor"
reinstates = true
[support.guarantee]
kind = "guarantee"
party = "guarantor"
limit = 30
[notes.A]
rank = 1
balance = 1_000
coupon = { kind = "fixed", rate = 0.05 }
principal = { kind = "collected" }
[triggers.cover]
kind = "coverage"
measure = "DSCR"
rank = 1
threshold = 5
with_support = true
latched = false
[[priority.normal]]
pay = ["interest:A"]
support = ["guarantee", "undertaking"]
[[priority.normal]]
pay = ["reimbursement:undertaking"]
[[priority.normal]]
pay = ["principal:A"]
"""


def test_a_capacity_caps_recoveries_first_then_supports() -> None:
    """Capacity 10,000; interest 1,000 a date and limit of the guarantee 3,000.

    t = 1: the party's recovery of 6,000 of 6,500 comes: M 6,500, cash 6,500, interest 1,000, principal 5,500.
    t = 2: nothing collected, 945 of interest from the guarantee; left 10,000 - 6,000 - 945 = 3,055.
    t = 3: of 4,000 recovered 3,055 come; interest 945 of it.
    """
    told_of = {"recovered": {"guarantor": [6_000, 0, 4_000]}}
    result = run(parse(DATES + CAPACITY), every_fifth(), pool(recovery=[6_500, 0, 4_000]) | told_of)
    assert result["streams"]["recovery"] == [6_500, 0, 3_055]
    assert result["parties"]["guarantor"] == {
        "recoveries_due": [6_000, 0, 4_000],
        "recoveries": [6_000, 0, 3_055],
        "supported": [0, 945, 0],
        "paid": [6_000, 6_945, 10_000],
        "left": [4_000, 3_055, 0],
    }
    assert column(result, "principal:A", "due") == [6_500, 1_000, 94_500]  # all on the last date
    # With support: t = 1: 6,500 + 4,000 over 1,000; t = 2: 0 + 4,000 over 945; t = 3: 3,055 over 945 + 94,500.
    assert result["triggers"]["cover"]["breached"] == [False, True, True]


def test_only_what_a_reinstating_support_gets_back_is_capacity_again() -> None:
    """The undertaking pays 1,000 at t = 1 and gets it back at t = 2; 500 stay in the account for t = 3."""
    text = CAPACITY.replace('support = ["guarantee", "undertaking"]', 'support = ["undertaking"]')
    collections = pool(interest=[0, 2_500, 0])
    result = run(parse(DATES + text), every_fifth(), collections)
    assert result["support"]["undertaking"]["drawn"] == [1_000, 0, 500]
    assert result["parties"]["guarantor"]["paid"] == [1_000, 0, 500]
    result = run(parse(DATES + text.replace("reinstates = true\n", "")), every_fifth(), collections)
    assert result["parties"]["guarantor"]["paid"] == [1_000, 1_000, 1_500]


def test_a_state_carries_what_a_party_paid() -> None:
    told_of = {"recovered": {"guarantor": [6_000, 0, 4_000]}}
    deal, dates = parse(DATES + CAPACITY), every_fifth()
    collections = pool(recovery=[6_500, 0, 4_000]) | told_of
    whole, state = run(deal, dates, collections), state_at(deal, dates, collections, 2)
    assert state["parties"] == {"guarantor": {"paid": Decimal(60)}}
    rolled = run(deal, dates, collections, state)
    for line, values in whole["parties"]["guarantor"].items():
        assert rolled["parties"]["guarantor"][line][2] == values[2], line
    assert rolled["accounts"]["collection"]["closing"][2] == whole["accounts"]["collection"]["closing"][2]


@pytest.mark.parametrize(
    ("table", "word"), [("held", "account"), ("account_pays", "account"), ("recovered", "party")]
)
def test_an_unknown_account_or_party_is_refused(table: str, word: str) -> None:
    with pytest.raises(ValueError, match=re.compile(f"no such {word}.*: stub")):
        run(parse(DATES + CAPACITY), every_fifth(), pool() | {table: {"stub": [0, 0, 0]}})
