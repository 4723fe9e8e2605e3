"""One payment date of a run, step by step."""

from __future__ import annotations

import datetime
import tomllib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.errors import UsageError
from securitize.base.messages import Listing, Message
from securitize.reports.rows import Row, call_exercised, rows_of
from securitize.reports.terminal import GAP, Column, print_line, print_table, table_widths, terminal_width

if TYPE_CHECKING:
    from securitize.store.run import Run

#: column of the table -> its heading here
TRIGGERS = {
    **{name: name for name in ("trigger", "measure", "threshold", "tested", "breached", "active")},
    "failed_in_a_row": "failed in a row",
}
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
#: Movements that few deals have; only those that move something are shown.
MOVEMENTS = {
    "note": "note",
    "interest_on_unpaid": "interest on deferred",
    "capitalised": "capitalised",
    "interest_written_off": "interest written off",
    "put_unpaid": "put, unpaid",
    "premium_due": "premium due",
    "premium_paid": "premium paid",
    "premium_unpaid": "premium unpaid",
    "deficiency": "principal deficiency",
}
COSTS_OF_SUPPORT = {
    "support": "support",
    "interest_charged": "interest",
    "interest_paid": "interest paid",
    "interest_unpaid": "interest unpaid",
    "fee_charged": "fee",
    "fee_paid": "fee paid",
    "fee_unpaid": "fee unpaid",
}
FEES = {name: name for name in ("fee", "accrued", "pending", "paid", "unpaid")}
SUPPORT = {name: name for name in ("support", "available", "drawn", "reimbursed", "outstanding")}


def print_trace(run: Run, date: datetime.date) -> None:
    """What came in, each step, and what is left on ``date``. Raises UsageError where nothing is paid on it."""
    by_date = {row["payment_date"]: row for row in rows_of(run, "payment_dates")}
    dates = list(by_date)
    if date not in dates:
        near = sorted(sorted(dates, key=lambda day: abs((day - date).days))[:3])
        raise UsageError(
            "{date} is no payment date; the nearest are {map}", date=date, map=Listing(map(str, near))
        )
    payment, last = by_date[date], by_date[dates[-1]]["period"]
    period = payment["period"]

    def of_date(table: str) -> list[Row]:
        return [row for row in rows_of(run, table) if row["period"] == period]

    steps, accounts = of_date("steps"), of_date("accounts")
    currency = accounts[0]["currency"]
    print_line(f"{run.about.get('deal')}, scenario {run.about.get('scenario') or 'base case'}, run {run.id}")
    print_line(
        "payment {period} of {last}, {date}; amounts in {currency}",
        period=period,
        last=last,
        date=date,
        currency=currency,
    )
    print_line("")
    _print_collections(of_date("collections"))
    if payment["account_interest"]:
        print_line(
            "interest on accounts: {account_interest:,.2f} came in",
            account_interest=payment["account_interest"],
        )
        print_line("")
    if called := call_exercised(payment):
        print_line("{called}: {call_price:,.2f} came in", called=called, call_price=payment["call_price"])
        print_line("")
    _print_rows("Triggers", of_date("triggers"), TRIGGERS)
    _print_steps(steps)
    if payment["final_distribution"]:
        print_line(
            "final distribution to {residual_holder}: {final_distribution:,.2f}",
            residual_holder=residual_holder(run),
            final_distribution=payment["final_distribution"],
        )
        print_line("")
    _print_rows("Accounts", accounts, ACCOUNTS)
    _print_rows("Notes", of_date("note_cash_flows"), NOTES)
    _print_rows("Other movements of the notes", of_date("note_cash_flows"), MOVEMENTS, seldom=True)
    for row in of_date("note_cash_flows"):
        if row["written_off"]:
            print_line(
                "note {note}: {written_off:,.2f} written off",
                note=row["note"],
                written_off=row["written_off"],
            )
            print_line("")
    _print_rows("Fees", of_date("fees"), FEES)
    _print_rows("Support", of_date("support"), SUPPORT)
    _print_rows("Interest and fees of support", of_date("support"), COSTS_OF_SUPPORT, seldom=True)
    _print_rows("Limits", of_date("limits"), {"limit": "limit", "left": "left"})


def residual_holder(run: Run) -> str:
    """Who receives the final distribution, as the run's own deal file says."""
    if run.stored is None:
        return "the residual holder"
    return str(tomllib.loads(run.stored.input("deal.toml").decode()).get("residual_to", "originator"))


def _print_rows(title: str, rows: list[Row], columns: dict[str, str], seldom: bool = False) -> None:
    """Nothing where there are no rows; columns that say nothing on this date are left out, ``seldom`` zeros too."""
    shown = [name for name in columns if any(row[name] if seldom else row[name] is not None for row in rows)]
    if not rows or (seldom and len(shown) == 1):
        return
    headings = [Column(columns[name]) for name in shown]
    print_table(title, headings, [[row[name] for name in shown] for row in rows])


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
    title = Message("Priority of payments: {priority}", priority=steps[0]["priority"])
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
    title = Message(
        "Collections after {collection_start} up to {collection_end}",
        collection_start=first["collection_start"],
        collection_end=first["collection_end"],
    )
    columns = [Column(name) for name in ("stream", "collected", "scheduled")]
    print_table(title, columns, [*kept, total])
