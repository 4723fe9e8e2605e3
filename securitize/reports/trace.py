"""One payment date of a run, step by step."""

from __future__ import annotations

import datetime
import tomllib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.errors import UsageError
from securitize.reports.rows import Row, call_and_final, rows_of
from securitize.reports.terminal import GAP, Column, print_line, print_table, table_widths, terminal_width

if TYPE_CHECKING:
    from securitize.runs.api import Run

#: column of the table -> its heading here
TRIGGERS = {name: name for name in ("trigger", "measure", "threshold", "tested", "breached", "active")}
STEPS = {
    "#": "#",
    "step_name": "step",
    "payee": "payee",
    "due": "due",
    "available": "available",
    "paid": "paid",
    "supported": "supported",
    "shortfall": "shortfall",
    "account_after": "left after",
    "account": "account",
}
ACCOUNTS = {name: name for name in ("account", "opening", "in", "out", "closing", "target")}
NOTES = {
    "note": "note",
    "opening_balance": "opening",
    "interest_paid": "interest",
    "unpaid_interest": "unpaid",
    "principal_paid": "principal",
    "residual_paid": "return",
    "closing_balance": "closing",
}
FEES = {name: name for name in ("fee", "accrued", "pending", "paid", "unpaid")}
SUPPORT = {name: name for name in ("support", "available", "drawn", "reimbursed", "outstanding")}


def print_trace(run: Run, date: datetime.date) -> None:
    """What came in, each step, and what is left on ``date``. Raises UsageError where nothing is paid on it."""
    dates = sorted(set(run.arrow("note_cash_flows").column("payment_date").to_pylist()))
    if date not in dates:
        near = sorted(sorted(dates, key=lambda day: abs((day - date).days))[:3])
        raise UsageError(f"{date} is no payment date; the nearest are {', '.join(map(str, near))}")
    period = dates.index(date) + 1

    def of_date(table: str) -> list[Row]:
        return [row for row in rows_of(run, table) if row["period"] == period]

    steps, accounts = of_date("steps"), of_date("accounts")
    currency = accounts[0]["currency"]
    print_line(f"{run.about.get('deal')}, scenario {run.about.get('scenario') or 'base case'}, run {run.id}")
    print_line(f"payment {period} of {len(dates)}, {date}; amounts in {currency}")
    print_line("")
    _print_collections(of_date("collections"))
    price, final = call_and_final(run)[period]
    if price:
        print_line(f"clean-up call exercised: {price:,.2f} came in")
        print_line("")
    _print_rows("Triggers", of_date("triggers"), TRIGGERS)
    _print_steps(steps)
    if final:
        print_line(f"final distribution to {residual_holder(run)}: {final:,.2f}")
        print_line("")
    _print_rows("Accounts", accounts, ACCOUNTS)
    _print_rows("Notes", of_date("note_cash_flows"), NOTES)
    for row in of_date("note_cash_flows"):
        if row["written_off"]:
            print_line(f"note {row['note']}: {row['written_off']:,.2f} written off")
            print_line("")
    _print_rows("Fees", of_date("fees"), FEES)
    _print_rows("Support", of_date("support"), SUPPORT)


def residual_holder(run: Run) -> str:
    """Who receives the final distribution, as the run's own deal file says."""
    if run.stored is None:
        return "the residual holder"
    return str(tomllib.loads(run.stored.input("deal.toml").decode()).get("residual_to", "originator"))


def _print_rows(title: str, rows: list[Row], columns: dict[str, str]) -> None:
    """Nothing where there are no rows; columns that say nothing on this date are left out."""
    if not rows:
        return
    told = [name for name in columns if any(row[name] is not None for row in rows)]
    headings = [Column(columns[name]) for name in told]
    print_table(title, headings, [[row[name] for name in told] for row in rows])


def _print_steps(steps: list[Row]) -> None:
    """Every step that ran; the names of the steps and their accounts where the terminal has room for them."""
    if not steps:
        print_line("no step of the priority of payments ran")
        print_line("")
        return
    members = Counter(row["step"] for row in steps)
    rows: list[dict[str, Any]] = [
        {**row, "#": f"{row['step']}.{row['member']}" if members[row["step"]] > 1 else str(row["step"])}
        for row in steps
    ]
    names = list(STEPS)
    if not _fits(names, rows):
        names = [name for name in names if name not in ("step_name", "account")]
    keys = names.index("payee") + 1
    columns = [Column(STEPS[name], wraps=name == "step_name") for name in names]
    title = f"Priority of payments: {steps[0]['priority']}"
    print_table(title, columns, [[row[name] for name in names] for row in rows], keys)


def _fits(names: Sequence[str], rows: Sequence[Row]) -> bool:
    columns = [Column(STEPS[name], wraps=name == "step_name") for name in names]
    widths = table_widths(columns, [[row[name] for name in names] for row in rows])
    return sum(widths) + GAP * (len(widths) - 1) <= terminal_width()


def _print_collections(rows: list[Row]) -> None:
    if not rows:
        return
    first = rows[0]
    kept = [
        [row["stream"], row["amount"], row["scheduled"]] for row in rows if row["amount"] or row["scheduled"]
    ]
    scheduled = [row["scheduled"] for row in rows]
    planned = None if None in scheduled else sum(scheduled, Decimal(0))
    total = ["all", sum((row["amount"] for row in rows), Decimal(0)), planned]
    title = f"Collections after {first['collection_start']} up to {first['collection_end']}"
    columns = [Column(name) for name in ("stream", "collected", "scheduled")]
    print_table(title, columns, [*kept, total])
