"""Who pays whom: the structure of the deal, and the parties as the deal file names them."""

from __future__ import annotations

from securitize.reports.charts.flow import Box, flow
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, shown

CLOSING = (
    "side",
    "item",
    "party",
    "amount",
    "currency",
)


def structure(report: Report) -> Element | None:
    """A picture, and sources and uses at closing."""
    if not report.has("closing", "note_measures", "assets"):
        return None
    sources = [row for row in report.rows("closing") if row["side"] == "source"]
    obligors = len({row["obligor"] for row in report.rows("assets")})
    boxes = [Box(0, 0, f"companies 企业 × {obligors}", "")]
    boxes += [
        Box(0, 1 + k, f"support 外部增信: {name}", "")
        for k, name in enumerate(dict.fromkeys(row["support"] for row in report.rows("support")))
    ]
    vehicle = len(boxes)
    boxes.append(Box(1, 0, "vehicle 专项计划", str(report.about.get("deal", ""))))
    arrows = [(k, vehicle) for k in range(vehicle)]
    for k, row in enumerate(report.rows("note_measures")):
        boxes.append(
            Box(2, k, f"note 证券 {row['note']}", f"{row['currency']} {shown(row['balance'], 'money')}")
        )
        arrows.append((vehicle, len(boxes) - 1))
    place = sum(box.column == 2 for box in boxes)
    fees = list(dict.fromkeys(row["fee"] for row in report.rows("fees")))
    if fees:
        boxes.append(Box(2, place, f"fees 费用 × {len(fees)}", ", ".join(fees)[:30]))
        arrows.append((vehicle, len(boxes) - 1))
    return el(
        "section",
        el("h2", report.t("Structure", "交易结构"), id="structure"),
        flow("Money flows 资金流向", boxes, arrows),
        el("h3", report.t("Sources and uses at closing", "设立日资金来源与运用")),
        report.table(
            "closing",
            [*sources, *(row for row in report.rows("closing") if row["side"] != "source")],
            CLOSING,
            3,
        ),
    )
