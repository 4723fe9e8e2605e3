"""Cards of the notes: whether each is on time, late or loses, in the base case and under the suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from securitize.base.closed import complete
from securitize.base.messages import in_language
from securitize.definitions.suites.suite import PART
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row
from securitize.reports.html.sections.under import where
from securitize.reports.verdicts import IDLE, verdict
from securitize.waterfall.note_states import HOLDING, NoteStateName, unrecorded

#: The title of a card, and what stands below it.
Card = tuple[Element, list[Element | None]]


def _is_it_on_time(report: Report, note: str) -> Element:
    name = el("b", note, class_="name")
    return el(
        "span", report.t("Is note", "证券"), " ", name, " ", report.t("paid on time?", "能否按期足额兑付")
    )


#: How the state of a note is marked on its card.
STATES: Mapping[NoteStateName, str] = complete(
    NoteStateName, {"on-time": "big good", "late": "big warn", "loses": "big bad"}
)


def _state(report: Report, table: str, row: Row, where: tuple[str, str]) -> Element:
    """The state of a note, with the reference to it; a note that owes nothing has none."""
    if unrecorded(row):
        return el(
            "p",
            report.t(
                "not known: the version that stored this result recorded no state",
                "未知：生成本结果的版本未记录兑付状态",
            ),
        )
    if row["state"] is None:
        return el("p", report.t("owes nothing on a date", "无到期应付款项"))
    cell = el("span", report.figure(table, row, "state", "text"), class_=STATES[row["state"]])
    return el("p", cell, " ", el("small", report.t(*where))) if any(where) else el("p", cell)


def _late(report: Report, table: str, row: Row) -> Element | None:
    """When something was overdue first, for how long, and how much at most; nothing where nothing was."""
    if row["first_late_date"] is None:
        return None
    return el(
        "p",
        report.t("first late on", "首次延期日"),
        " ",
        report.cited(table, row, "first_late_date", "date"),
        ", ",
        report.t("days", "天数"),
        " ",
        report.cited(table, row, "days_late", "whole"),
        ", ",
        report.t("at most overdue", "最高逾期金额"),
        " ",
        report.cited(table, row, "largest_overdue", "money"),
    )


def of_suite(report: Report, note: str) -> Card:
    """The card of a note in a stress result."""
    rows = _in_order(report, [row for row in report.rows("stress_results") if row["note"] == note])
    base = next(row for row in rows if row["scenario"] == "base")
    parts: list[Element | None] = [
        _state(report, "stress_results", base, ("in the base case", "基准情景")),
        _late(report, "stress_results", base),
    ]
    others = [row for row in rows if row["scenario"] != "base"]
    late = [row for row in others if row["state"] == "late"]
    losing = [row for row in others if row["state"] == "loses"]
    if losing:
        worst = max(losing, key=lambda row: (row["principal_loss"], row["interest_loss"]))
        parts += [
            _named(report, ("loses in", "出现损失的情景"), losing),
            el(
                "p",
                report.t("at most, in", "最不利情景"),
                " ",
                el("b", worst["scenario"], class_="name"),
                ": ",
                report.t("principal", "本金损失"),
                " ",
                report.cited("stress_results", worst, "principal_loss", "money"),
                ", ",
                report.t("interest", "利息损失"),
                " ",
                report.cited("stress_results", worst, "interest_loss", "money"),
            ),
        ]
    if late:
        worst = max(late, key=lambda row: row["largest_overdue"])
        parts += [
            _named(report, ("late in", "延期兑付的情景"), late),
            el("p", report.t("the most, in", "最严重情景"), " ", el("b", worst["scenario"], class_="name")),
            _late(report, "stress_results", worst),
        ]
    if not late and not losing and base["state"] in HOLDING:
        parts.append(
            el(
                "p",
                report.t("and in every scenario that applies whole", "在全部完整适用的情景中均按期足额兑付"),
            )
        )
    return _is_it_on_time(report, note), [*parts, *_in_part(report, rows), *_idle(report)]


def _in_part(report: Report, rows: Sequence[Row]) -> list[Element | None]:
    """The scenarios in which a note is on time, but of which something is left out."""
    found = [row for row in rows if row["applies"] in PART and row["state"] in HOLDING]
    said = verdict("in-part", "", on_time=True)
    return [_named(report, (said, in_language(said, "zh")), found)] if found else []


def _idle(report: Report) -> list[Element | None]:
    """The scenarios that change no cash: they put no note to a test."""
    found = [row for row in _in_order(report, report.rows("suite_scenarios")) if row["effect"] in IDLE]
    return [_named(report, ("no cash changes in", "现金流不变的情景"), found)] if found else []


def _named(report: Report, words: tuple[str, str], rows: Sequence[Row]) -> Element:
    """A line of scenarios."""
    names = ", ".join(row["scenario"] for row in rows)
    return el("p", report.t(*words), ": ", el("span", names, class_="name"))


def of_run(report: Report, row: Row) -> Card:
    """The card of a note in a run, by its row of ``note_measures``."""
    return _is_it_on_time(report, row["note"]), [
        _state(report, "note_measures", row, where(report)),
        _late(report, "note_measures", row),
        el(
            "p",
            report.t("principal loss", "本金损失") if unrecorded(row) else report.t("loses", "损失"),
            " ",
            report.cited("note_measures", row, "principal_loss", "money"),
        ),
    ]


def _in_order(report: Report, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    place = {row["scenario"]: row["position"] for row in report.rows("suite_scenarios")}
    return sorted(rows, key=lambda row: place.get(row["scenario"], 0))
