"""What the companies save, and what their cost is made of."""

from __future__ import annotations

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report

SAVINGS = (
    "level",
    "company",
    "policy",
    "alternative",
    "principal",
    "securitization_bp",
    "alternative_bp",
    "saving_bp",
    "saving_present_value",
)
PARTS = (
    "side",
    "policy",
    "group",
    "component",
    "money",
    "rate_bp",
)
STRESSED = (
    "scenario",
    "all_in_cost",
    "best_alternative",
    "saving",
    "policy",
)


def saving(report: Report) -> Element | None:
    """The pool first, then each company, then the parts of the cost."""
    if not report.has("savings"):
        return None
    rows = sorted(report.rows("savings"), key=lambda row: (row["level"] != "pool", row["level"] != "deal"))
    parts = [
        row
        for row in report.rows("financing_cost")
        if row["level"] == "pool" and row["side"] == "securitization"
    ]
    return el(
        "section",
        el("h2", report.t("What the companies save", "企业融资成本节约"), id="savings"),
        report.table("savings", rows, SAVINGS, 3),
        el("h3", report.t("What the cost of the pool is made of", "综合成本构成")),
        report.table("financing_cost", parts, PARTS, 4) if parts else None,
        report.table("stress_savings", report.rows("stress_savings"), STRESSED)
        if report.has("stress_savings")
        else None,
    )
