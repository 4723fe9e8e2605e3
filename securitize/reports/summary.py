"""What ``securitize run`` prints: the notes, their coverage, fees, closing, triggers, and where the run stands."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.reports.terminal import Column, print_line, print_table

if TYPE_CHECKING:
    from securitize.runs.api import Prepared, Run

Row = dict[str, Any]


def rows_of(run: Run, table: str) -> list[Row]:
    """Rows of a table as dictionaries."""
    rows: list[Row] = run.arrow(table).to_pylist()
    return rows


def dry_run(prepared: Prepared, folder: Path) -> str:
    """What would be run."""
    deal, pool = prepared.deal, prepared.pool
    return (
        f"{deal.name}: {prepared.schedule.periods} payment dates, {len(pool.contracts)} contracts of "
        f"{len(pool.obligors)} obligors, {len(deal.notes)} notes, scenario {prepared.about['scenario'] or 'base'}\n"
        f"run {prepared.run_id} would be written to {folder}"
    )


def print_run(run: Run) -> None:
    """The run on standard output."""
    about = run.about
    scenario = about.get("scenario") or "base case"
    print_line(f"{about.get('deal')}  {about.get('title')}")
    if about.get("title_zh"):
        print_line(str(about["title_zh"]))
    label = "; the pool is SYNTHETIC" if about.get("synthetic") else ""
    print_line(f"scenario: {scenario}; {_assumed(run)}{label}")
    _print_notes(run)
    _print_coverage(run)
    _print_fees(run)
    _print_closing(run)
    _print_triggers(run)
    if run.path:
        print_line(f"{'verified and reused' if run.reused else 'written'}: {run.path}")
        print_line(f"next: securitize trace {run.path} --date {_first_date(run)}")


def _assumed(run: Run) -> str:
    kinds = [row["kind"] for row in rows_of(run, "assumptions")]
    counts = {kind: kinds.count(kind) for kind in ("published", "derived", "assumed", "stated")}
    return "numbers: " + ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)


def _first_date(run: Run) -> str:
    dates = run.arrow("note_cash_flows").column("payment_date").to_pylist()
    return str(min(dates))


def _print_notes(run: Run) -> None:
    rows = rows_of(run, "note_measures")
    currency = rows[0]["currency"]
    columns = ["note", f"balance {currency}", "WAL years", "principal", "interest", "return"]
    keys = ["note", "balance", "wal_years", "total_principal", "total_interest", "total_residual"]
    print_table("Notes", [Column(name) for name in columns], [[row[key] for key in keys] for row in rows])
    keys = [
        "note",
        "first_principal_date",
        "last_principal_date",
        "unpaid_interest",
        "interest_shortfall_max",
        "loss",
    ]
    headings = ["note", "first principal", "last principal", "unpaid interest", "largest unpaid", "loss"]
    print_table("", [Column(name) for name in headings], [[row[key] for key in keys] for row in rows])


def _print_coverage(run: Run) -> None:
    lowest: dict[int, dict[str, float | None]] = defaultdict(dict)
    measures = ("dscr", "dscr_with_support", "ic", "oc")
    for row in rows_of(run, "coverage"):
        for name in measures:
            seen, value = lowest[row["rank"]].get(name), row[name]
            lowest[row["rank"]][name] = value if seen is None else seen if value is None else min(seen, value)
    columns = [Column(name) for name in ("rank", "DSCR", "with support", "interest coverage", "OC")]
    rows = [[str(rank), *(values[name] for name in measures)] for rank, values in lowest.items()]
    print_table("Lowest coverage of notes at or above a rank", columns, rows)


def _print_fees(run: Run) -> None:
    sums: dict[str, dict[str, Decimal]] = {}
    for row in rows_of(run, "fees"):
        each = sums.setdefault(row["fee"], {"accrued": Decimal(0), "paid": Decimal(0), "unpaid": Decimal(0)})
        each["accrued"] += row["accrued"]
        each["paid"] += row["paid"]
        each["unpaid"] = row["unpaid"]
    rows = [[name, *each.values()] for name, each in sums.items()]
    if rows:
        print_table("Fees", [Column(name) for name in ("fee", "accrued", "paid", "unpaid at the end")], rows)


def _print_closing(run: Run) -> None:
    rows: list[list[Any]] = []
    companies, count = Decimal(0), 0
    for row in rows_of(run, "closing"):
        if row["item"] == "company":
            companies, count = companies + row["amount"], count + 1
        else:
            rows.append([row["side"], row["item"], row["party"], row["amount"]])
    rows.append(["use", "companies", f"{count} companies", companies])
    rows.sort(key=lambda row: (row[0] == "use", row[1]))
    print_table("Closing", [Column(name) for name in ("side", "item", "party", "amount")], rows)


def _print_triggers(run: Run) -> None:
    breached: dict[str, Row] = {}
    rows = rows_of(run, "triggers")
    for row in rows:
        if row["breached"]:
            breached.setdefault(row["trigger"], row)
    if breached:
        columns = [Column(name) for name in ("trigger", "first breached", "measure", "threshold")]
        said = [
            [name, row["payment_date"], row["measure"], row["threshold"]] for name, row in breached.items()
        ]
        print_table("Triggers breached", columns, said)
    elif rows:
        print_line(f"no trigger is breached ({len({row['trigger'] for row in rows})} tested)")
