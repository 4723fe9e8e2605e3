"""What the notes are worth: the market, what was asked for, prices, yields, spreads, risk measures, key rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from securitize.base.messages import Message
from securitize.reports.charts.bars import upright
from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report, Row

PRICES = (
    "note",
    "scenario",
    "balance",
    "value",
    "clean_price",
    "accrued",
    "dirty_price",
    "price_reason",
    "yield_street",
    "yield_interbank",
    "yield_annual",
    "yield_reason",
    "current_yield",
    "par_coupon",
)
SPREADS = (
    "note",
    "scenario",
    "rating",
    "z_spread",
    "spread_to_government",
    "discount_margin",
    "spread_kind",
    "spread_rating",
    "spread_basis",
)
RISK = (
    "note",
    "scenario",
    "wal_years",
    "first_principal",
    "last_principal",
    "macaulay_duration",
    "modified_duration",
    "effective_duration",
    "spread_duration",
    "convexity",
    "dv01",
)
OPTIONS = (
    "note",
    "scenario",
    "option_adjusted_spread",
    "option_adjusted_duration",
    "option_value",
    "rate_volatility",
    "mean_reversion",
    "exercised",
)
PATHS = (
    "note",
    "scenario",
    "paths",
    "loss_adjusted_price",
    "loss_adjusted_price_error",
    "loss_adjusted_yield",
    "loss_adjusted_coupon",
)
KEY_RATES = ("note", "scenario", "months", "duration")
PARTS = ("note", "scenario", "payment_date", "interest", "principal", "discount", "present_value", "left")
GRID = (
    "note",
    "scenario",
    "clean_price",
    "yield_street",
    "yield_interbank",
    "z_spread",
    "yield_reason",
)
POINTS = ("curve", "months", "quote", "quoted", "kind", "as_of", "par", "zero", "discount", "source")
SEEN = ("rating", "months", "spread", "spread_used", "spread_basis", "kind", "as_of", "source")
#: What of a kind of number is said of it, in English and Chinese.
KINDS: Mapping[str, tuple[str, str]] = {
    "published": ("published", "公开披露"),
    "derived": ("derived", "推算"),
    "assumed": ("assumed", "假设"),
}
#: How puts and calls are exercised, in English and Chinese.
EXERCISE: Mapping[str, tuple[str, str]] = {
    "given": ("as the deal or a scenario says", "按项目条款或情景设定"),
    "intrinsic": ("where it pays at today's forward rates", "按当前远期利率有利时行权"),
    "hull-white": ("on their day, by the rate model of Hull and White", "按赫尔-怀特利率模型于行权日决定"),
}


def prices(report: Report, beside: bool = False) -> Element | None:
    """The whole section. ``beside`` : on the page of the run that was priced."""
    if not report.has("prices"):
        return None
    rows = _in_order(report, "prices")
    name = f"prices-{report.stored.id}" if beside else "prices"
    return el(
        "section",
        el("h2", report.t("Prices of the notes", "证券估值"), id=name),
        el("ul", [el("li", line) for line in _asked(report, beside)]),
        report.table("prices", rows, _with_words(rows, PRICES), 2, said=_base),
        el("h3", report.t("Spreads, and where they come from", "利差及其来源")),
        report.table("prices", rows, _with_words(rows, SPREADS), 2, _mark, _base),
        el("h3", report.t("Risk measures", "风险指标")),
        report.table("prices", rows, RISK, 2, said=_base),
        _options(report, rows),
        _paths(report, rows),
        _key_rates(report),
        _market(report),
        _details(
            report, "What is paid, and its part of the price", "各期支付及其现值", "decrements", PARTS, 3
        ),
        _details(report, "Price, yield and spread", "价格收益率表", "price_yield", GRID, 2),
        _inputs(report),
    )


def cards(report: Report) -> Iterator[tuple[Element, tuple[Element, ...]]]:
    """Of each note in the first case its price, yield and spread, for the answers: title and parts."""
    rows = _in_order(report, "prices")
    for row in rows:
        if row["scenario"] != rows[0]["scenario"]:
            continue
        title = report.t(f"What is {row['note']} worth?", f"{row['note']}档估值")
        if row["clean_price"] is None:
            reason = el("p", el("span", report.figure("prices", row, "price_reason", "text"), class_="big"))
            worth = el("p", report.t("value", "价值"), ": ", report.cited("prices", row, "value", "money"))
            yield title, (reason,) if row["value"] is None else (reason, worth)
            continue
        parts = (
            el("p", el("span", report.figure("prices", row, "clean_price", "ratio"), class_="big")),
            el(
                "p",
                report.t("clean, per 100", "净价（每百元）"),
                ": ",
                report.cited("prices", row, "clean_price", "ratio"),
            ),
            el(
                "p",
                report.t("yield", "到期收益率"),
                ": ",
                report.cited("prices", row, "yield_street", "rate"),
            ),
            el(
                "p",
                report.t("Z-spread", "零波动率利差"),
                ": ",
                report.cited("prices", row, "z_spread", "rate"),
                " ",
                report.figure("prices", row, "spread_kind", "text"),
            ),
        )
        yield title, parts


def _asked(report: Report, beside: bool) -> Iterator[Element | list[Element | str]]:
    """Market, settlement and options, a line each."""
    about = report.about
    if beside:
        yield report.t(f"from stored prices {report.stored.id}", f"估值编号：{report.stored.id}")
    market, day = about.get("market"), about.get("market_date")
    kind = KINDS.get(str(about.get("curve_kind")), ("", ""))
    yield report.t(
        f"market {market} of {day}; its government curve is {kind[0]}",
        f"市场：{market}（{day}），国债曲线数据性质：{kind[1]}",
    )
    if asked := about.get("market_asked"):
        yield report.t(f"the market of {asked} was asked for", f"所要求的市场日期：{asked}")
    settlement = about.get("settlement")
    yield report.t(
        f"settlement on {settlement}; per 100 of the balance then",
        f"结算日：{settlement}，价格按结算日余额每百元计",
    )
    if (spread := about.get("spread")) is not None:
        yield report.t(
            f"spread over the par yield asked for: {spread * 1e4:g} bp", f"指定利差：{spread * 1e4:g}基点"
        )
    if (z_spread := about.get("z_spread")) is not None:
        yield report.t(
            f"Z-spread asked for: {z_spread * 1e4:g} bp", f"指定零波动率利差：{z_spread * 1e4:g}基点"
        )
    if (price := about.get("price")) is not None:
        yield report.t(f"clean price asked for: {price:g}", f"指定净价：{price:g}")
    exercise = EXERCISE.get(str(about.get("exercise")), (str(about.get("exercise")),) * 2)
    yield report.t(f"puts and calls: {exercise[0]}", f"回售与赎回：{exercise[1]}")
    if (volatility := about.get("volatility")) is not None:
        reversion = about["mean_reversion"]
        yield report.t(
            f"rate volatility {volatility * 1e4:g} bp and mean reversion {reversion:.2%} a year, both assumed",
            f"利率波动率{volatility * 1e4:g}基点、均值回复速度每年{reversion:.2%}，均为假设",
        )
    if about.get("forwards"):
        yield report.t("discount margins over forward rates", "贴现利差按远期利率计算")
    if (run := about.get("run")) and not beside:
        yield report.t(f"priced from run {run}", f"所估值的测算编号：{run}")
    for name, lines in dict(about.get("stresses_of_cases") or {}).items():
        yield [
            report.t(f"scenario {name} changes", f"情景{name}的压力设定"),
            el("ul", [el("li", report.t(line["en"], line["zh"])) for line in lines]),
        ]


def _options(report: Report, rows: Sequence[Row]) -> Element | None:
    mine = [row for row in rows if row["rate_volatility"] is not None or row["exercised"]]
    if not mine:
        return None
    lattice = any(row["rate_volatility"] is not None for row in mine)
    columns = OPTIONS if lattice else ("note", "scenario", "exercised")
    note = report.t(
        "Yields, durations and spreads above are of the cash with nothing exercised.",
        "上列收益率、久期与利差均按不行权的现金流计算。",
    )
    return el(
        "div",
        el("h3", report.t("Puts and calls", "回售与赎回")),
        el("p", note) if lattice else None,
        report.table("prices", mine, _with_words(mine, columns), 2, said=_base),
    )


def _paths(report: Report, rows: Sequence[Row]) -> Element | None:
    if not any(row["paths"] for row in rows):
        return None
    title = report.t("Mean over random paths, at the same spread", "随机路径均值（利差不变）")
    return el("div", el("h3", title), report.table("prices", rows, PATHS, 2, said=_base))


def _key_rates(report: Report) -> Element | None:
    """A chart a note of the first case; the table of all."""
    if not report.has("key_rates"):
        return None
    rows = sorted(_in_order(report, "key_rates"), key=lambda row: _place(report, row))
    first = rows[0]["scenario"]
    charts = []
    for note in dict.fromkeys(row["note"] for row in rows):
        mine = [row for row in rows if row["note"] == note and row["scenario"] == first]
        labels = [_tenor(row["months"]) for row in mine]
        charts.append(
            upright(f"Key rate durations of {note} 关键利率久期", labels, [row["duration"] for row in mine])
        )
    return el(
        "div",
        el("h3", report.t("Key rates", "关键利率")),
        *charts,
        el(
            "details",
            el("summary", report.t("Key rate durations", "关键利率久期")),
            report.table("key_rates", rows, KEY_RATES, 3, said=_base),
        ),
    )


def _tenor(months: int) -> str:
    return f"{months // 12}Y" if months % 12 == 0 else f"{months}M"


def _market(report: Report) -> Element | None:
    """The curves and spreads as they were seen."""
    if not report.has("market_points"):
        return None
    points, seen = report.rows("market_points"), report.rows("market_spreads")
    title = report.t("The market", "市场数据")
    spread = report.table("market_spreads", seen, SEEN, 2, _mark) if seen else None
    return el("div", el("h3", title), spread, report.table("market_points", points, POINTS, 2, _mark))


def _details(
    report: Report, english: str, chinese: str, table: str, columns: Sequence[str], heads: int
) -> Element | None:
    if not report.has(table):
        return None
    rows = sorted(_in_order(report, table), key=lambda row: _place(report, row))
    shown = report.table(table, rows, _with_words(rows, columns), heads, said=_base)
    return el("details", el("summary", report.t(english, chinese)), shown)


def _inputs(report: Report) -> Element:
    """The files that the prices follow from, with their digests."""
    inputs = report.stored.manifest.inputs
    lines = [el("li", el("code", name), " ", el("code", entry.sha256)) for name, entry in inputs.items()]
    title = report.t("Inputs, with their SHA-256", "输入文件及 SHA-256")
    return el("details", el("summary", title), el("ul", lines))


def _in_order(report: Report, table: str) -> list[dict[str, Any]]:
    """Rows in the order of the cases, which tables lose."""
    return sorted(report.rows(table), key=lambda row: _place(report, row))


def _place(report: Report, row: Row) -> int:
    cases = [name or "" for name in report.about.get("cases") or ()]
    return cases.index(row["scenario"]) if row["scenario"] in cases else len(cases)


def _with_words(rows: Sequence[Row], columns: Sequence[str]) -> Sequence[str]:
    """The columns without those that say nothing in any row."""
    return [name for name in columns if any(row.get(name) is not None for row in rows)]


def _base(row: Row, column: str) -> str | None:
    """The base case by its name, in place of an empty cell."""
    return Message("base case") if column == "scenario" and not row[column] else None


def _mark(row: Row, column: str) -> str | None:
    """How a kind is marked; each says its word too."""
    return (
        {"assumed": "near", "published": "ok"}.get(row[column]) if column in ("kind", "spread_kind") else None
    )
