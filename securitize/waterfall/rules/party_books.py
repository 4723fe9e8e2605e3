"""What is kept of a party with a capacity (section 7)."""

from __future__ import annotations

from dataclasses import dataclass

from securitize.waterfall.expressions import StateVariable, Value


@dataclass
class PartyBooks:
    """What is kept of one party with a capacity; its supports keep what they paid themselves.

    recovered      : paid as recoveries, in all
    recoveries_due : of this date, before the capacity is looked at;  recoveries : what it pays of them
    """

    capacity: int
    supports: tuple[str, ...]
    recovered: StateVariable
    recoveries_due: Value
    recoveries: Value
