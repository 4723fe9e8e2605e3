"""States, losses and published coverage of every shipped deal and template against the second statement.

The rows are those of the reference interpreter, and every quotient is a fraction.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import securitize
from securitize.base.errors import DefinitionError
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.reference_case import reference_case
from securitize.library import list_deals, list_templates
from tests.oracle.coverage_reference import coverage
from tests.oracle.measures_reference import (
    Books,
    interest_loss,
    lent,
    present_value_loss,
    principal_loss,
    state_of,
    whole_unit,
)

DEALS = [one.path for one in list_deals()] + [one.path for one in list_templates()]
#: Stresses by name: much fails, everything is late, sales are low; {alone} stands for all providers of the deal.
STRESSES = {
    "base": "",
    "defaults": '[[stress]]\ndriver = "default-rate"\nset = 0.35\n',
    "alone": '[[stress]]\ndriver = "default-rate"\nset = 0.2\n{alone}',
    "late": '[[stress]]\ndriver = "late-payment"\nfrom = {start}\nto = {end}\ndays = 100\n',
    "low-sales": '[[stress]]\ndriver = "royalty-base"\nscale = 0.35\n',
}
QUICK = ("alone",)


def cases_of(quick: tuple[str, ...]) -> list[Any]:
    """Every deal under every stress; those that are named are tried in every change, the others are deep."""
    return [
        pytest.param(
            deal,
            stress,
            id=f"{deal.stem}-{stress}",
            marks=() if stress in QUICK and deal.stem in quick else pytest.mark.deep(part="solvers"),
        )
        for deal in DEALS
        for stress in STRESSES
    ]


STATE = ("state", "loses_what", "first_late_date", "days_late", "largest_overdue", "deferred_as_allowed")


def minor(amount: Any) -> int:
    """Minor units of an amount of a table."""
    return int(Decimal(str(amount)) * 100)


def same(have: float | None, want: Fraction | None) -> bool:
    if have is None or math.isnan(have) or want is None:
        return want is None and (have is None or math.isnan(have))
    return math.isclose(have, want, rel_tol=1e-12)


def told(have: Any) -> Any:
    """A cell as the reference says it."""
    if have is None or have != have:  # noqa: PLR0124 (not a number)
        return None
    return have.date() if isinstance(have, dt.datetime) else have


def scenario_of(folder: Path, name: str, deal: Path) -> Path | None:
    if not STRESSES[name]:
        return None
    plain = prepare(deal)
    ends = plain.schedule.collection
    days = {"start": ends[0] + dt.timedelta(days=1), "end": ends[-1] + dt.timedelta(days=400)}
    failing = '[[stress]]\ndriver = "provider-default"\nsupport = "{}"\nat = {}\nrecovery = 0.25\n'
    alone = "".join(failing.format(name, ends[len(ends) // 2]) for name in plain.deal.support)
    found = folder / f"{name}.toml"
    found.write_text(f'name = "{name}"\n\n' + STRESSES[name].format(**days, alone=alone), encoding="utf-8")
    return found


@pytest.mark.parametrize(("deal", "stress"), cases_of(tuple(deal.stem for deal in DEALS)))
def test_measures_equal_the_reference(deal: Path, stress: str, tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, stress, deal)
    try:
        prepared = prepare(deal, scenario)
    except DefinitionError:
        return  # a stress of royalties in a pool of claims, and the other way about
    calculation = calculate(prepared)
    case = reference_case(calculation)
    b = Books(case.deal, dict(case.schedule), case.pools[0])
    run = securitize.run(deal, scenario, store=False)
    compare_notes(b, run.table("note_measures"))
    fee_interest = calculation.collections.fee_interest[0].tolist()
    compare_coverage(b, fee_interest, run.table("coverage"), run.table("note_measures"))


def compare_notes(b: Books, table: Any) -> None:
    for row in table.to_dict("records"):
        note, found = row["note"], state_of(b, row["note"])
        for column in STATE:
            have, want = told(row[column]), found.get(column)
            if column == "largest_overdue" and have is not None:
                have = minor(have)
            assert have == want, (note, column)
        assert minor(row["principal_loss"]) == principal_loss(b, note), note
        assert minor(row["interest_loss"]) == interest_loss(b, note), note
        # The engine's account of the lender is in whole minor units, of a note with certificates in whole q.
        off = (b.T + 1) * whole_unit(b, note) / max(1, lent(b, note)) + 1e-8
        assert abs(row["present_value_loss"] - present_value_loss(b, note)) < off, note


def compare_coverage(b: Books, fee_interest: list[int], table: Any, measures: Any) -> None:
    """``fee_interest`` has a second statement of its own, in the test of assets."""
    least: dict[int, list[Fraction]] = {}
    for row in table.to_dict("records"):
        want = coverage(b, row["rank"], row["period"], fee_interest)
        for column in ("dscr", "dscr_with_support", "ic"):
            assert same(row[column], want[column]), (row["rank"], row["period"], column, want[column])
        if want["dscr"] is not None:
            least.setdefault(row["rank"], []).append(want["dscr"])
    for row in measures.to_dict("records"):
        of_rank = least.get(row["rank"], [])
        assert same(row["min_dscr"], min(of_rank, default=None)), row["note"]
        assert row["dscr_dates"] == len(of_rank), row["note"]
