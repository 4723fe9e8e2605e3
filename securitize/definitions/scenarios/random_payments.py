"""What comes back and when it comes at random, as written: recoveries, late payment, prepayment.

The meaning of every field is in ``docs/reference/random-performance.md``.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Amount, Margin, Model, Multiple, Name, Rate, Text, Whole, fault
from securitize.definitions.performance import Lag


class RandomRecovery(Model):
    """The recoveries of a source of the deal, with a beta-distributed rate: ``[[recovery]]``.

    mean : None for the deal's own rate;  lag : None for the deal's own
    """

    source: Text
    mean: Rate | None = None
    deviation: Rate
    loading: Margin = 0
    lag: Lag | None = None
    cost: Rate = 0
    cost_amount: Amount = 0

    @model_validator(mode="after")
    def _has_a_law(self) -> Self:
        if self.mean is not None and not deviation_fits(self.mean, self.deviation):
            raise too_wide(self.mean, self.deviation)
        if self.cost and self.cost_amount:
            raise fault("SEC197", "the cost of a sale is written twice", "write one of cost, cost_amount")
        return self


def deviation_fits(mean: int, deviation: int) -> bool:
    """Whether a rate from 0 to 1 can have them (units of 1e-8): a beta law, or a constant."""
    return deviation == 0 or deviation**2 < mean * (RATE_UNITS - mean)


def too_wide(mean: int, deviation: int) -> Exception:
    """The fault SEC191."""
    return fault("SEC191", *too_wide_words(mean, deviation))


def too_wide_words(mean: int, deviation: int) -> tuple[str, str]:
    """What is wrong with a deviation, and what would be right."""
    most = (mean * (RATE_UNITS - mean)) ** 0.5 / RATE_UNITS
    what = Message(
        "no rate from 0 to 1 has mean {mean:g} and deviation {deviation:g}",
        mean=mean / RATE_UNITS,
        deviation=deviation / RATE_UNITS,
    )
    return what, Message("write a deviation below {most:g}", most=most) if most else "write deviation = 0"


class Delay(Model):
    """One length of delay, and the share of late instalments that have it."""

    days: Whole = Field(ge=1, le=3660)
    share: Rate


class ObligorLateness(Model):
    """What differs for one obligor."""

    probability: Rate | None = None
    loading: Margin | None = None
    persistence: Rate | None = None


class RandomLatePayment(Model):
    """Instalments that arrive late at random: ``[late]``."""

    probability: Rate
    delays: tuple[Delay, ...] = Field(max_length=20)
    loading: Margin = 0
    persistence: Rate = 0
    obligors: dict[Name, ObligorLateness] = Field(default={}, max_length=10_000)

    @model_validator(mode="after")
    def _shares_are_whole(self) -> Self:
        total = sum(delay.share for delay in self.delays)
        if total != RATE_UNITS:
            raise fault(
                "SEC192",
                Message("the shares of delays sum to {total:.8g}", total=total / RATE_UNITS),
                "let them sum to 1",
            )
        if len({delay.days for delay in self.delays}) < len(self.delays):
            raise fault("SEC192", "a delay is written twice", "write each number of days once")
        return self


class PrepaymentHazard(Model):
    """What differs for one obligor or contract."""

    hazard: Multiple | None = None
    loading: Margin | None = None


class RandomPrepayment(Model):
    """Claims that are prepaid as a whole on a random day: ``[prepayment]``."""

    hazard: Multiple
    loading: Margin = 0
    obligors: dict[Name, PrepaymentHazard] = Field(default={}, max_length=10_000)
    contracts: dict[Name, PrepaymentHazard] = Field(default={}, max_length=10_000)
