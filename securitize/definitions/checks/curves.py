"""The curves and spreads of a market hold together; asked of the model alone, so that code may ask too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import assert_never

from securitize.base.closed import complete
from securitize.base.dates import add_months
from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS, from_rate
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Fault, Loaded, at_most
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.figures import LATEST, LPR_INDICES, RATINGS, FigureKind, months
from securitize.definitions.hints import margin_meant
from securitize.definitions.ratings import normal_rating, rank
from securitize.definitions.scenarios.curves import (
    PER_YEAR,
    Curve,
    FlatRate,
    IndexCurve,
    ParCurve,
    Quote,
    RatingSpreads,
    ZeroRates,
)
from securitize.definitions.scenarios.market import Market

#: Beyond them a rate is taken for percent, or for a slip.
HIGHEST_RATE, LOWEST_RATE, WIDEST_SPREAD = RATE_UNITS // 2, -RATE_UNITS // 20, RATE_UNITS // 2
_UNSOURCED: Mapping[FigureKind, str] = complete(
    FigureKind,
    {
        "published": Message("a published number says nothing of its source"),
        "derived": Message("a derived number says nothing of its source"),
        "assumed": Message("an assumed number says nothing of its source"),
    },
)


def check_market_file(market: Loaded[Market]) -> list[Problem]:
    """Every problem of a valid market file by itself, each with its line."""
    return at_most(market.problem(*fault) for fault in faults_of_market(market.model))


def faults_of_market(market: Market) -> Iterator[Fault]:
    """Figures have sources (SEC119), dates are possible (SEC121), points ascend (SEC167), and curves and
    spreads are complete and consistent (SEC620 to SEC624, SEC627 to SEC629, SEC633).
    """
    yield from _whole(market)
    for name, curve in market.curves.items():
        yield from _curve(market, ("curves", name), curve)
    for rating, spreads in market.spreads.items():
        at = ("spreads", rating)
        if normal_rating(rating) != rating:
            yield Fault(at, "this is no rating", rating, suggest(rating, list(RATINGS)), "SEC623")
        yield from _step(market, at, rating, spreads)
        yield from _points(market, (*at, "points"), spreads.points, spreads.source)
        for k, point in enumerate(spreads.points):
            if abs(point.rate) > WIDEST_SPREAD:
                yield _absurd((*at, "points", k, "rate"), point.rate)


def _step(market: Market, at: KeyPath, rating: str, spreads: RatingSpreads) -> Iterator[Fault]:
    """Spreads have points, or are a whole step from a rating that has points, of the right sign."""
    step_terms = (spreads.from_, spreads.step, spreads.kind)
    if step_terms == (None, None, None):
        if not spreads.points:
            yield Fault(
                at, "spreads have neither points nor a step", None, "add points, or from and step", "SEC633"
            )
        return
    alone = not spreads.points and spreads.of_deal is None and "beyond" not in spreads.model_fields_set
    if None in step_terms or not alone:
        repair = "write from, step, kind and source, and no points, beyond or of_deal beside them"
        yield Fault(at, "a step is not whole, or is not alone", None, repair, "SEC633")
        return
    base = market.spreads.get(spreads.from_ or "")
    if base is None or not base.points:
        what = "the rating from which a step leads has no points of its own"
        yield Fault((*at, "from"), what, spreads.from_, "take a rating with points", "SEC633")
        return
    step, kind = spreads.step or 0, spreads.kind or "assumed"
    yield from _sourced(at, kind, spreads.source)
    if abs(step) > WIDEST_SPREAD:
        yield _absurd((*at, "step"), step)
    if normal_rating(rating) == rating and normal_rating(spreads.from_ or "") is not None:
        worse = rank(rating) - rank(spreads.from_ or "")
        if worse * step < 0:
            what = "spreads do not fall as ratings fall: the step has the wrong sign"
            yield Fault((*at, "step"), what, from_rate(step), "correct the step", "SEC633")


def points_of(curve: Curve) -> Iterator[tuple[KeyPath, tuple[Quote, ...]]]:
    """Each list of quotes of a curve with its path inside the curve; none of a flat one."""
    match curve:
        case IndexCurve():
            yield ("deposits",), curve.deposits
            yield ("swaps",), curve.swaps
        case ParCurve() | ZeroRates():
            yield ("points",), curve.points
        case FlatRate():
            pass
        case _:
            assert_never(curve)


def numbers_of(curve: Curve) -> Iterator[tuple[FigureKind, str]]:
    """Kind and source of each number of a curve."""
    match curve:
        case FlatRate():
            yield curve.rate_kind, curve.source
        case ParCurve() | ZeroRates() | IndexCurve():
            for _, points in points_of(curve):
                yield from ((point.kind, point.source or curve.source) for point in points)
        case _:
            assert_never(curve)


def _whole(market: Market) -> Iterator[Fault]:
    dated = market.date is not None
    if market.history is not None:
        return
    if not market.curves:
        for key in ("date", "spreads"):
            if getattr(market, key):
                what = Message("a market with {key} has no curve at all", key=key)
                yield Fault(
                    (key,),
                    what,
                    None,
                    Message("add [curves.{government}]", government=market.government),
                    "SEC621",
                )
        return
    if not dated:
        yield Fault(("curves",), "curves without a date", None, "add date = …, the day they are of", "SEC620")
    if market.currency is None:
        yield Fault(("curves",), "curves without a currency", None, 'add currency = "CNY"', "SEC620")
    if market.government not in market.curves:
        at = ("government",) if "government" in market.model_fields_set else ("curves",)
        repair = suggest(market.government, list(market.curves))
        yield Fault(at, "the curve that discounts is missing", market.government, repair, "SEC627")


def _curve(market: Market, at: KeyPath, curve: Curve) -> Iterator[Fault]:
    match curve:
        case FlatRate():
            yield from _sourced(at, curve.rate_kind, curve.source)
            yield from _rate((*at, "rate"), curve.rate, curve.may_be_negative)
        case ParCurve():
            yield from _quotes(market, at, curve)
            yield from _whole_periods(at, curve)
        case IndexCurve():
            yield from _quotes(market, at, curve)
            yield from _index(market, at, curve)
        case ZeroRates():
            yield from _quotes(market, at, curve)
        case _:
            assert_never(curve)


def _quotes(market: Market, at: KeyPath, curve: ParCurve | ZeroRates | IndexCurve) -> Iterator[Fault]:
    for key, points in points_of(curve):
        yield from _points(market, (*at, *key), points, curve.source)
        for k, point in enumerate(points):
            yield from _rate((*at, *key, k, "rate"), point.rate, curve.may_be_negative)


def _whole_periods(at: KeyPath, curve: ParCurve) -> Iterator[Fault]:
    step = 12 // PER_YEAR[curve.compounding]
    for k, point in enumerate(curve.points):
        if months(point.tenor) > step and months(point.tenor) % step:
            what = Message(
                "a bond of {tenor} does not have whole periods of {step} months", tenor=point.tenor, step=step
            )
            yield Fault((*at, "points", k, "tenor"), what, point.tenor, "leave the tenor out", "SEC628")


def _index(market: Market, at: KeyPath, curve: IndexCurve) -> Iterator[Fault]:
    known = [*market.indices, *(LPR_INDICES if market.lpr else ())]
    if curve.index not in known:
        repair = (
            suggest(curve.index, known)
            if known
            else Message("add the rows of indices.{index}", index=curve.index)
        )
        yield Fault((*at, "index"), "the market holds no such index", curve.index, repair, "SEC624")
    if not (curve.deposits or curve.swaps):
        yield Fault(at, "the curve has neither deposits nor swaps", None, "add quotes", "SEC621")
    if curve.deposits and curve.swaps and months(curve.swaps[0].tenor) <= months(curve.deposits[-1].tenor):
        what = Message(
            "the first swap is not longer than the last deposit {tenor}", tenor=curve.deposits[-1].tenor
        )
        repair = "leave one of them out"
        yield Fault((*at, "swaps", 0, "tenor"), what, curve.swaps[0].tenor, repair, "SEC167")
    for key in ("swap_every", "index_tenor"):
        if 12 % months(getattr(curve, key)):
            what = Message("a year does not have whole periods of {key}", key=key)
            yield Fault((*at, key), what, getattr(curve, key), 'write "1M", "3M", "6M" or "1Y"', "SEC628")
    for k, swap in enumerate(curve.swaps):
        for step, name in ((curve.swap_every, "swap_every"), (curve.index_tenor, "index_tenor")):
            if 12 % months(step) == 0 and months(swap.tenor) % months(step):
                what = Message(
                    "a swap of {tenor} does not have whole periods of {name} {step}",
                    tenor=swap.tenor,
                    name=name,
                    step=step,
                )
                yield Fault(
                    (*at, "swaps", k, "tenor"),
                    what,
                    swap.tenor,
                    Message("correct it or {name}", name=name),
                    "SEC628",
                )


def _points(market: Market, at: KeyPath, points: Sequence[Quote], source: str) -> Iterator[Fault]:
    for k, (one, other) in enumerate(pairwise(points), 1):
        if months(other.tenor) <= months(one.tenor):
            what = (
                Message("the tenor {tenor} is there twice; points ascend by tenor", tenor=other.tenor)
                if months(other.tenor) == months(one.tenor)
                else Message(
                    "the tenor {tenor} follows {before}; points ascend by tenor",
                    tenor=other.tenor,
                    before=one.tenor,
                )
            )
            yield Fault((*at, k, "tenor"), what, other.tenor, "sort the points, one a tenor", "SEC167")
    day = market.date or dt.date(2000, 1, 1)
    for k, point in enumerate(points):
        yield from _sourced((*at, k), point.kind, point.source or source)
        years_left = LATEST.year - day.year
        if months(point.tenor) > 12 * years_left or add_months(day, months(point.tenor)) > LATEST:
            yield Fault((*at, k, "tenor"), "the tenor ends after 2199", point.tenor, "shorten it", "SEC121")
        if market.date and point.as_of and point.as_of > market.date:
            what = Message("the quote is of a later day than the market, {date}", date=market.date)
            yield Fault((*at, k, "as_of"), what, point.as_of, "take an earlier quote", "SEC629")


def _sourced(at: KeyPath, kind: FigureKind, source: str) -> Iterator[Fault]:
    if not source.strip():
        yield Fault(
            at, _UNSOURCED[kind], None, 'add source = "…", or its reason where it is assumed', "SEC119"
        )


def _rate(at: KeyPath, rate: int, may_be_negative: bool) -> Iterator[Fault]:
    if rate > HIGHEST_RATE or rate < LOWEST_RATE:
        yield _absurd(at, rate)
    elif rate < 0 and not may_be_negative:
        repair = "write may_be_negative = true beside the quotes where it is meant"
        yield Fault(at, "a negative rate", f"{from_rate(rate):f}", repair, "SEC622")


def _absurd(at: KeyPath, rate: int) -> Fault:
    number = from_rate(rate).normalize()
    repair = margin_meant(number)
    return Fault(at, "no rate of a market is so far from 0", f"{number:f}", repair, "SEC622")
