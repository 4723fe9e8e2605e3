"""Mutants of the steps of a priority and what they pay: section 10."""

from __future__ import annotations

from tests.properties.mutant import NOTE_BOOKS, STEPS, Mutant

MUTANTS = [
    Mutant(
        "accounts drawn in reverse", STEPS, "for account in sources[:-1]:", "for account in sources[:0:-1]:"
    ),
    Mutant(
        "limits round up",
        STEPS,
        'return product(base, limit.percent, RATE_UNITS, "down")',
        'return product(base, limit.percent, RATE_UNITS, "up")',
    ),
    Mutant(
        "named limits ignore support",
        STEPS,
        "books.limits[name].now - cash - total(r, supported)",
        "books.limits[name].now - cash",
    ),
    Mutant("pass-through notes share nothing", STEPS, "if len(members) < 2:", "if len(members) < 99:"),
    Mutant(
        "repayments leave the distribution amount",
        STEPS,
        "if books.resolved.notes[name].note.principal.shares_collections:",
        "if False:",
    ),
    Mutant(
        "missed principal is not caught up",
        STEPS,
        "by_rule = excess(balance, scheduled_balance(books, name))",
        "by_rule = minimum(excess(balance, scheduled_balance(books, name)), balance - excess(balance, 1))",
    ),
    Mutant(
        "interest that support pays stays due",
        STEPS,
        "            left = amount\n            for part",
        "            left = cash\n            for part",
    ),
    Mutant(
        "fees that support pays do not use the cap",
        STEPS,
        "fee.cap_left.now = fee.cap_left.now - amount",
        "fee.cap_left.now = fee.cap_left.now - cash",
    ),
    Mutant(
        "excess fees use the cap",
        STEPS,
        'case "fee-excess":\n            _pay_fee(books.fees[name], amount)\n',
        'case "fee-excess":\n            fee = books.fees[name]\n            _pay_fee(fee, amount)\n'
        "            if fee.cap_left is not None:\n"
        "                fee.cap_left.now = fee.cap_left.now - amount\n",
    ),
    Mutant("member limits forgotten", STEPS, "if text in step.member_limits:", "if False:"),
    Mutant("the last condition alone counts", STEPS, "in step.when:", "in step.when[-1:]:"),
    Mutant(
        "support shared by what is due, not by what is lacking",
        STEPS,
        "_call_on(books, name, wanted, lacking,",
        "_call_on(books, name, wanted, dues,",
    ),
    Mutant(
        "the second support pays everything again",
        STEPS,
        "wanted = asked - cash - total(r, supported)",
        "wanted = asked - cash",
    ),
    Mutant(
        "a reserve is released below its target",
        STEPS,
        "return excess(books.accounts[name].balance.now, reserve_target(books, name))",
        "return books.accounts[name].balance.now",
    ),
    Mutant(
        "coverage of a support rounded to the nearest",
        STEPS,
        'product(lacking, on_dates.support.coverage, RATE_UNITS, "down")',
        'product(lacking, on_dates.support.coverage, RATE_UNITS, "half-up")',
    ),
    Mutant(
        "a defaulted provider pays",
        STEPS,
        'owed = product(owed, books.pays(name), RATE_UNITS, "down")',
        "owed = owed",
    ),
    Mutant(
        "a late provider pays at once",
        STEPS,
        "drawn = _of_arrears(books, name, owed) if kept.late else owed",
        "drawn = owed",
    ),
    Mutant(
        "support outside its dates",
        STEPS,
        "owed = owed & books.recorder.flag(on_dates.callable)",
        "owed = owed",
    ),
    Mutant(
        "limits of a support before its coverage",
        STEPS,
        "owed = owed if left is None else minimum(owed, left)",
        'owed = owed if left is None else minimum(owed, product(left, on_dates.support.coverage, RATE_UNITS, "down"))',
    ),
    Mutant(
        "support of certificates in cents",
        STEPS,
        "shares = [in_units(share, unit) for share, unit in zip(shares, units, strict=True)]",
        "shares = list(shares)",
    ),
    Mutant(
        "payments to certificates in cents",
        STEPS,
        "paid = [in_units(amount, unit) for amount, unit in zip(paid, units, strict=True)]",
        "paid = list(paid)",
    ),
    Mutant(
        "current interest first",
        NOTE_BOOKS,
        'case "deferred-first":\n            return [*deferred, current]\n',
        'case "deferred-first":\n            return [current, *deferred]\n',
    ),
    Mutant(
        "deferred interest before the interest on it",
        STEPS,
        "[kept.on_deferred, kept.deferred]",
        "[kept.deferred, kept.on_deferred]",
    ),
    Mutant(
        "current interest includes what is deferred",
        STEPS,
        "return [kept.current]",
        "return [kept.current, *deferred]",
    ),
    Mutant(
        "puts that support pays stay put",
        STEPS,
        "books.notes[name].put.now = books.notes[name].put.now - amount",
        "books.notes[name].put.now = books.notes[name].put.now - cash",
    ),
    Mutant(
        "a put of more than the balance",
        STEPS,
        "return note.put.now if note.put.now.never() else minimum(note.put.now, note.balance.now)",
        "return note.put.now",
    ),
    Mutant(
        "a cured deficiency distributes nothing",
        STEPS,
        "books.distribution.now = books.distribution.now + amount",
        "books.distribution.now = books.distribution.now + 0",
    ),
    Mutant(
        "support is debited to the ledgers",
        STEPS,
        "debit(books, cash)",
        "debit(books, cash + total(r, supported))",
    ),
    Mutant(
        "a target of one note alone", STEPS, "for note in (name, *principal.with_)]", "for note in (name,)]"
    ),
    Mutant(
        "a target without its deduction",
        STEPS,
        "RATE_UNITS, rounding), principal.less)",
        "RATE_UNITS, rounding), 0)",
    ),
    Mutant(
        "limits by collections see interest alone",
        STEPS,
        "            base = books.collections\n",
        '            base = books.streams["interest"]\n',
    ),
]
