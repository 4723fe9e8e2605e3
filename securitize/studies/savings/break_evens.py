"""The securitization's side with something changed, and the break-even of its saving.

Source: ``docs/reference/financing-cost.md``, section 6.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from securitize.base.errors import CalculationError
from securitize.base.money import RATE_UNITS
from securitize.financing.break_even import SavingBreakEven, last_unit
from securitize.financing.cash import SUBSIDY, Cash
from securitize.financing.comparison import (
    WITHOUT_POLICY,
    Policy,
    Subsidise,
    SubsidisedSides,
    cell,
    subsidise,
)
from securitize.financing.cost import present_value
from securitize.financing.remaining import remaining
from securitize.financing.sides import UNCHANGED, Change, Side, in_order, opened_with, securitized
from securitize.studies.savings.inputs import FinancingInputs

#: Bounds of what is tried at a break-even: a rate or a fee of 90% less to 90% more.
FURTHEST = 9 * RATE_UNITS // 10


#: From a number of units to what is changed, and a payment beside it.
Tried = Callable[[int], tuple[Change, tuple[Cash, ...]]]


class SecuritizationSides:
    """The securitization's side, as it is or with something changed, asked of the policies."""

    def __init__(self, inputs: FinancingInputs, paid: Subsidise) -> None:
        self.inputs, self.paid = inputs, paid
        self.unchanged = [self.one(k) for k in range(len(inputs.debts))]

    def one(self, k: int, change: Change = UNCHANGED) -> Side:
        """Company k's side; of a deal in mid-life what remains of it, a fee more on the day."""
        inputs, since = self.inputs, self.inputs.since
        whole = securitized(
            inputs.debts[k],
            inputs.parts[k],
            inputs.terms[k],
            inputs.financing,
            inputs.issue_size,
            change if since is None else replace(change, fee=0),
        )
        if since is None:
            return whole
        side = remaining(whole, since)
        fee = round(opened_with(side.cash) * change.fee / 1e8)
        more = (Cash(since, "fee", "change of the fee", -fee),) if fee else ()
        return replace(side, cash=in_order([*side.cash, *more]))

    def side(self, when: Policy, which: Sequence[int] = (), change: Change = UNCHANGED) -> SubsidisedSides:
        """All companies' sides, those of ``which`` changed. Without a policy the others are left out."""
        sides = list(self.unchanged)
        for k in which:
            sides[k] = self.one(k, change)
        if when in WITHOUT_POLICY and which:
            sides = [sides[k] for k in which]
        return subsidise(sides, when, self.paid, self.inputs.financing.passed_on)

    def lowest(self, which: Sequence[int]) -> int:
        """The change of the rate at which contracts charge nothing beyond principal, units of 1e-8, below 0."""
        lowest = [
            sum(amount for _, amount in debt.interest)
            * 365
            * RATE_UNITS
            // max(1, debt.balance_days(debt.drawn, debt.settled))
            for debt in (self.inputs.debts[k] for k in which)
        ]
        return -min(lowest, default=0)


@dataclass(frozen=True, slots=True)
class Trial:
    """Some companies' cells with something changed for each of them."""

    securitization_sides: SecuritizationSides
    which: Sequence[int]
    when: Policy

    def run(
        self, change: Change = UNCHANGED, more: tuple[Cash, ...] = ()
    ) -> tuple[list[Side], SubsidisedSides]:
        """The companies' sides; ``more`` is a cost beside, paid by the first of them."""
        found = self.securitization_sides.side(self.when, self.which, change)
        sides = [found.sides[self.securitization_sides.inputs.debts[k].company] for k in self.which]
        sides[0] = replace(sides[0], cash=(*sides[0].cash, *more))
        return sides, found

    def vanishing(
        self,
        tried: Tried,
        target: float,
        bounds: tuple[int, int],
    ) -> SavingBreakEven | None:
        """The last unit at which these companies do not pay more than ``target``, proved there and one unit on.

        Where the value at the target rate is 0 the rate is the target: the value is what is brought to 0.
        """
        since = self.securitization_sides.inputs.first_day

        def value(units: int) -> float:
            change, more = tried(units)
            added = tuple(row for row in more if row.group in SUBSIDY)
            sides, found = self.run(change, tuple(row for row in more if row.group not in SUBSIDY))
            rows = [row for side in sides for row in (*side.cash, *found.by_company[side.company])]
            return present_value((*rows, *added), target, since)

        def all_in(units: int) -> float | None:
            change, more = tried(units)
            added = tuple(row for row in more if row.group in SUBSIDY)
            sides, found = self.run(change, tuple(row for row in more if row.group not in SUBSIDY))
            return cell(sides, self.when, found, added).all_in

        last = last_unit(value, *bounds)
        if last is None:
            return None
        there, beyond = all_in(last), all_in(last + 1)
        if there is None or beyond is None:
            return None
        # Where a policy jumps the saving jumps with it; its sign is right to what rounding to the cent leaves.
        if target - there < -1e-6 or target - beyond > 1e-6:
            raise CalculationError(
                "the break-even {last} leaves a saving of {target:.3e}", last=last, target=target - there
            )
        return SavingBreakEven(last, target - there, target - beyond)


def paid_once(amount: int, day: dt.date) -> tuple[Cash, ...]:
    """A subsidy more (above 0) or a subsidy less, counted as a cost, on one day."""
    if amount == 0:
        return ()
    return (Cash(day, "subsidy" if amount > 0 else "fee", "break-even", amount),)
