"""Rules of venues and programmes checked on the deal, and the regulatory capital of the notes."""

from __future__ import annotations

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row

CHECKS = (
    ("preset", "preset", "规则组", "text"),
    ("rule", "rule", "规则", "text"),
    ("title", "title", "内容（英）", "text"),
    ("title_zh", "in Chinese", "内容", "text"),
    ("status", "status", "结果", "text"),
    ("actual", "actual", "实际", "number"),
    ("threshold", "threshold", "阈值", "number"),
    ("headroom", "headroom", "余量", "number"),
    ("reason", "reason", "说明", "text"),
    ("kind", "kind", "性质", "text"),
    ("source", "source", "来源", "text"),
    ("waiver", "waiver", "豁免", "text"),
)
CAPITAL = (
    ("set", "rule set", "规则", "text"),
    ("approach", "approach", "方法", "text"),
    ("note", "note", "证券", "text"),
    ("attachment", "attachment", "起点", "percent"),
    ("detachment", "detachment", "终点", "percent"),
    ("k_pool", "pool capital", "资产池资本", "percent"),
    ("capital", "capital", "资本", "percent"),
    ("risk_weight", "risk weight", "风险权重", "percent"),
    ("version", "version", "版本", "text"),
    ("scope", "scope", "范围", "text"),
)


def rules(report: Report) -> Element | None:
    """Statuses with their headroom; capital with the version of its rule."""
    if not report.has("rule_checks") and not report.has("note_capital"):
        return None
    checked = (
        report.table("rule_checks", report.rows("rule_checks"), CHECKS, 2, _hit)
        if report.has("rule_checks")
        else None
    )
    capital = (
        el(
            "div",
            el("h3", report.t("Capital of the notes: payer credit only", "证券资本占用（仅债务人信用）")),
            report.table("note_capital", report.rows("note_capital"), CAPITAL, 3),
        )
        if report.has("note_capital")
        else None
    )
    return el("section", el("h2", report.t("Rules and capital", "规则与资本"), id="rules"), checked, capital)


def _hit(row: Row, column: str) -> str | None:
    if column != "status":
        return None
    return {"breached": "hit", "waived": "near", "passes": "ok"}.get(row["status"])
