"""Rate rules: zero, fixed, step-up, floating (section 1 of ``docs/reference/priority-of-payments.md``).

Rates are units of 1e-8 a year.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from securitize.definitions.figures import Date, DayCount, Frequency, Margin, Model, Name, Rate, Whole


class ZeroRate(Model):
    """No interest."""

    floating: ClassVar[None] = None
    listed: ClassVar[tuple[()]] = ()
    bears: ClassVar[bool] = False
    kind: Literal["zero"]


class FixedRate(Model):
    """One rate for good."""

    floating: ClassVar[None] = None
    listed: ClassVar[tuple[()]] = ()
    bears: ClassVar[bool] = True
    kind: Literal["fixed"]
    rate: Rate


class RateStep(Model):
    """A new rate from a date on."""

    from_: Date = Field(alias="from")
    rate: Rate


class StepUpRate(Model):
    """A rate that changes at dates."""

    floating: ClassVar[None] = None
    bears: ClassVar[bool] = True
    kind: Literal["step-up"]
    rate: Rate
    steps: tuple[RateStep, ...] = Field(min_length=1)

    @property
    def listed(self) -> tuple[RateStep, ...]:
        """The steps."""
        return self.steps


class FloatingRate(Model):
    """An index plus a margin, fixed once an interest period, within a floor and a cap."""

    listed: ClassVar[tuple[()]] = ()
    bears: ClassVar[bool] = True
    kind: Literal["floating"]
    index: Name
    margin: Margin = 0
    floor: Rate = 0
    cap: Rate | None = None
    reset: Frequency | None = None
    reset_lag: Whole = Field(default=0, ge=0, le=60)
    first_rate: Rate | None = None

    @property
    def floating(self) -> Self:
        """The rule itself: it follows an index."""
        return self


#: Each kind says whether it bears interest at all, what of it follows an index (None where nothing does), and which
#: later rates it lists.
RateRule = Annotated[ZeroRate | FixedRate | StepUpRate | FloatingRate, Field(discriminator="kind")]


class _DayCounted(Model):
    """Interest has a day count."""

    day_count: DayCount = "ACT/365F"


class ZeroInterest(ZeroRate, _DayCounted):
    """No interest."""


class FixedInterest(FixedRate, _DayCounted):
    """Interest at one rate."""


class StepUpInterest(StepUpRate, _DayCounted):
    """Interest at a rate that changes at dates."""


class FloatingInterest(FloatingRate, _DayCounted):
    """Interest at an index plus a margin."""


#: A rate rule with its day count, of accounts and supports.
Interest = Annotated[
    ZeroInterest | FixedInterest | StepUpInterest | FloatingInterest, Field(discriminator="kind")
]
