"""A written date that is a payment date means that payment date, whatever the calendar makes of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import State
from securitize.definitions.figures import Adjustment
from securitize.market.payment_dates import PaymentCalendar
from securitize.market.schedules import Schedule, deal_schedule
from securitize.market.today import today_of
from securitize.performance.resolved import NEVER, PartyDefault
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.resolved import ResolvedDeal

D = dt.date
#: A Saturday, a Sunday and a Monday of payment, a Friday on which nobody is paid.
WRITTEN = (D(2026, 1, 31), D(2027, 1, 31), D(2028, 1, 31), D(2029, 1, 31), D(2029, 7, 31))
ADJUSTMENTS: tuple[Adjustment, ...] = ("following", "modified-following", "preceding", "unadjusted")


def deal(adjustment: Adjustment, accrual: str, day: dt.date, **changes: Any) -> Deal:
    """One note with every term of the deal that holds one date, all of them on ``day``."""
    raw = {
        "name": "sample",
        "pool": "sample",
        "dates": {
            "cut_off": D(2025, 1, 1),
            "closing": D(2025, 1, 31),
            "legal_final": WRITTEN[-1],
            "calendar": "weekends",
            "payment": {"dates": WRITTEN[:-1], "adjustment": adjustment, "accrual": accrual},
            "collection": {"days_before": 5},
        },
        "accounts": {"main": {"kind": "collection"}},
        "notes": {
            "A": {
                "rank": 1,
                "balance": 1_000_000,
                "day_count": "ACT/365F",
                "unpaid_interest": "capitalised",
                "capitalise_until": day,
                "coupon": {
                    "kind": "step-up",
                    "rate": Decimal("0.04"),
                    "steps": ({"from": day, "rate": Decimal("0.05")},),
                },
                "puts": ({"date": day, "share": Decimal("0.1")},),
                "settlement": {"date": day, "share": Decimal("0.6")},
                "principal": {"kind": "bullet", "date": day},
            }
        },
        "fees": {
            "auditor": {"kind": "one-off", "amount": 7, "date": day},
            "adviser": {"kind": "scheduled", "payments": ({"date": day, "amount": 8},)},
            "agent": {"kind": "fixed", "amount": 9, "until": day},
            "keeper": {"kind": "fixed", "amount": 9, "payable": "12M", "until": day},
            "servicer": {"kind": "percent-of-collections", "rate": Decimal("0.01"), "from": day},
            "custodian": {
                "kind": "percent-of-balance",
                "rate": Decimal("0.01"),
                "base": "notes",
                "day_count": "ACT/365F",
                "until": day,
            },
        },
        "support": {
            "guarantee": {"kind": "guarantee", "provider": "bank", "until": day},
            "line": {"kind": "liquidity-line", "provider": "bank", "first_call": day},
        },
        "triggers": {
            "day": {"kind": "date", "date": day, "test": "before-payment"},
            "pool": {
                "kind": "pool-balance",
                "threshold": Decimal("0.1"),
                "test": "before-payment",
                "first_test": day,
                "last_test": day,
                "effect_from": day,
            },
        },
        "clean_up_call": {"threshold": Decimal("0.1"), "first_date": day},
        "issuer_call": {"date": day, "prices": ({"from": day, "price": Decimal("1.02")},)},
        "priority": {"normal": ({"name": "rest", "pay": ("originator",)},)},
    }
    return Deal.model_validate(raw | changes)


def resolved(terms: Deal) -> tuple[ResolvedDeal, Schedule]:
    schedule = deal_schedule(terms.dates)
    return resolve_deal(terms, schedule, 100, [0] * schedule.periods), schedule


def facts(one: ResolvedDeal) -> dict[str, list[Any]]:
    """Everything that the terms of the sample say of dates, by period."""
    note, fees, triggers = one.notes["A"], one.fees, one.triggers["pool"]
    return {
        "scheduled": note.scheduled.tolist(),
        "coupon": (note.rate.numerator / note.rate.denominator).round(12).tolist(),
        "put": list(note.puts[0][1]),
        "settled": list(note.settled_on),
        "capitalises": list(note.capitalises),
        **{name: fees[name].amounts.tolist() for name in ("auditor", "adviser", "agent", "keeper")},
        "servicer": list(fees["servicer"].charged),
        "custodian": (fees["custodian"].days > 0).tolist(),
        "guarantee": list(one.support["guarantee"].callable),
        "line": list(one.support["line"].callable),
        "date": list(one.triggers["day"].reached),
        "tested": list(triggers.tested),
        "effective": list(triggers.effective),
        "clean-up call": list(one.call_open),
        "issuer's call": one.issuer_call.tolist(),
    }


def expected(t: int) -> dict[str, list[Any]]:
    """The same by period, of terms dated on payment date t, counted from 0."""
    periods = range(len(WRITTEN))
    final = periods[-1]
    from_on, until = [s >= t for s in periods], [s <= t for s in periods]
    only = [s == t for s in periods]
    return {
        "scheduled": [0 if s >= t or s == final else 100_000_000 for s in periods],
        "put": only,
        "settled": from_on,
        "capitalises": [s <= t and s != final for s in periods],
        "auditor": [700 * one for one in only],
        "adviser": [800 * one for one in only],
        "agent": [900 * one for one in until],
        "keeper": [900 * one if s != final else 0 for s, one in enumerate(until)],
        "servicer": from_on,
        "custodian": until,
        "guarantee": until,
        "line": from_on,
        "date": from_on,
        "tested": only,
        "effective": from_on,
        "clean-up call": [s >= t and s != final for s in periods],
        "issuer's call": [102_000_000 if s >= t and s != final else 0 for s in periods],
    }


@pytest.mark.parametrize("accrual", ["adjusted", "unadjusted"])
@pytest.mark.parametrize("adjustment", ADJUSTMENTS)
def test_every_term_means_the_payment_date_that_is_written(adjustment: Adjustment, accrual: str) -> None:
    for t, written in enumerate(WRITTEN[:-1]):
        one, schedule = resolved(deal(adjustment, accrual, written))
        found = facts(one)
        assert {name: found[name] for name in expected(t)} == expected(t)
        # A coupon that steps on a payment date has one rate in every interest period.
        days = [(end - start).days for start, end in pairwise(schedule.accrual)]
        rates = [0.04 if s <= t else 0.05 for s in range(len(days))]
        assert found["coupon"] == pytest.approx(
            [round(rate * n / 365, 12) for rate, n in zip(rates, days, strict=True)], abs=1e-11
        )
        # The adjusted date, and a Sunday between the two, mean the same.
        low, high = sorted((written, schedule.payment[t]))
        assert facts(resolved(deal(adjustment, accrual, schedule.payment[t]))[0]) == found
        for day in range(1, (high - low).days):
            between = facts(resolved(deal(adjustment, accrual, low + dt.timedelta(day)))[0])
            assert {name: between[name] for name in expected(t)} == expected(t)


@pytest.mark.parametrize("adjustment", ADJUSTMENTS)
def test_a_day_between_payment_dates_falls_to_the_next_or_ends_with_the_last(adjustment: Adjustment) -> None:
    one, _ = resolved(deal(adjustment, "unadjusted", D(2027, 2, 15)))
    found = facts(one)
    assert found["scheduled"] == [100_000_000] * 2 + [0] * 3
    assert found["guarantee"] == [True] * 2 + [False] * 3
    assert found["tested"] == [False] * 5


def test_first_and_last_payment_dates_by_search_equal_the_rule_as_it_is_written() -> None:
    adjusted = (D(2026, 2, 2), D(2026, 2, 27), D(2026, 4, 1), D(2026, 4, 30))
    written = (D(2026, 1, 31), D(2026, 2, 28), D(2026, 3, 31), D(2026, 4, 30))
    dates = PaymentCalendar(written, adjusted)
    for n in range(130):
        day = D(2026, 1, 1) + dt.timedelta(n)
        means = [t for t in range(4) if day == written[t]] or [t for t in range(4) if day == adjusted[t]]
        means = means or [
            t for t in range(4) if min(written[t], adjusted[t]) < day < max(written[t], adjusted[t])
        ]
        after = [t for t in range(4) if adjusted[t] > day] + [4]
        before = [-1] + [t for t in range(4) if adjusted[t] < day]
        assert dates.meant(day) == (means[0] if means else None)
        assert dates.first_from(day) == (means or after)[0]
        assert dates.last_until(day) == (means or before[-1:])[0]
        assert dates.first_from_each(np.array([day.toordinal()])).tolist() == [dates.first_from(day)]


def test_a_party_that_defaults_on_a_written_payment_date_pays_less_on_it() -> None:
    terms = deal("preceding", "unadjusted", WRITTEN[0])
    dates = deal_schedule(terms.dates).payment_dates
    days = np.array([WRITTEN[1].toordinal(), NEVER], np.int64)
    shares = PartyDefault(days, np.array([30, 30], np.int64)).shares(dates)
    assert shares.tolist() == [[100_000_000, 30, 30, 30, 30], [100_000_000] * 5]


@pytest.mark.parametrize("as_of", [D(2027, 1, 31), D(2027, 1, 29), D(2027, 1, 30)])
def test_a_state_may_be_dated_as_written_or_as_paid(as_of: dt.date) -> None:
    schedule = deal_schedule(deal("preceding", "unadjusted", WRITTEN[0]).dates)
    today = today_of(schedule, State.model_construct(as_of=as_of, support={}, parties={}))
    assert (today.period, today.notes) == (2, D(2027, 1, 29))
