"""What one event inside a quarter brings, to the fen, for every kind of contract: days x rate x balance by hand.

10,000,000.00 at 6% of ACT/365F, quarters of 1 April and 1 July (91 days). All dates are written as cash moves: the
trust loan passes on five days later, and its trust keeps 0.2% of the balance.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, get_args

import pytest

from securitize.assets.resolve import resolve_pool
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Contract
from securitize.financing.cost import cost_of
from securitize.financing.debts import debts_of
from securitize.market.calendars import BusinessCalendar
from securitize.performance.stresses import resolve_performance
from tests.financing.made import financing, side
from tests.unit.pool_samples import scenario
from tests.unit.test_events_inside_a_period import (
    ENDS,
    FAMILIES,
    MARKET,
    SCHEDULE,
    START,
    STRUCK,
    failure,
    pool,
    prepayment,
    run,
)

D = dt.date
KINDS = {one["kind"]: one for one in FAMILIES.values()}
KINDS["running-royalty"] = {
    "kind": "running-royalty", "obligor": "o1", "start": START, "collateral": ("p1",), "end": D(2030, 1, 1),
    "sales": {"every": "3M", "first": D(2024, 3, 31), "last": D(2024, 12, 31), "end_of_month": True,
              "amount": 1_000_000},
    "rate": {"kind": "fixed", "rate": Decimal("0.05")}, "until_last_valid_claim": True, "after_claims": 0,
}  # fmt: skip
KINDS["projected-royalty"] = {
    "kind": "projected-royalty", "obligor": "o1", "start": START, "collateral": ("p1",),
    "cash": tuple({"date": day, "royalty": 50_000} for day in (D(2024, 3, 31), D(2024, 6, 30), D(2024, 9, 30))),
}  # fmt: skip


def struck(claim: str) -> dict[str, Any]:
    """A default 80 days into the quarter; 80% of the claim is recovered three months later."""
    recovery = {"source": "guarantee", "rate": Decimal("0.8"), "lag": "3M", "claim": claim}
    return {"driver": "default", "contract": "a", "at": STRUCK, "recoveries": (recovery,)}


EVENTS: dict[str, list[dict[str, Any]]] = {
    "all is prepaid on 11 April": [prepayment()],
    "4,000,000, then 1,000,000, are prepaid on 11 April": [
        prepayment(amount=4_000_000),
        prepayment(amount=1_000_000),
    ],
    "a right, three quarters of the weight, is invalid on 20 June": [failure("p1")],
    "default on 20 June, claim of principal": [struck("principal")],
    "default on 20 June, claim of principal and interest": [struck("principal-and-interest")],
}
PREPAID, PARTS, FAILED, STRUCK_BARE, STRUCK_WHOLE = EVENTS
APRIL, JUNE, JULY, SEPTEMBER = D(2024, 4, 11), D(2024, 6, 20), ENDS[2], D(2024, 9, 20)
#: Three days on which the trust has passed on what was paid on the days above.
APRIL_T, JUNE_T, JULY_T, SEPTEMBER_T = (day + dt.timedelta(days=5) for day in (APRIL, JUNE, JULY, SEPTEMBER))

#: Interest is 10,000,000 x 6% / 365 = 1,643.8356 a day of the whole balance.
LENT = {
    # 10 days of 10,000,000: 16,438.356
    PREPAID: {("prepayment", APRIL): 10_000_000_00, ("interest", APRIL): 16_438_36},
    # 10 days of 4,000,000: 6,575.342, of 1,000,000: 1,643.836; then 91 days of 5,000,000: 74,794.521
    PARTS: {
        ("prepayment", APRIL): 5_000_000_00,
        ("interest", APRIL): 6_575_34 + 1_643_84,
        ("interest", JULY): 74_794_52,
    },
    # 80 days of 7,500,000: 98,630.137; 91 days of 2,500,000: 37,397.260
    FAILED: {
        ("prepayment", JUNE): 7_500_000_00,
        ("interest", JUNE): 98_630_14,
        ("interest", JULY): 37_397_26,
    },
    STRUCK_BARE: {("recovery", SEPTEMBER): 8_000_000_00},
    # 80 days of 10,000,000: 131,506.849; 80% of 10,131,506.85: 8,105,205.480
    STRUCK_WHOLE: {("recovery", SEPTEMBER): 8_105_205_48},
}
EXPECTED: dict[str, dict[str, dict[tuple[str, dt.date], int]]] = {
    "pledged-loan": LENT,
    "lease-back": LENT,
    # The same amounts are a fee: interest alone until the last instalment.
    "licence-back": {
        event: {
            ("fee" if stream == "interest" else stream, day): amount for (stream, day), amount in cash.items()
        }
        for event, cash in LENT.items()
    },
    # No interest: what is left is due on 1 July.
    "supply-chain": {
        PREPAID: {("prepayment", APRIL): 10_000_000_00},
        PARTS: {("prepayment", APRIL): 5_000_000_00, ("principal", JULY): 5_000_000_00},
        FAILED: {("prepayment", JUNE): 7_500_000_00, ("principal", JULY): 2_500_000_00},
        STRUCK_BARE: {("recovery", SEPTEMBER): 8_000_000_00},
        STRUCK_WHOLE: {("recovery", SEPTEMBER): 8_000_000_00},
    },
    # The trust keeps 10,000,000 x 0.2% / 365 = 54.7945 a day of the whole balance.
    "trust-loan": {
        # 16,438.36 less 547.95 (10 days)
        PREPAID: {("prepayment", APRIL_T): 10_000_000_00, ("interest", APRIL_T): 15_890_41},
        # 6,575.34 - 219.18, 1,643.84 - 54.79; 74,794.52 less 2,493.15
        PARTS: {
            ("prepayment", APRIL_T): 5_000_000_00,
            ("interest", APRIL_T): 6_356_16 + 1_589_05,
            ("interest", JULY_T): 72_301_37,
        },
        # 98,630.14 less 3,287.67; 37,397.26 less 1,246.58
        FAILED: {
            ("prepayment", JUNE_T): 7_500_000_00,
            ("interest", JUNE_T): 95_342_47,
            ("interest", JULY_T): 36_150_68,
        },
        STRUCK_BARE: {("recovery", SEPTEMBER_T): 8_000_000_00},
        # 131,506.85 less 4,383.56 is 127,123.29; 80% of 10,127,123.29: 8,101,698.632
        STRUCK_WHOLE: {("recovery", SEPTEMBER_T): 8_101_698_63},
    },
    # 150,000.00 of interest is listed for the quarter: 150,000 / 91 a day of the whole balance.
    "projected": {
        # x 10 / 91: 16,483.516
        PREPAID: {("prepayment", APRIL): 10_000_000_00, ("interest", APRIL): 16_483_52},
        # 0.4 and 0.1 of it: 6,593.407 and 1,648.352; half of the quarter's
        PARTS: {
            ("prepayment", APRIL): 5_000_000_00,
            ("interest", APRIL): 6_593_41 + 1_648_35,
            ("interest", JULY): 75_000_00,
        },
        # 0.75 x 80 / 91: 98,901.099; a quarter of it
        FAILED: {
            ("prepayment", JUNE): 7_500_000_00,
            ("interest", JUNE): 98_901_10,
            ("interest", JULY): 37_500_00,
        },
        STRUCK_BARE: {("recovery", SEPTEMBER): 8_000_000_00},
        # x 80 / 91: 131,868.132; 80% of 10,131,868.13: 8,105,494.504
        STRUCK_WHOLE: {("recovery", SEPTEMBER): 8_105_494_50},
    },
    # 5% of 1,000,000; nothing accrues and nothing is prepaid; the whole reporting period is lost with the licensee.
    "running-royalty": {
        PREPAID: {("royalty", D(2024, 6, 30)): 50_000_00},
        PARTS: {("royalty", D(2024, 6, 30)): 50_000_00},
        # 30 days of April, 31 of May, 20 of June: 81 of 91 days of sales, 890,109.89, x 5%: 44,505.494
        FAILED: {("royalty", D(2024, 6, 30)): 44_505_49},
        STRUCK_BARE: {},
        STRUCK_WHOLE: {},
    },
    # As listed, whatever becomes of a right.
    "projected-royalty": {
        **{event: {("royalty", D(2024, 6, 30)): 50_000_00} for event in (PREPAID, PARTS, FAILED)},
        STRUCK_BARE: {},
        STRUCK_WHOLE: {},
    },
}


def paid(
    contract: dict[str, Any], *stresses: dict[str, Any], recovered: bool = True, **given: Any
) -> dict[tuple[str, dt.date], int]:
    """Cash of the second quarter, and what is recovered, by stream and date."""
    found: dict[tuple[str, dt.date], int] = {}
    for flow in run(contract, *stresses, **given).flows["a"]:
        day = dt.date.fromordinal(int(flow.dates[0]))
        since = ENDS[1] + dt.timedelta(days=5)
        if (since < day <= JULY_T or (recovered and flow.stream == "recovery")) and flow.amount[0]:
            found[flow.stream, day] = found.get((flow.stream, day), 0) + int(flow.amount[0])
    return found


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_event_inside_a_quarter_by_hand(kind: str, event: str) -> None:
    assert paid(KINDS[kind], *EVENTS[event]) == EXPECTED[kind][event]


def test_every_kind_of_contract_has_its_values() -> None:
    union = get_args(Contract)[0]
    kinds = {word for one in get_args(union) for word in get_args(one.model_fields["kind"].annotation)}
    assert kinds == KINDS.keys() == EXPECTED.keys()


def test_what_is_cut_with_a_right_takes_what_had_accrued_on_it_along() -> None:
    """A licence-back without terms of failure: 91 days of 2,500,000, 37,397.26, and nothing of the 98,630.14."""
    bare = {key: value for key, value in KINDS["licence-back"].items() if key != "failure"}
    assert paid(bare, failure("p1")) == {("fee", JULY): 37_397_26}


@pytest.mark.parametrize(
    ("kind", "ended", "went_on"),
    # 61 days at 3.35% (2.0435), then at 3.10%: 10 days to 11 June (0.3100), 30 to 1 July (0.9300); a trust's fee of
    # 71 days and of 91.
    [
        ("pledged-loan", 64_479_45, 81_465_75),  # 2.3535 x 10,000,000 / 365 = 64,479.452; 2.9735: 81,465.753
        ("lease-back", 64_479_45, 81_465_75),
        ("trust-loan", 60_589_04, 76_479_45),  # less 3,890.41; less 4,986.30
    ],
)
def test_an_index_that_is_reset_on_1_june_by_hand(kind: str, ended: int, went_on: int) -> None:
    monthly = {"kind": "lpr", "index": "LPR-1Y", "margin": 0, "reset": "1M"}
    contract = KINDS[kind] | {"rate": monthly}
    trust = kind == "trust-loan"
    assert paid(contract, market=MARKET) == {("interest", JULY_T if trust else JULY): went_on}
    day = D(2024, 6, 16) if trust else D(2024, 6, 11)
    found = paid(contract, prepayment(D(2024, 6, 11)), market=MARKET)
    assert found == {("prepayment", day): 10_000_000_00, ("interest", day): ended}


@pytest.mark.parametrize("kind", ["pledged-loan", "licence-back", "lease-back", "trust-loan"])
def test_a_company_that_prepays_inside_a_quarter_costs_its_rate(kind: str) -> None:
    """149,589.04 on 1 April and 10,016,438.36 on 11 April: 6% of 101 days, 166,027.40; 6.1406% a year."""
    sample = pool(KINDS[kind])
    performance = resolve_performance(Performance(), scenario(prepayment()), sample, SCHEDULE)
    claims = resolve_pool(sample, SCHEDULE, None).claims
    (owed,) = debts_of(claims, performance, SCHEDULE, BusinessCalendar(sample.calendar))
    found = cost_of(side(owed, financing()).cash)
    assert found.money == 166_027_40
    assert found.all_in == pytest.approx(0.061406, abs=1e-6)
    rate = 1 + (found.all_in or 0)
    assert 149_589_04 / rate ** (91 / 365) + 10_016_438_36 / rate ** (101 / 365) == pytest.approx(1e9, abs=1)


def test_interest_is_recovered_after_its_lag_where_a_deposit_bears_the_principal() -> None:
    """10,000,000 of deposit on 20 June; 80% of 80 days of interest, 131,506.85, three months later."""
    secured = KINDS["pledged-loan"] | {"deposit": 10_000_000}
    found = paid(secured, struck("principal-and-interest"))
    assert found == {("recovery", JUNE): 10_000_000_00, ("recovery", SEPTEMBER): 105_205_48}
