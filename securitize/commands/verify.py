"""``securitize verify RUN``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from securitize.base.closed import complete
from securitize.base.errors import (
    EXIT_BREACH,
    EXIT_DONE,
    EXIT_NOT_REPRODUCED,
    EXIT_OTHER_PROGRAM,
    EXIT_REPRODUCED,
)
from securitize.base.messages import Listing, Message
from securitize.commands import options, signing

if TYPE_CHECKING:
    from securitize.store.stored import StoredRun
    from securitize.studies.proof.replay import ReferenceReplay
    from securitize.studies.proof.verify import Outcome, Recalculation

#: How the command closes, by its exit code.
CLOSING = {
    EXIT_DONE: Message("verified"),
    EXIT_BREACH: "NOT verified",
    EXIT_OTHER_PROGRAM: "digests verified; calculating again proves nothing of a run that another program made",
    EXIT_REPRODUCED: "reproduced, not byte for byte: other libraries or another processor made the run",
    EXIT_NOT_REPRODUCED: "not reproduced here: other libraries, another processor or another program made the run",
}
#: Lines that differ, of those that are printed.
MOST_LINES = 20


@click.command("verify")
@click.argument("run", shell_complete=options.complete_run)
@click.option(
    "--rerun", is_flag=True, help="Make everything again from the inputs and compare all that was stored."
)
@click.option(
    "--reference",
    type=click.IntRange(0, 100_000),
    metavar="N",
    help="Run deterministic paths and N random ones in the reference interpreter; no cent may differ.",
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

    Digests show that no file has changed since it was stored, and that nothing else is in the folder. With --rerun
    tables, manifest, data package, scenarios and report are made again: the same bytes on the same program,
    libraries and processor; else the same but for floating-point numbers within a tolerance (exit code 7), or not
    reproduced here (8). Where a program with other figures made the run, that is said first, and the exit code is 6.
    With --reference N every scenario of a stress result is run too, and N pairs of scenario and path.

    Signatures in the run's folder count where --trusted or --signer-key names their keys.
    """
    from securitize.reports.files import pages_of
    from securitize.reports.tables import to_json
    from securitize.reports.terminal import emit_data
    from securitize.store.run import stored_run
    from securitize.studies.proof.replay import replay_in_reference
    from securitize.studies.proof.verify import rerun as made_again

    stored = stored_run(run, runs_folder)
    problems = [str(one) for one in stored.verify()]
    again = made_again(stored, workers or os.cpu_count() or 1, pages_of) if rerun and not problems else None
    replayed = replay_in_reference(stored, reference) if reference is not None and not problems else None
    signed = signing.checked(stored, signer_keys, trusted)
    failed = bool(problems) or bool(replayed and replayed.differences)
    calculated: Outcome = "not-verified" if failed else "verified" if again is None else again.outcome
    asked = again is not None or replayed is not None
    acts = signing.acts(not problems, calculated == "verified" if asked else None, signed)
    outcome: Outcome = "not-verified" if signed.fails else calculated
    ends = exit_codes()[outcome]
    if format_ == "json":
        found = {**_digests_json(stored, problems, outcome), **signing.as_json(acts, signed)}
        emit_data(to_json({**found, **_acts_json(again, replayed)}))
        return ends
    _print(stored, problems, again, replayed)
    signing.print_signatures(acts, signed)
    from securitize.reports.terminal import print_line

    print_line(CLOSING[ends])
    return ends


def exit_codes() -> dict[Outcome, int]:
    """The exit code of each outcome."""
    from securitize.studies.proof.verify import Outcome

    return dict(
        complete(
            Outcome,
            {
                "verified": EXIT_DONE,
                "not-verified": EXIT_BREACH,
                "other-program": EXIT_OTHER_PROGRAM,
                "reproduced": EXIT_REPRODUCED,
                "not-reproduced": EXIT_NOT_REPRODUCED,
            },
        )
    )


def _digests_json(stored: StoredRun, problems: list[str], outcome: Outcome) -> dict[str, object]:
    from securitize.store.identity import sha256

    return {
        "run": stored.id,
        "manifest_sha256": sha256(stored.manifest.to_bytes()),
        "files": len(stored.manifest.files()) + 2,
        "problems": problems,
        "outcome": outcome,
        "passes": exit_codes()[outcome] == EXIT_DONE,
    }


def _print(
    stored: StoredRun, problems: list[str], again: Recalculation | None, replayed: ReferenceReplay | None
) -> None:
    from securitize.reports.terminal import print_line
    from securitize.store.environment import program_version
    from securitize.store.identity import sha256

    if again is not None and again.program is not None:
        if again.same_engine:
            print_line(
                "made by another program of the same engine version: securitize {program}, here {program_version}",
                program=again.program,
                program_version=program_version(),
            )
        else:
            print_line(
                "made by another program: securitize {program}, here {program_version}",
                program=again.program,
                program_version=program_version(),
            )
    for problem in problems:
        print_line(problem, wraps=False)
    if not problems:
        files = len(stored.manifest.files()) + 2
        print_line("run {id}: {files} files agree with the manifest", id=stored.id, files=files)
        print_line("manifest SHA-256 {digest}", digest=sha256(stored.manifest.to_bytes()), wraps=False)
    if again is not None:
        _print_rerun(again)
    if replayed is not None:
        _print_reference(replayed)


def _print_rerun(again: Recalculation) -> None:
    from securitize.reports.terminal import print_line

    for version in again.versions:
        print_line("another version: {version}", version=version)
    for fault in again.faults:
        print_line("cannot be: {fault}", fault=fault)
    print_line("calculated again: {count} tables byte for byte the same", count=len(again.identical))
    if again.same:
        print_line("made again, and the same: {files}", files=Listing(again.same))
    if again.within:
        print_line("the same within the tolerance of each column: {within}", within=Listing(again.within))
    for name, first in list(again.differing.items())[:MOST_LINES]:
        print_line("DIFFERS: {name}: {first}", name=name, first=first)
    if len(again.differing) > MOST_LINES:
        print_line("and {count} more", count=len(again.differing) - MOST_LINES)
    for line in again.refused:
        print_line("not taken by this program: {line}", line=line)


def _print_reference(replayed: ReferenceReplay) -> None:
    from securitize.reports.terminal import print_line

    differ = len(replayed.differences)
    shown: dict[str, Any] = {"lines": replayed.lines, "stored": replayed.stored, "differ": differ}
    if replayed.scenarios and replayed.pairs:
        print_line(
            "reference interpreter: {scenarios} scenarios, {pairs} of {of:,} pairs of scenario and random path "
            "(scenarios in turn, paths spread evenly), {lines:,} lines, {stored:,} stored amounts, {differ} differ",
            scenarios=replayed.scenarios,
            pairs=len(replayed.pairs),
            of=replayed.of * replayed.scenarios,
            **shown,
        )
    elif replayed.scenarios:
        print_line(
            "reference interpreter: {scenarios} scenarios, {lines:,} lines, {stored:,} stored amounts, {differ} differ",
            scenarios=replayed.scenarios,
            **shown,
        )
    elif replayed.paths:
        print_line(
            "reference interpreter: deterministic path and {paths} of {of:,} random paths, spread evenly, "
            "{lines:,} lines, {stored:,} stored amounts, {differ} differ",
            paths=len(replayed.paths),
            of=replayed.of,
            **shown,
        )
    else:
        print_line(
            "reference interpreter: deterministic path, {lines:,} lines, {stored:,} stored amounts, {differ} differ",
            **shown,
        )
    for one in replayed.differences[:MOST_LINES]:
        print_line("DIFFERS: {line}", line=one)
    if differ > MOST_LINES:
        print_line("and {count} more", count=differ - MOST_LINES)


def _acts_json(again: Recalculation | None, replayed: ReferenceReplay | None) -> dict[str, object]:
    return {"rerun": _rerun_json(again), "reference": _reference_json(replayed)}


def _rerun_json(again: Recalculation | None) -> dict[str, object] | None:
    if again is None:
        return None
    return {
        "made_by_another_program": again.program,
        "same_engine_version": again.same_engine,
        "versions": list(again.versions),
        "faults": list(again.faults),
        "identical": list(again.identical),
        "same": list(again.same),
        "within_tolerance": list(again.within),
        "differing": dict(again.differing),
        "refused": list(again.refused),
    }


def _reference_json(replayed: ReferenceReplay | None) -> dict[str, object] | None:
    if replayed is None:
        return None
    return {
        "paths": list(replayed.paths),
        "of_paths": replayed.of,
        "scenarios": replayed.scenarios,
        "pairs": [list(pair) for pair in replayed.pairs],
        "lines": replayed.lines,
        "stored_amounts": replayed.stored,
        "differences": list(replayed.differences),
    }
