"""``securitize check RUN``."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

import click

from securitize.base.errors import EXIT_BREACH, EXIT_DONE, UsageError, printable
from securitize.commands import options

CSV_TABLE = "rule_checks"


@click.command("check")
@click.argument("run", metavar="RUN|DEAL", shell_complete=options.complete_run)
@click.option(
    "--preset",
    "presets",
    multiple=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("preset"),
    help="Rules of a venue; may be repeated.",
)
@click.option(
    "--capital",
    "sets",
    multiple=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("capital set"),
    help="Capital parameters; may be repeated.",
)
@click.option(
    "--waive", multiple=True, metavar="RULE=REASON", help="Waive a breach of a rule, and the reason."
)
@click.option("--retained", multiple=True, metavar="NOTE=SHARE", help="Share of a note that is retained.")
@click.option("--net-assets", metavar="AMOUNT", help="Net assets of the guarantor, in currency units.")
@click.option(
    "--rating", multiple=True, metavar="NOTE=RATING", help="Rating of a note, in place of the deal's."
)
@click.option(
    "--risk-weight",
    type=click.FloatRange(0, 12.5),
    metavar="WEIGHT",
    default=1.0,
    show_default=True,
    help="Risk weight of the payers; 1 is 100%.",
)
@click.option(
    "--k-irb",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Capital ratio of the pool under internal ratings, for SEC-IRBA.",
)
@click.option(
    "--lgd",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    default=0.45,
    show_default=True,
    help="Loss given default of the pool, for SEC-IRBA.",
)
@click.option(
    "--delinquent",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Delinquent share of what is known of the pool.  [default: what is in default by the books]",
)
@click.option(
    "--unknown",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    default=0.0,
    show_default=True,
    help="Share of the pool whose delinquency is not known.",
)
@click.option(
    "--pool-balance",
    metavar="AMOUNT",
    help="Balance of the contracts, in currency units, in place of the books.",
)
@click.option(
    "--pool-known",
    is_flag=True,
    help="The bank knows the pool at all times: its average risk weight caps the senior notes.",
)
@click.option(
    "--rating-scale",
    type=click.Choice(["international", "national"]),
    help="Scale of the ratings.  [default: international, but asked for where the currency has one of its own]",
)
@click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    type=options.Day(),
    help="Date as of which capital is calculated.  [default: closing date, in mid-life its day]",
)
@options.scenario
@options.runs_folder
@options.printed(CSV_TABLE)
def command(
    run: str,
    presets: tuple[str, ...],
    sets: tuple[str, ...],
    waive: tuple[str, ...],
    retained: tuple[str, ...],
    net_assets: str | None,
    rating: tuple[str, ...],
    risk_weight: float,
    k_irb: float | None,
    lgd: float,
    delinquent: float | None,
    unknown: float,
    pool_balance: str | None,
    pool_known: bool,
    rating_scale: Literal["international", "national"] | None,
    as_of: datetime.datetime | None,
    scenario: str | None,
    runs_folder: Path,
    format_: str,
    table: str | None,
) -> int:
    """Check a stored RUN, or a DEAL: exchange rules, risk retention, regulatory capital; exit code 1 on a breach.

    A rule that cannot be tested here is reported as not testable, not as passed. Capital counts the
    credit of the payers alone.
    """
    options.check_table(table, format_, lambda: (CSV_TABLE, "note_capital"))
    if not presets and not sets:
        raise UsageError("name a --preset or a --capital set; securitize list shows them")
    from securitize.reports import checks, tables
    from securitize.reports.scenario_words import case_of
    from securitize.reports.terminal import emit_data
    from securitize.studies.rules.checks import check_deal
    from securitize.studies.rules.rule_checks import CheckTerms

    terms = CheckTerms(
        retained={name: _share(value, f"{name}={value}") for name, value in map(_pair, retained)},
        net_assets=None if net_assets is None else _amount(net_assets),
        waivers=dict(map(_pair, waive)),
        ratings=dict(map(_pair, rating)),
        risk_weight=risk_weight,
        internal=k_irb,
        lgd=lgd,
        delinquent=delinquent,
        unknown=unknown,
        pool_balance=None if pool_balance is None else _amount(pool_balance, "--pool-balance"),
        pool_known=pool_known,
        rating_scale=rating_scale,
        as_of=as_of.date() if as_of else None,
    )
    found = check_deal(run, presets, sets, terms, scenario, runs_folder)
    options.print_warnings(found.warnings)
    if format_ == "json":
        made = {name: tables.plain_rows(one) for name, one in found.tables.items()}
        emit_data(tables.to_json({**case_of(found.about), "breached": found.breached, "tables": made}))
    elif format_ == "csv":
        emit_data(tables.as_csv(found.tables[table or next(iter(found.tables))]))
    else:
        checks.print_checks(found)
    return EXIT_BREACH if found.breached else EXIT_DONE


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise UsageError("{text}: write NAME=VALUE", text=printable(text))
    return name, value


def _share(text: str, option: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise UsageError("{option}: a share is 0 to 1", option=printable(option))
    return value


def _amount(text: str, option: str = "--net-assets") -> int:
    """An amount above 0 in minor units. Raises UsageError for anything else."""
    from securitize.base.money import to_minor
    from securitize.definitions.documents import slips

    meant = slips.meant(text)
    if meant and meant.form in slips.NUMBERS and not (text.isascii() and _is_number(text)):
        raise UsageError(
            "{text}: not a plain number; write {number}",
            text=printable(text),
            number=meant.toml.replace("_", ""),
        )
    try:
        amount = to_minor(Decimal(text))
    except (InvalidOperation, ValueError):
        amount = 0
    if amount <= 0:
        raise UsageError(
            "{option} {text}: write an amount above 0, in currency units", option=option, text=printable(text)
        )
    return amount


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
