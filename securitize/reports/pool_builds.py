"""What ``securitize build`` and ``securitize pool`` print: the pool, its limits, its strata, and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing, Message
from securitize.reports.rows import Row, rows_of
from securitize.reports.terminal import Column, print_line, print_table
from securitize.reports.wording import counted

if TYPE_CHECKING:
    from securitize.store.run import Run
    from securitize.studies.pool.build import Displacement, FrontierPoint

#: Longest list of patents that are given one by one.
MOST_NAMED = 20
SUBJECTS = {"patent": "publication_number", "company": "company", "contract": "contract"}
TABLES = {"patent": "candidates", "company": "candidate_companies", "contract": "candidate_contracts"}


def print_build(run: Run) -> None:
    """The build on standard output."""
    print_header(run)
    print_limits(run)
    print_strata(run, ("obligor", "stage", "node", "patent-kind", "maturity"))
    print_why_not(run)
    print_repairs(run)
    if run.path:
        state = "verified and reused" if run.reused else "written"
        print_line("pool {id}, {state}: {path}", id=run.id, state=state, path=run.path, wraps=False)


def print_header(run: Run) -> None:
    """What was chosen, and the proof."""
    about, chosen = run.about, rows_of(run, "selection")[0]
    print_line(f"{about.get('pool')}  {about.get('title')}")
    if about.get("title_zh"):
        print_line(str(about["title_zh"]))
    label = "; the candidates are SYNTHETIC" if about.get("synthetic") else ""
    print_line(
        "chain {chain}, as of {as_of}{label}", chain=about.get("chain"), as_of=about.get("as_of"), label=label
    )
    print_line("")
    print_table(
        f"Pool, {chosen['currency']}",
        [Column(name) for name in ("amount", "appraised", "patents", "contracts", "companies")],
        [[chosen[name] for name in ("amount", "appraised", "patents", "contracts", "obligors")]],
    )
    proof = "proved: no pool that keeps the limits is better" if chosen["optimal"] else "not proved"
    print_line(
        f"{chosen['objective']} {_whole(chosen['value'])}, bound {_whole(chosen['bound'])}, gap {chosen['gap']:.6f}: "
        f"{proof}; {counted(chosen['candidates'], 'patent')} passed the screens in {counted(chosen['units'], 'unit')}"
    )
    print_line("")


def _whole(value: float) -> str:
    """An objective: a whole number of what it counts."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.4f}"


def print_limits(run: Run) -> None:
    """Every limit with its headroom; then what relaxing brings, of those that it brings anything of."""
    rows, relaxed = [], []
    for row in rows_of(run, "pool_limits"):
        unit = row["unit"]
        status = f"waived: {row['waived']}" if row["waived"] else row["status"]
        sign = "≥" if row["direction"] == "at-least" else "≤"
        bound = f"{sign} {_figure(row['bound'], unit)}"
        rows.append(
            [row["limit"], _figure(row["value"], unit), bound, _figure(row["headroom"], unit), status]
        )
        if row["gain"]:
            relaxed.append([row["limit"], _figure(row["step"], unit), f"+{_whole(row['gain'])}"])
    if not rows:
        return
    columns = [Column("limit"), *(Column(name, right=True) for name in ("pool", "bound", "headroom"))]
    print_table("Limits", [*columns, Column("status", wraps=True)], rows)
    if relaxed:
        columns = [Column("limit"), Column("by", right=True), Column("the objective gains", right=True)]
        print_table("Relaxing, each alone, solved again", columns, relaxed)
    else:
        print_line("relaxing any one limit by a step gains nothing (steps: table pool_limits)")
        print_line("")


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "share":
        return f"{value * 100:,.2f}%"
    return f"{value:,.0f}" if unit in ("count", "currency units") else f"{value:,.2f}"


def print_strata(run: Run, dimensions: Sequence[str]) -> None:
    """The pool divided by each dimension, the largest bucket first."""
    rows = rows_of(run, "stratifications")
    names = ("bucket", "patents", "contracts", "amount", "value")
    for dimension in dimensions:
        strata = sorted(
            (row for row in rows if row["dimension"] == dimension), key=lambda row: -row["amount"]
        )
        if strata:
            columns = [
                Column(dimension),
                *(Column(name) for name in ("patents", "contracts", "amount", "appraised")),
                Column("share", right=True),
            ]
            cells = [[*(row[name] for name in names), f"{row['share'] * 100:.2f}%"] for row in strata]
            print_table("", columns, cells)


def print_why_not(run: Run) -> None:
    """How many of what is not in the pool are kept out by which reason."""
    rows = []
    for subject, table in TABLES.items():
        counts = Counter(row["reason"] for row in rows_of(run, table) if row["status"] != "selected")
        rows += [(subject, reason, count) for reason, count in counts.most_common()]
    if rows:
        print_table("Why not", [Column("subject"), Column("reason"), Column("candidates")], rows)
        print_line("each with its figures: securitize pool explain {value} KEY", value=run.path or run.id)
        print_line("")


def print_repairs(run: Run) -> None:
    """What cleaning did."""
    counts = Counter((row["file"], row["outcome"]) for row in rows_of(run, "repairs"))
    for (file, outcome), count in sorted(counts.items()):
        print_line("{file}: {count} {outcome} (table repairs)", file=file, count=count, outcome=outcome)
    if counts:
        print_line("")


def print_patents(run: Run) -> None:
    """The patents of the pool."""
    names = ("publication_number", "contract", "patent_kind", "node", "expiry", "score", "appraised", "title")
    columns = [Column(name.replace("_", " "), wraps=name == "title") for name in names]
    print_table("Patents", columns, [[row[name] for name in names] for row in rows_of(run, "pool")])


def print_chain_map(run: Run) -> None:
    """The chain with candidates, pool and value by node."""
    rows = rows_of(run, "chain_map")
    parents = {row["node"]: row["parent"] for row in rows}

    def depth(node: str) -> int:
        return 0 if not parents.get(node) else 1 + depth(parents[node])

    columns = [
        Column("node", wraps=True),
        Column("stage"),
        Column("candidates", right=True),
        Column("pool", right=True),
        Column("amount"),
    ]
    lines = [
        [
            f"{'· ' * depth(row['node'])}{row['node']} {row['title_zh'] or row['title']}", row["stage"],
            f"{row['candidates']:.2f}", f"{row['selected']:.2f}", row["amount"],
        ]
        for row in sorted(rows, key=lambda row: row["position"])
    ]  # fmt: skip
    print_table("Chain", columns, lines)


def candidate(run: Run, key: str) -> tuple[str, Row]:
    """Subject and row of a candidate. Raises UsageError where the build has none of that key."""
    import difflib

    known: list[str] = []
    for subject, table in TABLES.items():
        for row in rows_of(run, table):
            if row[SUBJECTS[subject]] == key:
                return subject, row
            known.append(row[SUBJECTS[subject]])
    near = difflib.get_close_matches(key, known, 3)
    hint = Message("; close: {near}", near=Listing(near)) if near else ""
    raise UsageError("no candidate is named {key}{hint}", key=printable(key), hint=hint)


def print_candidate(run: Run, key: str) -> None:
    """What became of a candidate, why, and every part of its score."""
    subject, row = candidate(run, key)
    print_line(f"{subject} {key}: {row['status']}" + (f" ({row['reason']})" if row["reason"] else ""))
    for reason in row["reasons"].split("; ") if row["reasons"] else ():
        print_line(f"  {reason}")
    skipped = {"status", "reason", "reasons", SUBJECTS[subject]}
    lines = [
        [name.replace("_", " "), value]
        for name, value in row.items()
        if name not in skipped and value not in (None, "")
    ]
    print_table("", [Column("field"), Column("value", wraps=True)], lines)
    parts = [part for part in rows_of(run, "indicators") if part["subject"] == subject and part["key"] == key]
    if parts:
        names = ("indicator", "known", "points", "weight", "contribution")
        parts.sort(key=lambda part: -(part["contribution"] or 0))
        print_table(
            "Score", [Column(name) for name in names], [[part[name] for name in names] for part in parts]
        )


def print_comparison(one: Run, other: Run) -> None:
    """Two builds beside one another, and what is in one only."""
    chosen = [rows_of(run, "selection")[0] for run in (one, other)]
    names = ("objective", "value", "bound", "gap", "patents", "contracts", "obligors", "amount", "appraised")
    headings = [str(run.path or run.id) for run in (one, other)]
    columns = [Column("measure"), *(Column(heading, right=True) for heading in headings)]
    print_table("", columns, [[name, *(row[name] for row in chosen)] for name in names])
    for table, key in (("candidate_contracts", "contract"), ("pool", "publication_number")):
        held = [
            {row[key] for row in rows_of(run, table) if row.get("status", "selected") == "selected"}
            for run in (one, other)
        ]
        for run, only in ((one, held[0] - held[1]), (other, held[1] - held[0])):
            named = sorted(only)
            more = (
                Message(" and {count} more", count=len(named) - MOST_NAMED) if len(named) > MOST_NAMED else ""
            )
            what = "contracts" if table == "candidate_contracts" else "patents"
            print_line(
                f"{what} only in {run.path or run.id}: {', '.join(named[:MOST_NAMED]) or 'none'}{more}"
            )
    bounds = [{row["limit"]: row for row in rows_of(run, "pool_limits")} for run in (one, other)]
    rows = [
        [name, *(_figure(side[name]["value"], side[name]["unit"]) if name in side else "" for side in bounds)]
        for name in sorted({*bounds[0], *bounds[1]})
    ]
    print_line("")
    print_table("Limits", [Column("limit"), columns[1], columns[2]], rows)


def print_explanation(build: str, key: str, builds: Path) -> None:
    """What became of a candidate of a stored build, or of a pool that is built now, why, and what it would displace."""
    from securitize.studies.pool.build import displacement, opened_or_built

    run = opened_or_built(build, builds)
    print_candidate(run, key)
    print_displaced(displacement(run, key))


def print_displaced(found: Displacement) -> None:
    """What the candidate would displace."""
    if not found.unit:
        print_line("it does not pass the screens: no pool can hold it")
    elif found.conflict:
        print_line("with {unit}, {first}", unit=found.unit, first=found.conflict.splitlines()[0])
        for line in found.conflict.splitlines()[1:]:
            print_line(line, wraps=False)
    elif found.leaving or found.entering:
        print_line(
            "to hold {unit}, the objective would lose {whole}", unit=found.unit, whole=_whole(found.cost or 0)
        )
        print_line(
            f"leaving: {', '.join(found.leaving) or 'none'}; entering: {', '.join(found.entering) or 'none'}"
        )
    else:
        print_line("it is in the pool with {unit}", unit=found.unit)


def print_frontier(limit: str, points: Sequence[FrontierPoint]) -> None:
    """The best objective at each bound of a limit."""
    columns = [Column(limit), Column("objective"), Column("gap"), Column("contracts")]
    rows = [[point.bound, point.value, point.gap, point.contracts] for point in points]
    print_table("Frontier", columns, rows)
