"""Prices of the notes of a deal: the Python API.

>>> import securitize
>>> found = securitize.price("nanshan-5-2022")
>>> found.table("prices")                          # a pandas DataFrame
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
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
from securitize.store.store import claim
from securitize.store.stored import StoredRun, StoredTables
from securitize.studies.price.asked import PricesAsked
from securitize.studies.price.cases import cases_of, of_another_day
from securitize.studies.price.dated_flows import INTEREST, flows_of, mean_flows, payments_until
from securitize.studies.price.exercise import INTRINSIC, ON_LATTICE, ExerciseRule, UndecidedError, rationally
from securitize.studies.price.floating_coupons import index_on
from securitize.studies.price.market_yield import at_price, at_spread, at_z_spread, market_quote
from securitize.studies.price.moved_rates import market_under
from securitize.studies.price.note_prices import NotePrice
from securitize.studies.price.stored import LABELS, PricedCases, about_of, stresses_of_cases
from securitize.tables import Tables, build

__all__ = ["Prices", "price"]


@dataclass(frozen=True, repr=False)
class Prices(Tables):
    """The notes as they are priced, and the tables; of a stored result all tables of its folder.

    notes  : none where a result that was stored before is handed back
    id, path, reused : of a stored result; whether it stood there before and was verified
    """

    curves: MarketCurves
    notes: tuple[NotePrice, ...]
    warnings: tuple[str, ...]
    about: Mapping[str, str | bool | None]
    id: str | None = None
    path: Path | None = None
    reused: bool = False

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
    z_spread: float | None = None,
    price: float | None = None,
    exercise: ExerciseRule = "given",
    volatility: float | None = None,
    mean_reversion: float | None = None,
    forwards: bool = False,
    performance: PathLike | None = None,
    paths: int = 10_000,
    seed: int = 1,
    workers: int = 1,
    output: PathLike | None = None,
    store: bool = False,
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
    spread     : of every note over the government par yield at its weighted average life, a decimal; without it that
        which the market has for the note's rating, and no price where it has none
    z_spread   : continuous, over the government zero curve, of every note, in place of it
    price      : the clean price of every note, in place of a spread
    exercise   : ``given``, puts and the issuer's call as the deal or a scenario says; ``intrinsic``, where it pays
        at the curve and spread; ``hull-white``, where it pays on its day, on a lattice of rates
    volatility, mean_reversion : of the short rate of that lattice, a year, assumed: 0.006 and 0.03 where not said
    forwards   : the discount margin of a floating note is over the forward rates of the market's curve of its index
    performance, paths, seed : prices and yields over random paths too, at most 100,000
    output     : the folder of the result; without it, where it is to be stored, ``runs/<id>``
    store      : True stores the result as a run is stored
    progress   : called with "scenarios", how many are priced, and of how many
    Raises UsageError, DefinitionError, CalculationError or StorageError, each of which says what to do.
    """
    from securitize.engine.drawing import drawing

    if sum(one is not None for one in (spread, z_spread, price)) > 1:
        raise UsageError("a note is priced at one of a spread, a Z-spread and a price")
    if price is not None and not 0 < price < 10_000:
        raise UsageError("a price is above 0 and below 10,000")
    if any(one is not None and not -1 < one < 10 for one in (spread, z_spread)):
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
    cases, of_day, curves, run = cases_of(deal, scenarios, drawn, runs, market)
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
    wanted = PricedCases(
        cases,
        of_day,
        curves,
        drawn,
        PricesAsked(day, spread, price, exercise, model, forwards, z_spread),
        run,
    )
    if output is None and not store:
        return priced(wanted, workers, progress)
    with claim(
        Path(runs) / wanted.identity.id if output is None else Path(output), wanted.identity
    ) as claimed:
        if (stored := claimed.existing) is not None:
            return _as_stored(wanted, (), stored)
        made = priced(wanted, workers, progress)
        contents = wanted.contents(made.tables, made.warnings)
        return _as_stored(wanted, made.notes, claimed.write(contents.tables, contents.facts))


def priced(wanted: PricedCases, workers: int = 1, progress: Progress | None = None) -> Prices:
    """Prices that were asked for, calculated; nothing is written."""
    from securitize.studies.price.tables import tabulate_prices

    cases, curves, asked = wanted.cases, wanted.curves, wanted.asked
    warnings: list[str] = [*curves.warnings]
    warnings += of_another_day(cases, curves)
    given = index_curves(wanted.market.loaded.model, curves) if asked.forwards else {}
    terms = PricingTerms(
        asked.settlement,
        asked.spread,
        asked.price,
        asked.exercise,
        workers,
        asked.model,
        given,
        asked.z_spread,
    )
    found = priced_notes(cases, curves, terms, warnings, progress or silent)
    if not found:
        raise UsageError(
            "no note pays anything after {day}: settlement lies outside the notes' life", day=asked.settlement
        )
    about = cases[0].about
    facts = {key: about[key] for key in LABELS}
    if stressed := stresses_of_cases(cases):
        facts["stresses"] = stressed
    tables = {
        name: build(name, columns) for name, columns in tabulate_prices(curves, found, wanted.draw).items()
    }
    return Prices(curves, tuple(found), tuple(dict.fromkeys(warnings)), facts, tables=tables)  # type: ignore[arg-type]


def _as_stored(wanted: PricedCases, notes: tuple[NotePrice, ...], stored: StoredRun) -> Prices:
    """The result as it stands on disk."""
    facts = stored.manifest.facts
    return Prices(
        wanted.curves,
        notes,
        facts.warnings,
        about_of(facts.about),  # type: ignore[arg-type]
        stored.id,
        stored.path,
        stored.reused,
        tables=StoredTables(stored),
    )


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
    z_spread: float | None = None


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
    found: list[NotePrice] = []
    for number, case in enumerate(cases, 1):
        moved = market_under(market, case, terms.settlement, warnings)
        try:
            found += _of_case(case, moved, terms, warnings)
        except UndecidedError as error:
            given = replace(terms, exercise="given", model=None)
            warnings.append(
                Message(
                    "nothing is chosen as it pays, and no note has a price: {note} decides too, and has no spread; "
                    "give --spread or --z-spread",
                    note=error.note,
                )
            )
            found += [one.undecided() for one in _of_case(case, moved, given, warnings)]
        report("scenarios", number, len(cases))
    return found


def _of_case(
    case: Prepared, curves: MarketCurves, terms: PricingTerms, warnings: list[str]
) -> list[NotePrice]:
    """Every note of one case. Raises UndecidedError where a choice hangs on a note that has no spread."""
    from securitize.studies.price.option_prices import base_path, on_lattice

    prepared, chosen, day = case, tuple[str, ...](), terms.settlement
    valuing = replace(terms, price=None, forwards={})

    def worth(of: Calculation) -> Mapping[str, float]:
        priced = (
            _priced(of, name, note, curves, valuing, []) for name, note in of.prepared.deal.notes.items()
        )
        return {one.name: np.nan if one.worth is None else one.worth for one in priced if one is not None}

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
        one = _priced(calculation, name, note, curves, terms, warnings)
        if one is not None:
            one = replace(one, exercised=chosen)
            mine.append(one if kept is None else _over_paths(one, calculation, kept, curves))
    if terms.model is not None:
        priced = terms.price is not None
        mine = on_lattice(calculation, mine, curves, terms.model, at_price=priced, warnings=warnings)
    return mine


def _priced(
    calculation: Calculation,
    name: str,
    note: Note,
    curves: MarketCurves,
    terms: PricingTerms,
    warnings: list[str],
) -> NotePrice | None:
    """None where the note pays nothing after settlement, and had a face that is repaid."""
    day, prepared = terms.settlement, calculation.prepared
    flows = flows_of(calculation, name, note, day, terms.forwards)
    if flows is None:
        return None
    balance = int(calculation.lines[("note", name, "opening")][payments_until(calculation, day)])
    if terms.price is not None:
        quote = at_price(flows, curves, name, terms.price, balance, warnings)
    elif terms.z_spread is not None:
        quote = at_z_spread(flows, curves, terms.z_spread)
    elif terms.spread is not None:
        quote = at_spread(flows, curves, name, terms.spread, warnings)
    else:
        quote = market_quote(note, name, flows, curves, prepared.deal.name, warnings)
    scenario = str(prepared.about["scenario"] or "")
    return NotePrice(name, scenario, note, flows, balance, quote, index_on(calculation, note, day), curves)


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
    if one.quote.z_spread is None:
        return replace(one, mean=mean)
    factors = factors_from(one.flows, curves.discount, one.quote.z_spread)
    return replace(one, mean=mean, values=present_values(cash, factors) / one.minor_units)
