"""What ``securitize stress``, ``break-even`` and ``grid`` print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.reports.terminal import NOTHING, Column, print_line, print_table

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.store.run import Run

Row = dict[str, Any]


def print_stress(run: Run) -> None:
    """Scenario by note, break-evens, what support is worth: a summary on standard output."""
    about = run.about
    label = "  SYNTHETIC pool" if about.get("synthetic") else ""
    print_line(f"{about['deal']}  {about['title']}{label}")
    if about.get("title_zh"):
        print_line(str(about["title_zh"]))
    drawn = Message(", {paths:,} random paths on each", paths=about["paths"]) if about.get("paths") else ""
    print_line(
        f"suite 情景组 {about['suite']} {about['suite_version']}: {about['scenarios']} scenarios{drawn}"
    )
    print_line("")
    scenarios: list[Row] = sorted(run.arrow("suite_scenarios").to_pylist(), key=lambda row: row["position"])
    results = {(row["scenario"], row["note"]): row for row in run.arrow("stress_results").to_pylist()}
    risks = (
        {(row["scenario"], row["note"]): row for row in run.arrow("stress_risk").to_pylist()}
        if "stress_risk" in run.names
        else {}
    )
    for note in dict.fromkeys(name for _, name in results):
        _print_note(note, scenarios, results, risks)
    if "break_evens" in run.names:
        print_break_evens(run.arrow("break_evens"))
    left_out = [[row["scenario"], row["why_not"]] for row in scenarios if not row["applies"]]
    if left_out:
        print_table(
            "Not applicable 不适用: nothing in this deal to act on",
            [Column("scenario 情景"), Column("why 原因", wraps=True)],
            left_out,
        )
    print_line("sizes of stresses are assumed unless table stress_factors says otherwise")
    if run.path:
        print_line(
            f"result {run.id} {'verified and reused' if run.reused else 'stored'}: {run.path}", wraps=False
        )


def _print_note(
    note: str,
    scenarios: Sequence[Row],
    results: dict[tuple[str, str], Row],
    risks: dict[tuple[str, str], Row],
) -> None:
    columns = [
        Column("scenario 情景", wraps=True), Column("holds"), Column("loss 损失", right=True),
        Column("shortfall 欠息", right=True), Column("WAL", right=True), Column("DSCR", right=True),
        *([Column("EL 预期损失", right=True), Column("PD 违约概率", right=True)] if risks else []),
        Column("first trigger 触发"), Column("drawn 支持", right=True),
    ]  # fmt: skip
    rows = []
    for scenario in scenarios:
        key = (scenario["scenario"], note)
        if key not in results:
            continue
        row, risk = results[key], risks.get(key)
        drawn = (
            [_share(risk["expected_loss"]), _share(risk["default_probability"])]
            if risk
            else [NOTHING, NOTHING]
            if risks
            else []
        )
        rows.append([
            row["scenario"], row["holds"], row["loss"], row["interest_shortfall_max"], _ratio(row["wal_years"]),
            _ratio(row["min_dscr"]), *drawn, row["first_trigger"] or NOTHING, row["support_drawn"],
        ])  # fmt: skip
    print_table(f"Note {note} 证券", columns, rows)


def print_break_evens(table: pa.Table) -> None:
    """Where each note breaks, driver by driver: the last value that holds, the first that breaks."""
    rows: list[Row] = table.to_pylist()
    found = {(row["note"], row["criterion"], row["driver"], row["support"]): row for row in rows}
    columns = [
        Column("breaks by 判据"), Column("driver 驱动因素"), Column("with support 有支持", right=True),
        Column("without 无支持", right=True),
    ]  # fmt: skip
    for note in dict.fromkeys(row["note"] for row in rows):
        lines = []
        for criterion, name in dict.fromkeys((row["criterion"], row["driver"]) for row in rows):
            both = [found.get((note, criterion, name, support)) for support in ("in place", "absent")]
            if any(row and row["status"] != "does not apply" for row in both):
                lines.append([criterion, name, *map(_between, both)])
        print_table(f"Note {note} 证券: break-even 临界值, one driver alone", columns, lines, keys=2)
    print_line("last value that holds > first that breaks; held: to the end of the bracket")
    idle = {row["driver"]: row["why_not"] for row in rows if row["status"] == "does not apply"}
    for name, why in idle.items():
        print_line("{name} does not apply: {why}", name=name, why=why)
    print_line("")


def print_reverse(table: pa.Table) -> None:
    """The likeliest way to break each note."""
    rows: list[Row] = table.to_pylist()
    columns = [
        Column("driver 驱动因素"), Column("base 基准", right=True), Column("there 取值", right=True),
        Column("deviations 标准差", right=True), Column("unit 单位", wraps=True),
    ]  # fmt: skip
    for key in dict.fromkeys((row["note"], row["criterion"], row["support"]) for row in rows):
        mine = [row for row in rows if (row["note"], row["criterion"], row["support"]) == key]
        head = f"Note {key[0]} 证券, {key[1]}, support {key[2]}"
        if mine[0]["distance"] is None:
            print_line("{head}: nothing within reach breaks it", head=head)
            print_line("")
            continue
        lines = [
            [row["driver"], *map(_number, (row["base_value"], row["value"], row["deviations"])), row["unit"]]
            for row in mine
        ]
        title = Message(
            "{head}: {distance:.2f} deviations, tail {probability:.2%}",
            head=head,
            distance=mine[0]["distance"],
            probability=mine[0]["probability"],
        )
        print_table(title, columns, lines)
    print_line(
        "deviations are assumed unless table reverse_stresses says otherwise; a nearer way cannot be excluded"
    )


def print_grid(columns: dict[str, list[Any]]) -> None:
    """Every cell, one row each."""
    names = [name for name in columns if name != "currency" and any(v is not None for v in columns[name])]
    print_table(
        "Grid 网格", [Column(name) for name in names], zip(*(columns[n] for n in names), strict=True), keys=2
    )


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value * 100:.3f}%"


def _ratio(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"


def _between(row: Row | None) -> str:
    """The last value that holds and the first that breaks."""
    if row is None:
        return NOTHING
    if row["status"] == "found":
        return f"{_number(row['inside'])} > {_number(row['outside'])}"
    return "held" if row["status"] == "holds throughout" else "broken at base"


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:g}"
