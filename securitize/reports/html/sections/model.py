"""Limits of the model, what was validated when the result was made, runtime checks and warnings."""

from __future__ import annotations

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report

CHECKS = (
    "check",
    "check_zh",
    "against",
    "figure",
    "tolerance",
    "unit",
    "passes",
)
LIMITS = (
    (
        "Deals are reconstructions: what a prospectus does not tell is assumed, and marked so.",
        "本项目按公开信息还原：发行文件未披露的内容均为假设并已标注。",
    ),
    (
        "Sizes of stresses are not an agency's or a supervisor's unless their source says so.",
        "压力参数除注明来源外，均非评级机构或监管机构数值。",
    ),
    (
        "Break-evens move one driver to the first break on a lattice; a second region beyond is not reported.",
        "临界值只移动单一因素；在格点上求首个突破点，不报告其后的其他突破区间。",
    ),
    (
        "Random paths draw only what the named performance tells; the rest is as in the base case.",
        "随机路径仅抽取所列随机模型文件中的因素，其余因素按基准情景取值。",
    ),
    (
        "Capital, where shown, counts the credit of payers alone: not sales, not patents.",
        "资本（如有）仅计债务人信用，不含销售与专利风险。",
    ),
)


def model(report: Report) -> Element:
    """What may be believed, and why."""
    facts = report.stored.manifest.facts
    held = sum(value == "holds" for value in facts.checks.values())
    return el(
        "section",
        el("h2", report.t("Model limits and validation", "模型局限与校验"), id="model"),
        el("ul", [el("li", report.t(en, zh)) for en, zh in LIMITS]),
        el("h3", report.t("Validated when this result was made", "生成时的校验")),
        report.table("validations", report.rows("validations"), CHECKS)
        if report.has("validations")
        else None,
        el(
            "p",
            report.t("Runtime invariants, on every path and date", "一致性校验（全部路径与日期）"),
            f": {held} / {len(facts.checks)} ",
            report.t("hold", "成立"),
        ),
        el(
            "details",
            el("summary", report.t("Each invariant", "逐项")),
            el("ul", [el("li", f"{name}: {value}") for name, value in facts.checks.items()]),
        ),
        el("h3", report.t("Warnings", "警告")) if facts.warnings else None,
        el("ul", [el("li", warning) for warning in facts.warnings]) if facts.warnings else None,
    )
