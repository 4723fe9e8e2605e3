"""Where the titles of 651 battery patents stand on the lithium-battery chain, against the category of their list.

    python -m tests.pooling.chains.battery_titles

The list (US, CN, EP, JP; English titles, no symbols) has categories that somebody else gave by words of the
abstract. Rows: category; columns: nodes of the second level, sums of weights; the last two, patents placed and all.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass

from securitize.pooling.chains.classify import classify
from tests.pooling.chains.chain_files import ready
from tests.pooling.shared_data import shared_data

NODES = ("2.1", "2.2", "2.3", "2.4", "2.5")


@dataclass(frozen=True)
class Table:
    """weights: (category, node) -> sum; placed, patents: by category."""

    weights: dict[tuple[str, str], float]
    placed: Counter[str]
    patents: Counter[str]


def table() -> Table:
    """The table."""
    with shared_data("battery_patents_lens_651.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    placement = classify(ready("lithium-battery"), [None] * len(rows), [row["Title"] for row in rows])
    found = Table({}, Counter(), Counter())
    for k, row in enumerate(rows):
        category = row["Technology Category"]
        found.patents[category] += 1
        found.placed[category] += bool(placement.placed[k])
        for node, weight in placement.of(k).items():
            cell = (category, ".".join(node.split(".")[:2]))
            found.weights[cell] = found.weights.get(cell, 0.0) + weight
    return found


def main() -> None:
    """Print it."""
    found = table()
    print(f"{'category':<26}" + "".join(f"{node:>8}" for node in NODES) + f"{'placed':>9}{'all':>6}")
    for category, count in sorted(found.patents.items()):
        sums = "".join(f"{found.weights.get((category, node), 0.0):>8.1f}" for node in NODES)
        print(f"{category:<26}{sums}{found.placed[category]:>9}{count:>6}")


if __name__ == "__main__":
    main()
