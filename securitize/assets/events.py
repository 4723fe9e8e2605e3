"""Dated amounts over all paths: what a projection yields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.closed import complete
from securitize.definitions.figures import Stream
from securitize.definitions.pools.past import ExpectedCash
from securitize.performance.parties import EXPECTED
from securitize.performance.resolved import ResolvedPerformance, days_late

FallKind = Literal["principal", "prepayment", "defaulted", "lost", "restated"]
FALL_KINDS: tuple[FallKind, ...] = get_args(FallKind)
#: Whether a balance can only fall so; a restated one may rise.
ONE_WAY: Mapping[FallKind, bool] = complete(
    FallKind, {"principal": True, "prepayment": True, "defaulted": True, "lost": True, "restated": False}
)


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Cash of one contract, one amount a path.

    due    : the day it was due, adjusted; None for recoveries and named prepayments
    dates  : int64 (1,) or (paths,), ordinals of the day on which it arrives
    amount : int64 (paths,), minor units
    source : of a recovery, else empty: the obligor itself
    party  : that pays a recovery, by its key; None where nobody promised it
    interest : the part of ``amount`` that is interest where the stream does not say so, int64 (paths,); else None
    owed     : of a recovery of a party, ordinals of the day as written on which it owes it, as ``dates``; else None
    earlier  : whether it is a recovery of what had defaulted by the contract's books
    paid     : ordinals of the day on which the obligor's side pays it, as ``dates``, where a trust passes it on; else
        None: on ``dates``
    kept     : what a trust keeps of it, no part of ``amount``, int64 (paths,); None where it keeps nothing
    accrued  : whether it is interest that comes with a prepayment or a repurchase
    """

    stream: Stream
    due: dt.date | None
    dates: Int64
    amount: Int64
    source: str = ""
    party: str | None = None
    interest: Int64 | None = None
    owed: Int64 | None = None
    earlier: bool = False
    paid: Int64 | None = None
    kept: Int64 | None = None
    accrued: bool = False


@dataclass(frozen=True, slots=True)
class BalanceFall:
    """A fall of one contract's performing balance: dates int64 (1,) or (paths,), amount int64 (paths,).

    ``defaulted`` may be recovered; ``lost`` is what a failed right takes away; ``restated`` is the difference to what
    a contract in mid-life is said to owe, and may be negative.
    """

    kind: FallKind
    dates: Int64
    amount: Int64


@dataclass(frozen=True, slots=True)
class UnpaidInterest:
    """Interest in the claim of a default: dates int64 (1,) or (paths,), of the default, amount int64 (paths,)."""

    dates: Int64
    amount: Int64


@dataclass(slots=True)
class Events:
    """Everything that happens to one contract; amounts that are 0 on every path are left out.

    unpaid : where a recovery has a claim to interest
    """

    cash: list[CashFlow] = field(default_factory=list)
    falls: list[BalanceFall] = field(default_factory=list)
    unpaid: list[UnpaidInterest] = field(default_factory=list)

    def pay(
        self,
        stream: Stream,
        due: dt.date | None,
        dates: Int64,
        amount: Int64,
        source: str = "",
        party: str | None = None,
        interest: Int64 | None = None,
        owed: Int64 | None = None,
        earlier: bool = False,
        paid: Int64 | None = None,
        kept: Int64 | None = None,
        accrued: bool = False,
    ) -> None:
        """Record cash, see :class:`CashFlow`; what a trust keeps all of is cash of nobody else."""
        if amount.any() or (kept is not None and kept.any()):
            flow = CashFlow(
                stream, due, dates, amount, source, party, interest, owed, earlier, paid, kept, accrued
            )
            self.cash.append(flow)

    def expect(
        self,
        expected: Iterable[ExpectedCash],
        ones: Int64,
        performance: ResolvedPerformance,
        arrives: Callable[[dt.date], dt.date],
        unit: int,
    ) -> None:
        """Record cash of the past that is still to come: of a party that fails after today its share.

        Of one that has failed by the books it is what is still expected.

        ones : int64 (paths,);  arrives : when what a party pays on a day, as written, is in the vehicle
        unit : of the currency, minor units
        """
        for cash in expected:
            day, owed, amount = cash.date, cash.due or cash.date, ones * cash.amount
            if cash.party is not None:
                if (failed := performance.failing.get(cash.party)) is not None:
                    amount = failed.pays(on(owed), amount, unit)
                if days := int(days_late(performance.late_parties, cash.party, on(owed))[0]):
                    day = max(day, arrives(owed + dt.timedelta(days=days)))
            own = None if cash.party is None else on(owed)
            interest = ones * cash.interest if cash.interest else None
            self.pay(cash.stream, None, on(day), amount, EXPECTED, cash.party, interest, own)

    def fall(self, kind: FallKind, dates: Int64, amount: Int64) -> None:
        """Record a fall of the balance."""
        if amount.any():
            self.falls.append(BalanceFall(kind, dates, amount))


def on(day: dt.date) -> Int64:
    """One date for all paths."""
    return np.array([day.toordinal()], np.int64)
