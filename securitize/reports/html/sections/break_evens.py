"""Break-evens: one driver alone, the likeliest combination, and the sensitivity to each number."""

from __future__ import annotations

from securitize.reports.charts.bars import tornado
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row
from securitize.tables.dictionary import value_label

BREAKS = (
    "note",
    "driver",
    "criterion",
    "support",
    "status",
    "base_value",
    "inside",
    "outside",
    "unit",
    "breaks_on",
    "breaks_by",
)
REVERSE = (
    "note",
    "criterion",
    "support",
    "driver",
    "base_value",
    "value",
    "unit",
    "deviations",
    "distance",
    "probability",
    "kind",
    "why_not",
)
MOVED = (
    "driver",
    "measure",
    "place",
    "kind",
    "scenario",
    "support",
    "base_value",
    "low",
    "low_from",
    "high",
    "high_from",
    "result_base",
    "result_low",
    "result_high",
)
SHOWN = 15


def breaking(report: Report) -> Element | None:
    """Break-evens, reverse stress, sensitivities."""
    if not report.has("break_evens"):
        return None
    rows = [row for row in report.rows("break_evens") if row["status"] in ("found", "broken at base")]
    others = [row for row in report.rows("break_evens") if row["status"] not in ("found", "broken at base")]
    return el(
        "section",
        el("h2", report.t("Where each note breaks", "各档证券的临界点"), id="breaks"),
        el(
            "p",
            report.t(
                "One driver alone moves for the worse; the last value that does not break and the next are both "
                "calculated.",
                "单一压力因子向不利方向变动；临界内外两值均经计算。",
            ),
        ),
        report.table(
            "break_evens", rows, BREAKS, 4, lambda row, column: "hit" if column == "outside" else None
        ),
        el(
            "details",
            el(
                "summary",
                report.t("Not reached within the bracket, or not applicable", "区间内未突破或不适用"),
            ),
            report.table(
                "break_evens",
                others,
                (*BREAKS[:6], "bracket_end", "why_not"),
                4,
            ),
        ),
        _reverse(report),
        _sensitivities(report),
    )


def _reverse(report: Report) -> Element | None:
    if not report.has("reverse_stresses"):
        return None
    sentence = report.t(
        "The nearest found, in standard deviations of the drivers' joint law; a nearer one cannot be excluded.",
        "所找到的最近组合，以联合正态分布的标准差计；不排除存在更近的组合。",
    )
    return el(
        "div",
        el(
            "h3",
            report.t("Reverse stress: the likeliest way to break", "反向压力：最可能突破判据的组合"),
            id="reverse",
        ),
        el("p", sentence),
        report.table("reverse_stresses", report.rows("reverse_stresses"), REVERSE, 4),
    )


def _sensitivities(report: Report) -> Element | None:
    if not report.has("sensitivities"):
        return None
    rows = sorted(report.rows("sensitivities"), key=lambda row: (row["measure"], row["place"]))
    pictures = []
    for measure in dict.fromkeys(row["measure"] for row in rows):
        # One base for a picture: numbers of a suite are read in scenarios of their own. Earlier versions name none.
        read_there = [row for row in rows if row["measure"] == measure and row["scenario"] in ("base", None)]
        mine = read_there[:SHOWN]
        if mine and mine[0]["result_base"] is not None:
            chinese = value_label("sensitivities", "measure", measure, "zh")
            pictures.append(
                tornado(
                    f"{measure}: numbers moved down and up {chinese}：数值上下变动",
                    [_name(row) for row in mine],
                    [(row["result_low"], row["result_high"]) for row in mine],
                    mine[0]["result_base"],
                )
            )
    return el(
        "div",
        el("h3", report.t("The largest assumptions", "最大的假设"), id="sensitivities"),
        el(
            "p",
            report.t(
                "Each number that states its source is moved alone, to its written low and high, else by a tenth. The "
                "expected loss leaves out supports whose providers never fail at random. A number of the suite is read "
                "in its own scenario.",
                "每个注明来源的数值单独变动至其所载上下限，未载明的上下浮动10%。预期损失列表剔除在随机模型中永不违约的增信主体。"
                "情景组的数值在其所属情景下读取。",
            ),
        ),
        pictures,
        el(
            "details",
            el("summary", report.t("All of them", "全部")),
            report.table("sensitivities", rows, MOVED, 2),
        ),
    )


def _name(row: Row) -> str:
    return str(row["driver"]).removeprefix("deal.toml: ").removeprefix("pool/pool.toml: ")
