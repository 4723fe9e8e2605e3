"""``securitize validate DEAL``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from securitize.base.errors import DefinitionError, UsageError
from securitize.commands import options

if TYPE_CHECKING:
    from securitize.engine.prepare.prepared import Prepared

#: Rows that are told one by one.
MOST_TOLD = 50
#: A key that only one kind of file has -> the loader of that kind, and what it is called.
OTHER_KINDS = {
    "loading": ("load_random_performance", "random performance"),
    "contracts": ("load_pool", "pool"),
    "obligors": ("load_pool", "pool"),
    "candidates": ("load_build", "build"),
    "nodes": ("load_chain", "chain"),
    "stress": ("load_scenario", "scenario"),
    "lpr": ("load_market", "market"),
    "curves": ("load_market", "market"),
    "spreads": ("load_market", "market"),
    "indices": ("load_market", "market"),
    "instrument": ("load_alternative", "alternative"),
    "facility": ("load_financing", "financing"),
    "deal": ("load_financing", "financing"),
    "rules": ("load_policy", "policy"),
    "loss_splits": ("load_policy", "policy"),
    "uses": ("load_programme", "programme"),
    "scenarios": ("load_suite", "suite"),
    "reverse": ("load_suite", "suite"),
    "tests": ("load_preset", "preset"),
    "approach": ("load_capital_set", "capital set"),
    "holidays": ("load_holidays", "calendar"),
}


@click.command("validate")
@click.argument("deal", shell_complete=options.complete_deal)
@click.option(
    "--scenario",
    metavar="NAME|FILE",
    shell_complete=options.complete_scenario,
    help="A scenario, checked together with the deal.",
)
@options.pool
def command(deal: str, scenario: str | None, pool: str | None) -> None:
    """Check DEAL with its pool, its market and a scenario: a shipped name, a folder or a deal file.

    Every problem of every file is told at once on standard error: file, line, path, what is wrong, what stood
    there, what would be right. Exit code 3 where there is any. Warnings do not stop a run.
    A build file is checked with its chain and its candidates, a pool, chain, scenario, random
    performance, market, financing or alternative file by itself.
    """
    from securitize.reports.terminal import print_line
    from securitize.reports.wording import counted

    if (kind := _other_kind(deal)) is not None:
        if scenario is not None or pool is not None:
            raise UsageError("--scenario and --pool go with a deal, not with another kind of file")
        if kind == "candidates":
            _check_build(deal)
            return
        _load_alone(deal, kind)
        print_line(f"{deal}: valid {OTHER_KINDS[kind][1]} file, checked by itself", wraps=False)
        return
    prepared = _prepared(deal, scenario, pool)
    options.tell_warnings(prepared.warnings)
    terms, contracts = prepared.deal, prepared.pool
    under = f", scenario {prepared.about['scenario']}" if prepared.about["scenario"] else ""
    print_line(
        f"{terms.name}{under}: valid: {counted(len(terms.notes), 'note')}, {counted(len(terms.fees), 'fee')}, "
        f"{counted(len(terms.triggers), 'trigger')}, {counted(len(contracts.contracts), 'contract')} of "
        f"{counted(len(contracts.obligors), 'obligor')}, {counted(prepared.schedule.periods, 'payment date')}; "
        f"{counted(len(prepared.warnings), 'warning')}",
        wraps=False,
    )


def _prepared(deal: str, scenario: str | None, pool: str | None) -> Prepared:
    """A deal ready to be calculated; where a file that it names is missing, the problems of the deal are told too."""
    from securitize.definitions.loading import load_deal
    from securitize.engine.prepare.prepare import prepare
    from securitize.library import find_deal

    try:
        return prepare(deal, scenario, pool)
    except UsageError as missing:
        try:
            load_deal(find_deal(deal))
        except DefinitionError:
            options.talk(str(missing))
            raise
        raise


def _other_kind(text: str) -> str | None:
    """The key that tells a file of another kind than a deal; None for a deal and whatever cannot be read."""
    from securitize.definitions.documents.reading import read_toml

    if not text.endswith(".toml") or not Path(text).is_file():
        return None
    try:
        raw = read_toml(text).raw
    except DefinitionError:
        return None
    return (
        None
        if "notes" in raw or "priority" in raw
        else next((key for key in OTHER_KINDS if key in raw), None)
    )


def _check_build(path: str) -> None:
    """A build file with its chain and its candidates: every row that is rejected is told."""
    from securitize.pooling.candidates.faults import is_rejection
    from securitize.reports.terminal import print_line
    from securitize.studies.pool import build as building

    candidates = building.read(building.prepare_build(path))
    rejected = [problem for problem in candidates.problems if is_rejection(problem)]
    options.tell_warnings(map(str, rejected[:MOST_TOLD]))
    if len(rejected) > MOST_TOLD:
        options.talk(
            f"warning: {len(rejected) - MOST_TOLD} more rows are rejected: table repairs of the build"
        )
    rows = ", ".join(
        f"{name}: {one.rows_out:,} of {one.rows_in:,} rows kept, {one.merged:,} merged, {one.rejected:,} rejected"
        for name, one in candidates.counts.items()
    )
    print_line(f"{path}: valid build file; {rows}", wraps=False)


def _load_alone(path: str, kind: str) -> None:
    from securitize.definitions import checks, loading
    from securitize.definitions.codes import is_warning

    loaded = getattr(loading, OTHER_KINDS[kind][0])(path)
    if OTHER_KINDS[kind][1] == "pool":
        options.tell_warnings(str(problem) for problem in checks.check_pool(loaded) if is_warning(problem))
    if OTHER_KINDS[kind][1] == "market":
        from securitize.reports.markets import MarketSheet

        options.tell_warnings(MarketSheet(path).warnings)
    if OTHER_KINDS[kind][1] == "chain":
        from securitize.definitions.chains.checks import warnings_of_chain
        from securitize.pooling.chains.rules import warnings_of_patterns

        options.tell_warnings(map(str, [*warnings_of_chain(loaded), *warnings_of_patterns(loaded)]))
