"""Measures of the rules of venues on a deal, and the status of each.

Every measure is a number or is not known; a threshold is the least or the most that it may be
(``docs/reference/rules.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from securitize.base.closed import complete, partition
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.rules.preset import PresetRule, Test

Status = Literal["passes", "breached", "disclose", "waived", "not testable"]
PASSES: Mapping[Status, bool] = complete(
    Status, {"passes": True, "breached": False, "disclose": False, "waived": False, "not testable": False}
)
BREACHED, _ = partition(Status, {"breached"}, {"passes", "disclose", "waived", "not testable"})
MAY_BE_WAIVED: Mapping[Status, bool] = complete(
    Status, {"passes": False, "breached": True, "disclose": False, "waived": False, "not testable": False}
)


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What is measured; minor units, shares.

    owed     : of each obligor, what it owes after today;  royalties : how much of it follows sales
    bare     : how much of it stands on contracts without a right
    notes    : balances, the most senior first;  lowest : those of the lowest rank
    retained : share of each note that is retained, where it is known
    guaranteed : the limits of support in all, None where one has none;  net_assets : of the guarantor, None unknown
    clean_up : threshold of the clean-up call, None without one
    sequential : whether senior principal comes before junior in every priority after a trigger; None without any
    kinds    : of contracts;  senior_coverage : least in the base case, None where undefined
    """

    owed: Mapping[str, int]
    royalties: int
    bare: int
    notes: Mapping[str, int]
    lowest: frozenset[str]
    retained: Mapping[str, float]
    guaranteed: int | None
    net_assets: int | None
    clean_up: float | None
    sequential: bool | None
    kinds: int
    senior_coverage: float | None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One rule put to a deal. ``actual`` and ``headroom`` are None where nothing could be measured."""

    rule: PresetRule
    status: Status
    actual: float | None
    threshold: float | None
    headroom: float | None
    reason: str
    waiver: str


def check_rule(rule: PresetRule, facts: DealFacts, waiver: str | None = None) -> RuleOutcome:
    """The rule on the deal. ``waiver`` : why a breach is waived, where the rule may be."""
    bound = rule.at_least if rule.at_least is not None else rule.at_most
    threshold = None if bound is None else bound / RATE_UNITS
    actual, reason = MEASURES[rule.test](facts)
    if actual is None or threshold is None:
        return RuleOutcome(rule, "not testable", None, threshold, None, reason, "")
    headroom = actual - threshold if rule.at_least is not None else threshold - actual
    if headroom >= 0:
        return RuleOutcome(rule, "passes", actual, threshold, headroom, reason, "")
    if rule.disclosure:
        return RuleOutcome(rule, "disclose", actual, threshold, headroom, reason, "")
    if waiver and rule.waivable:
        return RuleOutcome(rule, "waived", actual, threshold, headroom, reason, waiver)
    return RuleOutcome(rule, "breached", actual, threshold, headroom, reason, "")


def in_place(found: Sequence[RuleOutcome]) -> list[RuleOutcome]:
    """The rules of one preset, a breach waived where the rule that may be kept instead passes."""
    passes = {one.rule.name for one in found if PASSES[one.status]}
    return [
        replace(
            one, status="waived", waiver=Message("{instead} is kept in its place", instead=one.rule.instead)
        )
        if MAY_BE_WAIVED[one.status] and one.rule.instead in passes
        else one
        for one in found
    ]


Measurement = tuple[float | None, str]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _largest(count: int) -> Callable[[DealFacts], Measurement]:
    def measure(facts: DealFacts) -> Measurement:
        owed = sorted(facts.owed.values(), reverse=True)
        return _share(sum(owed[:count]), sum(owed)), "share of what is scheduled after today"

    return measure


def _obligors(facts: DealFacts) -> Measurement:
    return float(len(facts.owed)), "obligors as the pool names them; who is related is not known here"


def _fixed(facts: DealFacts) -> Measurement:
    whole = sum(facts.owed.values())
    return _share(whole - facts.royalties, whole), "share of scheduled cash that does not follow sales"


def _rights(facts: DealFacts) -> Measurement:
    whole = sum(facts.owed.values())
    return _share(whole - facts.bare, whole), "share of scheduled cash of contracts that name a right"


def _lowest(facts: DealFacts) -> Measurement:
    if len(facts.lowest) == len(facts.notes):
        return 0.0, "the deal has one rank of notes"
    return _share(_of_lowest(facts), sum(facts.notes.values())), "notes of the lowest rank over all notes"


def _of_lowest(facts: DealFacts) -> int:
    return sum(facts.notes[name] for name in facts.lowest)


def _retained(facts: DealFacts) -> Measurement:
    if not facts.retained:
        return None, "who keeps what is not given: --retained NOTE=SHARE"
    kept = sum(facts.retained.get(name, 0.0) * balance for name, balance in facts.notes.items())
    return _share(kept, sum(facts.notes.values())), "what is kept over all notes"


def _retained_of_lowest(facts: DealFacts) -> Measurement:
    if not facts.retained:
        return None, "who keeps what is not given: --retained NOTE=SHARE"
    kept = sum(facts.retained.get(name, 0.0) * facts.notes[name] for name in facts.lowest)
    return _share(kept, _of_lowest(facts)), "what is kept of the notes of the lowest rank"


def _least_retained(facts: DealFacts) -> Measurement:
    if not facts.retained:
        return None, "who keeps what is not given: --retained NOTE=SHARE"
    return min(facts.retained.get(name, 0.0) for name in facts.notes), "least share kept of any note"


def _guaranteed(facts: DealFacts) -> Measurement:
    if facts.net_assets is None:
        return None, "the guarantor's net assets are not given: --net-assets"
    if facts.guaranteed is None:
        return None, "a support has no limit"
    remark = "limits of support over net assets; no other guarantee is known here"
    return _share(facts.guaranteed, facts.net_assets), remark


def _clean_up(facts: DealFacts) -> Measurement:
    if facts.clean_up is None:
        return 0.0, "there is no clean-up call"
    return facts.clean_up, "threshold of the clean-up call"


def _sequential(facts: DealFacts) -> Measurement:
    if facts.sequential is None:
        return None, "the deal has one priority of payments"
    return float(facts.sequential), "senior principal before junior in every priority after a trigger: 1"


def _kinds(facts: DealFacts) -> Measurement:
    return float(facts.kinds), "kinds of contracts"


def _coverage(facts: DealFacts) -> Measurement:
    return facts.senior_coverage, "least debt service coverage of the senior rank, base case, without support"


def _untested(_: DealFacts) -> Measurement:
    return None, "nothing here can test it"


MEASURES: Mapping[Test, Callable[[DealFacts], Measurement]] = complete(
    Test,
    {
        "obligors": _obligors,
        "largest-obligor": _largest(1),
        "five-largest-obligors": _largest(5),
        "fixed-claims": _fixed,
        "rights-behind-contracts": _rights,
        "lowest-note": _lowest,
        "retained-of-deal": _retained,
        "retained-of-lowest": _retained_of_lowest,
        "least-retained-of-a-note": _least_retained,
        "guaranteed-over-net-assets": _guaranteed,
        "clean-up-call": _clean_up,
        "sequential-after-trigger": _sequential,
        "kinds-of-contracts": _kinds,
        "senior-coverage": _coverage,
        "none": _untested,
    },
)
