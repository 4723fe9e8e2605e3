"""A deal in mid-life: what the books said at the end of one of its payment dates.

``state.toml`` beside the deal file. The meaning of every field is in ``docs/reference/priority-of-payments.md``,
section 13. Amounts are minor units; None is "as at closing".
"""

from __future__ import annotations

from pydantic import Field

from securitize.definitions.figures import Amount, Date, Model, Name, Prose, Rate, Rating, Whole


class NoteState(Model):
    """A note's balance, unpaid interest, and what its options left."""

    balance: Amount | None = None
    deferred: Amount = 0
    interest_on_deferred: Amount = 0
    capitalised: Amount = 0
    written_off: Amount = 0
    settled: bool = False
    put: Amount = 0
    premium: Amount = 0
    deficiency: Amount = 0


class FeeState(Model):
    """What of a fee has accrued, is due, and may still be paid in the year."""

    accrued: Amount = 0
    unpaid: Amount = 0
    cap_left: Amount | None = None


class AccountState(Model):
    """What is in an account, and whether a default of its bank is out of it already; None is not."""

    balance: Amount | None = None
    failed: bool | None = None


class SupportState(Model):
    """What a support has paid and got back in all, what is due to its provider, and how that stands.

    failed, recovery : of a support without a party, as of a :class:`PartyState`
    arrears : what its provider, paying late, was called for on the last date and did not pay
    rating : of its provider; None for that of the deal file
    """

    paid: Amount = 0
    reimbursed: Amount = 0
    interest: Amount = 0
    fee: Amount = 0
    arrears: Amount = 0
    failed: Date | None = None
    recovery: Rate | None = None
    rating: Rating | None = None


class PartyState(Model):
    """What a party with a capacity has paid as recoveries, in all, and whether it has failed.

    paid   : what its supports paid stands with them
    failed : the day on which it defaulted in all its roles; None where it has not
    recovery : the share that it pays since; None for that of the deal file
    """

    paid: Amount = 0
    failed: Date | None = None
    recovery: Rate | None = None


class LimitState(Model):
    """What is left of a named limit."""

    left: Amount


class TriggerState(Model):
    """Whether a trigger stands breached, and its tests in a row."""

    breached: bool = False
    failed: Whole = Field(default=0, ge=0, le=100_000)
    passed: Whole = Field(default=0, ge=0, le=100_000)


class History(Model):
    """What triggers look back on: lists with the newest last, and sums over all dates so far."""

    collected: tuple[Amount, ...] = ()
    scheduled: tuple[Amount, ...] = ()
    sales: tuple[Amount, ...] = ()
    forecast_sales: tuple[Amount, ...] = ()
    defaulted_in_all: Amount = 0
    collected_in_all: Amount = 0
    scheduled_in_all: Amount = 0


class State(Model):
    """The books at the end of the payment date ``as_of``."""

    as_of: Date
    description: Prose = ""
    sources: tuple[Prose, ...] = ()
    called: bool = False
    redeemed: bool = False
    principal_distribution_left: Amount = 0
    notes: dict[Name, NoteState] = {}
    fees: dict[Name, FeeState] = {}
    accounts: dict[Name, AccountState] = {}
    support: dict[Name, SupportState] = {}
    parties: dict[Name, PartyState] = {}
    limits: dict[Name, LimitState] = {}
    triggers: dict[Name, TriggerState] = {}
    history: History = History()
