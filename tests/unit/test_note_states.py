"""Overdue amounts and states of notes, worked by hand for each kind of note, on dates that a weekend moves.

Payment dates as written are 2020-02-29 (a Saturday), 2020-06-30, 2020-10-31 (a Saturday) and 2021-03-31: payments
are made on the Monday after, so that 120, 125 and 149 days lie between them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import NoteState, State
from securitize.definitions.figures import STREAMS
from securitize.market.schedules import deal_schedule
from securitize.waterfall.execute import pay, plan_inputs
from securitize.waterfall.measures import measure_note, measures_of_totals
from securitize.waterfall.note_states import NoteStates, longest_spell, states_of
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.seasoning import from_state

D = dt.date
PAID = (D(2020, 3, 2), D(2020, 6, 30), D(2020, 11, 2), D(2021, 3, 31))
EACH = {"kind": "scheduled", "payments": tuple({"date": day, "amount": 250_000} for day in (
    D(2020, 2, 29), D(2020, 6, 30), D(2020, 10, 31), D(2021, 3, 31)))}  # fmt: skip
AT_THE_END = {"kind": "bullet", "date": D(2021, 3, 31)}
#: 1% for each month of interest.
TWELVE = {"kind": "fixed", "rate": Decimal("0.12")}
Found = tuple[NoteStates, dict[str, list[int]]]


def deal(note: Mapping[str, Any], pay_: Sequence[str], **more: Any) -> dict[str, Any]:
    """A note of 1,000,000.00, without coupon where none is given, and the payees of one step each."""
    whole = {"rank": 1, "balance": 1_000_000, "day_count": "30E/360-ISDA", "coupon": {"kind": "zero"}, **note}
    days = (D(2020, 2, 29), D(2020, 6, 30), D(2020, 10, 31), D(2021, 3, 31))
    return {
        "name": "sample",
        "pool": "sample",
        "dates": {
            "cut_off": D(2019, 12, 31),
            "closing": D(2019, 12, 31),
            "legal_final": days[-1],
            "calendar": "weekends",
            "payment": {"dates": days, "adjustment": "following"},
            "collection": {"days_before": 0},
        },
        "accounts": {"main": {"kind": "collection"}},
        "notes": {"A": whole},
        "priority": {"normal": tuple({"name": payee, "pay": (payee,)} for payee in pay_)},
        **more,
    }


def run(
    raw: dict[str, Any],
    collected: Sequence[int],
    performing: Sequence[int] = (1_000_000,) * 5,
    state: State | None = None,
) -> Found:
    """The state of note A and its overdue amounts in currency units, with ``collected`` on each date."""
    definition = Deal.model_validate(raw)
    schedule = deal_schedule(definition.dates)
    resolved = resolve_deal(definition, schedule, performing[0] * 100, [0] * schedule.periods)
    if state is not None:
        resolved = from_state(resolved, state)
    periods = len(resolved.schedule.payment)
    streams = {stream: np.zeros((1, periods), np.int64) for stream in STREAMS}
    streams["principal"][0] = np.array(collected) * 100
    balance = np.array([performing[-periods - 1 :]], np.int64) * 100
    inputs = plan_inputs(streams, balance, np.zeros((1, periods), np.int64))
    lines: dict[Line, Int64] = pay(build_plan(record_payment_date(resolved)), inputs)
    found = states_of(resolved, lines, "A")
    amounts = {
        name: [
            value // 100 if value % 100 == 0 else value / 100
            for value in lines["note", "A", name][0].tolist()
        ]
        for name in ("overdue_interest", "overdue_principal")
    }
    amounts["breached"] = [int(v) for v in lines.get(("trigger", "overdue", "breached"), np.zeros((1, 0)))[0]]
    _totals_agree(resolved, inputs, lines)
    return found, amounts


def _totals_agree(resolved: Any, inputs: Any, lines: Mapping[Line, Int64]) -> None:
    """What the totals of a path say of lateness is what its lines say."""
    from securitize.waterfall.execute import run_blocks
    from securitize.waterfall.losses import lent

    plan = build_plan(record_payment_date(resolved, with_totals=True), lines=[])
    source = {name: np.ascontiguousarray(values.T) for name, values in inputs.items()}
    (totals,) = run_blocks(plan, 1, lambda *_: source, lambda *args: args[3].copy())
    whole = lent(resolved, "A")
    summed = measures_of_totals(dict(zip(plan.totals, totals, strict=True)), "A", whole, whole)
    alone, found = measure_note(resolved, lines, "A"), states_of(resolved, lines, "A")
    assert summed.largest_overdue.tolist() == alone.largest_overdue.tolist() == found.largest_overdue.tolist()
    assert (summed.late.tolist(), summed.loses.tolist()) == (found.late.tolist(), found.loses.tolist())


def told(found: NoteStates) -> tuple[Any, ...]:
    """State, what is lost, first late date, days and largest amount (currency units)."""
    columns = found.columns(0)
    names = ("state", "loses_what", "first_late_date", "days_late", "largest_overdue")
    state, what, first, days, largest = (columns[name] for name in names)
    return state, what, first, days, None if largest is None else Decimal(int(str(largest))) / 100


ON_TIME = ("on-time", None, None, 0, 0)


def test_a_scheduled_note_is_late_until_it_has_caught_up() -> None:
    found, amounts = run(deal({"principal": EACH}, ["principal:A"]), [200_000, 250_000, 300_000, 250_000])
    assert amounts["overdue_principal"] == [50_000, 50_000, 0, 0]
    assert told(found) == ("late", None, PAID[0], 245, 50_000)
    assert found.holds(0) is False


def test_a_scheduled_note_that_is_paid_early_owes_nothing() -> None:
    assert (
        told(run(deal({"principal": EACH}, ["redemption:A"]), [600_000, 0, 150_000, 250_000])[0]) == ON_TIME
    )


def test_a_bullet_paid_a_date_late() -> None:
    raw = deal({"principal": {"kind": "bullet", "date": D(2020, 10, 31)}}, ["principal:A"])
    found, amounts = run(raw, [0, 0, 400_000, 600_000])
    assert amounts["overdue_principal"] == [0, 0, 600_000, 0]
    assert told(found) == ("late", None, PAID[2], 149, 600_000)


@pytest.mark.parametrize(
    "principal", [{"kind": "collected"}, {"kind": "turbo"}, {"kind": "target", "share": Decimal("0.9")}]
)
def test_a_note_without_schedule_owes_principal_on_the_last_date_alone(principal: dict[str, Any]) -> None:
    raw = deal({"principal": principal}, ["principal:A"])
    shrinking = [1_000_000, 800_000, 600_000, 400_000, 0]
    found, amounts = run(raw, [100_000, 0, 0, 900_000], shrinking)
    assert amounts["overdue_principal"] == [0, 0, 0, 0]
    assert told(found) == ON_TIME
    assert found.holds(0) is True
    found, amounts = run(raw, [100_000, 0, 0, 850_000], shrinking)
    assert amounts["overdue_principal"] == [0, 0, 0, 50_000]
    assert told(found) == ("loses", "principal", PAID[3], 0, 50_000)


def test_what_is_put_and_not_paid_is_overdue_until_it_is() -> None:
    put = {"puts": ({"date": D(2020, 6, 30), "share": Decimal("0.4")},)}
    raw = deal({"principal": AT_THE_END, **put}, ["put:A", "principal:A"])
    found, amounts = run(raw, [0, 300_000, 100_000, 600_000])
    assert amounts["overdue_principal"] == [0, 100_000, 0, 0]
    assert told(found) == ("late", None, PAID[1], 125, 100_000)


def test_of_a_put_and_a_schedule_the_greater_is_overdue() -> None:
    # After t = 2 the schedule lacks 500,000 - 250,000, of the 400,000 that are put 150,000 are not paid.
    put = {"puts": ({"date": D(2020, 6, 30), "share": Decimal("0.4")},)}
    raw = deal({"principal": EACH, **put}, ["put:A"])
    assert run(raw, [0, 250_000, 0, 0])[1]["overdue_principal"][:2] == [250_000, 250_000]
    # By paying 200,000 of the put the note of 800,000 is 300,000 behind; of 900,000 put 700,000 are not paid.
    put = {"puts": ({"date": D(2020, 6, 30), "share": Decimal("0.9")},)}
    raw = deal({"principal": EACH, **put}, ["put:A"])
    assert run(raw, [0, 200_000, 0, 0])[1]["overdue_principal"][:2] == [250_000, 700_000]


def test_from_an_exercised_call_on_all_of_a_note_is_due() -> None:
    call = {"threshold": 1, "price": Decimal("0.5"), "condition": "none", "first_date": D(2020, 6, 30)}
    raw = deal({"principal": {"kind": "turbo"}}, ["principal:A"], clean_up_call=call)
    found, amounts = run(raw, [0, 0, 0, 0])
    assert amounts["overdue_principal"] == [0, 500_000, 500_000, 500_000]
    assert told(found) == ("loses", "principal", PAID[1], 274, 500_000)


def test_an_issuers_call_that_is_paid_in_full_leaves_nothing_overdue() -> None:
    raw = deal({"principal": AT_THE_END}, ["principal:A"], issuer_call={"date": D(2020, 6, 30), "price": 1})
    assert told(run(raw, [0, 0, 0, 0])[0]) == ON_TIME


def test_unpaid_interest_is_overdue() -> None:
    raw = deal({"principal": AT_THE_END, "coupon": TWELVE}, ["interest:A", "principal:A"])
    # Two months of 1% are due at first; four months more with what is deferred; 15 months in all.
    found, amounts = run(raw, [5_000, 0, 95_000, 1_050_000])
    assert amounts["overdue_interest"] == [15_000, 55_000, 0, 0]
    assert told(found) == ("late", None, PAID[0], 245, 55_000)


def test_interest_unpaid_at_the_end_is_lost() -> None:
    raw = deal({"principal": AT_THE_END, "coupon": TWELVE}, ["principal:A", "interest:A"])
    found, _ = run(raw, [20_000, 40_000, 40_000, 1_030_000])
    assert told(found) == ("loses", "interest", PAID[3], 0, 20_000)
    found, _ = run(raw, [0, 0, 0, 990_000])
    assert told(found) == ("loses", "principal-and-interest", PAID[0], 394, 160_000)


def test_a_deferrable_note_owes_interest_at_the_end_only() -> None:
    raw = deal({"principal": AT_THE_END, "coupon": TWELVE, "deferrable": True}, ["principal:A", "interest:A"])
    found, amounts = run(raw, [0, 0, 0, 1_150_000])
    assert amounts["overdue_interest"] == [0, 0, 0, 0]
    assert told(found) == ON_TIME
    assert found.columns(0)["deferred_as_allowed"] is True
    found, amounts = run(raw, [0, 0, 0, 1_140_000])
    assert amounts["overdue_interest"] == [0, 0, 0, 10_000]
    assert told(found) == ("loses", "interest", PAID[3], 0, 10_000)


def test_a_called_deferrable_note_owes_its_interest() -> None:
    call = {"threshold": 1, "price": 1, "condition": "none", "first_date": D(2020, 6, 30)}
    terms = {"principal": AT_THE_END, "coupon": TWELVE, "deferrable": True}
    raw = deal(terms, ["principal:A", "interest:A"], clean_up_call=call)
    assert run(raw, [0, 0, 0, 0])[1]["overdue_interest"] == [0, 60_000, 60_000, 60_000]


def test_interest_that_joins_the_balance_is_not_overdue_while_it_may() -> None:
    in_kind = {"unpaid_interest": "capitalised", "capitalise_until": D(2020, 6, 30)}
    raw = deal({"principal": AT_THE_END, "coupon": TWELVE, **in_kind}, ["interest:A", "principal:A"])
    # 2% of 1,000,000 and 4% of 1,020,000 join; then 4% of 1,060,800 is due and 2,432 short, 5% at the end.
    found, amounts = run(raw, [0, 0, 40_000, 2_432 + 53_040 + 1_060_800])
    assert amounts["overdue_interest"] == [0, 0, 2_432, 0]
    assert amounts["overdue_principal"] == [0, 0, 0, 0]
    assert told(found) == ("late", None, PAID[2], 149, 2_432)
    assert found.columns(0)["deferred_as_allowed"] is True


def test_capitalised_interest_that_is_written_off_is_interest_lost() -> None:
    in_kind = {"unpaid_interest": "capitalised", "capitalise_until": D(2020, 6, 30)}
    raw = deal({"principal": AT_THE_END, "coupon": TWELVE, **in_kind}, ["interest:A", "principal:A"])
    found, _ = run(raw, [0, 0, 42_432, 53_040 + 1_010_000])
    assert told(found) == ("loses", "interest", PAID[3], 0, 50_800)


def test_what_certificates_cannot_be_paid_is_not_overdue() -> None:
    # 10,000 certificates of 100.00 are paid in whole cents each, which is 100.00 in all.
    pieces = {"certificates": {"face": 100, "unit": Decimal("0.01")}}
    odd = {"kind": "scheduled", "payments": (
        {"date": D(2020, 2, 29), "amount": 250_050}, {"date": D(2021, 3, 31), "amount": 749_950})}  # fmt: skip
    raw = deal({"principal": odd, **pieces}, ["principal:A"])
    assert told(run(raw, [250_050, 0, 0, 749_950])[0]) == ON_TIME
    found, amounts = run(raw, [249_950, 0, 0, 750_050])
    assert amounts["overdue_principal"] == [150, 150, 150, 0]
    assert told(found) == ("late", None, PAID[0], 394, 150)


def test_a_settlement_loses_and_makes_nothing_overdue() -> None:
    # Of 750,000 at the second date 450,000 stay, below the 500,000 of the schedule.
    settled = {"settlement": {"date": D(2020, 6, 30), "share": Decimal("0.6")}}
    found, amounts = run(
        deal({"principal": EACH, **settled}, ["principal:A"]), [250_000, 0, 200_000, 250_000]
    )
    assert amounts["overdue_principal"] == [0, 0, 0, 0]
    assert told(found) == ("loses", "principal", None, 0, 0)


def test_early_repayment_makes_nothing_overdue() -> None:
    early = {"early": {"kind": "date", "date": D(2020, 6, 30), "early_repayment": True}}
    raw = deal({"principal": AT_THE_END}, ["principal:A"], triggers=early)
    assert told(run(raw, [0, 300_000, 0, 700_000])[0]) == ON_TIME


def test_support_that_pays_on_the_date_keeps_a_note_on_time() -> None:
    raw = deal({"principal": EACH}, [], support={"line": {"kind": "liquidity-line"}})
    raw["priority"] = {"normal": ({"name": "principal", "pay": ("principal:A",), "support": ("line",)},)}
    assert told(run(raw, [0, 0, 0, 0])[0]) == ON_TIME


def test_a_note_without_face_has_no_state() -> None:
    found, _ = run(deal({"principal": {"kind": "turbo"}, "balance": 0}, ["residual:A"]), [1, 0, 0, 0])
    assert found.state(0) is None
    assert found.holds(0) is None
    assert set(found.columns(0).values()) == {None}


def test_a_trigger_on_unpaid_principal_is_breached_and_cured() -> None:
    overdue = {"overdue": {"kind": "unpaid-principal", "notes": ("A",), "latched": False}}
    raw = deal({"principal": EACH}, ["principal:A"], triggers=overdue)
    assert run(raw, [200_000, 250_000, 300_000, 250_000])[1]["breached"] == [-1, -1, 0, 0]
    # Cash in excess of the schedule does not breach it, nor does interest.
    assert run(raw, [250_000, 250_000, 250_000, 250_000])[1]["breached"] == [0, 0, 0, 0]


def test_what_a_state_left_unpaid_counts_from_the_first_date_that_is_calculated() -> None:
    raw = deal({"principal": EACH, "coupon": TWELVE}, ["interest:A", "principal:A"])
    kept = NoteState.model_construct(
        **{**NoteState().model_dump(), "balance": 80_000_000, "deferred": 1_000_000}
    )
    state = State.model_construct(**{**dict(State(as_of=PAID[0])), "notes": {"A": kept}})
    # 4 months of 1% on 800,000 and 10,000 deferred are due with 300,000 of principal.
    first = 32_000 + 10_000 + 300_000
    found, _ = run(raw, [first, 20_000 + 250_000, 12_500 + 250_000], state=state)
    assert told(found) == ON_TIME
    found, _ = run(raw, [first - 5_000, 20_200 + 255_000, 12_500 + 250_000], state=state)
    assert told(found)[:3] == ("late", None, PAID[1])
    assert told(found)[3:] == (125, 5_000)


def test_the_longest_of_two_spells_counts() -> None:
    dates = [D(2020, 1, 31), D(2020, 2, 29), D(2020, 3, 31), D(2020, 4, 30), D(2020, 6, 30)]
    mask = np.array([[1, 0, 1, 1, 0], [0, 0, 0, 0, 0], [0, 1, 0, 0, 1], [0, 0, 1, 1, 1]], np.bool_)
    assert longest_spell(mask, dates).tolist() == [91, 0, 31, 91]
