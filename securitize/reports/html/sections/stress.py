"""The suite: what each scenario changes, and what it does to each note, as a heat map that says its numbers."""

from __future__ import annotations

from typing import Any

from securitize.reports.charts.over_time import lines
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row

RESULTS = (
    ("scenario", "scenario", "情景", "text"),
    ("note", "note", "证券", "text"),
    ("holds", "holds", "守住", "yes"),
    ("loss", "loss", "本金损失", "money"),
    ("interest_shortfall_max", "interest shortfall", "最大欠息", "money"),
    ("wal_years", "WAL", "期限", "years"),
    ("min_dscr", "least DSCR", "最低覆盖", "ratio"),
    ("min_dscr_with_support", "with support", "含支持", "ratio"),
    ("first_trigger", "first trigger", "首个触发", "text"),
    ("first_trigger_date", "on", "日期", "date"),
    ("support_drawn", "support drawn", "支持支付", "money"),
    ("outstanding_at_legal_final", "legal-final miss", "到期未偿", "money"),
)
RISK = (
    ("scenario", "scenario", "情景", "text"),
    ("note", "note", "证券", "text"),
    ("paths", "paths", "路径", "whole"),
    ("expected_loss", "expected loss", "预期损失率", "percent"),
    ("expected_loss_error", "± error", "标准误", "percent"),
    ("default_probability", "default probability", "违约概率", "percent"),
    ("default_probability_low", "95% from", "95%下限", "percent"),
    ("default_probability_high", "to", "上限", "percent"),
    ("expected_shortfall_99", "worst 1%", "最差1%", "percent"),
)
SCENARIOS = (
    ("scenario", "scenario", "情景", "text"),
    ("title", "title", "名称（英）", "text"),
    ("title_zh", "Chinese title", "名称", "text"),
    ("description", "what happens", "说明（英）", "text"),
    ("description_zh", "in Chinese", "说明", "text"),
    ("applies", "applies", "适用", "yes"),
    ("why_not", "why not", "不适用原因", "text"),
)
FACTORS = (
    ("scenario", "scenario", "情景", "text"),
    ("number", "no.", "序号", "whole"),
    ("driver", "driver", "压力因子", "text"),
    ("target", "acts on", "作用对象", "text"),
    ("change", "change", "变动", "text"),
    ("first_date", "from", "起始", "date"),
    ("kind", "kind", "性质", "text"),
    ("source", "source", "来源", "text"),
)
COVERAGE = (
    ("scenario", "scenario", "情景", "text"),
    ("rank", "rank", "级别", "whole"),
    ("payment_date", "payment date", "兑付日", "date"),
    ("dscr", "DSCR", "偿债覆盖", "ratio"),
    ("dscr_with_support", "with support", "含支持", "ratio"),
    ("ic", "IC", "利息覆盖", "ratio"),
    ("oc", "OC", "超额抵押", "ratio"),
)
WORTH = (
    ("scenario", "scenario", "情景", "text"),
    ("note", "note", "证券", "text"),
    ("support_drawn", "support drawn", "支持支付", "money"),
    ("loss", "loss with", "损失（有支持）", "money"),
    ("loss_without", "loss without", "损失（无支持）", "money"),
    ("holds", "holds with", "守住（有）", "yes"),
    ("holds_without", "holds without", "守住（无）", "yes"),
    ("expected_loss", "EL with", "预期损失（有）", "percent"),
    ("expected_loss_without", "EL without", "预期损失（无）", "percent"),
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
        report.table("stress_results", _ordered(report, "stress_results"), RESULTS, 2, _heat),
        _risk(report),
        lines(
            "Least ranked coverage by date in each scenario 各情景优先级覆盖倍数",
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
        ),
        el(
            "details",
            el("summary", report.t("Stress factors", "压力因子")),
            report.table("stress_factors", _ordered(report, "stress_factors"), FACTORS, 2),
        ),
        el(
            "details",
            el("summary", report.t("Coverage by date in each scenario", "各情景各期覆盖倍数")),
            report.table("stress_coverage", _ordered(report, "stress_coverage"), COVERAGE, 3, _thin),
        ),
        _worth(report),
    )


def _risk(report: Report) -> Element | None:
    if not report.has("stress_risk"):
        return None
    return el(
        "div",
        el("h3", report.t("The same with random paths on top", "叠加随机路径")),
        report.table("stress_risk", _ordered(report, "stress_risk"), RISK, 2, _heat),
    )


def _worth(report: Report) -> Element | None:
    if not report.has("support_worth"):
        return None
    return el(
        "div",
        el("h3", report.t("What support from outside is worth", "外部支持的价值"), id="support"),
        report.table("support_worth", _ordered(report, "support_worth"), WORTH, 2, _heat),
    )


def _ordered(report: Report, table: str) -> list[dict[str, Any]]:
    """Rows in the order of the suite."""
    place = {row["scenario"]: row["position"] for row in report.rows("suite_scenarios")}
    return sorted(report.rows(table), key=lambda row: place.get(row["scenario"], 0))


#: Columns in which anything above nothing is a hit.
HITS = frozenset({
    "loss", "loss_without", "expected_loss", "expected_loss_without", "default_probability",
    "interest_shortfall_max", "outstanding_at_legal_final",
})  # fmt: skip


def _heat(row: Row, column: str) -> str | None:
    """Whether a cell is a hit; each says so by its number or word too."""
    if column.startswith("holds"):
        return "ok" if row[column] else "hit"
    if column in HITS:
        return "hit" if row[column] else None
    if column in ("min_dscr", "min_dscr_with_support"):
        return "near" if row[column] is not None and row[column] < 1 else None
    return None


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
