"""A deal as written: dates, accounts, notes, fees, support, triggers, limits, steps.

The meaning of every field is in ``docs/reference/priority-of-payments.md``. Amounts are minor units, rates
and shares units of 1e-8 (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import (
    STREAMS,
    Adjustment,
    Amount,
    Calendar,
    Date,
    DayCount,
    Frequency,
    Model,
    Multiple,
    Name,
    Prose,
    Rate,
    Stream,
    Text,
    Whole,
)
from securitize.definitions.performance import Performance

PriorityName = Literal["normal", "acceleration", "default"]
PRIORITIES: tuple[PriorityName, ...] = ("normal", "acceleration", "default")


class PaymentDates(Model):
    """Payment dates by rule (every, first, last) or by list (dates)."""

    every: Frequency | None = None
    first: Date | None = None
    last: Date | None = None
    dates: tuple[Date, ...] | None = Field(default=None, min_length=1, max_length=1200)
    adjustment: Adjustment = "unadjusted"
    accrual: Literal["unadjusted", "adjusted"] = "unadjusted"


class CollectionDates(Model):
    """Ends of the collection periods: calendar days before the payment date, or a list."""

    days_before: Whole | None = Field(default=None, ge=0, le=366)
    dates: tuple[Date, ...] | None = Field(default=None, min_length=1, max_length=1200)


class Dates(Model):
    """The deal's dates (section 2)."""

    cut_off: Date
    closing: Date
    legal_final: Date
    calendar: Calendar = "none"
    payment: PaymentDates
    collection: CollectionDates = CollectionDates(days_before=0)


class FixedTarget(Model):
    """A reserve target of a fixed amount."""

    kind: Literal["fixed"]
    amount: Amount
    zero_at: tuple[Literal["notes-nil", "legal-final"], ...] = ("notes-nil", "legal-final")


class PercentTarget(Model):
    """A reserve target as a share of the pool or of notes."""

    kind: Literal["percent"]
    rate: Rate
    of: Literal["pool", "pool-at-cut-off"] | tuple[Name, ...]
    floor: Amount = 0
    cap: Amount | None = None
    zero_at: tuple[Literal["notes-nil", "legal-final"], ...] = ("notes-nil", "legal-final")


class MonthsOfInterestTarget(Model):
    """A reserve target of some months of the notes' interest."""

    kind: Literal["months-of-interest"]
    months: Whole = Field(ge=1, le=120)
    notes: tuple[Name, ...] = Field(min_length=1)
    floor: Amount = 0
    cap: Amount | None = None
    zero_at: tuple[Literal["notes-nil", "legal-final"], ...] = ("notes-nil", "legal-final")


Target = Annotated[FixedTarget | PercentTarget | MonthsOfInterestTarget, Field(discriminator="kind")]


class Account(Model):
    """An account (section 4)."""

    kind: Literal["collection", "reserve"]
    title: Text = ""
    funding: Literal["proceeds", "outside", "none"] = "none"
    opening: Amount = 0
    target: Target | None = None


class FixedCoupon(Model):
    """One rate for the note's life."""

    kind: Literal["fixed"]
    rate: Rate


class CouponStep(Model):
    """A new rate from a date on."""

    from_: Date = Field(alias="from")
    rate: Rate


class StepUpCoupon(Model):
    """A rate that changes at dates."""

    kind: Literal["step-up"]
    rate: Rate
    steps: tuple[CouponStep, ...] = Field(min_length=1)


class ZeroCoupon(Model):
    """No interest."""

    kind: Literal["zero"]


Coupon = Annotated[FixedCoupon | StepUpCoupon | ZeroCoupon, Field(discriminator="kind")]


class ScheduledPayment(Model):
    """A scheduled principal payment of a note."""

    date: Date
    amount: Amount


class ScheduledPrincipal(Model):
    """Principal by a schedule; what is missed is caught up."""

    kind: Literal["scheduled"]
    payments: tuple[ScheduledPayment, ...] = Field(min_length=1)


class BulletPrincipal(Model):
    """All principal at one date."""

    kind: Literal["bullet"]
    date: Date


class CollectedPrincipal(Model):
    """Principal as far as the pool's principal is collected (pass-through)."""

    kind: Literal["collected"]


class TurboPrincipal(Model):
    """Principal as far as there is money."""

    kind: Literal["turbo"]


Principal = Annotated[
    ScheduledPrincipal | BulletPrincipal | CollectedPrincipal | TurboPrincipal, Field(discriminator="kind")
]


class Note(Model):
    """A note (section 5)."""

    title: Text = ""
    rank: int = Field(ge=1, le=100)
    balance: Amount
    price: Multiple = RATE_UNITS
    day_count: DayCount = "ACT/365F"
    deferrable: bool = False
    interest_on_unpaid: Literal["none", "coupon"] = "none"
    coupon: Coupon
    principal: Principal
    rating: Text = ""


class FeeCap(Model):
    """The most that is paid under ``fee:`` in a payment or a calendar year."""

    amount: Amount
    per: Literal["payment", "year"]


class FeeBase(Model):
    """What every fee has."""

    payee: Text = ""
    vat: Rate = 0
    surcharge: Rate = 0
    cap: FeeCap | None = None


class OneOffFee(FeeBase):
    """One amount at one date."""

    kind: Literal["one-off"]
    amount: Amount
    date: Date


class RecurringFee(FeeBase):
    """What fees over a time have."""

    from_: Date | None = Field(default=None, alias="from")
    until: Date | None = None
    while_: Literal["notes-outstanding", "always"] = Field(default="notes-outstanding", alias="while")


class FixedFee(RecurringFee):
    """An amount at every fee date."""

    kind: Literal["fixed"]
    amount: Amount
    payable: Literal["payment-date"] | Frequency = "payment-date"


class BalanceFee(RecurringFee):
    """An annual rate on a balance for the days of a window."""

    kind: Literal["percent-of-balance"]
    rate: Rate
    base: Literal["pool", "notes"] | tuple[Name, ...]
    day_count: DayCount = "ACT/365F"
    window: Literal["interest-period", "collection-period"] = "interest-period"
    payable: Literal["payment-date"] | Frequency = "payment-date"


class CollectionsFee(RecurringFee):
    """A share of the period's collections."""

    kind: Literal["percent-of-collections"]
    rate: Rate
    streams: tuple[Stream, ...] = STREAMS
    inclusive: bool = False


Fee = Annotated[OneOffFee | FixedFee | BalanceFee | CollectionsFee, Field(discriminator="kind")]


class ShortfallUndertaking(Model):
    """A promise to pay what a step lacks (section 7)."""

    kind: Literal["shortfall-undertaking"]
    provider: Text = ""
    limit: Amount | None = None
    limit_per_payment: Amount | None = None
    reinstates: bool = False


class TriggerBase(Model):
    """What every trigger has (section 8)."""

    title: Text = ""
    test: Literal["before-payment", "after-payment"] = "before-payment"
    effect: Literal["this-payment", "next-payment"] | None = None
    first_test: Date | None = None
    latched: bool = True
    priority: Literal["acceleration", "default"] | None = None


class DateTrigger(TriggerBase):
    """Breached from a date on."""

    kind: Literal["date"]
    date: Date


class CumulativeDefaultTrigger(TriggerBase):
    """Breached when too much of the pool has defaulted."""

    kind: Literal["cumulative-default"]
    threshold: Rate


class CollectionsTrigger(TriggerBase):
    """Breached when collections fall short of the schedule."""

    kind: Literal["collections"]
    threshold: Multiple
    cumulative: bool = True


class CoverageTrigger(TriggerBase):
    """Breached when a coverage measure is below its threshold."""

    kind: Literal["coverage"]
    measure: Literal["DSCR", "IC", "OC"]
    rank: int = Field(ge=1, le=100)
    threshold: Multiple
    with_support: bool = False


class UnpaidInterestTrigger(TriggerBase):
    """Breached when a note has unpaid interest after a payment."""

    kind: Literal["unpaid-interest"]
    notes: tuple[Name, ...] = Field(min_length=1)
    test: Literal["before-payment", "after-payment"] = "after-payment"


Trigger = Annotated[
    DateTrigger | CumulativeDefaultTrigger | CollectionsTrigger | CoverageTrigger | UnpaidInterestTrigger,
    Field(discriminator="kind"),
]


class CleanUpCall(Model):
    """The originator buys the rest of the pool (section 9)."""

    threshold: Rate
    price: Multiple = RATE_UNITS
    condition: Literal["repays-notes", "none"] = "repays-notes"
    first_date: Date | None = None


class Limit(Model):
    """A limit of a step or payee: an amount, or a percent of due, available or the smaller."""

    amount: Amount | None = None
    percent: Rate | None = None
    of: Literal["due", "available", "smaller"] | None = None


class NamedLimit(Model):
    """A limit that several steps share."""

    amount: Amount
    per: Literal["payment", "year", "life"]


class Step(Model):
    """One step of a priority of payments (section 10)."""

    name: Text
    pay: tuple[Text, ...] = Field(min_length=1, max_length=50)
    split: Literal["sequential", "pari-passu"] = "sequential"
    leftover: Literal["first", "last", "largest"] = "first"
    from_: tuple[Name, ...] | None = Field(default=None, alias="from", min_length=1)
    support: tuple[Name, ...] = ()
    limit: Limit | None = None
    limits: tuple[Name, ...] = ()
    member_limits: dict[str, Limit] = {}
    when: tuple[Name, ...] = ()
    unless: tuple[Name, ...] = ()


class PriorityOfPayments(Model):
    """The steps of each priority."""

    normal: tuple[Step, ...] = Field(min_length=1, max_length=200)
    acceleration: tuple[Step, ...] | None = Field(default=None, min_length=1, max_length=200)
    default: tuple[Step, ...] | None = Field(default=None, min_length=1, max_length=200)


class ClosingCost(Model):
    """A cost paid out of the proceeds at closing."""

    name: Text
    amount: Amount


class Closing(Model):
    """What closing costs (section 12)."""

    costs: tuple[ClosingCost, ...] = ()


class PrincipalDistribution(Model):
    """Streams that make up the principal distribution amount."""

    streams: tuple[Stream, ...] = ("principal", "prepayment", "recovery")


class Party(Model):
    """A party to the deal, for the reader."""

    role: Text
    name: Text


class Deal(Model):
    """A deal: ``deals/NAME.toml`` or a user's ``deal.toml``."""

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    venue: Text = ""
    pool: Name
    sources: tuple[Prose, ...] = ()
    parties: tuple[Party, ...] = ()
    rounding: Literal["half-even", "half-up", "down"] = "half-even"
    residual_to: Name = "originator"
    dates: Dates
    collections: dict[Stream, Name] = {}
    principal_distribution: PrincipalDistribution = PrincipalDistribution()
    accounts: dict[Name, Account] = Field(min_length=1, max_length=100)
    notes: dict[Name, Note] = Field(min_length=1, max_length=100)
    fees: dict[Name, Fee] = Field(default={}, max_length=200)
    support: dict[Name, ShortfallUndertaking] = Field(default={}, max_length=50)
    triggers: dict[Name, Trigger] = Field(default={}, max_length=100)
    limits: dict[Name, NamedLimit] = Field(default={}, max_length=100)
    clean_up_call: CleanUpCall | None = None
    priority: PriorityOfPayments
    closing: Closing = Closing()
    performance: Performance | None = None
