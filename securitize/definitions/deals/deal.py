"""A deal as written: dates, and what the other modules of this folder name.

The meaning of every field is in ``docs/reference/priority-of-payments.md``. Amounts are minor units, rates
and shares units of 1e-8 (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from securitize.base.closed import partition
from securitize.definitions.accepted import Accepted
from securitize.definitions.date_rules import DateRule
from securitize.definitions.deals.accounts import Account
from securitize.definitions.deals.calls import CleanUpCall, IssuerCall
from securitize.definitions.deals.fees import Fee
from securitize.definitions.deals.notes import Note
from securitize.definitions.deals.steps import NamedLimit, PrincipalDeficiency, PriorityOfPayments
from securitize.definitions.deals.support import Support
from securitize.definitions.deals.triggers import Trigger
from securitize.definitions.figures import (
    Adjustment,
    Amount,
    Calendar,
    Date,
    Frequency,
    Model,
    Name,
    Prose,
    Rate,
    Stream,
    Text,
    Whole,
    fault,
)
from securitize.definitions.performance import Performance


class PaymentDates(DateRule):
    """Payment dates by rule (every, first, last) or by list (dates)."""

    frequency: Frequency | None = None
    adjustment: Adjustment = "unadjusted"
    accrual: Literal["unadjusted", "adjusted"] = "unadjusted"


class CollectionDates(DateRule):
    """Ends of the collection periods: days before the payment date, a rule, or a list.

    last : by default the rule goes on to the last payment date
    """

    days_before: Whole | None = Field(default=None, ge=0, le=366)
    dates: tuple[Date, ...] | None = Field(default=None, min_length=1, max_length=5000)
    availability_lag: Whole | None = Field(default=None, ge=0, le=366)


class RecordDates(Model):
    """When it is seen who holds a note and is paid: business days before the payment date.

    days_before_last : before the date on which the note ends; None for ``days_before``
    """

    days_before: Whole = Field(ge=1, le=30)
    days_before_last: Whole | None = Field(default=None, ge=1, le=30)

    @property
    def before_last(self) -> int:
        """Business days before the date on which a note ends."""
        return self.days_before if self.days_before_last is None else self.days_before_last


class Dates(Model):
    """The deal's dates (section 2)."""

    cut_off: Date
    closing: Date
    legal_final: Date
    calendar: Calendar = "none"
    payment: PaymentDates
    collection: CollectionDates = CollectionDates(days_before=0)
    record: RecordDates | None = None

    @property
    def collections_end_months(self) -> bool:
        """``end_of_month`` of the collection dates: their own, else that of the payment dates."""
        own = "end_of_month" in self.collection.model_fields_set
        return self.collection.end_of_month if own else self.payment.end_of_month

    def collection_rule(self, until: dt.date) -> tuple[dt.date, ...]:
        """The collection dates by rule or list up to a day; empty where they are days before payment."""
        return self.collection.listed(until, self.collections_end_months)


class ClosingCost(Model):
    """A cost paid out of the proceeds at closing."""

    name: Text
    name_zh: Text = ""
    amount: Amount


class Closing(Model):
    """What closing costs (section 12)."""

    costs: tuple[ClosingCost, ...] = ()


class PrincipalDistribution(Model):
    """Streams that make up the principal distribution amount."""

    streams: tuple[Stream, ...] = ("principal", "prepayment", "recovery")


class Party(Model):
    """A party to the deal: one company, whatever its roles.

    id       : by which supports, recoveries and accounts name it; of an obligor of the pool, the same company
    recovery : the share of what it owes that it still pays after its default, units of 1e-8
    capacity : what it pays in all roles together, minor units; None for no limit of its own
    """

    role: Text
    role_zh: Text = ""
    name: Text
    name_zh: Text = ""
    id: Name | None = None
    recovery: Rate = 0
    capacity: Amount | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.id is None and (self.recovery or self.capacity is not None):
            raise fault("SEC159", "a party that pays something has no id", "give it an id, and name that")
        return self


Fixings = Literal["held", "realised"]
REALISED, _ = partition(Fixings, {"realised"}, {"held"})


class Deal(Model):
    """A deal: ``deals/NAME.toml`` or a user's ``deal.toml``.

    fixings : index rates published after the information date: the last known one is "held", or what came is
        "realised" (``docs/reference/markets.md``, section 8)
    """

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    reconstruction: bool = False
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    venue: Text = ""
    venue_zh: Text = ""
    pool: Name
    market: Name = "lpr"
    fixings: Fixings = "held"
    sources: tuple[Prose, ...] = ()
    parties: tuple[Party, ...] = ()
    servicer: Name | None = None
    rounding: Literal["half-even", "half-up", "down"] = "half-even"
    residual_to: Name = "originator"
    dates: Dates
    collections: dict[Stream, Name] = {}
    principal_distribution: PrincipalDistribution = PrincipalDistribution()
    accounts: dict[Name, Account] = Field(min_length=1, max_length=100)
    notes: dict[Name, Note] = Field(min_length=1, max_length=100)
    fees: dict[Name, Fee] = Field(default={}, max_length=200)
    support: dict[Name, Support] = Field(default={}, max_length=50)
    triggers: dict[Name, Trigger] = Field(default={}, max_length=100)
    limits: dict[Name, NamedLimit] = Field(default={}, max_length=100)
    clean_up_call: CleanUpCall | None = None
    issuer_call: IssuerCall | None = None
    principal_deficiency: PrincipalDeficiency | None = None
    priority: PriorityOfPayments
    closing: Closing = Closing()
    performance: Performance | None = None
    accepted: tuple[Accepted, ...] = Field(default=(), max_length=100)

    @property
    def realised(self) -> bool:
        """Whether it replays a history: index rates published after the information date are used."""
        return self.fixings in REALISED

    @property
    def face(self) -> int:
        """Of all notes at closing, minor units."""
        return sum(note.balance for note in self.notes.values())

    @property
    def may_be_called(self) -> bool:
        """Whether a call may take the pool from the deal: what it collects then is the caller's, and no loss."""
        return self.clean_up_call is not None or self.issuer_call is not None

    def down_to(self, rank: int) -> list[str]:
        """The notes of that rank and above, in the order declared."""
        return [name for name, note in self.notes.items() if note.rank <= rank]
