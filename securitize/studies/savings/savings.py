"""What securitization saves each company: the Python API.

>>> import securitize
>>> found = securitize.savings("nanshan-5-2022")
>>> found.table("savings")                          # a pandas DataFrame, amounts exact decimals
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from securitize.base.files import PathLike
from securitize.base.renamed import old_names_work
from securitize.engine.drawing import drawing
from securitize.studies.savings.company_savings import Comparison, compare
from securitize.studies.savings.inputs import financing_inputs
from securitize.studies.savings.policies import RefundOf
from securitize.tables import Tables, build

__all__ = ["Savings", "savings"]


@dataclass(frozen=True, repr=False)
class Savings(Tables):
    """The tables of a comparison, and what they were made from."""

    comparison: Comparison

    @property
    def warnings(self) -> tuple[str, ...]:
        """What does not stop the comparison."""
        return self.comparison.warnings

    @property
    def about(self) -> Mapping[str, str | bool | None]:
        """What is compared."""
        return self.comparison.inputs.about

    @property
    def _subject(self) -> str:
        return str(self.about["name"])


@old_names_work
def savings(
    deal: PathLike,
    *,
    against: Sequence[PathLike] = (),
    policies: Sequence[PathLike] = (),
    as_if: bool = False,
    refund: RefundOf = "none",
    scenario: PathLike | None = None,
    financing: PathLike | None = None,
    runs: PathLike = "runs",
    performance: PathLike | None = None,
    paths: int = 10_000,
    seed: int = 1,
) -> Savings:
    """What each company of a deal pays, and what it saves against the best alternative.

    deal      : a deal's name, folder or file; a stored run's id or folder, with its scenario; or a case without a pool
        by name or file
    against   : alternatives by name or file; all that are known without it
    policies  : by name or file, which pay together
    as_if     : policies pay also where their dates or places do not fit; each payment so marked
    refund    : the refund of which the financing tells counts for none, the deal alone, or both sides
    financing : the financing of the deal, in place of its own
    performance : how companies default at random, by name or file: how the saving spreads over ``paths`` paths drawn
        from ``seed`` makes the table ``saving_paths``
    Raises DefinitionError, UsageError or CalculationError, each of which says what to do.
    """
    from securitize.studies.savings.tables import tabulate_savings

    comparison = compare(financing_inputs(deal, scenario, financing, runs), against, policies, as_if, refund)
    tables = tabulate_savings(comparison)
    drawn = drawing(performance, paths, seed)
    if drawn is not None:
        from securitize.studies.savings.saving_paths import saving_paths
        from securitize.studies.savings.tables import saving_paths as columns

        found = columns(saving_paths(comparison, drawn), paths, comparison.inputs.currency)
        tables["saving_paths"] = build("saving_paths", found)
    return Savings(comparison, tables=tables)
