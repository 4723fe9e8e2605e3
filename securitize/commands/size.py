"""``securitize size DEAL --note NAME --target GOAL``."""

from __future__ import annotations

import os
from decimal import Decimal, InvalidOperation

import click

from securitize.base.errors import UsageError, printable
from securitize.base.messages import Listing
from securitize.commands import options

#: Where the first digit of a number may stand: from 1e-8, the smallest unit, to amounts below 9e13.
_FEWEST_DIGITS, _MOST_DIGITS = -8, 14


@click.command("size")
@click.argument("deal", shell_complete=options.completion("deal"))
@click.option(
    "--note", required=True, metavar="NAME", help="The note to size, or whose target a number is solved for."
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    required=True,
    metavar="MEASURE=NUMBER",
    help="coverage=1.1 or life-coverage=1.2 at least; expected-loss or default-probability at most; or DRIVER=VALUE "
    "that it withstands.",
)
@click.option(
    "--lot", default="100000", show_default=True, metavar="AMOUNT", help="Balances are multiples of this lot."
)
@click.option(
    "--against", metavar="NOTE", help="The note that takes up the difference.  [default: the lowest]"
)
@click.option(
    "--number",
    metavar="PATH",
    help="Solve for deal:PATH or pool:PATH instead: a coupon, a reserve, a guarantee.",
)
@click.option("--between", nargs=2, metavar="LOW HIGH", help="Of --number: first and last value.")
@click.option("--step", metavar="NUMBER", help="Of --number: the step between values.")
@click.option(
    "--also",
    metavar="NOTE:MEASURE=NUMBER",
    multiple=True,
    help="A second note to size together with it, and its target.",
)
@click.option(
    "--cost", "costs", multiple=True, metavar="NOTE=RATE", help="Annual funding cost of a note, with --also."
)
@click.option(
    "--performance",
    metavar="NAME|FILE",
    shell_complete=options.completion("performance"),
    help="Random performance, for losses and probabilities.",
)
@click.option(
    "--paths",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    default=10_000,
    show_default=True,
    help="Number of random paths.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**64 - 1),
    metavar="N",
    default=1,
    show_default=True,
    help="Seed of the paths.",
)
@options.scenario
@options.pool
@options.table_or_json
def command(
    deal: str,
    note: str,
    targets: tuple[str, ...],
    lot: str,
    against: str | None,
    number: str | None,
    between: tuple[str, str] | None,
    step: str | None,
    also: tuple[str, ...],
    costs: tuple[str, ...],
    performance: str | None,
    paths: int,
    seed: int,
    scenario: str | None,
    pool: str | None,
    format_: str,
) -> None:
    """Find the largest balance of a note of DEAL that meets a target, or the limit value of another number.

    All sizes are run with the same random numbers. The answer and the next lot are both calculated. The principal
    schedule of a note is scaled with its balance; limits of support and fees stay as they are.
    """
    from securitize.engine.drawing import drawing
    from securitize.engine.prepare.prepare import prepare
    from securitize.reports import sizes
    from securitize.reports.scenario_words import case_of, print_scenario
    from securitize.reports.tables import to_json
    from securitize.reports.terminal import emit_data
    from securitize.studies.solvers.size import goal_of, size_note, size_number, size_together

    prepared = prepare(deal, scenario, pool, drawing(performance, paths, seed))
    options.print_warnings(prepared.warnings)
    ranked = sorted(prepared.deal.notes, key=lambda name: prepared.deal.notes[name].rank)
    rest = against or ranked[-1]
    options.check_notes((note, rest), prepared.deal.notes)
    goals, workers = [goal_of(text, note) for text in targets], os.cpu_count() or 1
    if number is not None:
        if between is None or step is None:
            raise UsageError("--number goes with --between LOW HIGH and --step")
        low, high, by = (_decimal(text) for text in (*between, step))
        result = sizes.as_dict(size_number(prepared, number, low, high, by, goals, workers))
    elif note == rest:
        raise UsageError("a note is sized against another: say --against")
    elif also:
        if len(also) > 1:
            raise UsageError("two notes can be sized at once")
        second, _, target = also[0].partition(":")
        if second not in prepared.deal.notes or second in (note, rest):
            raise UsageError("--also names a third note: {second}", second=printable(second))
        priced = {name: float(_decimal(rate)) for name, _, rate in (text.partition("=") for text in costs)}
        missing = [name for name in (note, second, rest) if name not in priced]
        if missing:
            raise UsageError("the cost of {missing} is not given: --cost NOTE=RATE", missing=Listing(missing))
        both = {note: goals, second: [goal_of(target, second)]}
        result = sizes.as_dict_together(
            size_together(
                prepared, (note, second), rest, both, priced, _lot(lot, prepared.deal.currency), workers
            )
        )
    else:
        result = sizes.as_dict(
            size_note(prepared, note, goals, _lot(lot, prepared.deal.currency), rest, workers)
        )
    if format_ == "json":
        emit_data(to_json({**case_of(prepared.about), "targets": list(targets), **result}))
    else:
        print_scenario(prepared.about)
        sizes.print_sized(result, list(targets))


def _lot(text: str, currency: str) -> int:
    """Minor units. Raises UsageError where it is no amount above 0 that the currency is paid in."""
    from securitize.base.money import to_minor
    from securitize.definitions.deals.currencies import unit_of

    try:
        lot = to_minor(_decimal(text))
    except ValueError:
        lot = 0
    if lot <= 0:
        raise UsageError(
            "{option} {text}: write an amount above 0, in currency units",
            option="--lot",
            text=printable(text),
        )
    if lot % unit_of(currency):
        raise UsageError("a lot of {lot} is finer than {currency} is paid", lot=text, currency=currency)
    return lot


def _decimal(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise UsageError("{text} is not a number", text=printable(text)) from None
    if not found.is_finite():
        raise UsageError("{text} is not a number", text=printable(text))
    if found and not _FEWEST_DIGITS <= found.adjusted() < _MOST_DIGITS:
        raise UsageError(
            "{text} is out of range; write 0, or a number below 9e13 and not below 1e-8", text=printable(text)
        )
    return found
