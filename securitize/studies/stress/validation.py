"""What is checked each time a stress result is made, and told in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from securitize.base.messages import Message, in_language
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.reference_case import differences, reference_case
from securitize.engine.tables.scenarios import NamedBatch
from securitize.studies.stress.scenarios import Situation
from securitize.tables import Columns
from securitize.tables.rows import Rows

_TOGETHER = Message("every told scenario, paid together, has the cents that it has alone")
_REFERENCE = Message("every told scenario has the same cents in the reference interpreter")


def validations(named: NamedBatch, acting: Sequence[Situation]) -> Columns:
    """Table ``validations``: the told scenarios alone, and in the second engine, against those paid in one call."""
    rows = Rows("check", "check_zh", "against", "figure", "tolerance", "unit", "passes")
    apart = reference = lines = 0
    for row, one in enumerate(acting):
        assert one.prepared is not None  # it acts
        alone = calculate(one.prepared)
        lines += len(alone.lines)
        apart += sum(
            not np.array_equal(named.lines[line][row], values) for line, values in alone.lines.items()
        )
        if one.prepared.state is None:
            reference += len(_in_reference(alone))
    counted = Message("{count} scenarios, {lines:,} lines", count=len(acting), lines=lines)
    rows.add(
        _TOGETHER,
        in_language(_TOGETHER, "zh"),
        Message("the engine on one path; {counted}", counted=counted),
        float(apart), 0.0, "lines that differ", apart == 0,
    )  # fmt: skip
    if all(one.prepared is not None and one.prepared.state is None for one in acting):
        rows.add(
            _REFERENCE,
            in_language(_REFERENCE, "zh"),
            Message("the reference interpreter, written from the document of the rules; {counted}", counted=counted),
            float(reference), 0.0, "lines that differ", reference == 0,
        )  # fmt: skip
    return rows.columns


def _in_reference(calculation: Calculation) -> list[str]:
    lines: Mapping[tuple[str, ...], np.ndarray[tuple[int, ...], np.dtype[np.int64]]] = {
        line: values[np.newaxis, :] for line, values in calculation.lines.items()
    }
    return differences(reference_case(calculation), lines)
