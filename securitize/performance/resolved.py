"""Performance ready for computation: rates by period, named events by contract.

Dates in arrays are proleptic ordinals (``datetime.date.toordinal``). Every array has one row for all paths,
or one a path, so that the same projection serves a deterministic scenario and random ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from typing import Literal, assert_never

import numpy as np

from securitize.base.arithmetic import Int64, part_of
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Adjustment, months
from securitize.definitions.performance import (
    AfterLast,
    ClaimOf,
    Conversion,
    Event,
    NamedRecovery,
    Recovery,
    Subrogation,
)
from securitize.definitions.pools.claims import Cause
from securitize.market.calendars import BusinessCalendar
from securitize.market.payment_dates import PaymentCalendar

#: Fields of a performance that a fast route may find drawn.
DrawnField = Literal["defaults", "sales"]
#: The ordinal of an event that does not happen.
NEVER = 2**31


@dataclass(frozen=True, slots=True)
class ResolvedRecovery:
    """A recovery of a default.

    rate   : int64 (1,) or (paths,), units of 1e-8; None where ``amount`` is given
    amount : minor units of each contract
    lag    : months
    cost   : of the sale of each contract's security, minor units; what a rate brings is less by it, at least 0
    party  : who owes it, by its key; None where nobody does
    subrogation : what whoever owes it has of later recoveries, once it has paid
    claim  : what it is a share of
    """

    source: str
    rate: Int64 | None
    amount: int | None
    lag: int
    cost: int = 0
    party: str | None = None
    subrogation: Subrogation = "creditor-first"
    claim: ClaimOf = "principal"

    @property
    def of_interest(self) -> bool:
        """Whether its claim has the interest in it that had accrued."""
        match self.claim:
            case "principal":
                return False
            case "principal-and-interest":
                return True
            case _:
                assert_never(self.claim)


@dataclass(frozen=True, slots=True)
class PartyDefault:
    """When a company defaults in all its roles, and what it then still pays.

    dates : int64 (1,) or (paths,), ordinals, NEVER where it does not
    share : of what it owes, int64 (1,) or (paths,), units of 1e-8
    """

    dates: Int64
    share: Int64

    def shares(self, dates: PaymentCalendar) -> Int64:
        """The share of what it owes that it pays on each payment date; int64 (1, dates) or (paths, dates)."""
        since = dates.first_from_each(self.dates)[:, None]
        return np.where(since <= np.arange(len(dates)), self.share[:, None], RATE_UNITS)

    def pays(self, due: Int64, amount: Int64, unit: int = 1) -> Int64:
        """What it pays of ``amount``, minor units, that falls due on ``due``, ordinals; (1,) or (paths,) each.

        unit : of the currency, minor units
        """
        failed = due >= self.dates
        if not failed.any():
            return amount
        return np.where(failed, part_of(amount, self.share, RATE_UNITS, unit), amount)


@dataclass(frozen=True, slots=True)
class NamedDefault:
    """When one contract defaults as a whole.

    dates      : int64 (1,) or (paths,), ordinals, NEVER where it does not
    recoveries : its own; None for the base recoveries
    """

    dates: Int64
    recoveries: tuple[ResolvedRecovery, ...] | None = None


def resolved_recoveries(recoveries: Iterable[Recovery | NamedRecovery]) -> tuple[ResolvedRecovery, ...]:
    """Recoveries as written, ready for computation."""
    return tuple(
        ResolvedRecovery(
            one.source,
            None if one.rate is None else np.array([one.rate], np.int64),
            one.amount if isinstance(one, NamedRecovery) else None,
            months(one.lag),
            party=one.party,
            subrogation=one.subrogation,
            claim=one.claim,
        )
        for one in recoveries
    )


def defaulting_by(given: NamedDefault | None, dates: Int64) -> NamedDefault:
    """A default on ``dates``, or the one that is given where that is earlier; with the recoveries given for it."""
    if given is None:
        return NamedDefault(dates)
    return replace(given, dates=np.minimum(given.dates, dates))


@dataclass(frozen=True, slots=True)
class NamedPrepayment:
    """A prepayment of one contract.

    dates  : int64 (1,) or (paths,), ordinals, NEVER where it does not happen
    amount : minor units, at most the balance; None for all of it
    """

    dates: Int64
    amount: int | None


@dataclass(frozen=True, slots=True)
class LateWindow:
    """Instalments of ``obligors`` (None: all) due as written in [since, until] arrive ``days`` later."""

    obligors: frozenset[str] | None
    since: dt.date
    until: dt.date
    days: int

    def concerns(self, obligor: str, written: dt.date) -> bool:
        """Whether what this obligor owes on that day, as written, is late."""
        return self.since <= written <= self.until and (self.obligors is None or obligor in self.obligors)


def given_delay(windows: Iterable[LateWindow], obligor: str, written: dt.date) -> int:
    """Days by which what is due on ``written`` is late: the longest of the windows that concern it."""
    return max((one.days for one in windows if one.concerns(obligor, written)), default=0)


def due_as_written(days: Iterable[dt.date], cut_off: dt.date) -> tuple[dt.date, ...]:
    """The days on which instalments are due as windows of late payment see them.

    days : as written, unadjusted. One on or before the cut-off, which is still to come where its adjusted date is
        after it, counts as due on the next day.
    """
    first = cut_off + dt.timedelta(days=1)
    return tuple(max(day, first) for day in days)


@dataclass(frozen=True, slots=True)
class LateParty:
    """Recoveries of a party, by its key, that are due in [since, until] arrive ``days`` later."""

    key: str
    since: dt.date
    until: dt.date
    days: int


def days_late(late_parties: Iterable[LateParty], key: str, owed: Int64) -> Int64:
    """By how many days what a party owes on days, as written, comes late: of several windows the longest delay.

    owed : ordinals, int64 of any shape; so is what is returned
    """
    found = np.zeros_like(owed)
    for one in late_parties:
        if one.key == key:
            concerned = (owed >= one.since.toordinal()) & (owed <= one.until.toordinal())
            found = np.maximum(found, np.where(concerned, one.days, 0))
    return found


@dataclass(frozen=True, slots=True)
class ServicerFailure:
    """The servicer fails on ``at``: what it collected after ``held_after`` is lost but for ``recovery``, units of 1e-8;
    that, and what is collected in the ``late_days`` after it, arrives on the last of these days.
    """

    at: dt.date
    held_after: dt.date
    recovery: int
    late_days: int


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
    acts_from : reporting periods that end before this day are counted and stay as they are
    """

    contract: str | None
    since: dt.date
    until: dt.date
    scales: tuple[int, ...] | None
    amounts: tuple[int, ...]
    acts_from: dt.date = dt.date.min

    def periods(self, ends: Sequence[dt.date]) -> list[int]:
        """The reporting periods concerned, from 0; ``ends`` begins with the start of the first."""
        return [u for u, end in enumerate(ends[1:]) if self.since <= end <= self.until]

    def changed(self, ends: Sequence[dt.date]) -> list[tuple[int, int]]:
        """Those that change, with their place among those concerned; both from 0."""
        concerned = enumerate(self.periods(ends))
        return [(place, u) for place, u in concerned if ends[u + 1] >= self.acts_from]


@dataclass(frozen=True, slots=True)
class ResolvedPerformance:
    """What happens, for ``paths`` paths.

    default_rates, prepayment_rates : int64 (1, periods) or (paths, periods), annual, units of 1e-8
    defaults, prepayments           : by contract
    failures                        : by right, as written
    base                            : changes of the sales that bear royalties, in order
    late_parties                    : parties whose recoveries come late
    servicer                        : failures of the servicer, in the order written
    earlier                         : of a deal in mid-life, the recoveries of defaults by rate up to a day that is past
    as_written                      : the recoveries of the deal without any stress, of what had defaulted by the books
    delays                          : by contract, int64 (1, instalments) or (paths, instalments), days by which
        instalments arrive late at random, those before the cut-off included; as given where the contract is not in it
    sales                           : by royalty, what its sales so changed are multiplied by, of each reporting period,
        int64 (1, m) or (paths, m), units of 1e-8; what is not named stays
    parties                         : companies that default, by the keys of :mod:`.parties`; one that only owes
        contracts of the pool is not among them
    failed                          : those of them that have failed by the books of a deal in mid-life
    banks, capped                   : parties that hold accounts, and those that pay up to a capacity, by key
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
    conversion: Conversion
    order: tuple[Event, ...]
    default_cuts: Literal["this-interest", "next-interest"]
    instalment: Literal["recomputed", "fixed"]
    after_last: AfterLast
    earlier: tuple[dt.date, tuple[ResolvedRecovery, ...]] | None = None
    as_written: tuple[ResolvedRecovery, ...] = ()
    delays: Mapping[str, Int64] = field(default_factory=dict)
    sales: Mapping[str, Int64] = field(default_factory=dict)
    servicer: tuple[ServicerFailure, ...] = ()
    late_parties: tuple[LateParty, ...] = ()
    parties: Mapping[str, PartyDefault] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    banks: tuple[str, ...] = ()
    capped: tuple[str, ...] = ()

    @property
    def failing(self) -> dict[str, PartyDefault]:
        """Companies that default after today: what the books expect of the others is what these still pay."""
        return {key: one for key, one in self.parties.items() if key not in self.failed}

    def recoveries_on(self, day: dt.date) -> tuple[ResolvedRecovery, ...]:
        """The recoveries of a default by rate that counts on ``day``."""
        return self.earlier[1] if self.earlier is not None and day <= self.earlier[0] else self.recoveries

    def arrival(
        self,
        instalment: tuple[str, int],
        obligor: str,
        written: dt.date,
        due: dt.date,
        calendar: BusinessCalendar,
        adjustment: Adjustment,
    ) -> Int64:
        """When cash due on ``due`` arrives: the longest of the delays that are given, or drawn, for it.

        instalment   : its contract, and its number from 0
        written, due : the day on which it is due as windows see it (:func:`due_as_written`), and adjusted
        Returns ordinals, int64 (1,) or (paths,).
        """
        given = given_delay(self.late, obligor, written)
        contract, number = instalment
        days = np.array([given], np.int64)
        if contract in self.delays:
            days = np.maximum(self.delays[contract][:, number], given)
        lengths, which = np.unique(days, return_inverse=True)
        arrivals = [
            calendar.adjust(due + dt.timedelta(days=length), adjustment) if length else due
            for length in lengths.tolist()
        ]
        found: Int64 = np.array([day.toordinal() for day in arrivals], np.int64)[which]
        return found


def differs_only_in(
    deterministic: ResolvedPerformance, drawn: ResolvedPerformance, random: Set[DrawnField]
) -> bool:
    """Whether nothing is drawn but these fields, and of defaults their dates alone, with the recoveries that are given.

    The one condition of every route that is faster because little is random. A field that is not named, a new one too,
    must be that of the deterministic path, the very object: what a route does not know ends it.
    """
    same = replace(
        drawn, paths=deterministic.paths, **{name: getattr(deterministic, name) for name in random}
    )
    return all(
        getattr(same, each.name) is getattr(deterministic, each.name) for each in fields(deterministic)
    ) and all(
        named.recoveries
        is (deterministic.defaults[name].recoveries if name in deterministic.defaults else None)
        for name, named in drawn.defaults.items()
    )
