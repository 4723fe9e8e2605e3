"""What every part of a generated deal looks at: its dates, its size and the names of its other parts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from zlib import crc32

from tests.properties.drawing import (
    Draw,
    Table,
    add_months,
    chance,
    month_end,
    one_of,
    whole,
)


@dataclass(frozen=True)
class Frame:
    """Names are drawn first, so that any part of the deal may look at any other.

    months  : between payment dates
    size    : minor units, what a note may be at most; everything else is drawn in proportion to it, so that nothing is
              always paid and nothing never
    ledgers : notes with a deficiency ledger
    rich    : whether special rules are frequent; a deal full of them rarely shows what the plain ones do
    """

    dates: Table
    schedule: Table
    months: int
    size: int
    notes: list[str]
    accounts: list[str]
    triggers: list[str]
    support: list[str]
    fees: list[str]
    ledgers: list[str] = field(default_factory=list)
    rich: bool = True

    @property
    def payment(self) -> list[datetime.date]:
        """d_1 … d_T."""
        return list(self.schedule["payment"])

    @property
    def accrual(self) -> list[datetime.date]:
        """a_0 … a_T."""
        return list(self.schedule["accrual"])

    @property
    def written(self) -> list[datetime.date]:
        """w_1 … w_T."""
        return list(self.schedule["written"])

    def named(self, place: str) -> list[datetime.date]:
        """A date that means each payment date: as it is paid, as it is written, or between the two; ascending.

        place : where in the deal; nothing is drawn, so that the rest of the deal is the same whatever comes of it
        """
        found = []
        for paid, written in zip(self.payment, self.written, strict=True):
            first, last = sorted((paid, written))
            ways = (paid, paid, written, first + (last - first) // 2)
            found.append(ways[crc32(f"{place} {paid}".encode()) % len(ways)])
        return found

    @property
    def periods(self) -> int:
        """T."""
        return len(self.payment)

    def has(self, draw: Draw, percent: int) -> bool:
        """Whether a rule stands in one place of the deal; plain deals keep to few."""
        return chance(draw, percent if self.rich else percent // 8)


def draw_dates(draw: Draw, months: int) -> tuple[Table, Table]:
    """The [dates] of a deal and its lists; payment dates are moved by hand, as a calendar would move them."""
    at_end = chance(draw, 20)
    closing = _closing(draw, at_end)
    cut_off = closing - datetime.timedelta(days=draw(41))
    periods = one_of(draw, 1, 2, 3, 4, 5, 6, 6, 8, 12)
    anchor = closing
    if not at_end and chance(draw, 25):
        # The first interest period is shorter or longer than the others.
        anchor += datetime.timedelta(days=one_of(draw, -10, -1, 1, 2, 13))
    written = [add_months(anchor, months * (k + 1)) for k in range(periods)]
    if at_end:
        written = [month_end(day.year, day.month) for day in written]
    sign = -1 if closing.toordinal() % 4 == 0 else 1  # a calendar that moves back
    payment = [day + sign * datetime.timedelta(days=draw(4)) for day in written]
    if at_end and chance(draw, 80):
        payment[0] = written[0]
    legal_final = one_of(draw, written[-1], payment[-1])
    accrual = [closing, *(payment if chance(draw, 50) else written)]
    lag = one_of(draw, 0, 1, 5, 10)
    collection = [cut_off] + [day - datetime.timedelta(days=lag) for day in payment]
    collection = [max(day, cut_off + datetime.timedelta(days=k)) for k, day in enumerate(collection)]
    dates: Table = {
        "cut_off": cut_off,
        "closing": closing,
        "legal_final": legal_final,
        "payment": {"dates": written},
        "collection": {"dates": collection[1:]},
    }
    schedule: Table = {"payment": payment, "written": written, "accrual": accrual, "collection": collection}
    if chance(draw, 85):
        every = _frequency(draw, months)
        dates["payment"]["frequency"] = f"{every}M"
        schedule["frequency"] = every
        # A list's first date as written; the rule's first date, had the deal one.
        schedule["reference_date"] = written[0]
        schedule["end_of_month"] = at_end
        if closing.toordinal() % 3 == 0:
            schedule["reference_dates"] = _listed(closing, written, every, at_end)
        if at_end:
            dates["payment"]["end_of_month"] = True
    return dates, schedule


def _listed(
    closing: datetime.date, written: list[datetime.date], every: int, at_end: bool
) -> list[datetime.date]:
    """The dates of the list as a day count takes them, after closing where that lies one interval before the first.

    One of them lies beside the rule, in some too far for its period to be a whole one.
    """
    moved = written[len(written) // 2] + datetime.timedelta(
        days=(-5, 5, -12, 12, 10)[closing.toordinal() % 5]
    )
    written = [*written[: len(written) // 2], moved, *written[len(written) // 2 + 1 :]]
    after = add_months(closing, every)
    if at_end and closing == month_end(closing.year, closing.month):
        after = month_end(after.year, after.month)
    return [closing, *written] if after == written[0] else written


def _frequency(draw: Draw, months: int) -> int:
    """Mostly that of the dates. Shorter ones only where the reference periods in one of interest have few lengths: more
    would leave the range of exact arithmetic."""
    others = {1: (3, 12), 3: (1, 6, 12), 6: (3, 12), 12: (6,), 24: (12,)}[months]
    return int(one_of(draw, months, months, months, *others))


def _closing(draw: Draw, at_end: bool) -> datetime.date:
    """A day of some years, leap years among them; often the last of its month."""
    day = datetime.date(2019, 1, 1) + datetime.timedelta(days=whole(draw, 1500))
    return month_end(day.year, day.month) if at_end or chance(draw, 20) else day
