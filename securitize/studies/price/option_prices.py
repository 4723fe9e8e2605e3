"""Notes whose puts and calls are chosen on their day, on a lattice: the cash from the engine, run once a choice.

Source: ``docs/reference/prices.md``, section 5.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.errors import UsageError
from securitize.base.messages import Listing, Message
from securitize.definitions.deals.notes import Put
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepared import Prepared
from securitize.market.curves import DAYS_OF_YEAR
from securitize.market.hull_white import HullWhite
from securitize.market.market_curves import MarketCurves
from securitize.pricing import lattice
from securitize.pricing.measures import BASIS_POINT, z_spread
from securitize.pricing.note_flows import NoteFlows
from securitize.studies.price.dated_flows import flows_of
from securitize.studies.price.exercise import (
    UndecidedError,
    Values,
    given_back,
    is_open,
    rationally,
    tried_calls,
    with_put,
)
from securitize.studies.price.note_prices import NotePrice, OptionMeasures

#: Assumed where nothing else is said, a year: no quotes of options on Chinese rates are known.
VOLATILITY, MEAN_REVERSION = 0.006, 0.03
MOST_VOLATILITY = 0.05


def assumed_model(volatility: float | None, mean_reversion: float | None) -> HullWhite:
    """The model of the short rate, with what is not said assumed.

    Raises UsageError where a number lies outside its range.
    """
    model_volatility = VOLATILITY if volatility is None else volatility
    reversion = MEAN_REVERSION if mean_reversion is None else mean_reversion
    if not 0 < model_volatility <= MOST_VOLATILITY:
        raise UsageError("a rate volatility is above 0 and at most 500 basis points a year")
    if not 0 <= reversion <= 1:
        raise UsageError("a mean reversion is from 0 to 100% a year")
    return HullWhite(reversion, model_volatility)


def base_path(prepared: Prepared, values: Values, settlement: dt.date) -> tuple[Prepared, tuple[str, ...]]:
    """The deal with nothing exercised that is decided on the lattice; and the re-sets and their puts, chosen before.

    values : of notes, by which a coupon that is to be re-set is chosen
    """
    of_re_sets: list[str] = []
    said: tuple[str, ...] = ()
    chosen = prepared.deal
    if any(_re_set_ahead(prepared, put, settlement) for _, put in _puts(prepared)):
        calculation, said = rationally(prepared, values, settlement)
        chosen = calculation.prepared.deal
    deal = prepared.deal
    for name, note in prepared.deal.notes.items():
        puts = []
        for put, after in zip(note.puts, chosen.notes[name].puts, strict=True):
            if _re_set_ahead(prepared, put, settlement):
                puts.append(after)
                of_re_sets.append(Message("put {note} {day}", note=name, day=put.date))
            else:
                share = 0 if is_open(prepared, put, settlement) else put.share
                puts.append(put.model_copy(update={"share": share}))
        changed = note.model_copy(update={"puts": tuple(puts)})
        deal = deal.model_copy(update={"notes": {**deal.notes, name: changed}})
    prepared = replace(prepared, deal=deal)
    if deal.issuer_call is not None:
        never, _ = next(tried_calls(prepared, deal.issuer_call, settlement))
        prepared = replace(prepared, deal=never)
    return prepared, tuple(words for words in said if words.startswith("re-set ") or words in of_re_sets)


def on_lattice(
    calculation: Calculation,
    notes: Sequence[NotePrice],
    curves: MarketCurves,
    model: HullWhite,
    *,
    at_price: bool,
    warnings: list[str],
) -> list[NotePrice]:
    """The notes of a base path as the lattice values them, at their spreads, or at the spreads of their prices.

    Those without a price stay as they are.

    calculation : of :func:`base_path`;  notes : as they are priced without options;  ``warnings`` are added to
    Raises UsageError where no spread gives the prices, UndecidedError where a note without one decides.
    """
    lacking = [one for one in notes if one.dirty is None]
    _check_decided(calculation.prepared, lacking)
    everyone, notes = notes, [one for one in notes if one.dirty is not None]
    if not notes:
        return list(everyone)
    options = _options(calculation, notes, curves)
    _warn(calculation, options, warnings)
    scales = np.array([one.minor_units for one in notes])
    if at_price:
        try:
            found = lattice.option_adjusted_spreads(options, model, np.array([one.worth for one in notes]))
        except ValueError as error:
            raise UsageError(
                "no option-adjusted spread gives these prices: the notes may be called at less, or put at more"
            ) from error
        options = lattice.with_spreads(options, found.tolist())
    worth = lattice.option_values(options, model) / scales
    plain = lattice.plain_values(options) / scales
    up, down = (
        lattice.option_values(lattice.shifted(options, step), model) / scales
        for step in (BASIS_POINT, -BASIS_POINT)
    )
    valued = {
        one.name: _valued(
            one,
            curves,
            float(worth[k]),
            OptionMeasures(
                spread=options.notes[k].spread,
                value=float(plain[k] - worth[k]),
                duration=float((down[k] - up[k]) / (2 * BASIS_POINT * worth[k])) if worth[k] > 0 else None,
                volatility=model.volatility,
                reversion=model.reversion,
            ),
        )
        for k, one in enumerate(notes)
    }
    return [valued.get(one.name, one) for one in everyone]


def _check_decided(prepared: Prepared, lacking: Sequence[NotePrice]) -> None:
    """Raises UndecidedError where a note without a spread has a put ahead, or a call is ahead that all decide."""
    call = prepared.deal.issuer_call
    for one in lacking:
        settlement = one.flows.settlement
        called = call is not None and any(day for _, day in tried_calls(prepared, call, settlement))
        if called or any(is_open(prepared, put, settlement) for put in prepared.deal.notes[one.name].puts):
            raise UndecidedError(one.name)


def _valued(one: NotePrice, curves: MarketCurves, dirty: float, measures: OptionMeasures) -> NotePrice:
    """The note at its price on the lattice; its Z-spread is that of the cash of the base path."""
    solved = one.flows.cash.any() and dirty > 0
    spread = z_spread(one.flows, curves.discount, dirty) if solved else one.quote.z_spread
    return replace(one, quote=replace(one.quote, dirty=dirty, z_spread=spread), options=measures)


def _puts(prepared: Prepared) -> Iterator[tuple[str, Put]]:
    for name, note in prepared.deal.notes.items():
        yield from ((name, put) for put in note.puts)


def _re_set_ahead(prepared: Prepared, put: Put, settlement: dt.date) -> bool:
    """Whether the issuer is still free to set the coupon at a put that is a choice."""
    reset = put.reset
    free = reset is not None and reset.lowest is not None and reset.announced > settlement
    return free and is_open(prepared, put, settlement)


@dataclass(frozen=True)
class _Base:
    """The base path: the deal, what each of its notes is paid, by name, and the market's curve."""

    prepared: Prepared
    flows: Mapping[str, NoteFlows]
    money: Mapping[str, float]
    settlement: dt.date
    dates: tuple[dt.date, ...]

    def years(self, day: dt.date) -> float:
        """From settlement."""
        return (day - self.settlement).days / DAYS_OF_YEAR

    def run(self, prepared: Prepared) -> dict[str, NoteFlows]:
        """What the same notes are paid where the deal is another."""
        calculation = calculate(prepared)
        found = {}
        for name in self.flows:
            flows = flows_of(calculation, name, prepared.deal.notes[name], self.settlement)
            assert flows is not None  # nothing is chosen up to settlement, when the note has a balance
            found[name] = flows
        return found


def _options(calculation: Calculation, notes: Sequence[NotePrice], curves: MarketCurves) -> lattice.Options:
    """Notes and their choices ahead, in money."""
    first = notes[0].flows
    base = _Base(
        calculation.prepared,
        {one.name: one.flows for one in notes},
        {one.name: one.minor_units for one in notes},
        first.settlement,
        first.dates,
    )
    payments = [
        lattice.Payments(one.flows.years, one.flows.cash * base.money[one.name], one.quote.z_spread or 0.0)
        for one in notes
    ]
    dated = [put for place, one in enumerate(notes) for put in _puts_of(base, place, one.name)]
    days = sorted({base.settlement, *base.dates, *(decided for decided, _ in dated)})
    return lattice.Options(
        payments,
        [put for _, put in dated],
        list(_calls_of(base)),
        np.array([base.years(day) for day in days]),
        np.log(curves.discount(days) / curves.discount([base.settlement])),
    )


def _puts_of(base: _Base, place: int, name: str) -> Iterator[tuple[dt.date, lattice.PutOption]]:
    """The puts of a note that are decided on the lattice, with the day of the decision, in the order of payment."""
    deal, before = base.prepared.deal, base.settlement
    open_ = [
        put
        for put in deal.notes[name].puts
        if is_open(base.prepared, put, base.settlement)
        and not _re_set_ahead(base.prepared, put, base.settlement)
        and given_back(base.prepared, put.date) in base.dates
    ]
    for put in sorted(open_, key=lambda put: given_back(base.prepared, put.date)):
        paid = given_back(base.prepared, put.date)
        k = base.dates.index(paid)
        kept, given = base.flows[name], base.run(replace(base.prepared, deal=with_put(deal, name, put)))[name]
        amount = float(given.cash[k] - kept.cash[k]) * base.money[name]
        outstanding = k + 1 < len(base.dates) and kept.balance[k + 1] > 0
        left = float(given.balance[k + 1] / kept.balance[k + 1]) if outstanding else 1.0
        if amount or left < 1:
            decided = paid if put.window is None else min(max(put.window.until, before), paid)
            times = base.years(decided), base.years(paid)
            yield decided, lattice.PutOption(place, *times, amount, left)
            before = paid


def _calls_of(base: _Base) -> Iterator[lattice.CallOption]:
    """The payment dates on which the issuer can repay every note, and what each is then paid."""
    call = base.prepared.deal.issuer_call
    if call is None:
        return
    for deal, day in tried_calls(base.prepared, call, base.settlement):
        if day is None or day not in base.dates:
            continue
        k = base.dates.index(day)
        found = base.run(replace(base.prepared, deal=deal))
        ends = not any(flows.cash[k + 1 :].any() for flows in found.values())
        goes_on = any(flows.cash[k + 1 :].any() for flows in base.flows.values())
        if ends and goes_on:
            paid: Float64 = np.array([flows.cash[k] * base.money[name] for name, flows in found.items()])
            yield lattice.CallOption(base.years(day), paid)


def _warn(calculation: Calculation, options: lattice.Options, warnings: list[str]) -> None:
    """What the lattice leaves out of this deal."""
    floating = [
        name for name, note in calculation.prepared.deal.notes.items() if note.coupon.floating is not None
    ]
    if floating and (options.puts or options.calls):
        warnings.append(
            Message(
                "coupons of {notes} stay on the lattice as they are on the base path: their fixings do not "
                "move with its rates",
                notes=Listing(floating, ", "),
            )
        )
    if options.puts and options.calls:
        warnings.append(
            Message("the issuer's call is decided on balances from which nothing was put: there are puts too")
        )
