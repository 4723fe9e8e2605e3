"""What ``securitize stress``, ``break-even``, ``reverse`` and ``grid`` print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.reports.after_last import print_after_last
from securitize.reports.earlier import print_earlier
from securitize.reports.headings import cell, heading, print_rows, table_word
from securitize.reports.names import Names, titled
from securitize.reports.stands import print_stands
from securitize.reports.states import state_under
from securitize.reports.summary import print_supposed
from securitize.reports.terminal import NOTHING, Column, print_line, print_table
from securitize.reports.verdicts import counts_of, print_qualified
from securitize.reports.wording import counted, in_unit
from securitize.reports.words import in_users
from securitize.tables.printed import printed_rows

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.store.run import Run

Row = dict[str, Any]
RESULTS = (
    "state",
    "principal_loss",
    "interest_loss",
    "days_late",
    "largest_overdue",
    "interest_shortfall_max",
    "wal_years",
    "min_dscr",
    "dscr_dates",
    "life_coverage",
    "min_life_coverage",
)
#: Of the whole deal: the same for each note.
OF_DEAL = ("first_trigger", "support_drawn")
#: Left out where no scenario has any.
SELDOM = ("days_late", "largest_overdue")
RISK = ("expected_loss", "default_probability", "late_probability")
#: A break-even in which nothing moved.
IDLE = frozenset({"not-applicable"})
GRID = ("driver_1", "value_1", "driver_2", "value_2", "cell", "note", "state", "principal_loss", "largest_overdue",
        "interest_shortfall_max", "wal_years", "min_dscr", "support_drawn")  # fmt: skip


def print_stress(run: Run) -> None:
    """Scenario by note, break-evens, what support is worth: a summary on standard output."""
    about, names = run.about, Names.of_run(run)
    scenarios: list[Row] = sorted(printed_rows(run.arrow("suite_scenarios")), key=lambda row: row["position"])
    print_line(titled(str(about["deal"]), str(about["title"]), str(about.get("title_zh") or "")))
    if about.get("synthetic"):
        print_line("the pool is SYNTHETIC: its contracts are invented")
    suite: dict[str, Any] = {
        "suite": about["suite"],
        "version": about["suite_version"],
        "scenarios": len(scenarios) - 1,
        **counts_of(scenarios),
    }
    if about.get("paths"):
        print_line(
            "suite {suite} {version}: {scenarios} scenarios, {whole} apply whole, {part} in part, {others} not at "
            "all; the base case beside them; {paths:,} random paths on each",
            paths=about["paths"],
            **suite,
        )
    else:
        print_line(
            "suite {suite} {version}: {scenarios} scenarios, {whole} apply whole, {part} in part, {others} not at "
            "all; the base case beside them",
            **suite,
        )
    print_stands(run)
    print_line("")
    print_earlier(run)
    results: list[Row] = printed_rows(run.arrow("stress_results"))
    risks: list[Row] = printed_rows(run.arrow("stress_risk")) if "stress_risk" in run.names else []
    _print_deal(scenarios, results, names)
    for note in dict.fromkeys(row["note"] for row in results):
        mine = {row["scenario"]: row for row in results if row["note"] == note}
        _print_note(
            names.note(note), scenarios, mine, {row["scenario"]: row for row in risks if row["note"] == note}
        )
    if risks:
        print_supposed(about)
    if "break_evens" in run.names:
        print_break_evens(run.arrow("break_evens"), names)
    print_qualified(scenarios)
    if "collections_after_last" in run.names:
        print_after_last(printed_rows(run.arrow("collections_after_last")), scenarios)
    if risks:
        print_line(
            "columns of random paths: random defaults come on top of the defaults that a scenario gives, and count "
            "twice where both mean the same downturn"
        )
    print_line("sizes of stresses are assumed unless table stress_factors says otherwise")
    if run.path and run.reused:
        print_line("result {id}, verified and reused: {path}", id=run.id, path=run.path, wraps=False)
    elif run.path:
        print_line("result {id}, stored: {path}", id=run.id, path=run.path, wraps=False)


def _print_deal(scenarios: list[Row], results: list[Row], names: Names) -> None:
    """What is of the deal, not of a note: the first trigger, and what support pays."""
    found = {row["scenario"]: row for row in results}
    rows = [
        [
            in_users(scenario["scenario"], scenario["title_zh"]),
            names.of("triggers", row["first_trigger"]) if row["first_trigger"] else NOTHING,
            cell("stress_results", "support_drawn", row["support_drawn"]),
        ]
        for scenario in scenarios
        if (row := found.get(scenario["scenario"]))
    ]
    if rows:
        columns = [
            heading("stress_results", "scenario", wraps=True),
            *(heading("stress_results", name, wraps=name == "first_trigger") for name in OF_DEAL),
        ]
        title = Message("Deal: first trigger, and what support pays")
        print_table(in_unit(title, results[0]["currency"]), columns, rows)


def _print_note(note: str, scenarios: list[Row], results: dict[str, Row], risks: dict[str, Row]) -> None:
    """One row a scenario: what the note loses, and what support pays."""
    names = [name for name in RESULTS if name not in SELDOM or any(row[name] for row in results.values())]
    columns = [
        heading("stress_results", "scenario", wraps=True),
        *(heading("stress_results", name) for name in names),
        *(heading("stress_risk", name) for name in RISK if risks),
    ]
    rows = []
    for scenario in scenarios:
        row = results.get(scenario["scenario"])
        if row is None:
            continue
        risk = risks.get(row["scenario"], dict.fromkeys(RISK))
        rows.append([
            in_users(row["scenario"], scenario["title_zh"]),
            *(result_cell(row, name) for name in names),
            *(cell("stress_risk", name, risk[name]) for name in RISK if risks),
        ])  # fmt: skip
    if rows:
        currency = next(iter(results.values()))["currency"]
        print_table(in_unit(Message("Note {note}", note=note), currency), columns, rows)
    deferred = [row for row in results.values() if row["deferred_as_allowed"]]
    if deferred:
        print_line(
            "interest stayed unpaid as the terms allow it, which is not late, in {scenarios}",
            scenarios=counted(len(deferred), "scenario"),
        )
        print_line("")


def result_cell(row: Row, name: str) -> str:
    """A cell of the matrix; the state of the note, with how much of the scenario that is of."""
    return state_under(row) if name == "state" else cell("stress_results", name, row[name])


def print_break_evens(table: pa.Table, names: Names) -> None:
    """Where each note breaks, driver by driver: the last value that does not break it, and the first that does."""
    rows: list[Row] = printed_rows(table)
    columns = [
        heading("break_evens", "criterion"), heading("break_evens", "driver"),
        heading("break_evens", "unit", wraps=True),
        Column("With external support", right=True), Column("Without external support", right=True),
    ]  # fmt: skip
    found = {(row["note"], row["criterion"], row["driver"], row["support"]): row for row in rows}
    for note in dict.fromkeys(row["note"] for row in rows):
        lines = []
        for criterion, name in dict.fromkeys((row["criterion"], row["driver"]) for row in rows):
            both = [found.get((note, criterion, name, support)) for support in ("in place", "absent")]
            acting = [row for row in both if row and row["status"] not in IDLE]
            if acting:
                named = [
                    cell("break_evens", each, acting[0][each]) for each in ("criterion", "driver", "unit")
                ]
                lines.append([*named, *map(_between, both)])
        print_table(
            Message("Note {note}: break-even of each driver alone", note=names.note(note)),
            columns,
            lines,
            keys=2,
        )
    print_line("each cell: last value that does not break > first value that breaks")
    print_line("")
    acting_drivers = {row["driver"] for row in rows if row["status"] not in IDLE}
    idle = {row["driver"]: row for row in rows if row["driver"] not in acting_drivers}
    if idle:
        shown = ("driver", "why_not")
        print_rows(
            "Drivers that do not apply to this deal", "break_evens", idle.values(), shown, wraps=shown[1:]
        )
    measured = {(row["note"], row["criterion"]) for row in rows if row["status"] not in IDLE}
    unmeasured = {
        (row["note"], row["criterion"]): row
        for row in rows
        if (row["note"], row["criterion"]) not in measured and row["driver"] in acting_drivers
    }
    if unmeasured:
        listed = ("note", "criterion", "why_not")
        print_rows("Criteria that do not apply", "break_evens", unmeasured.values(), listed, wraps=listed[2:])


def print_reverse(table: pa.Table, names: Names) -> None:
    """The likeliest way to break each note."""
    rows: list[Row] = printed_rows(table)
    shown = ("driver", "base_value", "value", "deviations", "unit")
    for key in dict.fromkeys((row["note"], row["criterion"], row["support"]) for row in rows):
        mine = [row for row in rows if (row["note"], row["criterion"], row["support"]) == key]
        said: dict[str, Any] = {
            "note": names.note(key[0]),
            "criterion": table_word("reverse_stresses", "criterion", key[1]),
            "support": Message("external support in place")
            if key[2] == "in place"
            else Message("external support absent"),
        }
        if mine[0]["why_not"] is not None:
            said["why_not"] = cell("reverse_stresses", "why_not", mine[0]["why_not"])
            print_line("Note {note}, {criterion}, {support}: not applicable ({why_not})", **said)
            print_line("")
            continue
        if mine[0]["distance"] is None:
            print_line("Note {note}, {criterion}, {support}: no combination within reach breaks it", **said)
            print_line("")
            continue
        title = Message(
            "Note {note}, {criterion}, {support}: joint distance {distance:.2f} standard deviations, "
            "tail probability {probability:.2%}",
            distance=mine[0]["distance"],
            probability=mine[0]["probability"],
            **said,
        )
        print_rows(title, "reverse_stresses", mine, shown, wraps=("unit",))
    print_line(
        "standard deviations are assumed unless table reverse_stresses says otherwise; "
        "a nearer combination cannot be excluded"
    )


def print_grid(table: pa.Table) -> None:
    """Every cell, one row each."""
    rows: list[Row] = printed_rows(table)
    names = [name for name in GRID if any(row[name] is not None for row in rows)]
    print_rows(in_unit(Message("Grid"), rows[0]["currency"]), "grid", rows, names, keys=2)


def _between(row: Row | None) -> str:
    """The last value that does not break and the first that does, or how the search ended."""
    if row is None:
        return NOTHING
    if row["status"] == "found":
        return f"{row['inside']:g} > {row['outside']:g}"
    return table_word("break_evens", "status", row["status"])
