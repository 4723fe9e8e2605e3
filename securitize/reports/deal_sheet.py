"""What a deal is, on one sheet: parties, notes, accounts, fees, support, triggers, steps, and its numbers' sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, assert_never

from securitize.base.messages import Listing, Message
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.deals.steps import PRIORITIES
from securitize.reports import note_terms, terms, wording
from securitize.reports.headings import heading, named, value_named
from securitize.reports.names import Names, titled
from securitize.reports.summary import kinds_of_numbers
from securitize.reports.terminal import Column, percent, print_description, print_line, print_table
from securitize.reports.wording import counted, day, in_unit
from securitize.reports.words import in_users, word

if TYPE_CHECKING:
    from securitize.definitions.deals.deal import Deal
    from securitize.engine.prepare.prepared import Prepared


def print_deal(prepared: Prepared) -> None:
    """The sheet on standard output."""
    _print_header(prepared)
    _print_money(prepared)
    _print_rules(prepared)
    print_line(
        "{numbers}; securitize show {name} --assumptions lists them",
        numbers=kinds_of_numbers([figure.kind for figure in prepared.register]),
        name=prepared.deal.name,
    )


def print_assumptions(prepared: Prepared) -> None:
    """Every number of every file with its kind and source; those that tell their source before bare ones."""
    columns = [
        heading("assumptions", "path", wraps=True),
        Column("Value", right=True),
        heading("assumptions", "kind"),
        heading("assumptions", "source", wraps=True),
    ]
    for file in dict.fromkeys(figure.file for figure in prepared.register):
        figures = [figure for figure in prepared.register if figure.file == file]
        rows = [
            (
                figure.path,
                (figure.value or _bounds(figure.at_least, figure.at_most), figure.unit),
                value_named("kind", figure.kind) if figure.sourced else Message("no source"),
                (figure.source, figure.note),
            )
            for figure in sorted(figures, key=lambda figure: not figure.sourced)
        ]
        print_table(file, columns, rows, keys=len(columns))
    print_line(kinds_of_numbers([figure.kind for figure in prepared.register]))


def _bounds(least: str, most: str) -> str:
    return (
        wording.joined(
            Message("at least {least}", least=least) if least else "",
            Message("at most {most}", most=most) if most else "",
        )
        if least or most
        else Message("not published")
    )


def _print_header(prepared: Prepared) -> None:
    deal = prepared.deal
    print_line(titled(deal.name, deal.title, deal.title_zh))
    print_line("")
    print_description(deal.description)
    for fact in _facts(prepared):
        print_line(fact)
    if deal.sources:
        print_line(Message("sources:"))
    for source in deal.sources:
        print_line(f"  {source}", wraps=False)
    print_line("")
    parties = [
        (in_users(party.role, party.role_zh), in_users(party.name, party.name_zh)) for party in deal.parties
    ]
    _print(Message("Parties"), [Column("Role", wraps=True), named("name", wraps=True)], parties)


def _facts(prepared: Prepared) -> Iterator[str]:
    """The pool, the dates and the conventions, each in a line."""
    deal, pool, schedule = prepared.deal, prepared.pool, prepared.schedule
    kinds = dict.fromkeys(word("contract", contract.kind) for contract in pool.contracts.values())
    yield Message(
        "pool: {pool}, {kinds}; {contracts} of {obligors}, {rights}",
        pool=pool.name,
        kinds=Listing(kinds),
        contracts=counted(len(pool.contracts), "contract"),
        obligors=counted(len(pool.obligors), "obligor"),
        rights=counted(sum(right.count for right in pool.collateral.values()), "right"),
    )
    if pool.synthetic:
        yield Message("the pool is SYNTHETIC")
    yield Message(
        "dates: cut-off {cut_off}, closing {closing}, {payments} from {first}, legal final {legal_final}",
        cut_off=day(deal.dates.cut_off),
        closing=day(deal.dates.closing),
        payments=counted(schedule.periods, "payment date"),
        first=day(schedule.payment[0]),
        legal_final=day(deal.dates.legal_final),
    )
    if (record := deal.dates.record) is not None:
        usual = counted(record.days_before, "business day")
        if record.before_last == record.days_before:
            yield Message("record dates: {usual} before each payment date", usual=usual)
        else:
            yield Message(
                "record dates: {usual} before each payment date, {last} before the one on which a note ends",
                usual=usual,
                last=counted(record.before_last, "business day"),
            )
    if prepared.state:
        yield Message("state: in mid-life, the books as of {as_of}", as_of=day(prepared.state.as_of))
    if deal.venue:
        yield Message("venue: {venue}", venue=in_users(deal.venue, deal.venue_zh))
    yield Message("rounding: {rounding}", rounding=word("rounding", deal.rounding))
    yield Message("residual to: {residual_to}", residual_to=_holder(deal))


def _holder(deal: Deal) -> str:
    if deal.residual_to == "originator":
        return Message("originator")
    return _names(deal).of("notes", deal.residual_to)


def _names(deal: Deal) -> Names:
    """Chinese titles of the parts, as the validated deal has them."""
    return Names(
        {
            "notes": {name: {"title_zh": one.title_zh} for name, one in deal.notes.items()},
            "accounts": {name: {"title_zh": one.title_zh} for name, one in deal.accounts.items()},
            "triggers": {name: {"title_zh": one.title_zh} for name, one in deal.triggers.items()},
        }
    )


def _print_money(prepared: Prepared) -> None:
    """What is owed, held and promised."""
    _print_notes(prepared)
    _print_accounts(prepared)
    _print_fees(prepared)
    _print_support(prepared)
    deal, assumed = prepared.deal, _Assumed(prepared)
    costs = [
        (
            in_users(cost.name, cost.name_zh),
            amount_in(cost.amount, deal.currency),
            assumed(f"closing.costs[{k}]"),
        )
        for k, cost in enumerate(deal.closing.costs)
    ]
    columns = [Column("Cost", wraps=True), named("amount"), _assumed()]
    _print(in_unit(Message("Costs at closing"), deal.currency), columns, costs)


def _print_notes(prepared: Prepared) -> None:
    deal, assumed = prepared.deal, _Assumed(prepared)
    names = _names(deal)
    rows: list[tuple[Any, ...]] = [
        (
            names.of("notes", name),
            note.rank,
            amount_in(note.balance, deal.currency),
            wording.coupon(note),
            word("principal", note.principal.kind),
            note.day_count,
            note.rating,
        )
        for name, note in deal.notes.items()
    ]
    columns = [
        heading("note_measures", "note", wraps=True),
        heading("note_measures", "rank"),
        heading("note_measures", "original_balance"),
        heading("note_cash_flows", "coupon"),
        Column("Principal repayment"),
        Column("Day count"),
        named("rating"),
    ]
    _print(in_unit(Message("Notes"), deal.currency), columns, rows)
    lines = [(name, note_terms.of_note(note), assumed(f"notes.{name}")) for name, note in deal.notes.items()]
    columns = [heading("note_measures", "note"), Column("Terms", wraps=True), _assumed()]
    _print(Message("Terms of the notes"), columns, [line for line in lines if any(line[1:])])


def _print_accounts(prepared: Prepared) -> None:
    deal, assumed = prepared.deal, _Assumed(prepared)
    names = _names(deal)
    rows = [
        (
            names.of("accounts", name),
            word("account", account.kind),
            amount_in(account.opening, deal.currency),
            wording.target(account.target),
            terms.of_account(account),
            assumed(f"accounts.{name}"),
        )
        for name, account in deal.accounts.items()
    ]
    columns = [
        heading("accounts", "account", wraps=True),
        Column("Kind"),
        heading("accounts", "opening"),
        Column("Target", wraps=True),
        Column("Terms", wraps=True),
        _assumed(),
    ]
    _print(in_unit(Message("Accounts"), deal.currency), columns, rows)
    _print_lines(terms.streams(deal))


def _print_fees(prepared: Prepared) -> None:
    deal, assumed = prepared.deal, _Assumed(prepared)
    rows = [
        (
            name,
            wording.fee(fee),
            wording.fee_dates(fee),
            in_users(fee.payee, fee.payee_zh) or None,
            terms.of_fee(fee),
            assumed(f"fees.{name}"),
        )
        for name, fee in deal.fees.items()
    ]
    columns = [
        heading("fees", "fee"),
        Column("Amount or rate", wraps=True),
        Column("Due dates", wraps=True),
        named("payee", wraps=True),
        Column("Terms", wraps=True),
        _assumed(),
    ]
    _print(in_unit(Message("Fees"), deal.currency), columns, rows)


def _print_support(prepared: Prepared) -> None:
    deal, assumed = prepared.deal, _Assumed(prepared)
    rows = [
        (
            name,
            word("support", one.kind),
            (in_users(one.provider, one.provider_zh), one.rating),
            terms.of_support(one),
            assumed(f"support.{name}"),
        )
        for name, one in deal.support.items()
    ]
    columns = [
        named("support"),
        Column("Kind", wraps=True),
        Column("Provider", wraps=True),
        Column("Terms", wraps=True),
        _assumed(),
    ]
    _print(in_unit(Message("Support"), deal.currency), columns, rows)


def _print_rules(prepared: Prepared) -> None:
    """What happens when."""
    deal, assumed = prepared.deal, _Assumed(prepared)
    names = _names(deal)
    triggers = [
        (
            names.of("triggers", name),
            wording.trigger(trigger),
            terms.of_trigger(trigger),
            value_named("priority", trigger.priority) if trigger.priority else None,
            assumed(f"triggers.{name}"),
        )
        for name, trigger in deal.triggers.items()
    ]
    columns = [
        heading("triggers", "trigger", wraps=True),
        Column("Condition", wraps=True),
        Column("Terms", wraps=True),
        Column("Priority called for"),
        _assumed(),
    ]
    _print(Message("Triggers"), columns, triggers)
    _print_lines(_calls(deal, assumed))
    limits = [(name, terms.of_limit(one), assumed(f"limits.{name}")) for name, one in deal.limits.items()]
    _print(Message("Limits"), [heading("limits", "limit"), Column("At most", wraps=True), _assumed()], limits)
    for priority in PRIORITIES:
        steps = getattr(deal.priority, priority) or ()
        lines = [
            (
                str(k),
                in_users(step.name, step.name_zh),
                tuple(names.payee(payee) for payee in step.pay),
                wording.terms(step),
                assumed(f"priority.{priority}[{k - 1}]"),
            )
            for k, step in enumerate(steps, 1)
        ]
        columns = [
            Column("No."),
            heading("steps", "step_name", wraps=True),
            heading("steps", "payee"),
            Column("Terms", wraps=True),
            _assumed(),
        ]
        title = Message("Priority of payments: {priority}", priority=value_named("priority", priority))
        _print(title, columns, lines)


def _calls(deal: Deal, assumed: _Assumed) -> Iterator[str]:
    """The calls, the deficiency ledgers and the performance, each in a line."""
    if call := deal.clean_up_call:
        said = Message(
            "clean-up call: once the pool balance is at most {threshold} of its balance at the cut-off date",
            threshold=percent(call.threshold),
        )
        parts = [said, Message("at {price} of the pool balance", price=percent(call.price))]
        match call.condition:
            case "repays-notes":
                parts.append(Message("where that repays the notes"))
            case "none":
                pass
            case _:
                assert_never(call.condition)
        if call.first_date:
            parts.append(Message("from {date}", date=day(call.first_date)))
        yield _aside(wording.joined(*parts), assumed("clean_up_call"))
    if deal.issuer_call:
        yield _aside(terms.issuer_call(deal.issuer_call), assumed("issuer_call"))
    if deal.principal_deficiency:
        yield terms.deficiency(deal.principal_deficiency)
    if deal.performance:
        said = Message("performance: {terms}", terms=Listing(terms.of_performance(deal.performance), "; "))
        yield _aside(said, assumed("performance"))


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


def _aside(said: str, assumed: tuple[str, ...]) -> str:
    return Message("{said} (assumed: {assumed})", said=said, assumed=Listing(assumed)) if assumed else said


def _assumed() -> Column:
    return Column("Assumed fields", wraps=True)


def _print_lines(lines: Iterable[str]) -> None:
    """Lines, an empty one after each; nothing where there are none."""
    for line in lines:
        print_line(line)
        print_line("")


def _print(title: str, columns: list[Column], rows: list[tuple[Any, ...]]) -> None:
    """Nothing where there is nothing to tell; columns without any word are left out."""
    shown = [i for i in range(len(columns)) if any(row[i] not in (None, "", ()) for row in rows)]
    if rows:
        print_table(title, [columns[i] for i in shown], [[row[i] for i in shown] for row in rows])
