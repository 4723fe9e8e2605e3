"""What is kept of an account (section 4)."""

from __future__ import annotations

from dataclasses import dataclass

from securitize.waterfall.expressions import StateVariable, Value, Variable


@dataclass
class AccountBooks:
    """What is kept of one account; payments into and out of it on this date, and what it earned.

    failed : mask: the default of its bank has been taken;  lost : what its bank does not pay on this date
    """

    balance: StateVariable
    came_in: Variable
    went_out: Variable
    earned: Value
    failed: StateVariable
    lost: Value

    def pay_in(self, amount: Value) -> None:
        """Money enters."""
        self.balance.now = self.balance.now + amount
        self.came_in.now = self.came_in.now + amount

    def pay_out(self, amount: Value) -> None:
        """Money leaves."""
        self.balance.now = self.balance.now - amount
        self.went_out.now = self.went_out.now + amount

    def lose(self, amount: Value) -> None:
        """Money is lost with its bank."""
        self.balance.now = self.balance.now - amount
        self.lost = amount
