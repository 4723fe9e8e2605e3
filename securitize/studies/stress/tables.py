"""Tables of a stress result that are no waterfall's: what each scenario changes, what support is worth, break-evens."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from securitize.base.closed import partition
from securitize.base.messages import Message
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.register import register
from securitize.definitions.suites.suite import Applies, Effect, Suite
from securitize.engine.tables.scenarios import NamedBatch, drawn_from_support
from securitize.performance.suites import described, numbers_of
from securitize.risk.break_criteria import holds
from securitize.studies.solvers.break_even import DriverBreakEven
from securitize.studies.solvers.reverse import ReverseStressPoint
from securitize.studies.stress.path_risks import NoteRisks
from securitize.studies.stress.scenarios import Situation
from securitize.tables import Columns
from securitize.tables.rows import Rows

#: Whether anything of a scenario acts.
ACTING, _ = partition(Applies, {"whole", "in-part"}, {"not-applicable"})


def suite_scenarios(
    suite: Suite, found: Sequence[Situation], subsidised: bool, like: Mapping[str, str | None]
) -> Columns:
    """One row a scenario of the suite.

    subsidised : whether policies, or the deal's own papers, pay the companies anything
    like       : of each scenario with stresses, the first one before it that pays the same (:func:`same_as`)
    """
    rows = Rows("suite_scenarios")
    base = found[0].name
    for position, one in enumerate(found):
        why = list(one.composed.left_out)
        if one.subsidies_withdrawn and not subsidised:
            why.append("nothing is paid to the companies: name a policy with --policy")
        applies = one.applies(subsidised)
        # What acts without a stress takes subsidies away: every line is that of the base case.
        same = like.get(one.name, base if applies in ACTING else None)
        rows.add(
            scenario=one.name,
            position=position,
            title=one.composed.title,
            title_zh=one.composed.title_zh,
            description=one.composed.description,
            description_zh=one.description_zh,
            applies=applies,
            why_not="; ".join(why) or None,
            remarks="; ".join(one.composed.remarks) or None,
            effect=_effect(one.name, same, base) if applies in ACTING else None,
            same_as=same,
            suite=suite.name,
            version=suite.version,
        )
    return rows.columns


def _effect(scenario: str, same: str | None, base: str) -> Effect | None:
    """Whether a scenario that acts pays anything otherwise than the base case, which has none to differ from."""
    if scenario == base:
        return None
    return "changes-no-cash" if same == base else "changes-cash"


def same_as(named: NamedBatch) -> dict[str, str | None]:
    """Of each scenario the first one before it all of whose published lines it has; None where it is like none."""
    first: dict[bytes, str] = {}
    found: dict[str, str | None] = {}
    for row, name in enumerate(named.names):
        paid = sha256()
        for values in named.lines.values():
            paid.update(values[row].tobytes())
        found[name] = first.get(paid.digest())
        first.setdefault(paid.digest(), name)
    return found


def stress_factors(found: Sequence[Situation]) -> Columns:
    """One row a stress of a scenario, as it was put to the deal."""
    rows = Rows("stress_factors")
    for one in found:
        for number, stress in enumerate(one.composed.stresses, 1):
            target, change, first = described(stress)
            kind, source = next(numbers_of(stress), ("stated", ""))
            rows.add(
                scenario=one.name,
                number=number,
                driver=stress["driver"],
                target=target,
                change=change,
                first_date=first,
                kind=kind,
                source=source,
            )
        if one.subsidies_withdrawn:
            rows.add(
                scenario=one.name,
                number=len(one.composed.stresses) + 1,
                driver="subsidies",
                target=None,
                change=Message("withdrawn"),
                first_date=None,
                kind="assumed",
                source="the suite",
            )
    return rows.columns


def support_worth(
    named: NamedBatch,
    without: NamedBatch,
    applies: Mapping[str, Applies],
    risks: Sequence[NoteRisks],
    risks_without: Sequence[NoteRisks],
) -> Columns:
    """One row a scenario and note; both have the same scenarios in the same order."""
    rows = Rows("support_worth")
    deal, drawn = named.batch.prepared.deal, drawn_from_support(named)
    for name in deal.notes:
        lost, lost_without = (one.lines["note", name, "written_off"].sum(axis=1) for one in (named, without))
        kept, kept_without = holds(named.lines, name), holds(without.lines, name)
        for row, scenario in enumerate(named.names):
            rows.add(
                scenario=scenario,
                note=name,
                currency=deal.currency,
                support_drawn=int(drawn[row]),
                loss=int(lost[row]),
                loss_without=int(lost_without[row]),
                holds=bool(kept[row]),
                holds_without=bool(kept_without[row]),
                applies=applies[scenario],
                expected_loss=risks[row][name]["expected_loss"] if risks else None,
                expected_loss_without=risks_without[row][name]["expected_loss"] if risks_without else None,
            )
    return rows.columns


def break_even_rows(found: Sequence[DriverBreakEven]) -> Columns:
    """One row a note, driver, criterion and support."""
    rows = Rows("break_evens")
    for one in found:
        apart = None if one.inside is None or one.outside is None else abs(one.outside - one.inside)
        rows.add(
            note=one.note,
            driver=one.driver,
            criterion=one.criterion,
            support=one.support,
            status=one.status,
            unit=one.unit,
            base_value=_ratio(one.base),
            bracket_end=_ratio(one.end),
            inside=_ratio(one.inside),
            outside=_ratio(one.outside),
            tolerance=_ratio(apart),
            breaks_on=one.breaks_on,
            breaks_by=one.breaks_by,
            evaluations=one.evaluations,
            why_not=one.why_not,
        )
    return rows.columns


def reverse_rows(found: Sequence[ReverseStressPoint], kinds: Mapping[str, str]) -> Columns:
    """One row a note, criterion, support and driver. ``kinds`` : of the drivers' standard deviations."""
    rows = Rows("reverse_stresses")
    for one in found:
        beyond = None if one.distance is None else 0.5 * math.erfc(one.distance / math.sqrt(2))
        for k, moved in enumerate(one.drivers):
            deviations = None if one.steps is None else one.deviations[k]
            rows.add(
                note=one.note,
                criterion=one.criterion,
                support=one.support,
                driver=moved.name,
                base_value=float(moved.base),
                value=_ratio(one.value(k)),
                deviations=deviations,
                distance=one.distance,
                probability=beyond,
                unit=moved.unit,
                kind=kinds.get(moved.name, "assumed"),
            )
    return rows.columns


def deviation_kinds(suite: Loaded[Suite]) -> dict[str, str]:
    """Where the standard deviation of each driver of reverse stress comes from."""
    written = [one.driver for one in suite.model.reverse]
    found = {figure.path: figure.kind for figure in register(suite)}
    return {name: found.get(f"reverse[{k}].deviation", "assumed") for k, name in enumerate(written)}


def _ratio(value: Any) -> float | None:
    return None if value is None else float(value)
