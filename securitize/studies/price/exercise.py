"""Puts and the issuer's call exercised where it is worth most under today's curve: each choice is tried in the engine.

Source: ``docs/reference/prices.md``, section 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Literal

from securitize.base.closed import partition
from securitize.base.errors import UsageError
from securitize.base.messages import Message
from securitize.definitions.deals.calls import IssuerCall
from securitize.definitions.deals.deal import Deal
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepared import Prepared

#: Whether puts and the issuer's call are exercised as given, or where it pays.
ExerciseRule = Literal["given", "rational"]
RATIONAL, _ = partition(ExerciseRule, {"rational"}, {"given"})
#: What each note is worth, in money, of one calculation.
Values = Callable[[Calculation], Mapping[str, float]]
#: More choices at once are not tried.
MOST_PUTS = 8


def rationally(prepared: Prepared, values: Values) -> tuple[Calculation, tuple[str, ...]]:
    """The calculation under the choices that pay, and what was exercised.

    Investors of each note put or hold, as its own value is larger; then the issuer calls on the date, or never, at
    which all notes together are worth least, for it refinances at the rate at which they are valued. A choice that
    changes nothing is not exercised.
    """
    said: list[str] = []
    for note, written in list(prepared.deal.notes.items()):
        if not written.puts:
            continue
        if len(written.puts) > MOST_PUTS:
            raise UsageError(
                "{note} has more than {most_puts} puts: choose with a scenario",
                note=note,
                most_puts=MOST_PUTS,
            )
        tried = [(deal, put) for deal, put in _puts(prepared.deal, note)]
        worth = [values(calculate(replace(prepared, deal=deal))).get(note, 0.0) for deal, _ in tried]
        # The first of equals: the fewest puts come first.
        best = max(range(len(tried)), key=lambda k: (worth[k], -k))
        prepared = replace(prepared, deal=tried[best][0])
        said += [Message("put {note} {day}", note=note, day=day) for day in tried[best][1]]
    if prepared.deal.issuer_call is not None:
        calls = list(_calls(prepared, prepared.deal.issuer_call))
        costs = [sum(values(calculate(replace(prepared, deal=deal))).values()) for deal, _ in calls]
        best = min(range(len(calls)), key=lambda k: (costs[k], k))
        prepared = replace(prepared, deal=calls[best][0])
        if calls[best][1] is not None:
            said.append(Message("call {day}", day=calls[best][1]))
    return calculate(prepared), tuple(said)


def _puts(deal: Deal, note: str) -> Iterator[tuple[Deal, tuple[dt.date, ...]]]:
    """The deal with every choice among the puts of a note, the fewest first, and the dates that are put."""
    written = deal.notes[note]
    for kept in sorted(product((False, True), repeat=len(written.puts)), key=sum):
        puts = tuple(put for put, keep in zip(written.puts, kept, strict=True) if keep)
        changed = written.model_copy(update={"puts": puts})
        yield (
            deal.model_copy(update={"notes": {**deal.notes, note: changed}}),
            tuple(put.date for put in puts),
        )


def _calls(prepared: Prepared, call: IssuerCall) -> Iterator[tuple[Deal, dt.date | None]]:
    """The deal that is never called, then called on each payment date on which it may be."""
    dates = prepared.schedule.payment_dates
    first = dates.first_from(call.prices[0].from_) if call.prices else 0
    for day in (None, *prepared.schedule.payment[max(first, prepared.today.period) : -1]):
        changed = call.model_copy(update={"date": day})
        yield prepared.deal.model_copy(update={"issuer_call": changed}), day
