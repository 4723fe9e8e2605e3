"""The build of a pool: found, read, assembled, stored; and explained afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from securitize.base.errors import DefinitionError, InfeasibleError, Problem, UsageError
from securitize.base.files import PathLike, read_regular
from securitize.base.messages import Listing, Message
from securitize.base.progress import Progress, silent
from securitize.base.renamed import old_names_work
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.documents.loaded import Loaded, at_most
from securitize.definitions.loading import load_build, load_chain
from securitize.definitions.pools.build import Build
from securitize.library import find_build, find_chain
from securitize.pooling.build_checks import candidate_files, check_build
from securitize.pooling.candidates.faults import FaultCode, is_rejection
from securitize.pooling.candidates.read import Candidates, SourceFile, read_candidates
from securitize.store.contents import Contents
from securitize.store.environment import program_version
from securitize.store.identity import Identity
from securitize.store.manifest import Facts
from securitize.store.run import Run, open_run, run_from_stored
from securitize.store.store import claim
from securitize.tables import build as build_table

if TYPE_CHECKING:
    from securitize.definitions.chains.chain import Chain
    from securitize.pooling.assemble import Assembled, Ready
    from securitize.pooling.selection.conflict import Relaxation
    from securitize.pooling.selection.explore import Point
    from securitize.pooling.selection.solve import Selection

POOL_FILE = "pool.toml"
#: Tables of candidates without a row of which nothing can be chosen.
NEEDED = ("patents", "companies", "contracts")
#: Largest candidate file that is copied into a build.
MOST_BYTES = 2**30


@dataclass(frozen=True)
class PreparedBuild:
    """A pool that can be assembled: its definitions, and the files of its candidates."""

    build: Loaded[Build]
    chain: Loaded[Chain]
    files: dict[str, Path]
    identity: Identity

    @property
    def about(self) -> dict[str, str | bool]:
        """What the build is called."""
        terms = self.build.model
        return {
            "pool": terms.name,
            "title": terms.title,
            "title_zh": terms.title_zh,
            "chain": terms.chain,
            "as_of": terms.as_of.isoformat(),
            "synthetic": terms.synthetic,
        }


def prepare_build(pool: PathLike) -> PreparedBuild:
    """Find and check a build file, its chain and its candidate files.

    Raises UsageError where a file is not found, DefinitionError with every problem.
    """
    path = find_build(os.fspath(pool))
    build = load_build(path)
    terms = build.model
    chain_path = find_chain(terms.chain, path)
    chain = load_chain(chain_path)
    problems = check_build(build, chain.model)
    if problems:
        raise DefinitionError(problems)
    files = {name: path.parent / candidate.file for name, candidate in candidate_files(terms).items()}
    inputs = {"build.toml": build.text, f"chains/{terms.chain}.toml": chain.text}
    inputs |= {f"candidates/{_input_name(file)}": read_regular(file, MOST_BYTES) for file in files.values()}
    return PreparedBuild(build, chain, files, Identity(inputs, {"kind": "build"}, program_version()))


def _input_name(file: Path) -> str:
    return file.name.lower()


def read(prepared: PreparedBuild) -> Candidates:
    """The candidates of a build, cleaned.

    Raises DefinitionError where a file cannot be read at all, or nothing is left of patents, companies or contracts.
    """
    sources = candidate_files(prepared.build.model)
    given = {
        name: SourceFile(prepared.files[name], sources[name].source, sources[name].columns)
        for name in prepared.files
    }
    candidates = read_candidates(**given, as_of=prepared.build.model.as_of)
    problems = [*_without_rows(prepared, candidates)] or [*_all_rejected(prepared, candidates)]
    if problems:
        raise DefinitionError(at_most(problems))
    return candidates


def _without_rows(prepared: PreparedBuild, candidates: Candidates) -> Iterator[Problem]:
    """Files that hold a heading and nothing else, where rows are needed."""
    repair = "write one row a candidate"
    for table in NEEDED:
        if not candidates.counts[table].rows_in:
            file = str(prepared.files[table])
            yield Problem(file, 1, "", "the file holds no rows", "", repair, FaultCode.FILE)


def _all_rejected(prepared: PreparedBuild, candidates: Candidates) -> Iterator[Problem]:
    """Files of which no row is left, with the faults of their rows."""
    for table in NEEDED:
        counts, file = candidates.counts[table], str(prepared.files[table])
        if not counts.rows_out:
            what = Message("no row of the file can be used: all {count:,} are rejected", count=counts.rows_in)
            yield Problem(file, 0, "", what, "", "correct the rows", FaultCode.FILE)
            yield from (one for one in candidates.problems if one.file == file and is_rejection(one))


def ready(prepared: PreparedBuild, progress: Progress = silent) -> tuple[Ready, Candidates]:
    """The problem of a build, ready to be solved."""
    from securitize.pooling.assemble import make_ready

    progress("reading candidates", 0, 0)
    candidates = read(prepared)
    progress(
        Message(
            "placing, valuing, scoring and screening {count:,} patents",
            count=candidates.patents.num_rows,
        ),
        0,
        0,
    )
    return make_ready(prepared.build.model, prepared.chain.model, candidates), candidates


@old_names_work
def build(
    pool: PathLike,
    *,
    output: PathLike | None = None,
    builds: PathLike = "builds",
    progress: Progress | None = None,
) -> Run:
    """Assemble a pool from its candidates and store it.

    pool   : a shipped name, a folder with ``build.toml``, or a build file
    output : the folder; without it ``builds/<id>``
    progress : called with what is being done; how much of it is not known, so that the numbers are 0
    Raises InfeasibleError where no pool keeps every limit, with the limits that conflict.
    """
    report = progress or silent
    prepared = prepare_build(pool)
    folder = Path(output) if output is not None else Path(builds) / prepared.identity.id
    with claim(folder, prepared.identity) as claimed:
        if claimed.existing is not None:
            return run_from_stored(claimed.existing)
        made = build_contents(prepared, report)
        return run_from_stored(claimed.write(made.tables, made.facts, made.results))


def build_contents(prepared: PreparedBuild, report: Progress = silent) -> Contents:
    """A build as it is stored. Raises InfeasibleError where no pool keeps every limit."""
    from securitize.pooling.assemble import assemble
    from securitize.studies.pool.pool_text import pool_text
    from securitize.studies.pool.tables import tabulate_build
    from securitize.tables import names

    problem, candidates = ready(prepared, report)
    if not len(problem.problem.units):
        raise InfeasibleError(conflict_text(problem))
    try:
        assembled = assemble(problem, report)
    except InfeasibleError:
        report("no pool keeps every limit; looking for the fewest limits that conflict", 0, 0)
        raise InfeasibleError(conflict_text(problem)) from None
    columns = tabulate_build(assembled)
    tables = {name: build_table(name, columns[name]) for name in names("build")}
    facts, results = _facts(prepared, candidates, assembled), {POOL_FILE: pool_text(assembled).encode()}
    return Contents(prepared.identity, tables, facts, results)


def _facts(prepared: PreparedBuild, candidates: Candidates, assembled: Assembled) -> Facts:
    rejected = [problem for problem in candidates.problems if is_rejection(problem)]
    warnings = [Message("{count} rows were rejected: table repairs", count=len(rejected))] if rejected else []
    unknown = assembled.profiles.assessment.findings.undecided
    warnings += (
        [Message("{unknown} screens could not be decided: table screens", unknown=unknown)] if unknown else []
    )
    checks = {
        "every limit kept, in whole numbers": True,
        "gap": float(assembled.selection.gap),
        "rows in = rows out + merged + rejected": all(
            one.rows_in == one.rows_out + one.merged + one.rejected for one in candidates.counts.values()
        ),
    }
    return Facts(warnings=tuple(warnings), checks=checks, about=prepared.about)


def conflict_text(problem: Ready) -> str:
    """Why no pool keeps every limit: the fewest limits that conflict, and how far they would have to give."""
    from securitize.pooling.selection.conflict import conflict, together

    if not len(problem.problem.units):
        return "no contract passes the screens: there is nothing to choose from"
    gives = conflict(problem.problem)
    named = (
        "this one cannot be kept"
        if len(gives) == 1
        else Message("these {count} cannot be kept together", count=len(gives))
    )
    lines: list[str] = [Message("no pool keeps every limit: {named}", named=named)]
    lines += [f"  {_relaxation_text(problem, give)}" for give in gives]
    if all(give.needed is None for give in gives):
        lines.append("other limits conflict too; these, relaxed together, let a pool keep every limit:")
        lines += [f"  {_relaxation_text(problem, give)}" for give in together(problem.problem)]
    return "\n".join(lines)


def _relaxation_text(problem: Ready, give: Relaxation) -> str:
    imposed = {each.limit.name: each for each in problem.imposed}[give.limit.name]

    def shown(bound: int) -> str:
        if imposed.unit == "share":
            return f"{bound * imposed.scale:.6%}"
        if imposed.unit == "currency units":
            return f"{amount_in(bound, problem.profiles.build.currency):,}"
        return f"{bound * imposed.scale:,.10g}"

    known = {"limit": imposed.limit.name, "bound": shown(give.bound)}
    if give.needed is None:
        return (
            Message("{limit}: at least {bound}; relaxing it alone is not enough", **known)
            if give.lower
            else Message("{limit}: at most {bound}; relaxing it alone is not enough", **known)
        )
    known["needed"] = shown(give.needed)
    return (
        Message("{limit}: at least {bound} → {needed}", **known)
        if give.lower
        else Message("{limit}: at most {bound} → {needed}", **known)
    )


def opened(build: PathLike, builds: PathLike = "builds") -> Run:
    """A stored build by folder or id, every file of it verified. Raises UsageError, StorageError."""
    run = open_run(build, builds)
    if run.stored is None or POOL_FILE not in run.stored.manifest.results:
        raise UsageError("{value}: is not the build of a pool", value=run.path or run.id)
    run.stored.require_intact()
    return replace(run, reused=True)


def opened_or_built(build_or_pool: PathLike, builds: PathLike = "builds") -> Run:
    """A stored build by folder or id, else the pool of that name, built (or found built already)."""
    text = os.fspath(build_or_pool)
    if (Path(text) / "manifest.json").exists() or (Path(builds) / text).is_dir():
        return opened(text, builds)
    return build(text, builds=builds)


def inputs_again(run: Run, folder: Path) -> PreparedBuild:
    """The inputs of a stored build, unpacked into an empty folder and prepared anew."""
    if run.stored is None:
        raise UsageError("{id}: is not stored", id=run.id)
    stored = run.stored
    build = folder / "build.toml"
    build.write_bytes(stored.input("build.toml"))
    # In the run's folder they have small letters, in the build file those of the user.
    written = {
        _input_name(Path(one.file)): one.file for one in candidate_files(load_build(build).model).values()
    }
    for name in stored.manifest.inputs:
        inside = name.removeprefix("candidates/")
        file = folder / written.get(inside, inside)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(stored.input(name))
    return prepare_build(folder)


@dataclass(frozen=True)
class Displacement:
    """What would happen if a candidate had to be in the pool.

    unit     : what is taken with it; empty where it is screened out
    cost     : what the objective would lose; None where no pool with it keeps every limit
    leaving, entering : contracts; conflict : why no pool with it keeps every limit
    """

    unit: str
    cost: float | None
    leaving: tuple[str, ...]
    entering: tuple[str, ...]
    conflict: str


def displacement(run: Run, key: str) -> Displacement:
    """What a candidate would displace. Raises UsageError where the build has no candidate of that key."""
    import tempfile

    from securitize.pooling.formulation import OBJECTIVE_SCALES
    from securitize.pooling.selection.explore import with_unit
    from securitize.pooling.selection.solve import solve

    with tempfile.TemporaryDirectory() as folder:
        prepared = inputs_again(run, Path(folder))
        problem, _ = ready(prepared)
    unit = _unit_of(problem, key)
    if unit is None:
        return Displacement("", None, (), (), "")
    name = problem.problem.units.names[unit]
    before = solve(problem.problem)
    forced = with_unit(problem.problem, unit)
    try:
        after = solve(forced)
    except InfeasibleError:
        return Displacement(name, None, (), (), conflict_text(replace(problem, problem=forced)))
    scale = OBJECTIVE_SCALES[prepared.build.model.objective]
    leaving, entering = _moved(problem, before, after)
    return Displacement(name, (before.objective - after.objective) * scale, leaving, entering, "")


def _unit_of(problem: Ready, key: str) -> int | None:
    """The unit of a patent, contract or company (its first unit); None where nothing of it passed the screens."""
    portfolio = problem.portfolio
    if key in portfolio.patent_names:
        return int(problem.lots.unit[portfolio.contract[portfolio.patent_names.index(key)]])
    if key in portfolio.contract_names:
        return int(problem.lots.unit[portfolio.contract_names.index(key)])
    if key in portfolio.obligor_names:
        owed = (portfolio.obligor == portfolio.obligor_names.index(key)).nonzero()[0]
        return int(problem.lots.unit[owed[0]]) if len(owed) else None
    return None


def _moved(problem: Ready, before: Selection, after: Selection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = problem.problem.units.names
    leaving = (name for name, b, a in zip(names, before.taken, after.taken, strict=True) if b > a)
    entering = (name for name, b, a in zip(names, before.taken, after.taken, strict=True) if a > b)
    return tuple(leaving), tuple(entering)


@dataclass(frozen=True)
class FrontierPoint:
    """The best pool at a bound of a limit; value None where no pool keeps every limit."""

    bound: float
    value: float | None
    gap: float | None
    contracts: int | None


def frontier(pool: PathLike, limit: str, low: float, high: float, steps: int) -> list[FrontierPoint]:
    """The best pool at each of ``steps`` bounds of a limit, from ``low`` to ``high``, each proved.

    Raises UsageError where the pool has no limit of that name or it has two bounds, or a bound is not finite.
    """
    from securitize.pooling.formulation import OBJECTIVE_SCALES
    from securitize.pooling.selection.explore import frontier as points

    if not (isfinite(low) and isfinite(high)):
        raise UsageError("a bound is a finite number")
    prepared = prepare_build(pool)
    problem, _ = ready(prepared)
    imposed = {each.limit.name: each for each in problem.imposed}
    if limit not in imposed:
        raise UsageError(
            "no limit is named {limit}; limits are {imposed}", limit=limit, imposed=Listing(imposed)
        )
    unit = imposed[limit].scale
    bounds: Sequence[int] = [round((low + (high - low) * k / (steps - 1)) / unit) for k in range(steps)]
    scale = OBJECTIVE_SCALES[prepared.build.model.objective]

    def frontier_point(point: Point) -> FrontierPoint:
        found = point.selection
        if found is None:
            return FrontierPoint(point.bound * unit, None, None, None)
        taken = int((found.taken[problem.lots.unit] > 0).sum())
        return FrontierPoint(point.bound * unit, found.objective * scale, float(found.gap), taken)

    return [frontier_point(point) for point in points(problem.problem, limit, bounds)]
