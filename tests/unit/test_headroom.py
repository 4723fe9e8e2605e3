"""How far a trigger is from a breach, of each kind by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from securitize.definitions.deals.triggers import Trigger
from securitize.engine.tables.scenarios import headroom

#: Kind, what it has beside, and the headroom of a measure of 0.75.
TOLD = [
    ("date", {"date": dt.date(2030, 1, 1)}, None),
    ("cumulative-default", {"threshold": Decimal("0.5")}, -0.25),
    ("collections", {"threshold": Decimal("0.5")}, 0.25),
    ("coverage", {"measure": "DSCR", "rank": 1, "threshold": Decimal("1.25")}, -0.5),
    ("unpaid-interest", {"notes": ("A",)}, None),
    ("sales", {}, None),
    ("sales", {"lower": Decimal("0.5")}, 0.25),
    ("sales", {"lower": Decimal("0.5"), "upper": Decimal("0.875")}, 0.125),
    ("pool-balance", {"threshold": Decimal("0.25")}, 0.5),
    ("notes-nil", {"notes": ("A",)}, None),
    ("reserve", {"account": "cash"}, None),
    ("deficiency", {"notes": ("A",), "threshold": Decimal("1")}, 0.25),
    ("provider-default", {"support": "city"}, None),
    ("provider-rating", {"support": "city", "below": "AA"}, None),
    ("combination", {"of": ("one", "two"), "rule": "all"}, None),
]


@pytest.mark.parametrize(("kind", "terms", "room"), TOLD)
def test_the_nearer_end_decides(kind: str, terms: dict[str, object], room: float | None) -> None:
    trigger: Trigger = TypeAdapter(Trigger).validate_python({"kind": kind, **terms})
    assert headroom(trigger, 0.75) == room
    assert headroom(trigger, None) is None
