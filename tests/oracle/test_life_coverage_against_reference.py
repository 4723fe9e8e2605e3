"""Life coverage of every shipped deal and template, on every day, against the second statement."""

from __future__ import annotations

from pathlib import Path

import pytest

import securitize
from securitize.base.errors import DefinitionError
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.reference_case import reference_case
from tests.oracle.life_coverage_reference import life_coverage, plain_coverage
from tests.oracle.measures_reference import Books
from tests.oracle.test_measures_against_reference import cases_of, same, scenario_of

#: Days are told one by one, from each of them fees to the end: few deals are quick.
QUICK = ("guangzhou-2019", "nanshan-5-2022", "xoma-vabysmo-2023", "supply-chain")


def books(deal: Path, scenario: Path | None) -> Books:
    case = reference_case(calculate(prepare(deal, scenario)))
    return Books(case.deal, dict(case.schedule), case.pools[0])


@pytest.mark.parametrize(("deal", "stress"), cases_of(QUICK))
def test_life_coverage_equals_the_reference(deal: Path, stress: str, tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, stress, deal)
    try:
        b = books(deal, scenario)
    except DefinitionError:
        return  # a stress of royalties in a pool of claims, and the other way about
    base = books(deal, None)
    for row in securitize.run(deal, scenario, store=False).table("life_coverage").to_dict("records"):
        want = life_coverage(b, row["rank"], row["period"])
        want["plain_coverage"] = plain_coverage(b, base, row["rank"], row["period"])
        for column, value in want.items():
            assert same(row[column], value), (row["rank"], row["period"], column, row[column], value)
