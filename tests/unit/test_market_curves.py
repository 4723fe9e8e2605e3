"""A market on its date: what it gives, what it refuses, and that QuantLib's evaluation date moves nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import QuantLib as ql  # noqa: N813

from securitize.base.errors import DefinitionError
from securitize.definitions.loading import load_market
from securitize.definitions.scenarios.market import Holidays
from securitize.library import find_market
from securitize.market.calendars import BusinessCalendar
from securitize.market.curves import flat_curve
from securitize.market.evaluation import evaluation_date, quantlib_date
from securitize.market.market_curves import ByTenor, loaded_curves, par_yield
from securitize.market.of_day import market_for
from securitize.market.used_spreads import isotonic, spread_of, used_spreads
from tests.unit.market_samples import DAY, PAR, flat, index, market, market_curves, par, zero

SPREADS = {"AAA": (("1Y", "0.006"), ("3Y", "0.008")), "A": (("2Y", "-0.001"),)}
SWAPS = (("1Y", "0.02"), ("5Y", "0.024"))


def _refused(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as error:
        market_curves(market(**changes))
    return [(problem.code, problem.path) for problem in error.value.problems]


def test_par_yields_are_quotes_and_lie_on_straight_lines_between() -> None:
    curves = market_curves(market())
    for tenor, rate in PAR:
        years = int(tenor[:-1]) / (12 if tenor[-1] == "M" else 1)
        assert curves.government_par(years) == pytest.approx(float(rate), abs=1e-16)
    assert curves.government_par(2) == pytest.approx((0.017 + 0.019) / 2)
    assert curves.government_par(0.1) == 0.015
    with pytest.raises(DefinitionError, match=r"ends at 10 years \(10.5 years\).*SEC626"):
        curves.government_par(10.5)


@pytest.mark.parametrize(
    ("curve", "compounding", "expected"),
    [
        (flat("0.03"), "annual", 0.03),
        (flat("0.03", compounding="semiannual"), "semiannual", 0.03),
        (flat("0.03", compounding="continuous"), "annual", 0.0304545339535),
        (par(compounding="semiannual"), "semiannual", 0.019),
    ],
)
def test_par_yields_compound_as_the_curve_does(curve: Any, compounding: str, expected: float) -> None:
    curves = market_curves(market({"government": curve}))
    assert curves.compounding == compounding
    assert curves.government_par(3) == pytest.approx(expected, abs=1e-13)


def test_par_yields_of_zero_and_index_curves_are_computed() -> None:
    for curve in (zero(), index((), SWAPS), flat("0.03", compounding="simple")):
        curves = market_curves(market({"government": curve}))
        assert curves.compounding == "annual"
        assert curves.government_par(5) == pytest.approx(par_yield(curves.discount, DAY, 60, 1), abs=1e-15)


def test_spreads_lie_on_straight_lines_and_are_refused_where_missing() -> None:
    curves = market_curves(market(spreads=SPREADS))
    assert curves.spread("AAA", 1) == pytest.approx(0.006)
    assert curves.spread("AAA", 1.5) == pytest.approx(0.0065)
    assert curves.spread("A", 2) == pytest.approx(-0.001)
    for rating, years in (("AAA", 0.5), ("AAA", 3.1), ("A", 1), ("BBB", 1)):
        with pytest.raises(DefinitionError, match="SEC626"):
            curves.spread(rating, years)
    nearest = market_curves(market(spreads=SPREADS, beyond="nearest"))
    assert (nearest.spread("AAA", 0.5), nearest.spread("AAA", 9)) == (0.006, 0.008)


def test_the_least_reliable_number_gives_the_kind() -> None:
    mixed = par()
    mixed["points"][0]["kind"] = "published"
    mixed["points"][1].update(kind="derived", source="worked out")
    curves = market_curves(
        market({"government": mixed, "level": flat("0.02", rate_kind="published")}, SPREADS)
    )
    assert curves.kinds["government"] == "assumed"
    assert curves.kinds["level"] == "published"
    assert curves.kinds["spread AAA"] == "assumed"
    assert curves.sources["government"] == ("invented", "worked out")


def test_the_evaluation_date_is_put_back_and_moves_no_curve() -> None:
    days = [dt.date(2024, 5, 1), dt.date(2028, 1, 1), dt.date(2040, 1, 1)]
    told = market({"government": par(), "swap": index((("3M", "0.019"),), SWAPS), "level": flat("0.02")})
    before = ql.Settings.instance().evaluationDate
    with evaluation_date(dt.date(2031, 7, 9)):
        elsewhere = market_curves(told)
        assert ql.Settings.instance().evaluationDate == ql.Date(9, 7, 2031)
    curves = market_curves(told)
    assert ql.Settings.instance().evaluationDate == before
    found = {name: [one.discount(quantlib_date(day)) for day in days] for name, one in curves.curves.items()}
    with evaluation_date(dt.date(2012, 3, 4)):
        for name, one in curves.curves.items():
            assert [one.discount(quantlib_date(day)) for day in days] == found[name]
            assert one.referenceDate() == quantlib_date(DAY)
    for name, one in elsewhere.curves.items():
        assert [one.discount(quantlib_date(day)) for day in days] == found[name]


def test_the_evaluation_date_is_put_back_after_a_failure() -> None:
    before = ql.Settings.instance().evaluationDate
    with pytest.raises(ZeroDivisionError), evaluation_date(DAY):
        _ = 1 / (ql.Settings.instance().evaluationDate != quantlib_date(DAY))
    assert ql.Settings.instance().evaluationDate == before


def test_the_flat_curve_discounts_as_that_of_short_rates() -> None:
    curves = market_curves(market({"government": flat("0.031")}))
    days = [DAY, dt.date(2024, 7, 1), dt.date(2050, 1, 1)]
    assert curves.discount(days) == pytest.approx(flat_curve(DAY, 0.031, 60)(days), abs=1e-14)


def test_a_market_without_what_is_asked_is_refused() -> None:
    assert _refused(curves={}, date=None) == [("SEC621", "curves")]
    assert _refused(curves={}) == [("SEC621", "date")]
    assert _refused(date=None) == [("SEC620", "curves")]
    assert _refused(currency=None) == [("SEC620", "curves")]
    assert _refused(curves={"level": flat("0.02")}) == [("SEC627", "curves")]
    assert _refused(government="level") == [("SEC627", "government")]


def test_a_holiday_is_refused_with_the_business_days_around_it() -> None:
    with pytest.raises(DefinitionError, match=r"2024-02-12\); take 2024-02-09 or 2024-02-18") as error:
        market_curves(market(date=dt.date(2024, 2, 12)))
    assert error.value.problems[0].code == "SEC625"
    # The exchanges stay shut on the Sunday that the interbank market works.
    with pytest.raises(DefinitionError, match="take 2024-02-08 or 2024-02-19"):
        market_curves(market(date=dt.date(2024, 2, 12), calendar="china-exchange"))


def test_quotes_that_no_curve_meets_are_refused() -> None:
    # Coupons of 30% on top of nine years at 1% are worth more than the bond.
    impossible = par((("1Y", "0.01"), ("9Y", "0.01"), ("10Y", "0.3")), may_be_negative=True)
    falling = par((("1Y", "0.05"), ("2Y", "0.02")))
    assert _refused(curves={"government": impossible, "level": flat("0.02"), "fall": falling}) == [
        ("SEC630", "curves.fall"),
        ("SEC630", "curves.government"),
    ]
    for curve in (zero((("20Y", "-0.05"),), compounding="simple"), flat("-0.01", compounding="simple")):
        negative = curve | {"may_be_negative": True}
        assert _refused(curves={"government": negative}) == [("SEC630", "curves.government")]
    nothing = market_curves(market({"government": par((("1Y", "0"), ("5Y", "0"), ("7Y", "0")))}))
    assert nothing.discount([dt.date(2030, 1, 1)]) == pytest.approx([1])
    meant = market({"government": falling | {"may_be_negative": True}})
    assert market_curves(meant).discount([dt.date(2026, 2, 20)])[0] == pytest.approx((1 - 0.02 / 1.05) / 1.02)


HOLIDAYS = Holidays(
    name="own",
    sources=("invented",),
    years=(2027, 2028),
    holidays=(dt.date(2027, 2, 8), dt.date(2027, 2, 9), dt.date(2028, 2, 22)),
    working_weekends=(dt.date(2027, 2, 6),),
)


def test_holidays_of_ones_own_hold_for_the_date_and_for_swaps() -> None:
    day = dt.date(2027, 2, 8)
    known = market_curves(market(date=day))
    assert known.warnings == (
        "holidays of china-interbank are not known after 2026; weekends only are used in 2027 to 2027",
    )
    with pytest.raises(DefinitionError, match="take 2027-02-06 or 2027-02-10"):
        market_curves(market(date=day), HOLIDAYS)
    own = market_curves(market(date=dt.date(2027, 2, 5)), HOLIDAYS)
    assert own.warnings == ()
    # A swap of a year from Monday 2027-02-22 ends on the Wednesday where the Tuesday is a holiday.
    told = market({"government": index((), (("1Y", "0.03"),), settlement_days=0)}, date=dt.date(2027, 2, 22))
    with_own, without = market_curves(told, HOLIDAYS), market_curves(told)
    assert with_own.government.maxDate() == ql.Date(23, 2, 2028)
    assert without.government.maxDate() == ql.Date(22, 2, 2028)


@pytest.mark.parametrize("name", ["china-interbank", "china-exchange", "weekends", "none"])
def test_quantlib_has_the_same_business_days_and_no_other_calendar_is_touched(name: Any) -> None:
    calendar = BusinessCalendar(name, HOLIDAYS)
    start, end = dt.date(2025, 1, 1), dt.date(2029, 1, 1)
    copied = calendar.quantlib(start, end)
    for k in range((end - start).days + 1):
        day = start + dt.timedelta(days=k)
        assert copied.isBusinessDay(quantlib_date(day)) == calendar.is_business_day(day), day
    assert ql.China(ql.China.IB).isBusinessDay(ql.Date(9, 2, 2027))
    assert ql.WeekendsOnly().isBusinessDay(ql.Date(9, 2, 2027))
    assert ql.BespokeCalendar(name).isBusinessDay(ql.Date(1, 2, 2025))


def test_rates_beyond_the_bounds_are_refused_by_the_model_too() -> None:
    told = market({"government": par((("1Y", "0.9"), ("2Y", "-0.01")))}, {"AAA": (("1Y", "0.9"),)})
    assert [point.rate for point in told.curves["government"].points] == [90_000_000, -1_000_000]  # type: ignore[union-attr]
    assert _refused(
        curves={"government": par((("1Y", "0.9"), ("2Y", "-0.01")))}, spreads={"AAA": (("1Y", "0.9"),)}
    ) == [
        ("SEC622", "curves.government.points[0].rate"),
        ("SEC622", "curves.government.points[1].rate"),
        ("SEC622", "spreads.AAA.points[0].rate"),
    ]


def test_spreads_as_used_do_not_fall_as_ratings_fall() -> None:
    """By hand: 7, 5 | 6, 6; 9, 4, 5 come to 6, 6, 6; what ascends stays."""
    assert isotonic([7.0, 5.0]) == [6.0, 6.0]
    assert isotonic([9.0, 4.0, 5.0]) == [6.0, 6.0, 6.0]
    assert isotonic([1.0, 3.0, 2.0, 8.0]) == [1.0, 2.5, 2.5, 8.0]
    curves = loaded_curves(load_market(find_market("china-2026-01-30")))
    used = used_spreads(curves.spreads)
    # Seen: AAA 77.6, AA+ 63.46 basis points, either at one year and held.
    for rating in ("AAA", "AA+"):
        assert used[rating].at(2) == pytest.approx(0.0070530, abs=1e-12)
    found = spread_of(curves, "AA+", 2)
    assert found is not None
    seen, in_use = found.moved or (0.0, 0.0)
    assert (seen, round(in_use, 12)) == (0.006346, 0.0070530)
    ordered = market_for("2024-06-12").loaded
    ascending = spread_of(loaded_curves(ordered), "AA+", 1)
    assert ascending is not None
    assert ascending.moved is None


def test_a_tenor_that_one_rating_alone_has_stays_as_seen() -> None:
    seen = {
        "AAA": ByTenor((1.0, 3.0), (0.006, 0.008), False, False),
        "A": ByTenor((2.0,), (-0.001,), False, False),
    }
    used = used_spreads(seen)
    assert (used["AAA"].at(1), used["AAA"].at(3)) == (0.006, 0.008)
    assert used["AAA"].at(2) == used["A"].at(2) == pytest.approx(0.003)
