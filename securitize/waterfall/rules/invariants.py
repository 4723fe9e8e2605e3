"""Runtime invariants: what must hold on every path and date, said of the published numbers.

They are part of the plan, so that they hold for each path of each run. The list is in
``docs/explanation/invariants.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import minimum, total
from securitize.waterfall.rules.books import Books


def check_step(
    books: Books,
    place: str,
    available: Value,
    asked: Value,
    dues: Sequence[Value],
    paid: Sequence[Value],
    supported: Sequence[Value],
) -> None:
    """Of one step: 0 <= paid <= due, paid in all <= available, and no shortfall while money is left."""
    r = books.recorder
    cash = total(r, paid)
    for due, amount, help_ in zip(dues, paid, supported, strict=True):
        r.require_not_negative(f"step {place}: a payment is not negative", amount)
        r.require_not_negative(f"step {place}: support is not negative", help_)
        r.require_not_negative(f"step {place}: nobody is paid more than is due", due - amount - help_)
    r.require_not_negative(f"step {place}: no more is paid than is available", available - cash)
    r.require_zero(f"step {place}: no shortfall while money is left", minimum(available - cash, asked - cash))


def check_period(books: Books) -> None:
    """Of one payment date: sources are uses, everything rolls forward, nothing is negative, interest is
    exact."""
    _check_cash(books)
    _check_accounts(books)
    _check_notes(books)
    _check_fees(books)
    _check_support_and_limits(books)
    _check_triggers(books)


def _check_cash(books: Books) -> None:
    r = books.recorder
    came_in = books.collections + total(r, [account.opening for account in books.accounts.values()])
    if books.call_price is not None:
        came_in = came_in + books.call_price
    came_in = came_in + total(r, [drawn.now for drawn in books.drawn.values()])
    to_payees = [
        *books.interest_paid.values(),
        *books.principal_paid.values(),
        *books.residual_paid.values(),
        *books.fee_paid.values(),
        *books.reimbursed.values(),
        books.originator,
    ]
    went_out = total(r, [variable.now for variable in to_payees])
    if books.final_distribution is not None:
        went_out = went_out + books.final_distribution
    left = total(r, [account.now for account in books.accounts.values()])
    r.require_zero("sources are uses", came_in - went_out - left)


def _check_accounts(books: Books) -> None:
    r = books.recorder
    for name, account in books.accounts.items():
        rolled = account.opening + books.account_in[name].now - books.account_out[name].now
        r.require_zero(f"account {name} rolls forward", account.now - rolled)
        r.require_not_negative(f"account {name} is not negative", account.now)
        r.require_zero(f"account {name} is empty after the legal final", account.now & books.final)


def _check_notes(books: Books) -> None:
    r, rounding = books.recorder, books.resolved.deal.rounding
    for name, balance in books.balances.items():
        paid = books.principal_paid[name].now
        r.require_zero(f"note {name}: balance rolls forward", balance.opening - paid - balance.now)
        r.require_not_negative(f"note {name}: balance is not negative", balance.now)
        repaid = r.state(f"repaid.{name}")
        repaid.now = repaid.opening + paid
        face = books.resolved.notes[name].note.balance
        r.require_zero(f"note {name}: repaid and outstanding are the face", repaid.now + balance.now - face)
        unpaid = books.unpaid_interest[name]
        due = unpaid.opening + books.accrued[name] + books.on_unpaid[name]
        r.require_zero(
            f"note {name}: interest rolls forward", due - books.interest_paid[name].now - unpaid.now
        )
        r.require_not_negative(f"note {name}: unpaid interest is not negative", unpaid.now)
        resolved = books.resolved.notes[name]
        # What rounding left: balance x numerator - accrued x denominator, within half a unit (a whole
        # one rounded down).
        rest = balance.opening * resolved.numerator - books.accrued[name] * resolved.denominator
        if rounding == "down":
            r.require_not_negative(f"note {name}: interest is exact", rest)
            r.require_not_negative(f"note {name}: interest is exact", resolved.denominator - 1 - rest)
        else:
            r.require_not_negative(f"note {name}: interest is exact", resolved.denominator - rest - rest)
            r.require_not_negative(f"note {name}: interest is exact", resolved.denominator + rest + rest)


def _check_fees(books: Books) -> None:
    r = books.recorder
    for name, unpaid in books.fee_unpaid.items():
        pending = books.fee_pending[name]
        owed = unpaid.opening + pending.opening + books.fee_accrued[name]
        r.require_zero(
            f"fee {name} rolls forward", owed - books.fee_paid[name].now - unpaid.now - pending.now
        )
        r.require_not_negative(f"fee {name}: unpaid is not negative", unpaid.now)
        r.require_not_negative(f"fee {name}: accrued is not negative", pending.now)
    for name, left in books.fee_cap_left.items():
        r.require_not_negative(f"fee {name}: the cap is kept", left.now)


def _check_support_and_limits(books: Books) -> None:
    r = books.recorder
    for name, outstanding in books.support_outstanding.items():
        moved = books.drawn[name].now - books.reimbursed[name].now
        r.require_zero(f"support {name} rolls forward", outstanding.opening + moved - outstanding.now)
        r.require_not_negative(f"support {name}: outstanding is not negative", outstanding.now)
        left = books.support_left(name)
        if left is not None:
            r.require_not_negative(f"support {name}: the limit is kept", left)
    for name, limit in books.limit_left.items():
        r.require_not_negative(f"limit {name} is kept", limit.now)
    r.require_not_negative("the principal distribution amount is not negative", books.distribution.now)


def _check_triggers(books: Books) -> None:
    for name, resolved in books.resolved.triggers.items():
        if resolved.trigger.latched:
            breached = books.breached[name]
            books.recorder.require_zero(f"trigger {name} stays breached", breached.opening & ~breached.now)
