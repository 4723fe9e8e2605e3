"""``securitize solve DEAL --unknown PLACE --balances FILE``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from securitize.base.errors import UsageError
from securitize.base.messages import Message
from securitize.commands import options

if TYPE_CHECKING:
    from securitize.studies.solvers.back_solve import BackSolution
    from securitize.studies.solvers.collections_sought import SoughtCollections, SoughtPeriod


#: No amount and no rate has as many digits before the point.
_MOST_DIGITS = 14


@click.command("solve")
@click.argument("deal", shell_complete=options.completion("deal"))
@options.scenario
@click.option(
    "--unknown",
    required=True,
    metavar="PLACE",
    help="deal:PATH or pool:PATH of one number, or collections:STREAM for the cash of each period.",
)
@click.option(
    "--balances",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Published figures of notes: CSV with period or date, note, balance or interest_payable, and to.",
)
@click.option(
    "--low", metavar="NUMBER", help="The lowest value that the number, or each collection, may have."
)
@click.option(
    "--high", metavar="NUMBER", help="The highest value that the number, or each collection, may have."
)
def command(
    deal: str, scenario: str | None, unknown: str, balances: Path, low: str | None, high: str | None
) -> None:
    """Back-solve an unpublished input of DEAL from published figures.

    Of one number the answer is every value that gives the figures as they were rounded, with what the next values on
    both sides give. Of collections it is an interval for each period: no series of collections that gives the figures
    has less or more. Exit code 4 where none does.
    """
    from securitize.engine.prepare.prepare import prepare
    from securitize.reports.terminal import Column, print_table
    from securitize.studies.solvers import back_solve, published_figures
    from securitize.studies.solvers.collections_sought import solve_collections

    prepared = prepare(deal, scenario)
    published = published_figures.read_published(balances)
    published_figures.check_published(prepared, balances, published)
    where, _, rest = unknown.partition(":")
    if where != "collections":
        one = back_solve.solve_input(
            prepared, unknown, published, _number(low, "--low"), _number(high, "--high")
        )
        columns = [
            Column("Unknown input", wraps=True),
            Column("From", right=True),
            Column("To", right=True),
            Column("Difference one step below", right=True),
            Column("Difference one step above", right=True),
            Column("Calculations", right=True),
        ]
        print_table("Values that give the published figures", columns, [_row(one, prepared.deal.currency)])
        return
    stream = back_solve.parse_stream(rest)
    least = Decimal(0) if low is None else _amount(low, "--low", prepared.deal.currency)
    most = None if high is None else _amount(high, "--high", prepared.deal.currency)
    sought = solve_collections(prepared, stream, published, least, most)
    _print_collections(sought, prepared.deal.currency)


def _print_collections(sought: SoughtCollections, currency: str) -> None:
    from securitize.definitions.deals.currencies import amount_in
    from securitize.reports.terminal import Column, print_line, print_table

    columns = [
        Column("Period", right=True),
        Column("No less than", right=True),
        Column("No more than", right=True),
        Column("Least of a series that was run", right=True),
        Column("Most of a series that was run", right=True),
        Column("What is known", wraps=True),
    ]
    rows = []
    for one in sought.found:
        amounts = (one.least, one.most, one.low, one.high)
        cells = (None if amount is None else amount_in(amount, currency) for amount in amounts)
        rows.append((str(one.period), *cells, _what_is_known(one, currency)))
    title = Message("Collections of {stream} that the published figures leave possible", stream=sought.stream)
    print_table(title, columns, rows)
    print_line(
        "Outside the first two amounts no series of collections gives the figures, whatever came in the other periods; "
        "the other two stand in series that were run and give them. The periods hang together: amounts that are "
        "chosen one by one within them need not."
    )
    print_line("{count} series were run; other streams are as projected.", count=sought.series)


def _what_is_known(one: SoughtPeriod, currency: str) -> str:
    """Exact, the whole interval, or how much of its ends is undecided."""
    from securitize.definitions.deals.currencies import amount_in

    if one.low is None or one.high is None:
        return Message("no series found that gives the figures")
    if one.least == one.most:
        return Message("exact")
    undecided = (one.low - one.least) + (one.most - one.high)
    if undecided:
        return Message("{amount} of the interval undecided", amount=amount_in(undecided, currency))
    match one.no_lower, one.no_upper:
        case True, True:
            return Message("not told by the figures within the bracket")
        case False, True:
            return Message("no upper end within the bracket")
        case _:
            return Message("interval, both ends attained")


def _row(one: BackSolution, currency: str) -> tuple[object, ...]:
    from securitize.definitions.deals.currencies import amount_in

    outside = [None if off is None else amount_in(off, currency) for off in (one.below, one.above)]
    return (
        one.unknown,
        f"{one.low * one.step:f}",
        f"{one.high * one.step:f}",
        *outside,
        str(one.evaluations),
    )


def _amount(text: str, option: str, currency: str) -> Decimal:
    from securitize.definitions.deals.currencies import in_currency

    amount = _number(text, option)
    if amount < 0 or amount != round(amount, 2):
        raise UsageError("{option} is no amount of at most two decimals: {text!r}", option=option, text=text)
    if amount != in_currency(amount, currency):
        raise UsageError(
            "{option} is finer than {currency} is paid: {text!r}", option=option, currency=currency, text=text
        )
    return amount


def _number(text: str | None, option: str) -> Decimal:
    if text is None:
        raise UsageError("{option} is needed: the bracket in which the number lies", option=option)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UsageError("{option} is not a number: {text!r}", option=option, text=text) from None
    if not number.is_finite():
        raise UsageError("{option} is not finite", option=option)
    if number.adjusted() >= _MOST_DIGITS:
        raise UsageError("{option} is too large: {text}; write a number below 9e13", option=option, text=text)
    return number
