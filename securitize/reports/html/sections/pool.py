"""The pool: its contracts, and how it is stratified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from securitize.reports.charts.bars import upright
from securitize.reports.charts.flow import Box, flow
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report
from securitize.reports.html.sections.after_last import after_last
from securitize.reports.html.sections.under import where

ASSETS = (
    "asset",
    "obligor",
    "kind",
    "maturity",
    "balance",
    "rate",
    "rights",
    "collected",
)
MOST = 400
Rows = Sequence[Mapping[str, Any]]
Columns = Sequence[str]


STRATA = (
    "dimension",
    "stratum",
    "title",
    "contracts",
    "obligors",
    "scheduled",
    "share",
)
LINKS = (
    "supplier",
    "supplier_title",
    "customer",
    "customer_title",
)


def pool(report: Report) -> Element | None:
    """The contracts, largest first, a picture of how lumpy the pool is, its strata and its chain."""
    if not report.has("assets"):
        return None
    rows = sorted(report.rows("assets"), key=lambda row: -max(row["balance"], row["collected"]))
    balances = [float(max(row["balance"], row["collected"])) for row in rows]
    whole, more = sum(balances) or 1.0, len(rows) - MOST
    shares = [balance / whole for balance in balances[:30]]
    return el(
        "section",
        el("h2", report.t("The pool", "资产池"), id="pool"),
        upright("Share of each contract 各合同占比", [row["asset"] for row in rows[:30]], shares),
        _strata(report),
        _chain(report),
        after_last(report),
        el("h3", report.t("Contracts, largest first", "合同（按规模排序）")),
        el("p", report.t(*where(report))),
        report.table("assets", rows[:MOST], ASSETS),
        el("p", report.t("more contracts stand in the table assets", "其余合同见数据表"))
        if more > 0
        else None,
    )


def _strata(report: Report) -> Element | None:
    if not report.has("pool_strata"):
        return None
    rows = report.rows("pool_strata")
    order = ("chain node", "kind", "region", "maturity", "rate", "obligor")
    ranked = sorted(rows, key=lambda row: (order.index(row["dimension"]), -row["scheduled"]))
    others = [row for row in ranked if row["dimension"] != "obligor"]
    obligors = [row for row in ranked if row["dimension"] == "obligor"]
    return el(
        "div",
        el("h3", report.t("Stratification", "统计分布")),
        report.table("pool_strata", others, _in_language(report, others, STRATA), 2),
        el(
            "details",
            el("summary", report.t("By obligor", "按债务人")),
            report.table("pool_strata", obligors, _in_language(report, obligors, STRATA), 2),
        ),
    )


def _chain(report: Report) -> Element | None:
    """Nodes of the pool's obligors: those that only supply, those between, those that are only supplied."""
    if not report.has("chain_links"):
        return None
    links = report.rows("chain_links")
    suppliers, served = {row["supplier"] for row in links}, {row["customer"] for row in links}
    columns = _in_language(report, links, LINKS)
    supplier, customer = columns[1], columns[3]
    names = {row["supplier"]: row[supplier] for row in links} | {
        row["customer"]: row[customer] for row in links
    }
    boxes, place = [], [0, 0, 0]
    for node in sorted(names):
        column = 0 if node not in served else 2 if node not in suppliers else 1
        boxes.append(Box(column, place[column], node, names[node]))
        place[column] += 1
    number = {box.name: k for k, box in enumerate(boxes)}
    arrows = [(number[row["supplier"]], number[row["customer"]]) for row in links]
    return el(
        "div",
        el("h3", report.t("On the industry chain", "产业链位置")),
        flow("Who supplies whom 供给关系", boxes, arrows),
        report.table("chain_links", links, columns, 4),
    )


def _in_language(report: Report, rows: Rows, columns: Columns) -> Columns:
    """The columns with Chinese titles, where all have one and the page is not in English alone."""
    match report.language:
        case "en":
            return columns
        case "zh" | "both":
            return tuple(_chinese(rows, name) for name in columns)
        case _:
            assert_never(report.language)


def _chinese(rows: Rows, name: str) -> str:
    other = f"{name}_zh"
    found = all(row.get(other) or not row[name] for row in rows) and any(row.get(other) for row in rows)
    return other if found else name
