"""Tables of a stress result that are no waterfall's: what each scenario changes, what support is worth, break-evens."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from securitize.base.messages import Message
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.register import register
from securitize.definitions.suites.suite import Suite
from securitize.engine.tables.scenarios import NamedBatch, drawn_from_support
from securitize.performance.suites import described, numbers_of
from securitize.risk.break_criteria import holds
from securitize.studies.solvers.break_even import DriverBreakEven
from securitize.studies.solvers.reverse import ReverseStressPoint
from securitize.studies.stress.path_risks import NoteRisks
from securitize.studies.stress.scenarios import Situation
from securitize.tables import Columns
from securitize.tables.rows import Rows


def suite_scenarios(suite: Suite, found: Sequence[Situation], subsidised: bool) -> Columns:
    """One row a scenario of the suite.

    subsidised : whether policies, or the deal's own papers, pay the companies anything
    """
    rows = Rows(
        "scenario", "position", "title", "title_zh", "description", "description_zh", "applies", "why_not", "suite",
        "version",
    )  # fmt: skip
    for position, one in enumerate(found):
        why = list(one.composed.left_out)
        if one.subsidies_withdrawn and not subsidised:
            why.append("nothing is paid to the companies: name a policy with --policy")
        applies = one.prepared is not None or (one.subsidies_withdrawn and subsidised)
        rows.add(
            one.name, position, one.composed.title, one.composed.title_zh, one.composed.description,
            one.description_zh, applies, "; ".join(why) or None, suite.name, suite.version,
        )  # fmt: skip
    return rows.columns


def stress_factors(found: Sequence[Situation]) -> Columns:
    """One row a stress of a scenario, as it was put to the deal."""
    rows = Rows("scenario", "number", "driver", "target", "change", "first_date", "kind", "source")
    for one in found:
        for number, stress in enumerate(one.composed.stresses, 1):
            target, change, first = described(stress)
            kind, source = next(numbers_of(stress), ("stated", ""))
            rows.add(one.name, number, stress["driver"], target, change, first, kind, source)
        if one.subsidies_withdrawn:
            rows.add(
                one.name,
                len(one.composed.stresses) + 1,
                "subsidies",
                None,
                Message("withdrawn"),
                None,
                "assumed",
                "the suite",
            )
    return rows.columns


def support_worth(
    named: NamedBatch,
    without: NamedBatch,
    risks: Sequence[NoteRisks],
    risks_without: Sequence[NoteRisks],
) -> Columns:
    """One row a scenario and note; both have the same scenarios in the same order."""
    rows = Rows(
        "scenario", "note", "currency", "support_drawn", "loss", "loss_without", "holds", "holds_without",
        "expected_loss", "expected_loss_without",
    )  # fmt: skip
    deal, drawn = named.batch.prepared.deal, drawn_from_support(named)
    for name in deal.notes:
        lost, lost_without = (one.lines["note", name, "written_off"].sum(axis=1) for one in (named, without))
        kept, kept_without = holds(named.lines, name), holds(without.lines, name)
        for row, scenario in enumerate(named.names):
            rows.add(
                scenario, name, deal.currency, int(drawn[row]), int(lost[row]), int(lost_without[row]),
                bool(kept[row]), bool(kept_without[row]),
                risks[row][name]["expected_loss"] if risks else None,
                risks_without[row][name]["expected_loss"] if risks_without else None,
            )  # fmt: skip
    return rows.columns


def break_even_rows(found: Sequence[DriverBreakEven]) -> Columns:
    """One row a note, driver, criterion and support."""
    rows = Rows(
        "note", "driver", "criterion", "support", "status", "unit", "base_value", "bracket_end", "inside", "outside",
        "tolerance", "breaks_on", "breaks_by", "evaluations", "why_not",
    )  # fmt: skip
    for one in found:
        apart = None if one.inside is None or one.outside is None else abs(one.outside - one.inside)
        rows.add(
            one.note, one.driver, one.criterion, one.support, one.status, one.unit,
            *(_ratio(value) for value in (one.base, one.end, one.inside, one.outside, apart)),
            one.breaks_on, one.breaks_by, one.evaluations, one.why_not,
        )  # fmt: skip
    return rows.columns


def reverse_rows(found: Sequence[ReverseStressPoint], kinds: Mapping[str, str]) -> Columns:
    """One row a note, criterion, support and driver. ``kinds`` : of the drivers' standard deviations."""
    rows = Rows(
        "note", "criterion", "support", "driver", "base_value", "value", "deviations", "distance", "probability",
        "unit", "kind",
    )  # fmt: skip
    for one in found:
        beyond = None if one.distance is None else 0.5 * math.erfc(one.distance / math.sqrt(2))
        for k, moved in enumerate(one.drivers):
            deviations = None if one.steps is None else one.deviations[k]
            rows.add(
                one.note, one.criterion, one.support, moved.name, float(moved.base), _ratio(one.value(k)), deviations,
                one.distance, beyond, moved.unit, kinds.get(moved.name, "assumed"),
            )  # fmt: skip
    return rows.columns


def deviation_kinds(suite: Loaded[Suite]) -> dict[str, str]:
    """Where the standard deviation of each driver of reverse stress comes from."""
    written = [one.driver for one in suite.model.reverse]
    found = {figure.path: figure.kind for figure in register(suite)}
    return {name: found.get(f"reverse[{k}].deviation", "assumed") for k, name in enumerate(written)}


def _ratio(value: Any) -> float | None:
    return None if value is None else float(value)
