"""``securitize validate DEAL``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import click

from securitize.base.errors import DefinitionError, UsageError, printable
from securitize.base.language import language
from securitize.base.messages import Listing, Message, in_language
from securitize.commands import options

if TYPE_CHECKING:
    from pydantic import BaseModel

    from securitize.definitions.kinds import Kind
    from securitize.engine.prepare.prepared import Prepared

#: Rows that are listed one by one.
MOST_SHOWN = 50


@click.command("validate")
@click.argument("deal", shell_complete=options.completion("deal"))
@click.option(
    "--scenario",
    metavar="NAME|FILE",
    shell_complete=options.completion("scenario"),
    help="A scenario, checked together with the deal.",
)
@options.pool
def command(deal: str, scenario: str | None, pool: str | None) -> None:
    """Check DEAL with its pool, its market and a scenario: a shipped name, a folder or a deal file.

    Every problem of every file is reported at once on standard error: file, line, path, what is wrong,
    the value found, what would be right. Exit code 3 where there is any. Warnings do not stop a run; what
    the files accept is listed with its reason. Without a scenario the base case is calculated too.
    In a folder every file is checked, by itself and with the deal beside it, and what is not read is listed; with
    --scenario or --pool the deal with these alone. A build file is checked with its chain and its candidates, a
    file of any other kind by itself. The keys at the top of a file say of which kind it is.
    """
    from securitize.engine.base_case import base_case_of, with_accepted

    if (kind := _other_kind(deal)) is not None:
        if scenario is not None or pool is not None:
            raise UsageError("--scenario and --pool go with a deal, not with another kind of file")
        _check_alone(deal, kind)
        return
    if scenario is None and pool is None and _is_folder(deal):
        _check_folder(deal)
        return
    prepared = _prepared(deal, scenario, pool)
    base = base_case_of(prepared)
    found = (*prepared.warnings, *base.warnings, *base.gap)
    options.print_warnings(found)
    options.print_accepted(with_accepted(prepared.about, base))
    _print_valid(prepared, len(found))


def _is_folder(text: str) -> bool:
    """Whether a folder is meant, and not a shipped deal of its name."""
    from securitize.library import list_deals

    return os.path.isdir(text) and text not in dict(list_deals())


def _check_folder(text: str) -> None:
    """Every file of a folder. Raises DefinitionError with every problem, UsageError where there is nothing to check."""
    from securitize.definitions.accepted import rows_of
    from securitize.engine.base_case import base_case, with_accepted
    from securitize.reports.folders import print_folder
    from securitize.studies.validate.folder import check_folder

    folder = Path(text)
    found = check_folder(folder)
    bases = [base_case(deal.calculation) for deal in found.deals]
    implausible = [one for base in bases for one in base.warnings]
    gaps = [one for base in bases for one in base.gap]
    warnings = dict.fromkeys((*found.warnings, *implausible, *gaps))
    options.print_warnings(warnings)
    for deal, base in zip(found.deals, bases, strict=True):
        options.print_accepted(with_accepted(deal.prepared.about, base))
    options.print_accepted({"accepted": rows_of(found.accepted)})
    if found.problems:
        raise DefinitionError(found.problems)
    if not found.files:
        raise UsageError("{folder}: holds no file that could be checked", folder=printable(text, 300))
    for deal in found.deals:
        _print_valid(deal.prepared, len(warnings))
    print_folder(found, folder)


def _print_valid(prepared: Prepared, found: int) -> None:
    """The line of a deal that is valid. ``found`` : warnings."""
    from securitize.reports.terminal import print_line
    from securitize.reports.wording import counted

    terms, contracts = prepared.deal, prepared.pool
    facts = Listing(
        [
            counted(len(terms.notes), "note"),
            counted(len(terms.fees), "fee"),
            counted(len(terms.triggers), "trigger"),
            Message(
                "{contracts} of {obligors}",
                contracts=counted(len(contracts.contracts), "contract"),
                obligors=counted(len(contracts.obligors), "obligor"),
            ),
            counted(prepared.schedule.periods, "payment date"),
        ]
    )
    warnings = counted(found, "warning") if found else Message("0 warnings")
    if under := prepared.about["scenario"]:
        print_line(
            "{deal}, scenario {scenario}: valid: {facts}; {warnings}",
            deal=terms.name,
            scenario=under,
            facts=facts,
            warnings=warnings,
            wraps=False,
        )
    else:
        print_line(
            "{deal}: valid: {facts}; {warnings}", deal=terms.name, facts=facts, warnings=warnings, wraps=False
        )


def _prepared(deal: str, scenario: str | None, pool: str | None) -> Prepared:
    """A deal ready to be calculated; where a file that it names is missing, the deal's problems are reported too."""
    from securitize.definitions.loading import load_deal
    from securitize.engine.prepare.prepare import prepare
    from securitize.library import find_deal

    try:
        return prepare(deal, scenario, pool)
    except UsageError as missing:
        try:
            load_deal(find_deal(deal))
        except DefinitionError:
            options.talk(missing.text(language()))
            raise
        raise


def _other_kind(text: str) -> Kind[BaseModel] | None:
    """The kind of a file that is no deal; None for a deal and whatever cannot be read.

    Raises DefinitionError where a file is of no kind, or could be of several.
    """
    from securitize.definitions.documents.reading import read_rest
    from securitize.definitions.kinds import DEAL
    from securitize.definitions.recognition import recognise

    if not text.endswith(".toml") or not Path(text).is_file():
        return None
    try:
        document = read_rest(text)
    except DefinitionError:
        return None
    kind = recognise(document)
    return None if kind is DEAL else kind


def _check_alone(path: str, kind: Kind[BaseModel]) -> None:
    """A file of another kind, with the warnings that only the floors above the definitions can tell."""
    match kind.further:
        case "nothing":
            _check_file(path, kind)
        case "candidates":
            _check_build(path)
        case "curves":
            _check_file(path, kind, _warnings_of_curves)
        case "patterns":
            _check_file(path, kind, _warnings_of_patterns)
        case _:
            assert_never(kind.further)


def _check_file(
    path: str, kind: Kind[BaseModel], further: Callable[[str], Iterable[str]] | None = None
) -> None:
    from securitize.definitions.accepted import rows_of
    from securitize.definitions.loading import load
    from securitize.reports.terminal import print_line

    loaded = load(kind, path)
    stand, accepted = kind.warnings(loaded) if kind.warnings else ([], [])
    options.print_warnings(map(str, stand))
    options.print_warnings(further(path) if further else ())
    options.print_accepted({"accepted": rows_of(accepted)})
    title = in_language(kind.title)
    print_line("{path}: valid {title} file, checked by itself", path=path, title=title, wraps=False)


def _warnings_of_curves(path: str) -> Iterable[str]:
    from securitize.reports.markets import MarketSheet

    return MarketSheet(path).warnings


def _warnings_of_patterns(path: str) -> Iterable[str]:
    from securitize.definitions.loading import load_chain
    from securitize.pooling.chains.rules import warnings_of_patterns

    return map(str, warnings_of_patterns(load_chain(path)))


def _check_build(path: str) -> None:
    """A build file with its chain and its candidates: every row that is rejected is listed."""
    from securitize.pooling.candidates.faults import is_rejection
    from securitize.reports.terminal import print_line
    from securitize.studies.pool import build as building

    candidates = building.read(building.prepare_build(path))
    rejected = [problem for problem in candidates.problems if is_rejection(problem)]
    options.print_warnings(map(str, rejected[:MOST_SHOWN]))
    if len(rejected) > MOST_SHOWN:
        options.talk(
            "warning: {count} more rows are rejected: table repairs of the build",
            count=len(rejected) - MOST_SHOWN,
        )
    rows = Listing(
        (
            Message(
                "{name}: {kept:,} of {read:,} rows kept, {merged:,} merged, {rejected:,} rejected",
                name=name,
                kept=one.rows_out,
                read=one.rows_in,
                merged=one.merged,
                rejected=one.rejected,
            )
            for name, one in candidates.counts.items()
        ),
        "; ",
    )
    print_line("{path}: valid build file; {rows}", path=path, rows=rows, wraps=False)
