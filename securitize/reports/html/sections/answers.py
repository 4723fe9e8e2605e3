"""Summary of the report: whether each note is on time, where it breaks, what a company saves, what is assumed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row
from securitize.reports.html.sections import note_cards
from securitize.reports.html.sections import prices as of_prices
from securitize.store.identity import sha256
from securitize.tables.naming import Form

#: Which criterion makes a note break sooner than another at one distance.
GRAVE = ("loss", "interest-unpaid", "late-principal")


def answers(report: Report) -> Element:
    """Five answers, each with its references."""
    return el(
        "section",
        el("h2", report.t("The answers", "结论"), id="answers"),
        el("ul", list(_cards(report)), class_="answers"),
    )


def _cards(report: Report) -> Iterator[Element]:
    if report.has("stress_results"):
        yield from (
            _note_card(note_cards.of_suite(report, name))
            for name in dict.fromkeys(row["note"] for row in report.rows("stress_results"))
        )
    elif report.has("note_measures"):
        yield from (_note_card(note_cards.of_run(report, row)) for row in report.rows("note_measures"))
    if report.has("prices"):
        yield from (_card(title, *parts) for title, parts in of_prices.cards(report))
    if report.has("reverse_stresses"):
        yield _first_break(report)
    if report.has("support_worth"):
        yield _support(report)
    if any(row["kind"] for row in report.rows("sensitivities")):  # earlier versions ranked other measures
        yield _assumption(report)
    if report.has("savings"):
        yield _saving(report)
    yield _identity(report)


def _card(title: Element, *parts: Element | None) -> Element:
    return el("li", el("h3", title), parts)


def _note_card(card: note_cards.Card) -> Element:
    title, parts = card
    return _card(title, *parts)


def _first_break(report: Report) -> Element:
    """The note of the likeliest combination that breaks one: of the least distance in the drivers' joint law."""
    found = [
        row
        for row in report.rows("reverse_stresses")
        if row["distance"] is not None and row["criterion"] in GRAVE
    ]
    title = report.t("Which note breaks first, and by what?", "临界值分析")
    if not found:
        nothing = report.t(
            "no combination of drivers within reach breaks a note", "搜索范围内任何压力组合均不影响足额兑付"
        )
        return _card(title, el("p", nothing))
    parts = []
    for support in ("in place", "absent"):
        mine = [row for row in found if row["support"] == support]
        if mine:
            parts.append(_nearest_break(report, mine))
    measure = report.t(
        "the nearest combination found in the joint law of the drivers",
        "按各压力因子联合分布中距离最近的组合衡量",
    )
    return _card(
        title,
        *parts,
        el("small", measure, " · ", el("a", report.t("all break-evens", "全部临界值"), href="#breaks")),
    )


def _nearest_break(report: Report, rows: Sequence[Row]) -> Element:
    """The combination of the least distance, with each driver that moves in it."""
    first = min(rows, key=lambda row: float(row["distance"]))
    key = ("note", "criterion", "support")
    moved = [row for row in rows if all(row[name] == first[name] for name in key) and row["deviations"]]
    with_ = (
        report.t("with support in place", "计入外部增信")
        if first["support"] == "in place"
        else report.t("with no support", "不计外部增信")
    )
    parts: list[Element | str] = []
    for row in moved:
        parts += [
            ", " if parts else "",
            el("b", report.figure("reverse_stresses", row, "driver", "text")),
            " ",
            report.cited("reverse_stresses", row, "value", "number"),
            " (",
            report.figure("reverse_stresses", row, "unit", "text"),
            ")",
        ]
    return el(
        "p",
        with_,
        ": ",
        el("b", first["note"], class_="name"),
        " ",
        report.t("breaks at", "未能足额兑付，取值"),
        " ",
        *parts,
        "; ",
        report.t("distance", "距离"),
        " ",
        report.cited("reverse_stresses", first, "distance", "number"),
        ", ",
        report.t("probability beyond it", "尾部概率"),
        " ",
        report.cited("reverse_stresses", first, "probability", "percent"),
    )


def _support(report: Report) -> Element:
    rows = report.rows("support_worth")
    base = [row for row in rows if row["scenario"] == "base"]
    worst = max(rows, key=lambda row: row["principal_loss_without"] - row["principal_loss"])
    # Earlier versions told no loss with the guarantor alive or failing with the market apart.
    drawn = [row for row in base if row["support_risk"] is not None]
    parts = [
        el(
            "p",
            report.t("in scenario", "情景"),
            " ",
            el("b", worst["scenario"], class_="name"),
            " ",
            report.t("note", "证券"),
            " ",
            el("b", worst["note"], class_="name"),
            " ",
            report.t("loses", "损失"),
            " ",
            report.cited("support_worth", worst, "principal_loss", "money"),
            " ",
            report.t("with it and", "（计入外部增信），"),
            " ",
            report.cited("support_worth", worst, "principal_loss_without", "money"),
            " ",
            report.t("without", "（不计外部增信）"),
        )
    ]
    parts += [
        el(
            "p",
            report.t("expected loss of", "预期损失率"),
            " ",
            el("b", row["note"], class_="name"),
            ": ",
            report.cited("support_worth", row, "expected_loss_alive", "percent"),
            " ",
            report.t("while its provider never fails,", "（增信机构存续），"),
            " ",
            report.cited("support_worth", row, "expected_loss_correlated", "percent"),
            " ",
            report.t("while it may fail with the market,", "（增信机构与市场相关违约），"),
            " ",
            report.cited("support_worth", row, "expected_loss_without", "percent"),
            " ",
            report.t("while it is out", "（增信机构已违约）"),
        )
        for row in drawn
    ]
    return _card(
        report.t("What is support worth?", "外部增信效果"),
        *parts,
        el("small", el("a", report.t("by scenario", "分情景"), href="#support")),
    )


#: How the results of each list of assumptions are written.
_FORMS: Mapping[str, Form] = {
    "senior expected loss": "percent",
    "life coverage": "ratio",
    "saving of all companies": "percent",
}


def _assumption(report: Report) -> Element:
    """Of each list, the assumed number of most effect; where the numbers of a list are all published, no line."""
    source = {f"{row['file']}: {row['path']}": row for row in report.rows("assumptions")}
    parts = []
    for measure, form in _FORMS.items():
        rows = [
            row
            for row in report.rows("sensitivities")
            if row["measure"] == measure and row["kind"] == "assumed" and row["driver"] in source
        ]
        if rows:
            parts.append(_largest(report, min(rows, key=lambda row: row["place"]), source, form))
    title = report.t(
        "What are the largest assumptions, and where are they from?", "最大的假设是什么，来自何处？"
    )
    if not parts:
        return _card(
            title, el("p", report.t("no assumed number of the inputs moves the notes", "无假设数值影响证券"))
        )
    return _card(
        title,
        *parts,
        el("small", el("a", report.t("all three lists", "全部三个列表"), href="#sensitivities")),
    )


def _largest(report: Report, row: Row, source: Mapping[str, Row], form: Form) -> Element:
    figure = source[row["driver"]]
    return el(
        "div",
        el(
            "p",
            report.figure("sensitivities", row, "measure", "text"),
            ": ",
            el("b", figure["path"], class_="name"),
            " = ",
            report.cited("assumptions", figure, "value", "text"),
        ),
        el(
            "p",
            report.t("as it stands, moved down, moved up", "原值、下调、上调"),
            ": ",
            report.cited("sensitivities", row, "result_base", form),
            " / ",
            report.cited("sensitivities", row, "result_low", form),
            " / ",
            report.cited("sensitivities", row, "result_high", form),
        ),
        el("p", report.t("source", "来源"), ": ", report.figure("assumptions", figure, "source", "text")),
    )


def _saving(report: Report) -> Element:
    row = next(
        row
        for row in report.rows("savings")
        if row["level"] == "pool" and row["company"] == "all" and row["policy"] == "with"
    )
    saves = row["saving_bp"] is not None and row["saving_bp"] > 0
    return _card(
        report.t("What does the average company save?", "企业平均节约多少？"),
        el(
            "p",
            el(
                "span",
                report.figure("savings", row, "saving_bp", "basis points"),
                " ",
                report.t("basis points a year", "基点/年"),
                class_="big good" if saves else "big bad",
            ),
        ),
        el(
            "p",
            report.t("pays", "综合成本"),
            " ",
            report.cited("savings", row, "securitization_bp", "basis points"),
            " ",
            report.t("against", "对比最优替代"),
            " ",
            report.cited("savings", row, "alternative_bp", "basis points"),
        ),
        el(
            "small",
            _assumed_of_alternatives(report),
            " · ",
            el("a", report.t("by company", "分企业"), href="#savings"),
        ),
    )


def _assumed_of_alternatives(report: Report) -> Element:
    """How many numbers of the alternatives are assumed, of how many."""
    kinds = [row["kind"] for row in report.rows("assumptions") if "alternatives/" in row["file"]]
    assumed, of = kinds.count("assumed"), len(kinds)
    return report.t(
        f"{assumed} of {of} numbers of the alternatives are assumed",
        f"替代方案的{of}个数值中{assumed}个为假设",
    )


def _identity(report: Report) -> Element:
    manifest = report.stored.manifest
    return _card(
        report.t("Is this the file that the manifest names?", "本报告是否与清单一致？"),
        el(
            "p",
            report.t("made from run", "测算编号"),
            " ",
            el("code", manifest.id),
            ", ",
            report.t("manifest SHA-256", "清单 SHA-256"),
            " ",
            el("code", sha256(manifest.to_bytes())),
        ),
        el(
            "p",
            report.t("check the run", "校验命令"),
            ": ",
            el("code", "securitize verify RUN"),
            "; ",
            report.t("check this file", "校验本文件"),
            ": ",
            el("code", "sha256sum --check reports.sha256"),
        ),
    )
