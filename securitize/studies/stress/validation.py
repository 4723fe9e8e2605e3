"""What is checked each time a stress result is made, and reported in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from securitize.base.messages import Message, in_language
from securitize.engine.calculation import Calculation
from securitize.engine.reference_case import differences, reference_case
from securitize.engine.tables.scenarios import NamedBatch
from securitize.tables import Columns
from securitize.tables.rows import Rows

_TOGETHER = Message("each scenario calculated in the batch equals its run alone, to the cent")
_REFERENCE = Message("each scenario agrees with the reference interpreter, to the cent")


def validations(named: NamedBatch, calculated: Sequence[Calculation]) -> Columns:
    """Table ``validations``: scenarios alone, and in the second engine, against those calculated in one batch.

    calculated : each scenario that acts, calculated alone
    """
    rows = Rows("validations")
    apart = reference = lines = 0
    for row, alone in enumerate(calculated):
        lines += len(alone.lines)
        apart += sum(
            not np.array_equal(named.lines[line][row], values) for line, values in alone.lines.items()
        )
        if alone.prepared.state is None:
            reference += len(_in_reference(alone))
    counted = Message("{count} scenarios, {lines:,} lines", count=len(calculated), lines=lines)
    rows.add(
        check=_TOGETHER,
        check_zh=in_language(_TOGETHER, "zh"),
        against=Message("the engine on one path; {counted}", counted=counted),
        figure=float(apart),
        tolerance=0.0,
        unit="lines that differ",
        passes=apart == 0,
    )
    if all(one.prepared.state is None for one in calculated):
        rows.add(
            check=_REFERENCE,
            check_zh=in_language(_REFERENCE, "zh"),
            against=Message(
                "the reference interpreter, written from the document of the rules; {counted}",
                counted=counted,
            ),
            figure=float(reference),
            tolerance=0.0,
            unit="lines that differ",
            passes=reference == 0,
        )
    return rows.columns


def _in_reference(calculation: Calculation) -> list[str]:
    return differences(reference_case(calculation), calculation.one_path)
