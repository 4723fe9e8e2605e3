"""A deal on its dates: the arrays over periods that :mod:`securitize.waterfall.resolve` makes.

Sections named below are those of ``docs/reference/priority-of-payments.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.fees import Fee
from securitize.definitions.deals.notes import Note
from securitize.definitions.deals.payees import Payee
from securitize.definitions.deals.steps import InForce, PriorityName, Step
from securitize.definitions.deals.support import Support
from securitize.definitions.deals.triggers import Trigger
from securitize.definitions.figures import STREAMS, Stream
from securitize.market.schedules import Schedule
from securitize.performance.parties import account_pays
from securitize.waterfall.rates import ResolvedRate

Flags = tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ResolvedNote:
    """A note on its dates.

    scheduled   : int64 (periods,), minor units, the scheduled balance after each payment without capitalised interest
    puts        : (share in units of 1e-8, on which dates it is put)
    whole_rate  : as ``rate``, which ends at the day of a settlement, over whole interest periods
    settled_on  : from which date on a settlement by date holds
    capitalises : whether what is unpaid joins the balance
    unit        : minor units of which every payment is a whole multiple (q)
    """

    note: Note
    rate: ResolvedRate
    whole_rate: ResolvedRate
    scheduled: Int64
    puts: tuple[tuple[int, Flags], ...]
    settled_on: Flags
    capitalises: Flags
    unit: int


@dataclass(frozen=True, slots=True)
class ResolvedFee:
    """A fee on its dates.

    amounts     : int64 (periods,), minor units, net, of one-off, scheduled and fixed fees; 0 for the others
    counts      : int64 (periods,), fee dates of a fixed fee
    days        : int64 (periods,), of balance fees: the share of a year; ``denominator`` (periods,) belongs to it
    charged     : whether collections of the period bear the fee
    payable     : whether what has accrued falls due
    """

    fee: Fee
    amounts: Int64
    counts: Int64
    days: Int64
    denominator: Int64
    charged: Flags
    payable: Flags


@dataclass(frozen=True, slots=True)
class ResolvedSupport:
    """A support on its dates; undrawn x denominator is the fee's share of a year, (periods,)."""

    support: Support
    callable: Flags
    interest: ResolvedRate | None
    undrawn_days: Int64
    undrawn_denominator: Int64


@dataclass(frozen=True, slots=True)
class ResolvedParty:
    """A party with a capacity, minor units, and its supports by name."""

    capacity: int
    supports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedTrigger:
    """A trigger on its dates: in which periods it is tested and may be active, and for a date trigger where the
    date is reached."""

    trigger: Trigger
    tested: Flags
    effective: Flags
    reached: Flags


@dataclass(frozen=True, slots=True)
class ResolvedStep:
    """A step with its payees parsed and its accounts named."""

    step: Step
    payees: tuple[Payee, ...]
    sources: tuple[str, ...]

    def pays(self, notes: Collection[str]) -> list[str]:
        """Those of ``notes`` whose interest or principal the step pays."""
        ours = (payee for payee in self.payees if payee.rule.pays_interest or payee.rule.pays_principal)
        return [payee.name for payee in ours if payee.name in notes]


@dataclass(frozen=True, slots=True)
class ResolvedDeal:
    """A deal ready to be compiled.

    scheduled          : int64 (periods,), minor units, collections had everybody paid on schedule
    opening_performing : minor units, performing balance at cut-off
    year_starts        : whether a payment date is the first of its calendar year
    first              : whether it is the first payment date of all
    call_open          : whether the clean-up call is tested
    issuer_call        : int64 (periods,), units of 1e-8, the price at which the issuer calls; 0 where he does not
    parties            : those with a capacity, by id
    priorities         : those that the deal writes
    redemption         : the steps of a redemption by call (section 9)
    given              : given by period beside the streams, int64 (periods,): fixings, what providers and account
        banks pay, ratings
    varying            : names of those that differ by path and are inputs of the plan
    initial            : states of a deal in mid-life, by their names in the books
    past               : payment dates before the first that is calculated
    since              : the last of these, or closing; lives count from it
    """

    deal: Deal
    schedule: Schedule
    opening_performing: int
    scheduled: Int64
    main_account: str
    notes: Mapping[str, ResolvedNote]
    fees: Mapping[str, ResolvedFee]
    accounts: Mapping[str, ResolvedRate]
    support: Mapping[str, ResolvedSupport]
    triggers: Mapping[str, ResolvedTrigger]
    parties: Mapping[str, ResolvedParty]
    priorities: Mapping[PriorityName, tuple[ResolvedStep, ...]]
    redemption: tuple[ResolvedStep, ...]
    year_starts: Flags
    first: Flags
    final: Flags
    call_open: Flags
    issuer_call: Int64
    given: Mapping[str, Int64]
    varying: frozenset[str]
    since: dt.date
    initial: Mapping[str, int] = field(default_factory=dict)
    past: int = 0

    @property
    def unit(self) -> int:
        """The smallest amount that is paid in the currency (k), minor units."""
        return unit_of(self.deal.currency)

    @property
    def periods(self) -> int:
        """Number of payment periods."""
        return len(self.schedule.payment)

    @property
    def days_since(self) -> Int64:
        """Days from ``since`` to each payment date, int64 (periods,)."""
        return np.array([(day - self.since).days for day in self.schedule.payment], np.int64)

    def steps_of(self, priority: InForce) -> tuple[ResolvedStep, ...]:
        """The steps of a priority that the deal writes, none where it does not, or of a redemption by call."""
        match priority:
            case "redemption":
                return self.redemption
            case "normal" | "acceleration" | "default":
                return self.priorities.get(priority, ())
            case _:
                assert_never(priority)

    @property
    def may_redeem(self) -> bool:
        """Whether an exercised call may repay the notes by the redemption priority."""
        call = self.deal.clean_up_call
        return (call is not None and call.redeems) or bool(self.issuer_call.any())

    def unpaid_before(self, note: str) -> int:
        """Unpaid interest of a note before the first date that is calculated, minor units."""
        return self.initial.get(f"deferred.{note}", 0) + self.initial.get(f"on-deferred.{note}", 0)

    def used_before(self, support: str) -> int:
        """What of a support's life limit was used before it; of one that is reinstated less what was reimbursed."""
        reimbursed = self.initial.get(f"support-reimbursed.{support}", 0)
        paid = self.initial.get(f"support-paid.{support}", 0)
        return paid - reimbursed if self.deal.support[support].drawn_again else paid

    def streams_into(self, account: str) -> tuple[Stream, ...]:
        """The streams that enter an account."""
        into = self.deal.collections
        return tuple(stream for stream in STREAMS if into.get(stream, self.main_account) == account)

    @property
    def failing_banks(self) -> tuple[str, ...]:
        """Accounts whose bank defaults, or may on some path."""
        return tuple(
            name
            for name in self.deal.accounts
            if (key := account_pays(name)) in self.varying
            or (key in self.given and bool((self.given[key] < RATE_UNITS).any()))
        )

    @property
    def late_providers(self) -> tuple[str, ...]:
        """Supports whose provider pays late on some date."""
        return tuple(
            name
            for name in self.deal.support
            if (key := f"late.{name}") in self.varying or (key in self.given and bool(self.given[key].any()))
        )


def held(account: str) -> str:
    """The name of the input that tells what of the streams of a period was in an account when its bank failed."""
    return f"held.{account}"


def recovered(party: str) -> str:
    """The name of the input that tells what of a period's recoveries a party with a capacity owes."""
    return f"recovered.{party}"


def after_periods(resolved: ResolvedDeal, past: int, initial: Mapping[str, int]) -> ResolvedDeal:
    """The deal from period ``past`` + 1 on, its states as they stand then (section 13)."""

    def cut(flags: Flags) -> Flags:
        return flags[past:]

    schedule = resolved.schedule
    return replace(
        resolved,
        schedule=replace(
            schedule,
            payment=schedule.payment[past:],
            written=schedule.written[past:],
            accrual=schedule.accrual[past:],
            collection=schedule.collection[past:],
            record=schedule.record[past:],
            record_last=schedule.record_last[past:],
        ),
        scheduled=resolved.scheduled[past:],
        notes={
            name: replace(
                each,
                rate=each.rate.after(past),
                whole_rate=each.whole_rate.after(past),
                scheduled=each.scheduled[past:],
                puts=tuple((share, cut(flags)) for share, flags in each.puts),
                settled_on=cut(each.settled_on),
                capitalises=cut(each.capitalises),
            )
            for name, each in resolved.notes.items()
        },
        fees={
            name: replace(
                each,
                amounts=each.amounts[past:],
                counts=each.counts[past:],
                days=each.days[past:],
                denominator=each.denominator[past:],
                charged=cut(each.charged),
                payable=cut(each.payable),
            )
            for name, each in resolved.fees.items()
        },
        accounts={name: each.after(past) for name, each in resolved.accounts.items()},
        support={
            name: replace(
                each,
                callable=cut(each.callable),
                interest=None if each.interest is None else each.interest.after(past),
                undrawn_days=each.undrawn_days[past:],
                undrawn_denominator=each.undrawn_denominator[past:],
            )
            for name, each in resolved.support.items()
        },
        triggers={
            name: replace(
                each, tested=cut(each.tested), effective=cut(each.effective), reached=cut(each.reached)
            )
            for name, each in resolved.triggers.items()
        },
        year_starts=cut(resolved.year_starts),
        first=cut(resolved.first),
        final=cut(resolved.final),
        call_open=cut(resolved.call_open),
        issuer_call=resolved.issuer_call[past:],
        given={name: values[past:] for name, values in resolved.given.items()},
        since=schedule.payment[past - 1],
        initial=initial,
        past=past,
    )
