"""Invented candidates: drawn from real marginals, the same each time, and never to be taken for real."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from synthetic.candidates import ROOT, SIZES, Leaf, draw, leaves, write
from synthetic.marginals import derive, marginals
from tests.pooling.shared_data import shared_data

LEAVES = [Leaf(str(k), ("H01M4/36", "H01M10/05"), ("正极",)) for k in range(5)]


def test_marginals_are_those_of_the_real_tables() -> None:
    data = shared_data("derived_cn_lapse_hazard_by_age.csv").parent
    told = marginals()
    for table, figures in derive(data, data.parent / "facts").items():
        for name, figure in figures.items():
            assert told[table][name] == figure, f"{table}.{name}"


@pytest.mark.parametrize("name", SIZES)
def test_shipped_candidates_are_drawn_again_byte_by_byte(name: str, tmp_path: Path) -> None:
    patents, companies, seed = SIZES[name]
    write(tmp_path, draw(name, leaves(ROOT / "pools/chains" / f"{name}.toml"), patents, companies, seed))
    for file in sorted(tmp_path.iterdir()):
        assert file.read_bytes() == (ROOT / "pools" / name / file.name).read_bytes(), file.name


@pytest.mark.parametrize("name", SIZES)
def test_nobody_takes_them_for_real(name: str) -> None:
    for table in ("patents", "companies", "contracts", "legal_events"):
        with (ROOT / "pools" / name / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows
        assert {row["synthetic"] for row in rows} == {"true"}
        for row in rows:
            assert re.fullmatch(r"CN[12]99\d{6}[ABU]", row.get("publication_number", "CN199000000B"))
            assert re.fullmatch(
                r"CN\d{4}[12]9\d{6}\.[\dX]", row.get("application_number", "CN202019000000.0")
            )
            assert row.get("name", "虚构").startswith("虚构")


def test_a_large_draw_has_the_marginals_that_it_is_drawn_from() -> None:
    told = marginals()
    drawn = draw("lithium-battery", LEAVES, 20_000, 400, 7)
    rows = drawn.patents
    assert len(rows) == 20_000
    # Four standard errors of each figure.
    share = np.mean([row["patent_kind"] == "utility-model" for row in rows])
    expected = told["contract"]["utility_model_share"]
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / len(rows))
    claims = np.array([row["claims"] for row in rows], float)
    mean, sd = told["claims"]["mean_log"], told["claims"]["sd_log"]
    # Whole claims are the drawn figure cut down: the median lies between the log-normal's and one below.
    assert np.exp(mean) - 1 <= np.median(claims) <= np.exp(mean)
    assert abs(np.mean(claims > np.exp(mean + sd)) - 0.1587) < 0.03
    amounts: dict[object, float] = {}
    for contract in drawn.contracts:
        amounts[contract["company"]] = amounts.get(contract["company"], 0.0) + float(str(contract["amount"]))
    logs = np.log(list(amounts.values()))
    deviation = told["contract"]["sd_log_amount"]
    assert abs(logs.mean() - told["contract"]["mean_log_amount"]) < 4 * deviation / np.sqrt(len(logs))
    assert abs(logs.std() - deviation) < 4 * deviation / np.sqrt(2 * len(logs))


def test_every_row_joins() -> None:
    drawn = draw("electric-vehicle", LEAVES, 600, 30, 11)
    companies = {row["company"] for row in drawn.companies}
    contracts = {row["contract"]: row["company"] for row in drawn.contracts}
    assert len(companies) == 30
    for row in drawn.patents:
        assert row["company"] in companies
        assert not row["contract"] or contracts[row["contract"]] == row["company"]
    numbers = [row["publication_number"] for row in drawn.patents]
    assert len(set(numbers)) == len(numbers)
