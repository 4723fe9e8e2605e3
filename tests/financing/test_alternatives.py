"""Alternatives: who can have them, and what they cost, against numbers computed by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from securitize.financing.alternatives import REASONS, Offer, offers
from securitize.financing.cost import cost_of
from tests.financing.made import DRAWN, SETTLED, D, alternative, debt, history, terms


def one(changes: dict[str, Any], known: dict[str, Any] | None = None, **owed: Any) -> Offer:
    return offers(alternative(**changes), [debt(**owed)], [terms(**known or {})], history())[0]


def test_a_loan_at_par_costs_its_rate() -> None:
    found = one({})
    assert found.side is not None
    assert cost_of(found.side.cash).all_in == pytest.approx(0.06, abs=1e-9)
    assert found.side.facility.balances == ((DRAWN, 10**9), (SETTLED, 0))


def test_a_day_count_of_360_costs_a_seventy_second_more() -> None:
    found = one({"day_count": "ACT/360"})
    assert found.side is not None
    assert cost_of(found.side.cash).all_in == pytest.approx(0.06 * 365 / 360, abs=1e-9)


REFUSED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("not offered then", {"offered_from": dt.date(2023, 1, 1)}, {}, "from 2023-01-01"),
    ("not offered then", {"offered_until": dt.date(2021, 1, 1)}, {}, "until 2021-01-01"),
    ("amount too small", {"least_amount": 20_000_000}, {}, "at least 20,000,000.00, 10,000,000.00 is needed"),
    ("amount too large", {"most_amount": 5_000_000}, {}, "at most 5,000,000.00"),
    ("revenue", {"least_revenue": 1}, {}, "not known"),
    ("revenue", {"least_revenue": 1_000}, {"revenue": 99_900}, "the company has 999.00"),
    ("not eligible", {"needs": {"size": "sme"}}, {"attributes": {"size": "large"}}, "asks for size sme"),
    ("value unknown", {"advance_rate": D("0.3")}, {}, "not known"),
    ("advance rate", {"advance_rate": D("0.3")}, {"appraised_value": 10**9}, "at most 3,000,000.00 (30%"),
    ("nothing to sell", {"instrument": "factoring"}, {}, "not known to have any"),
    ("nothing to sell", {"instrument": "finance-lease"}, {"receivables": 10**9}, "not known to have any"),
    ("advance rate", {"instrument": "factoring"}, {"receivables": 10**9 - 1}, "(100% of the receivables)"),
    (
        "advance rate",
        {"instrument": "finance-lease", "advance_rate": D("0.8")},
        {"equipment": 10**9, "appraised_value": 10**10},
        "at most 8,000,000.00 (80% of the equipment)",
    ),
    (
        "value unknown",
        {"costs": {"x": {"component": "appraisal fee", "rate": D("0.01"), "of": "appraised-value"}}},
        {},
        "not known",
    ),
    ("joint limit", {"joint_limit": 5_000_000}, {}, "joint limit of 5,000,000.00"),
]


@pytest.mark.parametrize(("reason", "changes", "known", "said"), REFUSED)
def test_who_cannot_have_it_is_told_why(
    reason: str, changes: dict[str, Any], known: dict[str, Any], said: str
) -> None:
    found = one(changes, known)
    assert (found.side, found.reason) == (None, reason)
    assert said in found.why


def test_every_reason_is_met() -> None:
    assert {reason for reason, *_ in REFUSED} | {"", "default", "one side only"} == set(REASONS)


def test_a_company_that_does_not_repay_is_not_compared() -> None:
    found = offers(alternative(), [replace(debt(), defaults=True)], [terms()], history())[0]
    assert (found.side, found.reason) == (None, "default")


def test_a_company_that_has_receivables_can_sell_them() -> None:
    assert one({"instrument": "factoring"}, {"receivables": 10**9}).side is not None


def test_an_advance_rate_that_just_suffices() -> None:
    assert one({"advance_rate": D("0.3")}, {"appraised_value": 3_333_333_334}).side is not None


def test_a_joint_limit_serves_the_smallest_first() -> None:
    """13 of 20, 8, 5 and 4: 4 and 5 are served, 8 not any more."""
    owed = [debt(k * 10**8, company=f"o{k}") for k in (20, 8, 5, 4)]
    found = offers(alternative(joint_limit=13_000_000), owed, [terms(one.company) for one in owed], history())
    assert [one.side is not None for one in found] == [False, False, True, True]


def test_a_short_loan_is_financed_again_with_all_costs_anew() -> None:
    """Half a year twice: two fees of 1% of what is owed then, the second half-year at the rate of its day."""
    changes: dict[str, Any] = {
        "tenor": "6M",
        "rate": {"kind": "lpr", "index": "LPR-1Y", "margin": D("0.01")},
        "costs": {"fee": {"component": "arrangement fee", "rate": D("0.01")}},
    }
    rates = history((dt.date(2020, 1, 1), "0.04"), (dt.date(2022, 10, 1), "0.03"))
    found = offers(alternative(**changes), [debt()], [terms()], rates)[0].side
    assert found is not None
    again = dt.date(2022, 10, 14)
    assert [(r.date, r.amount) for r in found.cash if r.component == "fee"] == [
        (DRAWN, -10_000_000),
        (again, -10_000_000),
    ]
    # 183 days at 5%, 182 at 4%; no principal moves in between.
    assert [(r.date, r.amount) for r in found.cash if r.group == "interest"] == [
        (again, -round(10**9 * 0.05 * 183 / 365)),
        (SETTLED, -round(10**9 * 0.04 * 182 / 365)),
    ]
    assert [r.date for r in found.cash if r.group == "principal"] == [DRAWN, SETTLED]


def test_a_deposit_costs_what_lies_idle() -> None:
    """10% left for a year: 9 received, 10 and 0.6 less 1 paid, so 9.6 / 9."""
    found = one({"deposit": D("0.1")}).side
    assert found is not None
    cost = cost_of(found.cash)
    assert cost.all_in == pytest.approx(9.6 / 9 - 1, abs=1e-9)
    parts = {share.group: share for share in cost.shares}
    assert parts["deposit"].money == 0
    assert parts["deposit"].rate == pytest.approx(9.6 / 9 - 1 - 0.06, abs=1e-9)


def test_repaid_as_the_securitization_is() -> None:
    owed = debt(repayment="level-payment", interest_every="6M", settled=dt.date(2025, 4, 14))
    found = offers(alternative(), [owed], [terms()], history())[0].side
    assert found is not None
    assert found.facility.balances == owed.balances


def test_interest_is_at_the_rate_of_the_reset_before_it_begins() -> None:
    changes: dict[str, Any] = {
        "interest_every": "6M",
        "rate": {"kind": "lpr", "index": "LPR-1Y", "margin": D("0.01"), "reset": "6M"},
    }
    rates = history((dt.date(2020, 1, 1), "0.04"), (dt.date(2022, 10, 14), "0.03"))
    found = offers(alternative(**changes), [debt()], [terms()], rates)[0].side
    assert found is not None
    assert [row.amount for row in found.cash if row.group == "interest"] == [
        -round(10**9 * 0.05 * 183 / 365),
        -round(10**9 * 0.04 * 182 / 365),
    ]


def test_a_reset_inside_an_interest_period_counts_from_its_day() -> None:
    """One year at once: 183 days at 5% and 182 at 4%."""
    changes: dict[str, Any] = {
        "interest_every": "12M",
        "rate": {"kind": "lpr", "index": "LPR-1Y", "margin": D("0.01"), "reset": "6M"},
    }
    rates = history((dt.date(2020, 1, 1), "0.04"), (dt.date(2022, 10, 14), "0.03"))
    found = offers(alternative(**changes), [debt()], [terms()], rates)[0].side
    assert found is not None
    assert [row.amount for row in found.cash if row.group == "interest"] == [-45_013_699]
