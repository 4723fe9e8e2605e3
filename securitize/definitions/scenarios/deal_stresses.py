"""Stresses of the deal itself: its providers of support, its index rates, its options.

The meaning of every field is in ``docs/reference/priority-of-payments.md``, section 14.
"""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from securitize.definitions.deals.notes import SettlementTerms
from securitize.definitions.figures import Date, Margin, Model, Name, Rate, Rating, Whole, fault


class ProviderDefaultStress(Model):
    """A provider of support defaults on a date, in all its roles; from then on it pays a share of what it owes.

    recovery : None for that of its party
    """

    driver: Literal["provider-default"]
    support: Name
    at: Date
    recovery: Rate | None = None


class PartyDefaultStress(Model):
    """A party defaults on a date, in all its roles; from then on it pays a share of what it owes.

    recovery : None for that of the party
    """

    driver: Literal["party-default"]
    party: Name
    at: Date
    recovery: Rate | None = None


class ProviderLateStress(Model):
    """The company behind a support pays late from ``at`` to ``until``: supports by one date, recoveries by ``days``."""

    driver: Literal["provider-late"]
    support: Name
    at: Date
    until: Date
    days: Whole = Field(ge=1, le=3660)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until < self.at:
            raise fault("SEC172", "until is before at", "correct the dates")
        return self


class ProviderRatingStress(Model):
    """A provider of support is rated anew on a date."""

    driver: Literal["provider-rating"]
    support: Name
    at: Date
    rating: Rating


class IndexRateStress(Model):
    """Changes an index rate from a date on."""

    driver: Literal["index-rate"]
    index: Name
    at: Date | None = None
    set_: Margin | None = Field(default=None, alias="set")
    shift: Margin | None = None

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        if (self.set_ is None) == (self.shift is None):
            raise fault("SEC170", "a stress of an index needs exactly one change", "write one of set, shift")
        return self


class PutStress(Model):
    """Investors put another share of a note on the date of one of its puts, or on another date.

    rate : the coupon that is re-set at it; None for what the deal says
    """

    driver: Literal["put"]
    note: Name
    at: Date
    share: Rate
    rate: Rate | None = None


class SettlementStress(SettlementTerms):
    """A note is settled on a day, in place of the deal's own settlement of it."""

    driver: Literal["settlement"]
    note: Name
    at: Date


class IssuerCallStress(Model):
    """The issuer calls the notes on a date."""

    driver: Literal["issuer-call"]
    at: Date


FailureStress = ProviderDefaultStress | PartyDefaultStress
ProviderStress = ProviderDefaultStress | PartyDefaultStress | ProviderLateStress | ProviderRatingStress
OptionStress = PutStress | SettlementStress | IssuerCallStress
DealStress = ProviderStress | IndexRateStress | OptionStress
DEAL_STRESSES: tuple[type[Model], ...] = get_args(DealStress)
