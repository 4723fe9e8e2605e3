"""Changes of a note's claim other than payments: settlement, puts, payment in kind, deficiency ledgers
(sections 5 and 10)."""

from __future__ import annotations

from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.notes import Settlement
from securitize.waterfall.expressions import Value, Variable
from securitize.waterfall.formulas import excess, in_units, minimum, product
from securitize.waterfall.resolved import ResolvedNote
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.note_books import NoteBooks, in_order_paid


def settle(books: Books) -> None:
    """A note with a settlement keeps a share of its claim; the rest is written off."""
    for name, kept in books.notes.items():
        resolved = books.resolved.notes[name]
        settlement = resolved.note.settlement
        if settlement is not None:
            now = _settles(books, name, settlement) & ~kept.settled.opening
            kept.settled.now = kept.settled.opening | now
            if settlement.amount is not None:
                amount = in_units(books.recorder.constant(settlement.amount), resolved.unit)
                _settle_for(kept, settlement, amount, now, resolved)
            else:
                _settle_share(books, kept, settlement, now, resolved)
        kept.before = kept.balance.now


def _settles(books: Books, name: str, settlement: Settlement) -> Value:
    mask = books.recorder.flag(books.resolved.notes[name].settled_on)
    if settlement.trigger is not None:
        mask = mask | books.triggers[settlement.trigger].stood_breached
    return mask


def _settle_share(
    books: Books, kept: NoteBooks, settlement: Settlement, where: Value, resolved: ResolvedNote
) -> None:
    """Keep a share of the balance, and one of each part of the interest."""
    share = 0 if settlement.share is None else settlement.share
    lost = _keep(kept.balance, share, where, resolved.unit)
    kept.written_off.now = kept.written_off.now + lost
    written_off = books.recorder.constant(0)
    for part in (kept.current, kept.deferred, kept.on_deferred):
        written_off = written_off + _keep(part, settlement.interest_share, where, resolved.unit)
    kept.interest_written_off.now = written_off


def _keep(part: Variable, share: int, where: Value, unit: int) -> Value:
    """Keep a share of an amount, rounded down; returns what is lost of it."""
    lost = (part.now - in_units(product(part.now, share, RATE_UNITS, "down"), unit)) & where
    part.now = part.now - lost
    return lost


def _settle_for(
    kept: NoteBooks, settlement: Settlement, amount: Value, where: Value, resolved: ResolvedNote
) -> None:
    """Keep an amount of money of the whole claim; its interest in the order in which interest is paid."""
    claim, interest = kept.balance.now, kept.interest_due
    match settlement.amount_order:
        case "principal-first":
            of_balance = minimum(claim, amount)
            of_interest = minimum(interest, amount - of_balance)
        case "interest-first":
            of_interest = minimum(interest, amount)
            of_balance = minimum(claim, amount - of_interest)
        case _:
            assert_never(settlement.amount_order)
    lost = (claim - of_balance) & where
    kept.balance.now = claim - lost
    kept.written_off.now = kept.written_off.now + lost
    kept.interest_written_off.now = (interest - of_interest) & where
    for part in in_order_paid(resolved.note, [kept.on_deferred, kept.deferred], kept.current):
        if part.now.never():
            continue
        stays = minimum(part.now, of_interest)
        of_interest = of_interest - stays
        part.now = part.now - ((part.now - stays) & where)


def put_notes(books: Books) -> None:
    """Investors give a share of the balance back on the dates of their puts."""
    for name, kept in books.notes.items():
        resolved = books.resolved.notes[name]
        for share, flags in resolved.puts:
            amount = in_units(product(kept.before, share, RATE_UNITS, "down"), resolved.unit)
            kept.put.now = kept.put.now + (amount & books.recorder.flag(flags))


def carry_interest(books: Books) -> None:
    """What is left of the period's interest is deferred, or all unpaid interest joins the balance."""
    for name, kept in books.notes.items():
        kept.deferred.now = kept.deferred.now + kept.current.now
        kept.current.now = books.recorder.constant(0)
        joins = books.recorder.flag(books.resolved.notes[name].capitalises)
        amount = (kept.deferred.now + kept.on_deferred.now) & joins
        kept.capitalised_now.now = amount
        kept.balance.now = kept.balance.now + amount
        kept.capitalised.now = kept.capitalised.now + amount
        kept.deferred.now = kept.deferred.now & ~joins
        kept.on_deferred.now = kept.on_deferred.now & ~joins


def cut_to_balances(books: Books) -> None:
    """Amounts put and deficiency ledgers are at most the balances."""
    for name, kept in books.notes.items():
        if books.resolved.notes[name].puts:
            kept.put.now = minimum(kept.put.now, kept.balance.now)
        if name in _ledgers(books):
            kept.deficiency.now = minimum(kept.deficiency.now, kept.balance.now)


def debit_defaults(books: Books) -> None:
    """What has defaulted is debited to the deficiency ledgers."""
    ledger = books.resolved.deal.principal_deficiency
    if ledger is None:
        return
    amount = books.live(books.recorder.input("defaulted"))
    match ledger.debits:
        case "defaulted":
            debit(books, amount)
        case "defaulted-less-recoveries":
            debit(books, excess(amount, books.streams["recovery"]))
        case _:
            assert_never(ledger.debits)


def debit(books: Books, amount: Value) -> None:
    """Debit the ledgers in their order, each up to its note's balance."""
    for name in _ledgers(books):
        kept = books.notes[name]
        taken = minimum(amount, excess(kept.balance.now, kept.deficiency.now))
        kept.deficiency.now = kept.deficiency.now + taken
        amount = amount - taken


def _ledgers(books: Books) -> tuple[str, ...]:
    ledger = books.resolved.deal.principal_deficiency
    return () if ledger is None else ledger.notes
