"""Fees (section 6 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from securitize.definitions.deals.notes import ScheduledPayment
from securitize.definitions.figures import (
    STREAMS,
    Amount,
    Date,
    DayCount,
    Frequency,
    Model,
    Name,
    Rate,
    Stream,
    Text,
)


class FeeCap(Model):
    """The most that is paid under ``fee:`` in a payment or a calendar year."""

    amount: Amount
    per: Literal["payment", "year"]


class FeeChange(Model):
    """Another rate or amount after a trigger was breached."""

    trigger: Name
    rate: Rate | None = None
    amount: Amount | None = None


class FeeBase(Model):
    """What every fee has."""

    payee: Text = ""
    payee_zh: Text = ""
    vat: Rate = 0
    surcharge: Rate = 0
    cap: FeeCap | None = None
    #: Whether it is charged on what holders of notes are paid; the field that names what it is charged on.
    on_payments: ClassVar[bool] = False
    charged_on_field: ClassVar[str] = "base"

    def bears(self, note: str) -> bool:
        """Whether payments to a note bear it."""
        return False


class OneOffFee(FeeBase):
    """One amount at one date."""

    ends_with_notes: ClassVar[bool] = False
    change: ClassVar[None] = None
    streams: ClassVar[tuple[()]] = ()
    charged_on: ClassVar[tuple[()]] = ()
    kind: Literal["one-off"]
    amount: Amount
    date: Date


class ScheduledFee(FeeBase):
    """Amounts at dates."""

    ends_with_notes: ClassVar[bool] = False
    change: ClassVar[None] = None
    streams: ClassVar[tuple[()]] = ()
    charged_on: ClassVar[tuple[()]] = ()
    kind: Literal["scheduled"]
    payments: tuple[ScheduledPayment, ...] = Field(min_length=1, max_length=1200)


class RecurringFee(FeeBase):
    """What fees over a time have."""

    from_: Date | None = Field(default=None, alias="from")
    until: Date | None = None
    while_: Literal["notes-outstanding", "always"] = Field(default="notes-outstanding", alias="while")
    change: FeeChange | None = None

    @property
    def ends_with_notes(self) -> bool:
        """Whether it is charged only while a note has a balance or unpaid interest."""
        match self.while_:
            case "notes-outstanding":
                return True
            case "always":
                return False
            case _:
                assert_never(self.while_)


class FixedFee(RecurringFee):
    """An amount at every fee date."""

    streams: ClassVar[tuple[()]] = ()
    charged_on: ClassVar[tuple[()]] = ()
    kind: Literal["fixed"]
    amount: Amount
    payable: Literal["payment-date"] | Frequency = "payment-date"


class BalanceFee(RecurringFee):
    """An annual rate on a balance for the days of a window."""

    streams: ClassVar[tuple[()]] = ()
    kind: Literal["percent-of-balance"]
    rate: Rate
    base: Literal["pool", "pool-at-cut-off", "notes"] | tuple[Name, ...]
    day_count: DayCount = "ACT/365F"
    window: Literal["interest-period", "collection-period"] = "interest-period"
    payable: Literal["payment-date"] | Frequency = "payment-date"

    @property
    def charged_on(self) -> str | tuple[Name, ...]:
        """Its base."""
        return self.base


class CollectionsFee(RecurringFee):
    """A share of the period's collections."""

    charged_on: ClassVar[tuple[()]] = ()
    kind: Literal["percent-of-collections"]
    rate: Rate
    streams: tuple[Stream, ...] = STREAMS
    inclusive: bool = False


class PaymentsFee(FeeBase):
    """A share of what holders of notes are paid on a date."""

    ends_with_notes: ClassVar[bool] = False
    streams: ClassVar[tuple[()]] = ()
    on_payments: ClassVar[bool] = True
    charged_on_field: ClassVar[str] = "notes"
    kind: Literal["percent-of-payments"]
    rate: Rate
    notes: Literal["all"] | tuple[Name, ...] = "all"
    from_: Date | None = Field(default=None, alias="from")
    until: Date | None = None
    change: FeeChange | None = None

    @property
    def charged_on(self) -> str | tuple[Name, ...]:
        """The notes whose payments it is charged on."""
        return self.notes

    def bears(self, note: str) -> bool:
        """Whether payments to a note bear it."""
        return self.notes == "all" or note in self.notes


#: Each kind says whether it ends with the notes, what changes it, the balance that it is charged on, and the streams
#: of collections that it is a share of.
Fee = Annotated[
    OneOffFee | ScheduledFee | FixedFee | BalanceFee | CollectionsFee | PaymentsFee,
    Field(discriminator="kind"),
]
