"""A deal in mid-life whose books equal the forecast is priced as the deal told from closing, at the same settlement.

Source: ``docs/reference/prices.md``, section 7.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest

from securitize.definitions.loading import load_market
from securitize.engine.prepare.prepared import Prepared
from securitize.library import find_market, market_of
from securitize.market.market_curves import MarketCurves, loaded_curves
from securitize.studies.price.exercise import ExerciseRule
from securitize.studies.price.price import PricingTerms, priced_notes
from securitize.studies.price.tables import tabulate_prices
from tests.pricing.test_exercise import folder, putable
from tests.stress.mid_life import after, at_closing, often, shipped

DEALS = shipped()
#: Those of these names are tried with every change.
FIRST = often("guangzhou-2019", "biopharma-2000", "trust-loan", "lease-back", part="figures")
Cells = dict[tuple[object, ...], float | str | None]


@cache
def market(deal: str) -> MarketCurves:
    file = at_closing(deal)[0].definitions.deal.path
    # A template has no market of its own day: any earlier one tells both prices alike.
    return loaded_curves(load_market(find_market("china-2019-09-11") if "/" in deal else market_of(file)))


def cells(prepared: Prepared, curves: MarketCurves, day: dt.date, exercise: ExerciseRule) -> Cells:
    """Every cell of every table of prices, by table, key and column."""
    found = priced_notes([prepared], curves, PricingTerms(day, exercise=exercise, z_spread=0.01), [])
    kept: Cells = {}
    for table, columns in tabulate_prices(curves, found, None).items():
        for name, values in columns.items():
            kept |= {(table, name, row): value for row, value in enumerate(values)}
    return kept


def days_of(prepared: Prepared, period: int) -> list[dt.date]:
    """The payment date itself, a day inside the next interest period, the eve of the next payment date."""
    last, following = prepared.schedule.payment[period - 1 : period + 1]
    return [last, last + (following - last) // 3, following - dt.timedelta(days=1)]


def same(deal: str, period: int, exercise: ExerciseRule = "given", *, days: slice = slice(None)) -> int:
    """How many cells were compared."""
    fresh, rolled, curves = at_closing(deal)[0], after(deal, period), market(deal)
    compared = 0
    for day in days_of(fresh, period)[days]:
        whole, rest = (cells(one, curves, day, exercise) for one in (fresh, rolled))
        assert whole.keys() == rest.keys(), (deal, period, day)
        for key, value in whole.items():
            right = pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value
            assert rest[key] == right, (deal, period, day, key)
        compared += len(whole)
    return compared


@pytest.mark.parametrize("deal", FIRST, ids=lambda deal: Path(deal).name)
def test_a_deal_on_forecast_is_priced_as_told_from_closing_inside_a_period(deal: str) -> None:
    assert same(deal, at_closing(deal)[0].schedule.periods // 4, days=slice(1, 2))


@pytest.mark.deep(part="figures")
@pytest.mark.parametrize("deal", DEALS, ids=lambda deal: Path(deal).name)
def test_it_is_after_every_period_under_either_exercise(deal: str) -> None:
    for period in range(1, at_closing(deal)[0].schedule.periods):
        for exercise in ("given", "intrinsic"):
            same(deal, period, exercise)


@pytest.mark.parametrize("period", [3, 4])
def test_a_put_of_the_past_is_no_choice(period: int, tmp_path: Path) -> None:
    """The senior note could be given back on the payment dates of periods 3 and 5."""
    puts = "[{ date = 2021-03-11, share = 0.5 }, { date = 2022-03-11, share = 0.5 }]"
    deal = str(putable(tmp_path, puts))
    assert at_closing(deal)[0].schedule.payment[2] == dt.date(2021, 3, 11)
    assert same(deal, period, "intrinsic", days=slice(1, 2))
    exercised = cells(after(deal, period), market(deal), dt.date(2021, 9, 20), "intrinsic")
    assert "2021" not in str(exercised["prices", "exercised", 0])


def test_the_fixing_of_the_running_period_is_that_of_closing(tmp_path: Path) -> None:
    """Reset once a year from closing: after the third half-year the running period bears the fixing of its first."""
    fixed = 'kind = "fixed"\nrate = { value = 0.04,'
    floating = 'kind = "floating"\nindex = "LPR-1Y"\nreset = "12M"\nmargin = { value = -0.001,'
    deal = str(folder(tmp_path, (fixed, floating)))
    assert same(deal, 3, days=slice(1, 2))
