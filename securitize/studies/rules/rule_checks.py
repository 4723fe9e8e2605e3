"""A deal checked against presets of rules, and the capital of its notes under sets of parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

import numpy as np

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.rules.capital import CapitalSet, InternalSet, RatingsSet, StandardisedSet
from securitize.definitions.rules.preset import Preset
from securitize.engine.calculation import Calculation
from securitize.engine.measures import least
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
from securitize.risk.rules import DealFacts, RuleOutcome, check_rule, in_place
from securitize.tables import Columns
from securitize.tables.rows import Rows
from securitize.waterfall.measures import measure_note
from securitize.waterfall.published_coverage import published_dscr

SCOPE = "payer credit only"
#: Capital of an unrated company's debt: 8% of a weight of 100%.
STANDARD_CAPITAL = 0.08


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """What the user says beside the deal.

    retained    : share of each note that is kept;  net_assets : of the guarantor, minor units
    waivers     : rule -> why its breach is waived;  ratings : of notes, in place of the deal's
    risk_weight : of the payers, 1 is 100%;  internal, lgd : K_IRB and loss given default, for SEC-IRBA
    delinquent, unknown : shares of the pool
    as_of       : for which parameters are asked; None for today: closing, in mid-life the last payment date
    """

    retained: Mapping[str, float] = field(default_factory=dict)
    net_assets: int | None = None
    waivers: Mapping[str, str] = field(default_factory=dict)
    ratings: Mapping[str, str] = field(default_factory=dict)
    risk_weight: float = 1.0
    internal: float | None = None
    lgd: float = 0.45
    delinquent: float = 0.0
    unknown: float = 0.0
    as_of: dt.date | None = None


def check_rules(
    calculation: Calculation, presets: Sequence[Loaded[Preset]], terms: CheckTerms
) -> list[tuple[Preset, RuleOutcome]]:
    """Every rule of the presets on the deal. Raises UsageError where a waiver or a note is none."""
    facts = facts_of(calculation, terms)
    known = {rule.name: rule for preset in presets for rule in preset.model.tests}
    for name in terms.waivers:
        if name not in known:
            raise UsageError(
                "no rule is named {name}; rules are {known}",
                name=printable(name),
                known=Listing(sorted(known)),
            )
        if not known[name].waivable:
            raise UsageError("{name} may not be waived", name=name)
    return [
        (preset.model, one)
        for preset in presets
        for one in in_place(
            [check_rule(rule, facts, terms.waivers.get(rule.name)) for rule in preset.model.tests]
        )
    ]


def facts_of(calculation: Calculation, terms: CheckTerms) -> DealFacts:
    """What rules measure. Raises UsageError where a note is not known."""
    prepared = calculation.prepared
    deal, pool = prepared.deal, prepared.pool
    royalties = pool.royalties
    _require_notes(deal, [*terms.retained, *terms.ratings])
    target = target_of(prepared)
    cash = target.cash
    ranked = sorted(deal.notes, key=lambda name: deal.notes[name].rank)
    # What of a limit is used by the books is owed no more.
    limits = [
        None if support.limit is None else max(0, support.limit - calculation.resolved.used_before(name))
        for name, support in deal.support.items()
    ]
    whole = None if any(limit is None for limit in limits) else sum(limit or 0 for limit in limits)
    lines = calculation.one_path
    senior = published_dscr(calculation.resolved, lines, deal.notes[ranked[0]].rank)[0]
    return DealFacts(
        owed=target.owed(),
        royalties=sum(amount for name, amount in cash.items() if name in royalties),
        bare=sum(amount for name, amount in cash.items() if not pool.contracts[name].collateral),
        notes={name: prepared.outstanding[name] for name in ranked},
        lowest=frozenset(name for name in ranked if deal.notes[name].rank == deal.notes[ranked[-1]].rank),
        retained=terms.retained,
        guaranteed=whole,
        net_assets=terms.net_assets,
        clean_up=deal.clean_up_call.threshold / RATE_UNITS if deal.clean_up_call else None,
        sequential=_sequential(deal, ranked),
        kinds=len({contract.kind for contract in pool.contracts.values()}),
        senior_coverage=least(senior),
    )


def _sequential(deal: Deal, ranked: Sequence[str]) -> bool | None:
    """Whether principal goes down the ranks in every priority that a trigger calls for."""
    priorities = [steps for steps in (deal.priority.acceleration, deal.priority.default) if steps is not None]
    if not priorities:
        return None
    for steps in priorities:
        paid = [payee.partition(":") for step in steps for payee in step.pay]
        ranks = [deal.notes[name].rank for kind, _, name in paid if kind in ("principal", "redemption")]
        if ranks != sorted(ranks):
            return False
    return True


def _require_notes(deal: Deal, names: Sequence[str]) -> None:
    for name in names:
        if name not in deal.notes:
            raise UsageError(
                "no note is named {note}; notes are {notes}", note=printable(name), notes=Listing(deal.notes)
            )


def rule_rows(found: Sequence[tuple[Preset, RuleOutcome]]) -> Columns:
    """Table ``rule_checks``."""
    rows = Rows("rule_checks")
    for preset, one in found:
        rule = one.rule
        bound = "at least" if rule.at_least is not None else "at most" if rule.at_most is not None else None
        rows.add(
            preset=preset.name,
            rule=rule.name,
            title=rule.title,
            title_zh=rule.title_zh,
            status=one.status,
            actual=one.actual,
            threshold=one.threshold,
            bound=bound,
            headroom=one.headroom,
            reason=one.reason,
            waivable=rule.waivable or None,
            waiver=one.waiver or None,
            kind=rule.kind,
            source=rule.source,
            version=preset.version,
        )
    return rows.columns


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
    _require_notes(prepared.deal, list(terms.ratings))
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
