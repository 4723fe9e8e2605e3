"""What the flows of kept paths take in memory: they and their tables are held as a whole."""

from __future__ import annotations

from securitize.engine.calculation import Calculation
from securitize.engine.simulate import KEPT_PATHS, kept_lines
from securitize.tables import dictionary
from securitize.waterfall.rules import record_payment_date

#: A table is held as columns, as Arrow, as it is encoded and as the bytes of its file.
COPIES = 4
#: Bytes of a number.
NUMBER = 8


def kept_memory(calculation: Calculation) -> int:
    """Bytes, at the highest, of flows that ``--keep-paths`` keeps, beyond those that every run has; 0 without it."""
    prepared = calculation.prepared
    if prepared.draw is None or not prepared.draw.keep:
        return 0
    paths = min(prepared.draw.keep, prepared.draw.paths)
    lines = kept_lines(record_payment_date(calculation.resolved).lines)
    tables = {"path_note_cash_flows": len(prepared.deal.notes), "path_collections": 1}
    columns = sum(rows * len(dictionary.load(name).columns) for name, rows in tables.items())
    flows = len(lines) * max(paths - KEPT_PATHS, 0)
    return NUMBER * len(prepared.schedule.payment) * (flows + COPIES * columns * paths)
