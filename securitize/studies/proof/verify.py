"""Proof that a stored run is what it was, and that its inputs still give it.

Digests show that nothing was changed since the manifest was sealed; only a recalculation shows that the tables follow
from the inputs, and only the reference interpreter that another reading of the rules gives the same cents
(``docs/how-to/prove-a-run.md``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.base.errors import CalculationError, DefinitionError, UsageError
from securitize.base.messages import Message
from securitize.store.environment import environment, program_version
from securitize.store.identity import Json, sha256
from securitize.store.stored import StoredRun
from securitize.studies.proof.recalculation import recalculated
from securitize.tables.dictionary import load
from securitize.tables.parquet import to_bytes

if TYPE_CHECKING:
    import pyarrow as pa

#: Declared tolerance where versions differ: money to the cent, other numbers relatively.
MONEY, RELATIVE = Decimal("0.01"), 1e-12


@dataclass(frozen=True, slots=True)
class Recalculation:
    """What came of calculating again.

    program   : the program that made the run where it is another than this; None where it is this one
    versions  : what differs of libraries and the processor; empty where nothing does
    identical : tables with the same bytes;  within : tables that differ, but within the declared tolerance
    differing : of each other table, its first difference;  refused : why this program does not take the inputs
    """

    program: str | None
    versions: tuple[str, ...]
    identical: tuple[str, ...]
    within: tuple[str, ...]
    differing: Mapping[str, str]
    refused: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Byte-identical on the same versions, else within the declared tolerance.

        False where another program made the run: then two programs were compared, and the run was not proved.
        """
        same_program = self.program is None and not self.refused
        return same_program and not self.differing and (bool(self.versions) or not self.within)


@dataclass(frozen=True, slots=True)
class ReferenceReplay:
    """What came of the reference interpreter. ``paths`` : those that were run; differences name path and line."""

    paths: tuple[int, ...]
    lines: int
    differences: tuple[str, ...]


def rerun(stored: StoredRun, workers: int = 1) -> Recalculation:
    """Calculate a run again and compare every table.

    Raises as :func:`securitize.studies.proof.recalculation.recalculated`; where another program made the run, what
    this one does not take of its inputs is reported instead.
    """
    made_by = stored.manifest.version
    program = None if made_by == program_version() else made_by
    versions = tuple(_versions(stored))
    try:
        again = recalculated(stored, workers)
    except (DefinitionError, CalculationError) as error:
        if program is None:
            raise
        return Recalculation(program, versions, (), (), {}, tuple(str(error).splitlines()))
    identical, within, differing = [], [], {}
    for name in sorted({*stored.manifest.tables, *again}):
        if name not in again or name not in stored.manifest.tables:
            differing[name] = "made now, not stored" if name in again else "stored, not made now"
            continue
        if sha256(to_bytes(again[name])) == stored.manifest.tables[name].sha256:
            identical.append(name)
            continue
        first = next(_differences(name, stored.table(name), again[name]), None)
        if first is None:
            within.append(name)
        else:
            differing[name] = first
    return Recalculation(program, versions, tuple(identical), tuple(within), differing)


def _versions(stored: StoredRun) -> Iterator[str]:
    """What differs of the libraries and the processor between the run and this machine."""
    then, now = stored.manifest.environment, environment()
    for key in sorted({*then, *now}):
        if _plain(then.get(key)) != _plain(now.get(key)):
            yield Message(
                "{key} {stored}, here {here}",
                key=key,
                stored=_plain(then.get(key)),
                here=_plain(now.get(key)),
            )


def _plain(value: Json) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return list(value) if isinstance(value, list | tuple) else value


def _differences(name: str, then: pa.Table, now: pa.Table) -> Iterator[str]:
    """Rows and cells that differ by more than the declared tolerance."""
    if then.column_names != now.column_names:
        yield "its columns differ"
        return
    if then.num_rows != now.num_rows:
        yield Message("{before} rows, now {after}", before=then.num_rows, after=now.num_rows)
        return
    keys = load(name).primary_key
    for old, new in zip(then.to_pylist(), now.to_pylist(), strict=True):
        for column, value in old.items():
            if not same(value, new[column]):
                where = ", ".join(str(old[key]) for key in keys)
                yield Message(
                    "{name}[{where}].{column} is {value}, now {new}",
                    name=name,
                    where=where,
                    column=column,
                    value=value,
                    new=new[column],
                )


def same(then: object, now: object) -> bool:
    """Whether two cells are the same within the declared tolerance."""
    if isinstance(then, Decimal) and isinstance(now, Decimal):
        return abs(then - now) <= MONEY
    if isinstance(then, float) and isinstance(now, float):
        return math.isclose(then, now, rel_tol=RELATIVE, abs_tol=RELATIVE)
    return then == now


def replay_in_reference(stored: StoredRun, paths: int) -> ReferenceReplay:
    """The deterministic path, and so many random ones evenly over the run, in the reference interpreter.

    Raises UsageError for a run that is not of a deal, or of a deal in mid-life.
    """
    from securitize.engine.calculation import Calculation, calculate, given_path
    from securitize.engine.prepare.stored import prepared_of
    from securitize.engine.reference_case import differences, reference_case
    from securitize.performance.random.draw import draw

    prepared = prepared_of(stored)
    if prepared.state is not None:
        raise UsageError("a deal in mid-life: --reference goes with a deal from its closing on")

    def compared(calculation: Calculation) -> tuple[int, list[str]]:
        lines = calculation.one_path
        return len(lines), differences(reference_case(calculation), lines)

    count, found = compared(calculate(prepared))
    lines = [Message("deterministic path: {one}", one=one) for one in found]
    drawn = prepared.draw.paths if prepared.draw is not None and prepared.random is not None else 0
    picked = sorted({drawn * k // paths for k in range(paths)}) if drawn and paths else []
    for path in picked:
        assert prepared.random is not None  # a path is picked from those that are drawn
        one = draw(prepared.random, prepared.performance, prepared.numbers(path, path + 1))
        more, found = compared(calculate(given_path(prepared, one, 0)))
        count += more
        lines += [Message("path {path}: {each}", path=path, each=each) for each in found]
    return ReferenceReplay(tuple(picked), count, tuple(lines))
