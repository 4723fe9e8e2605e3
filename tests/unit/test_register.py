"""The assumption register of a file."""

from __future__ import annotations

from pathlib import Path

from securitize.definitions.loading import load_deal, load_market, load_pool
from securitize.definitions.register import register
from tests.unit.mutations import GOOD, edited


def test_figures_are_listed_with_their_source_and_line() -> None:
    rows = register(load_deal(GOOD / "deal.toml"))
    assert [(row.path, row.value, row.kind, row.line) for row in rows] == [
        ("notes.A.balance", "60000000", "published", 47),
        ("notes.A.coupon.rate", "0.038", "published", 49),
        ("fees.trustee.rate", "0.0005", "assumed", 82),
        ("performance.default_rate[1]", "0.02", "assumed", 219),
    ]
    assert rows[0].source == "Prospectus, page 3"


def test_bare_numbers_are_stated() -> None:
    rows = {row.path: row for row in register(load_pool(GOOD / "pool.toml"), stated=True)}
    assert rows["contracts.c1.lump_sum"].kind == "stated"
    assert rows["contracts.c1.contract_rate"].kind == "assumed"
    assert rows["contracts.c2.repayment.payments[1].amount"].value == "20000000"


def test_bounds_and_units_are_kept(tmp_path: Path) -> None:
    edit = (
        "value = 0.0005, kind",
        'value = 0.0005, at_least = 0.0001, at_most = 0.001, unit = "a year", kind',
    )
    (row,) = (
        r for r in register(load_deal(edited("deal.toml", tmp_path, edit))) if r.path == "fees.trustee.rate"
    )
    assert (row.at_least, row.at_most, row.unit) == ("0.0001", "0.001", "a year")


def test_a_vector_may_be_one_figure(tmp_path: Path) -> None:
    edit = ('[0.01, { value = 0.02, kind = "assumed" }]', '{ value = [0.01, 0.02], kind = "assumed" }')
    (row,) = (
        r for r in register(load_deal(edited("deal.toml", tmp_path, edit))) if r.path.startswith("perf")
    )
    assert (row.path, row.value) == ("performance.default_rate", "[0.01, 0.02]")


def test_quotes_of_a_market_are_listed_with_kind_and_source() -> None:
    found = {figure.path: figure for figure in register(load_market(GOOD / "market.toml"))}
    five = found["curves.government.points[3].rate"]
    assert (five.value, five.kind, five.source) == ("0.0210", "assumed", "Invented of another day")
    assert found["curves.government.points[0].rate"].source == "Invented"
    assert found["curves.level.rate"].kind == "assumed"
    assert found['spreads."AA+".points[0].rate'].value == "-0.0010"
    assert len(found) == 4 + 1 + 1 + 3 + 2 + 1
