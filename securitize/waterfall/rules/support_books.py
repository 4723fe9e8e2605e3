"""What is kept of a support (section 7)."""

from __future__ import annotations

from dataclasses import dataclass

from securitize.definitions.deals.support import Support
from securitize.waterfall.expressions import Recorder, StateVariable, Value, Variable


@dataclass
class SupportBooks:
    """What is kept of one support: paid and reimbursed in all and today, interest J and fee H due.

    interest_charged, fee_charged : of this date
    arrears : what it was called for and did not pay on the day, where it pays ``late`` on some date
    """

    arrears: StateVariable
    late: bool
    paid_in_all: StateVariable
    reimbursed_in_all: StateVariable
    interest: StateVariable
    fee: StateVariable
    drawn: Variable
    reimbursed: Variable
    interest_paid: Variable
    fee_paid: Variable
    interest_charged: Value
    fee_charged: Value
    drawn_again: bool

    @property
    def outstanding(self) -> Value:
        """Paid and not yet reimbursed."""
        return self.paid_in_all.now - self.reimbursed_in_all.now

    @property
    def outstanding_before(self) -> Value:
        """Outstanding at the end of the date before."""
        return self.paid_in_all.opening - self.reimbursed_in_all.opening

    @property
    def used(self) -> Value:
        """What of the life limit is used."""
        return self.outstanding if self.drawn_again else self.paid_in_all.now

    @property
    def used_before(self) -> Value:
        """What of the life limit was used at the end of the date before."""
        return self.outstanding_before if self.drawn_again else self.paid_in_all.opening


def support_books(r: Recorder, name: str, support: Support, late: bool) -> SupportBooks:
    """The books of a support; what its terms cannot move is no state."""
    return SupportBooks(
        arrears=r.state(f"support-arrears.{name}", kept=late),
        late=late,
        paid_in_all=r.state(f"support-paid.{name}"),
        reimbursed_in_all=r.state(f"support-reimbursed.{name}"),
        interest=r.state(f"support-interest.{name}", kept=support.interest is not None),
        fee=r.state(f"support-fee.{name}", kept=support.undrawn_fee is not None),
        drawn=r.variable(f"support-drawn.{name}"),
        reimbursed=r.variable(f"support-reimbursed-now.{name}"),
        interest_paid=r.variable(f"support-interest-paid.{name}"),
        fee_paid=r.variable(f"support-fee-paid.{name}"),
        interest_charged=r.constant(0),
        fee_charged=r.constant(0),
        drawn_again=support.drawn_again,
    )
