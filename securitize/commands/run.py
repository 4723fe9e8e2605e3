"""``securitize run DEAL``."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from securitize.base.errors import UsageError
from securitize.base.messages import Listing, Message
from securitize.commands import options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from securitize.engine.prepare.prepared import Prepared
    from securitize.performance.random.sampling import SamplingName
    from securitize.store.run import Run

CSV_TABLE = "note_measures"
PATHS, MOST_FOR_AN_ERROR = 10_000, 1_000_000


@click.command("run")
@click.argument("deal", shell_complete=options.completion("deal"))
@options.scenario
@options.pool
@click.option(
    "--performance",
    metavar="NAME|FILE",
    shell_complete=options.completion("performance"),
    help="Random performance (defaults, providers, late payment, rights, sales, rates): the deal's own, a "
    "shipped one, or a file. Adds tables of random paths.",
)
@click.option(
    "--paths",
    type=click.IntRange(1, 50_000_000),
    metavar="N",
    help="Number of random paths.  [default: 10000, with --target-error at most 1000000]",
)
@click.option(
    "--target-error",
    metavar="[NOTE=]SHARE",
    help="Draw paths until the standard error of a note's expected loss is at most this share of its balance; "
    "without NOTE, of the most senior note.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), metavar="N", help="Seed of the paths.  [default: 1]"
)
@click.option(
    "--sampling",
    type=click.Choice(["plain", "antithetic", "sobol", "importance"]),
    help="How paths are drawn: plain: independently; antithetic: mirrored in pairs; sobol: evenly, after Sobol; "
    "importance: mostly where the senior note loses.  "
    "[default: plain]",
)
@click.option(
    "--keep-paths",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="Store the full cash flows of the first N random paths as tables too.",
)
@options.workers
@click.option(
    "--output",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    help="The run's folder.  [default: a folder named by the run's id in --runs]",
)
@options.runs_folder
@options.printed(CSV_TABLE)
@click.option("--dry-run", is_flag=True, help="Check everything and report what would be run; write nothing.")
def command(
    deal: str,
    scenario: str | None,
    pool: str | None,
    performance: str | None,
    paths: int | None,
    target_error: str | None,
    seed: int | None,
    sampling: SamplingName | None,
    keep_paths: int | None,
    workers: int | None,
    output: Path | None,
    runs_folder: Path,
    format_: str,
    table: str | None,
    dry_run: bool,
) -> None:
    """Run DEAL and store its tables.

    DEAL is a shipped name, a folder with deal.toml, or a deal file. Without --scenario it runs under the
    terms of its file. The same inputs and program give the same run id; a run that is already stored is
    verified and reused. Ctrl-C stores the completed random paths as a partial run; the same command continues
    from there. JSON and CSV are UTF-8; amounts are in currency units.
    """
    options.check_table(table, format_, lambda: _tables(performance is not None, keep_paths is not None))
    if performance is None and any(
        asked is not None for asked in (paths, target_error, seed, sampling, keep_paths, workers)
    ):
        raise UsageError(
            "--paths, --target-error, --seed, --sampling, --keep-paths and --workers go with --performance"
        )
    if dry_run and format_ == "csv":
        raise UsageError("--dry-run prints a table or JSON, not CSV")
    from securitize.engine.base_case import base_case_of, with_accepted
    from securitize.engine.drawing import drawing
    from securitize.engine.prepare.prepare import prepare
    from securitize.studies.run import api

    paths = paths or (PATHS if target_error is None else MOST_FOR_AN_ERROR)
    workers = workers or os.cpu_count() or 1
    if dry_run:
        drawn = drawing(
            performance,
            paths,
            1 if seed is None else seed,
            sampling or "plain",
            target_error,
            keep_paths or 0,
        )
        prepared = prepare(deal, scenario, pool, drawn)
        base = base_case_of(prepared)
        warnings = (*prepared.warnings, *base.warnings, *base.gap)
        prepared = replace(prepared, warnings=warnings, about=with_accepted(prepared.about, base))
        options.print_warnings(prepared.warnings)
        options.print_accepted(prepared.about)
        _print_plan(prepared, output or runs_folder / prepared.run_id, format_, workers)
        return
    done = api.run(
        deal,
        scenario,
        pool=pool,
        performance=performance,
        paths=paths,
        seed=1 if seed is None else seed,
        sampling=sampling or "plain",
        workers=workers,
        target_error=target_error,
        keep_paths=keep_paths or 0,
        output=output,
        runs=runs_folder,
        progress=options.progress(),
        interrupted=_print_partial,
        beforehand=_print_kept,
    )
    options.print_warnings(done.warnings)
    options.print_accepted(done.about)
    _print(done, format_, table or CSV_TABLE)
    if format_ == "table":
        first = min(done.arrow("note_cash_flows").column("payment_date").to_pylist())
        options.talk(
            "next: securitize trace {path} --date {first}", path=shlex.quote(str(done.path)), first=first
        )


def _tables(random: bool, kept: bool) -> tuple[str, ...]:
    """Names of the tables that a run has."""
    from securitize.tables.dictionary import names

    return (*names(), *(names("paths") if random else ()), *(names("kept") if random and kept else ()))


def _print(run: Run, format_: str, table: str) -> None:
    from securitize.reports import summary, tables
    from securitize.reports.terminal import emit_data

    if format_ == "json":
        emit_data(tables.as_json(run))
    elif format_ == "csv":
        emit_data(tables.as_csv(run.arrow(table)))
    else:
        summary.print_run(run)


def _print_partial(left: Run) -> None:
    options.talk("")
    options.talk(
        "{paths:,} of {all_paths:,} paths are kept as a partial run: {path}",
        paths=left.about["paths"],
        all_paths=left.about["paths_asked"],
        path=left.path,
    )


def _print_kept(paths: int, memory: int) -> None:
    options.talk(
        "the flows of {paths:,} paths are kept in memory until they are stored: about {memory:,} MiB",
        paths=paths,
        memory=round(memory / 2**20),
    )


def _print_plan(prepared: Prepared, folder: Path, format_: str, workers: int) -> None:
    from securitize.reports import overview, tables
    from securitize.reports.names import scenario_name
    from securitize.reports.terminal import emit_data, print_line
    from securitize.reports.wording import counted
    from securitize.studies.run.estimate import estimate

    plan = overview.dry_run(prepared, folder, estimate(prepared, workers))
    if format_ == "json":
        emit_data(tables.to_json(plan))
        return
    facts = [
        counted(plan["payment_dates"], "payment date"),
        Message(
            "{contracts} of {obligors}",
            contracts=counted(plan["contracts"], "contract"),
            obligors=counted(plan["obligors"], "obligor"),
        ),
        counted(plan["notes"], "note"),
    ]
    if plan["paths"]:
        facts.append(Message("{paths:,} random paths", paths=plan["paths"]))
    print_line(
        "{deal}, scenario {scenario}: {facts}",
        deal=plan["deal"],
        scenario=scenario_name(plan["scenario"]),
        facts=Listing(facts),
    )
    if plan["paths"]:
        _print_estimate(plan, workers, goal=prepared.draw is not None and prepared.draw.goal is not None)
    if plan["exists"]:
        print_line(
            "run {run} is there and would be verified and reused: {path}",
            run=plan["run"],
            path=plan["path"],
            wraps=False,
        )
    else:
        print_line("run {run} would be written: {path}", run=plan["run"], path=plan["path"], wraps=False)


def _print_estimate(plan: Mapping[str, Any], workers: int, *, goal: bool) -> None:
    """Time and memory of random paths; at most that where a goal may end them before."""
    from securitize.reports.terminal import print_line
    from securitize.reports.wording import counted

    values: dict[str, Any] = {
        "seconds": f"{plan['seconds']:,.0f}",
        "threads": counted(workers, "thread"),
        "memory": f"{plan['memory_bytes'] / 2**20:,.0f}",
    }
    if goal:
        print_line(
            "at most about {seconds} s on {threads} and {memory} MiB of memory, estimated by a small run",
            **values,
        )
    else:
        print_line(
            "about {seconds} s on {threads} and {memory} MiB of memory, estimated by a small run", **values
        )
