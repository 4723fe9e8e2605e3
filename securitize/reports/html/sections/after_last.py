"""Cash after the last collection date: nobody collects it for the notes any more."""

from __future__ import annotations

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report

COLUMNS = ("scenario", "asset", "stream", "date", "amount", "kind", "counted")
MOST = 400


def after_last(report: Report) -> Element | None:
    """What comes then, by scenario, contract, stream and date; nothing where no cash does."""
    if not report.has("collections_after_last"):
        return None
    rows = report.rows("collections_after_last")
    lost = [row for row in rows if not row["counted"]]
    return el(
        "div",
        el("h3", report.t("Cash after the last collection date", "末次归集日后的现金"), id="after-last"),
        el(
            "p",
            report.t(
                "It pays no note. What comes by the last payment date falls into a gap of the terms.",
                "该等现金不用于兑付证券；其中在末次兑付日或之前到账的，条款未约定去向。",
            )
            if lost
            else report.t(
                "By the terms it counts in the last period.",
                "依条款约定计入末期。",
            ),
        ),
        el(
            "details",
            el("summary", report.t("By contract and date", "按合同及日期")),
            report.table("collections_after_last", rows[:MOST], COLUMNS, 4),
            el("p", report.t("more rows stand in the table", "其余见数据表")) if len(rows) > MOST else None,
        ),
    )
