"""A scenario as written: a named list of stresses.

The meaning of every field is in ``docs/reference/assets.md``, section 6. Rates are units of 1e-8, amounts
minor units (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from securitize.definitions.figures import (
    Amount,
    Date,
    Margin,
    Model,
    Multiple,
    Name,
    Prose,
    Rate,
    Text,
    Whole,
    fault,
)
from securitize.definitions.performance import (
    AmountVector,
    MultipleVector,
    NamedRecovery,
    RateVector,
    check_recoveries,
)
from securitize.definitions.pools.claims import Cause
from securitize.definitions.scenarios.deal_stresses import DealStress


class Ramp(Model):
    """Linear from period 1 to period ``periods``, then constant."""

    from_: Rate = Field(alias="from")
    to: Rate
    periods: int = Field(ge=2, le=1200)


class RateStress(Model):
    """What every stress of a rate has: one of set, scale, shift, ramp."""

    set_: RateVector | None = Field(default=None, alias="set")
    scale: Multiple | None = None
    shift: Margin | None = None
    ramp: Ramp | None = None
    first_period: int = Field(default=1, ge=1, le=1200)
    last_period: int | None = Field(default=None, ge=1, le=1200)

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        if sum(change is not None for change in (self.set_, self.scale, self.shift, self.ramp)) != 1:
            raise fault(
                "SEC170", "a rate stress needs exactly one change", "write one of set, scale, shift, ramp"
            )
        if self.last_period is not None and self.last_period < self.first_period:
            raise fault("SEC171", "last_period is before first_period", "correct the periods")
        return self


class DefaultRateStress(RateStress):
    """Changes the annual default rate."""

    driver: Literal["default-rate"]


class PrepaymentRateStress(RateStress):
    """Changes the annual prepayment rate."""

    driver: Literal["prepayment-rate"]


class RecoveryRateStress(Model):
    """Changes the rate of every base recovery."""

    driver: Literal["recovery-rate"]
    set_: Rate | None = Field(default=None, alias="set")
    scale: Multiple | None = None
    shift: Margin | None = None

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        if sum(change is not None for change in (self.set_, self.scale, self.shift)) != 1:
            raise fault(
                "SEC170", "a recovery stress needs exactly one change", "write one of set, scale, shift"
            )
        return self


class LprStress(Model):
    """Changes the loan prime rate from a date on."""

    driver: Literal["lpr"]
    at: Date | None = None
    set_: Rate | None = Field(default=None, alias="set")
    shift: Margin | None = None

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        if (self.set_ is None) == (self.shift is None):
            raise fault("SEC170", "an LPR stress needs exactly one change", "write one of set, shift")
        return self


class InterestRatesStress(Model):
    """Moves every index rate, and the curve of a price, by one shift.

    at : of the rates of which days on; None for the information date, before which none can move
    """

    driver: Literal["interest-rates"]
    at: Date | None = None
    shift: Margin


class DefaultStress(Model):
    """An obligor, or one contract, defaults on a date."""

    driver: Literal["default"]
    obligor: Name | None = None
    contract: Name | None = None
    at: Date
    recoveries: tuple[NamedRecovery, ...] | None = Field(default=None, max_length=20)

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        _one_of(self.obligor, self.contract)
        check_recoveries(self.recoveries or ())
        return self


class PrepaymentStress(Model):
    """A contract, or every contract of an obligor, is prepaid on a date: ``amount`` of each, or all."""

    driver: Literal["prepayment"]
    obligor: Name | None = None
    contract: Name | None = None
    at: Date
    amount: Amount | None = None

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        _one_of(self.obligor, self.contract)
        return self


class LatePaymentStress(Model):
    """Instalments due in a window arrive some days later."""

    driver: Literal["late-payment"]
    obligors: tuple[Name, ...] | None = Field(default=None, min_length=1)
    from_: Date = Field(alias="from")
    to: Date
    days: Whole = Field(ge=1, le=3660)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.to < self.from_:
            raise fault("SEC172", "to is before from", "correct the dates")
        return self


class ServicerFailureStress(Model):
    """The servicer fails: the collections that it still held are lost but for a share, the next ones late.

    remittance_days : how many days of collections it holds;  late_days : until collections are paid elsewhere
    """

    driver: Literal["servicer-failure"]
    at: Date
    remittance_days: Whole = Field(ge=0, le=366)
    recovery: Rate = 0
    late_days: Whole = Field(default=0, ge=0, le=366)


class PatentFailureStress(Model):
    """A right fails on a date: it lapses, is declared invalid or expires."""

    driver: Literal["patent-failure"]
    right: Name
    at: Date
    cause: Cause = "invalidity"


class RoyaltyBaseStress(Model):
    """Sales of the reporting periods that end in a window are scaled, or set, one after another."""

    driver: Literal["royalty-base"]
    contract: Name | None = None
    from_: Date | None = Field(default=None, alias="from")
    to: Date | None = None
    scale: MultipleVector | None = None
    set_: AmountVector | None = Field(default=None, alias="set")

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        if (self.scale is None) == (self.set_ is None):
            raise fault("SEC170", "a royalty-base stress needs exactly one change", "write one of scale, set")
        if self.from_ and self.to and self.to < self.from_:
            raise fault("SEC172", "to is before from", "correct the dates")
        return self


def _one_of(obligor: str | None, contract: str | None) -> None:
    if (obligor is None) == (contract is None):
        raise fault(
            "SEC173", "a named stress needs an obligor or a contract", "write one of obligor, contract"
        )


PoolStress = (
    DefaultRateStress
    | PrepaymentRateStress
    | RecoveryRateStress
    | LprStress
    | InterestRatesStress
    | DefaultStress
    | PrepaymentStress
    | LatePaymentStress
    | ServicerFailureStress
    | PatentFailureStress
    | RoyaltyBaseStress
)
#: What each acts on stands in :mod:`.effects`.
Stress = Annotated[PoolStress | DealStress, Field(discriminator="driver")]


class Scenario(Model):
    """A scenario: ``scenarios/stresses/NAME.toml`` or one of a user's ``scenarios/``."""

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    sources: tuple[Prose, ...] = ()
    stress: tuple[Stress, ...] = Field(default=(), max_length=1000)
