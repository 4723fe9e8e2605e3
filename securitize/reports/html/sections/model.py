"""Limits of the model, what was validated when the result was made, runtime checks and warnings."""

from __future__ import annotations

from collections.abc import Callable

from securitize.base.errors import line_in_language
from securitize.base.messages import in_language
from securitize.reports.acceptances import accepted_lines
from securitize.reports.element import Element, el
from securitize.reports.held import HOLDS, held_checks, is_build
from securitize.reports.html.figures import Report
from securitize.store.identity import Json
from securitize.store.named import holds_prices

CHECKS = (
    "check",
    "check_zh",
    "against",
    "figure",
    "tolerance",
    "unit",
    "passes",
)
#: Whether a result has what a limit is about, and the limit.
LIMITS: tuple[tuple[Callable[[Report], bool], tuple[str, str]], ...] = (
    (
        lambda report: bool(report.about.get("reconstruction")),
        (
            "The deal is a reconstruction: what its papers do not tell is assumed, and marked so.",
            "本项目按公开信息还原：发行文件未披露的内容均为假设并已标注。",
        ),
    ),
    (
        lambda report: bool(report.about.get("synthetic")),
        (
            "The pool is synthetic: its companies, contracts and rights are invented.",
            "资产池为虚构：企业、合同与知识产权均非真实。",
        ),
    ),
    (
        lambda report: report.has("stress_results") or bool(report.about.get("scenario")),
        (
            "Sizes of stresses are not an agency's or a supervisor's unless their source says so.",
            "压力参数除注明来源外，均非评级机构或监管机构数值。",
        ),
    ),
    (
        lambda report: report.has("break_evens"),
        (
            "Break-evens move one driver to the first break on a lattice; a second region beyond is not reported.",
            "临界值只移动单一因素；在格点上求首个突破点，不报告其后的其他突破区间。",
        ),
    ),
    (
        lambda report: report.has("note_risk"),
        (
            "Random paths draw only what the named performance tells; the rest is as in the calculated case.",
            "随机路径仅抽取所列随机模型文件中的因素，其余因素按所测算的情景取值。",
        ),
    ),
    (
        lambda report: any(row["spread_kind"] == "assumed" for row in report.rows("prices")),
        (
            "A price at an assumed spread is no quote: nobody has offered to trade at it.",
            "按假设利差计算的价格并非市场报价，无成交意向支持。",
        ),
    ),
    (
        lambda report: report.has("prices") and report.about.get("exercise") == "hull-white",
        (
            "The rate model has one factor, and its volatility is assumed: no quotes of options are known.",
            "利率模型为单因子，波动率为假设值：未见中国利率期权报价。",
        ),
    ),
    (
        lambda report: report.has("note_capital"),
        (
            "Capital counts the credit of payers alone: not sales, not patents.",
            "资本仅计债务人信用，不含销售与专利风险。",
        ),
    ),
)


def model(report: Report) -> Element:
    """What may be believed, and why."""
    manifest = report.stored.manifest
    facts, (held, of) = manifest.facts, held_checks(manifest)
    limits = [el("li", report.t(*text)) for applies, text in LIMITS if applies(report)]
    checks = (
        report.t("Checks of the build", "构建校验")
        if is_build(manifest)
        else report.t("Checks of the prices", "估值校验")
        if holds_prices(manifest)
        else report.t("Runtime invariants, on every path and date", "一致性校验（全部路径与日期）")
    )
    return el(
        "section",
        el("h2", report.t("Model limits and validation", "模型局限与校验"), id="model"),
        el("ul", limits) if limits else None,
        el("h3", report.t("Validated when this result was made", "生成时的校验"))
        if report.has("validations")
        else None,
        report.table("validations", report.rows("validations"), CHECKS)
        if report.has("validations")
        else None,
        el("p", checks, f": {held} / {of} ", report.t("hold", "成立")),
        el(
            "details",
            el("summary", report.t("Each check", "逐项")),
            el(
                "ul",
                [
                    el("li", _check(report, name), f": {_found(value)}")
                    for name, value in facts.checks.items()
                ],
            ),
        ),
        _warnings(report),
        _accepted(report),
    )


def _check(report: Report, name: str) -> Element | str:
    """A check that is a sentence in the languages of the page; one that is a name as it is."""
    return report.t(name, in_language(name, "zh")) if " " in name else name


def _found(value: Json) -> str:
    """What a check came to: of a yes that it holds."""
    return HOLDS if value is True else str(value)


def _warnings(report: Report) -> Element | None:
    """Each warning once, in the languages of the page."""
    warnings = report.stored.manifest.facts.warnings
    if not warnings:
        return None
    lines = [el("li", report.t(line_in_language(one, "en"), line_in_language(one, "zh"))) for one in warnings]
    return el("div", el("h3", report.t("Warnings", "警告")), el("ul", lines), id="warnings")


def _accepted(report: Report) -> Element | None:
    """What would be a warning but for an entry of the deal or its pool, with the reason."""
    pairs = zip(accepted_lines(report.about, "en"), accepted_lines(report.about, "zh"), strict=True)
    lines = [el("li", report.t(english, chinese)) for english, chinese in pairs]
    if not lines:
        return None
    return el(
        "div",
        el("h3", report.t("Accepted with a reason", "已说明理由并认可")),
        el("ul", lines),
        id="accepted",
    )
