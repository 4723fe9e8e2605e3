"""What a deal is, on one sheet: parties, notes, accounts, fees, support, triggers, steps, and its numbers' sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, assert_never

from securitize.base.messages import Listing, Message
from securitize.base.money import from_minor
from securitize.definitions.deals.steps import PRIORITIES
from securitize.reports import terms, wording
from securitize.reports.summary import kinds_of_numbers
from securitize.reports.terminal import Column, percent, print_line, print_prose, print_table
from securitize.reports.wording import counted

if TYPE_CHECKING:
    from securitize.engine.prepare.prepared import Prepared


def print_deal(prepared: Prepared) -> None:
    """The sheet on standard output."""
    _print_header(prepared)
    _print_money(prepared)
    _print_rules(prepared)
    kinds = kinds_of_numbers([figure.kind for figure in prepared.register])
    print_line(
        "{kinds}; securitize show {name} --assumptions lists them", kinds=kinds, name=prepared.deal.name
    )


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
                figure.kind if figure.sourced else "no source",
                (figure.source, figure.note),
            )
            for figure in sorted(figures, key=lambda figure: not figure.sourced)
        ]
        print_table(file, columns, rows, keys=len(columns))
    print_line(kinds_of_numbers([figure.kind for figure in prepared.register]))


def _bounds(least: str, most: str) -> str:
    said = [
        Message("at least {least}", least=least) if least else "",
        Message("at most {most}", most=most) if most else "",
    ]
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
        (
            "dates",
            Message(
                "cut-off {cut_off}, closing {closing}", cut_off=deal.dates.cut_off, closing=deal.dates.closing
            ),
        ),
        (
            "",
            Message(
                "{periods} payments from {first}, legal final {legal_final}",
                periods=schedule.periods,
                first=schedule.payment[0],
                legal_final=deal.dates.legal_final,
            ),
        ),
        (
            "state",
            Message("in mid-life: the books as of {as_of}", as_of=prepared.state.as_of)
            if prepared.state
            else "",
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


def _print_money(prepared: Prepared) -> None:
    """What is owed, held and promised."""
    deal, assumed = prepared.deal, _Assumed(prepared)
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
    of_notes = [(name, terms.of_note(note), assumed(f"notes.{name}")) for name, note in deal.notes.items()]
    _print_terms("Terms of the notes", "note", of_notes)
    accounts = [
        (
            name,
            account.kind,
            from_minor(account.opening),
            wording.target(account.target),
            terms.of_account(account),
            assumed(f"accounts.{name}"),
        )
        for name, account in deal.accounts.items()
    ]
    columns = [*_columns("account", "kind", "opening"), *_wrapped("target", "terms", "assumed")]
    _print("Accounts", columns, accounts)
    _print_lines(terms.streams(deal))
    fees = [
        (
            name,
            wording.fee(fee),
            wording.fee_dates(fee),
            fee.payee or None,
            terms.of_fee(fee),
            assumed(f"fees.{name}"),
        )
        for name, fee in deal.fees.items()
    ]
    _print("Fees", [Column("fee"), *_wrapped("amount", "due", "payee", "terms", "assumed")], fees)
    support = [
        (
            name,
            one.kind.replace("-", " "),
            (one.provider, one.rating),
            terms.of_support(one),
            assumed(f"support.{name}"),
        )
        for name, one in deal.support.items()
    ]
    columns = [Column("support"), *_wrapped("kind", "provider", "terms", "assumed")]
    _print("Support", columns, support)
    costs = [
        (cost.name, from_minor(cost.amount), assumed(f"closing.costs[{k}]"))
        for k, cost in enumerate(deal.closing.costs)
    ]
    columns = [Column("cost", wraps=True), Column("amount"), *_wrapped("assumed")]
    _print("Costs at closing", columns, costs)


def _print_rules(prepared: Prepared) -> None:
    """What happens when."""
    deal, assumed = prepared.deal, _Assumed(prepared)
    triggers = [
        (
            name,
            wording.trigger(trigger),
            terms.of_trigger(trigger),
            trigger.priority or None,
            assumed(f"triggers.{name}"),
        )
        for name, trigger in deal.triggers.items()
    ]
    columns = [
        Column("trigger"),
        *_wrapped("breached when", "terms"),
        *_columns("calls for"),
        *_wrapped("assumed"),
    ]
    _print("Triggers", columns, triggers)
    if call := deal.clean_up_call:
        said: str = Message(
            "clean-up call: once the pool is at most {threshold} of what it was at cut-off",
            threshold=percent(call.threshold),
        )
        match call.condition:
            case "repays-notes":
                condition = ", where that repays the notes"
            case "none":
                condition = ""
            case _:
                assert_never(call.condition)
        first = Message(", from {first_date}", first_date=call.first_date) if call.first_date else ""
        price = Message("at {price} of its balance", price=percent(call.price))
        _print_lines([f"{said}, {price}{condition}{first}{_aside(assumed('clean_up_call'))}"])
    if deal.issuer_call:
        _print_lines([terms.issuer_call(deal.issuer_call) + _aside(assumed("issuer_call"))])
    if deal.principal_deficiency:
        _print_lines([terms.deficiency(deal.principal_deficiency)])
    if deal.performance:
        said = "; ".join(terms.of_performance(deal.performance))
        _print_lines([f"performance: {said}{_aside(assumed('performance'))}"])
    limits = [(name, terms.of_limit(one), assumed(f"limits.{name}")) for name, one in deal.limits.items()]
    _print("Limits", [Column("limit"), *_wrapped("at most", "assumed")], limits)
    for priority in PRIORITIES:
        steps = getattr(deal.priority, priority) or ()
        lines = [
            (str(k), step.name, step.pay, wording.terms(step), assumed(f"priority.{priority}[{k - 1}]"))
            for k, step in enumerate(steps, 1)
        ]
        columns = [Column("#"), Column("step", wraps=True), Column("pays"), *_wrapped("terms", "assumed")]
        _print(Message("Priority of payments: {priority}", priority=priority), columns, lines)


class _Assumed:
    """The fields of the deal file that are assumed, by the path of what they belong to."""

    def __init__(self, prepared: Prepared) -> None:
        self._paths = [
            figure.path for figure in prepared.register if figure.assumed and figure.file == "deal.toml"
        ]

    def __call__(self, owner: str) -> tuple[str, ...]:
        """Paths from ``owner`` on, those of one list together."""
        places = (path[len(owner) + 1 :] for path in self._paths if path.startswith(f"{owner}."))
        return tuple(dict.fromkeys(re.sub(r"\[\d+\]", "[…]", path) for path in places))


def _aside(assumed: tuple[str, ...]) -> str:
    return Message(" (assumed: {assumed})", assumed=Listing(assumed)) if assumed else ""


def _print_terms(title: str, owner: str, rows: list[tuple[Any, ...]]) -> None:
    """Those that have any term to tell."""
    lines = [row for row in rows if any(row[1:])]
    _print(title, [Column(owner), *_wrapped("terms", "assumed")], lines)


def _print_lines(lines: Iterable[str]) -> None:
    """Lines, and an empty one after them; nothing where there are none."""
    rows = list(lines)
    for line in rows:
        print_line(line)
    if rows:
        print_line("")


def _wrapped(*headings: str) -> list[Column]:
    return [Column(heading, wraps=True) for heading in headings]


def _columns(*headings: str) -> list[Column]:
    return [Column(heading) for heading in headings]


def _print(title: str, columns: list[Column], rows: list[tuple[Any, ...]]) -> None:
    """Nothing where there is nothing to tell; columns without any word are left out."""
    shown = [i for i in range(len(columns)) if any(row[i] not in (None, "", ()) for row in rows)]
    if rows:
        print_table(title, [columns[i] for i in shown], [[row[i] for i in shown] for row in rows])
