"""Every seeded mutant of the engine.

The differential test must see every one of them; ``EQUIVALENT`` changes no meaning and must pass.
"""

from __future__ import annotations

from tests.properties import (
    mutants_of_books,
    mutants_of_dates,
    mutants_of_machine,
    mutants_of_notes,
    mutants_of_steps,
    mutants_of_triggers,
)
from tests.properties.mutant import STEPS, Mutant

MUTANTS = [
    *mutants_of_notes.MUTANTS,
    *mutants_of_books.MUTANTS,
    *mutants_of_steps.MUTANTS,
    *mutants_of_triggers.MUTANTS,
    *mutants_of_dates.MUTANTS,
    *mutants_of_machine.MUTANTS,
]

EQUIVALENT = Mutant("nothing", STEPS, "shares, left = [], amount", "shares, left = [], amount + 0")
