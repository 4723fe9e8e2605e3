"""Definitions that were read and checked, put on their dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from securitize.assets.resolve import ResolvedPool, resolve_pool
from securitize.base.errors import DefinitionError
from securitize.base.remembered import Remembered, Same
from securitize.definitions.checks import check_dates_as_paid
from securitize.definitions.checks.past_stresses import past_stresses
from securitize.definitions.deals.deal import Deal
from securitize.definitions.loading import Definitions
from securitize.definitions.scenarios.market import Holidays
from securitize.engine.drawing import Draw
from securitize.engine.prepare.at_closing import at_closing
from securitize.engine.prepare.inputs import accepted_rows, files_in_run, values_given, warnings_of
from securitize.engine.prepare.known_rates import held_rates
from securitize.engine.prepare.new_coupons import check_new_coupons
from securitize.engine.prepare.prepared import Prepared, passed_by
from securitize.engine.prepare.written_dates import on_no_payment_date
from securitize.market.calendars import BusinessCalendar
from securitize.market.lpr import IndexHistory
from securitize.market.schedules import Schedule, deal_schedule
from securitize.market.today import Today, today_of
from securitize.performance.random.draw import RandomModel
from securitize.performance.random.given_payers import promises
from securitize.performance.random.model import resolve_random_performance
from securitize.performance.random.resolve_rates import GivenRates
from securitize.performance.stress_words import in_both
from securitize.performance.stresses import resolve_performance
from securitize.store.environment import program_version
from securitize.store.identity import Identity, Json
from securitize.waterfall.period_inputs import PeriodInputs, given_fixings, inputs_by_period, under

#: Pools on the dates of deals: a change of the notes leaves the contracts where they are.
_POOLS: Remembered[tuple[object, ...], ResolvedPool] = Remembered(32)


def on_dates(found: Definitions, draw: Draw | None = None, known_on: dt.date | None = None) -> Prepared:
    """Definitions that were read and checked, put on their dates. Raises DefinitionError where they do not fit.

    known_on : the information date, in mid-life not before that of the books; None for the closing or the books
    """
    stress = found.scenario.model if found.scenario else None
    holidays = found.holidays.model if found.holidays else None
    schedule = _schedule(found, found.deal.model, holidays)
    if problems := check_dates_as_paid(found.deal, schedule.payment_dates):
        raise DefinitionError(problems)
    today = _today(found, schedule)
    check_new_coupons(found, schedule, today)
    terms, pool = under(found.deal.model, stress, schedule), found.pool.model
    market = found.market.model if found.market else None
    known_on = max(known_on, today.notes) if known_on and today.in_mid_life else known_on or today.notes
    known = None if terms.realised else known_on
    today = replace(today, known=known_on)
    history = IndexHistory(market, known)
    resolved_pool = _POOLS.of(
        (Same(pool), schedule, Same(market), Same(holidays), known),
        lambda: resolve_pool(pool, schedule, market, holidays, known),
    )
    calendar = BusinessCalendar(terms.dates.calendar, holidays)
    performance = resolve_performance(terms.performance, stress, pool, schedule, today, terms)
    period_inputs = inputs_by_period(terms, stress, schedule, history, calendar, performance.parties, today)
    held = held_rates(terms, resolved_pool, schedule, calendar, history, known_on)
    files = files_in_run(found)
    inputs = {name: loaded.text for name, loaded in files.items()}
    inputs |= {f"pool/{name}": data for name, data in found.pool.attached.items()}
    options: dict[str, Json] = {"scenario": stress.name if stress else None}
    if values := values_given(files):
        options["values"] = values
    about: dict[str, Json] = {}
    if draw is not None and found.performance is not None:
        options["paths"] = draw.paths
        if not draw.usual:
            options["sampling"] = draw.sampling
        if draw.goal is not None:
            options["target_error"] = {"note": draw.goal.of(terms), "error": draw.goal.error}
        if draw.keep:
            options["keep_paths"] = draw.keep
        if draw.done is not None:
            options["paths_done"] = draw.done
        about |= {"performance": found.performance.model.name, "paths": draw.paths, "seed": draw.seed}
        about["sampling"] = draw.sampling
    closing, accepted = at_closing(found, resolved_pool)
    dated, accepted_dates = on_no_payment_date(found, schedule)
    if rows := accepted_rows([*found.accepted, *accepted, *accepted_dates], files):
        about["accepted"] = list(rows)
    if found.scenario and (stresses := in_both(found.scenario.raw)):
        about["stresses"] = list(stresses)
    random = _random(found, terms, schedule, today, period_inputs, calendar, history)
    if random is not None:
        kept, failing = promises(terms, pool, random, today.failed)
        about |= {"support": kept, "providers": failing}
    return Prepared(
        definitions=found,
        deal=terms,
        schedule=schedule,
        today=today,
        known_on=known,
        period_inputs=period_inputs,
        resolved_pool=resolved_pool,
        performance=performance,
        draw=draw,
        random=random,
        identity=Identity(inputs, options, program_version(), draw.seed if draw else None),
        warnings=(*warnings_of([*found.warnings, *closing, *dated], files, schedule, resolved_pool), *held),
        about={
            "deal": terms.name,
            "title": terms.title,
            "title_zh": terms.title_zh,
            "scenario": stress.name if stress else None,
            "synthetic": pool.synthetic,
            "reconstruction": terms.reconstruction,
            **about,
        },
    )


def _random(
    found: Definitions,
    deal: Deal,
    schedule: Schedule,
    today: Today,
    period_inputs: PeriodInputs,
    calendar: BusinessCalendar,
    history: IndexHistory,
) -> RandomModel | None:
    if found.performance is None:
        return None
    rates = GivenRates(
        given_fixings(deal, schedule, period_inputs, calendar),
        history,
        today.pool,
    )
    chain = found.chain.model if found.chain else None
    pool = found.pool.model
    since = today.pool if today.in_mid_life else None
    return resolve_random_performance(found.performance.model, deal, pool, schedule, chain, rates, since)


def _schedule(found: Definitions, terms: Deal, holidays: Holidays | None) -> Schedule:
    """The deal's dates as calendars move them. Raises DefinitionError, with file and line, where they do not ascend."""
    try:
        return deal_schedule(terms.dates, holidays)
    except DefinitionError as error:
        raise DefinitionError(
            [
                found.deal.problem(tuple(one.path.split(".")), one.what, one.found, one.repair, one.code)
                for one in error.problems
            ]
        ) from None


def _today(found: Definitions, schedule: Schedule) -> Today:
    """Where the deal stands. Raises DefinitionError where its books are of no payment date, or deny the scenario."""
    state = found.state.model if found.state else None
    try:
        today = today_of(schedule, state)
    except ValueError:
        assert found.state is not None  # a deal at closing has no day that could be wrong
        what, repair = "as_of is no payment date of the deal before its last", "write a payment date"
        problem = found.state.problem(("as_of",), what, found.state.model.as_of, repair, "SEC291")
        raise DefinitionError([problem]) from None
    passed = passed_by(today, state)
    if found.scenario and passed is not None:
        faults = past_stresses(found.scenario.model, found.pool.model, passed)
        if problems := [found.scenario.problem(*fault) for fault in faults]:
            raise DefinitionError(problems)
    return today
