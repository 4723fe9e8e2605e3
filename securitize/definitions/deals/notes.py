"""Notes (section 5 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from securitize.base.money import RATE_UNITS
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


class Put(Model):
    """Investors give a share of the note back."""

    date: Date
    share: Rate


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

    @property
    def payment_unit(self) -> int:
        """Minor units of which every payment is a whole multiple (q); 1 without certificates.

        Raises ValueError where the certificates do not divide the note into whole units.
        """
        if self.certificates is None or self.balance == 0:
            return 1
        count, left = divmod(self.balance, self.certificates.face)
        unit = Decimal(count) * self.certificates.unit * 100 / RATE_UNITS
        if left or unit != unit.to_integral_value() or unit < 1 or self.balance % int(unit):
            raise ValueError("certificates do not divide the note into whole payment units")
        return int(unit)
