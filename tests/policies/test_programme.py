"""A good plan keeps every rule of the notice; a plan that breaks one rule is refused by just that rule."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import securitize
from securitize.financing.programme.cost_to_the_city import CostToTheCity
from securitize.financing.programme.rules import FLOORS, GROWTH, TITLES
from securitize.library import find_programme
from tests.cli.program import securitize as program

GOOD = Path(find_programme("example-city"))
BREAKS = [
    # Its uses are within a larger sum as well, so that only the sum itself breaks a rule.
    ("total", ("total = { value = 150_000_000", "total = { value = 150_000_001")),
    ("first", ("first = { value = 100_000_000", "first = { value = 100_000_001")),
    ("uses", ("amount = 8_000_000", "amount = 13_000_001")),
    ("before-review", ("spent = 2022-10-31", "spent = 2022-01-14")),
    ("cluster-area", ("spent = 2021-12-20\ncluster_area = true", "spent = 2021-12-20\ncluster_area = false")),
    ("market-instruments", ("spent = 2022-06-30\nmarket_instrument = true", "spent = 2022-06-30")),
    *(
        ("forbidden-uses", ('purpose = "standards"', f'purpose = "{purpose}"'))
        for purpose in ("building-works", "land", "relocation", "staff-pay", "running-costs")
    ),
    ("years", ("years = 3", "years = 4")),
    ("plan-filed", ("plan_filed = 2020-08-20", "plan_filed = 2020-09-02")),
    ("fund-rules", ("fund_rules = 2020-09-15", "fund_rules = 2020-09-21")),
    ("one-city", ("years = 3", 'years = 3\nother_cities_of_the_province = ["Second city"]')),
    ("licences_and_transfers", ("third_year = 1_760", "third_year = 1_727")),
    ("pledge_amount", ("third_year = 1_110_000_000", "third_year = 1_098_499_999")),
    ("pledge_projects", ("third_year = 221", "third_year = 219")),
    ("technology_contract_value", ("third_year = 552_000_000", "third_year = 548_799_999")),
    ("smes_converting", ("smes_converting = 120", "smes_converting = 99")),
    ("securitizations", ("securitizations = 2", "securitizations = 0")),
    ("navigation_projects", ("navigation_projects = 6", "navigation_projects = 4")),
    ("certified_organisations", ("certified_organisations = 230", "certified_organisations = 199")),
    ("smes_in_custody", ("smes_in_custody = 1_050", "smes_in_custody = 999")),
    ("regional_platforms", ("regional_platforms = 1", "regional_platforms = 0")),
    ("operation_centres", ("operation_centres = 3", "operation_centres = 2")),
]  # fmt: skip


def changed(tmp_path: Path, before: str, after: str) -> Path:
    text = GOOD.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file = tmp_path / "plan.toml"
    file.write_text(text.replace(before, after), encoding="utf-8")
    return file


def test_a_good_plan_keeps_every_rule() -> None:
    found = securitize.check_programme("example-city")
    assert found.breached == ()
    assert {row.rule for row in found.results} == set(TITLES)
    assert {rule for rule, _ in BREAKS} == set(TITLES)


@pytest.mark.parametrize(("rule", "edit"), BREAKS)
def test_a_plan_that_breaks_one_rule_is_refused_by_it_alone(
    tmp_path: Path, rule: str, edit: tuple[str, str]
) -> None:
    found = securitize.check_programme(changed(tmp_path, *edit))
    assert [row.rule for row in found.breached] == [rule]


def test_targets_are_compound_and_exact(tmp_path: Path) -> None:
    assert {name: growth**3 for name, growth in GROWTH.items()} == {
        "licences_and_transfers": Fraction("1.728"),
        "pledge_amount": Fraction("2.197"),
        "pledge_projects": Fraction("2.197"),
        "technology_contract_value": Fraction("2.744"),
    }
    # Exactly 1.728 times is enough, a unit less is not.
    edge = securitize.check_programme(changed(tmp_path, "third_year = 1_760", "third_year = 1_728"))
    assert edge.breached == ()
    row = next(one for one in edge.results if one.rule == "licences_and_transfers")
    assert row.headroom == 0


def test_a_broken_plan_ends_with_exit_code_one(tmp_path: Path) -> None:
    file = changed(tmp_path, "operation_centres = 3", "operation_centres = 2")
    done = program("programme", "check", str(file), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "rules broken: operation_centres\n")
    assert "no" in done.stdout.split()
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert program("programme", "check", "example-city", cwd=tmp_path).returncode == 0
    assert len(FLOORS) == 7


def test_public_money_is_put_beside_what_it_brings() -> None:
    cost = CostToTheCity(paid=2_000_000, lowered=250.0, saved=1_600_000, financed=100_000_000)
    assert (cost.per_basis_point, cost.per_yuan_saved, cost.leverage) == (8000.0, 1.25, 50.0)
    nothing = CostToTheCity(0, 0.0, 0, 100)
    assert (nothing.per_basis_point, nothing.per_yuan_saved, nothing.leverage) == (None, None, None)


@pytest.mark.parametrize("name", ["shenzhen-nanshan-2025", "guangzhou-nansha-2024", "zhongshan"])
def test_a_policy_is_shown_with_its_sources(tmp_path: Path, name: str) -> None:
    done = program("policy", "show", name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "published" in done.stdout
