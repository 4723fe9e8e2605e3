"""Leases, receivables, trust loans, projected cash, deposits and failed rights by hand, one rule a test."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from securitize.assets.proceeds import proceeds
from securitize.base.errors import DefinitionError
from securitize.definitions.loading import load_pool
from tests.unit.pool_samples import CUT_OFF, LICENCE, LOAN, QUARTERS, D, pool, run, stream

MILLION = 100_000_000
FOUR = {"kind": "fixed", "rate": Decimal("0.04")}
LEASE: dict[str, Any] = {
    "kind": "lease-back",
    "obligor": "o1",
    "start": CUT_OFF,
    "price": 1_000_000,
    "rate": FOUR,
    "day_count": "30/360",
    "repayment": {"kind": "equal-principal"},
    "dates": QUARTERS,
}
RECEIVABLE: dict[str, Any] = {
    "kind": "supply-chain",
    "obligor": "o1",
    "supplier": "o2",
    "start": CUT_OFF,
    "amount": 1_000_000,
    "due": D(2020, 9, 30),
}
TRUST = LOAN | {"kind": "trust-loan", "trust": {"fee_rate": Decimal("0.004"), "pass_through": 5}}


def test_a_nominal_price_is_paid_with_the_last_rent() -> None:
    result = run(pool(a=LEASE | {"nominal_price": 100}))
    assert stream(result, "principal")[:4] == [24_997_500, 24_997_500, 24_997_500, 25_007_500]


def test_level_rents_leave_the_nominal_price() -> None:
    terms = LEASE | {"repayment": {"kind": "level-payment"}, "nominal_price": 100_000}
    result = run(pool(a=terms))
    rents = [a + b for a, b in zip(stream(result, "interest"), stream(result, "principal"), strict=True)][:4]
    assert rents[0] == rents[1] == rents[2]
    assert rents[3] == pytest.approx(rents[0] + 10_000_000, abs=4)


def test_rents_in_advance_begin_on_the_first_day_without_interest() -> None:
    dates = {"every": "3M", "first": D(2020, 1, 2), "last": D(2020, 10, 2)}
    terms = LEASE | {"start": D(2020, 1, 2), "timing": "advance", "dates": dates}
    result = run(pool(a=terms))
    assert stream(result, "principal") == [25_000_000] * 4 + [0] * 4
    assert stream(result, "interest") == [0, 750_000, 500_000, 250_000, *[0] * 4]


def test_a_receivable_is_paid_once_and_bought_at_a_discount() -> None:
    sample = pool(a=RECEIVABLE | {"discount_rate": Decimal("0.0365")})
    assert stream(run(sample), "principal") == [0, 0, MILLION, *[0] * 5]
    assert proceeds(sample.contracts["a"]) == MILLION - 273 * 10_000
    assert sample.contracts["a"].proceeds_to == "o2"


def test_a_trust_keeps_its_fee_and_passes_on_later() -> None:
    result = run(pool(a=TRUST))
    # 5 days after the end of each quarter's collection period: one period later.
    assert stream(result, "interest") == [0, *[900_000] * 4, *[0] * 3]
    assert stream(result, "principal") == [0, 0, 0, 0, MILLION, *[0] * 3]
    assert result.performing[0].tolist() == [MILLION] * 4 + [0] * 5
    assert result.scheduled.tolist() == [0, 900_000, 900_000, 900_000, 900_000 + MILLION, *[0] * 3]


def test_projected_cash_shrinks_with_what_defaults() -> None:
    cash = tuple(
        {"date": D(2020, month, 1), "interest": 10_000, "principal": 250_000} for month in (2, 5, 8, 11)
    )
    listed = {"kind": "projected", "obligor": "o1", "start": CUT_OFF, "cash": cash}
    assert stream(run(pool(a=listed)), "interest")[:4] == [1_000_000] * 4
    half = {"driver": "default-rate", "set": Decimal("0.5")}
    result = run(pool(a=listed), half)
    assert result.streams["principal"].sum() + result.defaulted.sum() == MILLION
    assert 0 < stream(result, "interest")[3] < 1_000_000


def test_a_deposit_is_taken_before_other_recoveries() -> None:
    default = {
        "driver": "default",
        "obligor": "o1",
        "at": D(2020, 2, 1),
        "recoveries": ({"source": "sale", "rate": Decimal("0.5"), "lag": "3M"},),
    }
    result = run(pool(a=LOAN | {"deposit": 100_000}), default)
    assert stream(result, "recovery") == [10_000_000, 45_000_000, *[0] * 6]
    assert proceeds(pool(a=LOAN | {"deposit": 100_000}).contracts["a"]) == 90_000_000


@pytest.mark.parametrize(
    ("cause", "lost", "bought"), [("lapse", 0, 0), ("invalidity", 0, 75_000_000), ("expiry", 75_000_000, 0)]
)
def test_what_follows_depends_on_the_cause(cause: str, lost: int, bought: int) -> None:
    terms = LICENCE | {"failure": {"lapse": "none", "invalidity": "repurchase", "expiry": "cut"}}
    result = run(
        pool(a=terms), {"driver": "patent-failure", "right": "p1", "at": D(2020, 2, 1), "cause": cause}
    )
    assert int(result.defaulted.sum()) == lost
    assert int(result.streams["prepayment"].sum()) == bought


def test_a_right_that_expires_by_itself_cuts_where_the_contract_says_so() -> None:
    sample = pool(a=LICENCE | {"failure": {"expiry": "cut"}}).model_copy(deep=True)
    right = sample.collateral["p1"].model_copy(update={"expiry": D(2020, 2, 1)})
    told = sample.model_copy(update={"collateral": sample.collateral | {"p1": right}})
    assert int(run(told).defaulted.sum()) == 75_000_000
    assert int(run(sample).defaulted.sum()) == 0


def test_a_contract_in_mid_life_goes_on_from_what_it_owes() -> None:
    past = {
        "date": D(2020, 7, 1),
        "balance": 500_000,
        "expected": ({"date": D(2020, 8, 1), "stream": "recovery", "amount": 7},),
    }
    result = run(pool(a=LOAN | {"as_of": past}))
    assert stream(result, "interest") == [1_000_000, 1_000_000, 500_000, 500_000, *[0] * 4]
    assert stream(result, "principal")[3] == MILLION // 2
    assert stream(result, "recovery") == [0, 0, 700, *[0] * 5]
    assert result.performing[0].tolist() == [MILLION, MILLION, *[MILLION // 2] * 2, *[0] * 5]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (LEASE | {"timing": "advance"}, "SEC155"),
        (LEASE | {"nominal_price": 1_000_001}, "SEC183"),
        (RECEIVABLE | {"price": 1, "discount_rate": Decimal("0.1")}, "SEC184"),
        (RECEIVABLE | {"price": 1_000_001}, "SEC184"),
        (LOAN | {"failure": {"lapse": "cut"}, "collateral": ("p1",)}, "SEC181"),
        (LOAN | {"failure": {"lapse": "repurchase"}}, "SEC181"),
        (LOAN | {"day_count": "ACT/ACT-ICMA", "dates": {"dates": (D(2020, 4, 1),)}}, "SEC182"),
    ],
)
def test_what_does_not_fit_is_refused(terms: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        pool(a=terms)
    assert code in [error.get("ctx", {}).get("code") for error in caught.value.errors()]


def test_a_balance_that_nothing_repays_is_refused() -> None:
    with pytest.raises(DefinitionError) as caught:
        run(pool(a=LOAN | {"as_of": {"date": D(2021, 1, 1), "balance": 1}}))
    assert [problem.code for problem in caught.value.problems] == ["SEC189"]


POOL = """
name = "p"
[obligors.o]
[contracts.c]
kind = "projected"
obligor = "o"
start = 2020-01-01
file = "cash.csv"
"""


def _pool_file(folder: Path, cash: str, pool_text: str = POOL) -> Path:
    (folder / "cash.csv").write_text(cash)
    (folder / "pool.toml").write_text(pool_text)
    return folder / "pool.toml"


def test_cash_is_read_from_a_file_beside_the_pool(tmp_path: Path) -> None:
    loaded = load_pool(_pool_file(tmp_path, "date,principal\n2020-06-30,5\n2020-12-31,7.5\n"))
    assert loaded.model.contracts["c"].opening == 1250
    assert list(loaded.attached) == ["cash.csv"]


def test_parquet_is_read_like_csv(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"date": [D(2020, 6, 30)], "interest": [Decimal("0.50")], "principal": [Decimal(5)]})
    pq.write_table(table, tmp_path / "cash.parquet")
    text = POOL.replace("cash.csv", "cash.parquet")
    loaded = load_pool(_pool_file(tmp_path, "", text))
    assert loaded.model.contracts["c"].opening == 500


@pytest.mark.parametrize(
    ("cash", "said"),
    [
        ("date,principal\n2020-06-31,5\n", "cash.csv:2: date: not a date"),
        ("date,principal\n2020-06-30,x\n", "cash.csv:2: principal: not an amount"),
        ("date,principal\n2020-06-30,-5\n", "cash.csv:2: principal: the amount is negative"),
        ("date,principal\n2020-06-30\n", "cash.csv:2: the row has 1 fields"),
        ("date,capital\n2020-06-30,5\n", "cash.csv:1: capital: there is no such column"),
        ("", "cash.csv:1: date: the column is missing"),
    ],
)
def test_a_faulty_file_is_told_by_line_and_column(tmp_path: Path, cash: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_pool(_pool_file(tmp_path, cash))
    assert any(said in str(problem) for problem in caught.value.problems)


@pytest.mark.parametrize("name", ["../cash.csv", "/etc/passwd", "cash.txt", ""])
def test_a_file_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_pool(_pool_file(tmp_path, "", POOL.replace("cash.csv", name)))
    assert "SEC190" in [problem.code for problem in caught.value.problems]
