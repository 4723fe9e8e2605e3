"""Companies in their other roles: account banks that fail, and parties with a capacity (sections 4 and 7)."""

from __future__ import annotations

from securitize.base.money import RATE_UNITS
from securitize.performance.parties import account_pays
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import minimum, product, total
from securitize.waterfall.resolved import held, recovered
from securitize.waterfall.rules.account_books import AccountBooks
from securitize.waterfall.rules.books import Books


def pay_recoveries(books: Books) -> None:
    """Parties with a capacity pay their recoveries of the period, as far as it goes, before anything else."""
    for name, kept in books.parties.items():
        kept.recoveries_due = books.live(books.recorder.input(recovered(name)))
        kept.recoveries = minimum(kept.recoveries_due, books.capacity_left(name))
        kept.recovered.now = kept.recovered.now + kept.recoveries


def bears_interest(books: Books, account: str) -> Value:
    """The balance on which an account earns interest; a bank that fails owes it on the share that it pays."""
    kept = books.accounts[account]
    if account not in books.resolved.failing_banks:
        return kept.balance.opening
    pays, now = _pays(books, account), _fails_now(books, account)
    left = product(kept.balance.opening, pays, RATE_UNITS, books.resolved.deal.rounding)
    return (now & left) | (~now & kept.balance.opening)


def lose_at_banks(books: Books) -> None:
    """What a failed bank does not pay of what it held leaves its accounts; the streams of the date are in them."""
    resolved = books.resolved
    for name in resolved.failing_banks:
        kept, pays = books.accounts[name], _pays(books, name)
        into = resolved.streams_into(name)
        there = total(books.recorder, [books.streams[stream] for stream in into])
        there = minimum(books.recorder.input(held(name)), there) if into else there
        there = there + (_fails_now(books, name) & kept.balance.opening)
        kept.failed.now = kept.failed.now | _is_below_all(pays)
        kept.lose(product(there, RATE_UNITS - pays, RATE_UNITS, resolved.deal.rounding))


def _pays(books: Books, account: str) -> Value:
    return books.period_input(account_pays(account), RATE_UNITS)


def _is_below_all(pays: Value) -> Value:
    return pays < RATE_UNITS


def _fails_now(books: Books, account: str) -> Value:
    """Mask: the bank's default counts on this date for the first time."""
    kept: AccountBooks = books.accounts[account]
    return _is_below_all(_pays(books, account)) & ~kept.failed.opening
