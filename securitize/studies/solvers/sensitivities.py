"""The largest assumptions: every number that states its source, moved alone, and ranked by three measures.

Source: ``docs/reference/solvers.md``, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from securitize.base.progress import Progress, silent
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.register import Figure
from securitize.definitions.suites.suite import BASE, Suite
from securitize.engine.calculation import calculate
from securitize.engine.changed_input import with_value
from securitize.engine.common_paths import CommonPaths, common_paths
from securitize.engine.life import life_of
from securitize.engine.measures import or_null
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.solvers.moved_numbers import NumberSensitivity, Place, moved, sides, value_of
from securitize.studies.solvers.moved_saving import SavingCase
from securitize.studies.solvers.moved_suites import suite_sensitivities
from securitize.tables import Columns
from securitize.tables.rows import Rows

EXPECTED_LOSS, LIFE_COVERAGE, SAVING = MEASURES = (
    "senior expected loss",
    "life coverage",
    "saving of all companies",
)
#: Files of a run by the word that names them to :func:`with_value`.
FILES = {
    "deal.toml": "deal",
    "pool/pool.toml": "pool",
    "scenarios/performance/performance.toml": "performance",
    "scenarios/markets/market.toml": "market",
}
#: Of these, those that only what happens at random reads.
ONLY_RANDOM = frozenset({"performance"})


@dataclass(frozen=True, slots=True)
class _Read:
    """The measures of one variant of the deal, in the order of :data:`MEASURES`."""

    expected_loss: float | None
    life_coverage: float | None
    saving: float | None


_Side = tuple[Place, _Read]


def sensitivities(
    prepared: Prepared,
    suite: tuple[str, Loaded[Suite]] | None = None,
    savings: SavingCase | None = None,
    progress: Progress | None = None,
) -> Columns:
    """Table ``sensitivities``: one row a list and number, the larger effect first.

    prepared : the base case; where it draws paths, the expected loss is looked at
    suite    : whose numbers are moved in their own scenarios, with its name in the run
    savings  : what the saving is found from; None where nobody borrows
    """
    report = progress or silent
    paths = common_paths(prepared)
    figures = [
        one for one in prepared.register if one.sourced and one.file in FILES and not _together(prepared, one)
    ]
    others = savings.figures() if savings else []
    whole = len(figures) + len(others)
    base = _read(prepared, paths, savings)
    lists: dict[str, list[NumberSensitivity]] = {measure: [] for measure in MEASURES}
    for done, figure in enumerate(figures):
        report("numbers", done, whole)
        _add(lists, figure, base, _moved(prepared, figure, paths, savings))
    for done, figure in enumerate(others, len(figures)):
        report("numbers", done, whole)
        assert savings is not None  # it has given the figure
        lists[SAVING] += savings.sensitivity(figure, base.saving)
    if suite is not None:
        lists[LIFE_COVERAGE] += suite_sensitivities(prepared, *suite)
    report("numbers", whole, whole)
    support = "absent" if paths and paths.absent else "in place"
    return _rows(lists, support)


def _rows(lists: dict[str, list[NumberSensitivity]], support: str) -> Columns:
    rows = Rows("sensitivities")
    for measure, found in lists.items():
        telling = sorted((one for one in found if one.effect > 0), key=lambda one: -one.effect)
        for place, one in enumerate(telling, 1):
            low, high = one.low, one.high
            rows.add(
                driver=f"{one.figure.file}: {one.figure.path}",
                measure=measure,
                place=place,
                unit=one.figure.unit,
                kind=one.figure.kind,
                scenario=one.scenario,
                support=support if measure == EXPECTED_LOSS else None,
                base_value=float(one.value),
                low=float(low.value) if low else None,
                low_from=low.moved_to if low else None,
                high=float(high.value) if high else None,
                high_from=high.moved_to if high else None,
                result_base=one.base,
                result_low=low.result if low else None,
                result_high=high.result if high else None,
                larger_effect=one.effect,
            )
    return rows.columns


def _add(
    lists: dict[str, list[NumberSensitivity]], figure: Figure, base: _Read, both: Sequence[_Side | None]
) -> None:
    value = value_of(figure)
    if value is None:
        return
    for measure, name in zip(MEASURES, ("expected_loss", "life_coverage", "saving"), strict=True):
        low, high = (moved(side, attrgetter(name)) for side in both)
        lists[measure].append(NumberSensitivity(figure, value, BASE, getattr(base, name), low, high))


def _moved(
    prepared: Prepared, figure: Figure, paths: CommonPaths | None, savings: SavingCase | None
) -> list[_Side | None]:
    value = value_of(figure)
    if value is None:
        return [None, None]
    file = FILES[figure.file]

    def at(there: Decimal) -> _Read:
        changed = with_value(prepared, file, figure.path, there)
        return _read(changed, paths, None if file in ONLY_RANDOM else savings)

    return list(sides(figure, value, at))


def _read(prepared: Prepared, paths: CommonPaths | None, savings: SavingCase | None) -> _Read:
    """The measures of one variant. Raises where it cannot be calculated."""
    # Life coverage of today, without support, is the same with the supports that the paths leave out.
    calculation = calculate(paths.without_support(prepared) if paths else prepared)
    life = life_of(calculation)
    covered = or_null(life[min(life)].life[0, 0])
    return _Read(
        None if paths is None else paths.loss_of(calculation),
        covered,
        None if savings is None else savings.of_deal(prepared),
    )


def _together(prepared: Prepared, figure: Figure) -> bool:
    """Whether a number is one of a note's schedule, which together come to its balance: none moves alone."""
    parts = figure.path.split(".")
    if figure.file != "deal.toml" or len(parts) < 3 or parts[0] != "notes":
        return False
    note = prepared.deal.notes.get(parts[1])
    return note is not None and bool(note.principal.payments) and parts[2] in ("principal", "balance")
