"""A market on its date: discount factors, par yields and rating spreads. Source: ``docs/reference/markets.md``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, assert_never, get_args

import numpy as np
import QuantLib as ql  # noqa: N813

from securitize.base.arrays import Float64
from securitize.base.dates import add_months
from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.checks.curves import faults_of_market, numbers_of, points_of
from securitize.definitions.documents.loaded import Fault, Loaded
from securitize.definitions.documents.locator import KeyPath, written
from securitize.definitions.figures import MOVES, FigureKind, months
from securitize.definitions.scenarios.curves import (
    HOLDS_BEYOND,
    CouponCompounding,
    CouponDayCount,
    Curve,
    FlatRate,
    IndexCurve,
    ParCurve,
    ZeroRates,
)
from securitize.definitions.scenarios.market import Holidays, Market
from securitize.market.bootstrap import share_of_year, term_structure
from securitize.market.calendars import BusinessCalendar
from securitize.market.curves import Discount
from securitize.market.evaluation import quantlib_date

#: From the most to the least reliable.
_KINDS: tuple[FigureKind, ...] = get_args(FigureKind)
#: Of discount factors, about 1: that much apart they are the same.
ROUNDING = 1e-12
#: Years at which the par yields of a simple flat rate are computed.
_WHOLE_YEARS = range(1, 31)


@dataclass(frozen=True)
class ByTenor:
    """Rates by tenor, linear between.

    years, rates : (points,), years ascending
    first_holds, last_holds : whether the first rate holds before its tenor, the last one after
    """

    years: tuple[float, ...]
    rates: tuple[float, ...]
    first_holds: bool
    last_holds: bool

    def at(self, years: float) -> float | None:
        """The rate; None where the tenor lies outside and no rate holds there."""
        outside = (years < self.years[0] and not self.first_holds) or (
            years > self.years[-1] and not self.last_holds
        )
        return None if outside else float(np.interp(years, self.years, self.rates))


@dataclass(frozen=True)
class MarketCurves:
    """The curves of a market on its date; none of them follows QuantLib's evaluation date.

    discount    : discount factors of the government curve, by date
    government  : the government curve; curves holds every curve by its name, this one too
    compounding, par_day_count : of government_par
    par_yields  : of the government curve by tenor;  spreads : over them, by rating, as seen or by their step
    steps       : of a rating whose spreads are told as a step, the rating from which it leads, and the step
    kinds       : the least reliable kind of the numbers of each curve, and of ``spread RATING``
    sources     : of their numbers
    of_deals    : of the rating whose spreads are made from one deal's coupon, that deal's name
    warnings    : what the calendar did not know
    """

    name: str
    date: dt.date
    discount: Discount
    government: ql.YieldTermStructure
    currency: str
    calendar: BusinessCalendar
    curves: Mapping[str, ql.YieldTermStructure]
    compounding: CouponCompounding
    par_yields: ByTenor
    spreads: Mapping[str, ByTenor]
    kinds: Mapping[str, FigureKind]
    sources: Mapping[str, tuple[str, ...]]
    of_deals: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    par_day_count: CouponDayCount = "ACT/ACT-ICMA"
    warnings: tuple[str, ...] = field(default=())

    def government_par(self, years: float) -> float:
        """The par yield of the government curve for a tenor, compounded as :attr:`compounding` says; below the first
        coupon a simple yield.

        Linear between the tenors of the curve; below the first its yield holds.
        Raises DefinitionError beyond the last tenor.
        """
        found = self.par_yields.at(years)
        if found is None:
            last = self.par_yields.years[-1]
            self._refuse(
                ("curves",), Message("the government curve ends at {last:g} years", last=last), years
            )
        return found

    def spread(self, rating: str, years: float) -> float:
        """The spread of a rating over :meth:`government_par`, linear between its tenors.

        Raises DefinitionError where the market holds none of the rating, or not of the tenor.
        """
        spreads = self.spreads.get(rating)
        if spreads is None:
            self._refuse(("spreads",), "the market holds no spread of this rating", rating)
        found = spreads.at(years)
        if found is None:
            first, last = spreads.years[0], spreads.years[-1]
            only = (
                Message("at {first:g} years only", first=first)
                if first == last
                else Message("from {first:g} to {last:g} years", first=first, last=last)
            )
            self._refuse(
                ("spreads", rating),
                Message("spreads of {rating} are known {only}", rating=rating, only=only),
                years,
            )
        return found

    def _refuse(self, at: KeyPath, what: str, found: object) -> NoReturn:
        shown = Message("{years:g} years", years=found) if isinstance(found, float | int) else str(found)
        repair = "add points, or take another market"
        raise DefinitionError(
            (
                Problem(
                    Message("market {name}", name=self.name), 0, written(at), what, shown, repair, "SEC626"
                ),
            )
        )


def loaded_curves(loaded: Loaded[Market], holidays: Holidays | None = None) -> MarketCurves:
    """The curves of a market file, bootstrapped on its date, and only on it.

    holidays : of years that the calendars do not know
    Raises DefinitionError with every problem and its line where the market has no date or no curve, its date is no
    business day of its calendar, a number does not hold, or no curve meets its quotes.
    """
    found = _resolved(loaded.model, holidays)
    if isinstance(found, MarketCurves):
        return found
    raise DefinitionError([loaded.problem(*fault) for fault in found])


def least_reliable(kinds: Sequence[FigureKind]) -> FigureKind:
    """The kind of a number that rests on numbers of these."""
    return max(kinds, key=_KINDS.index)


def discount_of(curve: ql.YieldTermStructure) -> Discount:
    """Discount factors by date."""

    def discount(days: Sequence[dt.date]) -> Float64:
        return np.array([curve.discount(quantlib_date(day)) for day in days])

    return discount


def par_yield(
    discount: Discount, day: dt.date, tenor: int, per_year: int, day_count: CouponDayCount = "ACT/ACT-ICMA"
) -> float:
    """The coupon, a year, of a bond from ``day`` that is worth its face; up to the first coupon a simple yield.

    tenor : months, up to a coupon period or whole coupon periods
    Formula: (1 - P_n) / sum of share_k P_k, shares of a year by the day count.
    """
    step = 12 // per_year
    ends = (
        [add_months(day, k) for k in range(step, tenor + 1, step)]
        if tenor > step
        else [add_months(day, tenor)]
    )
    starts = [day, *ends[:-1]]
    factors = discount(ends)
    shares = [
        share_of_year(day, start, end, per_year, day_count) for start, end in zip(starts, ends, strict=True)
    ]
    return float((1 - factors[-1]) / (factors @ np.array(shares)))


def _resolved(market: Market, holidays: Holidays | None) -> MarketCurves | list[Fault]:
    """Everything that does not hold where something does not."""
    faults = [*faults_of_market(market), *_faults_of_day(market, holidays)]
    curves: dict[str, ql.YieldTermStructure] = {}
    calendar = BusinessCalendar(market.calendar, holidays)
    day = market.date
    if not faults and day is not None:
        for name, curve in market.curves.items():
            try:
                curves[name] = _checked(term_structure(curve, day, calendar), day, curve)
            except RuntimeError as error:
                at = ("curves", name)
                what = Message("no curve meets these quotes: {first}", first=str(error).splitlines()[0])
                faults.append(Fault(at, what, None, "correct the quotes", "SEC630"))
    if faults or day is None:
        return faults
    government = curves[market.government]
    compounding, par_yields = _par_yields(market.curves[market.government], government, day)
    kinds, sources = _origins(market)
    return MarketCurves(
        name=market.name,
        date=day,
        discount=discount_of(government),
        government=government,
        currency=market.currency or "",
        calendar=calendar,
        curves=curves,
        compounding=compounding,
        par_yields=par_yields,
        spreads=seen_spreads(market),
        kinds=kinds,
        sources=sources,
        par_day_count=market.curves[market.government].par_day_count,
        of_deals={rating: one.of_deal for rating, one in market.spreads.items() if one.of_deal},
        steps=steps_of(market),
        warnings=calendar.warnings([day, *_business_days(market, day)]),
    )


def _par_yields(
    curve: Curve, structure: ql.YieldTermStructure, day: dt.date
) -> tuple[CouponCompounding, ByTenor]:
    """Quoted ones where the curve is of par yields; a flat rate as it compounds; computed ones otherwise."""
    match curve:
        case ParCurve():
            years = tuple(months(point.tenor) / 12 for point in curve.points)
            rates = tuple(point.rate / RATE_UNITS for point in curve.points)
            return curve.compounding, ByTenor(years, rates, first_holds=True, last_holds=False)
        case FlatRate():
            return curve.par_compounding, _of_flat_rate(curve, structure, day)
        case ZeroRates() | IndexCurve():
            written_ones = {months(point.tenor) for _, points in points_of(curve) for point in points}
            # A bond between whole years has no whole periods: its yield lies between those of its neighbours.
            tenors = sorted({tenor for tenor in written_ones if tenor <= 12 or tenor % 12 == 0})
            return "annual", _computed(structure, day, tenors or [12], last_holds=False)
        case _:
            assert_never(curve)


def _of_flat_rate(curve: FlatRate, structure: ql.YieldTermStructure, day: dt.date) -> ByTenor:
    """The par yields of a flat rate: the same for all tenors where it is compounded."""
    rate = curve.rate / RATE_UNITS
    match curve.compounding:
        case "annual" | "semiannual":
            return ByTenor((1.0,), (rate,), first_holds=True, last_holds=True)
        case "continuous":
            return ByTenor((1.0,), (float(np.expm1(rate)),), first_holds=True, last_holds=True)
        case "simple":
            return _computed(structure, day, [12 * year for year in _WHOLE_YEARS], last_holds=True)
        case _:
            assert_never(curve.compounding)


def _computed(
    structure: ql.YieldTermStructure, day: dt.date, tenors: Sequence[int], *, last_holds: bool
) -> ByTenor:
    rates = tuple(par_yield(discount_of(structure), day, tenor, 1) for tenor in tenors)
    years = tuple(tenor / 12 for tenor in tenors)
    return ByTenor(years, rates, first_holds=True, last_holds=last_holds)


def seen_spreads(market: Market) -> dict[str, ByTenor]:
    """The spreads of each rating as seen; those that are told as a step, over what was seen of the other rating."""
    found = {}
    for rating, own in market.spreads.items():
        spreads = market.spreads[own.from_] if own.from_ else own
        holds = HOLDS_BEYOND[spreads.beyond]
        years = tuple(months(point.tenor) / 12 for point in spreads.points)
        rates = tuple((point.rate + (own.step or 0)) / RATE_UNITS for point in spreads.points)
        found[rating] = ByTenor(years, rates, holds, holds)
    return found


def steps_of(market: Market) -> dict[str, tuple[str, float]]:
    """Of each rating whose spreads are told as a step: the rating from which it leads, and the step."""
    return {
        rating: (one.from_, (one.step or 0) / RATE_UNITS)
        for rating, one in market.spreads.items()
        if one.from_
    }


def _origins(market: Market) -> tuple[dict[str, FigureKind], dict[str, tuple[str, ...]]]:
    """Kind and sources of each curve, and of ``spread RATING``."""
    found: dict[str, list[tuple[FigureKind, str]]] = {}
    for name, curve in market.curves.items():
        found[name] = list(numbers_of(curve))
    for rating, own in market.spreads.items():
        spreads = market.spreads[own.from_] if own.from_ else own
        found[f"spread {rating}"] = [(point.kind, point.source or spreads.source) for point in spreads.points]
        if own.kind is not None:
            found[f"spread {rating}"].append((own.kind, own.source))
    kinds = {name: least_reliable([kind for kind, _ in rows]) for name, rows in found.items()}
    return kinds, {name: tuple(dict.fromkeys(source for _, source in rows)) for name, rows in found.items()}


def _faults_of_day(market: Market, holidays: Holidays | None) -> Iterator[Fault]:
    day = market.date
    if not market.curves and not (day or market.spreads):
        yield Fault(("curves",), "the market has no curve at all", None, "take another market", "SEC621")
    if day is None:
        return
    calendar = BusinessCalendar(market.calendar, holidays)
    if not calendar.is_business_day(day):
        before, after = calendar.nearest(day)
        what = Message("the evaluation date is no business day of {name}", name=calendar.name)
        yield Fault(
            ("date",), what, day, Message("take {before} or {after}", before=before, after=after), "SEC625"
        )


def _business_days(market: Market, day: dt.date) -> Iterator[dt.date]:
    """Maturities that the calendar moves: those of deposits and swaps."""
    for curve in market.curves.values():
        match curve:
            case IndexCurve():
                moved = points_of(curve) if MOVES[curve.adjustment] else ()
                yield from (add_months(day, months(point.tenor)) for _, points in moved for point in points)
            case ParCurve() | ZeroRates() | FlatRate():
                pass
            case _:
                assert_never(curve)


def _checked(structure: ql.YieldTermStructure, day: dt.date, curve: Curve) -> ql.YieldTermStructure:
    """Raises RuntimeError where discount factors at the points are not positive, or rise though no rate is negative."""
    before, last = 1.0, "the date"
    for _, points in points_of(curve):
        for point in points:
            factor = structure.discount(quantlib_date(add_months(day, months(point.tenor))))
            if not (np.isfinite(factor) and factor > 0):
                raise RuntimeError(f"the discount factor of {point.tenor} would be {factor:g}")
            if factor > before + ROUNDING and not curve.may_be_negative:
                raise RuntimeError(f"the forward rate from {last} to {point.tenor} would be negative")
            before, last = factor, point.tenor
    return structure
