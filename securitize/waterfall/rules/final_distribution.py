"""The end of the deal: the final distribution (section 11, 7)."""

from __future__ import annotations

from securitize.waterfall.formulas import total
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.publishing import publish_after_steps


def close(books: Books) -> None:
    """On the legal final date everything that is left in the accounts leaves them."""
    publish_after_steps(books)
    left = {name: account.balance.now & books.final for name, account in books.accounts.items()}
    books.final_distribution = total(books.recorder, list(left.values()))
    for name, amount in left.items():
        books.accounts[name].pay_out(amount)
