"""Mutants of accounts, fees, support, limits and the order of a payment date: sections 4, 6, 7, 10 and 11."""

from __future__ import annotations

from tests.properties.mutant import BOOKS, FEES, LIMITS, ORDER, RESERVES, SUPPORT_BOOKS, Mutant

MUTANTS = [
    Mutant(
        "fees stop while interest is still unpaid",
        BOOKS,
        "for part in (n.balance.opening, n.unpaid_before)]",
        "for part in (n.balance.opening,)]",
    ),
    Mutant(
        "surcharge on the fee instead of the tax",
        FEES,
        "product(tax, fee.surcharge, RATE_UNITS, deal.rounding)",
        "product(net, fee.surcharge, RATE_UNITS, deal.rounding)",
    ),
    Mutant(
        "fee base is the pool at the end of the period",
        FEES,
        'r.input("performing_before") & ~books.called.opening',
        'r.input("performing") & ~books.called.opening',
    ),
    Mutant(
        "inclusive tax taken as exclusive",
        FEES,
        "whole = rate + RATE_UNITS if fee.inclusive else r.constant(RATE_UNITS)",
        "whole = r.constant(RATE_UNITS)",
    ),
    Mutant(
        "target floor after the cap",
        RESERVES,
        "amount = minimum(amount, target.cap)",
        'amount = maximum(minimum(amount, target.cap), getattr(target, "floor", 0))',
    ),
    Mutant(
        "reserve target keeps after the notes are nil",
        RESERVES,
        'if "notes-nil" in target.zero_at:',
        'if "notes-nil" in target.zero_at and False:',
    ),
    Mutant(
        "reserve target keeps at the legal final",
        RESERVES,
        'if "legal-final" in target.zero_at:',
        'if "legal-final" in target.zero_at and False:',
    ),
    Mutant(
        "pool target from the cut-off",
        RESERVES,
        "return product(books.performing, target.rate",
        "return product(r.constant(books.resolved.opening_performing), target.rate",
    ),
    Mutant("cap never renewed in a new year", LIMITS, '"year": new_year, "life"', '"year": first, "life"'),
    Mutant(
        "collections of a called pool go on", BOOKS, "return amount & ~self.called.opening", "return amount"
    ),
    Mutant(
        "streams all to the main account",
        BOOKS,
        "deal.collections.get(stream, self.resolved.main_account)",
        "self.resolved.main_account",
    ),
    Mutant(
        "reimbursed support stays used",
        SUPPORT_BOOKS,
        "return self.outstanding if self.drawn_again else self.paid_in_all.now",
        "return self.paid_in_all.now",
    ),
    Mutant(
        "support limit per payment forgotten",
        BOOKS,
        "if support.limit_per_payment is not None:",
        "if support.limit_per_payment is not None and False:",
    ),
    Mutant(
        "call price leaves principal as it was",
        BOOKS,
        "everywhere = self.final | self.called.now |",
        "everywhere = self.final | self.called.opening |",
    ),
    Mutant(
        "distribution amount not carried",
        BOOKS,
        "self.distribution.now = self.distribution.now + total(",
        "self.distribution.now = total(",
    ),
    Mutant(
        "a called pool still performs on its date",
        BOOKS,
        'return self.recorder.input("performing") & ~self.called.now',
        'return self.recorder.input("performing") & ~self.called.opening',
    ),
    Mutant(
        "notes-nil looks at the balances before the payments",
        RESERVES,
        "positive(total(r, [note.balance.now for note",
        "positive(total(r, [note.balance.opening for note",
    ),
    Mutant("after-payment tests forgotten", ORDER, '    triggers.test(books, "after-payment")\n', ""),
    Mutant(
        "ledgers debited after settlements",
        ORDER,
        "    claims.debit_defaults(books)\n    claims.settle(books)\n",
        "    claims.settle(books)\n    claims.debit_defaults(books)\n",
    ),
    Mutant(
        "a fixed fee changes once a payment",
        FEES,
        "r.constant(resolved.counts) * amount",
        "r.constant(0) + amount",
    ),
    Mutant(
        "a fee changes for good",
        FEES,
        "breached = books.triggers[trigger].stood_breached",
        "breached = books.accumulate(trigger, books.triggers[trigger].stood_breached) < 0",
    ),
    Mutant(
        "interest on all that a support ever paid",
        FEES,
        "product(kept.outstanding_before, times",
        "product(kept.paid_in_all.opening, times",
    ),
    Mutant(
        "undrawn fee on the whole limit",
        FEES,
        "undrawn = r.constant(support.limit) - kept.used_before",
        "undrawn = r.constant(support.limit)",
    ),
    Mutant(
        "base at cut-off shrinks",
        FEES,
        "return r.constant(books.resolved.opening_performing)",
        'return r.input("performing_before")',
    ),
    Mutant(
        "early repayment forgotten",
        BOOKS,
        "everywhere = self.final | self.called.now | self.early_repayment.now",
        "everywhere = self.final | self.called.now",
    ),
    Mutant(
        "a settled note keeps its schedule",
        BOOKS,
        "return everywhere | self.notes[note].settled.now",
        "return everywhere",
    ),
    Mutant(
        "named limits of the pool a period late",
        LIMITS,
        'base = books.live(r.input("performing"))',
        'base = books.live(r.input("performing_before"))',
    ),
    Mutant(
        "named limits of notes from closing",
        LIMITS,
        "base = total(r, [books.notes[note].balance.opening for note in notes])",
        "base = r.constant(sum(books.resolved.deal.notes[note].balance for note in notes))",
    ),
    Mutant("limits over the life renewed", LIMITS, '"life": first}', '"life": new_year}'),
    Mutant(
        "trailing collections one date short",
        BOOKS,
        "for k in range(1, periods):",
        "for k in range(1, periods - 1):",
    ),
    Mutant(
        "the last active target counts",
        RESERVES,
        "for each in reversed(terms.targets_on):",
        "for each in terms.targets_on:",
    ),
    Mutant(
        "targets look at what is breached",
        RESERVES,
        "active = books.triggers[each.trigger].active",
        "active = books.triggers[each.trigger].breached.now",
    ),
]
