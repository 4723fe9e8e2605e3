"""The Python API for questions: ``securitize.load(deal)`` gives a case, which is asked in milliseconds.

>>> import securitize
>>> case = securitize.load("guangzhou-2019")
>>> case.with_values({"notes.A.coupon.rate": 0.05}).run().table("note_measures")

Rules: ``docs/how-to/ask-questions.md``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from securitize.base.files import PathLike
from securitize.definitions.documents.places import paths_of
from securitize.definitions.loading import Definitions, fitted, load_scenario
from securitize.engine.changed_input import FILES, with_values
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.library import find_scenario
from securitize.studies.question.answer import Answer, answer_of
from securitize.studies.question.sweep import Sweep, sweep_of

if TYPE_CHECKING:
    from securitize.engine.calculation import Calculation
    from securitize.engine.projected import Projected

__all__ = ["Case", "load"]


def _projected() -> Projected:
    from securitize.engine.projected import Projected

    return Projected()


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """A deal under a scenario, read and checked: it does not change, and several threads may ask it at once.

    Made by :func:`load` and :meth:`with_values`.
    """

    _definitions: Definitions
    _projected: Projected = field(default_factory=_projected)

    @property
    def deal(self) -> str:
        """Name of the deal."""
        return self._definitions.deal.model.name

    @property
    def scenario(self) -> str | None:
        """Name of the scenario; None where the deal stands as its file says."""
        return self._definitions.scenario.model.name if self._definitions.scenario else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about files and values, before anything is calculated."""
        return self._prepared.warnings

    def paths(self) -> tuple[str, ...]:
        """Every place at which something is written, as :meth:`with_values` takes it: the deal, then other files."""
        found: list[str] = []
        for word in FILES:
            loaded = getattr(self._definitions, word)
            if loaded is not None:
                start = "" if word == "deal" else f"{word}:"
                found += [f"{start}{path}" for path in paths_of(loaded.raw)]
        return tuple(found)

    def with_values(
        self, values: Mapping[str, object] | None = None, *, scenario: PathLike | None = None
    ) -> Case:
        """Another case, with other values at some places, under another scenario where one is named.

        values : by place: ``notes.A.balance``, ``pool:contracts.c1.rate.rate``; amounts in currency units, rates and
            shares as numbers (0.05 is 5%)
        Raises UsageError where there is no such place or scenario, DefinitionError with every problem, as files do.
        """
        found = self._definitions
        if scenario is not None:
            loaded = load_scenario(find_scenario(os.fspath(scenario), found.deal.path))
            found = replace(found, scenario=loaded)
        found = with_values(found, values) if values else fitted(found)
        case = Case(found, self._projected)
        _ = case._prepared  # what dates say against a value is said here, not when it is asked
        return case

    def run(self) -> Answer:
        """What the case pays. Raises CalculationError where an invariant does not hold or a number is out of range."""
        return self._answer

    def run_many(self, many: Iterable[Case | Mapping[str, object]]) -> tuple[Answer, ...]:
        """The answers of many cases in their order, each equal to that of its own :meth:`run`.

        many : cases, or values as :meth:`with_values` takes them. Those of one deal and pool, whose performances
            differ, are paths of one waterfall
        """
        from securitize.engine.case_batch import pay_together

        cases = [one if isinstance(one, Case) else self.with_values(one) for one in many]
        found = pay_together([one._prepared for one in cases], self._projected)
        return tuple(
            answer_of(one._prepared, paid, one._calculated) for one, paid in zip(cases, found, strict=True)
        )

    def over(self, driver: str, values: Iterable[float | Decimal]) -> Sweep:
        """The case over values of one driver, as ``securitize grid`` does: all are paths of one waterfall.

        values : between the scenario's own and the worst, each on the nearest whole step of the driver
        Raises UsageError where there is no such driver, or a value is out of its range.
        """
        from securitize.studies.solvers.grid import cells_over

        text = ",".join(str(one) for one in values)
        return sweep_of(cells_over(self._prepared, [f"{driver}={text}"]))

    @cached_property
    def _prepared(self) -> Prepared:
        return on_dates(self._definitions)

    @cached_property
    def _answer(self) -> Answer:
        from securitize.engine.case_batch import PaidCase

        found = self._calculated()
        return answer_of(self._prepared, PaidCase(found.lines, found.checks), lambda: found)

    def _calculated(self) -> Calculation:
        from securitize.engine.calculation import pay_from

        return pay_from(self._prepared, self._projected.of(self._prepared))

    def __repr__(self) -> str:
        return f"Case({self.deal!r}, scenario={self.scenario!r})"


def load(deal: PathLike, scenario: PathLike | None = None, *, pool: PathLike | None = None) -> Case:
    """A deal, under a scenario or as it stands, read and checked; as ``securitize.run`` finds them.

    Raises UsageError where a file is not found, DefinitionError with every problem of every file.
    """
    return Case(prepare(deal, scenario, pool).definitions)
