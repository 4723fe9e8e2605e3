"""What a note loses, worked by hand in minor units: lent, principal, the rest, and present value at its own coupon."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.state import State
from securitize.waterfall.execute import pay
from securitize.waterfall.measures import NoteMeasures, measure_note
from securitize.waterfall.plan import build_plan
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.seasoning import from_state
from tests.properties.comparison import as_tuples, engine_inputs, resolved
from tests.properties.generated_deals import GeneratedDeal
from tests.unit import hand_deals

NOTE = """
[notes.A]
rank = 1
balance = 1_000
day_count = "ACT/365F"
coupon = { kind = "fixed", rate = 0.05 }
principal = { kind = "turbo" }
"""
STEPS = """
[[priority.normal]]
pay = ["interest:A"]
[[priority.normal]]
pay = ["principal:A"]
[[priority.normal]]
pay = ["originator"]
"""


def case_of(note: str, cash: list[int], dates: dict[str, list[date]] | None = None) -> GeneratedDeal:
    return hand_deals.case_of(note + STEPS, [{"interest": cash}], dates)


def measured(deal: ResolvedDeal, inputs: dict[str, Int64]) -> NoteMeasures:
    return measure_note(deal, pay(build_plan(record_payment_date(deal)), inputs), "A")


def lost(case: GeneratedDeal) -> tuple[int, int, float]:
    found = measured(resolved(case), engine_inputs(case))
    return int(found.principal_loss[0]), int(found.interest_loss[0]), float(found.present_value_loss[0])


CAPITALISING = NOTE.replace("day_count", 'unpaid_interest = "capitalised"\nday_count')


def test_a_note_on_time_at_its_coupon_loses_exactly_nothing() -> None:
    """Stub periods of 31, 90 and 97 days on 1,000.03: 424.67, 1,232.91 and 1,328.81 are rounded; no float is 0 here."""
    days = [date(2021, 1, 1), date(2021, 2, 1), date(2021, 5, 2), date(2021, 8, 7)]
    dates = {"payment": days[1:], "accrual": days, "collection": days}
    note = NOTE.replace("1_000", "1_000.03").replace('"turbo"', '"bullet", date = 2021-08-07')
    assert lost(case_of(note, [425, 1_233, 1_329 + 100_003], dates)) == (0, 0, 0.0)
    # Interest is paid first: one fen less is one of principal, and of present value at the end.
    principal, interest, value = lost(case_of(note, [425, 1_233, 1_328 + 100_003], dates))
    growth = (1 + 0.05 * 31 / 365) * (1 + 0.05 * 90 / 365) * (1 + 0.05 * 97 / 365)
    assert (principal, interest) == (1, 0)
    assert value == pytest.approx(1 / 100_003 / growth, rel=1e-8)


def test_a_plain_note_loses_what_is_written_off() -> None:
    """1% a date on 100,000, 60,000 of it never paid: (1 - 0.99...) V = 1,000/1.01 + 1,000/1.01^2 + 41,000/1.01^3."""
    principal, interest, value = lost(
        case_of(NOTE.replace('"turbo"', '"bullet", date = 2021-08-08'), [1_000, 1_000, 41_000])
    )
    assert (principal, interest) == (60_000, 0)
    assert value == pytest.approx(1 - (1_000 / 1.01 + 1_000 / 1.01**2 + 41_000 / 1.01**3) / 100_000, rel=1e-9)


def test_interest_that_joined_the_balance_was_never_lent() -> None:
    """t = 1: nothing comes, 1,000 joins: 101,000. t = 2: 1,010 and 40,000: 61,000. t = 3: 610 and 10,000.

    Written off 51,000: of the 100,000 lent 50,000 came back; the other 1,000 is interest.
    """
    principal, interest, value = lost(case_of(CAPITALISING, [0, 41_010, 10_610]))
    assert (principal, interest) == (50_000, 1_000)
    assert value == pytest.approx(0.51 / 1.01**3, rel=1e-9)


def test_of_a_rolled_note_lent_is_what_stands_in_its_state() -> None:
    """The same from t = 2 on: the 1,000 is capital by now, so 101,000 was lent and 51,000 is lost."""
    case = case_of(CAPITALISING, [0, 41_010, 10_610])
    state = State.model_validate(
        as_tuples(
            {
                "as_of": case.schedule["payment"][0],
                "notes": {"A": {"balance": Decimal(1_010), "capitalised": Decimal(10)}},
            }
        )
    )
    rest = {name: values[:, 1:].copy() for name, values in engine_inputs(case).items()}
    found = measured(from_state(resolved(case), state), rest)
    assert (found.principal_loss[0], found.interest_loss[0]) == (51_000, 0)
    assert found.present_value_loss[0] == pytest.approx(51 / 101 / 1.01**2, rel=1e-9)


def test_a_settlement_writes_off_principal_and_interest() -> None:
    """t = 2: 40% of 100,000 and the 1,000 accrued are written off, 60,000 is paid."""
    note = NOTE.replace("[notes.A]", "[notes.A]\nsettlement = { date = 2021-05-27, share = 0.6 }").replace(
        '"turbo"', '"bullet", date = 2021-08-08'
    )
    principal, interest, value = lost(case_of(note, [1_000, 60_000, 0]))
    assert (principal, interest) == (40_000, 1_000)
    assert value == pytest.approx(0.41 / 1.01**2, rel=1e-9)


def test_interest_that_waits_and_bears_none_costs_present_value_alone() -> None:
    """1,000 of t = 1 comes with t = 2: 101,000 x 1.01 - 2,000 = 100,010; x 1.01 - 101,000 = 10."""
    note = NOTE.replace('"turbo"', '"bullet", date = 2021-08-08')
    principal, interest, value = lost(case_of(note, [0, 2_000, 101_000]))
    assert (principal, interest) == (0, 0)
    assert value == pytest.approx(10 / 100_000 / 1.01**3, rel=1e-9)
