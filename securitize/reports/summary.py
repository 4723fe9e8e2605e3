"""What ``securitize run`` prints: the notes, their coverage, fees, closing, triggers, and where the run stands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.base.money import to_rate
from securitize.reports.rows import Row, call_exercised, rows_of
from securitize.reports.terminal import NOTHING, Column, percent, print_line, print_table
from securitize.reports.wording import counted

if TYPE_CHECKING:
    from securitize.store.run import Run

#: column of the table -> its heading
NOTES = {
    "note": "note",
    "balance": "balance",
    "coupon": "coupon",
    "wal_years": "WAL years",
    "total_principal": "principal",
    "total_interest": "interest",
    "total_residual": "return",
    "total_capitalised": "capitalised",
    "total_premium": "premium",
    "loss": "loss",
    "interest_written_off": "interest written off",
    "interest_shortfall_max": "unpaid at most",
    "first_principal_date": "principal from",
    "last_principal_date": "to",
}
#: column of the table -> its heading; shares of balance or of paths
RISK = {
    "note": "note",
    "expected_loss": "expected loss",
    "expected_loss_error": "± error",
    "default_probability": "default",
    "interval": "95% interval",
    "expected_shortfall_99": "worst 1% lose",
    "interest_shortfall_probability": "interest late",
    "wal_years": "WAL years",
}
#: Left out where no note has any.
SELDOM = ("total_capitalised", "total_premium", "interest_written_off")
#: Assumed numbers that the header names.
MOST_NAMED = 4
SUPPORT = ("drawn", "reimbursed", "interest_paid", "fee_paid")
#: Coverage of more payment dates than this is left to its table.
MOST_DATES = 60
COVERAGE = {"dscr": "DSCR", "dscr_with_support": "with support", "ic": "IC", "oc": "OC"}


def print_run(run: Run) -> None:
    """The run on standard output."""
    _print_header(run)
    _print_notes(run)
    _print_coverage(rows_of(run, "coverage"))
    _print_fees(run)
    _print_support(run)
    _print_closing(run)
    _print_events(run)
    _print_random(run)
    if run.path:
        # A path is not wrapped: it is there to be copied.
        print_line(
            f"run {run.id}, {'verified and reused' if run.reused else 'written'}: {run.path}", wraps=False
        )


def _print_random(run: Run) -> None:
    """What random paths say of notes and triggers; nothing where none were drawn."""
    if "note_risk" not in run.names:
        return
    about = run.about
    print_line("")
    columns = [Column(title, right=True) for title in RISK.values()]
    rows = [[_risk(name, row) for name in RISK] for row in rows_of(run, "note_risk")]
    title = Message(
        "Random paths: {paths:,} of {performance}, seed {seed}",
        paths=about["paths"],
        performance=about["performance"],
        seed=about["seed"],
    )
    print_table(title, columns, rows)
    if about.get("sampling", "plain") != "plain":
        print_line("paths by {sampling} sampling{shift}", sampling=about["sampling"], shift=_shift(about))
    if about.get("support"):
        print_line(
            "support without a provider in the performance does not default at random: what it promises, it pays"
            if about.get("providers")
            else "guarantors and other support do not default at random: what they promise, they pay"
        )
    last: dict[str, Row] = {row["trigger"]: row for row in rows_of(run, "trigger_risk")}
    if last:
        lines = [
            [name, _percent(row["probability"]), _percent(row["probability_error"])]
            for name, row in last.items()
        ]
        headings = [Column("trigger"), Column("ever active", right=True), Column("± error", right=True)]
        print_table("Triggers over all paths", headings, lines)


def _shift(about: Mapping[str, Any]) -> str:
    if "market_shift" not in about:
        return ""
    return Message(
        "; half of them: market factor {market_shift:+}, own factors {own_shift:+}",
        market_shift=about["market_shift"],
        own_shift=about["own_shift"],
    )


def _risk(name: str, row: Row) -> str:
    if name in ("note", "wal_years"):
        return NOTHING if row[name] is None else str(row[name]) if name == "note" else f"{row[name]:.4f}"
    if name == "interval":
        return f"{_percent(row['default_probability_low'])} to {_percent(row['default_probability_high'])}"
    return _percent(row[name])


def _percent(share: float | None) -> str:
    """Four decimals: a senior note's expected loss is a matter of basis points."""
    return NOTHING if share is None else f"{100 * share:.4f}%"


def kinds_of_numbers(kinds: list[str]) -> str:
    """How many numbers are published, derived, assumed, or written without saying."""
    said = {
        "published": "published",
        "derived": "derived",
        "assumed": "assumed",
        "stated": "without a source",
    }
    counts = [f"{kinds.count(kind)} {word}" for kind, word in said.items() if kind in kinds]
    return f"numbers: {', '.join(counts)}"


def _print_header(run: Run) -> None:
    about = run.about
    print_line(f"{about.get('deal')}  {about.get('title')}")
    if about.get("title_zh"):
        print_line(str(about["title_zh"]))
    register = rows_of(run, "assumptions")
    kinds = [row["kind"] for row in register]
    label = "; the pool is SYNTHETIC" if about.get("synthetic") else ""
    print_line(f"scenario: {about.get('scenario') or 'base case'}; {kinds_of_numbers(kinds)}{label}")
    assumed = [f"{row['file']} {row['path']}" for row in register if row["kind"] == "assumed"]
    if assumed:
        more = (
            Message(" and {count} more", count=len(assumed) - MOST_NAMED) if len(assumed) > MOST_NAMED else ""
        )
        print_line(f"assumed: {', '.join(assumed[:MOST_NAMED])}{more}")
    print_line("")


def _print_notes(run: Run) -> None:
    coupons = coupons_of(rows_of(run, "note_cash_flows"))
    rows = [{**row, "coupon": coupons.get(row["note"])} for row in rows_of(run, "note_measures")]
    names = [name for name in NOTES if name not in SELDOM or any(row[name] for row in rows)]
    columns = [Column(NOTES[name], right=name == "coupon") for name in names]
    title = f"Notes, {rows[0]['currency']}"
    print_table(title, columns, [[row[name] for name in names] for row in rows])


def coupons_of(flows: list[Row]) -> dict[str, str]:
    """note -> its coupon in percent; the least and the most where it changes; not of notes without one."""
    found: dict[str, set[int]] = {}
    for row in flows:
        if row["coupon"] is not None:
            found.setdefault(row["note"], set()).add(to_rate(row["coupon"]))
    return {
        note: percent(min(rates)) + (f" to {percent(max(rates))}" if len(rates) > 1 else "")
        for note, rates in found.items()
        if any(rates)
    }


def _print_coverage(rows: list[Row]) -> None:
    """The lowest of every rank, then every date, as far as a reader would look at them all."""
    ranks: dict[int, list[Row]] = {}
    for row in rows:
        ranks.setdefault(row["rank"], []).append(row)
    lowest = [[str(rank), *(_lowest(of_rank, name) for name in COVERAGE)] for rank, of_rank in ranks.items()]
    print_table(
        "Lowest coverage of the notes of a rank and above", _columns("rank", *COVERAGE.values()), lowest
    )
    dates = len({row["period"] for row in rows})
    if dates > MOST_DATES:
        print_line("coverage of {dates} payment dates: --format csv --table coverage", dates=dates)
        print_line("")
    for rank, of_rank in ranks.items() if dates <= MOST_DATES else ():
        measured = [row for row in of_rank if any(row[name] is not None for name in COVERAGE)]
        by_date = [[row["payment_date"], *(row[name] for name in COVERAGE)] for row in measured]
        print_table(
            Message("Coverage by date, rank {rank}", rank=rank), _columns("date", *COVERAGE.values()), by_date
        )
    if any(row[name] is None for row in rows for name in COVERAGE):
        print_line(
            "{nothing} nothing is due or outstanding, the support has no limit, or the pool no balance",
            nothing=NOTHING,
        )
        print_line("")


def _lowest(rows: list[Row], name: str) -> float | None:
    return min((row[name] for row in rows if row[name] is not None), default=None)


def _columns(*headings: str) -> list[Column]:
    return [Column(heading) for heading in headings]


def _print_fees(run: Run) -> None:
    sums: dict[str, Row] = {}
    for row in rows_of(run, "fees"):
        each = sums.setdefault(row["fee"], {"accrued": Decimal(0), "paid": Decimal(0), "unpaid": Decimal(0)})
        each["accrued"] += row["accrued"]
        each["paid"] += row["paid"]
        each["unpaid"] = row["unpaid"]
    if sums:
        rows = [[name, *each.values()] for name, each in sums.items()]
        total = ["all", *(sum((row[i] for row in rows), Decimal(0)) for i in (1, 2, 3))]
        print_table("Fees", _columns("fee", "accrued", "paid", "unpaid at the end"), [*rows, total])


def _print_support(run: Run) -> None:
    """What support paid and was paid, where any did or was."""
    sums: dict[str, Row] = {}
    for row in rows_of(run, "support"):
        each = sums.setdefault(row["support"], dict.fromkeys(SUPPORT, Decimal(0)))
        for name in SUPPORT:
            each[name] += row[name] or 0
        each["left"] = row["outstanding"]
    if any(any(each.values()) for each in sums.values()):
        columns = _columns(
            "support", "drawn", "reimbursed", "interest paid", "fee paid", "outstanding at the end"
        )
        print_table("Support", columns, [[name, *each.values()] for name, each in sums.items()])


def _print_closing(run: Run) -> None:
    """Sources, then uses, the companies together; both sum to the same."""
    sides: dict[str, list[list[Any]]] = {"source": [], "use": []}
    companies = [row["amount"] for row in rows_of(run, "closing") if row["item"] == "company"]
    for row in rows_of(run, "closing"):
        if row["item"] != "company":
            party = row["party"] if row["party"] != row["item"] else ""
            sides[row["side"]].append([row["side"], row["item"], party, row["amount"]])
    count = counted(len(companies), "company", "companies")
    sides["use"].insert(0, ["use", "contracts", count, sum(companies, Decimal(0))])
    rows = []
    for side, entries in sides.items():
        rows += [*entries, [side, "all", "", sum((entry[3] for entry in entries), Decimal(0))]]
    columns = [Column("side"), Column("item"), Column("party", wraps=True), Column("amount")]
    print_table("Closing: sources and uses", columns, rows, keys=2)


def _print_events(run: Run) -> None:
    """Triggers that breached, the clean-up call, the final distribution."""
    triggers, breached = rows_of(run, "triggers"), dict[str, Row]()
    for row in triggers:
        if row["breached"]:
            breached.setdefault(row["trigger"], row)
    if breached:
        said = [
            [name, row["payment_date"], row["measure"], row["threshold"]] for name, row in breached.items()
        ]
        print_table("Triggers breached", _columns("trigger", "first breached", "measure", "threshold"), said)
    elif triggers:
        print_line(f"no trigger is breached ({len({row['trigger'] for row in triggers})} tested)")
    for payment in rows_of(run, "payment_dates"):
        day, currency = payment["payment_date"], payment["currency"]
        if called := call_exercised(payment):
            print_line(
                "{called} on {day}: {call_price:,.2f} {currency}",
                called=called,
                day=day,
                call_price=payment["call_price"],
                currency=currency,
            )
        if payment["final_distribution"]:
            print_line(
                "final distribution on {day}: {final_distribution:,.2f} {currency}",
                day=day,
                final_distribution=payment["final_distribution"],
                currency=currency,
            )
