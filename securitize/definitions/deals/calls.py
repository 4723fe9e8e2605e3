"""Calls (section 9 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

from typing import Annotated, Literal, assert_never

from pydantic import Field

from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Date, Model, Multiple, Rate


class CleanUpCall(Model):
    """The originator buys the rest of the pool."""

    threshold: Rate
    price: Multiple = RATE_UNITS
    condition: Literal["repays-notes", "none"] = "repays-notes"
    first_date: Date | None = None

    @property
    def redeems(self) -> bool:
        """Whether its exercise is a redemption: every note is repaid by a priority of its own."""
        match self.condition:
            case "repays-notes":
                return True
            case "none":
                return False
            case _:
                assert_never(self.condition)


#: At par or above.
Price = Annotated[Multiple, Field(ge=RATE_UNITS)]


class CallPrice(Model):
    """A call price from a date on."""

    from_: Date = Field(alias="from")
    price: Price


class IssuerCall(Model):
    """The issuer repays all notes with money from outside."""

    date: Date | None = None
    price: Price = RATE_UNITS
    prices: tuple[CallPrice, ...] = Field(default=(), max_length=100)

    @property
    def every_price(self) -> tuple[int, ...]:
        """All prices that are written, or that of the default; units of 1e-8."""
        return (self.price, *(each.price for each in self.prices))
