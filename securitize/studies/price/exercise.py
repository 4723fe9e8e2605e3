"""Puts and the issuer's call exercised where it is worth most under today's curve: each choice is tried in the engine.

Source: ``docs/reference/prices.md``, section 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Literal

from securitize.base.closed import partition
from securitize.base.errors import UsageError
from securitize.base.messages import Message
from securitize.definitions.deals.calls import IssuerCall
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.notes import Put
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepared import Prepared

#: Whether puts and the issuer's call are exercised as given, or where it pays.
ExerciseRule = Literal["given", "rational"]
RATIONAL, _ = partition(ExerciseRule, {"rational"}, {"given"})
#: What each note is worth, in money, of one calculation.
Values = Callable[[Calculation], Mapping[str, float]]
#: More choices at once are not tried.
MOST_PUTS = 8


def rationally(
    prepared: Prepared, values: Values, settlement: dt.date
) -> tuple[Calculation, tuple[str, ...]]:
    """The calculation under the choices that pay, and what was exercised.

    Investors of each note put or hold, as its own value is larger; then the issuer calls on the date, or never, at
    which all notes together are worth least, for it refinances at the rate at which they are valued. A choice that
    changes nothing is not exercised. What is dated up to ``settlement`` is past, and no choice.
    """
    said: list[str] = []
    for note, written in list(prepared.deal.notes.items()):
        ahead = [put for put in written.puts if _given_back(prepared, put.date) > settlement]
        if not ahead:
            continue
        if len(ahead) > MOST_PUTS:
            raise UsageError(
                "{note} has more than {most_puts} puts: choose with a scenario",
                note=note,
                most_puts=MOST_PUTS,
            )
        tried = list(_puts(prepared.deal, note, ahead))
        worth = [values(calculate(replace(prepared, deal=deal))).get(note, 0.0) for deal, _ in tried]
        # The first of equals: the fewest puts come first.
        best = max(range(len(tried)), key=lambda k: (worth[k], -k))
        prepared = replace(prepared, deal=tried[best][0])
        said += [Message("put {note} {day}", note=note, day=day) for day in tried[best][1]]
    if prepared.deal.issuer_call is not None:
        calls = list(_calls(prepared, prepared.deal.issuer_call, settlement))
        costs = [sum(values(calculate(replace(prepared, deal=deal))).values()) for deal, _ in calls]
        best = min(range(len(calls)), key=lambda k: (costs[k], k))
        prepared = replace(prepared, deal=calls[best][0])
        if calls[best][1] is not None:
            said.append(Message("call {day}", day=calls[best][1]))
    return calculate(prepared), tuple(said)


def _given_back(prepared: Prepared, day: dt.date) -> dt.date:
    """The payment date that a put or a call of ``day`` means."""
    t = prepared.schedule.payment_dates.first_from(day)
    return prepared.schedule.payment[t] if t < prepared.schedule.periods else day


def _puts(deal: Deal, note: str, ahead: Sequence[Put]) -> Iterator[tuple[Deal, tuple[dt.date, ...]]]:
    """The deal with every choice among the puts ahead of a note, the fewest first, and the dates that are put."""
    written = deal.notes[note]
    for kept in sorted(product((False, True), repeat=len(ahead)), key=sum):
        chosen = [put for put, keep in zip(ahead, kept, strict=True) if keep]
        puts = tuple(put for put in written.puts if put not in ahead or put in chosen)
        changed = written.model_copy(update={"puts": puts})
        yield (
            deal.model_copy(update={"notes": {**deal.notes, note: changed}}),
            tuple(put.date for put in chosen),
        )


def _calls(
    prepared: Prepared, call: IssuerCall, settlement: dt.date
) -> Iterator[tuple[Deal, dt.date | None]]:
    """The deal that is never called, then called on each payment date on which it may be.

    A call that was exercised by settlement stays as it is.
    """
    past, dates = max(prepared.today.notes, settlement), prepared.schedule.payment_dates
    if call.date is not None and _given_back(prepared, call.date) <= past:
        yield prepared.deal, None
        return
    first = dates.first_from(call.prices[0].from_) if call.prices else 0
    ahead = [date.adjusted for date in dates.dates[first:-1] if date.adjusted > past]
    for day in (None, *ahead):
        changed = call.model_copy(update={"date": day})
        yield prepared.deal.model_copy(update={"issuer_call": changed}), day
