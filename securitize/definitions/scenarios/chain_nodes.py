"""How companies of an industry chain hang together, as written: factors of nodes, and contagion from suppliers."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.chains.chain import NodeCode
from securitize.definitions.figures import Frequency, Margin, Model, Multiple, Name, Rate, fault


class NodeCorrelation(Model):
    """The correlation of the factors of two nodes."""

    between: tuple[NodeCode, NodeCode]
    coefficient: Margin

    @model_validator(mode="after")
    def _of_two(self) -> Self:
        if self.between[0] == self.between[1]:
            raise fault(
                "SEC484", Message("{first} stands beside itself", first=self.between[0]), "name two nodes"
            )
        return self


class ChainNodes(Model):
    """The factors of nodes: ``decay`` to the power of their distance on ``chain``, or as written; else independent."""

    chain: Name | None = None
    decay: Rate | None = None
    correlation: tuple[NodeCorrelation, ...] = Field(default=(), max_length=10_000)


class Contagion(Model):
    """What the default of a supplier does to its customers; without ``half_life`` for ever."""

    multiplier: Multiple
    half_life: Frequency | None = None

    @model_validator(mode="after")
    def _raises(self) -> Self:
        if self.multiplier < RATE_UNITS:
            what = Message(
                "a multiplier of {multiplier:g} would lower hazards", multiplier=self.multiplier / RATE_UNITS
            )
            raise fault("SEC486", what, "write 1 or more; 1 is no contagion")
        return self
