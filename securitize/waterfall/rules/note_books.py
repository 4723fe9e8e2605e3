"""What is kept of a note (sections 5, 10 and 16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from securitize.definitions.deals.notes import Note
from securitize.waterfall.expressions import Recorder, StateVariable, Value, Variable
from securitize.waterfall.resolved import ResolvedDeal


@dataclass
class NoteBooks:
    """What is kept of one note. Payments are counted with support; ``supported`` says how much support paid.

    deferred, on_deferred, current : D, E and what is left of A (section 5)
    capitalised, put, premium      : C, the amount put and not yet paid, the premium due
    deficiency                     : L (section 10)
    settled                        : mask
    before                         : balance before this date's payments, after a settlement
    overdue_interest, overdue_principal : after the steps of this date (section 16)
    coupon_numerator               : what a balance is multiplied with to give the whole period's interest
    """

    balance: StateVariable
    deferred: StateVariable
    on_deferred: StateVariable
    capitalised: StateVariable
    settled: StateVariable
    put: StateVariable
    premium: StateVariable
    deficiency: StateVariable
    current: Variable
    interest_paid: Variable
    principal_paid: Variable
    residual_paid: Variable
    premium_paid: Variable
    supported: Variable
    written_off: Variable
    interest_written_off: Variable
    capitalised_now: Variable
    before: Value
    coupon: Value
    coupon_numerator: Value
    accrued: Value
    on_unpaid: Value
    premium_charged: Value
    overdue_interest: Value
    overdue_principal: Value

    @property
    def interest_due(self) -> Value:
        """All interest that is left to pay: A + D + E."""
        return self.current.now + self.deferred.now + self.on_deferred.now

    @property
    def unpaid_before(self) -> Value:
        """Unpaid interest at the end of the date before."""
        return self.deferred.opening + self.on_deferred.opening


def note_books(r: Recorder, resolved: ResolvedDeal, name: str) -> NoteBooks:
    """The books of a note; what its terms cannot move is no state."""
    deal, note = resolved.deal, resolved.deal.notes[name]
    bears, ledgers = note.unpaid_bears, deal.principal_deficiency
    zero = r.constant(0)
    balance = r.state(f"balance.{name}", note.balance)
    return NoteBooks(
        balance=balance,
        deferred=r.state(f"deferred.{name}"),
        on_deferred=r.state(f"on-deferred.{name}", kept=bears is not None and not bears.compounding),
        capitalised=r.state(f"capitalised.{name}", kept=note.capitalises),
        settled=r.state(f"settled.{name}", kept=note.settlement is not None),
        put=r.state(f"put.{name}", kept=bool(note.puts)),
        premium=r.state(f"premium.{name}", kept=deal.issuer_call is not None),
        deficiency=r.state(f"deficiency.{name}", kept=ledgers is not None and name in ledgers.notes),
        current=r.variable(f"current.{name}"),
        interest_paid=r.variable(f"interest-paid.{name}"),
        principal_paid=r.variable(f"principal-paid.{name}"),
        residual_paid=r.variable(f"residual-paid.{name}"),
        premium_paid=r.variable(f"premium-paid.{name}"),
        supported=r.variable(f"supported.{name}"),
        written_off=r.variable(f"written-off.{name}"),
        interest_written_off=r.variable(f"interest-written-off.{name}"),
        capitalised_now=r.variable(f"capitalised-now.{name}"),
        before=balance.opening,
        coupon=zero,
        coupon_numerator=zero,
        accrued=zero,
        on_unpaid=zero,
        premium_charged=zero,
        overdue_interest=zero,
        overdue_principal=zero,
    )


def in_order_paid(note: Note, deferred: list[Variable], current: Variable) -> list[Variable]:
    """The parts of a note's interest in the order in which they are paid."""
    match note.interest_order:
        case "deferred-first":
            return [*deferred, current]
        case "current-first":
            return [current, *deferred]
        case _:
            assert_never(note.interest_order)
