"""Puts and the issuer's call exercised where it is worth most under today's curve: each choice is tried in the engine.

Source: ``docs/reference/prices.md``, section 4.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import isnan
from typing import Literal

from securitize.base.closed import partition
from securitize.base.errors import UsageError
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.calls import IssuerCall
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.notes import CouponReset, Put
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepared import Prepared

#: Whether puts and the issuer's call are exercised as given, where it pays at today's forward rates, or on their day.
ExerciseRule = Literal["given", "intrinsic", "hull-white"]
INTRINSIC, ON_LATTICE, _ = partition(ExerciseRule, {"intrinsic"}, {"hull-white"}, {"given"})
#: What each note is worth, in money, of one calculation.
Values = Callable[[Calculation], Mapping[str, float]]
#: More choices at once are not tried.
MOST_PUTS = 8
#: One basis point, units of 1e-8: coupons are announced so.
BASIS_POINT = RATE_UNITS // 10_000


class UndecidedError(Exception):
    """A choice hangs on what a note is worth that has no spread: its own, or that of the issuer for all notes."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


def _decided(values: Mapping[str, float], note: str | None = None) -> float:
    """What a note is worth, 0 where nothing is left of it, or all notes together. Raises UndecidedError."""
    counted = values if note is None else {note: values.get(note, 0.0)}
    for name, value in counted.items():
        if isnan(value):
            raise UndecidedError(name)
    return sum(counted.values())


def rationally(
    prepared: Prepared, values: Values, settlement: dt.date
) -> tuple[Calculation, tuple[str, ...]]:
    """The calculation under the choices that pay, and what was exercised.

    The issuer re-sets the coupons of each note within their ranges, and its investors put or hold, as its own value is
    larger; then the issuer calls on the date, or never, at
    which all notes together are worth least, for it refinances at the rate at which they are valued. A choice that
    changes nothing is not exercised. What is dated up to ``settlement`` is past, and no choice.
    Raises UndecidedError where a note that chooses, or for which the issuer does, has no value (NaN).
    """
    said: list[str] = []
    for note in list(prepared.deal.notes):
        prepared, set_ = _re_set(prepared, values, note, settlement)
        said += set_
        written = prepared.deal.notes[note]
        ahead = [put for put in written.puts if is_open(prepared, put, settlement)]
        if not ahead:
            continue
        if len(ahead) > MOST_PUTS:
            raise UsageError(
                "{note} has more than {most_puts} puts: choose with a scenario",
                note=note,
                most_puts=MOST_PUTS,
            )
        tried = list(_puts(prepared.deal, note, ahead))  # of equals the first: the fewest puts
        worth = [_decided(values(calculate(replace(prepared, deal=deal))), note) for deal, _ in tried]
        best = max(range(len(tried)), key=lambda k: (worth[k], -k))
        prepared = replace(prepared, deal=tried[best][0])
        said += [Message("put {note} {day}", note=note, day=day) for day in tried[best][1]]
    if prepared.deal.issuer_call is not None:
        calls = list(tried_calls(prepared, prepared.deal.issuer_call, settlement))
        costs = (
            [_decided(values(calculate(replace(prepared, deal=deal)))) for deal, _ in calls]
            if len(calls) > 1
            else [0.0]
        )
        best = min(range(len(calls)), key=lambda k: (costs[k], k))
        prepared = replace(prepared, deal=calls[best][0])
        if calls[best][1] is not None:
            said.append(Message("call {day}", day=calls[best][1]))
    return calculate(prepared), tuple(said)


def given_back(prepared: Prepared, day: dt.date) -> dt.date:
    """The payment date that a put or a call of ``day`` means."""
    t = prepared.schedule.payment_dates.first_from(day)
    return prepared.schedule.payment[t] if t < prepared.schedule.periods else day


def is_open(prepared: Prepared, put: Put, settlement: dt.date) -> bool:
    """Whether investors may still choose: until the window closes, without a window until the payment date."""
    last = given_back(prepared, put.date) if put.window is None else put.window.until
    return last > settlement


def _puts(deal: Deal, note: str, ahead: Sequence[Put]) -> Iterator[tuple[Deal, tuple[dt.date, ...]]]:
    """The deal with every choice among the puts ahead of a note, the fewest first, and the dates that are put."""
    for kept in sorted(product((False, True), repeat=len(ahead)), key=sum):
        chosen = [put for put, keep in zip(ahead, kept, strict=True) if keep]
        yield _exercised(deal, note, ahead, chosen), tuple(put.date for put in chosen)


def _exercised(deal: Deal, note: str, ahead: Sequence[Put], chosen: Sequence[Put]) -> Deal:
    """The deal with these of the puts ahead of a note exercised, all that may be, and the others not."""

    def share(put: Put) -> int:
        if put not in ahead:
            return put.share
        return put.exercised if put in chosen else 0

    puts = tuple(put.model_copy(update={"share": share(put)}) for put in deal.notes[note].puts)
    return _with_puts(deal, note, puts)


def with_put(deal: Deal, note: str, put: Put) -> Deal:
    """The deal with this put of a note exercised, all that may be, and the others as they are."""
    return _exercised(deal, note, [put], [put])


def _with_puts(deal: Deal, note: str, puts: Sequence[Put]) -> Deal:
    changed = deal.notes[note].model_copy(update={"puts": tuple(puts)})
    return deal.model_copy(update={"notes": {**deal.notes, note: changed}})


def _re_set(
    prepared: Prepared, values: Values, note: str, settlement: dt.date
) -> tuple[Prepared, list[Message]]:
    """The coupons of a note that the issuer is free to set, each the lowest at which investors keep the note.

    The latest first. Where no coupon of the range keeps them, it stays as it is.
    """
    said: list[Message] = []
    put_later: list[dt.date] = []
    for k in reversed(range(len(prepared.deal.notes[note].puts))):
        put = prepared.deal.notes[note].puts[k]
        reset = put.reset
        if reset is None or reset.announced <= settlement or not is_open(prepared, put, settlement):
            continue
        candidates = _candidates(reset)
        if not candidates:
            continue
        keeps = _Keeps(prepared, values, note, k, settlement, tuple(put_later))
        found = _first(candidates, keeps)
        if found is None:
            if not keeps.under(prepared.deal):
                put_later.append(put.date)
            continue
        prepared = replace(prepared, deal=_with_coupon(prepared.deal, note, k, found))
        rate = f"{found / BASIS_POINT / 100:.2f}%"
        said.insert(0, Message("re-set {note} {day} {rate}", note=note, day=put.date, rate=rate))
    return prepared, said


def _candidates(reset: CouponReset) -> Sequence[int]:
    """The ends of the range and whole basis points between them, units of 1e-8; none without a range."""
    if reset.lowest is None or reset.highest is None:
        return ()
    first = reset.lowest // BASIS_POINT + 1
    between = range(first * BASIS_POINT, reset.highest, BASIS_POINT)
    return sorted({reset.lowest, *between, reset.highest})


def _with_coupon(deal: Deal, note: str, k: int, rate: int) -> Deal:
    puts = list(deal.notes[note].puts)
    reset = puts[k].reset
    assert reset is not None  # asked of a put that has one
    puts[k] = puts[k].model_copy(update={"reset": reset.model_copy(update={"rate": rate})})
    return _with_puts(deal, note, puts)


def _first(candidates: Sequence[int], keeps: Callable[[int], bool]) -> int | None:
    """The lowest candidate that holds, by bisection: what holds of one holds of every higher one; None if of none."""
    if not keeps(candidates[-1]):
        return None
    at = bisect_left(candidates, True, key=keeps)
    return candidates[at]


@dataclass(frozen=True)
class _Keeps:
    """Whether investors keep a note at a coupon that is re-set at its k-th put, with the later puts that are known."""

    prepared: Prepared
    values: Values
    note: str
    k: int
    settlement: dt.date
    put_later: tuple[dt.date, ...]

    def __call__(self, rate: int) -> bool:
        return self.under(_with_coupon(self.prepared.deal, self.note, self.k, rate))

    def under(self, deal: Deal) -> bool:
        """Whether they keep it under a deal as it stands."""
        puts = deal.notes[self.note].puts
        ahead = [put for put in puts if is_open(self.prepared, put, self.settlement)]
        later = [put for put in ahead if put.date in self.put_later]
        held, put_ = (
            self._worth(_exercised(deal, self.note, ahead, chosen))
            for chosen in (later, [puts[self.k], *later])
        )
        return held >= put_

    def _worth(self, deal: Deal) -> float:
        return _decided(self.values(calculate(replace(self.prepared, deal=deal))), self.note)


def tried_calls(
    prepared: Prepared, call: IssuerCall, settlement: dt.date
) -> Iterator[tuple[Deal, dt.date | None]]:
    """The deal that is never called, then called on each payment date on which it may be.

    A call that was exercised by settlement stays as it is.
    """
    past, dates = max(prepared.today.notes, settlement), prepared.schedule.payment_dates
    if call.date is not None and given_back(prepared, call.date) <= past:
        yield prepared.deal, None
        return
    first = dates.first_from(call.prices[0].from_) if call.prices else 0
    ahead = [date.adjusted for date in dates.dates[first:-1] if date.adjusted > past]
    for day in (None, *ahead):
        changed = call.model_copy(update={"date": day})
        yield prepared.deal.model_copy(update={"issuer_call": changed}), day
