"""Candidate tables with many empty cells, and values on and beside every bound."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from securitize.definitions.loading import load_build
from securitize.definitions.pools.build import Build
from securitize.library.find import find_build
from securitize.pooling.assessment import Assessment, score_and_screen
from securitize.pooling.candidates.columns import schema
from securitize.pooling.candidates.read import Candidates
from securitize.pooling.chains.placement import Placement, from_dense
from securitize.pooling.screens.findings import data
from securitize.pooling.valuations import PatentValuations, value_patents

Rows = list[dict[str, Any]]
DAY = dt.timedelta(days=1)


def table(name: str, rows: Rows) -> Any:
    wanted = schema(name)
    return pa.Table.from_pylist(
        [{"row": k + 2, **row} for k, row in enumerate(rows)],
        schema=wanted,
    )


class Drawn:
    """Thirty patents, eight companies, ten contracts, and a build file that asks something of them."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.build = self._build()
        self.companies = [self._company(k) for k in range(8)]
        self.contracts = [self._contract(k) for k in range(10)]
        self.patents = [self._patent(k) for k in range(30)]
        self.candidates = Candidates(
            patents=table("patents", self.patents),
            companies=table("companies", self.companies),
            contracts=table("contracts", self.contracts),
            legal_events=table("legal_events", []),
            comparables=table("comparables", []),
            changes=pa.table({}),
            problems=(),
            counts={},
            digests={},
        )
        draws = self.random.random(30)[:, None]
        weights = np.where(draws > 0.7, [0.5, 0.5], np.where(draws > 0.15, [0.0, 1.0], [0.0, 0.0]))
        self.placement: Placement = from_dense(
            ("n0", "n1"), weights, np.zeros((30, 2), np.bool_), np.zeros(30, np.uint8)
        )
        self.valued: PatentValuations = value_patents(self.build, self.candidates.patents)

    def judged(self) -> Assessment:
        return score_and_screen(self.build, self.candidates, self.placement, self.valued)

    def _one(self, *values: Any, empty: float = 0.2) -> Any:
        return None if self.random.random() < empty else values[int(self.random.integers(len(values)))]

    def _build(self) -> Build:
        build = load_build(find_build("lithium-battery")).model
        screens = sorted(data("reasons"))
        waived = {name: "agreed" for name in screens if self.random.random() < 0.08}
        return build.model_copy(
            update={
                "screens": build.screens.model_copy(
                    update={
                        "preset": self._one("nanjing-2022", empty=0.3),
                        "unknown": self._one("fail", "warn", empty=0),
                        "buffer_months": self._one(0, 2, 6, empty=0),
                        "minimum_score": self._one(0, 4_000_000_000, 5_500_000_000, empty=0),
                        "chain_only": bool(self.random.random() < 0.6),
                        "patent_kinds": self._one(("invention",), ("invention", "utility-model"), empty=0),
                        "waived": waived,
                    }
                ),
                "score": build.score.model_copy(
                    update={
                        "purpose": self._one("pledge", "licence", "transfer", empty=0),
                        "minimum_coverage": self._one(0, 50_000_000, 90_000_000, empty=0),
                        "weights": self._one({}, {"claims": 300_000_000, "revenue": 0}, empty=0),
                        "company_weights": self._one({}, {"debt": 0, "growth": 5_000_000_000}, empty=0),
                    }
                ),
            }
        )

    def _company(self, k: int) -> dict[str, Any]:
        last = self._one(500_000_000, 499_999_999, 2_000_000_000, 1_999_999_999, 1_728_000_000, 0)
        before = self._one(1_440_000_000, 1_440_000_001, 0, 500_000_000)
        return {
            "company": f"c{k}",
            "registered_capital": self._one(500_000_000, 499_999_999, 10**9),
            "paid_in_capital": self._one(500_000_000, 499_999_999, 10**9),
            "revenue": last,
            "revenue_before": before,
            "revenue_two_before": self._one(1_200_000_000, 1_200_000_001, 10**8),
            "debt_ratio": self._one(50_000_000, 50_000_001, 70_000_000, 70_000_001, 10**7),
            "research_spending": self._one(10**7, 10**8, 0),
            "research_staff": self._one(3, 30),
            "staff": self._one(0, 50, 100),
            "policy_industry": self._one(True, False),
            "default_record": self._one(True, False, False, False, False),
            "shell": self._one(True, False, False, False, False),
            "related_to_originator": self._one(True, False, False, False, False),
            "negative_list": self._one(True, False, False, False, False),
        }

    def _contract(self, k: int) -> dict[str, Any]:
        final = self.build.legal_final
        return {
            "contract": f"k{k}",
            "company": f"c{self._one(*range(9), empty=0)}",
            "kind": self._one("pledged-loan", empty=0.05),
            "amount": self._one(10**9, 0, empty=0.05),
            "rate": self._one(4_000_000, empty=0.05),
            "start": self._one(dt.date(2025, 7, 31), empty=0.05),
            "maturity": self._one(final, final + DAY, final - 100 * DAY, empty=0.05),
            "every": self._one("6M", empty=0.05),
            "repayment": self._one("bullet", empty=0.05),
        }

    def _patent(self, k: int) -> dict[str, Any]:
        kind = self._one("invention", "utility-model", "design", empty=0.1)
        ends = [dt.date(2029, 12, 31), dt.date(2030, 2, 28), dt.date(2030, 6, 30)]
        expiry = self._one(*ends, *(end - DAY for end in ends), dt.date(2038, 1, 1), empty=0.1)
        filing = self._one(*(dt.date(2012 + y, 3, 1) for y in range(12)), dt.date(2015, 6, 30), empty=0.05)
        contract = self._one(*self.contracts, empty=0.15)
        owner = (
            contract["company"] if contract and self.random.random() < 0.8 else self._one("c0", "c1", "c2")
        )
        return {
            "publication_number": f"CN1{k:08d}B",
            "patent_kind": kind,
            "filing_date": filing,
            "expiry_date": expiry,
            "ipc": self._one(["H01M10/0525"], ["H01M4/36", "C01B32/05", "H01M10/42"], []),
            "company": owner,
            "contract": contract["contract"] if contract else self._one("k99", empty=0.7),
            "legal_status": self._one("in-force", "in-force", "in-force", "lapsed", "pending", empty=0.1),
            "pledged": self._one(True, False, False),
            "licence": self._one("none", "none", "none", "exclusive", "sole", "ordinary", "open"),
            "preserved": self._one(True, False, False, False, False),
            "partly_invalid": self._one(True, False, False, False, False),
            "claims": self._one(1, 3, 6, 12, 50),
            "independent_claims": self._one(1, 2, 5),
            "challenges": self._one(0, 1, 3),
            "litigations": self._one(0, 2),
            "family_size": self._one(1, 2, 9),
            "foreign_family": self._one(True, False),
            "forward_citations": self._one(0, 5, 30, 100),
            "inventors": self._one(1, 4),
            "licences": self._one(0, 2),
            "pledges": self._one(0, 1, 5),
            "pledge_amount": self._one(500_000_000, 499_999_999),
            "award": self._one("prize", empty=0.9),
            "standard": self._one("GB/T 1", empty=0.9),
            "revenue": self._one(0, 10**8, 123_456_789_00, 10**11),
            "contribution": self._one(0, 10**6, 4_000_000),
            "cost": self._one(10**7, empty=0.5),
        }
