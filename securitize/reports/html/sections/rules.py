"""Rules of venues and programmes checked on the deal, and the regulatory capital of the notes."""

from __future__ import annotations

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row

CHECKS = (
    "preset",
    "rule",
    "title",
    "title_zh",
    "status",
    "actual",
    "threshold",
    "headroom",
    "reason",
    "kind",
    "source",
    "waiver",
)
CAPITAL = (
    "set",
    "approach",
    "note",
    "pool_balance",
    "attachment",
    "detachment",
    "k_pool",
    "capital",
    "risk_weight",
    "without_cap",
    "why_not",
    "version",
    "scope",
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
            _compared(report),
            report.table("note_capital", report.rows("note_capital"), CAPITAL, 3),
        )
        if report.has("note_capital")
        else None
    )
    return el("section", el("h2", report.t("Rules and capital", "规则与资本"), id="rules"), checked, capital)


def _compared(report: Report) -> Element | None:
    """What is said before the capital of notes whose own rule is not here."""
    if not any(row.get("comparison") for row in report.rows("note_capital")):
        return None
    return report.t(
        "The Chinese rule for these notes (NFRA, capital rules of 2023, annex 11) is not here: these are comparisons.",
        "未收录适用于本证券的《商业银行资本管理办法》（2023年）附件11，以下仅供比较。",
        "p",
    )


def _hit(row: Row, column: str) -> str | None:
    if column != "status":
        return None
    return {"breached": "hit", "waived": "near", "passes": "ok"}.get(row["status"])
