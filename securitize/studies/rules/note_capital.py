"""The regulatory capital of a deal's notes under sets of parameters.

Source: ``docs/reference/rules.md``, section 2.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import assert_never

import numpy as np

from securitize.base.errors import UsageError
from securitize.base.messages import Message
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.ratings import plain_rating
from securitize.definitions.rules.capital import CapitalSet, InternalSet, RatingsSet, StandardisedSet
from securitize.engine.calculation import Calculation
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.targets import target_of
from securitize.risk.capital.approaches import (
    Capital,
    PoolCredit,
    Tranche,
    attachment_points,
    by_rating,
    effective_number,
    internal,
    looked_through,
    standardised,
)
from securitize.risk.capital.formula import WEIGHT_OF_CAPITAL
from securitize.studies.rules.pool_balance import PoolBalance, pool_today
from securitize.studies.rules.rule_checks import CheckTerms, require_notes
from securitize.tables import Columns
from securitize.tables.rows import Rows
from securitize.waterfall.measures import weighted_average_life

SCOPE = "payer credit only"
#: Capital of an unrated company's debt: 8% of a weight of 100%.
STANDARD_CAPITAL = 0.08
#: Currencies whose notes are rated on international scales; elsewhere the user says whether they are.
INTERNATIONAL = frozenset({"USD", "EUR", "GBP", "CHF", "JPY", "AUD", "CAD", "HKD", "SGD"})
#: Currencies of notes whose own rule is not here, so that what is here only compares.
OWN_RULE_MISSING = frozenset({"CNY"})
WITHOUT_BALANCE = "a royalty has no balance to attach to: say --pool-balance AMOUNT"
#: Maturity of a note that is never paid, years.
NEVER_PAID = 5.0


def note_capital(calculation: Calculation, sets: Sequence[Loaded[CapitalSet]], terms: CheckTerms) -> Columns:
    """Table ``note_capital``. Raises UsageError where a set does not hold on the day, or a note is not known."""
    prepared = calculation.prepared
    require_notes(prepared.deal, list(terms.ratings))
    day = terms.as_of or prepared.today.notes
    pool = pool_today(calculation, terms.pool_balance)
    number = effective_number(target_of(prepared).owed())
    rows = Rows("note_capital")
    for loaded in sets:
        rules = loaded.model
        _require_in_force(rules, day)
        balance = pool.whole(rules.counts_closing_money)
        credit = PoolCredit(
            STANDARD_CAPITAL * terms.risk_weight, _delinquent(pool, balance, terms), terms.unknown,
            terms.internal, number, terms.lgd,
        )  # fmt: skip
        for tranche in tranches_of(calculation, balance, terms):
            found = _capital(rules, tranche, credit) if prepared.outstanding[tranche.note] else None
            if found is not None:
                average = _average_weight(rules, credit) if terms.pool_known else None
                found = looked_through(rules, tranche, average, found)
            rows.add(
                set=rules.name,
                note=tranche.note,
                approach=rules.approach,
                attachment=tranche.strip[0] if tranche.strip else None,
                detachment=tranche.strip[1] if tranche.strip else None,
                pool_balance=balance,
                reserves=pool.counted(rules.counts_closing_money),
                tranche_maturity=tranche.maturity if prepared.outstanding[tranche.note] else None,
                k_pool=found.pool if found else None,
                p=found.p if found else None,
                capital=found.capital if found else None,
                risk_weight=found.weight if found else None,
                without_cap=found.without_cap if found else None,
                cap=found.cap if found else None,
                floor_applies=bool(found and found.floored),
                why_not=found.why if found else _why_not(rules, tranche, prepared, credit, terms),
                version=rules.version,
                as_of=day,
                scope=SCOPE,
                comparison=prepared.deal.currency in OWN_RULE_MISSING,
                currency=prepared.deal.currency,
            )
    return rows.columns


def tranches_of(calculation: Calculation, pool: int | None, terms: CheckTerms) -> list[Tranche]:
    """The notes as strips of the pool, the most senior first; those of one rank are one strip.

    pool : N, minor units; None where the pool has no balance
    """
    prepared = calculation.prepared
    deal, owed = prepared.deal, prepared.outstanding
    senior = min((note.rank for name, note in deal.notes.items() if owed[name]), default=0)
    found = []
    for name, note in sorted(deal.notes.items(), key=lambda item: item[1].rank):
        above = sum(owed[other] for other, one in deal.notes.items() if one.rank < note.rank)
        beside = sum(owed[other] for other, one in deal.notes.items() if one.rank == note.rank)
        strip = None if pool is None or not owed[name] else attachment_points(pool, above, above + beside)
        years, rating = maturity_of(calculation, name), _rating(prepared, name, terms)
        found.append(Tranche(name, strip, note.rank == senior, years, rating))
    return found


def maturity_of(calculation: Calculation, note: str) -> float:
    """M_T: years from today to the average unit of principal and interest that is paid on the note.

    Source: Regulation (EU) 575/2013 article 257(1)(a), CRE40.22.
    """
    lines, resolved = calculation.one_path, calculation.resolved
    cash = lines[("note", note, "principal_paid")] + lines[("note", note, "interest_paid")]
    years = weighted_average_life(cash, resolved.schedule.payment, resolved.since)[0]
    return NEVER_PAID if np.isnan(years) else float(years)


def _require_in_force(rules: CapitalSet, day: dt.date) -> None:
    if day >= rules.valid_from and (rules.valid_until is None or day <= rules.valid_until):
        return
    shown = {"name": rules.name, "since": rules.valid_from, "day": day}
    if rules.valid_until is None:
        raise UsageError("{name} holds from {since} on, not on {day}: say another --as-of", **shown)
    raise UsageError(
        "{name} holds from {since} to {until}, not on {day}: say another --as-of",
        until=rules.valid_until,
        **shown,
    )


def _delinquent(pool: PoolBalance, balance: int | None, terms: CheckTerms) -> float:
    """W: as it is said, else what of the pool is in default by the books."""
    if terms.delinquent is not None:
        return terms.delinquent
    return pool.defaulted / balance if balance else 0.0


def _rating(prepared: Prepared, note: str, terms: CheckTerms) -> str | None:
    """The rating of a note on an international scale, None where it has none."""
    return plain_rating(_written(prepared, note, terms)) if _is_international(prepared, terms) else None


def _written(prepared: Prepared, note: str, terms: CheckTerms) -> str:
    return terms.ratings.get(note, prepared.deal.notes[note].rating)


def _is_international(prepared: Prepared, terms: CheckTerms) -> bool:
    match terms.rating_scale:
        case "international":
            return True
        case "national":
            return False
        case None:
            return prepared.deal.currency in INTERNATIONAL
        case _:
            assert_never(terms.rating_scale)


def _capital(rules: CapitalSet, tranche: Tranche, credit: PoolCredit) -> Capital | None:
    match rules:
        case StandardisedSet():
            return standardised(rules, tranche, credit)
        case RatingsSet():
            return by_rating(rules, tranche)
        case InternalSet():
            return internal(rules, tranche, credit)
        case _:
            assert_never(rules)


def _average_weight(rules: CapitalSet, credit: PoolCredit) -> float | None:
    """What the pool itself would weigh on average."""
    match rules:
        case StandardisedSet() | RatingsSet():
            return WEIGHT_OF_CAPITAL * credit.standardised
        case InternalSet():
            return None if credit.internal is None else WEIGHT_OF_CAPITAL * credit.internal
        case _:
            assert_never(rules)


def _why_not(
    rules: CapitalSet, tranche: Tranche, prepared: Prepared, credit: PoolCredit, terms: CheckTerms
) -> str:
    """Why a note has no capital under the set."""
    if not prepared.outstanding[tranche.note]:
        return "nothing is owed on the note"
    match rules:
        case InternalSet():
            given = credit.internal is not None
            return WITHOUT_BALANCE if given else "the pool's internal capital is not given: --k-irb"
        case RatingsSet():
            if tranche.rating is None:
                return _why_no_rating(_written(prepared, tranche.note, terms), prepared, terms)
            return WITHOUT_BALANCE
        case StandardisedSet():
            return WITHOUT_BALANCE
        case _:
            assert_never(rules)


def _why_no_rating(written: str, prepared: Prepared, terms: CheckTerms) -> str:
    if not written:
        return "the note has no rating: say --rating NOTE=RATING"
    if not _is_international(prepared, terms):
        return Message(
            "{rating} may be of a national scale, on which it means another risk: "
            "say --rating-scale international, and --rating NOTE=RATING as your bank maps it",
            rating=written,
        )
    return Message("{rating} is no rating of the scale AAA to D: say --rating NOTE=RATING", rating=written)
