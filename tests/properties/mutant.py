"""One seeded mutant of the engine: a mistake that waterfall programs really make, as a change of text."""

from __future__ import annotations

from typing import NamedTuple

STEPS = "rules/steps.py"
TRIGGERS = "rules/triggers.py"
BOOKS = "rules/books.py"
SUPPORT_BOOKS = "rules/support_books.py"
LIMITS = "rules/limits.py"
RESOLVE = "resolve.py"
REDEMPTION = "redemption.py"
FORMULAS = "formulas.py"
EXPRESSIONS = "expressions.py"
OPERATIONS = "operations.py"
PLAN = "plan.py"
ORDER = "rules/__init__.py"
INTEREST = "rules/interest.py"
CLAIMS = "rules/claims.py"
NOTE_BOOKS = "rules/note_books.py"
CALLS = "rules/calls.py"
FEES = "rules/fees.py"
RESERVES = "rules/reserves.py"
COVERAGE = "rules/coverage.py"
RATES = "rates.py"
DAYS = "../market/day_counts.py"
NOTES = "../definitions/deals/notes.py"
PAYEES = "../definitions/deals/payees.py"


class Mutant(NamedTuple):
    """One change: in ``file`` of ``securitize/waterfall`` the text ``old``, which occurs once, becomes ``new``."""

    name: str
    file: str
    old: str
    new: str
