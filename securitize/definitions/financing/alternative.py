"""What a company could borrow instead: ``scenarios/alternatives/NAME.toml``.

The meaning of every field is in ``docs/reference/financing-cost.md``, section 4.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from securitize.definitions.figures import Amount, Date, Frequency, Model, Name, Prose, Rate, Text, fault
from securitize.definitions.financing.costs import CompanyCost, CreditSupport, Loan
from securitize.definitions.pools.instalments import ContractRate


class Alternative(Model):
    """One way to borrow, with its terms, its costs and who can have it.

    tenor        : of one loan; a longer need is financed again at the terms of the day, with all costs anew; None for
        as long as the securitization
    advance_rate : the most that is lent, as a share of the appraised value; of what is sold, where receivables or
        equipment are
    prepayment_fee : of what is repaid before it is due
    deposit      : share of the principal left as security and given back at the end
    joint_limit  : the most that all companies together are lent, smallest first
    needs        : attributes that a company must have
    """

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    sources: tuple[Prose, ...] = ()
    instrument: Loan
    supports: tuple[CreditSupport, ...] = ()
    rate: ContractRate
    day_count: Literal["ACT/365F", "ACT/360"] = "ACT/360"
    repayment: Literal["as-securitization", "bullet", "level-payment"] = "as-securitization"
    interest_every: Frequency = "3M"
    tenor: Frequency | None = None
    advance_rate: Rate | None = None
    deposit: Rate = 0
    prepayment_fee: Rate = 0
    interest_vat: Rate = 0
    vat_deductible: bool = False
    offered_from: Date | None = None
    offered_until: Date | None = None
    least_amount: Amount | None = None
    most_amount: Amount | None = None
    least_revenue: Amount | None = None
    joint_limit: Amount | None = None
    needs: dict[Name, Text] = Field(default={}, max_length=100)
    costs: dict[Name, CompanyCost] = Field(default={}, max_length=100)

    @model_validator(mode="after")
    def _offer_fits(self) -> Self:
        if (
            self.least_amount is not None
            and self.most_amount is not None
            and self.most_amount < self.least_amount
        ):
            raise fault("SEC653", "most_amount is below least_amount", "write the lower bound first")
        if self.offered_from and self.offered_until and self.offered_until < self.offered_from:
            raise fault("SEC653", "offered_until is before offered_from", "correct the dates")
        return self
