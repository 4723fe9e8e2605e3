"""Units of a selection: contracts that are taken all or none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64


def tie(members: int, groups: Sequence[Int64]) -> NDArray[np.int64]:
    """Unit of each member, (members,): members that share a group, directly or through others, are one unit.

    groups : each the members of one group, positions; units are numbered by their first member
    """
    parent = list(range(members))

    def top(member: int) -> int:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for group in groups:
        for one, other in zip(group[:-1].tolist(), group[1:].tolist(), strict=True):
            first, last = sorted((top(one), top(other)))
            parent[last] = first
    tops = [top(member) for member in range(members)]
    numbers = {found: k for k, found in enumerate(dict.fromkeys(tops))}
    return np.array([numbers[found] for found in tops], np.int64)
