"""An event inside an instalment period counts from its day: every family of contracts by hand.

10,000,000.00 at 6% of ACT/365F bears 16,438.36 in ten days, 131,506.85 in eighty, 149,589.04 in a quarter of 91.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from securitize.assets.collections import Collections, project
from securitize.assets.resolve import resolve_pool
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.market import Market
from securitize.financing.debts import Charge, debts_of
from securitize.market.calendars import BusinessCalendar
from securitize.market.schedules import Schedule
from securitize.performance.resolved import NEVER, NamedDefault, NamedPrepayment
from securitize.performance.stresses import resolve_performance
from tests.unit.pool_samples import scenario

D = dt.date
START = D(2024, 1, 1)
ENDS = (START, D(2024, 4, 1), D(2024, 7, 1), D(2024, 10, 1), D(2025, 1, 1))
SCHEDULE = Schedule(ENDS[1:], ENDS, ENDS)
QUARTERS = {"every": "3M", "first": D(2024, 4, 1), "last": D(2025, 1, 1)}
SIX = {"kind": "fixed", "rate": Decimal("0.06")}
SHAPE = {"obligor": "o1", "start": START, "repayment": {"kind": "bullet"}, "dates": QUARTERS}
RIGHTS = {"collateral": ("p1", "p2"), "failure": {"invalidity": "repurchase"}}
LOAN: dict[str, Any] = {"kind": "pledged-loan", "principal": 10_000_000, "rate": SIX, **SHAPE, **RIGHTS}
FAMILIES: dict[str, dict[str, Any]] = {
    "pledged loan": LOAN,
    "licence-back": {
        "kind": "licence-back", "lump_sum": 10_000_000, "contract_rate": Decimal("0.06"), **SHAPE, **RIGHTS,
    },
    "sale and lease-back": {
        "kind": "lease-back", "price": 10_000_000, "rate": SIX, "nominal_price": 1_000, **SHAPE, **RIGHTS,
    },
    "supply chain": {
        "kind": "supply-chain", "amount": 10_000_000, "obligor": "o1", "supplier": "o2", "start": START,
        "due": D(2024, 7, 1), **RIGHTS,
    },
    "trust loan": {
        **LOAN, "kind": "trust-loan", "trust": {"fee_rate": Decimal("0.002"), "pass_through": 5},
    },
    "projected": {
        "kind": "projected", "obligor": "o1", "start": START, **RIGHTS,
        "cash": tuple(
            {"date": day, "interest": 150_000, "principal": 10_000_000 if day == ENDS[-1] else 0}
            for day in ENDS[1:]
        ),
    },
}  # fmt: skip
PREPAID, BOUGHT, STRUCK = D(2024, 4, 11), D(2024, 6, 20), D(2024, 6, 20)
#: Of each family, in ten days and in eighty days on all of it, and in the quarter to 1 July: what the vehicle gets.
#: A trust keeps 547.95, 4,383.56 and 4,986.30; listed interest accrues by days of 91.
ACCRUES = {
    "pledged loan": (16_438_36, 131_506_85, 149_589_04),
    "licence-back": (16_438_36, 131_506_85, 149_589_04),
    "sale and lease-back": (16_438_36, 131_506_85, 149_589_04),
    "supply chain": (0, 0, 0),
    "trust loan": (15_890_41, 127_123_29, 144_602_74),
    "projected": (16_483_52, 131_868_13, 150_000_00),
}
ALL = 10_000_000_00


def pool(contract: dict[str, Any]) -> Pool:
    return Pool.model_validate(
        {
            "name": "sample",
            "obligors": {"o1": {}, "o2": {}},
            "collateral": {
                "p1": {"kind": "invention", "owner": "o1", "count": 3},
                "p2": {"kind": "invention", "owner": "o1"},
            },
            "contracts": {"a": contract},
        }
    )


def run(
    contract: dict[str, Any], *stresses: dict[str, Any], market: Market | None = None, **base: Any
) -> Collections:
    sample = pool(contract)
    performance = resolve_performance(Performance.model_validate(base), scenario(*stresses), sample, SCHEDULE)
    return project(resolve_pool(sample, SCHEDULE, market), performance)


def dated(found: Collections, *streams: str) -> dict[dt.date, int]:
    """Cash by date; ``interest`` names the interest part of fees too."""
    cash: dict[dt.date, int] = {}
    for flow in found.flows["a"]:
        amount = flow.amount
        if flow.stream == "fee":
            assert flow.interest is not None
            amount = flow.interest if "interest" in streams else flow.amount * 0
        elif flow.stream not in streams:
            continue
        day = dt.date.fromordinal(int(flow.dates[0]))
        cash[day] = cash.get(day, 0) + int(amount[0])
    return {day: amount for day, amount in cash.items() if amount}


def prepayment(day: dt.date = PREPAID, **amount: Any) -> dict[str, Any]:
    return {"driver": "prepayment", "contract": "a", "at": day, **amount}


def failure(right: str, day: dt.date = BOUGHT) -> dict[str, Any]:
    return {"driver": "patent-failure", "right": right, "at": day, "cause": "invalidity"}


def later(family: str, day: dt.date) -> dt.date:
    """When the vehicle has it."""
    return day + dt.timedelta(days=5) if family == "trust loan" else day


@pytest.mark.parametrize("family", FAMILIES)
def test_a_prepayment_of_all_carries_interest_to_its_day_and_ends_it(family: str) -> None:
    found = run(FAMILIES[family], prepayment())
    ten, _, _ = ACCRUES[family]
    after = {day: amount for day, amount in dated(found, "interest").items() if day > later(family, ENDS[1])}
    assert after == ({later(family, PREPAID): ten} if ten else {})
    assert dated(found, "prepayment") == {later(family, PREPAID): ALL}
    assert found.performing[0].tolist() == [ALL, ALL, 0, 0, 0]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_prepayment_in_part_carries_its_own_interest_alone(family: str) -> None:
    """Of 4,000,000; what is left pays for the whole quarter."""
    found = run(FAMILIES[family], prepayment(amount=4_000_000))
    ten, _, quarter = ACCRUES[family]
    interest = dated(found, "interest")
    assert interest.get(later(family, PREPAID), 0) == pytest.approx(0.4 * ten, abs=1)
    assert interest.get(later(family, ENDS[2]), 0) == pytest.approx(0.6 * quarter, abs=1)
    assert dated(found, "prepayment") == {later(family, PREPAID): 4_000_000_00}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_repurchase_pays_what_accrued(family: str) -> None:
    """Of p1, three quarters of the rights, 80 days into the quarter: 98,630.14 of a loan; the rest goes on."""
    found = run(FAMILIES[family], failure("p1"))
    _, eighty, quarter = ACCRUES[family]
    interest = dated(found, "interest")
    assert interest.get(later(family, BOUGHT), 0) == pytest.approx(0.75 * eighty, abs=1)
    assert interest.get(later(family, ENDS[2]), 0) == pytest.approx(0.25 * quarter, abs=1)
    assert dated(found, "prepayment") == {later(family, BOUGHT): ALL * 3 // 4}


@pytest.mark.parametrize("claim", ["principal", "principal-and-interest"])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_had_accrued_is_in_the_claim_that_names_it(family: str, claim: str) -> None:
    """80% of 10,000,000, or of that and 80 days of interest; no instalment pays it."""
    recovery = {"source": "guarantee", "rate": Decimal("0.8"), "lag": "3M", "claim": claim}
    default = {"driver": "default", "contract": "a", "at": STRUCK, "recoveries": (recovery,)}
    found = run(FAMILIES[family], default)
    _, eighty, _ = ACCRUES[family]
    owed = ALL + (eighty if claim == "principal-and-interest" else 0)
    assert dated(found, "recovery") == {later(family, D(2024, 9, 20)): round(0.8 * owed)}
    assert max(dated(found, "interest"), default=START) <= later(family, ENDS[1])
    assert found.defaulted[0].tolist() == [0, ALL, 0, 0]


def test_a_royalty_of_the_period_in_which_the_licensee_defaults_is_lost() -> None:
    royalty = {
        "kind": "running-royalty", "obligor": "o1", "start": START, "collateral": ("p1",),
        "sales": {"every": "3M", "first": D(2024, 3, 31), "last": D(2024, 12, 31), "end_of_month": True,
                  "amount": 1_000_000},
        "rate": {"kind": "fixed", "rate": Decimal("0.05")}, "end": D(2030, 1, 1), "until_last_valid_claim": True,
        "after_claims": 0,
    }  # fmt: skip
    default = {"driver": "default", "contract": "a", "at": STRUCK}
    assert dated(run(royalty, default), "royalty") == {D(2024, 3, 31): 50_000_00}
    # Invalid on 20 June: 81 of the 91 days from 1 April on bear royalties.
    ended = dated(run(royalty, failure("p1")), "royalty")
    assert ended[D(2024, 6, 30)] == round(50_000_00 * 81 / 91)


MARKET = Market.model_validate(
    {
        "name": "sample",
        "lpr": (
            {
                "date": D(2023, 8, 21),
                "one_year": Decimal("0.0335"),
                "five_year": Decimal("0.04"),
                "source": "x",
            },
            {
                "date": D(2024, 5, 15),
                "one_year": Decimal("0.031"),
                "five_year": Decimal("0.04"),
                "source": "x",
            },
        ),
    }
)
MONTHLY = LOAN | {"rate": {"kind": "lpr", "index": "LPR-1Y", "margin": 0, "reset": "1M"}}


def test_an_index_reset_inside_a_period_counts_from_its_day() -> None:
    """Reset on 1 June: 61 days at 3.35% and 30 at 3.10%."""
    assert dated(run(MONTHLY, market=MARKET), "interest")[ENDS[2]] == 81_465_75
    assert (
        dated(run(MONTHLY, prepayment(D(2024, 6, 11)), market=MARKET), "interest")[D(2024, 6, 11)]
        == 64_479_45
    )
    yearly = LOAN | {"rate": MONTHLY["rate"] | {"reset": "12M"}}
    assert dated(run(yearly, market=MARKET), "interest")[ENDS[2]] == 83_520_55
    quarterly = LOAN | {"rate": MONTHLY["rate"] | {"reset": "3M"}}
    assert dated(run(quarterly, market=MARKET), "interest")[ENDS[3]] == 78_136_99


def test_a_stress_of_the_index_acts_on_the_reset_dates_inside_a_period() -> None:
    """Set to 5% from 1 May on: 30 days at 3.35%, 61 at 5%."""
    higher = {"driver": "lpr", "at": D(2024, 5, 1), "set": Decimal("0.05")}
    assert dated(run(MONTHLY, higher, market=MARKET), "interest")[ENDS[2]] == 111_095_89


def test_named_events_of_a_period_act_by_date_and_those_of_its_last_day_by_order() -> None:
    default = {"driver": "default", "contract": "a", "at": D(2024, 5, 20)}
    early = run(LOAN, default, prepayment())
    assert (int(early.defaulted.sum()), int(early.streams["prepayment"].sum())) == (0, ALL)
    late = run(LOAN, default, prepayment(D(2024, 5, 21)))
    assert (int(late.defaulted.sum()), int(late.streams["prepayment"].sum())) == (ALL, 0)
    # On the day of an instalment its interest is paid once, by the instalment or with the prepayment.
    for order in (("default", "interest", "prepayment"), ("prepayment", "default", "interest")):
        paid = dated(run(LOAN, prepayment(ENDS[2]), order=order), "interest")
        assert paid == {ENDS[1]: 149_589_04, ENDS[2]: 149_589_04}


@pytest.mark.parametrize(
    ("cuts", "order", "interest", "recovered"),
    [
        ("this-interest", ("default", "interest", "prepayment"), 0, 10_149_589_04),
        ("next-interest", ("default", "interest", "prepayment"), 149_589_04, ALL),
        ("this-interest", ("interest", "default", "prepayment"), 149_589_04, ALL),
    ],
)
def test_of_a_default_on_the_day_of_an_instalment_interest_is_paid_or_claimed(
    cuts: str, order: tuple[str, ...], interest: int, recovered: int
) -> None:
    own = ({"source": "x", "rate": Decimal(1), "claim": "principal-and-interest"},)
    default = {"driver": "default", "contract": "a", "at": ENDS[2]}
    by_rate = {"driver": "default-rate", "set": (0, Decimal(1))}
    for stress in (default, by_rate):
        found = run(LOAN, stress, default_cuts=cuts, order=order, recoveries=own)
        assert dated(found, "interest").get(ENDS[2], 0) == interest
        assert sum(dated(found, "recovery").values()) == recovered


def test_an_entry_of_principal_takes_what_is_left_of_the_principal() -> None:
    """A guarantor pays 99% of 10,131,506.85; the sale finds nothing left of the principal, the last entry 0.7%."""
    own = (
        {"source": "guarantee", "rate": Decimal("0.99"), "claim": "principal-and-interest"},
        {"source": "sale", "rate": Decimal("0.003")},
        {"source": "collateral", "rate": Decimal("0.007"), "claim": "principal-and-interest"},
    )
    default = {"driver": "default", "contract": "a", "at": STRUCK, "recoveries": own}
    found = [int(flow.amount[0]) for flow in run(LOAN, default).flows["a"] if flow.stream == "recovery"]
    assert found == [10_030_191_78, 70_920_55]


def test_paths_have_events_on_days_of_their_own() -> None:
    sample = pool(LOAN)
    base = resolve_performance(Performance(), None, sample, SCHEDULE)
    days = np.array([D(2024, 4, 11).toordinal(), D(2024, 6, 20).toordinal(), NEVER], np.int64)
    default = np.array([D(2024, 5, 1).toordinal(), D(2024, 5, 1).toordinal(), NEVER], np.int64)
    both = replace(
        base,
        paths=3,
        defaults={"a": NamedDefault(default)},
        prepayments={"a": (NamedPrepayment(days, None),)},
    )
    found = project(resolve_pool(sample, SCHEDULE, None), both)
    assert found.streams["interest"].sum(axis=1).tolist() == [166_027_40, 149_589_04, 601_643_84]
    assert found.defaulted.sum(axis=1).tolist() == [0, ALL, 0]


@pytest.mark.parametrize("family", ["pledged loan", "licence-back", "sale and lease-back", "trust loan"])
def test_the_companys_cost_sees_the_same_dated_cash(family: str) -> None:
    """It pays the trust's part too, on the day on which it pays; interest of ten days is charged for ten days."""
    sample = pool(FAMILIES[family])
    (contract,) = resolve_pool(sample, SCHEDULE, None).claims
    performance = resolve_performance(Performance(), scenario(prepayment()), sample, SCHEDULE)
    (owed,) = debts_of([contract], performance, SCHEDULE, BusinessCalendar(sample.calendar))
    assert owed.repayments == ((PREPAID, ALL),)
    assert owed.interest == ((ENDS[1], 149_589_04), (PREPAID, 16_438_36))
    assert owed.charged == (Charge(START, ENDS[1], 149_589_04), Charge(ENDS[1], PREPAID, 16_438_36))
