"""The assumption register: every number of the inputs with its kind, source and rank of sensitivity."""

from __future__ import annotations

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row

REGISTER = (
    "file",
    "path",
    "value",
    "unit",
    "kind",
    "source",
)
KINDS = {
    "published": "published 已公布",
    "derived": "derived 推算",
    "assumed": "assumed 假设",
    "stated": "stated 无来源",
}


def assumptions(report: Report) -> Element | None:
    """How many numbers are of each kind, then all of them, those of most effect first."""
    if not report.has("assumptions"):
        return None
    rank: dict[str, int] = {}
    for row in report.rows("sensitivities"):
        rank[row["driver"]] = min(row["place"], rank.get(row["driver"], 10**6))
    rows = sorted(
        report.rows("assumptions"), key=lambda row: rank.get(f"{row['file']}: {row['path']}", 10**6)
    )
    sourced = [row for row in rows if row["kind"] != "stated"]
    bare = [row for row in rows if row["kind"] == "stated"]
    counted = [el("li", f"{KINDS[kind]}: {sum(row['kind'] == kind for row in rows)}") for kind in KINDS]
    return el(
        "section",
        el("h2", report.t("Assumption register", "假设清单"), id="assumptions"),
        el("p", report.t("Numbers of most effect on the notes first, as ranked above.", "按对证券影响排序。"))
        if rank
        else None,
        el("ul", counted),
        report.table("assumptions", sourced, REGISTER, 2, _mark),
        el(
            "details",
            el("summary", report.t("Numbers written without a source", "未注明来源的数值")),
            report.table("assumptions", bare, REGISTER, 2),
        ),
    )


def _mark(row: Row, column: str) -> str | None:
    return {"assumed": "near", "published": "ok"}.get(row["kind"]) if column == "kind" else None
