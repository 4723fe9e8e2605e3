"""Index rates at random, as written: ``[rates.INDEX]`` of a random performance."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.definitions.figures import Frequency, Margin, Model, Multiple, Rate, fault, months


class CurvePoint(Model):
    """A zero rate of today's curve."""

    tenor: Frequency
    rate: Margin


class RandomRateRule(Model):
    """The short rate of Hull and White behind an index rate."""

    tenor: Frequency
    volatility: Rate
    reversion: Multiple = 0
    loading: Margin = 0
    curve: tuple[CurvePoint, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        for before, after in pairwise(self.curve):
            if months(after.tenor) <= months(before.tenor):
                raise fault(
                    "SEC167",
                    Message("tenor {tenor} is not after {tenor_2}", tenor=after.tenor, tenor_2=before.tenor),
                    "sort the points",
                )
        return self
