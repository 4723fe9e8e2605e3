"""Who bears the loss of a loan: banks, funds, insurers, appraisers; and what guarantors may take on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from securitize.base.arithmetic import allocate
from securitize.base.money import RATE_UNITS
from securitize.definitions.policies.policy import LossSplit


def split_losses(split: LossSplit, losses: Sequence[int], bearer: str) -> list[dict[str, int]]:
    """Each loss divided by the shares, to the minor unit; what an empty pool cannot pay falls to ``bearer``.

    losses : in the order in which they fall, minor units, not negative
    Each division sums to its loss. Raises ValueError where a loss is negative or nobody is called ``bearer``.
    """
    if bearer not in split.shares:
        raise ValueError(f"nobody who bears losses is called {bearer}")
    left = split.pool_amount if split.pool is not None else None
    found = []
    for loss in losses:
        if loss < 0:
            raise ValueError("a loss is not negative")
        shares = allocate(loss, list(split.shares.values()), rounding="up", unweighted="nothing")
        parts = dict(zip(split.shares, shares, strict=True))
        if split.pool is not None and left is not None:
            paid = min(parts[split.pool], left)
            parts[bearer] += parts[split.pool] - paid
            parts[split.pool] = paid
            left -= paid
        found.append(parts)
    return found


@dataclass(frozen=True, slots=True)
class Capacity:
    """One test of what a guarantor may take on; minor units."""

    test: str
    taken: int
    allowed: int

    @property
    def holds(self) -> bool:
        """Whether what is taken on is allowed."""
        return self.taken <= self.allowed


def guarantor_capacity(
    net_assets: int,
    outstanding: int,
    by_customer: Mapping[str, int],
    by_group: Mapping[str, int],
    *,
    multiple: int,
    one_customer: int,
    one_group: int,
) -> tuple[Capacity, ...]:
    """The tests of a financing guarantee company: all of its liability, one customer's, one group's.

    multiple : of net assets, plain (10, or 15 where mainly small companies and farmers are served)
    one_customer, one_group : shares of net assets, units of 1e-8 (10% and 15%)
    Source: the regulations on supervising financing guarantee companies, articles 15 and 16,
    as given by docs/reference/policies.md, section 5.
    """
    found = [Capacity("all", outstanding, net_assets * multiple)]
    for test, limit, amounts in (("customer", one_customer, by_customer), ("group", one_group, by_group)):
        allowed = net_assets * limit // RATE_UNITS
        found += [Capacity(f"{test} {name}", amount, allowed) for name, amount in amounts.items()]
    return tuple(found)
