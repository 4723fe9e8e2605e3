"""What ``securitize programme check`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from securitize.reports.terminal import Column, print_line, print_table

if TYPE_CHECKING:
    from securitize.studies.programme.api import CheckedProgramme


def print_programme(found: CheckedProgramme) -> None:
    """Every rule with what it asks and what the plan says, on standard output."""
    plan = found.plan
    print_line(f"{plan.name}  {plan.title}{'  SYNTHETIC' if plan.synthetic else ''}")
    if plan.title_zh:
        print_line(plan.title_zh)
    columns = [
        Column("rule 规则", wraps=True),
        Column("required 要求", right=True),
        Column("planned 方案", right=True),
        Column("headroom 余量", right=True),
        Column("status 结论"),
    ]
    rows = [
        [
            f"{row['title']} {row['title_zh']}",
            f"{SIGNS[row['sense']]} {row['required']}",
            row["planned"],
            row["headroom"],
            "holds 满足" if row["holds"] else "BROKEN 不满足",
        ]
        for row in found.arrow("programme").to_pylist()
    ]
    print_table("The founding notice 财办建〔2020〕40号", columns, rows)
    for row in found.breached:
        if row.found:
            print_line(f"{row.rule}: {row.found}")


SIGNS = {"at least": "≥", "at most": "≤", "exactly": "="}
