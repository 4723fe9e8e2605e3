"""Figures of notes that were published, and the same figures of a model.

Source: ``docs/reference/solvers.md``, section 8.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, assert_never

import numpy as np

from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.errors import DefinitionError, Problem
from securitize.base.files import read_regular
from securitize.base.messages import Listing, Message
from securitize.base.money import to_minor
from securitize.definitions.deals.notes import (
    Note,
    UnpaidAtCoupon,
    UnpaidAtCouponPlus,
    UnpaidAtFixedRate,
)
from securitize.engine.prepare.prepared import Prepared
from securitize.waterfall.plan import Line
from securitize.waterfall.rates import ResolvedRate, coupon_of, resolve_rate
from securitize.waterfall.resolve import ends_of_settlement
from securitize.waterfall.resolved import ResolvedDeal

LIMIT = 2**20
Kind = Literal["balance", "interest_payable"]
KINDS: tuple[Kind, ...] = ("balance", "interest_payable")
COLUMNS = ("period", "date", "note", *KINDS, "to")
CENT = "0.01"


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure of a note after a payment, or at the end of a day.

    period : of the payment, from 1; None where a ``date`` is told
    amount : minor units, as published
    slack  : minor units by which a model's figure may differ and still rounds to it
    """

    line: int
    note: str
    kind: Kind
    amount: int
    slack: int
    period: int | None
    date: dt.date | None

    @property
    def low(self) -> int:
        """The least that rounds to it."""
        return self.amount - self.slack

    @property
    def high(self) -> int:
        """The most that rounds to it."""
        return self.amount + self.slack

    def after(self, payment: Sequence[dt.date]) -> int:
        """How many payments had been made, of these dates of the whole deal."""
        if self.date is not None:
            return bisect_right(payment, self.date)
        return self.period or 0

    def missed_by(self, model: int) -> int:
        """How far a model's figure lies outside what rounds to it; 0 where it does not, above 0 where it is more."""
        return max(model - self.high, 0) - max(self.low - model, 0)


def _rows_of(reader: csv.DictReader[str], path: Path) -> Iterator[dict[str, str]]:
    """The rows; raises DefinitionError where a line is no CSV."""
    try:
        yield from reader
    except csv.Error as error:
        raise _no_csv(path, reader.line_num, error) from None


def _no_csv(path: Path, line: int, error: csv.Error) -> DefinitionError:
    what = Message("the line is no CSV: {reason}", reason=str(error).partition(" - ")[0])
    return DefinitionError([_problem(path, max(line, 1), "", what, "")])


def read_published(path: Path) -> tuple[PublishedFigure, ...]:
    """Published figures, CSV. Raises DefinitionError with every problem."""
    try:
        text = read_regular(path, LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DefinitionError([_problem(path, 0, "", "the file is not UTF-8", "")]) from None
    reader = csv.DictReader(io.StringIO(text, newline=None))
    try:
        names = tuple(reader.fieldnames or ())
    except csv.Error as error:
        raise _no_csv(path, reader.line_num, error) from None
    missing = [
        needed[0]
        for needed in (("period", "date"), ("note",), ("balance", "interest_payable"))
        if not set(needed) & set(names)
    ]
    problems = [_problem(path, 1, name, "the column is missing", "") for name in missing]
    problems += [
        _problem(path, 1, name, "published figures have no such column", name)
        for name in names
        if name not in COLUMNS
    ]
    if problems:
        raise DefinitionError(problems)
    figures: list[PublishedFigure] = []
    for row in _rows_of(reader, path):
        found = _figures(path, reader.line_num, row)
        problems += [one for one in found if isinstance(one, Problem)]
        figures += [one for one in found if isinstance(one, PublishedFigure)]
    if not figures and not problems:
        problems.append(_problem(path, 0, "", "the file holds no figures", ""))
    if problems:
        raise DefinitionError(problems)
    return tuple(figures)


def _figures(path: Path, line: int, row: Mapping[str, str | None]) -> list[PublishedFigure | Problem]:
    """The one or two figures of a row, or what is wrong with it."""
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if None in row:
        return [_problem(path, line, "", "the row has more cells than the header", "")]
    problems: list[PublishedFigure | Problem] = []

    def number(column: str, text: str) -> int | None:
        try:
            amount = to_minor(Decimal(text)) if text.isascii() else -1
        except (ValueError, InvalidOperation):
            amount = -1
        if amount >= 0:
            return amount
        problems.append(
            _problem(path, line, column, "not an amount of at most two decimals below 9e13", text)
        )
        return None

    period, date = _day(cells, problems, path, line)
    unit = number("to", cells["to"] or CENT)
    if unit == 0:
        problems.append(_problem(path, line, "to", "nothing is rounded to 0", cells["to"]))
    figures: list[PublishedFigure | Problem] = []
    for kind in KINDS:
        amount = number(kind, cells[kind]) if cells[kind] else None
        if amount is None or not unit:
            continue
        if amount % unit:
            what = Message("the figure is no whole multiple of {to}, to which it is rounded", to=cells["to"])
            problems.append(_problem(path, line, kind, what, cells[kind]))
        figures.append(PublishedFigure(line, cells["note"], kind, amount, unit // 2, period, date))
    if not figures and not problems:
        problems.append(_problem(path, line, "", "the row has no balance and no interest payable", ""))
    return problems or figures


def _day(
    cells: Mapping[str, str], problems: list[PublishedFigure | Problem], path: Path, line: int
) -> tuple[int | None, dt.date | None]:
    period, date = cells["period"], cells["date"]
    try:
        if bool(period) == bool(date):
            problems.append(_problem(path, line, "", "the row needs a period or a date, one of the two", ""))
        elif period:
            return int(period) if period.isascii() and period.isdigit() else int(""), None
        else:
            return None, dt.date.fromisoformat(date)
    except ValueError:
        column = "period" if period else "date"
        problems.append(_problem(path, line, column, "neither a period nor a date", period or date))
    return None, None


def check_published(prepared: Prepared, path: Path, published: Sequence[PublishedFigure]) -> None:
    """Raise DefinitionError where a figure is of no note, or of no day that is calculated."""
    schedule, today = prepared.schedule, prepared.today
    first = today.period + 1
    problems = []
    for one in published:
        if one.note not in prepared.deal.notes:
            problems.append(_problem(path, one.line, "note", "the deal has no such note", one.note))
        if one.period is not None and not first <= one.period <= schedule.periods:
            what = Message(
                "the period is not one of {first} to {periods}", first=first, periods=schedule.periods
            )
            problems.append(_problem(path, one.line, "period", what, str(one.period)))
        if one.date is not None and not today.notes <= one.date <= schedule.payment[-1]:
            what = Message(
                "the day is not within {since} to {until}", since=today.notes, until=schedule.payment[-1]
            )
            problems.append(_problem(path, one.line, "date", what, str(one.date)))
    if problems:
        raise DefinitionError(problems)


def lines_of(published: Sequence[PublishedFigure]) -> set[Line]:
    """The published lines of a calculation that :func:`model_figures` reads."""
    what = ("closing", "unpaid", "deferred_interest", "coupon")
    return {("note", one.note, line) for one in published for line in what}


def model_figures(
    prepared: Prepared,
    resolved: ResolvedDeal,
    lines: Mapping[Line, Int64],
    published: Sequence[PublishedFigure],
) -> Int64:
    """The same figures of a model, int64 (paths, figures), minor units.

    lines : int64 (paths, periods) of the periods that were calculated
    """
    return np.stack([_model_figure(prepared, resolved, lines, one) for one in published], axis=1)


def _model_figure(
    prepared: Prepared, resolved: ResolvedDeal, lines: Mapping[Line, Int64], one: PublishedFigure
) -> Int64:
    after = one.after(prepared.schedule.payment)
    at, name = after - 1 - resolved.past, one.note
    begins = {
        "closing": resolved.initial.get(f"balance.{name}", resolved.deal.notes[name].balance),
        "unpaid": resolved.unpaid_before(name),
        "deferred_interest": resolved.initial.get(f"on-deferred.{name}", 0),
    }

    def after_payment(line: str) -> Int64:
        values = lines[("note", name, line)]
        return values[:, at] if at >= 0 else np.full(len(values), begins[line], np.int64)

    match one.kind:
        case "balance":
            return after_payment("closing")
        case "interest_payable":
            unpaid = after_payment("unpaid")
            if one.date is None or after == prepared.schedule.periods:
                return unpaid
            coupon = lines[("note", name, "coupon")][:, at + 1]
            deferred = unpaid - after_payment("deferred_interest")
            return unpaid + _accrued(
                prepared, resolved, one.date, name, (after_payment("closing"), deferred, coupon)
            )
        case _:
            assert_never(one.kind)


def _accrued(
    prepared: Prepared, resolved: ResolvedDeal, day: dt.date, name: str, stands: tuple[Int64, Int64, Int64]
) -> Int64:
    """What accrues from the last payment date to a day, on the balance and on deferred interest.

    stands : balance, deferred interest and coupon, (paths,)
    """
    note, (balance, deferred, coupon) = resolved.deal.notes[name], stands
    rate = _rate_to(prepared, note, day)
    years, denominator = int(rate.years[0]), int(rate.denominator[0])
    times = rate.numerator[0] + (coupon - rate.start[0]) * years
    rounding = "down" if note.certificates else resolved.deal.rounding
    unit = resolved.notes[name].unit

    def interest(amount: Int64, numerator: Int64 | int) -> Int64:
        return multiply_divide(amount, numerator, denominator, rounding) // unit * unit

    match bears := note.unpaid_bears:
        case None:
            return interest(balance, times)
        case UnpaidAtFixedRate():
            return interest(balance, times) + interest(deferred, years * bears.rate)
        case UnpaidAtCoupon():
            return interest(balance, times) + interest(deferred, times)
        case UnpaidAtCouponPlus():
            return interest(balance, times) + interest(deferred, times + years * bears.margin)
        case _:
            assert_never(bears)


def _rate_to(prepared: Prepared, note: Note, day: dt.date) -> ResolvedRate:
    """The note's coupon from the start of the interest period that follows the last payment date up to a day."""
    schedule, dates = prepared.schedule, prepared.deal.dates
    after = bisect_right(schedule.payment, day)
    start, end = schedule.accrual[after], schedule.accrual[after + 1]
    until = max(start, min(day, ends_of_settlement(note, schedule).get(after, end)))
    # On all dates of the deal: a step is dated on a payment date of any period.
    coupon = coupon_of(note, schedule)
    rate = resolve_rate(coupon, note.day_count, schedule, dates.closing, dates.legal_final, {after: until})
    return rate.after(after)


def _problem(path: Path, line: int, column: str, what: str, found: str) -> Problem:
    repair = Message("the columns are {columns}", columns=Listing(COLUMNS))
    return Problem(str(path), line, column, what, found, repair, "SEC294")
