"""What is overdue to a note after the steps of a date, before unpaid interest is carried or capitalised.

Source: ``docs/reference/priority-of-payments.md``, section 16.
"""

from __future__ import annotations

from securitize.waterfall.expressions import Operand, Value
from securitize.waterfall.formulas import excess, is_one, maximum, minimum, positive, total
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.coverage import scheduled_balance


def find_overdue(books: Books) -> None:
    """Interest and principal that were due to each note on this date and that neither cash nor support has paid."""
    for name, kept in books.notes.items():
        unit = books.resolved.notes[name].unit
        kept.overdue_interest = _above_rounding(_interest(books, name), unit)
        kept.overdue_principal = _above_rounding(_principal(books, name), unit)


def any_principal_overdue(books: Books, notes: tuple[str, ...]) -> Value:
    """Mask: principal of any of these notes is overdue."""
    return positive(total(books.recorder, [books.notes[name].overdue_principal for name in notes]))


def _interest(books: Books, name: str) -> Value:
    """What is left of the interest due, but for what the terms capitalise today or let the note leave unpaid."""
    kept, resolved = books.notes[name], books.resolved.notes[name]
    left = kept.interest_due & ~books.recorder.flag(resolved.capitalises)
    return left & _at_the_end(books) if resolved.note.deferrable else left


def _principal(books: Books, name: str) -> Value:
    """What the schedule says should be repaid by now, or all of it at the end; at least what is put and not paid."""
    kept, resolved = books.notes[name], books.resolved.notes[name]
    balance, end = kept.balance.now, _at_the_end(books)
    overdue = balance & end
    if resolved.note.principal.has_schedule:
        overdue = overdue | (excess(balance, scheduled_balance(books, name)) & ~end)
    return maximum(overdue, minimum(kept.put.now, balance)) if resolved.puts else overdue


def _at_the_end(books: Books) -> Value:
    """Mask: all of a note is due by its terms: the last payment date, and from the date of an exercised call on."""
    return books.final | books.called.now


def _above_rounding(amount: Value, unit: Operand) -> Value:
    """``amount``, 0 where it is less than a note with certificates can be paid."""
    return amount if is_one(unit) else amount & (amount > amount.recorder.value(unit) - 1)
