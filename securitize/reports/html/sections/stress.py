"""The suite: what each scenario changes, and what it does to each note, as a heat map that says its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from securitize.base.closed import complete
from securitize.definitions.suites.suite import PART
from securitize.reports.charts.over_time import lines
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row
from securitize.reports.html.sections.paths import supposed
from securitize.reports.states import STATE_COLUMNS, in_part
from securitize.waterfall.note_states import HOLDING, NoteStateName

RESULTS = (
    "scenario",
    "note",
    "state",
    "applies",
    "principal_loss",
    "interest_loss",
    "present_value_loss",
    "first_late_date",
    "days_late",
    "largest_overdue",
    "deferred_as_allowed",
    "interest_shortfall_max",
    "wal_years",
    "min_dscr",
    "dscr_dates",
    "min_dscr_with_support",
    "life_coverage",
    "min_life_coverage",
    "min_life_coverage_with_support",
    "first_trigger",
    "first_trigger_date",
    "support_drawn",
    "outstanding_at_legal_final",
)
RISK = (
    "scenario",
    "note",
    "paths",
    "loss_measure",
    "expected_loss",
    "expected_loss_error",
    "default_probability",
    "default_probability_low",
    "default_probability_high",
    "late_probability",
    "late_probability_low",
    "late_probability_high",
    "expected_shortfall_99",
    "expected_interest_loss",
    "expected_present_value_loss",
    "support_risk",
)
SCENARIOS = (
    "scenario",
    "title",
    "title_zh",
    "description",
    "description_zh",
    "applies",
    "why_not",
    "remarks",
    "effect",
    "same_as",
)
SENTENCES = frozenset({"description", "description_zh", "why_not", "remarks"})
FACTORS = (
    "scenario",
    "number",
    "driver",
    "target",
    "change",
    "first_date",
    "kind",
    "source",
)
COVERAGE = (
    "scenario",
    "rank",
    "payment_date",
    "dscr",
    "dscr_with_support",
    "ic",
    "oc",
)
WORTH = (
    "scenario",
    "note",
    "support_drawn",
    "principal_loss",
    "principal_loss_without",
    "interest_loss",
    "interest_loss_without",
    "present_value_loss",
    "present_value_loss_without",
    "state",
    "state_without",
    "expected_loss",
    "expected_loss_alive",
    "expected_loss_without",
    "expected_loss_correlated",
    "support_risk",
)


def stress(report: Report) -> Element | None:
    """The matrix, the risk on random paths, what the scenarios are, coverage in each, what support is worth."""
    if not report.has("stress_results", "suite_scenarios"):
        return None
    return el(
        "section",
        el("h2", report.t("Stress matrix", "压力情景矩阵"), id="stress"),
        el(
            "p",
            report.t(
                "One scenario a row and note; sizes are assumed unless the factors say otherwise, and no agency's.",
                "每行为一个情景的一档证券；压力参数除注明外均为假设，非评级机构数值。",
            ),
        ),
        report.table("stress_results", _ordered(report, "stress_results"), RESULTS, 2, _heat, in_part),
        _risk(report),
        lines(
            "Debt service coverage of the most senior notes 各情景优先级证券偿债覆盖倍数",
            sorted({row["payment_date"] for row in report.rows("stress_coverage")}),
            _senior_coverage(report),
        )
        if report.has("stress_coverage")
        else None,
        el("h3", report.t("Scenarios", "情景")),
        report.table(
            "suite_scenarios",
            sorted(report.rows("suite_scenarios"), key=lambda row: row["position"]),
            SCENARIOS,
            classes=_prose,
        ),
        el(
            "details",
            el("summary", report.t("Stress factors", "压力因子")),
            report.table("stress_factors", _ordered(report, "stress_factors"), FACTORS, 2),
        ),
        el(
            "details",
            el("summary", report.t("Coverage by date in each scenario", "各情景各期覆盖倍数")),
            published(report),
            report.table("stress_coverage", _ordered(report, "stress_coverage"), COVERAGE, 3, _thin),
        ),
        _worth(report),
    )


def published(report: Report) -> Element:
    """What coverage is measured, and where the measure of a trigger stands."""
    return el(
        "p",
        report.t(
            "Published measure, in the state of its scenario: reserves and promises count as far as they may be drawn "
            "on then. "
            "What a trigger compares, as its terms say, stands in the trigger ledger and may differ.",
            "本表为公布口径，按所示情景的状态计量：仅计入当期可动用的储备金与外部增信。"
            "触发事件按条款口径比较的数值见触发事件台账，两者可能不同。",
        ),
    )


def _risk(report: Report) -> Element | None:
    if not report.has("stress_risk"):
        return None
    return el(
        "div",
        el("h3", report.t("The same with random paths on top", "叠加随机路径")),
        el(
            "p",
            report.t(
                "Defaults that a scenario gives and random defaults come on top of one another: these figures are "
                "those of both together, not of the scenario as the likeliest course.",
                "情景给定的违约与随机违约相互叠加：以下结果为两者合并的影响，并非该情景本身的最可能走势。",
            ),
        ),
        supposed(report, "stress_risk"),
        report.table("stress_risk", _ordered(report, "stress_risk"), RISK, 2, _heat),
    )


def _worth(report: Report) -> Element | None:
    if not report.has("support_worth"):
        return None
    return el(
        "div",
        el("h3", report.t("What support from outside is worth", "外部增信效果"), id="support"),
        report.table("support_worth", _ordered(report, "support_worth"), WORTH, 2, _heat, in_part),
    )


def _ordered(report: Report, table: str) -> list[dict[str, Any]]:
    """Rows in the order of the suite."""
    place = {row["scenario"]: row["position"] for row in report.rows("suite_scenarios")}
    return sorted(report.rows(table), key=lambda row: place.get(row["scenario"], 0))


#: Columns in which anything above nothing is a hit.
HITS = frozenset({
    "principal_loss", "principal_loss_without", "interest_loss", "interest_loss_without", "present_value_loss",
    "present_value_loss_without", "expected_interest_loss", "expected_present_value_loss", "expected_loss",
    "expected_loss_without", "default_probability", "interest_shortfall_max", "outstanding_at_legal_final",
    "largest_overdue", "late_probability", "expected_loss_alive", "expected_loss_correlated",
})  # fmt: skip
#: How a state is marked; each says its word too.
STATE_CLASSES: Mapping[NoteStateName, str] = complete(
    NoteStateName, {"on-time": "ok", "late": "near", "loses": "hit"}
)


def _heat(row: Row, column: str) -> str | None:
    """Whether a cell is a hit; each says so by its number or word too."""
    if column in STATE_COLUMNS:
        held = row[column] in HOLDING and row.get("applies") in PART
        return f"{'near' if held else STATE_CLASSES.get(row[column], '')} word"
    if column == "applies":
        return "word"
    if column in HITS:
        return "hit" if row[column] else None
    if column in ("min_dscr", "min_dscr_with_support"):
        return "near" if row[column] is not None and row[column] < 1 else None
    return None


def _prose(row: Row, column: str) -> str | None:
    """Columns of sentences keep their width on a narrow screen."""
    return "text" if row[column] and column in SENTENCES else None


def _thin(row: Row, column: str) -> str | None:
    return "near" if column == "dscr" and row[column] is not None and row[column] < 1 else None


def _senior_coverage(report: Report) -> dict[str, list[float | None]]:
    """By scenario, of the most senior rank; the five with the least."""
    rows = report.rows("stress_coverage")
    senior, dates = min(row["rank"] for row in rows), sorted({row["payment_date"] for row in rows})
    found: dict[str, list[float | None]] = {}
    for name in dict.fromkeys(row["scenario"] for row in _ordered(report, "stress_coverage")):
        mine = {
            row["payment_date"]: row["dscr"]
            for row in rows
            if row["scenario"] == name and row["rank"] == senior
        }
        found[name] = [mine.get(day) for day in dates]

    def least(name: str) -> float:
        return min((value for value in found[name] if value is not None), default=1e9)

    kept = sorted((name for name in found if name != "base"), key=least)[:4]
    return {
        name: [None if v is None else min(v, 5.0) for v in found[name]]
        for name in found
        if name == "base" or name in kept
    }
