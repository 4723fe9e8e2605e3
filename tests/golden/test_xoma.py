"""The loan against the VABYSMO royalty: its published terms, and its order of payments under shipped scenarios."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache

import pandas as pd
import pytest

import securitize
from securitize.definitions.deals.rates import FixedRate
from securitize.engine.prepare.prepare import prepare
from securitize.store.run import Run

DEAL = "xoma-vabysmo-2023"
SLOW = f"{DEAL}-slow-launch"
LOWER, DEFAULTS = "royalty-base-down-30", "default-rate-10"
#: Published as computed: half of 9.875% of 130m, 6.419m rounded to a thousand.
HALF_YEAR = Decimal("6418750.00")


@cache
def run(scenario: str | None) -> Run:
    return securitize.run(DEAL, scenario, store=False)


def loan(scenario: str | None) -> pd.DataFrame:
    return run(scenario).table("note_cash_flows").set_index("payment_date")


def sponsor(scenario: str | None) -> Decimal:
    steps = run(scenario).table("steps")
    return Decimal(steps[steps["payee"] == "originator"]["paid"].sum())


def lender(scenario: str | None) -> Decimal:
    rows = loan(scenario)
    return Decimal((rows["interest_paid"] + rows["principal_paid"]).sum())


def reserve(scenario: str) -> pd.DataFrame:
    accounts = run(scenario).table("accounts")
    return accounts[accounts["account"] == "reserve"].set_index("payment_date")


def test_published_terms() -> None:
    prepared = prepare(DEAL)
    terms, schedule = prepared.deal, prepared.schedule
    assert {name: note.balance for name, note in terms.notes.items()} == {"loan": 13_000_000_000}
    coupon = terms.notes["loan"].coupon
    assert isinstance(coupon, FixedRate)
    assert coupon.rate == 9_875_000
    assert (terms.currency, terms.dates.closing) == ("USD", dt.date(2023, 12, 15))
    assert terms.dates.legal_final == dt.date(2038, 12, 15)
    first = [schedule.accrual[t] for t in (1, 2, 3)]
    assert [(day.year, day.month) for day in first] == [(2024, 3), (2024, 9), (2025, 3)]
    contract = prepared.pool.contracts["vabysmo"]
    assert contract.kind == "running-royalty"


def test_the_royalty_is_half_a_percent_of_sales() -> None:
    collected = run(None).table("collections")
    first = collected[(collected["period"] == 1) & (collected["stream"] == "royalty")]["amount"].item()
    assert first == Decimal(1_450_000_000) * Decimal("0.005")


def test_the_first_full_half_year_bears_6_419_million() -> None:
    """Where nothing has repaid principal in March 2024."""
    second = loan(SLOW).iloc[1]
    assert second["opening_balance"] == 130_000_000
    assert second["interest_accrued"] == HALF_YEAR
    assert round(second["interest_accrued"] / 1000) == 6_419


def test_any_full_half_year_bears_half_the_coupon() -> None:
    rows = loan(None).iloc[1:-1]
    for balance, interest in zip(rows["opening_balance"], rows["interest_accrued"], strict=True):
        assert abs(interest - balance * Decimal("0.09875") / 2) <= Decimal("0.005")


def test_the_base_case_sweeps_everything_until_the_loan_is_repaid_then_returns_the_rest() -> None:
    rows = loan(None)
    last = rows.index[rows["principal_paid"] > 0][-1]
    assert rows["closing_balance"].loc[last] == 0
    steps = run(None).table("steps")
    to_sponsor = steps[steps["payee"] == "originator"].set_index("payment_date")["paid"]
    assert (to_sponsor[to_sponsor.index < last] == 0).all()
    assert sponsor(None) > 0
    collected = run(None).table("collections").groupby("payment_date")["amount"].sum()
    fees = run(None).table("fees").groupby("payment_date")["paid"].sum()
    before = rows.index[rows.index < last]
    assert ((rows["interest_paid"] + rows["principal_paid"])[before] == (collected - fees)[before]).all()


def test_a_shortfall_takes_the_reserve_first_and_then_joins_the_principal() -> None:
    rows, held = loan(SLOW), reserve(SLOW)["closing"]
    added = rows["closing_balance"] - (rows["opening_balance"] - rows["principal_paid"])
    short = rows["interest_accrued"] - rows["interest_paid"]
    assert (added == short).all()
    assert list(added[added > 0].index) == [pd.Timestamp(2025, 9, 15), pd.Timestamp(2026, 3, 16)]
    assert (held[added > 0] == 0).all()
    assert (rows["unpaid_interest"] == 0).all()
    assert rows["closing_balance"].max() == Decimal("130893940.23")
    assert rows["closing_balance"].iloc[-1] == 0
    assert rows["principal_paid"].sum() == 130_000_000 + added.sum()


@pytest.mark.parametrize("scenario", [LOWER, DEFAULTS])
def test_fewer_royalties_pay_less_but_not_nothing(scenario: str) -> None:
    base, less = (run(name).table("collections")["amount"].sum() for name in (None, scenario))
    assert 0 < less < base
    assert 0 < lender(scenario) + sponsor(scenario) < lender(None) + sponsor(None)
    assert loan(scenario)["principal_paid"].sum() > 0
    assert loan(scenario)["written_off"].sum() < 130_000_000


def test_three_tenths_fewer_sales_are_three_tenths_fewer_royalties() -> None:
    base, less = (run(name).table("collections")["amount"] for name in (None, LOWER))
    assert list(less) == [amount * Decimal("0.7") for amount in base]
    assert loan(LOWER)["written_off"].sum() == 0
    assert sponsor(LOWER) < sponsor(None) / 2


def test_a_tenth_a_year_defaulting_leaves_the_lender_with_a_loss() -> None:
    assert loan(DEFAULTS)["written_off"].sum() == Decimal("30835439.85")
    assert sponsor(DEFAULTS) == 0
