"""Pools, performances and scenarios that cannot be, each refused with its code; those that ship."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from securitize.definitions.performance import Performance
from securitize.definitions.scenarios.market import Holidays, Market
from securitize.definitions.scenarios.scenario import Scenario
from tests.unit.pool_samples import LICENCE, LOAN, QUARTERS, D, pool, run

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def _read(file: Path) -> dict[str, Any]:
    def tuples(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: tuples(one) for key, one in value.items()}
        return tuple(tuples(one) for one in value) if isinstance(value, list) else value

    written: dict[str, Any] = tuples(tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal))
    return written


def _code(model: Any, written: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(written)
    (error,) = caught.value.errors()
    return str(error["ctx"]["code"])


def _payments(*amounts: int) -> dict[str, Any]:
    days = (D(2020, 5, 1), D(2020, 6, 1))
    return {
        "kind": "custom",
        "payments": tuple({"date": d, "amount": a} for d, a in zip(days, amounts, strict=True)),
    }


BAD_CONTRACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "rule and list": ("SEC153", {"dates": QUARTERS | {"dates": (D(2020, 4, 1),)}}),
    "half a rule": ("SEC153", {"dates": {"every": "3M"}}),
    "no dates": ("SEC153", {"dates": {}}),
    "last before first": ("SEC153", {"dates": QUARTERS | {"last": D(2020, 3, 1)}}),
    "last off the rule": ("SEC154", {"dates": QUARTERS | {"last": D(2020, 12, 31)}}),
    "instalment on start": ("SEC155", {"start": D(2020, 4, 1)}),
    "dates descend": ("SEC155", {"dates": {"dates": (D(2020, 6, 1), D(2020, 5, 1))}}),
    "right twice": ("SEC156", {"collateral": ("p1", "p1")}),
    "payments do not sum": ("SEC157", {"repayment": _payments(500_000, 500_001)}),
    "unknown right": ("SEC158", {"collateral": ("p9",)}),
    "unknown obligor": ("SEC158", {"obligor": "o9"}),
}


@pytest.mark.parametrize("case", BAD_CONTRACTS)
def test_contracts_that_cannot_be(case: str) -> None:
    code, change = BAD_CONTRACTS[case]

    class Wrapped:
        @staticmethod
        def model_validate(written: dict[str, Any]) -> object:
            return pool(a=written)

    assert _code(Wrapped, LOAN | change) == code


BAD_PERFORMANCES: dict[str, dict[str, Any]] = {
    "SEC151": {"order": ("default", "default", "interest")},
    "SEC152": {
        "recoveries": ({"source": "a", "rate": Decimal("0.6")}, {"source": "b", "rate": Decimal("0.5")})
    },
    "SEC112": {"default_rate": 2},
    "SEC234": {"default_rate": ()},
}


@pytest.mark.parametrize("code", BAD_PERFORMANCES)
def test_performances_that_cannot_be(code: str) -> None:
    assert _code(Performance, BAD_PERFORMANCES[code]) == code


BAD_STRESSES: dict[str, tuple[str, dict[str, Any]]] = {
    "two changes": ("SEC170", {"driver": "default-rate", "set": 0, "scale": 1}),
    "no change": ("SEC170", {"driver": "prepayment-rate"}),
    "periods": ("SEC171", {"driver": "default-rate", "set": 0, "first_period": 3, "last_period": 2}),
    "window": ("SEC172", {"driver": "late-payment", "from": D(2020, 2, 1), "to": D(2020, 1, 1), "days": 1}),
    "nobody": ("SEC173", {"driver": "default", "at": D(2020, 2, 1)}),
    "two recoveries in one": (
        "SEC150",
        {
            "driver": "default",
            "obligor": "o",
            "at": D(2020, 2, 1),
            "recoveries": ({"source": "x", "rate": 0, "amount": 1},),
        },
    ),
    "index": ("SEC170", {"driver": "lpr"}),
    "recovery": ("SEC170", {"driver": "recovery-rate"}),
}


@pytest.mark.parametrize("case", BAD_STRESSES)
def test_stresses_that_cannot_be(case: str) -> None:
    code, stress = BAD_STRESSES[case]
    assert _code(Scenario, {"name": "x", "stress": (stress,)}) == code


def test_holidays_lie_in_their_years() -> None:
    written = {"name": "h", "sources": ("x",), "years": (2027,), "holidays": (D(2028, 1, 1),)}
    assert _code(Holidays, written) == "SEC161"


def test_a_vector_may_carry_its_source() -> None:
    figure = {"value": (Decimal("0.01"), Decimal("0.02")), "kind": "assumed"}
    assert Performance.model_validate({"default_rate": figure}).default_rate == (1_000_000, 2_000_000)


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("stresses/*.toml")), ids=lambda file: file.stem)
def test_shipped_stresses_are_named_as_their_files(file: Path) -> None:
    assert Scenario.model_validate(_read(file)).name == file.stem


def test_shipped_loan_prime_rates() -> None:
    market = Market.model_validate(_read(SCENARIOS / "markets" / "lpr.toml"))
    assert {row.kind for row in market.lpr} == {"published"}
    assert (market.lpr[-1].one_year, market.lpr[-1].five_year) == (3_000_000, 3_500_000)
    floating = LOAN | {"rate": {"kind": "lpr", "index": "LPR-1Y", "margin": Decimal("0.005"), "reset": "1Y"}}
    result = run(pool(a=floating, b=LICENCE), market=market)
    # 4.15% of 2019-11-20 holds on 2020-01-01; with the margin 4.65% of 1,000,000.00 for a quarter.
    assert int(result.streams["interest"][0, 0]) == 1_162_500
    up = _read(SCENARIOS / "stresses" / "lpr-up-200.toml")["stress"]
    raised = run(pool(a=floating, b=LICENCE), *up, market=market)
    assert int(raised.streams["interest"][0, 0]) == 1_662_500
    assert raised.scheduled[0] - result.scheduled[0] == 500_000
