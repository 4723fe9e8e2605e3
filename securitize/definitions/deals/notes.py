"""Notes (section 5 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from securitize.base.money import MINOR_PER_MAJOR, RATE_UNITS
from securitize.definitions.deals.rates import RateRule
from securitize.definitions.figures import Amount, Date, DayCount, Model, Multiple, Name, Rate, Text, fault
from securitize.definitions.figures import CertificateUnit as Unit


class ScheduledPayment(Model):
    """A scheduled payment: principal of a note, or an amount of a fee."""

    date: Date
    amount: Amount


class ScheduledPrincipal(Model):
    """Principal by a schedule; what is missed is caught up."""

    has_schedule: ClassVar[bool] = True
    shares_collections: ClassVar[bool] = False
    multiples: ClassVar[tuple[()]] = ()
    beside: ClassVar[tuple[()]] = ()
    kind: Literal["scheduled"]
    payments: tuple[ScheduledPayment, ...] = Field(min_length=1)


class BulletPrincipal(Model):
    """All principal at one date."""

    has_schedule: ClassVar[bool] = True
    shares_collections: ClassVar[bool] = False
    multiples: ClassVar[tuple[()]] = ()
    beside: ClassVar[tuple[()]] = ()
    payments: ClassVar[tuple[()]] = ()
    kind: Literal["bullet"]
    date: Date


class CollectedPrincipal(Model):
    """Principal as far as the pool's principal is collected (pass-through)."""

    has_schedule: ClassVar[bool] = False
    shares_collections: ClassVar[bool] = True
    multiples: ClassVar[tuple[()]] = ()
    beside: ClassVar[tuple[()]] = ()
    payments: ClassVar[tuple[()]] = ()
    kind: Literal["collected"]


class TurboPrincipal(Model):
    """Principal as far as there is money."""

    has_schedule: ClassVar[bool] = False
    shares_collections: ClassVar[bool] = False
    multiples: ClassVar[tuple[()]] = ()
    beside: ClassVar[tuple[()]] = ()
    payments: ClassVar[tuple[()]] = ()
    kind: Literal["turbo"]


class TargetPrincipal(Model):
    """Principal down to a share of the live pool."""

    has_schedule: ClassVar[bool] = False
    shares_collections: ClassVar[bool] = False
    payments: ClassVar[tuple[()]] = ()
    kind: Literal["target"]
    share: Multiple
    less: Amount = 0
    with_: tuple[Name, ...] = Field(default=(), alias="with", max_length=100)

    @property
    def beside(self) -> tuple[Name, ...]:
        """The notes listed."""
        return self.with_

    @property
    def multiples(self) -> tuple[int, ...]:
        """The share of the pool."""
        return (self.share,)


#: Each kind says whether a balance is scheduled for each date; whether it comes out of the principal distribution
#: amount, which it then shares with others of its step; which notes count beside its own; what amounts are multiplied
#: with for it; and the payments that it lists.
Principal = Annotated[
    ScheduledPrincipal | BulletPrincipal | CollectedPrincipal | TurboPrincipal | TargetPrincipal,
    Field(discriminator="kind"),
]


class UnpaidAtFixedRate(Model):
    """Deferred interest bears a rate of its own."""

    kind: Literal["fixed"]
    rate: Rate
    compounding: bool = True


class UnpaidAtCoupon(Model):
    """Deferred interest bears the coupon."""

    kind: Literal["coupon"]
    compounding: bool = True


class UnpaidAtCouponPlus(Model):
    """Deferred interest bears the coupon and a margin."""

    kind: Literal["coupon-plus"]
    margin: Rate
    compounding: bool = True


InterestOnUnpaid = Annotated[
    UnpaidAtFixedRate | UnpaidAtCoupon | UnpaidAtCouponPlus, Field(discriminator="kind")
]


class CouponStep(Model):
    """What is added to the coupon after a trigger was breached."""

    trigger: Name
    add: Rate


class Certificates(Model):
    """The pieces in which a note is held: payments are the same for each, rounded down to ``unit``.

    unit : units of 1e-8 of a currency unit
    """

    face: Amount = Field(ge=1)
    unit: Unit = RATE_UNITS // 100


class PutWindow(Model):
    """The days in which investors say what they give back, both included."""

    from_: Date = Field(alias="from")
    until: Date


class CouponReset(Model):
    """The coupon of what is left is set anew at a put.

    rate            : the new coupon, units of 1e-8; None where nothing is said of it
    lowest, highest : within which the issuer may set it; both or none
    """

    announced: Date
    rate: Rate | None = None
    lowest: Rate | None = None
    highest: Rate | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        bounds = [bound for bound in (self.lowest, self.highest) if bound is not None]
        if len(bounds) == 1:
            raise fault("SEC255", "a range has two ends", "write both of lowest, highest")
        if not bounds and self.rate is None:
            raise fault(
                "SEC255",
                "a re-set says neither the new coupon nor a range for it",
                "write rate, or lowest and highest",
            )
        if bounds and min(bounds) != self.lowest:
            raise fault(
                "SEC255", "the range of a re-set ends below its start", "let lowest be at most highest"
            )
        if bounds and self.rate is not None and not self.allows(self.rate):
            raise fault(
                "SEC255",
                "the new coupon lies outside the range of the re-set",
                "correct rate, lowest or highest",
            )
        return self

    def allows(self, rate: int) -> bool:
        """Whether a coupon lies in the range; any does where none is written."""
        return self.lowest is None or self.highest is None or self.lowest <= rate <= self.highest


class Put(Model):
    """Investors give a share of the note back.

    share : of the balance, as a given;  most : that a rational investor gives back, None for the usual
    """

    date: Date
    share: Rate
    most: Rate | None = None
    window: PutWindow | None = None
    reset: CouponReset | None = None

    @model_validator(mode="after")
    def _within_most(self) -> Self:
        if self.most is not None and self.most < self.share:
            raise fault("SEC254", "more is put than may be put", "let most be at least share")
        return self

    @property
    def exercised(self) -> int:
        """The share that is given back where all that may be is, units of 1e-8."""
        if self.most is not None:
            return self.most
        return self.share if self.reset is None else RATE_UNITS


class SettlementTerms(Model):
    """For what a note is settled: a share of its claim, or an amount of money; one of the two."""

    share: Rate | None = None
    interest_share: Rate = 0
    amount: Amount | None = None
    amount_order: Literal["principal-first", "interest-first"] = "principal-first"

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.share is None) == (self.amount is None):
            raise fault(
                "SEC239",
                "a settlement is for a share of the claim or for an amount of money",
                "write one of share, amount",
            )
        other = "interest_share" if self.share is None else "amount_order"
        if other in self.model_fields_set:
            what, repair = _NOT_WITH[other]
            raise fault("SEC239", what, repair)
        return self


#: What goes with the other measure of a settlement alone.
_NOT_WITH = {
    "interest_share": (
        "a settlement for an amount of money has no share of interest",
        "drop interest_share; amount_order says what the money pays first",
    ),
    "amount_order": (
        "a settlement for a share of the claim has no order of an amount",
        "drop amount_order; interest_share says what is left of interest",
    ),
}


class Settlement(SettlementTerms):
    """The note is settled below its claim; the rest is written off."""

    date: Date | None = None
    trigger: Name | None = None


class Note(Model):
    """A note."""

    title: Text = ""
    title_zh: Text = ""
    rank: int = Field(ge=1, le=100)
    balance: Amount
    price: Multiple = RATE_UNITS
    day_count: DayCount = "ACT/365F"
    deferrable: bool = False
    interest_on_unpaid: Literal["none", "coupon"] | InterestOnUnpaid = "none"
    interest_order: Literal["deferred-first", "current-first"] = "deferred-first"
    unpaid_interest: Literal["deferred", "capitalised"] = "deferred"
    capitalise_until: Date | None = None
    coupon: RateRule
    coupon_steps: tuple[CouponStep, ...] = Field(default=(), max_length=20)
    principal: Principal
    certificates: Certificates | None = None
    puts: tuple[Put, ...] = Field(default=(), max_length=50)
    settlement: Settlement | None = None
    rating: Text = ""

    @property
    def new_coupons(self) -> tuple[int, ...]:
        """Coupons that a re-set may bring, units of 1e-8."""
        resets = [put.reset for put in self.puts if put.reset is not None]
        said = [rate for reset in resets for rate in (reset.rate, reset.lowest, reset.highest)]
        return tuple(rate for rate in said if rate is not None)

    @property
    def unpaid_bears(self) -> InterestOnUnpaid | None:
        """What deferred interest bears; None where it bears none."""
        match self.interest_on_unpaid:
            case "none":
                return None
            case "coupon":
                return UnpaidAtCoupon(kind="coupon")
            case UnpaidAtFixedRate() | UnpaidAtCoupon() | UnpaidAtCouponPlus() as terms:
                return terms
            case _:
                assert_never(self.interest_on_unpaid)

    @property
    def capitalises(self) -> bool:
        """Whether unpaid interest joins the balance, as far as ``capitalise_until`` lets it."""
        match self.unpaid_interest:
            case "capitalised":
                return True
            case "deferred":
                return False
            case _:
                assert_never(self.unpaid_interest)

    def payment_unit(self, smallest: int) -> int:
        """Minor units of which every payment is a whole multiple (q); 1 without certificates.

        smallest : what is paid in the currency (k), minor units; a certificate is paid no less
        Raises ValueError where the certificates do not divide the note into whole units.
        """
        if self.certificates is None or self.balance == 0:
            return 1
        count, left = divmod(self.balance, self.certificates.face)
        each = Decimal(self.certificates.unit) * MINOR_PER_MAJOR / RATE_UNITS
        unit = count * (each if smallest == 1 else max(each, Decimal(smallest)))
        if left or unit != unit.to_integral_value() or unit < 1 or self.balance % int(unit):
            raise ValueError("certificates do not divide the note into whole payment units")
        return int(unit)
