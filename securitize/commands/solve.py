"""``securitize solve DEAL --unknown PLACE --balances FILE``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from securitize.base.errors import UsageError
from securitize.commands import options

if TYPE_CHECKING:
    from securitize.studies.solvers.back_solve import BackSolution


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
    help="Published balances of notes after payments: CSV with period, note, balance.",
)
@click.option("--low", metavar="NUMBER", help="The lowest value that the number may have.")
@click.option("--high", metavar="NUMBER", help="The highest value that the number may have.")
def command(
    deal: str, scenario: str | None, unknown: str, balances: Path, low: str | None, high: str | None
) -> None:
    """Back-solve an unpublished input of DEAL from published balances.

    The answer is every value that gives the published balances to the cent, with what the next values on both
    sides give: no other value of the bracket does. Exit code 4 where none does.
    """
    from securitize.engine.prepare.prepare import prepare
    from securitize.reports.terminal import Column, print_line, print_table
    from securitize.studies.solvers import back_solve, published_figures
    from securitize.studies.solvers.collections_sought import solve_collections

    prepared = prepare(deal, scenario)
    published = published_figures.read_published(balances)
    published_figures.check_published(prepared, balances, published)
    where, _, rest = unknown.partition(":")
    columns = [
        Column("Unknown input", wraps=True),
        Column("From", right=True),
        Column("To", right=True),
        Column("Difference one step below", right=True),
        Column("Difference one step above", right=True),
        Column("Calculations", right=True),
    ]
    if where != "collections":
        one = back_solve.solve_input(
            prepared, unknown, published, _number(low, "--low"), _number(high, "--high")
        )
        print_table("Values that give the published figures", columns, [_row(one)])
        return
    stream = back_solve.parse_stream(rest)
    least = Decimal(0) if low is None else _amount(low, "--low")
    most = None if high is None else _amount(high, "--high")
    sought = solve_collections(prepared, stream, published, least, most)
    columns[-1] = Column("Known", wraps=True)
    print_table(
        "Collections that some series has which gives all published figures",
        columns,
        [(*_row(one)[:-1], _known(one)) for one in sought.found],
    )
    for sentence in _what_it_says(sought):
        print_line(sentence)


def _row(one: BackSolution) -> tuple[object, ...]:
    from securitize.base.money import from_minor

    outside = [None if off is None else from_minor(off) for off in (one.below, one.above)]
    return (
        one.unknown,
        f"{one.low * one.step:f}",
        f"{one.high * one.step:f}",
        *outside,
        str(one.evaluations),
    )


def _number(text: str | None, option: str) -> Decimal:
    if text is None:
        raise UsageError("{option} is needed: the bracket in which the number lies", option=option)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UsageError("{option} is not a number: {text!r}", option=option, text=text) from None
    if not number.is_finite():
        raise UsageError("{option} is not finite", option=option)
    return number
