"""The whole report: one file, no script, no address outside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from securitize.reports.earlier import earlier_lines
from securitize.reports.element import Element, Style, el
from securitize.reports.held import held_checks, is_build
from securitize.reports.html.figures import DECLARED, WRITTEN, Language, Report
from securitize.reports.html.sections.answers import answers
from securitize.reports.html.sections.assumptions import assumptions
from securitize.reports.html.sections.break_evens import breaking
from securitize.reports.html.sections.cash import cash
from securitize.reports.html.sections.model import model
from securitize.reports.html.sections.paths import paths
from securitize.reports.html.sections.pool import pool
from securitize.reports.html.sections.prices import prices
from securitize.reports.html.sections.rules import rules
from securitize.reports.html.sections.saving import saving
from securitize.reports.html.sections.stress import stress
from securitize.reports.html.sections.structure import structure
from securitize.reports.html.sections.triggers import triggers
from securitize.reports.html.sections.under import stresses
from securitize.reports.html.style import sheet
from securitize.store.identity import sha256
from securitize.store.named import holds_prices
from securitize.store.stored import StoredRun

SECTIONS = (
    answers,
    prices,
    stress,
    breaking,
    structure,
    pool,
    cash,
    paths,
    triggers,
    saving,
    rules,
    assumptions,
    model,
)
#: No script runs and nothing is fetched, whatever a browser finds in the page.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(stored: StoredRun, language: Language = "both", priced: Sequence[StoredRun] = ()) -> str:
    """The report of a stored result. Raises StorageError where a table is damaged.

    priced : stored prices of the run, each of which becomes a section
    """
    report = Report(stored, language)
    about, manifest = report.about, stored.manifest
    title = str(about.get("title") or about.get("deal") or manifest.id)
    title_zh = str(about.get("title_zh") or "")
    sections = [section for make in SECTIONS if (section := make(report)) is not None]
    beside = [
        section for one in priced if (section := prices(Report(one, language), beside=True)) is not None
    ]
    sections[1:1] = beside
    return (
        "<!DOCTYPE html>\n"
        + el(
            "html",
            el(
                "head",
                el("meta", charset="utf-8"),
                el("meta", name="viewport", content="width=device-width, initial-scale=1"),
                el("meta", http_equiv="Content-Security-Policy", content=POLICY),
                el("meta", name="color-scheme", content="light dark"),
                el("title", f"{about.get('deal', '')} {title}"),
                Style("style", {}, (sheet(), _page_foot(report))),
            ),
            el(
                "body",
                el("header", _head(report, title, title_zh)),
                el(
                    "nav",
                    el("ul", [_entry(section) for section in sections]),
                    aria_label=report.said("contents", "目录"),
                ),
                el("main", sections),
                _foot(report),
            ),
            lang=DECLARED[language],
        ).write()
    )


def _head(report: Report, title: str, title_zh: str) -> list[Element | None]:
    about, manifest = report.about, report.stored.manifest
    names = [("en", title), ("zh", title_zh)]
    lines = [
        el("span", text, lang=code, class_="name")
        for code, text in names
        if text and code in WRITTEN[report.language]
    ]
    suite, scenario = about.get("suite"), about.get("scenario")
    version = about.get("suite_version")
    if suite:
        under = report.t(f"suite {suite} {version}", f"情景组{suite}（{version}）")
    elif scenario:
        under = report.t(f"scenario {scenario}", f"情景：{scenario}")
    elif holds_prices(manifest):
        on, day = about.get("market"), about.get("market_date")
        under = report.t(f"prices on market {on} of {day}", f"估值市场：{on}（{day}）")
    elif is_build(manifest):
        under = report.t("pool as built", "入池结果")
    else:
        under = report.t("base case", "基准情景")
    drawn = (
        report.t(
            f"{about['paths']:,} random paths, seed {about.get('seed')}",
            f"{about['paths']:,}条模拟路径，随机种子{about.get('seed')}",
        )
        if about.get("paths")
        else None
    )
    deal = el("span", f"{about.get('deal', '')}", class_="name")
    return [
        el("h1", *[part for one in lines for part in (one, el("br"))]),
        el("p", deal, " · ", under, [" · ", drawn] if drawn else None),
        el("p", el("span", report.t("SYNTHETIC pool", "虚构资产池"), class_="label warn"))
        if about.get("synthetic")
        else None,
        _earlier(report),
        stresses(report),
        _reconstruction(report),
    ]


def _reconstruction(report: Report) -> Element | None:
    """That a published deal is put together again, where its file says so; of another, that numbers are assumed."""
    assumed = any(row["kind"] == "assumed" for row in report.rows("assumptions"))
    if report.about.get("reconstruction"):
        text = report.t("Reconstruction: assumed numbers are marked", "按公开信息还原：假设数值均已标注")
    elif assumed:
        text = report.t("Assumed numbers are marked", "假设数值均已标注")
    else:
        return None
    return el("p", el("span", text, class_="label warn"))


def _earlier(report: Report) -> Element | None:
    """What an earlier version stored otherwise; nothing for a result of today."""
    manifest = report.stored.manifest
    lines = zip(earlier_lines(manifest, "en"), earlier_lines(manifest, "zh"), strict=True)
    items = [el("li", report.t(english, chinese)) for english, chinese in lines]
    return el("ul", items, class_="earlier") if items else None


def _entry(section: Element) -> Element:
    """A section's heading as a link to it."""
    head = section.children[0]
    assert isinstance(head, Element)
    return el("li", el("a", head.children, href=f"#{head.attributes['id']}"))


def _page_foot(report: Report) -> str:
    """The foot of every printed page: identity and checks, in letters, digits and signs of this program's own."""
    identity = re.sub(r"[^\w .+/:-]", "", _identity(report), flags=re.ASCII)
    return f'@page {{ @bottom-center {{ content: "{identity}"; font-size: 7pt; }} }}'


def _identity(report: Report) -> str:
    manifest = report.stored.manifest
    held, of = held_checks(manifest)
    kind = "build" if is_build(manifest) else "prices" if holds_prices(manifest) else "run"
    return (
        f"{kind} {manifest.id}   securitize {manifest.version}   manifest {sha256(manifest.to_bytes())}   "
        f"runtime checks {held}/{of}"
    )


def _foot(report: Report) -> Element:
    return el("footer", _identity(report))
