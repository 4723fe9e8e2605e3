"""Support from outside the vehicle (section 7 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

from typing import Literal, assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.rates import Interest
from securitize.definitions.figures import Amount, Date, DayCount, Model, Name, Rate, Rating, Text


class UndrawnFee(Model):
    """An annual rate on what is left of a support's limit."""

    rate: Rate
    day_count: DayCount = "ACT/365F"


class Support(Model):
    """A promise to pay what a step lacks: a shortfall undertaking, a guarantee, a liquidity line."""

    kind: Literal["shortfall-undertaking", "guarantee", "liquidity-line"]
    provider: Text = ""
    provider_zh: Text = ""
    party: Name | None = None
    rating: Rating | None = None
    coverage: Rate = RATE_UNITS
    limit: Amount | None = None
    limit_per_payment: Amount | None = None
    first_call: Date | None = None
    until: Date | None = None
    reinstates: bool | None = None
    interest: Interest | None = None
    undrawn_fee: UndrawnFee | None = None

    @property
    def drawn_again(self) -> bool:
        """Whether what is reimbursed can be drawn again."""
        if self.reinstates is not None:
            return self.reinstates
        match self.kind:
            case "liquidity-line":
                return True
            case "shortfall-undertaking" | "guarantee":
                return False
            case _:
                assert_never(self.kind)
