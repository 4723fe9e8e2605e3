"""Every seeded mutant of the engine.

The differential test must see every one of them; those of ``EQUIVALENT`` change no meaning and must pass.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.properties import (
    mutants_of_books,
    mutants_of_dates,
    mutants_of_holders,
    mutants_of_machine,
    mutants_of_notes,
    mutants_of_steps,
    mutants_of_triggers,
)
from tests.properties.mutant import DAYS, NOTES, STEPS, Mutant

MUTANTS = [
    *mutants_of_notes.MUTANTS,
    *mutants_of_books.MUTANTS,
    *mutants_of_steps.MUTANTS,
    *mutants_of_triggers.MUTANTS,
    *mutants_of_dates.MUTANTS,
    *mutants_of_holders.MUTANTS,
    *mutants_of_machine.MUTANTS,
]

#: Changes that mean nothing, one on each floor that has mutants.
EQUIVALENT = [
    Mutant("nothing", STEPS, "shares, left = [], amount", "shares, left = [], amount + 0"),
    Mutant("nothing", DAYS, '"NL/365": 365,', '"NL/365": 365 + 0,'),
    Mutant("nothing", NOTES, "divmod(self.balance,", "divmod(self.balance + 0,"),
]

#: The number of the first deal that shows a mutant, where it is not 0: tried first, so that a hunt is short. What is
#: not told here, or no longer holds, is found as ever, deal after deal; ``tests.properties.first_seen`` renews it.
SEEN_BY: dict[str, int] = tomllib.loads(Path(__file__).with_name("seen_by.toml").read_text(encoding="utf-8"))
