"""Bad financings and alternatives: each code, with file, line and path."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.financing.checks import check_financing
from securitize.definitions.loading import load_alternative, load_deal, load_financing, load_pool
from tests.unit.mutations import GOOD, edited


def problems(name: str, folder: Path, *edits: tuple[str, str]) -> list[Problem]:
    try:
        load = load_financing if name == "financing.toml" else load_alternative
        loaded: Loaded[object] = load(edited(name, folder, *edits))
    except DefinitionError as error:
        return list(error.problems)
    assert loaded.model
    return []


FINANCING = [
    (("rate = { value = 0.01, kind", "rate = { value = 1.5, kind"), "costs.guarantee.rate", "SEC112"),
    (('component = "guarantee fee"', 'component = "guaranty"'), "costs.guarantee.component", "SEC124"),
    (("[refund]\n", "[refund]\nrate2 = 1\n"), "refund.rate2", "SEC122"),
    (("low = { value = 0.03, kind", "low = { value = 0.05, kind"), "published_cost", "SEC653"),
    (("low = 0.001", "low = 0.1"), "ranges.platform_margin", "SEC653"),
    (('deal = "good"\n', ""), "", "SEC654"),
    (("advance_rate = 0.9", "advance_rate = 0.0"), "", "SEC114"),
    (('due = "yearly"\n', ""), "costs.guarantee", "SEC651"),
    (("amount = 50_000\n", ""), "costs.appraisal", "SEC650"),
    (("amount = 50_000\n", "amount = 50_000\nrate = 0.1\n"), "costs.appraisal", "SEC650"),
]
ALTERNATIVE = [
    (("least_amount = 100_000\n", "least_amount = 60_000_000\n"), "", "SEC653"),
    (("offered_from = 2015-01-01", "offered_from = 2031-01-01"), "", "SEC653"),
    (('instrument = "pledge-loan"', 'instrument = "securitization"'), "instrument", "SEC124"),
    (('tenor = "1Y"', 'tenor = "one year"'), "tenor", "SEC133"),
]


@pytest.mark.parametrize(("edit", "at", "code"), FINANCING, ids=[f"{at} {code}" for _, at, code in FINANCING])
def test_a_bad_financing(tmp_path: Path, edit: tuple[str, str], at: str, code: str) -> None:
    (found,) = problems("financing.toml", tmp_path, edit)
    assert (found.code, found.path) == (code, at)
    assert found.file.endswith("financing.toml")
    assert found.repair


@pytest.mark.parametrize(("edit", "at", "code"), ALTERNATIVE, ids=[code for *_, code in ALTERNATIVE])
def test_a_bad_alternative(tmp_path: Path, edit: tuple[str, str], at: str, code: str) -> None:
    (found,) = problems("alternative.toml", tmp_path, edit)
    assert (found.code, found.path) == (code, at)


def test_a_facility_without_time_or_money(tmp_path: Path) -> None:
    facility = "[facility]\nprincipal = {}\ndrawn = 2024-01-01\nsettled = {}\ncoupon = 0.03\n"
    for principal, settled in ((1_000, "2024-01-01"), (0, "2025-01-01")):
        edit = ("[costs.guarantee]", facility.format(principal, settled) + "\n[costs.guarantee]")
        found = problems("financing.toml", tmp_path, ('deal = "good"\n', ""), edit)
        assert [(one.code, one.path) for one in found] == [("SEC652", "facility")]


def test_a_share_of_an_appraised_value_needs_one(tmp_path: Path) -> None:
    edits = [
        ("advance_rate = 0.9\n", ""),
        ("appraised_value = 12_000_000\n", ""),
        ("amount = 50_000", 'rate = 0.005\nof = "appraised-value"'),
    ]
    (found,) = problems("financing.toml", tmp_path, *edits)
    assert (found.code, found.path) == ("SEC656", "costs.appraisal.of")
    assert found.line


def test_a_financing_that_does_not_fit_its_deal(tmp_path: Path) -> None:
    deal, pool = load_deal(GOOD / "deal.toml").model, load_pool(GOOD / "pool.toml").model
    loaded = load_financing(edited("financing.toml", tmp_path, ('taxes = ["tax"]', 'taxes = ["levy"]')))
    found = check_financing(loaded, deal, pool)
    assert {(one.code, one.path) for one in found} >= {("SEC655", "taxes[0]"), ("SEC655", "companies.c1")}
    assert all(one.line and one.repair for one in found)


def test_the_good_files_are_good(tmp_path: Path) -> None:
    assert problems("financing.toml", tmp_path) == problems("alternative.toml", tmp_path) == []
