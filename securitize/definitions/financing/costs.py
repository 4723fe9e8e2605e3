"""Words of financing, and the costs that a company pays beside its contract.

The meaning of every field is in ``docs/reference/financing-cost.md``, sections 1 and 4.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from securitize.definitions.figures import Amount, Model, Rate, Text, fault

#: What a company can borrow by instead of the securitization.
Loan = Literal[
    "pledge-loan", "unsecured-loan", "finance-lease", "factoring", "corporate-bond", "pooled-credit"
]
Instrument = Literal["securitization", Loan]
Support = Literal["guarantee", "insurance", "risk-sharing-pool"]
# As the company is charged, not as the money is used: "interest" is all that the contract charges beyond principal
# (loan interest, licence fees beyond the lump sum, lease interest, discount), whatever the vehicle then pays from it.
Component = Literal[
    "interest",
    "guarantee fee",
    "counter-guarantee fee",
    "insurance premium",
    "appraisal fee",
    "platform fee",
    "underwriting fee",
    "arrangement fee",
    "manager fee",
    "trustee fee",
    "custody fee",
    "rating fee",
    "legal fee",
    "audit fee",
    "registration fee",
    "stamp duty",
    "other fee",
]


class CompanyCost(Model):
    """A cost that each company pays beside its contract: a share of something, or an amount.

    of  : what a rate is a share of
    due : once when the money is drawn or settled, or each year in advance, the last year by its days
    vat : on top
    """

    title: Text = ""
    title_zh: Text = ""
    component: Component
    rate: Rate | None = None
    amount: Amount | None = None
    of: Literal["principal", "balance", "appraised-value"] = "principal"
    due: Literal["drawn", "yearly", "settled"] = "drawn"
    vat: Rate = 0

    @model_validator(mode="after")
    def _cost_fits(self) -> Self:
        if (self.rate is None) == (self.amount is None):
            raise fault("SEC650", "a cost has a rate or an amount, one of them", "write rate or amount")
        if self.of == "balance" and self.due != "yearly":
            raise fault(
                "SEC651", f"of the balance, due when {self.due}", 'write due = "yearly", or of = "principal"'
            )
        return self
