"""An exercised call that repays the notes repays them, in generated deals with odd step orders and tight cash.

What is asserted is told from published lines alone: money before the payments against what was owed then, and what is
owed afterwards. Section 9 of ``docs/reference/priority-of-payments.md``. The reference interpreter gives the same
lines, and holds that nothing is owed as an invariant of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.steps import IN_FORCE
from securitize.engine.reference_case import differences
from securitize.reference import interpreter, redemption
from securitize.waterfall.plan import Line
from tests.properties.comparison import engine_inputs, engine_lines
from tests.properties.generated_deals import GeneratedDeal, numbered_deal

Lines = Mapping[Line, Int64]
Record = Callable[[str, object], None]
#: Far from the deals that are compared with the reference.
FIRST = 1_000_000
REDEMPTION = IN_FORCE.index("redemption")
TRAITS = {
    *("clean_up_call", "issuer_call", "principal_deficiency", "certificates", "puts"),
    *("interest", "undrawn_fee", "collection", "reserve", "cap"),
}


def called_deal(number: int) -> GeneratedDeal:
    """The generated deal of this number, with the issuer's call, a clean-up call that repays the notes, or both."""
    case = numbered_deal(FIRST + number)
    # A fee that no step pays and that accrues for a year before it is due.
    case.deal["fees"]["yearly"] = {
        "kind": "percent-of-balance",
        "payee": "servicer",
        "rate": Decimal("0.01"),
        "base": "notes",
        "day_count": "ACT/365F",
        "payable": "12M",
    }
    payment = case.schedule["payment"]
    if number % 3 != 1:
        case.deal["issuer_call"] = {
            "date": payment[number % len(payment)],
            "price": (Decimal("1.02"), Decimal(1), Decimal("1.01234567"))[number % 3],
        }
    else:
        case.deal.pop("issuer_call", None)
        for steps in case.deal["priority"].values():
            for step in steps:
                kept = tuple(payee for payee in step["pay"] if not payee.startswith("premium:"))
                step["pay"] = kept or ("originator",)
                step["member_limits"] = {k: v for k, v in step.get("member_limits", {}).items() if k in kept}
                if not kept:
                    step.pop("support", None)
    if number % 3 or number % 2:
        case.deal["clean_up_call"] = {
            "threshold": Decimal("0.95"),
            "price": Decimal(1) if number % 4 else Decimal("0.6"),
            "condition": "repays-notes",
        }
    return case


def summed(lines: Lines, kind: str, *names: str) -> Int64:
    """The sum of the lines of these names over all notes, fees, accounts or supports, (paths, periods)."""
    found = [
        values for line, values in lines.items() if len(line) == 3 and line[0] == kind and line[2] in names
    ]
    zero = np.zeros_like(lines[("priority",)])
    return sum(found, zero)


def carried(lines: Lines, kind: str, *names: str) -> Int64:
    """The same at the end of the date before."""
    now = summed(lines, kind, *names)
    return np.concatenate((np.zeros_like(now[:, :1]), now[:, :-1]), axis=1)


def owed_before(lines: Lines) -> Int64:
    """R, from what was owed at the end of the date before and what was charged on this one."""
    fees = carried(lines, "fee", "unpaid", "pending") + summed(lines, "fee", "accrued")
    support = carried(lines, "support", "interest_due", "fee_due")
    support = support + summed(lines, "support", "interest_charged", "fee_charged")
    premium = carried(lines, "note", "premium") + summed(lines, "note", "premium_charged")
    return fees + support + premium + summed(lines, "note", "interest_due", "before")


def owed_after(lines: Lines) -> Int64:
    """What notes and fees are owed at the end of each date."""
    notes = summed(lines, "note", "closing", "unpaid", "premium", "put", "deficiency", "overdue_interest")
    return notes + summed(lines, "note", "overdue_principal") + summed(lines, "fee", "unpaid", "pending")


def check(case: GeneratedDeal) -> tuple[int, int]:
    """Assert the rules on every path; how often a call repaid the notes, and how often one was not exercised."""
    lines = engine_lines(case)
    found = differences(case, lines)
    assert not found, "\n".join(found[:10])
    redeemed = lines[("priority",)] == REDEMPTION
    since = np.logical_or.accumulate(redeemed, axis=1)
    assert (redeemed.sum(axis=1) <= 1).all()
    owed, money = owed_before(lines), summed(lines, "account", "before")
    assert (money >= owed)[redeemed].all()
    assert not owed_after(lines)[since].any()
    assert not (summed(lines, "support", "interest_due", "fee_due", "drawn"))[redeemed].any()
    assert not (summed(lines, "fee", "accrued") + summed(lines, "support", "fee_charged"))[
        since & ~redeemed
    ].any()
    assert not summed(lines, "account", "target")[since].any()
    assert not summed(lines, "note", "written_off")[since & ~redeemed].any()
    paid = summed(lines, "note", "interest_paid", "principal_paid", "premium_paid")
    paid = paid + summed(lines, "fee", "paid") + summed(lines, "support", "interest_paid", "fee_paid")
    assert (paid == owed)[redeemed].all()
    issuer = lines.get(("issuer_call",), np.zeros_like(money)) != 0
    assert (issuer <= redeemed).all()
    assert (money == owed)[issuer & (lines.get(("call_price",), money) > 0)].all()
    return int(redeemed.sum()), not_exercised(case, lines, owed, money, since)


def not_exercised(case: GeneratedDeal, lines: Lines, owed: Int64, money: Int64, since: Int64) -> int:
    """A clean-up call at par is not exercised only where money and price do not repay everything."""
    call = case.deal.get("clean_up_call", {})
    if call.get("price") != 1 or call.get("condition") != "repays-notes" or "first_date" in call:
        return 0
    performing = engine_inputs(case)["performing"]
    opening = np.array([pool["performing"][0] for pool in case.pools])[:, None]
    open_ = (performing > 0) & (performing * 100 <= opening * 95) & ~since
    open_ &= (summed(lines, "note", "before") > 0) & (lines[("call",)] == 0)
    open_[:, -1] = False
    # What fees on payments would charge is not published where no call was exercised.
    if all(fee["kind"] != "percent-of-payments" for fee in case.deal["fees"].values()):
        assert (money + performing < owed)[open_].all()
    return int(open_.sum())


def traits(case: GeneratedDeal) -> set[str]:
    """What makes a redemption of this deal hard."""
    deal = case.deal
    parts = ("clean_up_call", "issuer_call", "principal_deficiency")
    found: set[str] = {word for word in parts if word in deal}
    found |= {word for note in deal["notes"].values() for word in ("certificates", "puts") if word in note}
    found |= {
        word for each in deal["support"].values() for word in ("interest", "undrawn_fee") if word in each
    }
    found |= {account["kind"] for account in deal["accounts"].values()}
    return found | {"cap" for fee in deal["fees"].values() if "cap" in fee}


def check_many(first: int, after: int, record_property: Record) -> None:
    cases = [called_deal(number) for number in range(first, after)]
    found = [check(case) for case in cases]
    exercised, refused = (sum(each) for each in zip(*found, strict=True))
    # Each of them is redeemed in some deal.
    redeemed = [traits(case) for case, (how_often, _) in zip(cases, found, strict=True) if how_often]
    assert set[str]().union(*redeemed) == TRAITS
    record_property("deals with calls", after - first)
    # Two paths a deal: most call, and some cannot.
    assert exercised > (after - first) // 2
    assert refused > 0


def test_an_exercised_call_leaves_nothing_owed(record_property: Record) -> None:
    check_many(0, 30, record_property)


@pytest.mark.deep(part="splits")
def test_an_exercised_call_leaves_nothing_owed_in_many(record_property: Record) -> None:
    check_many(30, 530, record_property)


def test_the_reference_refuses_a_redemption_that_leaves_something_owed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = called_deal(0)
    interpreter.run(case.deal, case.schedule, case.pools[0])
    monkeypatch.setattr(redemption, "steps_of", lambda v: v.deal["priority"]["normal"])
    with pytest.raises(ValueError, match=r"open after a redemption by call: .*fee yearly"):
        interpreter.run(case.deal, case.schedule, case.pools[0])
