"""What the companies save, and what their cost is made of."""

from __future__ import annotations

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report

SAVINGS = (
    ("level", "level", "层级", "text"),
    ("company", "company", "企业", "text"),
    ("policy", "policies", "政策", "text"),
    ("alternative", "best alternative", "最优替代", "text"),
    ("principal", "drawn", "融资额", "money"),
    ("securitization_bp", "pays bp", "综合成本（基点）", "basis points"),
    ("alternative_bp", "alternative bp", "替代成本（基点）", "basis points"),
    ("saving_bp", "saves bp", "节约（基点）", "basis points"),
    ("saving_present_value", "present value", "节约现值", "money"),
)
PARTS = (
    ("side", "side", "方案", "text"),
    ("policy", "policies", "政策", "text"),
    ("group", "group", "类别", "text"),
    ("component", "component", "组成", "text"),
    ("money", "money", "金额", "money"),
    ("rate_bp", "bp", "基点", "basis points"),
)
STRESSED = (
    ("scenario", "scenario", "情景", "text"),
    ("all_in_cost", "all-in cost", "综合成本", "percent"),
    ("best_alternative", "best alternative", "最优替代", "percent"),
    ("saving", "saving", "节约", "percent"),
    ("policy", "policy counted", "所计政策", "text"),
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
