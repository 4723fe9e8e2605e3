"""Coverage that is published, in the state for which it is printed; a trigger's own measure is in
:mod:`securitize.waterfall.measures`.

Source: ``docs/reference/priority-of-payments.md``, section 15. Lines are those of the plan, int64 (paths, periods).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.arrays import Bool, Float64
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.steps import PRIORITIES
from securitize.waterfall.measures import coverage, ratio, sum_lines
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal, ResolvedStep
from securitize.waterfall.rules.coverage import senior_fees


@dataclass(frozen=True, slots=True)
class PublishedCoverage:
    """Coverage of the notes of a rank and above: float64 (paths, periods), NaN where it is not defined."""

    dscr: Float64
    dscr_with_support: Float64
    interest_coverage: Float64
    overcollateralisation: Float64


def published_coverage(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], fee_interest: Int64, rank: int
) -> PublishedCoverage:
    """Coverage of rank ``rank``.

    fee_interest : int64 (paths, periods), the interest part of the licence fees that the pool delivers
    """
    ranked = resolved.deal.down_to(rank)
    own, due = _own_and_due(resolved, lines, ranked)
    scheduled = follows_schedule(resolved, lines, rank)
    supported = with_support(resolved, lines, ranked, own, due)
    received = np.maximum(_interest_received(resolved, lines, fee_interest) - _senior(resolved, lines), 0)
    return PublishedCoverage(
        dscr=np.where(scheduled, ratio(own, due), np.nan),
        dscr_with_support=np.where(scheduled, ratio(supported, due), np.nan),
        interest_coverage=ratio(received, _interest_due(lines, ranked)),
        overcollateralisation=coverage(resolved, lines, rank).overcollateralisation,
    )


def published_dscr(resolved: ResolvedDeal, lines: Mapping[Line, Int64], rank: int) -> Float64:
    """Debt service coverage of a rank without reserves and support, (paths, periods), NaN where it is not defined."""
    ranked = resolved.deal.down_to(rank)
    return np.where(
        follows_schedule(resolved, lines, rank), ratio(*_own_and_due(resolved, lines, ranked)), np.nan
    )


def _senior(resolved: ResolvedDeal, lines: Mapping[Line, Int64]) -> Int64:
    """F, the senior fees due."""
    return sum_lines(lines, [("fee", name, "due") for name in senior_fees(resolved)])


def _interest_due(lines: Mapping[Line, Int64], notes: list[str]) -> Int64:
    return sum_lines(lines, [("note", name, "interest_due") for name in notes])


def _own_and_due(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], notes: list[str]
) -> tuple[Int64, Int64]:
    """N, collections after senior fees, and I + P of these notes."""
    collected = sum_lines(lines, [line for line in lines if line[0] == "collections"])
    principal = sum_lines(lines, [("note", name, "principal_scheduled") for name in notes])
    return np.maximum(collected - _senior(resolved, lines), 0), _interest_due(lines, notes) + principal


def follows_schedule(resolved: ResolvedDeal, lines: Mapping[Line, Int64], rank: int) -> Bool:
    """Whether a note of the rank has a balance, and all principal down to it follows a schedule; (paths, periods)."""
    shape = next(iter(lines.values())).shape
    there, scheduled = np.zeros(shape, np.bool_), np.ones(shape, np.bool_)
    for name in resolved.deal.down_to(rank):
        note, some = resolved.deal.notes[name], lines[("note", name, "before")] != 0
        there |= some & (note.rank == rank)
        by_schedule = (lines[("note", name, "in_full")] == 0) & note.principal.has_schedule
        scheduled &= ~some | by_schedule
    return there & scheduled


def with_support(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], notes: list[str], own: Int64, due: Int64
) -> Int64:
    """Own cash (paths, periods) with what the steps that pay these notes may draw on: reserves, then promises."""
    steps = list(_steps_of(resolved, lines, notes))
    total = own.copy()
    for name, account in resolved.deal.accounts.items():
        if account.is_reserve:
            drawn = _any([ran for step, ran in steps if name in step.sources], own.shape)
            # What the streams of the date brought is among the collections already.
            came = sum_lines(lines, [("collections", stream) for stream in resolved.streams_into(name)])
            kept = np.maximum(lines[("account", name, "before")] - came, 0)
            total += np.where(drawn, kept, 0)
    lacking = np.maximum(due - total, 0)
    called: dict[str, Bool] = {}
    given: dict[str, Int64] = {}
    for step, ran in steps:
        for name in step.step.support:
            before = called.get(name, np.zeros(own.shape, np.bool_))
            paid = np.where(ran & ~before, _promised(resolved, lines, name, lacking, given), 0)
            total, lacking = total + paid, lacking - paid
            called[name] = before | ran
            party = resolved.deal.support[name].party
            if party is not None and ("party", party, "available") in lines:
                given[party] = given.get(party, np.zeros_like(paid)) + paid
    return total


def _steps_of(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], notes: list[str]
) -> Iterator[tuple[ResolvedStep, Bool]]:
    """The steps that pay interest or principal of one of these notes, in order, and where they ran."""
    for priority in PRIORITIES:
        for place, step in enumerate(resolved.priorities.get(priority, ())):
            ran = lines.get(("step", priority, str(place), "ran"))
            if ran is not None and step.pays(notes):
                yield step, ran != 0


def _any(masks: list[Bool], shape: tuple[int, ...]) -> Bool:
    found: Bool = np.zeros(shape, np.bool_)
    for mask in masks:
        found |= mask
    return found


def _promised(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], name: str, lacking: Int64, given: Mapping[str, Int64]
) -> Int64:
    """What a support would pay of what is lacking: by coverage, limits left, dates and its provider.

    given : what the supports before it pay, by party
    """
    on_dates = resolved.support[name]
    owed = multiply_divide(lacking, on_dates.support.coverage, RATE_UNITS, "down")
    left = lines.get(("support", name, "left"))
    if left is not None:
        owed = np.minimum(owed, left)
    party = on_dates.support.party
    if party is not None and party in given:
        owed = np.minimum(owed, lines[("party", party, "available")] - given[party])
    owed = np.where(np.array(on_dates.callable), owed, 0)
    paid = multiply_divide(owed, lines[("support", name, "pays")], RATE_UNITS, "down")
    late = lines.get(("support", name, "late"))
    return (
        paid if late is None else np.where(late, np.minimum(paid, lines[("support", name, "arrears")]), paid)
    )


def _interest_received(resolved: ResolvedDeal, lines: Mapping[Line, Int64], fee_interest: Int64) -> Int64:
    """What comes in as interest: no principal, prepayment or recovery."""
    streams: list[Line] = [("collections", "interest"), ("collections", "royalty")]
    earned: list[Line] = [("account", name, "interest") for name in resolved.deal.accounts]
    return sum_lines(lines, [*streams, *earned]) + np.where(called_before(resolved, lines), 0, fee_interest)


def called_before(resolved: ResolvedDeal, lines: Mapping[Line, Int64]) -> Bool:
    """Whether a call was exercised before a date, so that the pool delivers nothing on it."""
    today = lines.get(("call",))
    shape = next(iter(lines.values())).shape
    found: Bool = np.full(shape, bool(resolved.initial.get("called", 0)))
    if today is not None:
        found[:, 1:] |= np.logical_or.accumulate(today != 0, axis=1)[:, :-1]
    return found
