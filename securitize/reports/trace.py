"""One payment date of a run, step by step."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from securitize.base.errors import UsageError
from securitize.reports.summary import Row, rows_of
from securitize.reports.terminal import GAP, Column, print_line, print_table, table_widths, terminal_width

if TYPE_CHECKING:
    from securitize.runs.api import Run


#: column of the table -> its heading here
ACCOUNT = {name: name for name in ("account", "opening", "in", "out", "closing", "target")}
NOTE = {
    "note": "note",
    "opening_balance": "opening",
    "interest_paid": "interest",
    "unpaid_interest": "unpaid",
    "principal_paid": "principal",
    "residual_paid": "return",
    "closing_balance": "closing",
}
TRIGGER = {name: name for name in ("trigger", "measure", "threshold", "tested", "breached", "active")}


def print_trace(run: Run, date: datetime.date) -> None:
    """What came in, each step, and what is left on ``date``. Raises UsageError where nothing is paid on it."""
    dates = sorted(set(run.arrow("note_cash_flows").column("payment_date").to_pylist()))
    if date not in dates:
        near = sorted(dates, key=lambda day: abs((day - date).days))[:3]
        raise UsageError(
            f"{date} is no payment date; the nearest are {', '.join(str(day) for day in sorted(near))}"
        )
    period = dates.index(date) + 1

    def of_date(table: str) -> list[Row]:
        return [row for row in rows_of(run, table) if row["period"] == period]

    print_line(f"{run.about.get('deal')}  payment {period} of {len(dates)}, {date}  (run {run.id})")
    _print_collections(of_date("collections"))
    steps = of_date("steps")
    in_force = steps[0]["priority"] if steps else "normal"
    triggers = of_date("triggers")
    if triggers:
        _print_rows("Triggers", triggers, TRIGGER)
    _print_steps(f"Priority of payments: {in_force}", steps)
    _print_rows("Accounts", of_date("accounts"), ACCOUNT)
    _print_rows("Notes", of_date("note_cash_flows"), NOTE)
    lost = [row for row in of_date("note_cash_flows") if row["written_off"]]
    for row in lost:
        print_line(f"note {row['note']}: {row['written_off']:,.2f} {row['currency']} written off")


def _print_rows(title: str, rows: list[Row], columns: dict[str, str]) -> None:
    headings = [Column(heading) for heading in columns.values()]
    print_table(title, headings, [[row[name] for name in columns] for row in rows])


def _print_steps(title: str, steps: list[Row]) -> None:
    """One table where the terminal is wide enough, else two that say the same."""
    numbered = [{**row, "#": str(row["step"])} for row in steps]
    wide = ("#", "payee", "due", "available", "paid", "supported", "shortfall", "account_after")
    halves = (
        ("#", "payee", "due", "paid", "supported", "shortfall"),
        ("#", "payee", "available", "paid", "account_after"),
    )
    needed = table_widths([Column(key) for key in wide], [[row[key] for key in wide] for row in numbered])
    fits = sum(needed) + GAP * len(needed) <= terminal_width()
    for keys in (wide,) if fits else halves:
        columns = [
            Column({"account_after": "left after", "supported": "support"}.get(key, key)) for key in keys
        ]
        print_table(title, columns, [[row[key] for key in keys] for row in numbered])
        title = "What was there, and what is left"


def _print_collections(rows: list[Row]) -> None:
    first = rows[0]
    title = (
        f"Collections after {first['collection_start']} up to {first['collection_end']}, {first['currency']}"
    )
    columns = [Column(name) for name in ("stream", "collected", "scheduled")]
    total = ["all", sum(row["amount"] for row in rows), sum(row["scheduled"] for row in rows)]
    kept = [
        [row["stream"], row["amount"], row["scheduled"]] for row in rows if row["amount"] or row["scheduled"]
    ]
    print_table(title, columns, [*kept, total])
