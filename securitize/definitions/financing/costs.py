"""Words of financing, and the costs that a company pays beside its contract.

The meaning of every field is in ``docs/reference/financing-cost.md``, sections 1 and 4.
"""

from __future__ import annotations

from typing import Literal, Self, assert_never

from pydantic import model_validator

from securitize.base.closed import partition
from securitize.base.messages import Message
from securitize.definitions.figures import Amount, Model, Rate, Text, fault

#: What a company can borrow by instead of the securitization.
Loan = Literal[
    "pledge-loan", "unsecured-loan", "finance-lease", "factoring", "corporate-bond", "pooled-credit"
]
Instrument = Literal["securitization", Loan]
#: What a company must have to borrow so: receivables that it sells, or equipment that it sells and leases back.
OF_RECEIVABLES, OF_EQUIPMENT, _ = partition(
    Loan,
    {"factoring"},
    {"finance-lease"},
    {"pledge-loan", "unsecured-loan", "corporate-bond", "pooled-credit"},
)
CreditSupport = Literal["guarantee", "insurance", "risk-sharing-pool"]
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
INTEREST, APPRAISAL, _OTHER_FEES = partition(
    Component,
    {"interest"},
    {"appraisal fee"},
    {
        "guarantee fee",
        "counter-guarantee fee",
        "insurance premium",
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
    },
)
FEES = APPRAISAL | _OTHER_FEES
CostBase = Literal["principal", "balance", "appraised-value"]
CostDue = Literal["drawn", "yearly", "settled"]
OF_BALANCE, OF_APPRAISED_VALUE, _ = partition(CostBase, {"balance"}, {"appraised-value"}, {"principal"})
YEARLY, _ = partition(CostDue, {"yearly"}, {"drawn", "settled"})
IN_ADVANCE, _ = partition(CostDue, {"drawn", "yearly"}, {"settled"})
Renewal = Literal["once", "each"]


class CompanyCost(Model):
    """A cost that each company pays beside its contract: a share of something, or an amount.

    of  : what a rate is a share of
    due : once when the money is drawn or settled, or each year in advance, the last year by its days
    vat : on top
    renewal : of a loan that is renewed, paid once or with each; None: an appraisal once, all else with each
    """

    title: Text = ""
    title_zh: Text = ""
    component: Component
    rate: Rate | None = None
    amount: Amount | None = None
    of: CostBase = "principal"
    due: CostDue = "drawn"
    vat: Rate = 0
    renewal: Renewal | None = None

    @property
    def in_advance(self) -> bool:
        """Whether it is paid for the time that begins on its day."""
        return self.due in IN_ADVANCE

    def of_loan(self, first: bool, last: bool) -> bool:
        """Whether it is paid with a loan of a chain of renewed loans, which may be its first or its last."""
        if not self.once or self.yearly:
            return True
        return first if self.in_advance else last

    @property
    def once(self) -> bool:
        """Whether it is paid once for a chain of renewed loans: an appraisal is, unless told otherwise."""
        match self.renewal:
            case "once":
                return True
            case "each":
                return False
            case None:
                return self.component in APPRAISAL
            case _:
                assert_never(self.renewal)

    @property
    def shortens(self) -> bool:
        """Whether the last year costs by its days; a cost of the balance counts its days in each year."""
        return self.yearly and not self.of_balance

    @property
    def yearly(self) -> bool:
        """Whether it comes back each year."""
        return self.due in YEARLY

    @property
    def of_balance(self) -> bool:
        """Whether it is a share of what is owed at the time."""
        return self.of in OF_BALANCE

    @property
    def of_appraised_value(self) -> bool:
        """Whether it is a share of the appraised value."""
        return self.of in OF_APPRAISED_VALUE

    @model_validator(mode="after")
    def _cost_fits(self) -> Self:
        if (self.rate is None) == (self.amount is None):
            raise fault("SEC650", "a cost has a rate or an amount, one of them", "write rate or amount")
        if self.yearly and self.renewal is not None and self.once:
            raise fault("SEC651", "paid once, due yearly", 'take renewal away, or write due = "drawn"')
        if self.of_balance and not self.yearly:
            raise fault(
                "SEC651",
                Message("of the balance, due when {due}", due=self.due),
                'write due = "yearly", or of = "principal"',
            )
        return self
