"""Mutants of triggers and coverage: section 8."""

from __future__ import annotations

from tests.properties.mutant import COVERAGE, PAYEES, TRIGGERS, Mutant

MUTANTS = [
    Mutant(
        "latched trigger cures",
        TRIGGERS,
        "kept.breached.now = before | (trips & tested)",
        "kept.breached.now = (before & ~tested) | (trips & tested)",
    ),
    Mutant(
        "next-payment trigger acts at once",
        TRIGGERS,
        "breached = kept.breached.now if seen_at_once(trigger) else kept.breached.opening",
        "breached = kept.breached.now",
    ),
    Mutant(
        "collections trigger breaches at equality",
        TRIGGERS,
        'return collected < product(scheduled, trigger.threshold, RATE_UNITS, "up")',
        'return ~(collected > product(scheduled, trigger.threshold, RATE_UNITS, "up"))',
    ),
    Mutant(
        "coverage trigger breaches at equality",
        COVERAGE,
        'return numerator < product(denominator, trigger.threshold, RATE_UNITS, "up")',
        'return ~(numerator > product(denominator, trigger.threshold, RATE_UNITS, "up"))',
    ),
    Mutant(
        "DSCR without senior fees",
        COVERAGE,
        "for name in senior_fees(books.resolved)])",
        "for name in senior_fees(books.resolved)[:0]])",
    ),
    Mutant(
        "coverage counts one rank less",
        COVERAGE,
        "ranked = books.resolved.deal.down_to(trigger.rank)",
        "ranked = books.resolved.deal.down_to(trigger.rank - 1)",
    ),
    Mutant(
        "acceleration outranks default",
        TRIGGERS,
        "for priority in reversed(by_severity):",
        "for priority in by_severity:",
    ),
    Mutant(
        "scheduled collections of a called pool go on",
        TRIGGERS,
        "scheduled = books.live(books.recorder.constant(books.resolved.scheduled))",
        "scheduled = books.recorder.constant(books.resolved.scheduled)",
    ),
    Mutant(
        "default threshold rounded up",
        TRIGGERS,
        'constant(books.resolved.opening_performing), threshold, RATE_UNITS, "down"',
        'constant(books.resolved.opening_performing), threshold, RATE_UNITS, "up"',
    ),
    Mutant(
        "capitalised interest is missing in the schedule",
        COVERAGE,
        "return scheduled + (capitalised & (scheduled > 0))",
        "return scheduled",
    ),
    Mutant(
        "capitalised interest stays after the schedule ends",
        COVERAGE,
        "capitalised & (scheduled > 0)",
        "capitalised",
    ),
    Mutant(
        "failed tests need not be in a row",
        TRIGGERS,
        "now = (count.now + 1) & outcome",
        "now = count.now + (outcome & 1)",
    ),
    Mutant(
        "dates without a test count",
        TRIGGERS,
        "count.now = (tested & now) | (~tested & count.now)",
        "count.now = now",
    ),
    Mutant(
        "one test cures",
        TRIGGERS,
        "cured = _in_a_row(kept.passed, ~fails, tested, resolved.trigger.cure)",
        "cured = ~fails",
    ),
    Mutant(
        "triggers active before their effect",
        TRIGGERS,
        "kept.active = breached & r.flag(resolved.effective)",
        "kept.active = breached",
    ),
    Mutant("sales without a forecast fail", TRIGGERS, "return fails & positive(forecast)", "return fails"),
    Mutant(
        "sales of the date alone",
        TRIGGERS,
        'books.live(books.recorder.input("sales")), trigger.periods)',
        'books.live(books.recorder.input("sales")), 1)',
    ),
    Mutant(
        "sales corridor fails at its upper edge",
        TRIGGERS,
        'fails = fails | (sales > product(forecast, trigger.upper, RATE_UNITS, "down"))',
        'fails = fails | ~(sales < product(forecast, trigger.upper, RATE_UNITS, "down"))',
    ),
    Mutant(
        "pool balance fails at equality",
        TRIGGERS,
        'return books.performing < product(opening, threshold, RATE_UNITS, "up")',
        'return ~(books.performing > product(opening, threshold, RATE_UNITS, "up"))',
    ),
    Mutant(
        "a rating fails where it is just met",
        TRIGGERS,
        "return books.rating(support) > RATINGS.index(below)",
        "return books.rating(support) > RATINGS.index(below) - 1",
    ),
    Mutant(
        "a provider defaults where it pays nothing",
        TRIGGERS,
        "return books.pays(support) < RATE_UNITS",
        "return books.pays(support) < 1",
    ),
    Mutant(
        "a reserve just at its target fails",
        TRIGGERS,
        "return books.accounts[account].balance.now < reserve_target(books, account)",
        "return ~(books.accounts[account].balance.now > reserve_target(books, account))",
    ),
    Mutant(
        "a deficiency fails at its threshold",
        TRIGGERS,
        'return ledgers > product(balances, threshold, RATE_UNITS, "down")',
        'return ~(ledgers < product(balances, threshold, RATE_UNITS, "down"))',
    ),
    Mutant(
        "all is any",
        TRIGGERS,
        "functools.reduce(operator.and_, breached)",
        "functools.reduce(operator.or_, breached)",
    ),
    Mutant(
        "a combination sees the date before",
        TRIGGERS,
        "[books.triggers[each].breached.now for each in names]",
        "[books.triggers[each].breached.opening for each in names]",
    ),
    Mutant(
        "current interest does not end the senior fees",
        PAYEES,
        '"current-interest": _INTEREST,\n        "deferred-interest": _INTEREST,',
        '"current-interest": _NOTE,\n        "deferred-interest": _NOTE,',
    ),
]
