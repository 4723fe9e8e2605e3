"""A term that is dated on the last payment date, as written or as paid, is one of the deal; one after both is none."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import DefinitionError
from securitize.definitions import checks
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import Locator
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.market.schedules import deal_schedule
from tests.unit.test_written_dates import deal

D = dt.date
#: The legal final date is a Saturday; following, it is paid on Monday, 2 April.
SATURDAY, SUNDAY, MONDAY, TUESDAY = D(2029, 3, 31), D(2029, 4, 1), D(2029, 4, 2), D(2029, 4, 3)
#: Every term with a date that lies within the deal, and its code.
TERMS = {
    "notes.A.principal.date": "SEC251",
    "notes.A.puts[0].date": "SEC245",
    "notes.A.settlement.date": "SEC245",
    "issuer_call.prices[0].from": "SEC245",
    "issuer_call.date": "SEC245",
    "fees.auditor.date": "SEC253",
    "fees.adviser.payments[0].date": "SEC253",
    "fees.servicer.from": "SEC253",
    "support.line.first_call": "SEC249",
    "triggers.day.date": "SEC265",
    "triggers.pool.first_test": "SEC265",
    "triggers.pool.effect_from": "SEC265",
    "clean_up_call.first_date": "SEC265",
}


def _loaded(day: dt.date, **changes: Any) -> Loaded[Deal]:
    dates = {
        "cut_off": D(2025, 1, 1),
        "closing": D(2025, 1, 31),
        "legal_final": SATURDAY,
        "calendar": "weekends",
        "payment": {"dates": (D(2028, 1, 31),), "adjustment": "following"},
        "collection": {"days_before": 5},
    }
    model = deal("following", "unadjusted", day, **{"dates": dates, **changes})
    return Loaded(Path("deal.toml"), model, {}, b"", Locator(""))


def _refused(loaded: Loaded[Deal], *, by_calendar: bool) -> dict[str, str]:
    """Path and code of each date that is refused, by the file alone or on its calendar."""
    if by_calendar:
        found = checks.check_dates_as_paid(loaded, deal_schedule(loaded.model.dates).payment_dates)
    else:
        found = [one for one in checks.check_deal(loaded) if one.code in {*TERMS.values(), "SEC274"}]
    return {one.path: one.code for one in found}


@pytest.mark.parametrize("day", [SATURDAY, SUNDAY, MONDAY])
def test_every_term_may_be_dated_on_the_last_date_as_paid(day: dt.date) -> None:
    loaded = _loaded(day)
    assert _refused(loaded, by_calendar=False) == {}
    assert _refused(loaded, by_calendar=True) == {}


def test_after_the_last_date_nothing_may_be_dated() -> None:
    # How far a calendar moves the date is known with it alone; fifteen days are more than any does.
    assert _refused(_loaded(TUESDAY), by_calendar=False) == {}
    assert _refused(_loaded(TUESDAY), by_calendar=True) == TERMS
    assert _refused(_loaded(D(2029, 4, 16)), by_calendar=False) == TERMS


def test_what_begins_and_ends_on_one_payment_date_does_not_end_before_it_begins() -> None:
    window = {
        "first_test": MONDAY,
        "last_test": SATURDAY,
        "threshold": Decimal("0.1"),
        "kind": "pool-balance",
    }
    changes: dict[str, Any] = {
        "fees": {"agent": {"kind": "fixed", "amount": 9, "from": MONDAY, "until": SATURDAY}},
        "support": {
            "line": {"kind": "liquidity-line", "provider": "bank", "first_call": MONDAY, "until": SATURDAY}
        },
        "triggers": {"pool": {**window, "test": "before-payment"}},
    }
    for by_calendar in (False, True):
        assert _refused(_loaded(SATURDAY, **changes), by_calendar=by_calendar) == {}
    changes["fees"]["agent"]["until"] = D(2029, 3, 30)
    assert _refused(_loaded(SATURDAY, **changes), by_calendar=True) == {"fees.agent.until": "SEC253"}


def test_a_bullet_on_the_last_date_as_paid_is_due_then_and_refused_a_day_later(tmp_path: Path) -> None:
    root = Path(__file__).parents[2] / "deals/templates/pledged-loan"
    paid = {}
    # The legal final date is Sunday, 14 March 2027, and is paid on Monday.
    for day in ("2027-03-14", "2027-03-15", "2027-03-16"):
        folder = tmp_path / day
        shutil.copytree(root, folder)
        text = (folder / "deal.toml").read_text(encoding="utf-8")
        text = text.replace("legal_final = 2028-03-14", "legal_final = 2027-03-14")
        text = text.replace('"bullet", date = 2026-03-14', f'"bullet", date = {day}')
        (folder / "deal.toml").write_text(text, encoding="utf-8")
        try:
            lines = calculate(prepare(folder)).lines
        except DefinitionError as error:
            (problem,) = error.problems
            assert (day, problem.code, problem.path) == ("2027-03-16", "SEC251", "notes.A1.principal.date")
            assert problem.line > 0
        else:
            paid[day] = lines["note", "A1", "principal_paid"].tolist()
    assert sorted(paid) == ["2027-03-14", "2027-03-15"]
    assert paid["2027-03-14"] == paid["2027-03-15"]
    assert sum(paid["2027-03-15"][:-1]) == 0 < paid["2027-03-15"][-1]
