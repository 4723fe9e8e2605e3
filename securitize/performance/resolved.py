"""Performance ready for computation: rates by period, named events by contract.

Dates in arrays are proleptic ordinals (``datetime.date.toordinal``). Every array has one row for all paths,
or one a path, so that the same projection serves a told scenario and random ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from securitize.base.arithmetic import Int64
from securitize.definitions.figures import Adjustment
from securitize.definitions.performance import Event
from securitize.definitions.pools.claims import Cause
from securitize.market.calendars import BusinessCalendar

#: The ordinal of an event that does not happen.
NEVER = 2**31


@dataclass(frozen=True, slots=True)
class ResolvedRecovery:
    """A recovery of a default.

    rate   : int64 (1,) or (paths,), units of 1e-8; None where ``amount`` is given
    amount : minor units of each contract
    lag    : months
    """

    source: str
    rate: Int64 | None
    amount: int | None
    lag: int


@dataclass(frozen=True, slots=True)
class NamedDefault:
    """When one contract defaults as a whole.

    dates      : int64 (1,) or (paths,), ordinals, NEVER where it does not
    recoveries : its own; None for the base recoveries
    """

    dates: Int64
    recoveries: tuple[ResolvedRecovery, ...] | None = None


@dataclass(frozen=True, slots=True)
class NamedPrepayment:
    """A prepayment of one contract.

    amount : minor units, at most the balance; None for all of it
    """

    date: dt.date
    amount: int | None


@dataclass(frozen=True, slots=True)
class LateWindow:
    """Instalments of ``obligors`` (None: all) due in [since, until] arrive ``days`` later."""

    obligors: frozenset[str] | None
    since: dt.date
    until: dt.date
    days: int


@dataclass(frozen=True, slots=True)
class IndexChange:
    """The index rates of dates from ``at`` on are set to, or shifted by, ``value`` (units of 1e-8)."""

    at: dt.date
    change: Literal["set", "shift"]
    value: int


@dataclass(frozen=True, slots=True)
class RightFailure:
    """Why and when a right fails: dates int64 (1,) or (paths,), ordinals, NEVER where it does not."""

    cause: Cause
    dates: Int64


@dataclass(frozen=True, slots=True)
class BaseChange:
    """A change of the sales of reporting periods that end in [since, until].

    contract : None for every royalty
    scales   : of the first, second, … period concerned, the last holding, units of 1e-8; None where amounts are set
    amounts  : likewise, minor units; periods past the end stay as they are
    """

    contract: str | None
    since: dt.date
    until: dt.date
    scales: tuple[int, ...] | None
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ResolvedPerformance:
    """What happens, for ``paths`` paths.

    default_rates, prepayment_rates : int64 (1, periods) or (paths, periods), annual, units of 1e-8
    defaults, prepayments           : by contract
    failures                        : by right, as written
    base                            : changes of the sales that bear royalties, in order
    sales                           : by royalty, what its sales so changed are multiplied by, of each reporting period,
        int64 (1, m) or (paths, m), units of 1e-8; what is not named stays
    """

    paths: int
    default_rates: Int64
    prepayment_rates: Int64
    recoveries: tuple[ResolvedRecovery, ...]
    defaults: Mapping[str, NamedDefault]
    prepayments: Mapping[str, tuple[NamedPrepayment, ...]]
    failures: Mapping[str, tuple[RightFailure, ...]]
    late: tuple[LateWindow, ...]
    index: tuple[IndexChange, ...]
    base: tuple[BaseChange, ...]
    conversion: Literal["days", "months"]
    order: tuple[Event, ...]
    default_cuts: Literal["this-interest", "next-interest"]
    instalment: Literal["recomputed", "fixed"]
    after_last: Literal["last-payment", "lost"]
    sales: Mapping[str, Int64] = field(default_factory=dict)

    def arrival(
        self, obligor: str, due: dt.date, calendar: BusinessCalendar, adjustment: Adjustment
    ) -> dt.date:
        """When cash due on ``due`` arrives: the longest delay of the windows that hold it."""
        days = max(
            (
                one.days
                for one in self.late
                if one.since <= due <= one.until and (one.obligors is None or obligor in one.obligors)
            ),
            default=0,
        )
        return calendar.adjust(due + dt.timedelta(days=days), adjustment) if days else due
