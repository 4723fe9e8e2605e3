"""A redemption by call, reckoned by hand: section 9 of ``docs/reference/priority-of-payments.md``."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import NoteState, State
from securitize.definitions.deals.steps import IN_FORCE
from securitize.definitions.figures import STREAMS
from securitize.market.schedules import Schedule
from securitize.waterfall.execute import pay, plan_inputs
from securitize.waterfall.passed_over import PassedOver, passed_over
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.seasoning import from_state, state_after

D = dt.date
PAYMENT = (D(2024, 4, 30), D(2024, 7, 31), D(2024, 10, 31), D(2025, 1, 31))
#: Fees accrued 1,500.00 + 1,533.33 and not due before January; what the guarantor charges, 1,250.00 + 1,277.78;
#: interest of A for 92 days, 22,684.93, in whole units of 300.00; both balances.
OWED = 3_033_33 + 2_527_78 + 22_500_00 + 3_000_000_00 + 1_000_000_00
#: Collections of the date, and the reserve.
MONEY = 30_000_00 + 50_000_00
#: The originator takes half of what there is before the notes are repaid, and no step pays the guarantor.
NORMAL: tuple[dict[str, Any], ...] = (
    {"name": "interest", "pay": ("interest:A",), "support": ("guarantee",)},
    {"name": "half", "pay": ("originator",), "limit": {"percent": Decimal("0.5"), "of": "available"}},
    {"name": "A", "pay": ("principal:A",), "support": ("guarantee",)},
    {"name": "B", "pay": ("principal:B",)},
    {"name": "fees", "pay": ("fee:servicer", "fee:auditor")},
    {"name": "rest", "pay": ("originator",)},
)
CALL, ISSUER = {"threshold": Decimal("0.99")}, {"date": PAYMENT[1], "price": Decimal("1.01234")}


def deal(**changes: Any) -> Deal:
    """Two notes, a fee that is due once a year, a reserve and a guarantor."""
    raw = {
        "name": "sample",
        "pool": "sample",
        "dates": {
            "cut_off": D(2024, 1, 20),
            "closing": D(2024, 1, 31),
            "legal_final": PAYMENT[-1],
            "calendar": "none",
            "payment": {"dates": PAYMENT},
            "collection": {"days_before": 5},
        },
        "accounts": {
            "main": {"kind": "collection"},
            "reserve": {
                "kind": "reserve",
                "funding": "outside",
                "opening": 50_000,
                "target": {"kind": "fixed", "amount": 50_000, "zero_at": ()},
            },
        },
        "notes": {
            "A": {
                "rank": 1,
                "balance": 3_000_000,
                "day_count": "ACT/365F",
                "coupon": {"kind": "fixed", "rate": Decimal("0.03")},
                "certificates": {"face": 100, "unit": Decimal("0.01")},
                "principal": {"kind": "bullet", "date": PAYMENT[-1]},
            },
            "B": {
                "rank": 2,
                "balance": 1_000_000,
                "coupon": {"kind": "zero"},
                "principal": {"kind": "bullet", "date": PAYMENT[-1]},
            },
        },
        "fees": {
            "servicer": {
                "kind": "percent-of-balance",
                "rate": Decimal("0.002"),
                "base": ("A",),
                "day_count": "ACT/360",
                "payable": "12M",
            },
            "auditor": {"kind": "one-off", "amount": 900, "date": PAYMENT[-1]},
        },
        "support": {
            "guarantee": {
                "kind": "guarantee",
                "provider": "G",
                "limit": 500_000,
                "undrawn_fee": {"rate": Decimal("0.01"), "day_count": "ACT/360"},
            }
        },
        "priority": {"normal": NORMAL},
    }
    return Deal.model_validate({**raw, **changes})


def resolved(of: Deal) -> ResolvedDeal:
    schedule = Schedule(PAYMENT, (D(2024, 1, 31), *PAYMENT), (D(2024, 1, 20), *PAYMENT))
    return resolve_deal(of, schedule, 4_000_000_00, [30_000_00] * 4)


def run(of: Deal, performing: int) -> dict[Line, Int64]:
    return run_resolved(resolved(of), performing)


def run_resolved(one: ResolvedDeal, performing: int, past: int = 0) -> dict[Line, Int64]:
    """Lines of the one path, (periods,): 30,000.00 of interest a period, and a pool that stands still."""
    streams = {stream: np.zeros((1, 4 - past), np.int64) for stream in STREAMS}
    streams["interest"] += 30_000_00
    balances = np.array([[4_000_000_00, 4_000_000_00, *[performing] * 3][past:]], np.int64)
    inputs = plan_inputs(streams, balances, np.zeros((1, 4 - past), np.int64))
    return {
        line: values[0]
        for line, values in pay(build_plan(record_payment_date(one, states=True)), inputs).items()
    }


def in_force(lines: dict[Line, Int64]) -> list[str]:
    return [IN_FORCE[word] for word in lines[("priority",)].tolist()]


def test_the_issuer_pays_what_is_lacking_for_all_that_is_owed() -> None:
    lines = run(deal(issuer_call=ISSUER), 4_000_000_00)
    # 3,000,000.00 x 1.234% = 37,020.00, of which certificates take 124 units of 300.00.
    premium = {"A": 37_200_00, "B": 12_340_00}
    assert in_force(lines) == ["normal", "redemption", "normal", "normal"]
    assert lines[("call_price",)].tolist() == [0, OWED + sum(premium.values()) - MONEY, 0, 0]
    for note, amount in premium.items():
        assert lines[("note", note, "premium_paid")].tolist() == [0, amount, 0, 0]
        for what in ("closing", "unpaid", "premium", "written_off"):
            assert not lines[("note", note, what)][1:].any()
    assert lines[("fee", "servicer", "paid")].tolist() == [0, 3_033_33, 0, 0]
    assert not lines[("fee", "auditor", "accrued")].any()
    assert lines[("support", "guarantee", "fee_paid")].tolist() == [0, 2_527_78, 0, 0]
    assert lines[("support", "guarantee", "fee_charged")].tolist() == [1_250_00, 1_277_78, 0, 0]
    assert not lines[("account", "reserve", "target")][1:].any()
    assert lines[("originator",)].tolist() == [8_100_00, 0, 0, 0]


@pytest.mark.parametrize(("more", "exercised"), [(-1, False), (0, True), (5_000_00, True)])
def test_a_clean_up_call_is_exercised_where_everything_is_repaid_to_the_fen(
    more: int, exercised: bool
) -> None:
    lines = run(deal(clean_up_call=CALL), OWED - MONEY + more)
    assert in_force(lines)[:2] == ["normal", "redemption" if exercised else "normal"]
    if exercised:
        assert lines[("note", "B", "principal_paid")].tolist() == [0, 1_000_000_00, 0, 0]
        assert lines[("originator",)].tolist() == [8_100_00, more, 0, 0]
        assert not lines[("final_distribution",)].any()


def test_the_rest_stays_where_no_step_takes_it() -> None:
    only_due = tuple(step for step in NORMAL if step["pay"] != ("originator",))
    lines = run(deal(clean_up_call=CALL, priority={"normal": only_due}), OWED - MONEY)
    # What interest of the first date left stands in the account, and nothing takes it before the last date.
    assert lines[("final_distribution",)].tolist() == [0, 0, 0, 8_100_00]
    assert in_force(lines)[1] == "redemption"


def test_a_call_on_no_condition_flows_through_the_priority_in_force() -> None:
    lines = run(deal(clean_up_call={**CALL, "condition": "none"}), OWED - MONEY)
    assert in_force(lines) == ["normal"] * 4
    assert lines[("call",)].tolist() == [0, -1, 0, 0]
    assert lines[("fee", "servicer", "pending")].tolist()[1] == 3_033_33
    assert lines[("note", "B", "written_off")][-1] > 0


def test_a_note_that_loses_while_others_are_paid_is_told() -> None:
    one = resolved(deal(clean_up_call={**CALL, "condition": "none"}))
    lines = {line: values[None] for line, values in run_resolved(one, OWED - MONEY).items()}
    # Money and price, less interest, are 3,955,561.11. The originator takes half, A whole units of the rest and of what
    # the guarantor has, B what they leave.
    originator, junior = 1_977_780_55, 180_56
    lacking = 3_000_000_00 - 1_977_600_00 - 499_800_00
    assert passed_over(one, lines, "A") == PassedOver(1, lacking, {"B": junior}, originator)
    assert passed_over(one, lines, "B") == PassedOver(1, 1_000_000_00 - junior, {}, originator)
    # On the last date the reserve is left, by residual_to: less than on the date of the call.
    assert lines[("final_distribution",)][0, -1] == 50_000_00
    repaid = {line: values[None] for line, values in run(deal(clean_up_call=CALL), OWED - MONEY).items()}
    assert passed_over(one, repaid, "A") is None


def test_what_is_left_at_the_end_counts_as_paid_to_its_holder() -> None:
    # Nobody calls, and A lacks nearly everything on the last date, on which B holds what is left.
    one = resolved(deal(residual_to="B"))
    lines = {line: values[None] for line, values in run_resolved(one, 4_000_000_00).items()}
    found = passed_over(one, lines, "A")
    assert found is not None
    assert (found.date, found.junior) == (
        3,
        {"B": 50_000_00 + int(lines["note", "B", "principal_paid"][0, 3])},
    )


def test_after_a_redemption_a_state_goes_on_without_fees() -> None:
    one = resolved(deal(issuer_call=ISSUER))
    whole = run_resolved(one, 4_000_000_00)
    state = state_after(one, whole, 1)
    assert state.called
    assert state.redeemed
    rest = run_resolved(from_state(one, state), 4_000_000_00, past=2)
    for line, values in rest.items():
        assert values.tolist() == whole[line][2:].tolist(), line


def test_a_redemption_pays_what_is_no_whole_unit_of_certificates() -> None:
    said = State.model_construct(as_of=PAYMENT[0], notes={"A": NoteState.model_construct(deferred=12_34)})
    lines = run_resolved(from_state(resolved(deal(issuer_call=ISSUER)), said), 4_000_000_00, past=1)
    assert lines[("note", "A", "interest_paid")].tolist() == [22_500_00 + 12_34, 0, 0]
    assert not lines[("note", "A", "unpaid")].any()
