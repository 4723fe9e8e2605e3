"""Small portfolios, drawn."""

from __future__ import annotations

import numpy as np

from securitize.base.money import RATE_UNITS
from securitize.pooling.portfolio import Portfolio


def drawn(seed: int, contracts: int = 6, patents: int = 15, nodes: int = 5) -> Portfolio:
    """A portfolio with every patent on one to three nodes, or on none; nodes 3 and 4 lie below node 2."""
    random = np.random.default_rng(seed)
    place_patent: list[int] = []
    place_node: list[int] = []
    place_weight: list[int] = []
    for patent in range(patents):
        count = int(random.integers(0, 4))
        chosen = sorted(random.choice(nodes, count, replace=False))
        cuts = np.sort(random.integers(0, RATE_UNITS + 1, max(count - 1, 0)))
        weights: list[int] = np.diff([0, *cuts, RATE_UNITS]).tolist() if count else []
        for node, weight in zip(chosen, weights, strict=True):
            place_patent.append(patent)
            place_node.append(int(node))
            place_weight.append(int(weight))
    amount = random.integers(1, 400, contracts) * 10_000_000
    lotted = random.random(contracts) < 0.4
    lot = np.where(lotted, 50_000_000, 0)
    return Portfolio(
        contract_names=tuple(f"k{k}" for k in range(contracts)),
        amount=amount,
        lot=lot,
        least=np.where(lotted, np.minimum(amount, 120_000_000), 0),
        obligor=random.integers(0, 4, contracts),
        group=random.integers(0, 3, contracts),
        region=random.integers(0, 2, contracts),
        maturity=random.integers(20_000, 22_000, contracts),
        spread=random.integers(0, 3_000_000, contracts),
        patent_names=tuple(f"p{k}" for k in range(patents)),
        contract=np.sort(random.integers(0, contracts, patents)),
        kind=random.integers(0, 2, patents),
        appraised=random.integers(0, 50, patents) * 12_345_678,
        pledge_bank=random.integers(1, 50, patents) * 1_000_000,
        liquidation=random.integers(1, 50, patents) * 1_000_000,
        score=random.integers(-1, 100_000, patents),
        life=random.integers(300, 7000, patents),
        family=random.integers(-1, 6, patents),
        place_patent=np.array(place_patent, np.int64),
        place_node=np.array(place_node, np.int64),
        place_weight=np.array(place_weight, np.int64),
        obligor_names=("o0", "o1", "o2", "o3"),
        group_names=("g0", "g1", "g2"),
        region_names=("north", "south"),
        node_names=("n0", "n1", "n2", "n3", "n4"),
        node_stage=np.array([0, 0, 1, 1, 2]),
        node_parent=np.array([-1, -1, -1, 2, 2]),
    )
