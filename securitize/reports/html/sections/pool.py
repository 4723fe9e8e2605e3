"""The pool: its contracts, and how it is stratified."""

from __future__ import annotations

from securitize.reports.charts.bars import upright
from securitize.reports.html.element import Element, el
from securitize.reports.html.figures import Report

ASSETS = (
    ("asset", "contract", "合同", "text"),
    ("obligor", "obligor", "债务人", "text"),
    ("kind", "kind", "类型", "text"),
    ("maturity", "maturity", "到期日", "date"),
    ("balance", "balance", "余额", "money"),
    ("rate", "rate", "利率", "rate"),
    ("rights", "rights", "权利数", "whole"),
    ("collected", "collected", "回收合计", "money"),
)
MOST = 400


def pool(report: Report) -> Element | None:
    """The contracts, largest first, and a picture of how lumpy the pool is."""
    if not report.has("assets"):
        return None
    rows = sorted(report.rows("assets"), key=lambda row: -max(row["balance"], row["collected"]))
    balances = [float(max(row["balance"], row["collected"])) for row in rows]
    whole = sum(balances) or 1.0
    told = report.t("Contracts, largest first", "合同（按规模排序）")
    more = len(rows) - MOST
    return el(
        "section",
        el("h2", report.t("The pool", "资产池"), id="pool"),
        upright(
            "Share of each contract 各合同占比",
            [row["asset"] for row in rows[:30]],
            [b / whole for b in balances[:30]],
        ),
        el("h3", told),
        report.table("assets", rows[:MOST], ASSETS),
        el("p", f"{more} more in the table assets 其余见数据表") if more > 0 else None,
    )
