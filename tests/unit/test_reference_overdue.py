"""What is overdue by the reference interpreter, by hand for each kind of note; minor units."""

from __future__ import annotations

from typing import Any

import pytest

from securitize.reference.interpreter import run
from tests.unit.test_reference_interpreter import DATES, every_fifth, parse, pool

#: Interest of 1% of 1,000.00 a date, principal last.
NOTE = """
[notes.A]
rank = 1
balance = 1_000
{terms}
coupon = {{ kind = "fixed", rate = 0.05 }}
principal = {principal}
[[priority.normal]]
pay = ["interest:A"]
[[priority.normal]]
pay = ["put:A"]
[[priority.normal]]
pay = ["principal:A"]
{more}
"""
BULLET = '{ kind = "bullet", date = 2021-05-27 }'
SCHEDULED = """{ kind = "scheduled", payments = [
  { date = 2021-03-15, amount = 400 }, { date = 2021-05-27, amount = 600 }
] }"""
COLLECTED = '{ kind = "collected" }'


def overdue(terms: str, kind: str, more: str = "", **streams: Any) -> tuple[list[int], list[int]]:
    """Both lines of the note over three dates: 2021-03-15, 2021-05-27, 2021-08-08."""
    deal = parse(DATES + NOTE.format(terms=terms, principal=kind, more=more))
    lines: dict[str, Any] = run(deal, every_fifth(), pool(performing=[100_000] * 4, **streams))["notes"]["A"]
    return lines["overdue_interest"], lines["overdue_principal"]


@pytest.mark.parametrize(
    ("principal", "principal_overdue"),
    [
        # t = 1: 500 of 1,000 interest. t = 2: 1,500 + 20,000, of 1,500 + what is due. t = 3: the rest is short.
        (SCHEDULED, [40_000, 80_000, 71_300]),
        (BULLET, [0, 80_000, 71_300]),
        (COLLECTED, [0, 0, 71_300]),
        ('{ kind = "turbo" }', [0, 0, 71_300]),
        ('{ kind = "target", share = 0.5 }', [0, 0, 71_300]),
    ],
    ids=["scheduled", "bullet", "collected", "turbo", "target"],
)  # fmt: skip
def test_each_kind_of_note(principal: str, principal_overdue: list[int]) -> None:
    """Balance after t = 2 80,000; t = 3 brings 9,500: interest 800, principal 8,700, 71,300 is left."""
    found = overdue("", principal, interest=[500, 1_500, 800], principal=[0, 20_000, 8_700])
    assert found == ([500, 0, 0], principal_overdue)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("deferrable = true", [0, 0, 3_000]),  # only on the legal final date
        ('unpaid_interest = "capitalised"', [0, 0, 1_020]),  # 1,020.10 of interest on 102,010, in whole fen
        ('unpaid_interest = "capitalised"\ncapitalise_until = 2021-03-15', [0, 1_010, 2_020]),
        ("", [1_000, 2_000, 3_000]),
    ],
    ids=["deferrable", "capitalised", "capitalised-until", "neither"],
)
def test_interest_that_the_terms_let_wait_is_not_overdue(terms: str, expected: list[int]) -> None:
    assert overdue(terms, COLLECTED)[0] == expected


def test_a_put_that_is_not_paid_is_overdue_and_joins_no_schedule() -> None:
    """30% of 100,000 is put on 2021-03-15, 10,000 of it are paid; at t = 2 the bullet asks for all 90,000."""
    puts = "puts = [{ date = 2021-03-10, share = 0.3 }]"
    found = overdue(puts, BULLET, interest=[1_000, 900, 900], principal=[10_000, 0, 0])
    assert found == ([0, 0, 0], [20_000, 90_000, 90_000])
    assert overdue(puts, COLLECTED, interest=[1_000] * 3)[1] == [30_000, 30_000, 100_000]


def test_early_repayment_makes_nothing_overdue_and_a_call_everything() -> None:
    early = '[triggers.e]\nkind = "date"\ndate = 2021-01-02\nearly_repayment = true\npriority = "normal"'
    assert overdue("", COLLECTED, early, interest=[1_000] * 3)[1] == [0, 0, 100_000]
    called = '[clean_up_call]\nthreshold = 1\nprice = 0.4\ncondition = "none"\nfirst_date = 2021-05-27'
    found = overdue("deferrable = true", COLLECTED, called, interest=[0, 0, 0])
    # t = 2: 40,000 of the price pay 2,000 of interest and 38,000 of principal.
    assert found == ([0, 0, 620], [0, 62_000, 62_000])


def test_certificates_make_less_than_one_step_count_nothing() -> None:
    """Ten certificates of 100.00 paid by 1.00: q = 1,000 fen; 1,000.00 at 5% is 1,000 a date."""
    terms = "certificates = { face = 100, unit = 1 }"
    amounts = "payments = [{ date = 2021-03-15, amount = 5 }, { date = 2021-08-08, amount = 995 }]"
    schedule = f'{{ kind = "scheduled", {amounts} }}'
    # 500 of principal are due at t = 1, and never a whole step.
    assert overdue(terms, schedule, interest=[1_000, 1_000, 1_000])[1] == [0, 0, 100_000]
    assert overdue("", schedule, interest=[1_000, 1_000, 1_000])[1] == [500, 500, 100_000]


def test_a_trigger_on_unpaid_principal_sees_what_is_overdue() -> None:
    trigger = '[triggers.late]\nkind = "unpaid-principal"\nnotes = ["A"]\nlatched = false'
    deal = parse(DATES + NOTE.format(terms="", principal=BULLET, more=trigger))
    collections = pool(interest=[0, 2_000, 1_000], principal=[0, 0, 100_000])
    lines = run(deal, every_fifth(), collections)["triggers"]["late"]
    assert lines["breached"] == [False, True, False]  # unpaid interest at t = 1 is none of its business


def test_a_note_without_face_owes_nothing() -> None:
    text = DATES + NOTE.format(terms="", principal=COLLECTED, more="").replace("1_000", "0")
    lines = run(parse(text), every_fifth(), pool(interest=[5, 5, 5]))["notes"]["A"]
    assert (lines["overdue_interest"], lines["overdue_principal"]) == ([0, 0, 0], [0, 0, 0])
