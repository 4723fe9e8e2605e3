"""What ``securitize check`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from securitize.base.messages import Listing, Message
from securitize.reports.headings import print_rows
from securitize.reports.scenario_words import print_scenario
from securitize.reports.terminal import print_line
from securitize.reports.words import in_users
from securitize.tables.printed import printed_rows

if TYPE_CHECKING:
    from securitize.studies.rules.checks import Checks

Row = dict[str, Any]
RULES = ("title", "status", "actual", "bound", "threshold")
CAPITAL = ("note", "attachment", "detachment", "capital", "risk_weight", "floor_applies")
CAPPED = ("note", "attachment", "detachment", "without_cap", "cap", "risk_weight")
#: Said before any capital of notes in CNY.
CHINESE_RULE = Message(
    "the Chinese rule for these notes (NFRA, capital rules of 2023, annex 11) is not here: what follows are comparisons"
)


def print_checks(found: Checks) -> None:
    """Rules by preset, capital by set, and what is breached."""
    print_line(found.deal)
    print_scenario(found.about)
    rules: list[Row] = printed_rows(found.tables["rule_checks"]) if "rule_checks" in found.tables else []
    for preset in dict.fromkeys(row["preset"] for row in rules):
        _print_preset([row for row in rules if row["preset"] == preset])
    capital: list[Row] = printed_rows(found.tables["note_capital"]) if "note_capital" in found.tables else []
    if any(row["comparison"] for row in capital):
        print_line(CHINESE_RULE)
    for name in dict.fromkeys(row["set"] for row in capital):
        _print_capital([row for row in capital if row["set"] == name])
    if capital:
        print_line("capital counts the credit of payers alone, not sales or patents; indicative")
    if found.breached:
        print_line("breached: {rules}", rules=Listing(found.breached))
    elif rules:
        print_line("breached: none of the rules that can be tested")


def _print_preset(rows: list[Row]) -> None:
    """The rules of a preset, and below them why one is breached or waived."""
    named = [{**row, "title": in_users(row["title"], row["title_zh"])} for row in rows]
    title = Message("{name} ({version})", name=rows[0]["preset"], version=rows[0]["version"])
    print_rows(title, "rule_checks", named, RULES, wraps=("title",))
    for row in rows:
        values: dict[str, Any] = {
            "rule": in_users(row["title"], row["title_zh"]),
            "finding": Message(row["reason"]),
        }
        if row["status"] == "breached" and row["waivable"]:
            ground = Message(row["waivable"])
            print_line("breached: {rule}: {finding}; may be waived: {ground}", ground=ground, **values)
        elif row["status"] == "breached":
            print_line("breached: {rule}: {finding}", **values)
        elif row["waiver"]:
            print_line("waived: {rule}: {waiver}", rule=values["rule"], waiver=row["waiver"])


def _print_capital(rows: list[Row]) -> None:
    """The capital of each note under a set of parameters, the most senior first."""
    title = Message(
        "{name} ({version}), on {as_of}",
        name=rows[0]["set"],
        version=rows[0]["version"],
        as_of=rows[0]["as_of"],
    )
    names = CAPPED if any(row["cap"] is not None for row in rows) else CAPITAL
    shown = (*names, "why_not") if any(row["why_not"] for row in rows) else names
    print_rows(title, "note_capital", rows, shown, wraps=("why_not",))
