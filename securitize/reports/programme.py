"""What ``securitize programme check`` prints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from securitize.reports.headings import cell, heading
from securitize.reports.names import titled
from securitize.reports.terminal import print_line, print_table
from securitize.reports.wording import counted
from securitize.reports.words import in_users
from securitize.tables.printed import printed_rows

if TYPE_CHECKING:
    from securitize.studies.programme.api import CheckedProgramme


def print_programme(found: CheckedProgramme) -> None:
    """Every rule with what it asks and what the plan says, on standard output."""
    plan = found.plan
    print_line(titled(plan.name, plan.title, plan.title_zh))
    if plan.synthetic:
        print_line("the programme is SYNTHETIC")
    columns = [
        heading("programme", "rule", wraps=True),
        *(replace(heading("programme", name), right=True) for name in ("required", "planned", "headroom")),
        heading("programme", "holds"),
    ]
    rows = [
        [
            in_users(row["title"], row["title_zh"]),
            f"{SIGNS[row['sense']]} {row['required']}",
            row["planned"],
            _headroom(row["headroom"]),
            cell("programme", "holds", row["holds"]),
        ]
        for row in printed_rows(found.arrow("programme"))
    ]
    print_table("Rules of the founding notice (Caibanjian [2020] No. 40)", columns, rows)
    for row in found.breached:
        if row.found:
            print_line("{rule}: {finding}", rule=row.rule, finding=row.found)


def _headroom(text: str) -> str:
    number, _, unit = text.partition(" ")
    return counted(int(number), "day") if unit == "days" else text


SIGNS = {"at least": "≥", "at most": "≤", "exactly": "="}
