"""A deal in mid-life whose books equal the forecast is priced as the deal told from closing, at the same settlement.

Source: ``docs/reference/prices.md``, section 6.
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
from securitize.studies.price.price import ExerciseRule, PricingTerms, priced_notes
from securitize.studies.price.tables import tabulate_prices
from tests.stress.mid_life import after, at_closing, shipped

DEALS = shipped()
Cells = dict[tuple[object, ...], float | str | None]


@cache
def market(deal: str) -> MarketCurves:
    file = at_closing(deal)[0].definitions.deal.path
    # A template has no market of its own day: any earlier one tells both prices alike.
    return loaded_curves(load_market(find_market("china-2019-09-11") if "/" in deal else market_of(file)))


def cells(prepared: Prepared, curves: MarketCurves, day: dt.date, exercise: ExerciseRule) -> Cells:
    """Every cell of every table of prices, by table, key and column."""
    found = priced_notes([prepared], curves, PricingTerms(day, exercise=exercise), [])
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


@pytest.mark.parametrize("deal", DEALS, ids=lambda deal: Path(deal).name)
def test_a_deal_on_forecast_is_priced_as_told_from_closing_inside_a_period(deal: str) -> None:
    assert same(deal, at_closing(deal)[0].schedule.periods // 4, days=slice(1, 2))


@pytest.mark.deep(part="figures")
@pytest.mark.parametrize("deal", DEALS, ids=lambda deal: Path(deal).name)
def test_it_is_after_every_period_under_either_exercise(deal: str) -> None:
    for period in range(1, at_closing(deal)[0].schedule.periods):
        for exercise in ("given", "rational"):
            same(deal, period, exercise)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["running-royalty", "trust-loan"])
def test_puts_and_calls_of_the_past_are_no_choice(name: str) -> None:
    """After the date of its put or call, and before it: the two templates that have them."""
    deal = next(one for one in DEALS if Path(one).name == name)
    terms = at_closing(deal)[0].deal
    dated = [put.date for note in terms.notes.values() for put in note.puts]
    dated += [terms.issuer_call.date] if terms.issuer_call and terms.issuer_call.date else []
    payment = at_closing(deal)[0].schedule.payment
    for day in dated:
        period = sum(date <= day for date in payment)
        for one in (period, period + 1):
            same(deal, max(1, one), "rational", days=slice(1, 2))
