"""The calculated case by date: balances, collections, what each date pays."""

from __future__ import annotations

from typing import Any

from securitize.reports.charts.over_time import lines, stacked
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report
from securitize.reports.html.sections.stress import published
from securitize.reports.html.sections.under import heading, stresses

DATES = (
    "payment_date",
    "priority",
    "opening",
    "collections",
    "supported",
    "to_fees",
    "to_interest",
    "to_principal",
    "to_residual",
    "closing",
)
COVERAGE = (
    "payment_date",
    "rank",
    "dscr",
    "dscr_with_support",
    "ic",
    "oc",
)
LIFE = (
    "measured_on",
    "rank",
    "owed",
    "accounts_held",
    "cash_to_come",
    "fees_to_come",
    "life_coverage",
    "life_coverage_with_support",
    "plain_coverage",
)


def cash(report: Report) -> Element | None:
    """Stacked balances, sources and uses by date, coverage."""
    if not report.has("payment_dates", "note_cash_flows"):
        return None
    flows = report.rows("note_cash_flows")
    dates = sorted({row["payment_date"] for row in flows})
    balances = {
        name: [float(_cell(flows, name, day)) for day in dates]
        for name in dict.fromkeys(row["note"] for row in flows)
    }
    coverage = report.rows("coverage")
    ranks = sorted({row["rank"] for row in coverage})
    dscr = {
        f"rank 偿付顺位 {rank}": [
            next(
                (row["dscr"] for row in coverage if row["rank"] == rank and row["payment_date"] == day), None
            )
            for day in dates
        ]
        for rank in ranks
    }
    return el(
        "section",
        heading(
            report, "cash", ("Base case cash flows", "Cash flows in scenario"), ("基准现金流", "压力现金流")
        ),
        stresses(report),
        stacked("Balance of the notes after each payment 兑付后证券余额", dates, balances),
        el("h3", report.t("Sources and uses by date", "各兑付日资金来源与运用")),
        report.table("payment_dates", report.rows("payment_dates"), DATES),
        lines("Debt service coverage 偿债覆盖倍数", dates, dscr),
        el(
            "details",
            el("summary", report.t("Coverage by date", "各期覆盖倍数")),
            published(report),
            report.table("coverage", coverage, COVERAGE, 2),
        ),
        _life(report),
    )


def _life(report: Report) -> Element | None:
    if not report.has("life_coverage"):
        return None
    return el(
        "details",
        el("summary", report.t("Life coverage by date", "各期存续期覆盖倍数")),
        el(
            "p",
            report.t(
                "All cash to come, discounted at the notes' coupon, over what they are owed. Plain coverage is as "
                "offering papers print it: undiscounted, before fees, its denominator that of the base case.",
                "其后全部现金流按票面利率折现后与未偿本息之比。募集口径优先级覆盖倍数不折现、不扣费用，分母固定为基准情景。",
            ),
        ),
        report.table("life_coverage", report.rows("life_coverage"), LIFE, 2),
    )


def _cell(flows: list[dict[str, Any]], note: str, day: Any) -> Any:
    return next(
        (row["closing_balance"] for row in flows if row["note"] == note and row["payment_date"] == day), 0
    )
