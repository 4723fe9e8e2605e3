"""One payment date of a run, step by step."""

from __future__ import annotations

import datetime
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.errors import UsageError
from securitize.base.messages import Listing, Message
from securitize.reports.headings import cell, heading, trigger_cell
from securitize.reports.names import Names, scenario_name
from securitize.reports.rows import Row, call_exercised, rows_of
from securitize.reports.scenario_words import print_stresses
from securitize.reports.terminal import GAP, Column, print_line, print_table, table_widths, terminal_width
from securitize.reports.wording import day, unit
from securitize.reports.words import in_users

if TYPE_CHECKING:
    from securitize.store.run import Run

#: Columns that are shown, of the table of that name.
TRIGGERS = ("trigger", "measure", "threshold", "tested", "breached", "active", "failed_in_a_row")
#: Position and name of a step, then what each payee is due and gets; names where the terminal has room for them.
STEPS = (
    "step_name",
    "payee",
    "due",
    "available",
    "paid",
    "supported",
    "shortfall",
    "account_after",
    "account",
)
ROOMY = ("step_name", "account")
ACCOUNTS = ("account", "opening", "in", "out", "lost", "closing", "target")
NOTES = (
    "note", "opening_balance", "interest_paid", "unpaid_interest", "principal_paid", "residual_paid",
    "closing_balance",
)  # fmt: skip
#: Movements that few deals have; only those that move something are shown.
MOVEMENTS = (
    "note", "interest_on_unpaid", "capitalised", "interest_written_off", "put_unpaid", "premium_due",
    "premium_paid", "premium_unpaid", "deficiency",
)  # fmt: skip
COSTS_OF_SUPPORT = (
    "support", "interest_charged", "interest_paid", "interest_unpaid", "fee_charged", "fee_paid", "fee_unpaid",
)  # fmt: skip
FEES = ("fee", "accrued", "pending", "paid", "unpaid")
SUPPORT = ("support", "available", "drawn", "reimbursed", "outstanding")
LIMITS = ("limit", "left")
PARTIES = (
    "party", "recoveries_due", "recoveries", "capacity_available", "supported", "paid_in_all", "capacity_left",
)  # fmt: skip
#: Kinds of payees that may be due more than there is without a default.
AS_AVAILABLE = ("redemption", "deficiency", "reserve", "release", "transfer", "residual", "originator")


def print_trace(run: Run, date: datetime.date) -> None:
    """What came in, each step, and what is left on ``date``. Raises UsageError where nothing is paid on it."""
    by_date = {row["payment_date"]: row for row in rows_of(run, "payment_dates")}
    dates = list(by_date)
    if date not in dates:
        near = sorted(sorted(dates, key=lambda each: abs((each - date).days))[:3])
        raise UsageError(
            "{date} is no payment date; the nearest are {nearest}", date=date, nearest=Listing(map(str, near))
        )
    payment, last = by_date[date], by_date[dates[-1]]["period"]
    period = payment["period"]

    def of_date(table: str) -> list[Row]:
        # A run of an earlier version may lack a table.
        return [row for row in rows_of(run, table) if row["period"] == period] if table in run.names else []

    names = Names.of_run(run)
    accounts = of_date("accounts")
    print_line(
        "{deal}, scenario {scenario}, run {run}",
        deal=run.about.get("deal"),
        scenario=scenario_name(run.about.get("scenario")),
        run=run.id,
    )
    print_stresses(run.about, run.stored)
    print_line(
        "payment {period} of {last}, {date}; amounts in {currency}",
        period=period,
        last=last,
        date=day(date),
        currency=unit(accounts[0]["currency"]),
    )
    print_line("")
    _print_collections(of_date("collections"))
    _print_incoming(payment)
    _print_triggers(of_date("triggers"), names)
    _print_steps(of_date("steps"), names)
    if payment["final_distribution"]:
        print_line(
            "final distribution to {holder}: {amount:,}",
            holder=residual_holder(run),
            amount=payment["final_distribution"],
        )
        print_line("")
    _print_lost_at_banks(accounts, names)
    _print_rows("Accounts", "accounts", accounts, ACCOUNTS, names)
    flows, support = of_date("note_cash_flows"), of_date("support")
    _print_rows("Notes", "note_cash_flows", flows, NOTES, names)
    _print_rows("Other movements of the notes", "note_cash_flows", flows, MOVEMENTS, names, seldom=True)
    _print_written_off(flows, names)
    _print_rows("Fees", "fees", of_date("fees"), FEES, names)
    _print_rows("Support", "support", support, SUPPORT, names)
    _print_rows("Interest and fees of support", "support", support, COSTS_OF_SUPPORT, names, seldom=True)
    _print_rows("Parties with a capacity", "parties", of_date("parties"), PARTIES, names)
    _print_rows("Limits", "limits", of_date("limits"), LIMITS, names)


def _print_lost_at_banks(accounts: Sequence[Row], names: Names) -> None:
    for row in accounts:
        if row.get("lost"):
            print_line(
                "account {account}: {amount:,} lost with its bank",
                account=names.of("accounts", row["account"]),
                amount=row["lost"],
            )
            print_line("")


def _print_written_off(flows: Sequence[Row], names: Names) -> None:
    for row in flows:
        if row["written_off"]:
            print_line(
                "note {note}: {amount:,} written off",
                note=names.of("notes", row["note"]),
                amount=row["written_off"],
            )
            print_line("")


def _print_incoming(payment: Row) -> None:
    """What came in beside collections."""
    if payment["account_interest"]:
        print_line("interest on accounts received: {amount:,}", amount=payment["account_interest"])
        print_line("")
    if called := call_exercised(payment):
        print_line("{called}, price received: {amount:,}", called=called, amount=payment["call_price"])
        print_line("")


def residual_holder(run: Run) -> str:
    """Who receives the final distribution, as the run's own deal file says."""
    if run.stored is None:
        return Message("the residual holder")
    holder = str(tomllib.loads(run.stored.input("deal.toml").decode()).get("residual_to", "originator"))
    return Message("originator") if holder == "originator" else Names.of_run(run).of("notes", holder)


def _print_rows(
    title: str, table: str, rows: list[Row], columns: Sequence[str], names: Names, seldom: bool = False
) -> None:
    """Nothing where there are no rows; columns that say nothing on this date are left out, ``seldom`` zeros too."""
    shown = [
        name
        for name in columns
        if any(row.get(name) if seldom else row.get(name) is not None for row in rows)
    ]
    if not rows or (seldom and len(shown) == 1):
        return
    ways = _ways(names)
    headings = [heading(table, name, wraps=name in ways) for name in shown]
    print_table(title, headings, [[_shown(table, name, row, ways) for name in shown] for row in rows])


def _print_triggers(rows: list[Row], names: Names) -> None:
    """Each trigger, its test and its state; a share in per cent."""
    shown = [name for name in TRIGGERS if any(row[name] is not None for row in rows)]
    if not rows:
        return
    columns = [
        Column("State") if name == "breached" else heading("triggers", name, wraps=name == "trigger")
        for name in shown
    ]
    cells = [[_of_trigger(name, row, names) for name in shown] for row in rows]
    print_table("Triggers", columns, cells)


def _of_trigger(name: str, row: Row, names: Names) -> str:
    match name:
        case "trigger":
            return names.of("triggers", row[name])
        case "measure" | "threshold":
            return trigger_cell(names, row, name)
        case "breached":
            return Message("breached") if row[name] else Message("not breached")
        case _:
            return cell("triggers", name, row[name])


def _ways(names: Names) -> Mapping[str, Callable[[str], str]]:
    """How the keys of a deal are said."""
    return {
        "account": lambda key: Listing([names.of("accounts", each) for each in key.split(" + ")], " + "),
        "note": lambda key: names.of("notes", key),
        "fee": lambda key: names.of("fees", key),
        "support": lambda key: names.of("support", key),
        "payee": names.payee,
    }


def _shown(table: str, name: str, row: Row, ways: Mapping[str, Callable[[str], str]]) -> str:
    if name == "step_name":
        return in_users(row[name], row.get("step_name_zh")) or row[name]
    return ways[name](row[name]) if name in ways and row[name] else cell(table, name, row[name])


def _print_steps(steps: list[Row], names: Names) -> None:
    """Every step that ran; the names of the steps and their accounts where the terminal has room for them."""
    if not steps:
        print_line("no step of the priority of payments was run")
        print_line("")
        return
    members = Counter(row["step"] for row in steps)
    numbers = [
        f"{row['step']}.{row['member']}" if members[row["step"]] > 1 else str(row["step"]) for row in steps
    ]
    ways = {name: way for name, way in _ways(names).items() if name != "account"}

    def table_of(shown: Sequence[str]) -> tuple[list[Column], list[list[Any]]]:
        columns = [
            Column("No."),
            *(heading("steps", name, wraps=name in ("step_name", "payee")) for name in shown),
        ]
        rows = [
            [number, *(_shown("steps", name, row, ways) for name in shown)]
            for number, row in zip(numbers, steps, strict=True)
        ]
        return columns, rows

    shown: Sequence[str] = STEPS
    columns, rows = table_of(shown)
    widths = table_widths(columns, rows)
    if sum(widths) + GAP * (len(widths) - 1) > terminal_width():
        shown = [name for name in STEPS if name not in ROOMY]
        columns, rows = table_of(shown)
    title = Message(
        "Priority of payments: {priority}", priority=cell("steps", "priority", steps[0]["priority"])
    )
    print_table(title, columns, rows, shown.index("payee") + 2)
    if any(row["shortfall"] and _pays_what_is_there(row) for row in steps):
        print_line(
            "early redemption, turbo principal, transfers, reserves and the residual are paid as far as money is "
            "available: their shortfall is no default"
        )
        print_line("")


def _pays_what_is_there(row: Row) -> bool:
    return row["payee"].partition(":")[0] in AS_AVAILABLE


def _print_collections(rows: list[Row]) -> None:
    if not rows:
        return
    first = rows[0]
    kept = [
        [cell("collections", "stream", row["stream"]), row["amount"], row["scheduled"]]
        for row in rows
        if row["amount"] or row["scheduled"]
    ]
    scheduled = [row["scheduled"] for row in rows]
    planned = None if None in scheduled else sum(scheduled, Decimal(0))
    total = [Message("total"), sum((row["amount"] for row in rows), Decimal(0)), planned]
    title = Message(
        "Collections after {start} up to {end}",
        start=day(first["collection_start"]),
        end=day(first["collection_end"]),
    )
    columns = [heading("collections", name) for name in ("stream", "amount", "scheduled")]
    print_table(title, columns, [*kept, total])
