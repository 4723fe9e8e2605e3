"""Generated deals whose companies have several roles: both engines agree to the cent in every line.

Account banks fail, capacities run out, providers pay late, and triggers look at unpaid principal.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from securitize.engine.reference_case import differences
from tests.properties.comparison import engine_lines
from tests.properties.generated_deals import numbered_deal

DEALS, BATCH = 120, 40
MANY = 2000


def compare(first: int, last: int) -> Counter[str]:
    """What happened in these deals, on any path; raises where a line differs."""
    found: Counter[str] = Counter()
    for number in range(first, last):
        case = numbered_deal(number, dense=True)
        lines = engine_lines(case)
        differing = differences(case, lines)
        assert not differing, "\n".join([f"numbered_deal({number}, dense=True)", *differing[:10]])
        unpaid = [n for n, one in case.deal["triggers"].items() if one["kind"] == "unpaid-principal"]
        for (kind, name, *line), values in ((key, each) for key, each in lines.items() if len(key) > 2):
            found["lost"] += kind == "account" and line == ["lost"] and bool(values.any())
            if kind == "party" and line == ["recoveries"]:
                found["cut"] += bool((values != lines["party", name, "recoveries_due"]).any())
            found["exhausted"] += kind == "party" and line == ["left"] and not bool(values[:, -1].all())
            found["missed"] += (
                kind == "trigger" and name in unpaid and line == ["breached"] and bool(values.any())
            )
            if kind == "support" and line == ["drawn"]:
                late = np.array([pool["support_late"][name] for pool in case.pools])
                found["paid late"] += bool((values * late).any())
    return found


@pytest.mark.parametrize("first", range(0, DEALS, BATCH))
def test_no_cent_of_difference(first: int) -> None:
    found = compare(first, first + BATCH)
    assert min(found[what] for what in ("lost", "cut", "exhausted", "missed", "paid late")) > 0, found


@pytest.mark.deep(part="splits")
def test_no_cent_of_difference_in_many() -> None:
    compare(DEALS, MANY)
