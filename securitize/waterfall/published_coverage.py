"""Coverage that is published, in the state for which it is printed; a trigger's own measure is in
:mod:`securitize.waterfall.measures`.

Source: ``docs/reference/priority-of-payments.md``, section 15. Lines are those of the plan, int64 (paths, periods).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64, part_of
from securitize.base.arrays import Bool, Float64
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.steps import PRIORITIES, PriorityName
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
        scheduled &= ~some | (note.principal.has_schedule & ~_all_due(resolved, lines, name))
    return there & scheduled


def _all_due(resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str) -> Bool:
    """Whether all principal of a note is due: by its terms, by a redemption that is asked for, by a put of all."""
    found: Bool = lines[("note", note, "in_full")] != 0
    for priority, step, ran in _running(resolved, lines):
        # Elsewhere, and without support, it sweeps what cash there is: the schedule is still what is promised.
        asked = priority == "default" or bool(step.step.support)
        if asked and any((payee.kind, payee.name) == ("redemption", note) for payee in step.payees):
            found = found | ran
    put = lines.get(("note", note, "put_due"))
    if put is not None:
        found = found | (put >= lines[("note", note, "before")])
    return np.asarray(found, np.bool_)


@dataclass(frozen=True, slots=True)
class _Left:
    """What is there beside collections on each date, as one after another takes of it; int64 (paths, periods)."""

    resolved: ResolvedDeal
    lines: Mapping[Line, Int64]
    reserves: dict[str, Int64]
    paid: dict[str, Int64]

    def call(self, name: str, lacking: Int64) -> Int64:
        """What a support pays of what is lacking: by coverage, limits left, dates and its provider."""
        lines, on_dates, before = self.lines, self.resolved.support[name], self.paid[name]
        unit = self.resolved.unit
        owed = part_of(lacking, on_dates.support.coverage, RATE_UNITS, unit, "down")
        left = lines.get(("support", name, "left"))
        if left is not None:
            owed = np.minimum(owed, left - before)
        for party, one in self.resolved.parties.items():
            if name in one.supports:
                together = sum((self.paid[each] for each in one.supports), np.zeros_like(owed))
                owed = np.minimum(owed, lines[("party", party, "available")] - together)
        owed = np.where(np.array(on_dates.callable), owed, 0)
        found = part_of(owed, lines[("support", name, "pays")], RATE_UNITS, unit, "down")
        late = lines.get(("support", name, "late"))
        if late is not None:
            found = np.where(late, np.minimum(found, lines[("support", name, "arrears")] - before), found)
        self.paid[name] = before + found
        return found


def with_support(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], notes: list[str], own: Int64, due: Int64
) -> Int64:
    """Own cash (paths, periods) with what the steps that pay these notes may draw on: reserves, then promises."""
    steps = list(_steps_of(resolved, lines, notes))
    left = _after_senior_fees(resolved, lines)
    total = own.copy()
    for name, balance in left.reserves.items():
        drawn = _any([ran for step, ran in steps if name in step.sources], own.shape)
        total += np.where(drawn, balance, 0)
    lacking = np.maximum(due - total, 0)
    called: dict[str, Bool] = {}
    for step, ran in steps:
        for name in step.step.support:
            before = called.get(name, np.zeros(own.shape, np.bool_))
            paid = left.call(name, np.where(ran & ~before, lacking, 0))
            total, lacking = total + paid, lacking - paid
            called[name] = before | ran
    return total


def _without_streams(resolved: ResolvedDeal, lines: Mapping[Line, Int64], account: str) -> Int64:
    """A reserve before the payments, without what the streams of the date brought: collections have that already."""
    came = sum_lines(lines, [("collections", stream) for stream in resolved.streams_into(account)])
    found: Int64 = np.maximum(lines[("account", account, "before")] - came, 0)
    return found


def _after_senior_fees(resolved: ResolvedDeal, lines: Mapping[Line, Int64]) -> _Left:
    """What senior fees leave of reserves and promises, where collections do not cover them."""
    accounts = resolved.deal.accounts
    left = _Left(
        resolved,
        lines,
        {
            name: _without_streams(resolved, lines, name)
            for name, account in accounts.items()
            if account.is_reserve
        },
        {name: sum_lines(lines, []) for name in resolved.support},
    )
    cash = sum_lines(lines, [line for line in lines if line[0] == "collections"])
    due = {name: lines[("fee", name, "due")] for name in senior_fees(resolved)}
    for _, step, ran in _running(resolved, lines):
        for payee in step.payees:
            if not payee.rule.capped or payee.name not in due:
                continue
            lacking = np.where(ran, due[payee.name], 0)
            due[payee.name] = due[payee.name] - lacking
            taken = np.minimum(lacking, cash)
            cash, lacking = cash - taken, lacking - taken
            for name in [source for source in step.sources if source in left.reserves]:
                taken = np.minimum(lacking, left.reserves[name])
                left.reserves[name], lacking = left.reserves[name] - taken, lacking - taken
            for name in step.step.support:
                lacking = lacking - left.call(name, lacking)
    return left


def _running(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64]
) -> Iterator[tuple[PriorityName, ResolvedStep, Bool]]:
    """All steps of each priority, in order, and where they ran."""
    for priority in PRIORITIES:
        for place, step in enumerate(resolved.priorities.get(priority, ())):
            ran = lines.get(("step", priority, str(place), "ran"))
            if ran is not None:
                yield priority, step, ran != 0


def _steps_of(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], notes: list[str]
) -> Iterator[tuple[ResolvedStep, Bool]]:
    """The steps that pay interest or principal of one of these notes, in order, and where they ran."""
    for _, step, ran in _running(resolved, lines):
        if step.pays(notes):
            yield step, ran


def _any(masks: list[Bool], shape: tuple[int, ...]) -> Bool:
    found: Bool = np.zeros(shape, np.bool_)
    for mask in masks:
        found |= mask
    return found


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
