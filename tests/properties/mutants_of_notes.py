"""Mutants of interest, settlements, puts, payment in kind and calls: sections 1, 5 and 9."""

from __future__ import annotations

from tests.properties.mutant import CALLS, CLAIMS, FEES, INTEREST, NOTES, REDEMPTION, RESERVES, STEPS, Mutant

MUTANTS = [
    Mutant(
        "interest on the closing balance",
        INTEREST,
        "interest_on(books, name, kept.balance.opening, times)",
        "interest_on(books, name, minimum(kept.balance.opening, books.recorder.constant(resolved.scheduled)), times)",
    ),
    Mutant(
        "interest is never carried",
        CLAIMS,
        "kept.deferred.now = kept.deferred.now + kept.current.now",
        "kept.deferred.now = kept.current.now",
    ),
    Mutant(
        "interest on unpaid interest for every note",
        NOTES,
        'case "none":\n                return None\n',
        'case "none":\n                return UnpaidAtCoupon(kind="coupon")\n',
    ),
    Mutant(
        "call without counting the notes",
        CALLS,
        "return total(books.recorder, owed) + _balances(books)",
        "return total(books.recorder, owed)",
    ),
    Mutant(
        "call strictly below its threshold", CALLS, "& ~(performing > at_most)", "& (performing < at_most)"
    ),
    Mutant(
        "call without counting the fees",
        CALLS,
        "for amount in (fee.unpaid.now, fee.pending.now)",
        "for amount in (fee.pending.now,)",
    ),
    Mutant(
        "call without counting what fees have accrued",
        CALLS,
        "for amount in (fee.unpaid.now, fee.pending.now)",
        "for amount in (fee.unpaid.now,)",
    ),
    Mutant(
        "call without counting what supports charge",
        CALLS,
        "for amount in (one.interest.now, one.fee.now)",
        "for amount in (one.interest.now,)",
    ),
    Mutant("fees go on after a redemption", FEES, "net = net & ~books.redeemed.opening", "pass"),
    Mutant(
        "fees of support go on after a redemption",
        FEES,
        "charged = charged & ~books.redeemed.opening",
        "pass",
    ),
    Mutant(
        "a reserve keeps its target after a redemption",
        RESERVES,
        "return amount & ~books.redeemed.now",
        "return amount",
    ),
    Mutant(
        "the premium of certificates rounded down",
        CALLS,
        'return ratio(product(before, over_par, RATE_UNITS, "up"), 1, unit, "up") * unit',
        'return ratio(product(before, over_par, RATE_UNITS, "up"), 1, unit, "down") * unit',
    ),
    Mutant(
        "the rest of a redemption to the first who takes all",
        REDEMPTION,
        "if payee.rule.takes_the_rest][-1:]",
        "if payee.rule.takes_the_rest][:1]",
    ),
    Mutant(
        "a redemption sweeps one account",
        REDEMPTION,
        "sources = (main_account, *(name for name in deal.accounts if name != main_account))",
        "sources = (main_account,)",
    ),
    Mutant(
        "a redemption repays junior ranks first",
        REDEMPTION,
        "for rank in sorted({note.rank for note in deal.notes.values()}):",
        "for rank in sorted({note.rank for note in deal.notes.values()}, reverse=True):",
    ),
    Mutant(
        "what fees have accrued is not due at a redemption",
        CALLS,
        "falls_due = kept.pending.now & books.redeemed_now",
        "falls_due = kept.pending.now & books.redeemed.opening",
    ),
    Mutant(
        "a redemption rounds to whole certificates",
        STEPS,
        'units = [1 if place[0] == "redemption" else _unit(books, payee) for payee in payees]',
        "units = [_unit(books, payee) for payee in payees]",
    ),
    Mutant(
        "margin of a floating rate forgotten",
        INTEREST,
        'books.period_input(f"fixing.{key}") + rule.margin, rule.floor',
        'books.period_input(f"fixing.{key}"), rule.floor',
    ),
    Mutant(
        "floor of the index instead of the rate",
        INTEREST,
        'maximum(books.period_input(f"fixing.{key}") + rule.margin, rule.floor)',
        'maximum(maximum(books.period_input(f"fixing.{key}"), rule.floor) + rule.margin, 0)',
    ),
    Mutant(
        "floor of a rate above its cap",
        INTEREST,
        "floated = minimum(floated, rule.cap)",
        "floated = maximum(minimum(floated, rule.cap), rule.floor)",
    ),
    Mutant(
        "first rate forgotten",
        INTEREST,
        "return (first & (0 if rule.first_rate is None else rule.first_rate)) | (~first & floated)",
        "return floated | (first & 0)",
    ),
    Mutant(
        "interest on accounts always rounded down",
        INTEREST,
        "product(bears_interest(books, name), times, rate.denominator, rounding)",
        'product(bears_interest(books, name), times, rate.denominator, "down")',
    ),
    Mutant(
        "interest on accounts counts today's money",
        INTEREST,
        "product(bears_interest(books, name), times",
        'product(bears_interest(books, name) + total(books.recorder, [books.recorder.input("interest")]), times',
    ),
    Mutant(
        "simple interest on unpaid interest compounds",
        INTEREST,
        "joined = kept.deferred if bears.compounding else kept.on_deferred",
        "joined = kept.deferred",
    ),
    Mutant(
        "interest on interest on unpaid interest",
        INTEREST,
        "kept.deferred.opening, on_unpaid",
        "kept.unpaid_before, on_unpaid",
    ),
    Mutant("margin on unpaid interest forgotten", INTEREST, "times + years * bears.margin", "times"),
    Mutant(
        "one coupon step of a trigger alone",
        INTEREST,
        "times = times + (books.triggers",
        'times = numerator(books, f"notes.{name}", resolved.rate) + (books.triggers',
    ),
    Mutant(
        "interest of certificates rounded like any other",
        INTEREST,
        'return "down" if note.certificates else books.resolved.deal.rounding',
        "return books.resolved.deal.rounding",
    ),
    Mutant(
        "interest of certificates in cents",
        INTEREST,
        "return in_units(interest, resolved.unit)",
        "return interest",
    ),
    Mutant(
        "settled again on every date",
        CLAIMS,
        "_settles(books, name, settlement) & ~kept.settled.opening",
        "_settles(books, name, settlement)",
    ),
    Mutant(
        "settlement keeps no interest",
        CLAIMS,
        "_keep(part, settlement.interest_share, where, resolved.unit)",
        "_keep(part, 0, where, resolved.unit)",
    ),
    Mutant(
        "settlement leaves the simple interest",
        CLAIMS,
        "for part in (kept.current, kept.deferred, kept.on_deferred):",
        "for part in (kept.current, kept.deferred):",
    ),
    Mutant(
        "settlement rounds the loss down",
        CLAIMS,
        'product(part.now, share, RATE_UNITS, "down"), unit)) & where',
        'product(part.now, share, RATE_UNITS, "up"), unit)) & where',
    ),
    Mutant(
        "an unpaid put lapses", CLAIMS, "kept.put.now = kept.put.now + (amount &", "kept.put.now = (amount &"
    ),
    Mutant(
        "puts rounded to the nearest",
        CLAIMS,
        'in_units(product(kept.before, share, RATE_UNITS, "down"), resolved.unit)',
        'in_units(product(kept.before, share, RATE_UNITS, "half-up"), resolved.unit)',
    ),
    Mutant(
        "puts of the balance before a settlement",
        CLAIMS,
        "product(kept.before, share, RATE_UNITS",
        "product(kept.balance.opening, share, RATE_UNITS",
    ),
    Mutant(
        "amounts put above the balance",
        CLAIMS,
        "kept.put.now = minimum(kept.put.now, kept.balance.now)",
        "kept.put.now = kept.put.now",
    ),
    Mutant(
        "deficiency without recoveries",
        CLAIMS,
        'debit(books, excess(amount, books.streams["recovery"]))',
        "debit(books, amount)",
    ),
    Mutant(
        "ledgers debited in the order of their names",
        CLAIMS,
        "    for name in _ledgers(books):\n        kept",
        "    for name in sorted(_ledgers(books)):\n        kept",
    ),
    Mutant(
        "ledgers above the balance",
        CLAIMS,
        "minimum(amount, excess(kept.balance.now, kept.deficiency.now))",
        "minimum(amount, kept.balance.now)",
    ),
    Mutant(
        "ledgers not cut to the balance",
        CLAIMS,
        "kept.deficiency.now = minimum(kept.deficiency.now, kept.balance.now)",
        "kept.deficiency.now = kept.deficiency.now",
    ),
    Mutant("premium on the whole balance", CALLS, "excess(prices, RATE_UNITS)", "prices"),
    Mutant(
        "issuer pays without looking into the accounts",
        CALLS,
        "return excess(_owed(books), _money(books)) & exercised",
        "return _owed(books) & exercised",
    ),
    Mutant(
        "issuer does not pay the premiums in",
        CALLS,
        "for amount in (note.interest_due, note.premium.now)",
        "for amount in (note.interest_due,)",
    ),
    Mutant(
        "issuer calls what is called already",
        CALLS,
        "& ~books.called.now & positive(_balances(books))",
        "& ~books.called.opening & positive(_balances(books))",
    ),
]
