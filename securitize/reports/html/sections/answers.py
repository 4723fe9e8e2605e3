"""Summary of the report: whether each note holds, where it breaks, what a company saves, what is assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from securitize.base.messages import in_language
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row
from securitize.reports.verdicts import IDLE, PART, verdict
from securitize.store.identity import sha256

#: Which criterion makes a note break sooner than another at one distance.
GRAVE = ("loss", "interest-unpaid")


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
            _note(report, name)
            for name in dict.fromkeys(row["note"] for row in report.rows("stress_results"))
        )
    elif report.has("note_measures"):
        yield from (_note_alone(report, row) for row in report.rows("note_measures"))
    if report.has("break_evens"):
        yield _first_break(report)
    if report.has("support_worth"):
        yield _support(report)
    if report.has("sensitivities"):
        yield _assumption(report)
    if report.has("savings"):
        yield _saving(report)
    yield _identity(report)


def _card(title: Element, *parts: Element | None) -> Element:
    return el("li", el("h3", title), parts)


def _does_it_hold(report: Report, note: str) -> Element:
    name = el("b", note, class_="name")
    return el("span", report.t("Does note", "证券"), " ", name, " ", report.t("hold?", "能否足额兑付"))


def _note(report: Report, note: str) -> Element:
    rows = [row for row in report.rows("stress_results") if row["note"] == note]
    base = next(row for row in rows if row["scenario"] == "base")
    broken = [row for row in rows if not row["holds"]]
    worst = max(rows, key=lambda row: (row["loss"], row["interest_shortfall_max"], not row["holds"]))
    held = (
        report.t("holds in the base case", "基准情景足额兑付")
        if base["holds"]
        else report.t("breaks in the base case", "基准情景未能足额兑付")
    )
    parts = el(
        "p",
        el("span", held, class_="big good" if base["holds"] else "big bad"),
        el("small", " ", report.figure("stress_results", base, "holds", "yes")),
    )
    if not broken:
        also = el("p", report.t("and in every scenario that acts whole", "在全部适用的各情景中亦足额兑付"))
    else:
        also = el(
            "p",
            report.t("worst scenario", "最不利情景"),
            " ",
            el("b", worst["scenario"], class_="name"),
            ": ",
            report.t("loses", "损失"),
            " ",
            report.cited("stress_results", worst, "loss", "money"),
        )
    names = ", ".join(row["scenario"] for row in _in_order(report, broken))
    breaks = (
        el("p", report.t("breaks in", "未能足额兑付的情景"), ": ", el("span", names, class_="name"))
        if broken
        else None
    )
    return _card(_does_it_hold(report, note), parts, also, breaks, _in_part(report, rows), _idle(report))


def _in_part(report: Report, rows: list[dict[str, Any]]) -> Element | None:
    """The scenarios in which a note is on time, but of which something is left out."""
    partly = [row for row in rows if row["holds"] and row.get("applies") in PART]
    if not partly:
        return None
    names = ", ".join(row["scenario"] for row in _in_order(report, partly))
    said = verdict("in-part", "", on_time=True)
    return el("p", report.t(said, in_language(said, "zh")), ": ", el("span", names, class_="name"))


def _idle(report: Report) -> Element | None:
    """The scenarios that change no cash: they put no note to a test."""
    names = [
        row["scenario"] for row in _in_order(report, report.rows("suite_scenarios")) if row["effect"] in IDLE
    ]
    if not names:
        return None
    said = report.t("no cash changes in", "现金流不变的情景")
    return el("p", said, ": ", el("span", ", ".join(names), class_="name"))


def _note_alone(report: Report, row: Row) -> Element:
    holds = not row["loss"] and not row["interest_shortfall_max"]
    held = report.t("holds", "足额兑付") if holds else report.t("breaks", "未能足额兑付")
    return _card(
        _does_it_hold(report, row["note"]),
        el("p", el("span", held, class_="big good" if holds else "big bad")),
        el("p", report.t("loses", "损失"), " ", report.cited("note_measures", row, "loss", "money")),
    )


def _in_order(report: Report, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    place = {row["scenario"]: row["position"] for row in report.rows("suite_scenarios")}
    return sorted(rows, key=lambda row: place.get(row["scenario"], 0))


def _first_break(report: Report) -> Element:
    """The note that breaks soonest: of those found, the smallest share of its bracket."""
    found = [
        row for row in report.rows("break_evens") if row["status"] == "found" and row["criterion"] in GRAVE
    ]
    title = report.t("Which note breaks first, and by what?", "临界值分析")
    if not found:
        return _card(
            title, el("p", report.t("no note breaks by one driver alone", "任何单一压力因子均不影响足额兑付"))
        )

    def reach(row: Row) -> float:
        whole = abs(row["bracket_end"] - row["base_value"]) or 1.0
        return float(abs(row["outside"] - row["base_value"]) / whole)

    parts = []
    for support in ("in place", "absent"):
        mine = [row for row in found if row["support"] == support]
        if mine:
            first = min(mine, key=reach)
            with_ = (
                report.t("with support in place", "计入外部增信")
                if support == "in place"
                else report.t("with no support", "不计外部增信")
            )
            parts.append(
                el(
                    "p",
                    with_,
                    ": ",
                    el("b", first["note"], class_="name"),
                    " ",
                    report.t("breaks at", "未能足额兑付，取值"),
                    " ",
                    el("b", first["driver"]),
                    " ",
                    report.cited("break_evens", first, "outside", "number"),
                    " (",
                    first["unit"],
                    "): ",
                    report.figure("break_evens", first, "breaks_by", "text"),
                    ", ",
                    report.figure("break_evens", first, "breaks_on", "date"),
                )
            )
    measure = report.t("measured as a share of each driver's bracket", "按各压力因子搜索区间占比衡量")
    return _card(
        title,
        *parts,
        el("small", measure, " · ", el("a", report.t("all break-evens", "全部临界值"), href="#breaks")),
    )


def _support(report: Report) -> Element:
    rows = report.rows("support_worth")
    base = [row for row in rows if row["scenario"] == "base"]
    worst = max(rows, key=lambda row: row["loss_without"] - row["loss"])
    drawn = [row for row in base if row["expected_loss_without"] is not None]
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
            report.cited("support_worth", worst, "loss", "money"),
            " ",
            report.t("with it and", "（计入外部增信），"),
            " ",
            report.cited("support_worth", worst, "loss_without", "money"),
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
            report.cited("support_worth", row, "expected_loss", "percent"),
            " ",
            report.t("with,", "（有），"),
            " ",
            report.cited("support_worth", row, "expected_loss_without", "percent"),
            " ",
            report.t("without", "（无）"),
        )
        for row in drawn
    ]
    return _card(
        report.t("What is the guarantor worth?", "外部增信效果"),
        *parts,
        el("small", el("a", report.t("by scenario", "分情景"), href="#support")),
    )


def _assumption(report: Report) -> Element:
    """The assumed number of the inputs whose move by a tenth moves the cash of the notes most."""
    source = {f"{row['file']}: {row['path']}": row for row in report.rows("assumptions")}
    rows = [
        row
        for row in report.rows("sensitivities")
        if row["measure"] == "cash to all notes" and source.get(row["driver"], {}).get("kind") == "assumed"
    ]
    title = report.t("What is the largest assumption, and where is it from?", "最大的假设是什么，来自何处？")
    if not rows:
        return _card(
            title, el("p", report.t("no assumed number of the inputs moves the notes", "无假设数值影响证券"))
        )
    first = min(rows, key=lambda row: row["place"])
    figure = source[first["driver"]]
    return _card(
        title,
        el(
            "p",
            el("b", figure["path"], class_="name"),
            " = ",
            report.cited("assumptions", figure, "value", "text"),
        ),
        el(
            "p",
            report.t("a tenth less or more: cash to the notes", "上下浮动10%，证券现金流"),
            " ",
            report.cited("sensitivities", first, "result_low", "money"),
            " / ",
            report.cited("sensitivities", first, "result_high", "money"),
        ),
        el("p", report.t("source", "来源"), ": ", report.figure("assumptions", figure, "source", "text")),
        el("small", el("a", report.t("all sensitivities", "全部敏感性"), href="#sensitivities")),
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
            report.t("nearly all terms of the alternatives are assumed", "替代方案条款大多为假设"),
            " · ",
            el("a", report.t("by company", "分企业"), href="#savings"),
        ),
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
