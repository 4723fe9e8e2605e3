"""A deal checked against presets of rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.rules.preset import Preset
from securitize.engine.calculation import Calculation
from securitize.engine.measures import least
from securitize.engine.targets import target_of
from securitize.risk.rules import DealFacts, RuleOutcome, check_rule, in_place
from securitize.tables import Columns
from securitize.tables.rows import Rows
from securitize.waterfall.published_coverage import published_dscr

#: On what scale ratings are: one for all countries, or one of a country alone.
RatingScale = Literal["international", "national"]


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """What the user says beside the deal.

    retained    : share of each note that is kept;  net_assets : of the guarantor, minor units
    waivers     : rule -> why its breach is waived;  ratings : of notes, in place of the deal's
    risk_weight : of the payers, 1 is 100%;  internal, lgd : K_IRB and loss given default, for SEC-IRBA
    delinquent  : share in default of what of the pool is known, None for that of the books
    unknown     : share of the pool whose state is not known
    pool_balance: of the contracts, in place of the books, minor units;  pool_known : the bank knows them at all times
    rating_scale: of the notes' ratings; None for that of the currency, where it has one alone
    as_of       : for which parameters are asked; None for today: closing, in mid-life the last payment date
    """

    retained: Mapping[str, float] = field(default_factory=dict)
    net_assets: int | None = None
    waivers: Mapping[str, str] = field(default_factory=dict)
    ratings: Mapping[str, str] = field(default_factory=dict)
    risk_weight: float = 1.0
    internal: float | None = None
    lgd: float = 0.45
    delinquent: float | None = None
    unknown: float = 0.0
    pool_balance: int | None = None
    pool_known: bool = False
    rating_scale: RatingScale | None = None
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
    require_notes(deal, [*terms.retained, *terms.ratings])
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


def require_notes(deal: Deal, names: Sequence[str]) -> None:
    """Raises UsageError where one of the names is no note of the deal."""
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
