"""Prices of the notes of a deal: the Python API.

>>> import securitize
>>> found = securitize.price("nanshan-5-2022")
>>> found.table("prices")                          # a pandas DataFrame
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

import numpy as np

from securitize.base.errors import UsageError, printable
from securitize.base.files import PathLike
from securitize.base.messages import Listing, Message
from securitize.base.progress import Progress, silent
from securitize.base.renamed import old_names_work
from securitize.definitions.deals.notes import Note
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepared import Prepared
from securitize.market.hull_white import HullWhite
from securitize.market.index_forwards import IndexCurves, index_curves
from securitize.market.market_curves import MarketCurves
from securitize.pricing.note_flows import PAR
from securitize.studies.price.cases import cases_of, of_another_day
from securitize.studies.price.dated_flows import INTEREST, flows_of, mean_flows, payments_until
from securitize.studies.price.exercise import INTRINSIC, ON_LATTICE, ExerciseRule, rationally
from securitize.studies.price.floating_coupons import index_on
from securitize.studies.price.market_yield import market_yield
from securitize.studies.price.moved_rates import market_under
from securitize.studies.price.note_prices import NotePrice
from securitize.tables import Tables, build

__all__ = ["Prices", "price"]


@dataclass(frozen=True, repr=False)
class Prices(Tables):
    """The notes as they are priced, and the tables."""

    curves: MarketCurves
    notes: tuple[NotePrice, ...]
    warnings: tuple[str, ...]
    about: Mapping[str, str | bool | None]

    @property
    def _subject(self) -> str:
        return str(self.about["deal"])


@old_names_work
def price(
    deal: PathLike,
    *,
    market: PathLike | None = None,
    scenarios: Sequence[PathLike] = (),
    settlement: dt.date | None = None,
    spread: float | None = None,
    price: float | None = None,
    exercise: ExerciseRule = "given",
    volatility: float | None = None,
    mean_reversion: float | None = None,
    forwards: bool = False,
    performance: PathLike | None = None,
    paths: int = 10_000,
    seed: int = 1,
    workers: int = 1,
    runs: PathLike = "runs",
    progress: Progress | None = None,
) -> Prices:
    """What the notes of a deal, or of a stored run, are worth on a market.

    deal       : a name, a folder, a file; or a run's folder or the start of its id, with its scenario
    market     : a name, a date or a file, before closing too; without it the market of the deal's closing date, in
        mid-life of the last payment date; of a day without a market the nearest earlier one
    scenarios  : beside the base case, which is always priced first
    settlement : the day on which a note is paid for; without it the market's date, not before closing, in mid-life
        not before the last payment date
    spread     : continuous, over the government curve, of every note; without it that of the note's rating at its
        weighted average life, and 0 where the market holds none
    price      : the clean price of every note, in place of a spread
    exercise   : ``given``, puts and the issuer's call as the deal or a scenario says; ``intrinsic``, where it pays
        at the curve and spread; ``hull-white``, where it pays on its day, on a lattice of rates
    volatility, mean_reversion : of the short rate of that lattice, a year, assumed: 0.006 and 0.03 where not said
    forwards   : the discount margin of a floating note is over the forward rates of the market's curve of its index
    performance, paths, seed : prices and yields over random paths too, at most 100,000
    progress   : called with "scenarios", how many are priced, and of how many
    Raises UsageError, DefinitionError or CalculationError, each of which says what to do.
    """
    from securitize.engine.drawing import drawing
    from securitize.studies.price.tables import tabulate_prices

    if spread is not None and price is not None:
        raise UsageError("a note is priced at a spread or at a price, not at both")
    if price is not None and not 0 < price < 10_000:
        raise UsageError("a price is above 0 and below 10,000")
    if spread is not None and not -1 < spread < 10:
        raise UsageError("a spread is above -100% and below 1,000%")
    if exercise not in get_args(ExerciseRule):
        words = Listing(get_args(ExerciseRule), " or ")
        raise UsageError("exercise={exercise}: write {words}", exercise=printable(exercise), words=words)
    if exercise in INTRINSIC and (price is not None or performance is not None):
        raise UsageError(
            "exercise that pays is found at a spread, on the deterministic path: not with a price or paths"
        )
    model = _model(exercise, volatility, mean_reversion, performance)
    drawn = drawing(performance, paths, seed)
    cases, of_day, curves = cases_of(deal, scenarios, drawn, runs, market)
    if curves.currency not in ("", cases[0].deal.currency):
        raise UsageError(
            "the market is of {currency}, the notes are of {of_notes}",
            currency=curves.currency,
            of_notes=cases[0].deal.currency,
        )
    today = cases[0].today
    day = settlement or max(curves.date, today.notes)
    if day < curves.date:
        raise UsageError("settlement on {day} is before the market's date, {date}", day=day, date=curves.date)
    warnings: list[str] = [*curves.warnings]
    warnings += of_another_day(cases, curves)
    given = index_curves(of_day, curves) if forwards else {}
    asked = PricingTerms(day, spread, price, exercise, workers, model, given)
    found = priced_notes(cases, curves, asked, warnings, progress or silent)
    if not found:
        raise UsageError(
            "no note pays anything after {day}: settlement lies outside the notes' life", day=day
        )
    about = cases[0].about
    facts = {key: about[key] for key in ("deal", "title", "title_zh", "synthetic")}
    if stressed := {
        str(one.about["scenario"]): one.about["stresses"] for one in cases if "stresses" in one.about
    }:
        facts["stresses"] = stressed
    tables = {name: build(name, columns) for name, columns in tabulate_prices(curves, found, drawn).items()}
    return Prices(curves, tuple(found), tuple(dict.fromkeys(warnings)), facts, tables=tables)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class PricingTerms:
    """How notes are priced: see :func:`price`."""

    settlement: dt.date
    spread: float | None = None
    price: float | None = None
    exercise: ExerciseRule = "given"
    workers: int = 1
    model: HullWhite | None = None
    forwards: IndexCurves = field(default_factory=dict)


def _model(
    exercise: ExerciseRule,
    volatility: float | None,
    mean_reversion: float | None,
    performance: PathLike | None,
) -> HullWhite | None:
    """The short rate of the lattice; None where there is none."""
    from securitize.studies.price.option_prices import assumed_model

    if exercise not in ON_LATTICE:
        if (volatility, mean_reversion) != (None, None):
            raise UsageError("a rate volatility and a mean reversion go with exercise hull-white")
        return None
    if performance is not None:
        raise UsageError("exercise on a lattice takes the cash of the deterministic path: not with paths")
    return assumed_model(volatility, mean_reversion)


def priced_notes(
    cases: Sequence[Prepared],
    market: MarketCurves,
    terms: PricingTerms,
    warnings: list[str],
    report: Progress = silent,
) -> list[NotePrice]:
    """Every note of every case that is paid anything after settlement; ``warnings`` are added to."""
    from securitize.studies.price.option_prices import base_path, on_lattice

    found: list[NotePrice] = []
    day, spread, price, forwards = terms.settlement, terms.spread, terms.price, terms.forwards
    for number, case in enumerate(cases, 1):
        prepared, chosen = case, tuple[str, ...]()
        curves = market_under(market, case, day, warnings)

        def worth(of: Calculation, curves: MarketCurves = curves) -> Mapping[str, float]:
            priced = (
                _priced(of, name, note, curves, day, spread, None, [])
                for name, note in of.prepared.deal.notes.items()
            )
            return {one.name: one.dirty * one.balance for one in priced if one is not None}

        if terms.exercise in INTRINSIC:
            calculation, chosen = rationally(prepared, worth, day)
        elif terms.model is not None:
            prepared, chosen = base_path(prepared, worth, day)
            calculation = calculate(prepared)
        else:
            calculation = calculate(prepared)
        warnings += prepared.warnings
        kept = _kept(calculation, terms.workers) if prepared.random is not None else None
        mine: list[NotePrice] = []
        for name, note in prepared.deal.notes.items():
            one = _priced(calculation, name, note, curves, day, spread, price, warnings, forwards)
            if one is not None:
                one = replace(one, exercised=chosen)
                mine.append(one if kept is None else _over_paths(one, calculation, kept, curves))
        if terms.model is not None:
            at_price = price is not None
            mine = on_lattice(calculation, mine, curves, terms.model, at_price=at_price, warnings=warnings)
        found += mine
        report("scenarios", number, len(cases))
    return found


def _priced(
    calculation: Calculation,
    name: str,
    note: Note,
    curves: MarketCurves,
    day: dt.date,
    spread: float | None,
    price: float | None,
    warnings: list[str],
    forwards: IndexCurves | None = None,
) -> NotePrice | None:
    """None where the note pays nothing after the day."""
    flows = flows_of(calculation, name, note, day, forwards)
    if flows is None:
        return None
    balance = int(calculation.lines[("note", name, "opening")][payments_until(calculation, day)])
    from securitize.pricing.measures import annual_price, price_at, z_spread

    kind, paid = "asked", bool(flows.cash.any())
    if price is not None:
        dirty, kind = price + flows.accrued, "from price"
        if dirty <= 0:
            raise UsageError(
                "{note} at {price:g} would cost nothing with its accrued interest of {accrued:.4f}",
                note=name,
                price=price,
                accrued=flows.accrued,
            )
        spread = z_spread(flows, curves.discount, dirty) if paid else 0.0
    elif spread is not None or not paid:
        spread, kind = (0.0, "assumed") if spread is None else (spread, kind)
        dirty = price_at(flows, curves.discount, spread)
    else:
        rate, kind = market_yield(note, name, flows, curves, warnings)
        if note.rating and curves.of_deals.get(note.rating) == calculation.prepared.deal.name:
            warnings.append(
                Message(
                    "the spread of {rating} in {market} is made from this very deal's coupon: its price is circular",
                    rating=note.rating,
                    market=curves.name,
                )
            )
        dirty = price_at(flows, curves.discount) if rate is None else annual_price(flows, rate)
        spread = 0.0 if rate is None else z_spread(flows, curves.discount, dirty)
    scenario = calculation.prepared.about["scenario"]
    return NotePrice(
        name,
        str(scenario or ""),
        note,
        flows,
        balance,
        spread,
        kind,
        dirty,
        index_on(calculation, note, day),
        curves,
    )


Lines = Mapping[tuple[str, ...], np.ndarray[tuple[int, ...], np.dtype[np.int64]]]


def _kept(calculation: Calculation, workers: int) -> Lines:
    """Published lines of every random path, (paths, periods)."""
    from securitize.engine.drawing import MOST_KEPT
    from securitize.engine.simulate import Engine

    engine = Engine(calculation)
    if engine.paths > MOST_KEPT:
        raise UsageError("prices are of at most {most_kept:,} random paths", most_kept=MOST_KEPT)
    return engine.kept(engine.paths, workers).lines


def _over_paths(one: NotePrice, calculation: Calculation, kept: Lines, curves: MarketCurves) -> NotePrice:
    """The note with what random paths say of it."""
    from securitize.pricing.measures import factors_from
    from securitize.pricing.path_values import present_values

    lines = {
        what: kept[("note", one.name, what)]
        for what in (*INTEREST, "principal_paid", "capitalised", "closing")
    }
    closing = lines["closing"] - kept[("note", one.name, "written_off")]
    opening = np.empty_like(closing)
    opening[:, 1:] = closing[:, :-1]
    opening[:, 0] = calculation.lines[("note", one.name, "opening")][0]
    mean = mean_flows(calculation, one.name, one.note, one.flows.settlement, {**lines, "opening": opening})
    if mean is None:
        return one
    first = len(calculation.resolved.schedule.payment) - len(mean.dates)
    cash = np.sum([lines[what] for what in (*INTEREST, "principal_paid")], axis=0)[:, first:]
    factors = factors_from(one.flows, curves.discount, one.spread)
    return replace(one, mean=mean, values=present_values(cash, factors) * (PAR / one.balance))
