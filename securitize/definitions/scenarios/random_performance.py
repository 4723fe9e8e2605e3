"""What happens at random, as written: ``scenarios/performance/NAME.toml``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Margin, Model, Multiple, Name, Prose, Text, fault
from securitize.definitions.scenarios.random_rates import RandomRateRule
from securitize.definitions.scenarios.random_sales import RandomSalesRule


class GaussianCopula(Model):
    """Normal factors."""

    kind: Literal["gaussian"]


class StudentTCopula(Model):
    """The multivariate Student-t copula: one chi-square shared by all."""

    kind: Literal["student-t"]
    degrees: Multiple

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if self.degrees == 0:
            raise fault("SEC178", "degrees of freedom are 0", "write a number above 0, such as 4")
        return self


class DoubleTCopula(Model):
    """Student-t factors of variance 1, each its own; without degrees a factor is normal."""

    kind: Literal["double-t"]
    market_degrees: Multiple | None = None
    own_degrees: Multiple | None = None

    @model_validator(mode="after")
    def _of_variance_1(self) -> Self:
        for degrees in (self.market_degrees, self.own_degrees):
            if degrees is not None and degrees <= 2 * RATE_UNITS:
                what = f"{degrees / RATE_UNITS:g} degrees of freedom have no variance"
                raise fault("SEC178", what, "write a number above 2, such as 5")
        return self


CopulaRule = Annotated[GaussianCopula | StudentTCopula | DoubleTCopula, Field(discriminator="kind")]


class ObligorHazard(Model):
    """What differs for one obligor."""

    hazard: Multiple | None = None
    loading: Margin | None = None


class RandomPerformance(Model):
    """Defaults at random: hazards a year, loadings on the market factor, and how they hang together; sales and index
    rates at random where their tables are written."""

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    sources: tuple[Prose, ...] = ()
    hazard: Multiple
    loading: Margin
    copula: CopulaRule = GaussianCopula(kind="gaussian")
    obligors: dict[Name, ObligorHazard] = Field(default={}, max_length=10_000)
    sales: RandomSalesRule | None = None
    rates: dict[Name, RandomRateRule] = Field(default={}, max_length=100)
