"""Under which scenario the figures of a section stand, and what it changes."""

from __future__ import annotations

from securitize.reports.element import Element, el
from securitize.reports.html.figures import Report
from securitize.reports.scenario_words import stresses_of


def where(report: Report) -> tuple[str, str]:
    """Of which case figures are, in English and Chinese."""
    scenario = report.about.get("scenario")
    if scenario:
        return f"in scenario {scenario}", f"情景：{scenario}"
    return "in the base case", "基准情景"


def heading(report: Report, name: str, english: tuple[str, str], chinese: tuple[str, str]) -> Element:
    """A heading of the base case, or one that names the scenario behind the words for it.

    english, chinese : the heading of the base case, and the one before the name of a scenario
    """
    scenario = report.about.get("scenario")
    if not scenario:
        return el("h2", report.t(english[0], chinese[0]), id=name)
    return el("h2", report.t(f"{english[1]} {scenario}", f"{chinese[1]}（情景：{scenario}）"), id=name)


def stresses(report: Report) -> Element | None:
    """What the scenario changes, a line a stress; nothing of a base case."""
    scenario = report.about.get("scenario")
    if not scenario:
        return None
    found = stresses_of(report.about, report.stored)
    if not found:
        return el("p", report.t(f"scenario {scenario} changes nothing", f"情景{scenario}未作任何改变"))
    return el(
        "div",
        el("p", report.t(f"scenario {scenario} changes", f"情景{scenario}的压力设定"), ":"),
        el("ul", [el("li", report.t(line["en"], line["zh"])) for line in found]),
        class_="stresses",
    )
