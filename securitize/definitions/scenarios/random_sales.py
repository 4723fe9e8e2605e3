"""Licensed sales at random, as written: ``[sales]`` of a random performance."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Date, Margin, Model, Multiple, Name, Rate, fault


class ContractSales(Model):
    """What differs for the sales of one contract."""

    volatility: Multiple | None = None
    reversion: Multiple | None = None
    growth: Margin | None = None
    market_loading: Margin | None = None
    sector_loading: Margin | None = None
    sector: Name | None = None


class SalesStep(Model):
    """A launch, or the entry of generics, at a random date of a window or with a hazard after a date.

    contract : None for every royalty, each on its own day
    """

    contract: Name | None = None
    from_: Date | None = Field(default=None, alias="from")
    until: Date | None = None
    hazard: Multiple | None = None
    probability: Rate = RATE_UNITS
    before: Multiple = RATE_UNITS
    kept: Multiple

    @model_validator(mode="after")
    def _one_law(self) -> Self:
        if (self.until is None) == (self.hazard is None):
            raise fault(
                "SEC168", "a step comes in a window or with a hazard", "write one of until and hazard"
            )
        if self.from_ is not None and self.until is not None and self.until < self.from_:
            raise fault(
                "SEC172",
                Message("{until} is before {value}", until=self.until, value=self.from_),
                "let until be from or later",
            )
        return self


class RandomSalesRule(Model):
    """Sales around their forecast: a lognormal multiple of mean 1, driven by market, sector and product."""

    volatility: Multiple
    reversion: Multiple = 0
    growth: Margin = 0
    market_loading: Margin = 0
    sector_loading: Margin = 0
    sector: Name | None = None
    credit_loading: Margin = 0
    contracts: dict[Name, ContractSales] = Field(default={}, max_length=10_000)
    steps: tuple[SalesStep, ...] = Field(default=(), max_length=10_000)

    def of(self, contract: str) -> ContractSales:
        """Everything of one contract, its own or that of all."""
        own = self.contracts.get(contract, ContractSales())
        fields = {name: getattr(own, name) for name in ContractSales.model_fields}
        return ContractSales.model_construct(
            **{name: getattr(self, name) if value is None else value for name, value in fields.items()}
        )

    @model_validator(mode="after")
    def _loadings_fit(self) -> Self:
        for name in ("", *self.contracts):
            merged, where = self.of(name), f"contracts.{name}: " if name else ""
            market, sector = merged.market_loading or 0, merged.sector_loading or 0
            # Loadings are rounded to 1e-8: the root of a half twice is a little more than 1.
            if market**2 + sector**2 > RATE_UNITS**2 + 4 * RATE_UNITS:
                what = Message(
                    "{where}squares of market_loading and sector_loading sum to more than 1", where=where
                )
                raise fault("SEC169", what, "lower one of them: 1 less the sum is the product's own variance")
            if sector and merged.sector is None:
                raise fault(
                    "SEC169",
                    Message("{where}sector_loading without a sector", where=where),
                    'write sector = "…"',
                )
        return self
