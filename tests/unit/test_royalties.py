"""Royalties by hand, one rule a test. Sales are 100,000.00 a quarter; the royalty is 5%: 5,000.00."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from securitize.assets.collections import Collections
from tests.unit.pool_samples import CUT_OFF, D, pool, run, stream

SALES = {
    "every": "3M",
    "first": D(2020, 3, 31),
    "last": D(2021, 12, 31),
    "end_of_month": True,
    "amount": 100_000,
}
ROYALTY: dict[str, Any] = {
    "kind": "running-royalty",
    "obligor": "o1",
    "start": D(2019, 12, 31),
    "sales": SALES,
    "rate": {"kind": "fixed", "rate": Decimal("0.05")},
}
QUARTER = 500_000


def royalties(*stresses: dict[str, Any], **terms: Any) -> list[int]:
    """Royalty collected by quarter, minor units."""
    return stream(run(pool(r=ROYALTY | terms), *stresses), "royalty")


def test_a_royalty_is_a_share_of_sales_and_no_balance() -> None:
    result: Collections = run(pool(r=ROYALTY))
    assert stream(result, "royalty") == [QUARTER] * 8 == result.scheduled.tolist()
    assert result.performing.sum() == result.defaulted.sum() == 0
    assert result.sales[0].tolist() == result.forecast_sales.tolist() == [10_000_000] * 8


def test_a_payment_lag_moves_the_cash() -> None:
    """The last report is paid sixty days after the last collection date: it pays no note."""
    assert royalties(payment_lag=60) == [0] + [QUARTER] * 7


def test_growth_compounds_from_one_reporting_period_to_the_next() -> None:
    assert royalties(sales=SALES | {"growth": Decimal("0.1")})[:3] == [500_000, 550_000, 605_000]


def test_steps_hold_from_the_period_that_ends_on_their_date() -> None:
    steps = ({"from": D(2020, 9, 30), "rate": Decimal("0.1")},)
    rate = {"kind": "stepped", "rate": Decimal("0.05"), "steps": steps}
    assert royalties(rate=rate)[:4] == [QUARTER, QUARTER, 2 * QUARTER, 2 * QUARTER]


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ("period", [700_000] * 8),
        ("year", [700_000, 1_000_000, 1_000_000, 1_000_000] * 2),
        ("life", [700_000] + [1_000_000] * 7),
    ],
)
def test_tiers_are_marginal(per: str, expected: list[int]) -> None:
    tiers = ({"above": 0, "rate": Decimal("0.05")}, {"above": 60_000, "rate": Decimal("0.1")})
    assert royalties(rate={"kind": "tiered", "per": per, "tiers": tiers}) == expected


def test_a_yearly_minimum_is_made_up_in_the_last_quarter() -> None:
    minimum = {"amount": 30_000, "per": "year"}
    assert royalties(minimum=minimum) == [QUARTER, QUARTER, QUARTER, 3 * QUARTER] * 2


def test_a_cap_over_the_life_ends_the_royalty() -> None:
    assert royalties(cap={"amount": 12_000, "per": "life"}) == [QUARTER, QUARTER, 200_000] + [0] * 5


def test_milestones_come_once() -> None:
    milestones = ({"sales": 250_000, "amount": 1_000}, {"date": D(2021, 2, 1), "amount": 2_000})
    assert royalties(milestones=milestones) == [500_000, 500_000, 600_000, 500_000, 700_000] + [500_000] * 3


def test_others_are_paid_first_and_the_pool_holds_a_share() -> None:
    assert royalties(sub_royalty=Decimal("0.3"), share=Decimal("0.1"))[0] == 35_000


def test_generic_entry_keeps_a_share() -> None:
    entry = {"date": D(2021, 3, 31), "keeps": (Decimal("0.28"), Decimal("0.2"))}
    assert royalties(generic_entry=entry) == [QUARTER] * 5 + [140_000, 100_000, 100_000]


def test_the_contract_date_ends_it_within_a_quarter() -> None:
    assert royalties(end=D(2020, 5, 15)) == [QUARTER, QUARTER * 45 // 91 + 1, *[0] * 6]


def test_the_last_valid_claim_ends_it() -> None:
    failing = [
        {"driver": "patent-failure", "right": right, "at": at, "cause": cause}
        for right, at, cause in [("p1", D(2020, 6, 30), "invalidity"), ("p2", D(2020, 12, 31), "lapse")]
    ]
    terms = {"collateral": ("p1", "p2"), "until_last_valid_claim": True}
    assert royalties(*failing, **terms) == [QUARTER] * 4 + [0] * 4
    after = royalties(*failing, **terms, after_claims=Decimal("0.5"))
    assert after == [QUARTER] * 4 + [QUARTER // 2] * 4


def test_ten_per_cent_a_year_default_pays_less_but_not_nothing() -> None:
    paid = stream(run(pool(r=ROYALTY), default_rate=Decimal("0.1")), "royalty")
    years = [
        (D(2020 + k // 4, [3, 6, 9, 12][k % 4], [31, 30, 30, 31][k % 4]) - CUT_OFF).days / 365
        for k in range(8)
    ]
    expected = [QUARTER * 0.9**year for year in years]
    assert paid == pytest.approx(expected, abs=1)
    assert 0 < paid[-1] < QUARTER


def test_thirty_per_cent_fewer_sales_pay_thirty_per_cent_less() -> None:
    stress = {"driver": "royalty-base", "scale": Decimal("0.7")}
    result = run(pool(r=ROYALTY), stress)
    assert stream(result, "royalty") == [350_000] * 8
    assert result.sales[0].tolist() == [7_000_000] * 8
    assert result.forecast_sales.tolist() == [10_000_000] * 8


def test_sales_of_a_window_may_be_set() -> None:
    stress = {"driver": "royalty-base", "from": D(2020, 9, 30), "set": (40_000, 60_000)}
    assert royalties(stress) == [QUARTER, QUARTER, 200_000, 300_000] + [QUARTER] * 4


def test_a_licensee_in_default_pays_no_more_until_the_patents_are_licensed_again() -> None:
    default = {"driver": "default", "obligor": "o1", "at": D(2020, 5, 1)}
    assert royalties(default) == [QUARTER] + [0] * 7
    again = royalties(default, relicence={"share": Decimal("0.5"), "lag": "8M"})
    assert again == [QUARTER, 0, 0, 0, 0, *[QUARTER // 2] * 3]


def test_projected_royalties_are_as_listed() -> None:
    cash = tuple({"date": D(2020, month, 1), "royalty": 1_000 * month} for month in (2, 5, 8))
    listed = {"kind": "projected-royalty", "obligor": "o1", "start": CUT_OFF, "cash": cash}
    result = run(pool(r=listed), {"driver": "royalty-base", "scale": Decimal("0.5")})
    assert stream(result, "royalty") == [100_000, 250_000, 400_000, *[0] * 5]
    assert result.scheduled.tolist() == [200_000, 500_000, 800_000, *[0] * 5]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"sales": ()}, "SEC155"),
        ({"sales": ({"to": D(2019, 1, 1), "amount": 1},)}, "SEC155"),
        ({"sales": SALES | {"last": D(2021, 12, 30)}}, "SEC154"),
        ({"until_last_valid_claim": True}, "SEC188"),
        ({"after_claims": Decimal("0.5")}, "SEC188"),
        ({"milestones": ({"amount": 1},)}, "SEC187"),
        ({"rate": {"kind": "tiered", "tiers": ({"above": 1, "rate": Decimal(0)},)}}, "SEC186"),
    ],
)
def test_what_does_not_fit_is_refused(terms: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        pool(r=ROYALTY | terms)
    assert code in [error.get("ctx", {}).get("code") for error in caught.value.errors()]


def test_a_royalty_in_mid_life_goes_on_with_its_entitlement() -> None:
    past = {"date": D(2020, 6, 30), "entitled": Decimal("0.5"), "expected": ()}
    assert royalties(as_of=past) == [QUARTER, QUARTER, *[QUARTER // 2] * 6]


def test_reporting_periods_end_where_their_sales_say() -> None:
    listed = ({"to": dt.date(2020, 6, 30), "amount": 10_000}, {"to": dt.date(2020, 12, 31), "amount": 20_000})
    assert royalties(sales=listed)[:4] == [0, 50_000, 0, 100_000]
