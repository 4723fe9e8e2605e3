"""Two thousand candidate patents in families, of sixty companies: the size of a real desk's list."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from securitize.base.money import RATE_UNITS
from securitize.definitions.loading import load_build
from securitize.pooling.formulation import SelectionFormulation, formulate
from securitize.pooling.portfolio import Portfolio

COMPANIES, GROUPS, REGIONS, NODES = 60, 45, 8, 21
_BUILD = """
name = "large"
chain = "large"
as_of = 2025-06-30
legal_final = 2029-12-31
venue = "exchange"
[candidates]
patents = { file = "p.csv" }
companies = { file = "c.csv" }
contracts = { file = "k.csv" }
[value]
discount = { risk_free = 0.02, technical = 0.03, market = 0.03, funding = 0.03, management = 0.03 }
tax_rate = 0.15
pledge_bank_share = 0.3
liquidation_share = 0.15
[limits]
patents = { kind = "patents", at_least = CHOSEN, at_most = CHOSEN }
size = { kind = "size", at_least = LEAST, at_most = MOST }
largest-obligor = { kind = "largest-obligors", count = 1, at_most = ONE }
top-five = { kind = "largest-obligors", count = 5, at_most = FIVE }
affiliates = { kind = "largest-groups", count = 1, at_most = GROUP }
effective-number = { kind = "effective-number", at_least = EFFECTIVE }
region = { kind = "region", at_most = REGION }
node = { kind = "node", node = "n3", at_least = 0.05, at_most = 0.2 }
upstream = { kind = "stage", stage = "upstream", at_most = 0.5 }
models = { kind = "patent-kind", patent_kind = "utility-model", at_most = 0.3 }
nodes = { kind = "required-nodes", nodes = ["n0", "n7", "n14"], at_least = 2 }
score = { kind = "weighted-score", at_least = 62 }
life = { kind = "weighted-life", at_least = 9 }
advance = { kind = "advance-rate", value = "appraised", at_most = 0.45 }
late = { kind = "maturity", after = 2028-12-31, at_most = 0.35 }
"""


def portfolio(patents: int, seed: int = 130) -> Portfolio:
    """A contract a patent; a third of the patents have relatives in the same family, some of other contracts."""
    random = np.random.Generator(np.random.Philox(seed))
    obligor = random.integers(0, COMPANIES, patents)
    family = np.where(random.random(patents) < 0.35, random.integers(0, patents // 4, patents), -1)
    appraised = np.rint(np.exp(random.normal(14.0, 0.9, patents))).astype(np.int64) * 100
    amount = np.rint(appraised * random.uniform(0.25, 0.6, patents) / 1_000_000).astype(np.int64) * 1_000_000
    two = random.random(patents) < 0.4
    first = random.integers(0, NODES, patents)
    place_patent = np.sort(np.concatenate((np.arange(patents), np.flatnonzero(two))))
    again = np.concatenate(([False], place_patent[1:] == place_patent[:-1]))
    place_node = np.where(again, (first[place_patent] + 5) % NODES, first[place_patent])
    weight = np.where(two[place_patent], RATE_UNITS // 2, RATE_UNITS)
    return Portfolio(
        contract_names=tuple(f"k{k}" for k in range(patents)),
        amount=np.maximum(amount, 10_000_000),
        lot=np.zeros(patents, np.int64),
        least=np.zeros(patents, np.int64),
        obligor=obligor,
        group=obligor % GROUPS,
        region=obligor % REGIONS,
        maturity=random.integers(20_600, 21_900, patents),
        spread=random.integers(0, 3_000_000, patents),
        patent_names=tuple(f"p{k}" for k in range(patents)),
        contract=np.arange(patents),
        kind=(random.random(patents) < 0.45).astype(np.int64),
        appraised=appraised,
        pledge_bank=appraised * 3 // 10,
        liquidation=appraised * 15 // 100,
        score=random.integers(30_000, 90_000, patents),
        life=random.integers(1_800, 7_000, patents),
        family=family,
        place_patent=place_patent,
        place_node=place_node,
        place_weight=weight,
        obligor_names=tuple(f"o{k}" for k in range(COMPANIES)),
        group_names=tuple(f"g{k}" for k in range(GROUPS)),
        region_names=tuple(f"r{k}" for k in range(REGIONS)),
        node_names=tuple(f"n{k}" for k in range(NODES)),
        node_stage=np.arange(NODES) * 3 // NODES,
        node_parent=np.full(NODES, -1),
    )


def posed(patents: int, chosen: int, ease: float = 1.0) -> SelectionFormulation:
    """The selection of ``chosen`` patents out of ``patents``; ``ease`` multiplies the limits on concentration."""
    drawn = portfolio(patents)
    mean = int(drawn.amount.sum()) // patents // 100
    words = {
        "CHOSEN": f"{chosen}",
        "LEAST": f"{mean * chosen // 2}",
        "MOST": f"{mean * chosen * 3 // 2}",
        "EFFECTIVE": f"{chosen * 0.323:.2f}",
        "ONE": f"{0.04 * ease:.4f}",
        "FIVE": f"{0.18 * ease:.4f}",
        "GROUP": f"{0.055 * ease:.4f}",
        "REGION": f"{0.18 * ease:.4f}",
    }
    text = _BUILD
    for word, bound in words.items():
        text = text.replace(word, bound)
    path = Path(tempfile.mkdtemp()) / "build.toml"
    path.write_text(text, encoding="utf-8")
    return formulate(load_build(path).model, drawn)
