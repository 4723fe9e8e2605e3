"""``securitize stress DEAL``."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from securitize.base.errors import EXIT_BREACH, EXIT_DONE, UsageError
from securitize.commands import options

if TYPE_CHECKING:
    from securitize.definitions.suites.gates import Gate

CSV_TABLE = "stress_results"


@click.command("stress")
@click.argument("deal", shell_complete=options.completion("deal"))
@click.option(
    "--suite",
    default="supervisory",
    show_default=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("suite"),
    help="The suite of scenarios: the deal's own, a shipped one, or a file.",
)
@options.pool
@click.option(
    "--paths",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Random paths under each scenario, with the same random numbers in all.  [default: none]",
)
@click.option(
    "--performance",
    metavar="NAME|FILE",
    shell_complete=options.completion("performance"),
    help="Random performance.  [default: a shipped one, assumed]",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), metavar="N", help="Seed of the paths.  [default: 1]"
)
@click.option(
    "--reverse",
    default="reverse",
    show_default=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("suite"),
    help="The suite whose drivers the reverse stress test takes.",
)
@click.option(
    "--policy",
    multiple=True,
    metavar="NAME|FILE",
    shell_complete=options.completion("policy"),
    help="A policy that subsidises the companies; may be repeated.",
)
@click.option(
    "--as-if", is_flag=True, help="Apply policies also outside their dates or places; results are marked so."
)
@click.option(
    "--no-searches",
    is_flag=True,
    help="Leave out break-evens, reverse stress and sensitivities; takes seconds.",
)
@click.option(
    "--fail-on",
    multiple=True,
    metavar="NOTE=late|loses",
    help="Exit code 1 where this note is late (or loses), or loses, in the base case or a scenario; may be repeated.",
)
@options.workers
@click.option(
    "--output",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    help="The result's folder.  [default: a folder named by its id in --runs]",
)
@options.runs_folder
@options.printed(CSV_TABLE)
def command(
    deal: str,
    suite: str,
    pool: str | None,
    paths: int | None,
    performance: str | None,
    seed: int | None,
    reverse: str,
    policy: tuple[str, ...],
    as_if: bool,
    no_searches: bool,
    fail_on: tuple[str, ...],
    workers: int | None,
    output: Path | None,
    runs_folder: Path,
    format_: str,
    table: str | None,
) -> int:
    """Stress-test DEAL under every scenario of a suite: who is on time, late or loses, coverage, triggers, break-evens.

    The result is stored like a run, with the tables of the base case; securitize report makes a page of
    it. Scenarios that do not apply to anything in the deal are reported as not applicable, not as
    passed; of one that acts in part no note is said to hold. Exit code 0 whatever the notes do, but
    1 where a gate fails: one of --fail-on, or one that the suite holds.
    """
    options.check_table(table, format_, lambda: _tables(paths is not None))
    if paths is None and (performance, seed) != (None, None):
        raise UsageError("--performance and --seed go with --paths")
    if as_if and not policy:
        raise UsageError("--as-if goes with --policy")
    from securitize.reports import stresses, tables
    from securitize.reports.gates import gate_lines, judged_gates
    from securitize.reports.terminal import emit_data
    from securitize.studies.stress.api import stress

    gates = _gates(fail_on, deal, pool) if fail_on else ()
    began = time.monotonic()
    found = stress(
        deal,
        suite,
        pool=pool,
        performance=performance,
        paths=paths or 0,
        seed=1 if seed is None else seed,
        reverse=reverse,
        policies=policy,
        as_if=as_if,
        searches=not no_searches,
        workers=workers or os.cpu_count() or 1,
        output=output,
        runs=runs_folder,
        progress=options.progress(),
    )
    options.print_warnings(found.warnings)
    options.print_accepted(found.about)
    if format_ == "json":
        emit_data(tables.as_json(found))
    elif format_ == "csv":
        emit_data(tables.as_csv(found.arrow(table or CSV_TABLE)))
    else:
        stresses.print_stress(found)
        options.talk("took {monotonic:,.1f} s", monotonic=time.monotonic() - began)
        options.talk("next: securitize report {path}", path=shlex.quote(str(found.path)))
    judgements = judged_gates(found, gates)
    for line in gate_lines(found, judgements):
        options.talk(line)
    return EXIT_BREACH if any(one.failing for one in judgements) else EXIT_DONE


def _gates(texts: tuple[str, ...], deal: str, pool: str | None) -> tuple[Gate, ...]:
    """The gates asked for, before anything is calculated."""
    from securitize.engine.prepare.prepare import prepare
    from securitize.studies.stress.gates import gates_of

    return gates_of(texts, tuple(prepare(deal, None, pool).deal.notes))


def _tables(drawn: bool) -> tuple[str, ...]:
    """Names of the tables that a result may have."""
    from securitize.tables.dictionary import names

    stored = (name for name in names("stress") if name != "grid" and (drawn or name != "stress_risk"))
    return (*names(), *(names("paths") if drawn else ()), *names("savings"), *stored)
