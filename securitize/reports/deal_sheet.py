"""What a deal is, on one sheet: parties, notes, accounts, fees, support, triggers, steps, and its numbers' sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from securitize.base.money import from_minor
from securitize.definitions.steps import PRIORITIES
from securitize.reports import wording
from securitize.reports.summary import kinds_of_numbers
from securitize.reports.terminal import Column, percent, print_line, print_prose, print_table
from securitize.reports.wording import counted

if TYPE_CHECKING:
    from securitize.definitions.deal import Deal
    from securitize.runs.prepare import Prepared


def print_deal(prepared: Prepared) -> None:
    """The sheet on standard output."""
    _print_header(prepared)
    _print_money(prepared.deal)
    _print_rules(prepared.deal)
    kinds = kinds_of_numbers([figure.kind for figure in prepared.register])
    print_line(f"{kinds}; securitize show {prepared.deal.name} --assumptions lists them")


def print_assumptions(prepared: Prepared) -> None:
    """Every number of every file with its kind and source; those that tell their source before bare ones."""
    columns = [
        Column("path", wraps=True),
        Column("value", right=True),
        Column("kind"),
        Column("source", wraps=True),
    ]
    for file in dict.fromkeys(figure.file for figure in prepared.register):
        figures = [figure for figure in prepared.register if figure.file == file]
        rows = [
            (
                figure.path,
                (figure.value or _bounds(figure.at_least, figure.at_most), figure.unit),
                figure.kind if figure.kind != "stated" else "no source",
                (figure.source, figure.note),
            )
            for figure in sorted(figures, key=lambda figure: figure.kind == "stated")
        ]
        print_table(file, columns, rows, keys=len(columns))
    print_line(kinds_of_numbers([figure.kind for figure in prepared.register]))


def _bounds(least: str, most: str) -> str:
    said = [f"at least {least}" if least else "", f"at most {most}" if most else ""]
    return ", ".join(one for one in said if one) or "not published"


def _print_header(prepared: Prepared) -> None:
    deal, pool, schedule = prepared.deal, prepared.pool, prepared.schedule
    print_line(f"{deal.name}  {deal.title}")
    if deal.title_zh:
        print_line(deal.title_zh)
    print_line("")
    if deal.description:
        print_prose(deal.description)
    contracts, obligors = len(pool.contracts), len(pool.obligors)
    kinds = ", ".join(dict.fromkeys(contract.kind for contract in pool.contracts.values()))
    rights = sum(right.count for right in pool.collateral.values())
    facts = [
        ("pool", f"{pool.name}{' (SYNTHETIC)' if pool.synthetic else ''}: {kinds}"),
        (
            "",
            f"{counted(contracts, 'contract')} of {counted(obligors, 'obligor')}, {counted(rights, 'right')}",
        ),
        ("dates", f"cut-off {deal.dates.cut_off}, closing {deal.dates.closing}"),
        (
            "",
            f"{schedule.periods} payments from {schedule.payment[0]}, legal final {deal.dates.legal_final}",
        ),
        ("venue", deal.venue),
        ("rounding", deal.rounding),
        ("residual to", deal.residual_to),
    ]
    for name, said in facts:
        if said:
            print_line(f"{name:<12}{said}")
    for k, source in enumerate(deal.sources):
        print_line(f"{'' if k else 'sources':<12}{source}", wraps=False)
    print_line("")
    parties = [(party.role, party.name) for party in deal.parties]
    _print("Parties", [Column("role", wraps=True), Column("name", wraps=True)], parties)


def _print_money(deal: Deal) -> None:
    """What is owed, held and promised."""
    notes: list[tuple[Any, ...]] = [
        (
            name,
            note.rank,
            from_minor(note.balance),
            wording.coupon(note),
            note.principal.kind,
            note.day_count,
            note.rating,
        )
        for name, note in deal.notes.items()
    ]
    columns = [*_columns("note", "rank", "balance"), Column("coupon", right=True)]
    columns += [*_columns("principal", "day count"), Column("rating")]
    _print(f"Notes, {deal.currency}", columns, notes)
    accounts = [
        (name, account.kind, from_minor(account.opening), wording.target(account.target))
        for name, account in deal.accounts.items()
    ]
    _print("Accounts", [*_columns("account", "kind", "opening"), Column("target", wraps=True)], accounts)
    fees = [
        (name, wording.fee(fee), wording.fee_dates(fee), fee.payee or None) for name, fee in deal.fees.items()
    ]
    columns = [Column("fee"), *(Column(name, wraps=True) for name in ("amount", "due", "payee"))]
    _print("Fees", columns, fees)
    support = [(name, promise.provider, wording.support(promise)) for name, promise in deal.support.items()]
    columns = [Column("support"), Column("provider", wraps=True), Column("limit", wraps=True)]
    _print("Support", columns, support)
    costs = [(cost.name, from_minor(cost.amount)) for cost in deal.closing.costs]
    _print("Costs at closing", [Column("cost", wraps=True), Column("amount")], costs)


def _print_rules(deal: Deal) -> None:
    """What happens when."""
    triggers = [
        (
            name,
            wording.trigger(trigger),
            "latched" if trigger.latched else "curable",
            trigger.priority or None,
        )
        for name, trigger in deal.triggers.items()
    ]
    columns = [Column("trigger"), Column("breached when", wraps=True), *_columns("state", "calls for")]
    _print("Triggers", columns, triggers)
    if call := deal.clean_up_call:
        said = f"clean-up call: once the pool is at most {percent(call.threshold)} of what it was at cut-off"
        condition = ", where that repays the notes" if call.condition == "repays-notes" else ""
        print_line(f"{said}, at {percent(call.price)} of its balance{condition}")
        print_line("")
    for priority in PRIORITIES:
        steps = getattr(deal.priority, priority) or ()
        told = [(str(k), step.name, step.pay, wording.terms(step)) for k, step in enumerate(steps, 1)]
        columns = [Column("#"), Column("step", wraps=True), Column("pays"), Column("terms", wraps=True)]
        _print(f"Priority of payments: {priority}", columns, told)


def _columns(*headings: str) -> list[Column]:
    return [Column(heading) for heading in headings]


def _print(title: str, columns: list[Column], rows: list[tuple[Any, ...]]) -> None:
    """Nothing where there is nothing to tell; columns without any word are left out."""
    told = [i for i in range(len(columns)) if any(row[i] not in (None, "", ()) for row in rows)]
    if rows:
        print_table(title, [columns[i] for i in told], [[row[i] for i in told] for row in rows])
