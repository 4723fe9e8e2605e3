"""What ``securitize run`` prints: the notes, their coverage, fees, closing, triggers, and where the run stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Listing, Message
from securitize.base.money import from_rate, to_rate
from securitize.definitions.deals.currencies import amount_in
from securitize.reports.acceptances import accepted_lines
from securitize.reports.after_last import print_after_last
from securitize.reports.coverage import print_coverage, print_life
from securitize.reports.earlier import print_earlier
from securitize.reports.headings import cell, heading, trigger_cell
from securitize.reports.names import Names, scenario_name, titled
from securitize.reports.puts import print_puts
from securitize.reports.rows import Row, call_exercised, rows_of
from securitize.reports.scenario_words import print_stresses
from securitize.reports.stands import print_stands, with_original
from securitize.reports.states import state_of
from securitize.reports.terminal import NOTHING, Column, print_line, print_table
from securitize.reports.wording import counted, day, in_unit, money
from securitize.reports.words import in_users
from securitize.tables.earlier import stored_version
from securitize.waterfall.passed_over import in_words

if TYPE_CHECKING:
    from securitize.store.run import Run

#: Columns of ``note_measures`` that are shown; the coupon is that of ``note_cash_flows``.
NOTES = (
    "note", "state", "balance", "original_balance", "factor", "coupon", "wal_years", "total_principal",
    "total_interest", "total_residual", "total_capitalised", "total_premium", "principal_loss", "interest_loss",
    "present_value_loss", "interest_written_off", "interest_shortfall_max", "first_late_date", "days_late",
    "largest_overdue", "first_principal_date", "last_principal_date",
)  # fmt: skip
#: Columns of ``note_risk``.
RISK = (
    "expected_loss", "expected_loss_error", "default_probability", "late_probability", "expected_shortfall_99",
    "interest_shortfall_probability",
)  # fmt: skip
#: Left out where no note has any.
SELDOM = (
    "total_capitalised", "total_premium", "interest_loss", "present_value_loss", "interest_written_off",
    "first_late_date", "days_late", "largest_overdue",
)  # fmt: skip
#: Assumed numbers that the header names.
MOST_NAMED = 4
SUPPORT = ("drawn", "reimbursed", "interest_paid", "fee_paid")


def print_run(run: Run) -> None:
    """The run on standard output."""
    names = Names.of_run(run)
    _print_header(run)
    print_earlier(run)
    _print_notes(run, names)
    print_coverage(rows_of(run, "coverage"), published=not stored_version(run.arrow("coverage")))
    if "life_coverage" in run.names:  # runs of earlier versions have none
        print_life(rows_of(run, "life_coverage"))
    _print_fees(run, names)
    _print_support(run, names)
    _print_closing(run, names)
    print_puts(run, names)
    _print_events(run, names)
    if "collections_after_last" in run.names:
        print_after_last(rows_of(run, "collections_after_last"))
    _print_random(run, names)
    # A path is not wrapped: it is there to be copied.
    if run.path and run.reused:
        print_line("run {id}, verified and reused: {path}", id=run.id, path=run.path, wraps=False)
    elif run.path:
        print_line("run {id}, written: {path}", id=run.id, path=run.path, wraps=False)


def _print_random(run: Run, names: Names) -> None:
    """What random paths say of notes and triggers; nothing where none were drawn."""
    if "note_risk" not in run.names:
        return
    about = run.about
    print_line("")
    columns = [heading("note_risk", "note", wraps=True), *(heading("note_risk", name) for name in RISK[:3])]
    columns += [Column("Default probability, 95% interval", right=True)]
    columns += [heading("note_risk", name) for name in (*RISK[3:], "wal_years")]
    title = Message(
        "Random paths: {paths:,} of {performance}, seed {seed}",
        paths=about["paths"],
        performance=about["performance"],
        seed=about["seed"],
    )
    print_table(title, columns, [_risk(row, names) for row in rows_of(run, "note_risk")])
    _print_sampling(about)
    print_supposed(about)
    last: dict[str, Row] = {row["trigger"]: row for row in rows_of(run, "trigger_risk")}
    if last:
        lines = [
            [names.of("triggers", name), _percent(row["probability"]), _percent(row["probability_error"])]
            for name, row in last.items()
        ]
        headings = [
            heading("trigger_risk", "trigger", wraps=True),
            Column("Probability of ever being active", right=True),
            heading("trigger_risk", "probability_error"),
        ]
        print_table("Triggers over all paths", headings, lines)


def print_supposed(about: Mapping[str, Any]) -> None:
    """What figures over random paths suppose of whoever promised to pay; nothing where all of them may fail."""
    if about.get("support"):
        print_line(
            "guarantors and providers of support that are not in the random performance do not default at random: "
            "they pay what they promise"
            if about.get("providers")
            else "given that the guarantor pays: no guarantor or provider of support defaults at random"
        )


def _print_sampling(about: Mapping[str, Any]) -> None:
    sampling = about.get("sampling", "plain")
    if sampling == "plain":
        return
    if "market_shift" not in about:
        print_line("paths by {sampling} sampling", sampling=sampling)
        return
    print_line(
        "paths by {sampling} sampling; half of them: market factor {market_shift:+}, own factors {own_shift:+}",
        sampling=sampling,
        market_shift=about["market_shift"],
        own_shift=about["own_shift"],
    )


def _risk(row: Row, names: Names) -> list[str]:
    interval = Message(
        "{low} to {high}",
        low=_percent(row["default_probability_low"]),
        high=_percent(row["default_probability_high"]),
    )
    shares = [_percent(row[name]) for name in RISK]
    life = cell("note_risk", "wal_years", row["wal_years"])
    return [names.of("notes", row["note"]), *shares[:3], interval, *shares[3:], life]


def _percent(share: float | None) -> str:
    """Four decimals: a senior note's expected loss is a matter of basis points."""
    return NOTHING if share is None else f"{100 * share:.4f}%"


def kinds_of_numbers(kinds: Sequence[str]) -> Message:
    """How many numbers are published, derived, assumed, or written without saying."""
    said = {
        "published": Message("{number} published", number=kinds.count("published")),
        "derived": Message("{number} derived", number=kinds.count("derived")),
        "assumed": Message("{number} assumed", number=kinds.count("assumed")),
        "stated": Message("{number} without a source", number=kinds.count("stated")),
    }
    return Message("numbers: {counts}", counts=Listing(text for kind, text in said.items() if kind in kinds))


def some_of(texts: Sequence[str], most: int) -> str:
    """The first of several, and how many more there are."""
    if len(texts) <= most:
        return Listing(texts)
    return Message("{some} and {count} more", some=Listing(texts[:most]), count=len(texts) - most)


def _print_header(run: Run) -> None:
    about = run.about
    print_line(
        titled(str(about.get("deal")), str(about.get("title") or ""), str(about.get("title_zh") or ""))
    )
    register = rows_of(run, "assumptions")
    scenario = scenario_name(about.get("scenario"))
    print_line(
        "scenario: {scenario}; {numbers}",
        scenario=scenario,
        numbers=kinds_of_numbers([row["kind"] for row in register]),
    )
    print_stresses(about, run.stored)
    print_stands(run)
    if about.get("synthetic"):
        print_line("the pool is SYNTHETIC")
    if about.get("reconstruction"):
        print_line("the deal is a RECONSTRUCTION: what was not published is assumed")
    if run.warnings:
        print_line("{warnings}: see above, and the report", warnings=counted(len(run.warnings), "warning"))
    if accepted := list(accepted_lines(about)):
        print_line("accepted with a reason: {warnings}", warnings=counted(len(accepted), "warning"))
    assumed = [f"{row['file']} {row['path']}" for row in register if row["kind"] == "assumed"]
    if assumed:
        print_line("assumed: {assumed}", assumed=some_of(assumed, MOST_NAMED))
    print_line("")


def _print_notes(run: Run, names: Names) -> None:
    coupons = coupons_of(rows_of(run, "note_cash_flows"))
    rows = rows_of(run, "note_measures")
    shown = [n for n in with_original(run, NOTES) if n not in SELDOM or any(row[n] for row in rows)]
    columns = [
        heading("note_cash_flows", name)
        if name == "coupon"
        else heading("note_measures", name, wraps=name == "note")
        for name in shown
    ]
    cells = [[_of_note(name, row, coupons, names) for name in shown] for row in rows]
    print_table(in_unit(Message("Notes"), rows[0]["currency"]), columns, cells)
    deferred = [row["note"] for row in rows if row["deferred_as_allowed"]]
    if deferred:
        notes = Listing([names.of("notes", note) for note in deferred])
        print_line("interest stayed unpaid as the terms allow it, which is not late: {notes}", notes=notes)
        print_line("")
    for row in rows:
        if row.get("passed_over_date") is not None:
            print_line(_passed_over(row, names))
            print_line("")


def _passed_over(row: Row, names: Names) -> Message:
    """Who is paid while a note loses."""
    paid = (row["junior_paid"] or "").split(" + ")
    return in_words(
        names.of("notes", row["note"]),
        loss=row["principal_loss"] + row["interest_loss"],
        currency=row["currency"],
        date=day(row["passed_over_date"]),
        lacking=row["passed_over_lacking"],
        junior=([names.of("notes", name) for name in paid if name], row["paid_to_junior"]),
        originator=row["paid_to_originator"],
    )


def _of_note(name: str, row: Row, coupons: Mapping[str, str], names: Names) -> str:
    if name == "note":
        return names.of("notes", row[name])
    if name == "state":
        return state_of(row)
    return coupons.get(row["note"], NOTHING) if name == "coupon" else cell("note_measures", name, row[name])


def coupons_of(flows: Iterable[Row]) -> dict[str, str]:
    """note -> its coupon in percent; the least and the most where it changes; not of notes without one."""
    found: dict[str, set[int]] = {}
    for row in flows:
        if row["coupon"] is not None:
            found.setdefault(row["note"], set()).add(to_rate(row["coupon"]))
    return {
        note: _coupon(min(rates))
        if len(rates) == 1
        else Message("{low} to {high}", low=_coupon(min(rates)), high=_coupon(max(rates)))
        for note, rates in found.items()
        if any(rates)
    }


def _coupon(rate: int) -> str:
    return cell("note_cash_flows", "coupon", from_rate(rate))


def _print_fees(run: Run, names: Names) -> None:
    sums: dict[str, Row] = {}
    for row in rows_of(run, "fees"):
        each = sums.setdefault(
            row["fee"], dict.fromkeys(("accrued", "paid", "unpaid"), amount_in(0, row["currency"]))
        )
        each["accrued"] += row["accrued"]
        each["paid"] += row["paid"]
        each["unpaid"] = row["unpaid"]
        each["currency"] = row["currency"]
    if not sums:
        return
    columns = [heading("fees", "fee", wraps=True), heading("fees", "accrued"), heading("fees", "paid")]
    rows = [
        [names.of("fees", name), each["accrued"], each["paid"], each["unpaid"]] for name, each in sums.items()
    ]
    total = [Message("Total"), *(sum((row[i] for row in rows), Decimal(0)) for i in (1, 2, 3))]
    title = in_unit(Message("Fees"), next(iter(sums.values()))["currency"])
    print_table(title, [*columns, Column("Unpaid at the end")], [*rows, total])


def _print_support(run: Run, names: Names) -> None:
    """What support paid and was paid, where any did or was."""
    sums: dict[str, Row] = {}
    for row in rows_of(run, "support"):
        each = sums.setdefault(
            row["support"], dict.fromkeys((*SUPPORT, "outstanding"), amount_in(0, row["currency"]))
        )
        for name in SUPPORT:
            each[name] += row[name] or Decimal(0)
        each["outstanding"] = row["outstanding"]
    if any(any(each.values()) for each in sums.values()):
        columns = [heading("support", "support", wraps=True), *(heading("support", name) for name in SUPPORT)]
        rows = [[names.of("support", name), *each.values()] for name, each in sums.items()]
        title = in_unit(Message("Support"), rows_of(run, "support")[0]["currency"])
        print_table(title, [*columns, Column("Outstanding at the end")], rows)


def _print_closing(run: Run, names: Names) -> None:
    """Sources, then uses, the companies together; both sum to the same."""
    sides: dict[str, list[list[Any]]] = {"source": [], "use": []}
    entries = rows_of(run, "closing")
    companies = [row["amount"] for row in entries if row["item"] == "company"]
    for row in entries:
        if row["item"] != "company":
            item = cell("closing", "item", row["item"])
            sides[row["side"]].append([item, _party(row, names), row["amount"]])
    count = counted(len(companies), "company", "companies")
    nothing = amount_in(0, entries[0]["currency"])
    sides["use"].insert(0, [Message("contracts"), count, sum(companies, nothing)])
    rows = []
    for side, lines in sides.items():
        words = cell("closing", "side", side)
        rows += [[words, *line] for line in lines]
        rows.append([words, Message("total"), "", sum((line[2] for line in lines), nothing)])
    columns = [
        heading("closing", name, wraps=name == "party") for name in ("side", "item", "party", "amount")
    ]
    print_table(in_unit(Message("Closing: sources and uses"), entries[0]["currency"]), columns, rows, keys=2)


def _party(row: Row, names: Names) -> str:
    match row["item"]:
        case "proceeds":
            return names.of("notes", row["party"])
        case "account funding" | "outside funding":
            return names.of("accounts", row["party"])
        case _:
            return in_users(row["party"] if row["party"] != row["item"] else "", row.get("party_zh"))


def _print_events(run: Run, names: Names) -> None:
    """Triggers that breached, the clean-up call, the final distribution."""
    triggers, breached = rows_of(run, "triggers"), dict[str, Row]()
    for row in triggers:
        if row["breached"]:
            breached.setdefault(row["trigger"], row)
    if breached:
        columns = [
            heading("triggers", "trigger", wraps=True),
            Column("First breached", right=True),
            heading("triggers", "measure"),
            heading("triggers", "threshold"),
        ]
        said = [
            [
                names.of("triggers", name),
                cell("triggers", "payment_date", row["payment_date"]),
                trigger_cell(names, row, "measure"),
                trigger_cell(names, row, "threshold"),
            ]
            for name, row in breached.items()
        ]
        print_table("Triggers breached", columns, said)
    elif triggers:
        print_line(
            "no trigger is breached ({tested} tested)",
            tested=counted(len({row["trigger"] for row in triggers}), "trigger"),
        )
    for payment in rows_of(run, "payment_dates"):
        date, currency = day(payment["payment_date"]), payment["currency"]
        if called := call_exercised(payment):
            price = money(payment["call_price"], currency)
            print_line("{called} on {date}: {price}", called=called, date=date, price=price)
        if payment["final_distribution"]:
            print_line(
                "final distribution on {date}: {amount}",
                date=date,
                amount=money(payment["final_distribution"], currency),
            )
