"""The answer to a question: what a case pays, and its tables, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

from securitize.studies.question.lines import line_of
from securitize.tables.results import Tables

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.base.arithmetic import Int64
    from securitize.engine.base_case import BaseCase
    from securitize.engine.calculation import Calculation
    from securitize.engine.case_batch import PaidCase
    from securitize.engine.prepare.prepared import Prepared
    from securitize.store.identity import Json


class LazyTables(Mapping[str, "pa.Table"]):
    """Tables by name, each built once when it is first read; tables of Arrow cannot be changed."""

    def __init__(self, calculation: Callable[[], Calculation]) -> None:
        from securitize.engine.tables import TABLES

        self._calculation, self._makers = calculation, TABLES
        self._built: dict[str, pa.Table] = {}
        self._lock = Lock()

    def __getitem__(self, name: str) -> pa.Table:
        made = self._built.get(name)
        if made is None:
            from securitize.tables import build

            columns = self._makers[name](self._calculation())
            with self._lock:
                made = self._built.setdefault(name, build(name, columns))
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    @property
    def built(self) -> frozenset[str]:
        """Names of those that were read."""
        return frozenset(self._built)


@dataclass(frozen=True, kw_only=True, repr=False)
class Answer(Tables):
    """What one case pays on its deterministic path. Nothing of it can be changed, and nothing is stored.

    id : digest of files and values; of a case without values that of the run with the same files
    """

    id: str
    _prepared: Prepared
    _paid: PaidCase
    _calculation: Callable[[], Calculation]

    @property
    def _subject(self) -> str:
        return self.id

    def line(self, *name: str) -> Int64:
        """A published line, such as ``line("note", "A", "interest_paid")``: minor units by payment date; masks -1 or 0.

        Returns int64 (periods,), read only. Raises UsageError where there is none of that name.
        """
        return line_of(self._paid.lines, name)

    @cached_property
    def _said(self) -> BaseCase:
        from securitize.engine.base_case import base_case

        return base_case(self._calculation())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What does not stop the case, as in a run."""
        return (*self._prepared.warnings, *self._said.warnings, *self._said.gap)

    @property
    def checks(self) -> Mapping[str, str]:
        """Runtime invariant -> what it was found to be, on every date."""
        return MappingProxyType(dict(self._paid.checks))

    @property
    def about(self) -> Mapping[str, Json]:
        """What the case is called, as in a run."""
        from securitize.engine.base_case import with_accepted

        return MappingProxyType(with_accepted(self._prepared.about, self._said))


def answer_of(prepared: Prepared, paid: PaidCase, calculate: Callable[[], Calculation]) -> Answer:
    """The answer that a case gives.

    calculate : the whole calculation, for its tables; called once, where the first is read
    """
    kept: list[Calculation] = []
    lock = Lock()

    def calculation() -> Calculation:
        with lock:
            if not kept:
                kept.append(calculate())
            return kept[0]

    return Answer(
        tables=LazyTables(calculation),
        id=prepared.identity.id,
        _prepared=prepared,
        _paid=paid,
        _calculation=calculation,
    )
