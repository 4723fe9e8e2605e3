"""What ``securitize build`` and ``securitize pool`` print: the pool, its limits, its strata, and why not."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing, Message
from securitize.reports.headings import cell, heading, named, print_rows, value_named
from securitize.reports.names import titled
from securitize.reports.rows import Row, rows_of
from securitize.reports.summary import some_of
from securitize.reports.terminal import Column, print_line, print_table
from securitize.reports.wording import counted, day, in_unit
from securitize.reports.words import in_users, word

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
        if run.reused:
            print_line("pool {id}, verified and reused: {path}", id=run.id, path=run.path, wraps=False)
        else:
            print_line("pool {id}, written: {path}", id=run.id, path=run.path, wraps=False)


def print_header(run: Run) -> None:
    """What was chosen, and the proof."""
    about, chosen = run.about, rows_of(run, "selection")[0]
    print_line(
        titled(str(about.get("pool")), str(about.get("title") or ""), str(about.get("title_zh") or ""))
    )
    as_of = day(dt.date.fromisoformat(str(about["as_of"])))
    print_line("chain {chain}, as of {as_of}", chain=about.get("chain"), as_of=as_of)
    if about.get("synthetic"):
        print_line("the candidates are SYNTHETIC")
    print_line("")
    names = ("amount", "appraised", "patents", "contracts", "obligors")
    print_rows(in_unit(Message("Pool"), chosen["currency"]), "selection", [chosen], names)
    values: dict[str, Any] = {
        "objective": cell("selection", "objective", chosen["objective"]),
        "value": _whole(chosen["value"]),
        "bound": _whole(chosen["bound"]),
        "gap": f"{chosen['gap']:.6f}",
    }
    if chosen["optimal"]:
        print_line(
            "{objective} {value}, upper bound {bound}, gap {gap}: proved, no pool within the limits is better",
            **values,
        )
    else:
        print_line("{objective} {value}, upper bound {bound}, gap {gap}: not proved", **values)
    print_line(
        "{patents} passed the screens, in {units}",
        patents=counted(chosen["candidates"], "patent"),
        units=counted(chosen["units"], "indivisible unit"),
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
        status = cell("pool_limits", "status", row["status"])
        if row["waived"]:
            status = Message("waived: {reason}", reason=row["waived"])
        sign = "≥" if row["direction"] == "at-least" else "≤"
        bound = f"{sign} {_figure(row['bound'], unit)}"
        name = _limit_name(row)
        rows.append([name, _figure(row["value"], unit), bound, _figure(row["headroom"], unit), status])
        if row["gain"]:
            relaxed.append([name, _figure(row["step"], unit), f"+{_whole(row['gain'])}"])
    if not rows:
        return
    columns = [_limit_column(), *(_right("pool_limits", name) for name in ("value", "bound", "headroom"))]
    print_table("Limits", [*columns, heading("pool_limits", "status", wraps=True)], rows)
    if relaxed:
        columns = [_limit_column(), _right("pool_limits", "step"), _right("pool_limits", "gain")]
        print_table("Relaxing, each alone, solved again", columns, relaxed)
    else:
        print_line("relaxing any one limit by a step gains nothing (steps: table pool_limits)")
        print_line("")


def _limit_name(row: Row) -> str:
    """The key; in Chinese its title, or what it limits before the key."""
    titled_ = Message("{title} ({key})", title=cell("pool_limits", "kind", row["kind"]), key=row["limit"])
    return in_users(row["limit"], row["title_zh"] or titled_)


def _limit_column() -> Column:
    return heading("pool_limits", "limit", wraps=True)


def _right(table: str, name: str) -> Column:
    return replace(heading(table, name), right=True)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "share":
        return f"{value * 100:,.2f}%"
    return f"{value:,.0f}" if unit in ("count", "currency units") else f"{value:,.2f}"


def print_strata(run: Run, dimensions: Sequence[str]) -> None:
    """The pool divided by each dimension, the largest bucket first."""
    rows = rows_of(run, "stratifications")
    names = ("patents", "contracts", "amount", "value", "share")
    for dimension in dimensions:
        strata = sorted(
            (row for row in rows if row["dimension"] == dimension), key=lambda row: -row["amount"]
        )
        if strata:
            title = Message("Pool by {dimension}", dimension=cell("stratifications", "dimension", dimension))
            columns = [heading("stratifications", name) for name in ("bucket", *names)]
            cells = [
                [
                    _bucket(dimension, row["bucket"]),
                    *(cell("stratifications", name, row[name]) for name in names),
                ]
                for row in strata
            ]
            print_table(in_unit(title, strata[0]["currency"]), columns, cells)


def _bucket(dimension: str, bucket: str) -> str:
    match dimension:
        case "stage":
            return word("stage", bucket)
        case "patent-kind":
            return value_named("patent_kind", bucket)
        case _:
            return bucket


def print_why_not(run: Run) -> None:
    """How many of what is not in the pool are kept out by which reason."""
    rows = []
    for subject, table in TABLES.items():
        counts = Counter(row["reason"] for row in rows_of(run, table) if row["status"] != "selected")
        rows += [
            (value_named("subject", subject), word("reason", reason), count)
            for reason, count in counts.most_common()
        ]
    if rows:
        columns = [named("subject"), Column("Reason"), Column("Candidates")]
        print_table("Candidates outside the pool, by reason", columns, rows)
        print_line("each with its figures: securitize pool explain {run} KEY", run=run.path or run.id)
        print_line("")


def print_repairs(run: Run) -> None:
    """What cleaning did."""
    counts = Counter((row["file"], row["outcome"]) for row in rows_of(run, "repairs"))
    for (file, outcome), count in sorted(counts.items()):
        print_line(
            "{file}: {rows} {outcome} (table repairs)",
            file=file,
            rows=counted(count, "row"),
            outcome=cell("repairs", "outcome", outcome),
        )
    if counts:
        print_line("")


def print_patents(run: Run) -> None:
    """The patents of the pool."""
    names = ("publication_number", "contract", "patent_kind", "node", "expiry", "score", "appraised", "title")
    print_rows("Patents", "pool", rows_of(run, "pool"), names, wraps=("title",))


def print_chain_map(run: Run) -> None:
    """The chain with candidates, pool and value by node."""
    rows = rows_of(run, "chain_map")
    parents = {row["node"]: row["parent"] for row in rows}

    def depth(node: str) -> int:
        return 0 if not parents.get(node) else 1 + depth(parents[node])

    names = ("candidates", "selected", "amount")
    columns = [heading("chain_map", name, wraps=name == "node") for name in ("node", "stage", *names)]
    lines = [
        [
            f"{'· ' * depth(row['node'])}{row['node']} {in_users(row['title'], row['title_zh'])}",
            word("stage", row["stage"]),
            *(cell("chain_map", name, row[name]) for name in names),
        ]
        for row in sorted(rows, key=lambda row: row["position"])
    ]
    print_table("Industry chain", columns, lines)


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
    if near:
        raise UsageError("no candidate is named {key}; close: {near}", key=printable(key), near=Listing(near))
    raise UsageError("no candidate is named {key}", key=printable(key))


def print_candidate(run: Run, key: str) -> None:
    """What became of a candidate, why, and every part of its score."""
    subject, row = candidate(run, key)
    table = TABLES[subject]
    values: dict[str, Any] = {
        "subject": value_named("subject", subject),
        "key": key,
        "status": cell(table, "status", row["status"]),
    }
    if row["reason"]:
        print_line("{subject} {key}: {status} ({reason})", reason=word("reason", row["reason"]), **values)
    else:
        print_line("{subject} {key}: {status}", **values)
    for reason in _reasons(run, subject, key, row):
        print_line(f"  {reason}")
    skipped = {"status", "reason", "reasons", SUBJECTS[subject]}
    lines = [
        [heading(table, name).heading, cell(table, name, value)]
        for name, value in row.items()
        if name not in skipped and value not in (None, "")
    ]
    print_table("", [Column("Field"), Column("Value", wraps=True)], lines)
    parts = [part for part in rows_of(run, "indicators") if part["subject"] == subject and part["key"] == key]
    if parts:
        parts.sort(key=lambda part: -(part["contribution"] or 0))
        names = ("indicator", "known", "points", "weight", "contribution")
        titles = _indicators(subject)
        shown = {"indicator": lambda key: in_users(key, titles.get(key))}
        print_rows("Score", "indicators", parts, names, wraps=("indicator",), shown=shown)


def _indicators(subject: str) -> dict[str, str]:
    """indicator of patents or of companies -> its title in Chinese."""
    text = files("securitize.pooling.scores").joinpath(f"{subject}_score.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text).items()
    return {
        name: entry["title_zh"] for name, entry in entries if isinstance(entry, dict) and "title_zh" in entry
    }


def _reasons(run: Run, subject: str, key: str, row: Row) -> list[str]:
    """Every reason with its figures, in the user's language."""
    screens = {
        f"{each['reason']}: {each['text']}": in_users(each["text"], each["text_zh"])
        for each in rows_of(run, "screens")
        if each["subject"] == subject and each["key"] == key
    }
    reasons = row["reasons"].split("; ") if row["reasons"] else []
    return [screens.get(reason) or _unscreened(reason) for reason in reasons]


def _unscreened(reason: str) -> str:
    """What is said of a candidate that no screen keeps out."""
    code, _, text = reason.partition(": ")
    return in_users(text, word("reason", code))


def print_comparison(one: Run, other: Run) -> None:
    """Two builds beside one another, and what is in one only."""
    chosen = [rows_of(run, "selection")[0] for run in (one, other)]
    names = ("objective", "value", "bound", "gap", "patents", "contracts", "obligors", "amount", "appraised")
    headings = [str(run.path or run.id) for run in (one, other)]
    columns = [Column("Measure"), *(Column(heading_, right=True) for heading_ in headings)]
    rows = [
        [heading("selection", name).heading, *(cell("selection", name, row[name]) for row in chosen)]
        for name in names
    ]
    print_table("", columns, rows)
    for table, key in (("candidate_contracts", "contract"), ("pool", "publication_number")):
        held = [
            {row[key] for row in rows_of(run, table) if row.get("status", "selected") == "selected"}
            for run in (one, other)
        ]
        for run, only in ((one, held[0] - held[1]), (other, held[1] - held[0])):
            listed = some_of(sorted(only), MOST_NAMED) if only else Message("none")
            if table == "candidate_contracts":
                print_line("contracts only in {pool}: {listed}", pool=run.path or run.id, listed=listed)
            else:
                print_line("patents only in {pool}: {listed}", pool=run.path or run.id, listed=listed)
    bounds = [{row["limit"]: row for row in rows_of(run, "pool_limits")} for run in (one, other)]
    lines = [
        [
            _limit_name(bounds[0].get(name) or bounds[1][name]),
            *(_figure(side[name]["value"], side[name]["unit"]) if name in side else "" for side in bounds),
        ]
        for name in sorted({*bounds[0], *bounds[1]})
    ]
    print_line("")
    print_table("Limits", [_limit_column(), columns[1], columns[2]], lines)


def print_explanation(build: str, key: str, builds: Path) -> None:
    """What became of a candidate of a stored build, or of a pool that is built now, why, and what it would displace."""
    from securitize.studies.pool.build import displacement, opened_or_built

    run = opened_or_built(build, builds)
    print_candidate(run, key)
    print_displaced(displacement(run, key))


def print_displaced(found: Displacement) -> None:
    """What the candidate would displace."""
    if not found.unit:
        print_line("it does not pass the screens, so no pool can hold it")
    elif found.conflict:
        print_line("with {unit}: {conflict}", unit=found.unit, conflict=found.conflict.splitlines()[0])
        for line in found.conflict.splitlines()[1:]:
            print_line(line, wraps=False)
    elif found.leaving or found.entering:
        print_line(
            "with {unit} in the pool, the objective would lose {loss}",
            unit=found.unit,
            loss=_whole(found.cost or 0),
        )
        print_line(
            "leaving: {leaving}; entering: {entering}",
            leaving=Listing(found.leaving) if found.leaving else Message("none"),
            entering=Listing(found.entering) if found.entering else Message("none"),
        )
    else:
        print_line("it is in the pool with {unit}", unit=found.unit)


def print_frontier(limit: str, points: Sequence[FrontierPoint]) -> None:
    """The best objective at each bound of a limit."""
    columns = [
        Column(Message("Bound of {limit}", limit=limit), right=True),
        heading("selection", "value"),
        heading("selection", "gap"),
        heading("selection", "contracts"),
    ]
    rows = [[point.bound, point.value, point.gap, point.contracts] for point in points]
    print_table("Frontier: objective by bound", columns, rows)
