"""Tables of a stress result that are no waterfall's: what each scenario changes, what support is worth, break-evens."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import zip_longest
from typing import Any, assert_never

from securitize.base.messages import Message
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.register import register
from securitize.definitions.suites.suite import PART, WHOLE, Applies, Effect, Suite
from securitize.engine.scenario_batch import what_happens
from securitize.engine.tables.measures import loss_columns
from securitize.engine.tables.scenarios import NamedBatch, drawn_from_support
from securitize.performance.random.given_payers import SupportRisk
from securitize.performance.suites.stress_table import described, size_of
from securitize.studies.solvers.break_even import DriverBreakEven
from securitize.studies.solvers.reverse import ReverseStressPoint
from securitize.studies.stress.path_risks import NoteRisks
from securitize.studies.stress.scenarios import Situation
from securitize.tables import Columns
from securitize.tables.rows import Rows
from securitize.waterfall.measures import measure_note
from securitize.waterfall.note_states import states_of

#: Whether anything of a scenario acts.
ACTING = WHOLE | PART


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
        for _, values in what_happens(named.lines):
            paid.update(values[row].tobytes())
        found[name] = first.get(paid.digest())
        first.setdefault(paid.digest(), name)
    return found


def stress_factors(found: Sequence[Situation]) -> Columns:
    """One row a stress of a scenario, as it was put to the deal."""
    rows = Rows("stress_factors")
    for one in found:
        sizes = zip_longest(one.composed.stresses, one.composed.sizes)
        for number, (stress, size) in enumerate(sizes, 1):
            target, change, first = described(stress)
            kind, source = size_of(stress) or size or ("stated", "")
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
    risks_otherwise: Sequence[NoteRisks],
) -> Columns:
    """One row a scenario and note; both have the same scenarios in the same order.

    risks_otherwise : where the model lets a guarantor fail, with none failing; else by the assumed law
    """
    rows = Rows("support_worth")
    deal, drawn = named.batch.prepared.deal, drawn_from_support(named)
    for name in deal.notes:
        lost, lost_without = (measure_note(one.batch.resolved, one.lines, name) for one in (named, without))
        states, states_without = (states_of(one.batch.resolved, one.lines, name) for one in (named, without))
        for row, scenario in enumerate(named.names):
            rows.add(
                scenario=scenario,
                note=name,
                currency=deal.currency,
                support_drawn=int(drawn[row]),
                **loss_columns(lost, row),
                **{f"{kind}_without": one for kind, one in loss_columns(lost_without, row).items()},
                state=states.state(row),
                state_without=states_without.state(row),
                holds=states.holds(row, whole=applies[scenario] in WHOLE),
                holds_without=states_without.holds(row, whole=applies[scenario] in WHOLE),
                applies=applies[scenario],
                expected_loss=risks[row][name]["expected_loss"] if risks else None,
                expected_loss_without=risks_without[row][name]["expected_loss"] if risks_without else None,
                **_alive_and_correlated(risks, risks_otherwise, row, name),
            )
    return rows.columns


def _alive_and_correlated(
    risks: Sequence[NoteRisks], otherwise: Sequence[NoteRisks], row: int, note: str
) -> dict[str, Any]:
    """The expected loss of a note while whoever promised to pay never fails, and while they fail with the market."""
    if not otherwise:
        return dict.fromkeys(("expected_loss_alive", "expected_loss_correlated", "support_risk"))
    risk: SupportRisk = risks[row][note]["support_risk"]
    drawn, other = (of[row][note]["expected_loss"] for of in (risks, otherwise))
    match risk:
        case "given-that-it-pays":
            alive, correlated = drawn, other
        case "at-random" | "in-part" | "none":
            alive, correlated = other, drawn
        case _:
            assert_never(risk)
    return {"expected_loss_alive": alive, "expected_loss_correlated": correlated, "support_risk": risk}


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
    """One row a note, criterion, support and driver. ``kinds`` : of the drivers' laws."""
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
                why_not=one.why_not,
            )
    return rows.columns


def deviation_kinds(suite: Loaded[Suite]) -> dict[str, str]:
    """Where the law of each driver of reverse stress comes from: its standard deviation, or the mean of its moves."""
    written = suite.model.reverse
    found = {figure.path: figure.kind for figure in register(suite)}
    sizes = ["mean" if one.deviation is None else "deviation" for one in written]
    return {
        one.driver: found.get(f"reverse[{k}].{size}", "assumed")
        for k, (one, size) in enumerate(zip(written, sizes, strict=True))
    }


def _ratio(value: Any) -> float | None:
    return None if value is None else float(value)
