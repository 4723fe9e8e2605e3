"""Cash that is dated after the last collection date: of which contract, when, and whether a payment date is left.

Source: ``docs/reference/assets.md``, section 5.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from securitize.assets.events import CashFlow
from securitize.base.closed import partition
from securitize.definitions.figures import Stream
from securitize.market.schedules import Schedule

#: Whether cash after the last collection date comes by the last payment date, or after it.
AfterLastKind = Literal["gap", "after-last-payment"]
GAP, _ = partition(AfterLastKind, {"gap"}, {"after-last-payment"})


@dataclass(frozen=True, slots=True)
class CashAfterLast:
    """Cash of one contract, stream and date on the one path, minor units."""

    asset: str
    stream: Stream
    date: dt.date
    amount: int
    kind: AfterLastKind


def cash_after_last(flows: Mapping[str, Sequence[CashFlow]], schedule: Schedule) -> tuple[CashAfterLast, ...]:
    """All cash dated after c_T, by contract, date and stream.

    flows : dated cash by contract, of one path
    """
    last, final = schedule.collection[-1], schedule.payment[-1]
    found: Counter[tuple[str, dt.date, Stream]] = Counter()
    for name, cash in flows.items():
        for flow in cash:
            day = dt.date.fromordinal(int(flow.dates[0]))
            if day > last:
                found[name, day, flow.stream] += int(flow.amount[0])
    return tuple(
        CashAfterLast(name, stream, day, amount, "gap" if day <= final else "after-last-payment")
        for (name, day, stream), amount in found.items()
        if amount
    )
