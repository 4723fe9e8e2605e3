"""The regulatory capital of a deal's notes under sets of parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

import numpy as np

from securitize.base.errors import UsageError
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.rules.capital import CapitalSet, InternalSet, RatingsSet, StandardisedSet
from securitize.engine.calculation import Calculation
from securitize.engine.targets import target_of
from securitize.risk.capital.approaches import (
    Capital,
    PoolCredit,
    Tranche,
    by_rating,
    effective_number,
    internal,
    standardised,
)
from securitize.studies.rules.rule_checks import CheckTerms, require_notes
from securitize.tables import Columns
from securitize.tables.rows import Rows
from securitize.waterfall.measures import measure_note

SCOPE = "payer credit only"
#: Capital of an unrated company's debt: 8% of a weight of 100%.
STANDARD_CAPITAL = 0.08


def tranches_of(calculation: Calculation, ratings: Mapping[str, str]) -> list[Tranche]:
    """The notes as tranches: a reserve does not count, notes of one rank stand beside one another."""
    deal, owed = calculation.prepared.deal, calculation.prepared.outstanding
    lines = calculation.one_path
    whole, senior = sum(owed.values()), min(n.rank for n in deal.notes.values())
    found = []
    for name, note in sorted(deal.notes.items(), key=lambda item: item[1].rank):
        below = sum(owed[other] for other, terms in deal.notes.items() if terms.rank > note.rank)
        beside = sum(owed[other] for other, terms in deal.notes.items() if terms.rank == note.rank)
        if not beside:
            continue
        years = measure_note(calculation.resolved, lines, name).wal_years[0]
        found.append(
            Tranche(
                name, below / whole, (below + beside) / whole, note.rank == senior,
                5.0 if np.isnan(years) else float(years), ratings.get(name, note.rating),
            )
        )  # fmt: skip
    return found


def note_capital(calculation: Calculation, sets: Sequence[Loaded[CapitalSet]], terms: CheckTerms) -> Columns:
    """Table ``note_capital``. Raises UsageError where a set does not hold on the day, or a note is not known."""
    prepared = calculation.prepared
    require_notes(prepared.deal, list(terms.ratings))
    day = terms.as_of or prepared.today.notes
    credit = PoolCredit(
        STANDARD_CAPITAL * terms.risk_weight, terms.delinquent, terms.unknown, terms.internal,
        effective_number(target_of(prepared).owed()), terms.lgd,
    )  # fmt: skip
    rows = Rows("note_capital")
    for loaded in sets:
        rules = loaded.model
        if day < rules.valid_from or (rules.valid_until is not None and day > rules.valid_until):
            shown = {"name": rules.name, "since": rules.valid_from, "day": day}
            if rules.valid_until is None:
                raise UsageError("{name} holds from {since} on, not on {day}: say another --as-of", **shown)
            raise UsageError(
                "{name} holds from {since} to {until}, not on {day}: say another --as-of",
                until=rules.valid_until,
                **shown,
            )
        for tranche in tranches_of(calculation, terms.ratings):
            found, why = _capital(rules, tranche, credit)
            rows.add(
                set=rules.name,
                note=tranche.note,
                approach=rules.approach,
                attachment=tranche.attachment,
                detachment=tranche.detachment,
                k_pool=found.pool if found else None,
                p=found.p if found else None,
                capital=found.capital if found else None,
                risk_weight=found.weight if found else None,
                floor_applies=bool(found and found.floored),
                why_not=why,
                version=rules.version,
                as_of=day,
                scope=SCOPE,
            )
    return rows.columns


def _capital(rules: CapitalSet, tranche: Tranche, credit: PoolCredit) -> tuple[Capital | None, str | None]:
    match rules:
        case StandardisedSet():
            return standardised(rules, tranche, credit), None
        case RatingsSet():
            found = by_rating(rules, tranche)
            return found, None if found else "the note has no rating: say --rating NOTE=RATING"
        case InternalSet():
            found = internal(rules, tranche, credit)
            return found, None if found else "the pool's internal capital is not given: --k-irb"
        case _:
            assert_never(rules)
