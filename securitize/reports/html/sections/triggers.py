"""The trigger ledger: threshold, actual, headroom, status, cure and consequence on each date."""

from __future__ import annotations

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row
from securitize.reports.html.sections.under import where

LEDGER = (
    "trigger",
    "payment_date",
    "actual",
    "threshold",
    "headroom",
    "status",
    "cure",
    "consequence",
)
RUN = (
    "trigger",
    "payment_date",
    "measure",
    "threshold",
    "breached",
    "priority_in_force",
)


def triggers(report: Report) -> Element | None:
    """Of the calculated case in full; of scenarios, those in which a trigger is breached."""
    if not report.has("triggers"):
        return None
    head = el("h2", report.t("Trigger ledger", "触发事件台账"), id="triggers")
    if not report.has("trigger_ledger"):
        return el(
            "section",
            head,
            el("p", report.t(*where(report))),
            report.table("triggers", report.rows("triggers"), RUN, 2),
        )
    rows = report.rows("trigger_ledger")
    struck = dict.fromkeys(
        row["scenario"] for row in rows if row["status"] == "breached" and row["scenario"] != "base"
    )
    return el(
        "section",
        head,
        report.table("trigger_ledger", [row for row in rows if row["scenario"] == "base"], LEDGER, 2, _hit),
        [
            el(
                "details",
                el("summary", report.t("Scenario", "情景"), " ", el("b", name, class_="name")),
                report.table(
                    "trigger_ledger", [row for row in rows if row["scenario"] == name], LEDGER, 2, _hit
                ),
            )
            for name in struck
        ],
    )


def _hit(row: Row, column: str) -> str | None:
    return "hit" if column == "status" and row["status"] == "breached" else None
