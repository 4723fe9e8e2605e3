"""Seeded mutants of the engine: mistakes that waterfall programs really make, each as one change of text.

The differential test must see every one of them; ``EQUIVALENT`` changes no meaning and must pass.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """One change: in ``file`` of ``securitize/waterfall`` the text ``old``, which occurs once, becomes ``new``."""

    name: str
    file: str
    old: str
    new: str


ACCRUALS, STEPS, TRIGGERS = "rules/accruals.py", "rules/steps.py", "rules/triggers.py"
BOOKS, CALL, RESOLVE, FORMULAS = "rules/books.py", "rules/call.py", "resolve.py", "formulas.py"
EXPRESSIONS, PLAN, ORDER = "expressions.py", "plan.py", "rules/__init__.py"

MUTANTS = [
    Mutant(
        "interest on the closing balance",
        ACCRUALS,
        "accrued = product(books.balances[name].opening, numerator",
        "accrued = product(minimum(books.balances[name].opening, resolved.scheduled), numerator",
    ),
    Mutant(
        "interest is never carried",
        ACCRUALS,
        "due = accrued + on_unpaid + unpaid.opening",
        "due = accrued + on_unpaid",
    ),
    Mutant(
        "interest on unpaid interest for every note",
        ACCRUALS,
        'if resolved.note.interest_on_unpaid == "coupon":',
        'if resolved.note.interest_on_unpaid != "never":',
    ),
    Mutant(
        "fees stop while interest is still unpaid",
        BOOKS,
        "(*self.balances.values(), *self.unpaid_interest.values())",
        "tuple(self.balances.values())",
    ),
    Mutant(
        "surcharge on the fee instead of the tax",
        ACCRUALS,
        "product(tax, fee.surcharge, RATE_UNITS, deal.rounding)",
        "product(net, fee.surcharge, RATE_UNITS, deal.rounding)",
    ),
    Mutant(
        "fee base is the pool at the end of the period",
        ACCRUALS,
        'r.input("performing_before") & ~books.called.opening',
        'r.input("performing") & ~books.called.opening',
    ),
    Mutant(
        "inclusive tax taken as exclusive",
        ACCRUALS,
        "whole = RATE_UNITS + fee.rate if fee.inclusive else RATE_UNITS",
        "whole = RATE_UNITS",
    ),
    Mutant(
        "target floor after the cap",
        ACCRUALS,
        "amount = minimum(amount, target.cap)",
        'amount = maximum(minimum(amount, target.cap), getattr(target, "floor", 0))',
    ),
    Mutant(
        "reserve target keeps after the notes are nil",
        ACCRUALS,
        'if "notes-nil" in target.zero_at:',
        'if "notes-nil" in target.zero_at and False:',
    ),
    Mutant(
        "reserve target keeps at the legal final",
        ACCRUALS,
        'if "legal-final" in target.zero_at:',
        'if "legal-final" in target.zero_at and False:',
    ),
    Mutant(
        "pool target from the cut-off",
        ACCRUALS,
        "return product(books.performing, target.rate",
        "return product(r.constant(books.resolved.opening_performing), target.rate",
    ),
    Mutant("cap never renewed in a new year", BOOKS, 'elif per == "year":', 'elif per == "century":'),
    Mutant(
        "year of the cap counted from closing",
        RESOLVE,
        "t == 0 or years[t] != years[t - 1]",
        "t % 4 == 0",
    ),
    Mutant(
        "collections of a called pool go on",
        BOOKS,
        "return amount if self.resolved.deal.clean_up_call is None else amount & ~self.called.opening",
        "return amount",
    ),
    Mutant(
        "streams all to the main account",
        BOOKS,
        "deal.collections.get(stream, self.resolved.main_account)",
        "self.resolved.main_account",
    ),
    Mutant(
        "reimbursed support stays used",
        STEPS,
        "if books.resolved.deal.support[name].reinstates:",
        "if False:",
    ),
    Mutant(
        "support limit per payment forgotten",
        BOOKS,
        "if support.limit_per_payment is not None:",
        "if support.limit_per_payment is not None and False:",
    ),
    Mutant(
        "call without counting the notes",
        CALL,
        "exercised & ~(money < fees + interest + balances)",
        "exercised & ~(money < fees + interest)",
    ),
    Mutant(
        "call strictly below its threshold", CALL, "& ~(performing > at_most)", "& (performing < at_most)"
    ),
    Mutant(
        "call price leaves principal as it was",
        BOOKS,
        "return self.final | self.called.now",
        "return self.final | self.called.opening",
    ),
    Mutant(
        "latched trigger cures",
        TRIGGERS,
        "kept = state.opening if trigger.latched else",
        "kept = state.opening & ~tested if trigger.latched else",
    ),
    Mutant(
        "next-payment trigger acts at once",
        TRIGGERS,
        'books.active[name] = state.opening if trigger.effect == "next-payment" else state.now',
        "books.active[name] = state.now",
    ),
    Mutant(
        "collections trigger breaches at equality",
        TRIGGERS,
        'return collected < product(scheduled, trigger.threshold, RATE_UNITS, "up")',
        'return ~(collected > product(scheduled, trigger.threshold, RATE_UNITS, "up"))',
    ),
    Mutant(
        "coverage trigger breaches at equality",
        TRIGGERS,
        'return numerator < product(denominator, trigger.threshold, RATE_UNITS, "up")',
        'return ~(numerator > product(denominator, trigger.threshold, RATE_UNITS, "up"))',
    ),
    Mutant(
        "DSCR without senior fees",
        TRIGGERS,
        "[books.fee_due(name) for name in senior_fees(books.resolved)]",
        "[books.fee_due(name) for name in senior_fees(books.resolved)[:0]]",
    ),
    Mutant(
        "coverage counts one rank less",
        TRIGGERS,
        "if resolved.note.rank <= trigger.rank",
        "if resolved.note.rank < trigger.rank",
    ),
    Mutant(
        "acceleration outranks default",
        TRIGGERS,
        '("default", "acceleration")',
        '("acceleration", "default")',
    ),
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
        "books.limit_left[name].now - cash - total(r, supported)",
        "books.limit_left[name].now - cash",
    ),
    Mutant(
        "pass-through notes share nothing",
        STEPS,
        "if len(members) < 2:",
        "if len(members) < 99:",
    ),
    Mutant(
        "redemption leaves the distribution amount",
        STEPS,
        'if books.resolved.notes[name].note.principal.kind == "collected":',
        'if payee.kind == "principal" and books.resolved.notes[name].note.principal.kind == "collected":',
    ),
    Mutant(
        "missed principal is not caught up",
        STEPS,
        "by_rule = excess(balance, books.recorder.constant(resolved.scheduled))",
        "by_rule = minimum(excess(balance, books.recorder.constant(resolved.scheduled)), balance - excess(balance, 1))",
    ),
    Mutant("leftover unit to the last", FORMULAS, 'if leftover == "first":', 'if leftover == "largest":'),
    Mutant(
        "shares rounded each for itself",
        FORMULAS,
        'product(amount, before + weight, whole, "up") - product(amount, before, whole, "up")',
        'product(amount, weight, whole, "down")',
    ),
    Mutant(
        "largest takes equals from behind",
        FORMULAS,
        "other & (~(other < weight) if j < i else weight < other)",
        "other & (weight < other)",
    ),
    Mutant("coupon steps a day late", RESOLVE, "if step.from_ <= day:", "if step.from_ < day:"),
    Mutant("bullet a period late", RESOLVE, "day >= principal.date:", "day > principal.date:"),
    Mutant(
        "fee window always of interest",
        RESOLVE,
        'window = schedule.accrual if fee.window == "interest-period" else schedule.collection',
        "window = schedule.accrual",
    ),
    Mutant("first fee date skipped", RESOLVE, "    dates, k = [], 1\n", "    dates, k = [], 2\n"),
    Mutant(
        "one-off fee strictly after its date",
        RESOLVE,
        "if payment[t] >= fee.date), None)",
        "if payment[t] > fee.date), None)",
    ),
    Mutant(
        "triggers tested one date late",
        RESOLVE,
        "tested=tuple(d >= first for d in payment)",
        "tested=tuple(d > first for d in payment)",
    ),
    Mutant(
        "skipped sections jump one too far",
        PLAN,
        "targets.append(place[i + 1 + each.result] if each.op is Op.SKIP else -1)",
        "targets.append(place[min(i + 2 + each.result, len(kept))] if each.op is Op.SKIP else -1)",
    ),
    Mutant(
        "registers freed while still read",
        PLAN,
        "if self.last_use.get(operand) == place and",
        "if self.last_use.get(operand, -1) <= place + 3 and",
    ),
    Mutant(
        "variables not merged after a section",
        EXPRESSIONS,
        "            self.variables[name].now = merged[name]\n",
        "            self.variables[name].now = before[name]\n",
    ),
    Mutant(
        "a value made in a skipped section used after it",
        EXPRESSIONS,
        "        self._known.pop()\n",
        "        self._known[-2].update(self._known.pop())\n",
    ),
    Mutant(
        "states overwritten while still read",
        PLAN,
        "self.states[state].opening.number, -1) < place:",
        "self.states[state].opening.number, -1) < place + 40:",
    ),
    Mutant(
        "half-even as half-up", EXPRESSIONS, '"half-even": Op.RATIO_EVEN,', '"half-even": Op.RATIO_HALF_UP,'
    ),
    Mutant(
        "interest that support pays stays due",
        STEPS,
        "books.unpaid_interest[name].now - amount",
        "books.unpaid_interest[name].now - cash",
    ),
    Mutant(
        "fees that support pays do not use the cap",
        STEPS,
        "books.fee_cap_left[name].now - amount",
        "books.fee_cap_left[name].now - cash",
    ),
    Mutant("excess fees use the cap", STEPS, 'if payee.kind == "fee" and name in', "if name in"),
    Mutant("member limits forgotten", STEPS, "if text in step.member_limits:", "if False:"),
    Mutant("the last condition alone counts", STEPS, "in step.when:", "in step.when[-1:]:"),
    Mutant(
        "support shared by what is due, not by what is lacking",
        STEPS,
        "asked - cash - total(r, supported), lacking, step)",
        "asked - cash - total(r, supported), dues, step)",
    ),
    Mutant(
        "the second support pays everything again",
        STEPS,
        "asked - cash - total(r, supported), lacking, step)",
        "asked - cash, lacking, step)",
    ),
    Mutant(
        "a reserve is released below its target",
        STEPS,
        "return excess(books.accounts[name].now, reserve_target(books, name))",
        "return books.accounts[name].now",
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
        "call without counting the fees",
        CALL,
        "exercised & ~(money < fees + interest + balances)",
        "exercised & ~(money < interest + balances)",
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
        'threshold, RATE_UNITS, "down"',
        'threshold, RATE_UNITS, "up"',
    ),
    Mutant(
        "notes-nil looks at the balances before the payments",
        ACCRUALS,
        "positive(total(r, [balance.now for balance",
        "positive(total(r, [balance.opening for balance",
    ),
    Mutant(
        "months of interest at the coupon of the past period",
        RESOLVE,
        "_coupon_on(note, accrual_dates[t + 1]) for t",
        "_coupon_on(note, accrual_dates[t]) for t",
    ),
    Mutant(
        "days of ACT/365F by 360",
        "../market/day_counts.py",
        '"ACT/365F": 365,',
        '"ACT/365F": 360,',
    ),
    Mutant(
        "leap days by the year of the end",
        "../market/day_counts.py",
        "(365 if calendar.isleap(year) else 366)",
        "(365 if calendar.isleap(end.year) else 366)",
    ),
    Mutant(
        "end of February not the thirtieth",
        "../market/day_counts.py",
        "if _ends_february(start):",
        "if False:",
    ),
    Mutant("after-payment tests forgotten", ORDER, '    triggers.test(books, "after-payment")\n', ""),
]

EQUIVALENT = Mutant("nothing", STEPS, "shares, left = [], amount", "shares, left = [], amount + 0")
