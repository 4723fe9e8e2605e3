"""What happens at random, as written: ``scenarios/performance/NAME.toml``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Margin, Model, Multiple, Name, Prose, Rating, Text, fault
from securitize.definitions.scenarios.chain_nodes import ChainNodes, Contagion
from securitize.definitions.scenarios.default_probability import RandomCompany, RatingTable
from securitize.definitions.scenarios.random_payments import (
    RandomLatePayment,
    RandomPrepayment,
    RandomRecovery,
)
from securitize.definitions.scenarios.random_providers import AllProviders, RandomProvider
from securitize.definitions.scenarios.random_rates import RandomRateRule
from securitize.definitions.scenarios.random_rights import RandomRights
from securitize.definitions.scenarios.random_sales import RandomSalesRule


class GaussianCopula(Model):
    """Normal factors."""

    has_nodes: ClassVar[bool] = True
    kind: Literal["gaussian"]


class StudentTCopula(Model):
    """The multivariate Student-t copula: one chi-square shared by all."""

    has_nodes: ClassVar[bool] = True
    kind: Literal["student-t"]
    degrees: Multiple

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if self.degrees == 0:
            raise fault("SEC178", "degrees of freedom are 0", "write a number above 0, such as 4")
        return self


class DoubleTCopula(Model):
    """Student-t factors of variance 1, each its own; without degrees a factor is normal."""

    has_nodes: ClassVar[bool] = False
    kind: Literal["double-t"]
    market_degrees: Multiple | None = None
    own_degrees: Multiple | None = None

    @model_validator(mode="after")
    def _of_variance_1(self) -> Self:
        for degrees in (self.market_degrees, self.own_degrees):
            if degrees is not None and degrees <= 2 * RATE_UNITS:
                what = Message(
                    "{degrees:g} degrees of freedom have no variance", degrees=degrees / RATE_UNITS
                )
                raise fault("SEC178", what, "write a number above 2, such as 5")
        return self


#: Each kind says whether names may share factors of nodes.
CopulaRule = Annotated[GaussianCopula | StudentTCopula | DoubleTCopula, Field(discriminator="kind")]


class ObligorHazard(RandomCompany):
    """What differs for one obligor."""


class RandomPerformance(Model):
    """Defaults at random: how likely they are, loadings on common factors, and how they hang together; and what else
    is random where its table is written."""

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    sources: tuple[Prose, ...] = ()
    hazard: Multiple | None = None
    loading: Margin
    node_loading: Margin | None = None
    copula: CopulaRule = GaussianCopula(kind="gaussian")
    ratings: dict[Rating, RatingTable] = {}
    nodes: ChainNodes | None = None
    contagion: Contagion | None = None
    obligors: dict[Name, ObligorHazard] = Field(default={}, max_length=10_000)
    providers: dict[Name, RandomProvider] = Field(default={}, max_length=1000)
    all_providers: AllProviders | None = None
    recovery: tuple[RandomRecovery, ...] = Field(default=(), max_length=20)
    late: RandomLatePayment | None = None
    prepayment: RandomPrepayment | None = None
    rights: RandomRights | None = None
    sales: RandomSalesRule | None = None
    rates: dict[Name, RandomRateRule] = Field(default={}, max_length=100)

    def loading_of(self, company: RandomCompany | None) -> int:
        """On the market factor, its own or that of all; units of 1e-8."""
        return self.loading if company is None or company.loading is None else company.loading

    def node_loading_of(self, company: RandomCompany | None) -> int:
        """On the factor of its node, its own or that of all; 0 without a node; units of 1e-8."""
        if company is None or company.node is None:
            return 0
        return (self.node_loading or 0) if company.node_loading is None else company.node_loading

    def nodes_named(self) -> tuple[str, ...]:
        """The nodes of obligors and providers, sorted."""
        return tuple(sorted({one.node for one in self.companies() if one.node is not None}))

    def companies(self) -> tuple[RandomCompany, ...]:
        """Obligors and providers, as written."""
        return (*self.obligors.values(), *self.providers.values())

    def promises(self) -> dict[str, tuple[str, ...]]:
        """By the provider that says how its company defaults: all providers of that company."""
        found: dict[str, tuple[str, ...]] = {}
        for name, provider in self.providers.items():
            if provider.given:
                found[name] = tuple(
                    other
                    for other, one in self.providers.items()
                    if other == name or (provider.company is not None and one.company == provider.company)
                )
        return found
