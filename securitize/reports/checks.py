"""What ``securitize check`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from securitize.base.messages import Message
from securitize.reports.terminal import NOTHING, Column, print_line, print_table

if TYPE_CHECKING:
    from securitize.studies.rules.checks import Checks


def print_checks(found: Checks) -> None:
    """Rules by preset, capital by set, and what is breached."""
    print_line(found.deal)
    rules = found.tables["rule_checks"].to_pylist() if "rule_checks" in found.tables else []
    columns = [
        Column("rule 规则", wraps=True), Column("status 结果"), Column("actual", right=True), Column("bound"),
        Column("threshold", right=True),
    ]  # fmt: skip
    for preset in dict.fromkeys(row["preset"] for row in rules):
        mine = [row for row in rules if row["preset"] == preset]
        lines = [
            [
                (row["title"], row["title_zh"]), row["status"], _number(row["actual"]), row["bound"] or NOTHING,
                _number(row["threshold"]),
            ]
            for row in mine
        ]  # fmt: skip
        print_table(f"{preset}, {mine[0]['version']}", columns, lines)
        for row in mine:
            if row["status"] == "breached":
                ground = (
                    Message("; may be waived: {waivable}", waivable=row["waivable"])
                    if row["waivable"]
                    else ""
                )
                print_line(
                    "breached: {rule}: {reason}{ground}",
                    rule=row["rule"],
                    reason=row["reason"],
                    ground=ground,
                )
            elif row["waiver"]:
                print_line("waived: {rule}: {waiver}", rule=row["rule"], waiver=row["waiver"])
    capital = found.tables["note_capital"].to_pylist() if "note_capital" in found.tables else []
    columns = [
        Column("note 证券"), Column("from", right=True), Column("to", right=True), Column("capital 资本", right=True),
        Column("weight 权重", right=True), Column("floor"), Column("", wraps=True),
    ]  # fmt: skip
    for name in dict.fromkeys(row["set"] for row in capital):
        mine = [row for row in capital if row["set"] == name]
        lines = [
            [
                row["note"], _share(row["attachment"]), _share(row["detachment"]), _share(row["capital"]),
                _share(row["risk_weight"]), row["floor_applies"], row["why_not"] or "",
            ]
            for row in sorted(mine, key=lambda row: -row["detachment"])
        ]  # fmt: skip
        print_table(
            Message(
                "{name} ({version}, on {as_of})",
                name=name,
                version=mine[0]["version"],
                as_of=mine[0]["as_of"],
            ),
            columns,
            lines,
        )
    if capital:
        print_line("{scope}: sales and patents are not in it; indicative", scope=capital[0]["scope"])
    print_line(f"breached 违反: {', '.join(found.breached) or 'nothing'}")


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.4g}"


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value * 100:.2f}%"
