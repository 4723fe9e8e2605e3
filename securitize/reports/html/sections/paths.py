"""Random paths of the calculated case: fans by date, the distribution of losses, standard errors and convergence."""

from __future__ import annotations

from collections.abc import Iterator

from securitize.reports.charts.bars import upright
from securitize.reports.charts.over_time import fan
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report
from securitize.reports.html.sections.under import heading, stresses

RISK = (
    "note",
    "paths",
    "loss_measure",
    "expected_loss",
    "expected_loss_error",
    "default_probability",
    "late_probability",
    "loss_given_default",
    "loss_quantile_99",
    "expected_shortfall_99",
    "expected_interest_loss",
    "expected_present_value_loss",
)
DISTRIBUTION = (
    "of",
    "name",
    "low",
    "high",
    "probability",
    "exceedance",
)
CAUSES = (
    "note",
    "obligor",
    "contribution",
    "share",
)


def supposed(report: Report, table: str) -> Element | None:
    """That figures over random paths rest on guarantors who pay, where none of them may fail at random."""
    if not any(row.get("support_risk") == "given-that-it-pays" for row in report.rows(table)):
        return None
    return el(
        "p",
        el("b", report.t("given that the guarantor pays", "以担保人履约为前提")),
        ": ",
        report.t("no guarantor or provider of support defaults at random", "担保人及增信机构均不随机违约"),
    )


def paths(report: Report) -> Element | None:
    """Everything that random paths say of the calculated case."""
    if not report.has("note_risk"):
        return None
    return el(
        "section",
        heading(
            report,
            "paths",
            ("Random paths of the base case", "Random paths in scenario"),
            ("基准情景的随机路径", "压力情景的随机路径"),
        ),
        stresses(report),
        supposed(report, "note_risk"),
        report.table("note_risk", report.rows("note_risk"), RISK),
        list(_fans(report)),
        list(_distributions(report)),
        el(
            "details",
            el("summary", report.t("Distribution of losses", "损失分布")),
            report.table("loss_distribution", report.rows("loss_distribution"), DISTRIBUTION, 2),
        ),
        el(
            "details",
            el("summary", report.t("Who causes the losses", "损失来源")),
            report.table("loss_contributions", report.rows("loss_contributions"), CAUSES, 2),
        ),
    )


def _fans(report: Report) -> Iterator[Element]:
    rows = report.rows("path_quantiles")
    dates = sorted({row["payment_date"] for row in rows})
    wanted = [("pool", "", "performing", "Performing balance of the pool 资产池正常余额")]
    wanted += [
        ("note", name, "closing_balance", f"Balance of note 证券余额 {name}")
        for name in dict.fromkeys(row["name"] for row in rows if row["quantity"] == "note")
    ]
    streams = dict.fromkeys(row["measure"] for row in rows if row["quantity"] == "collections")
    wanted += [("collections", "", stream, f"Collections 回收: {stream}") for stream in streams]
    for quantity, name, measure, title in wanted:
        mine = [
            row for row in rows if (row["quantity"], row["name"], row["measure"]) == (quantity, name, measure)
        ]
        levels = sorted({row["level"] for row in mine})
        if not mine or not any(row["quantile"] for row in mine):
            continue
        by = {(row["level"], row["payment_date"]): float(row["quantile"]) for row in mine}
        yield fan(title, dates, {level: [by.get((level, day), 0.0) for day in dates] for level in levels})


def _distributions(report: Report) -> Iterator[Element]:
    rows = report.rows("loss_distribution")
    for of, name in dict.fromkeys((row["of"], row["name"]) for row in rows):
        mine = [row for row in rows if (row["of"], row["name"]) == (of, name)]
        labels = [
            "0" if row["band"] == 0 else f"≤{row['high'] * 100:g}%" if row["high"] else ">" for row in mine
        ]
        yield upright(
            f"Loss of {of} {name}, share of paths 损失分布", labels, [row["probability"] for row in mine]
        )
