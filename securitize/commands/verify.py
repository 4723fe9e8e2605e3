"""``securitize verify RUN``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from securitize.base.errors import EXIT_BREACH, EXIT_DONE, EXIT_OTHER_PROGRAM, UsageError
from securitize.base.messages import Listing, Message
from securitize.commands import options, signing

if TYPE_CHECKING:
    from securitize.studies.proof.verify import Recalculation, ReferenceReplay

#: How the command closes, by its exit code.
CLOSING = {
    EXIT_DONE: Message("verified"),
    EXIT_BREACH: "NOT verified",
    EXIT_OTHER_PROGRAM: "digests verified; calculating again proves nothing of a run that another program made",
}
#: Lines that differ, of those that are printed.
MOST_LINES = 20


@click.command("verify")
@click.argument("run", shell_complete=options.complete_run)
@click.option("--rerun", is_flag=True, help="Calculate it again from its inputs and compare every table.")
@click.option(
    "--reference",
    type=click.IntRange(0, 100_000),
    metavar="N",
    help="Run the deterministic path and N random paths in the reference interpreter too; no cent may differ.",
)
@signing.trusted
@options.workers
@options.runs_folder
@options.table_or_json
def command(
    run: str,
    rerun: bool,
    reference: int | None,
    signer_keys: tuple[Path, ...],
    trusted: Path | None,
    workers: int | None,
    runs_folder: Path,
    format_: str,
) -> int:
    """Verify a stored RUN, stress result or build against its manifest; exit code 1 where it differs.

    Digests show that no file has changed since it was stored. With --rerun the tables are calculated again:
    the same bytes on the same versions, else within a cent or 1e-12, and the versions that differ are listed.
    Where another version of securitize made the run, that is said first, both are compared, and the exit code
    is 6.

    Signatures in the run's folder count where --trusted or --signer-key names their keys.
    """
    from securitize.reports.tables import to_json
    from securitize.reports.terminal import emit_data, print_line
    from securitize.store.environment import program_version
    from securitize.store.identity import sha256
    from securitize.store.run import open_run
    from securitize.studies.proof import verify

    stored = open_run(run, runs_folder).stored
    if stored is None:
        raise UsageError("the run is not stored")
    problems = [str(one) for one in stored.verify()]
    again = verify.rerun(stored, workers or os.cpu_count() or 1) if rerun and not problems else None
    replayed = (
        verify.replay_in_reference(stored, reference) if reference is not None and not problems else None
    )
    signed = signing.checked(stored, signer_keys, trusted)
    files = len(stored.manifest.files()) + 2
    digest = sha256(stored.manifest.to_bytes())
    passes = not problems and (again is None or again.passes) and not (replayed and replayed.differences)
    fails = (
        bool(problems) or bool(replayed and replayed.differences) or (again is not None and not again.program)
    )
    ends = EXIT_DONE if passes else EXIT_BREACH if fails else EXIT_OTHER_PROGRAM
    acts = signing.acts(not problems, None if again is None and replayed is None else passes, signed)
    if signed.fails:
        ends = EXIT_BREACH
    if format_ == "json":
        result = {
            "run": stored.id,
            "manifest_sha256": digest,
            "files": files,
            "problems": problems,
            "passes": passes and ends == EXIT_DONE,
            **signing.as_json(acts, signed),
        }
        emit_data(to_json({**result, "rerun": _rerun_json(again), "reference": _reference_json(replayed)}))
        return ends
    if again is not None and again.program is not None:
        print_line(
            "made by another program: securitize {program}, here {program_version}",
            program=again.program,
            program_version=program_version(),
        )
    for problem in problems:
        print_line(problem, wraps=False)
    if not problems:
        print_line("run {id}: {files} files agree with the manifest", id=stored.id, files=files)
        print_line("manifest SHA-256 {digest}", digest=digest, wraps=False)
    if again is not None:
        _print_rerun(again)
    if replayed is not None:
        _print_reference(replayed)
    signing.print_signatures(acts, signed)
    print_line(CLOSING[ends])
    return ends


def _print_rerun(again: Recalculation) -> None:
    from securitize.reports.terminal import print_line

    for version in again.versions:
        print_line("another version: {version}", version=version)
    print_line("calculated again: {count} tables byte for byte the same", count=len(again.identical))
    if again.within:
        print_line("within the declared tolerance of a cent or 1e-12: {within}", within=Listing(again.within))
    for name, first in again.differing.items():
        print_line("DIFFERS: {name}: {first}", name=name, first=first)
    for line in again.refused:
        print_line("not taken by this program: {line}", line=line)


def _print_reference(replayed: ReferenceReplay) -> None:
    from securitize.reports.terminal import print_line

    lines, differ = replayed.lines, len(replayed.differences)
    if replayed.paths:
        print_line(
            "reference interpreter: deterministic path and {paths} random paths, {lines:,} lines, {differ} differ",
            paths=len(replayed.paths),
            lines=lines,
            differ=differ,
        )
    else:
        print_line(
            "reference interpreter: deterministic path, {lines:,} lines, {differ} differ",
            lines=lines,
            differ=differ,
        )
    for one in replayed.differences[:MOST_LINES]:
        print_line("DIFFERS: {line}", line=one)
    if differ > MOST_LINES:
        print_line("and {count} more", count=differ - MOST_LINES)


def _rerun_json(again: Recalculation | None) -> dict[str, object] | None:
    if again is None:
        return None
    return {
        "made_by_another_program": again.program,
        "versions": list(again.versions),
        "identical": list(again.identical),
        "within_tolerance": list(again.within),
        "differing": dict(again.differing),
        "refused": list(again.refused),
    }


def _reference_json(replayed: ReferenceReplay | None) -> dict[str, object] | None:
    if replayed is None:
        return None
    return {
        "paths": list(replayed.paths),
        "lines": replayed.lines,
        "differences": list(replayed.differences),
    }
