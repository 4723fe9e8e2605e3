"""Every pool that could be chosen from a build's candidates, looked at one by one, from its tables and its inputs.

Written from docs/reference/pools.md, sections 6 and 7, for contracts that no family ties: shares as floats, every
choice of contracts and lots in one array.
"""

from __future__ import annotations

import csv
import itertools
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from tests.pooling.chains.chains_reference import Page

Choices = Any  # NDArray[np.float64], (choices,) or (choices, contracts)
#: Shares closer to their bound than this may fall on either side.
ROUNDING = 1e-9


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Everything:
    """The choices of a pool folder, given the tables of its build."""

    def __init__(self, folder: Path, chain: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
        self.build = tomllib.loads((folder / "build.toml").read_text(encoding="utf-8"))
        written = {row["contract"]: row for row in rows(folder / "contracts.csv")}
        companies = {row["company"]: row for row in rows(folder / "companies.csv")}
        passed = [row for row in tables["candidate_contracts"] if row["status"] != "screened-out"]
        self.contracts = [row["contract"] for row in passed]
        self.obligor = [row["obligor"] for row in passed]
        self.group = [companies[name]["group"] or name for name in self.obligor]
        self.region = [companies[name]["region"] for name in self.obligor]
        self.maturity = [written[name]["maturity"] for name in self.contracts]
        self.spread = [float(written[name]["spread"]) for name in self.contracts]
        self.amounts = self._amounts([written[name] for name in self.contracts])
        self.picked = (self.amounts > 0).astype(float)
        self.patents = [row for row in tables["candidates"] if row["status"] != "screened-out"]
        self.where = [self.contracts.index(row["contract"]) for row in self.patents]
        self.chain = tomllib.loads(chain.read_text(encoding="utf-8"))
        page = Page(chain, chain.parent / "ipc")
        texts = {row["publication_number"]: row for row in rows(folder / "patents.csv")}
        told = [texts[row["publication_number"]] for row in self.patents]
        self.weights = [page.place(one["ipc"].split(";"), one["title"], "").weights for one in told]

    @staticmethod
    def _amounts(contracts: list[dict[str, str]]) -> Choices:
        """(choices, contracts) yuan."""
        options = []
        for row in contracts:
            amount, lot, least = (float(row[name] or 0) for name in ("amount", "lot", "least"))
            lots = range(int(-(-least // lot)), int(amount // lot) + 1) if lot else ()
            options.append([0.0, *(k * lot for k in lots)] if lot else [0.0, amount])
        every = np.array(list(itertools.product(*options)))
        return every[every.sum(axis=1) > 0]

    @property
    def total(self) -> Choices:
        return self.amounts.sum(axis=1)

    @property
    def appraised(self) -> Choices:
        """What the objective eligible-value counts: whole yuan of each patent."""
        worth = np.zeros(len(self.contracts))
        for row, contract in zip(self.patents, self.where, strict=True):
            worth[contract] += float(row["appraised"] // 1)
        return self.picked @ worth

    def worth(self, objective: str) -> tuple[Choices, float]:
        """What an objective counts, and how much rounding down may take from it."""
        match objective:
            case "amount":
                return self.total, 0.0
            case "score":
                millions = [float(row["score"]) * float(row["appraised"]) / 1e6 for row in self.patents]
                return self.over_patents(millions), 0.002 * len(self.patents)
            case "spread":
                return self.amounts @ np.array(self.spread), 100.0
        obligors = (self.by(self.obligor) > 0).sum(axis=1)
        nodes = sorted({node for one in self.weights for node in one})
        touched = [self.over_patents([float(node in one) for one in self.weights]) > 0 for node in nodes]
        return 10_000 * obligors + np.sum(touched, axis=0), 0.0

    def by(self, keys: list[str]) -> Choices:
        """(choices, distinct keys) amount of each."""
        found = np.zeros((len(self.amounts), len(set(keys))))
        for k, key in enumerate(sorted(set(keys))):
            found[:, k] = self.amounts[:, [j for j, one in enumerate(keys) if one == key]].sum(axis=1)
        return found

    def largest(self, keys: list[str], count: int) -> Choices:
        return np.sort(self.by(keys), axis=1)[:, -count:].sum(axis=1) / self.total

    def effective(self) -> Choices:
        share = self.by(self.obligor) / self.total[:, None]
        return 1 / (share**2).sum(axis=1)

    def over_patents(self, value: list[float]) -> Choices:
        """Sum over the patents of a choice."""
        sums = np.zeros(len(self.contracts))
        np.add.at(sums, self.where, value)
        return self.picked @ sums

    def on_nodes(self, nodes: set[str]) -> Choices:
        """Amount on nodes: by appraised value and weight of each contract's patents."""
        worth, here = np.zeros(len(self.contracts)), np.zeros(len(self.contracts))
        for row, contract, weights in zip(self.patents, self.where, self.weights, strict=True):
            worth[contract] += float(row["appraised"])
            here[contract] += float(row["appraised"]) * float(
                sum(weight for node, weight in weights.items() if node in nodes)
            )
        return self.amounts @ (here / worth)

    def below(self, node: str) -> set[str]:
        parents = {code: told.get("parent") for code, told in self.chain["nodes"].items()}
        found = {node}
        while more := {code for code, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def stage(self, stage: str) -> set[str]:
        nodes = self.chain["nodes"]

        def of(code: str) -> str | None:
            own = nodes[code].get("stage")
            return own or (of(nodes[code]["parent"]) if nodes[code].get("parent") else None)

        return {code for code in nodes if of(code) == stage}

    def keeps(self, limit: dict[str, Any]) -> Any:
        """Whether each choice keeps a limit."""
        value = self.value(limit)
        low, high = limit.get("at_least", -np.inf), limit.get("at_most", np.inf)
        if limit["kind"] == "required-nodes":
            return np.all([one >= limit.get("at_least", 1) for one in value], axis=0)
        return (value >= float(low) - ROUNDING) & (value <= float(high) + ROUNDING)

    def value(self, limit: dict[str, Any]) -> Any:
        appraised = [float(row["appraised"]) for row in self.patents]
        match limit["kind"]:
            case "size":
                return self.total
            case "patents":
                return self.over_patents([1.0] * len(self.patents))
            case "obligors":
                return (self.by(self.obligor) > 0).sum(axis=1)
            case "largest-obligors":
                return self.largest(self.obligor, limit["count"])
            case "largest-groups":
                return self.largest(self.group, limit["count"])
            case "region":
                return self.largest(self.region, 1)
            case "effective-number":
                return self.effective()
            case "stage":
                return self.on_nodes(self.stage(limit["stage"])) / self.total
            case "patent-kind":
                mine = [float(row["patent_kind"] == limit["patent_kind"]) for row in self.patents]
                return self.over_patents(mine) / self.over_patents([1.0] * len(mine))
            case "required-nodes":
                return [
                    self.over_patents([float(bool(set(one) & self.below(node))) for one in self.weights])
                    for node in limit["nodes"]
                ]
            case "weighted-score" | "weighted-life":
                column = "score" if limit["kind"] == "weighted-score" else "remaining_life"
                mean = [float(row[column]) * one for row, one in zip(self.patents, appraised, strict=True)]
                return self.over_patents(mean) / self.over_patents(appraised)
            case "advance-rate":
                return self.total / self.over_patents(appraised)
            case "maturity":
                after = [float(one > limit["after"].isoformat()) for one in self.maturity]
                return self.amounts @ np.array(after) / self.total
        raise KeyError(limit["kind"])
