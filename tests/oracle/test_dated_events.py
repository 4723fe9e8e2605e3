"""Written dates by three statements: the engine, the reference interpreter, and a list of days of cash without periods.

``dated_deal(number)`` has every adjustment with both accruals in turn, and terms dated as a payment date is written, as
it is paid, between the two, beside it and anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.oracle.dated_comparison import three_ways
from tests.oracle.dated_deals import ACCRUALS, ADJUSTMENTS, dated_deal, dates_within
from tests.oracle.dated_events import Almanac, PayDay, Terms
from tests.oracle.dated_vehicle import Deal

FAST, BATCHES, BATCH = 56, 8, 250
COUNTED = "deals by periods and by days of cash"
Record = Callable[[str, object], None]
D = dt.date


def compare(numbers: range) -> int:
    """All three statements on these deals; returns how many were compared."""
    found = []
    for number in numbers:
        by_reference, by_days = three_ways(*dated_deal(number))
        found += [f"dated_deal({number}): engine and reference: {each}" for each in by_reference[:2]]
        found += [f"dated_deal({number}): {each}" for each in by_days[:2]]
    assert not found, "\n".join(found[:20])
    return len(numbers)


def test_no_term_slips_a_period(record_property: Record) -> None:
    record_property(COUNTED, compare(range(FAST)))


@pytest.mark.deep(part="splits")
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_term_of_many_deals_slips_a_period(batch: int, record_property: Record) -> None:
    record_property(COUNTED, compare(range(batch * BATCH, (batch + 1) * BATCH)))


def meaning(one: PayDay | None, day: dt.date) -> str:
    """How a term names a payment date that the calendar has moved, if it does."""
    if one is None:
        return "no payment date"
    if one.written == one.paid:
        return "not moved"
    return "as written" if day == one.written else "as paid" if day == one.paid else "between"


def drawn(numbers: range) -> Counter[tuple[str, str]]:
    """How often the terms of these deals name a payment date in each way, and how its dates are adjusted."""
    seen: Counter[tuple[str, str]] = Counter()
    for number in numbers:
        terms, _ = dated_deal(number)
        almanac, payment = Almanac(terms["dates"]), terms["dates"]["payment"]
        for term, day in dates_within(terms):
            how = meaning(almanac.named(day), day)
            kind = ".".join(part for part in term.split(".") if not part[-1:].isdigit() and part not in "AB")
            seen[kind, how] += 1
            seen[f"{payment['adjustment']}, accrual {payment['accrual']}", how] += 1
            seen["business day" if day.weekday() < 5 else "weekend", how] += 1
    return seen


#: Every term that holds a date, but those that say nothing of payments.
TERMS = (
    *("notes.principal.date", "notes.principal.payments.date", "notes.puts.date", "notes.settlement.date"),
    *("notes.capitalise_until", "notes.coupon.steps.from", "accounts.collection.interest.steps.from"),
    *("fees.date", "fees.payments.date", "fees.from", "fees.until"),
    *("support.guarantee.first_call", "support.guarantee.until", "support.guarantee.interest.steps.from"),
    *("triggers.date", "triggers.first_test", "triggers.last_test", "triggers.effect_from"),
    *("clean_up_call.first_date", "issuer_call.date", "issuer_call.prices.from"),
)


def test_every_term_is_dated_in_every_way() -> None:
    seen = drawn(range(600))
    ways = ("as written", "as paid", "between", "no payment date", "not moved")
    assert not [(term, way) for term in TERMS for way in ways if not seen[term, way]]
    assert all(seen[day, "no payment date"] > 20 for day in ("business day", "weekend"))
    for how in (f"{each}, accrual {accrual}" for each in ADJUSTMENTS[:3] for accrual in ACCRUALS):
        assert min(seen[how, way] for way in ("as written", "as paid", "between")) > 20, how


def dates(adjustment: str, accrual: str = "unadjusted") -> Terms:
    """A Saturday, a Sunday and a Monday of payment, as the terms write them."""
    written = (D(2026, 1, 31), D(2027, 1, 31), D(2028, 1, 31))
    return {
        "cut_off": D(2025, 1, 1),
        "closing": D(2025, 1, 31),
        "legal_final": written[-1],
        "calendar": "weekends",
        "payment": {"dates": written, "adjustment": adjustment, "accrual": accrual},
        "collection": {"days_before": 5},
    }


@pytest.mark.parametrize(
    ("adjustment", "paid"),
    [
        ("following", (D(2026, 2, 2), D(2027, 2, 1), D(2028, 1, 31))),
        ("modified-following", (D(2026, 1, 30), D(2027, 1, 29), D(2028, 1, 31))),
        ("preceding", (D(2026, 1, 30), D(2027, 1, 29), D(2028, 1, 31))),
        ("unadjusted", (D(2026, 1, 31), D(2027, 1, 31), D(2028, 1, 31))),
    ],
)
def test_days_of_cash_by_hand(adjustment: str, paid: tuple[dt.date, ...]) -> None:
    almanac = Almanac(dates(adjustment))
    assert tuple(day.paid for day in almanac) == paid
    assert [day.final for day in almanac] == [False, False, True]
    for day in almanac:
        assert almanac.cash(day.written) == almanac.cash(day.paid) == day.paid
        assert almanac.accrual(day.written) == almanac.accrual(day.paid) == day.written
    assert almanac.cash(D(2026, 1, 28)) == D(2026, 1, 28)
    sunday = {"following": D(2026, 2, 2)}.get(adjustment, D(2026, 2, 1))
    assert almanac.cash(D(2026, 2, 1)) == sunday  # between Saturday and Monday, if it is paid on Monday


def test_a_bullet_of_a_saturday_is_paid_on_friday() -> None:
    """100.00 dated 2026-01-31, 100.00 of interest dated in it: nothing of it goes to the originator."""
    note = {
        "rank": 1,
        "balance": 100,
        "day_count": "ACT/365F",
        "deferrable": False,
        "coupon": {"kind": "fixed", "rate": 1},
        "principal": {"kind": "bullet", "date": D(2026, 1, 31)},
    }
    terms = {
        "dates": dates("preceding"),
        "accounts": {"collection": {"kind": "collection"}},
        "notes": {"A": note},
        "priority": {"normal": [{"pay": (payee,)} for payee in ("interest:A", "principal:A", "originator")]},
    }
    friday = Deal(terms, [(D(2026, 1, 25), "principal", 300_00)]).run()[D(2026, 1, 30)]
    assert friday["note", "A", "interest_paid"] == 100_00  # 365 days at 100%
    assert friday["note", "A", "principal_paid"] == 100_00
    assert friday["originator",] == 100_00


@pytest.mark.parametrize("adjustment", ADJUSTMENTS[:3])
def test_dates_that_are_compared_with_days_of_payment_are_found(
    adjustment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done once: a term stays on its day whatever the calendar makes of the payment date."""
    monkeypatch.setattr(Almanac, "cash", lambda _, day: day)
    numbers = [number for number in range(24) if ADJUSTMENTS[number % 4] == adjustment]
    assert any(three_ways(*dated_deal(number))[1] for number in numbers)


def test_a_settlement_for_an_amount_beside_a_second_priority() -> None:
    """The interest that is left of 600.00, interest first, is paid whatever other priorities the deal has."""
    note = {
        "rank": 1,
        "balance": 1000,
        "day_count": "30/360",
        "deferrable": False,
        "coupon": {"kind": "fixed", "rate": Decimal("0.1")},
        "principal": {"kind": "bullet", "date": D(2028, 1, 31)},
        "settlement": {"date": D(2026, 1, 31), "amount": 600, "amount_order": "interest-first"},
    }
    steps = tuple({"name": each, "pay": (each,)} for each in ("interest:A", "principal:A", "originator"))
    terms = {
        "name": "settled",
        "pool": "settled",
        "dates": dates("unadjusted"),
        "accounts": {"collection": {"kind": "collection"}},
        "notes": {"A": note},
        "support": {},
        "triggers": {
            "late": {
                "kind": "date",
                "date": D(2028, 1, 31),
                "test": "before-payment",
                "priority": "acceleration",
            }
        },
        "priority": {"normal": steps, "acceleration": steps},
    }
    assert three_ways(terms, [(D(2025, 12, 1), "principal", 200_00)]) == ([], [])
