"""docs/reference/screens-and-scores.md once more: candidate by candidate, plain Python, rows in and words out."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import securitize.pooling.scores as scores_package
from tests.pooling.screens.drawn_candidates import Drawn

Found = set[tuple[str, str, str, str]]
FOLDER = Path(scores_package.__file__).parent


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def month_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


class Page:
    """What the page says of drawn candidates."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn, self.build = drawn, drawn.build
        self.terms = drawn.build.screens
        self.scores = [self.patent_score(k) for k in range(len(drawn.patents))]
        self.found: Found = set()
        self.out: set[tuple[str, str]] = set()
        for k in range(len(drawn.patents)):
            self.patent(k)
        for row in drawn.companies:
            self.company(row)
        for row in drawn.contracts:
            self.contract(row)
        for row in drawn.patents:
            contract = row["contract"]
            if ("contract", contract) in self.out:
                self.tell("patent", row["publication_number"], "contract-screened-out", True)

    def tell(self, subject: str, key: str, screen: str, fails: bool | None) -> None:
        """None where it cannot be decided."""
        if fails is False:
            return
        self.found.add((subject, key, screen, "unknown" if fails is None else "fail"))
        if screen not in self.terms.waived and (fails or self.terms.unknown == "fail"):
            self.out.add((subject, key))

    # Patents

    def expiry(self, k: int) -> dt.date | None:
        days = int(self.drawn.valued.expiry[k])
        return None if days == -(2**63) else dt.date(1970, 1, 1) + dt.timedelta(days=days)

    def patent(self, k: int) -> None:
        row = self.drawn.patents[k]
        key = row["publication_number"]

        def tell(screen: str, fails: bool | None) -> None:
            self.tell("patent", key, screen, fails)

        status = row["legal_status"]
        tell("not-in-force", None if status is None else status != "in-force")
        tell("court-preservation", bool(row["preserved"]))
        tell("partly-invalid", bool(row["partly_invalid"]))
        tell("licensed-exclusively", row["licence"] in ("exclusive", "sole"))
        tell("open-licence", row["licence"] == "open")
        silent = row["pledged"] is None
        tell("pledged-before", None if silent and status == "in-force" else bool(row["pledged"]))
        end, least = self.expiry(k), month_later(self.build.legal_final, self.terms.buffer_months)
        tell("remaining-life-too-short", None if end is None else end < least)
        kind = row["patent_kind"]
        tell("kind-not-admitted", None if kind is None else kind not in self.terms.patent_kinds)
        tell("off-the-chain", self.terms.chain_only and not self.drawn.placement.of(k))
        dated = row["filing_date"] is not None and end is not None
        earns = row["revenue"] is not None and row["contribution"] is not None
        tell("no-value", not (dated and (earns or row["cost"] is not None)))
        score, least_score = self.scores[k][0], self.terms.minimum_score / 1e8
        if least_score > 0:
            tell("score-too-low", None if score is None else score < least_score)
        tell("no-contract", row["contract"] is None)
        if row["contract"] is not None:
            owes = {one["contract"]: one["company"] for one in self.drawn.contracts}.get(row["contract"])
            same = row["company"] == owes
            tell(
                "title-not-clear",
                None
                if not same and row["company"] is None and owes
                else not same and row["company"] is not None,
            )

    # Companies and contracts

    def company(self, row: dict[str, Any]) -> None:
        def tell(screen: str, fails: bool | None) -> None:
            self.tell("company", row["company"], screen, fails)

        for screen, column in (
            ("default-record", "default_record"),
            ("related-party", "related_to_originator"),
            ("shell-company", "shell"),
            ("negative-list", "negative_list"),
        ):
            tell(screen, row[column])
        if self.terms.preset is None:
            return
        capital = [row["registered_capital"], row["paid_in_capital"]]
        small = any(each is not None and each < 5_000_000_00 for each in capital)
        tell("capital-too-small", True if small else None if None in capital else False)
        counts = {"invention": 0, "utility-model": 0, "design": 0}
        for k, patent in enumerate(self.drawn.patents):
            own = patent["company"] == row["company"] and patent["legal_status"] == "in-force"
            if own and patent["patent_kind"] and (self.years(k) or 0) >= 3:
                counts[patent["patent_kind"]] += 1
        tell("too-few-patents", counts["invention"] < 3 and counts["utility-model"] < 5)
        tell("revenue-too-small", self.small_revenue(row))
        most = 0.7 if row["policy_industry"] else 0.5
        debt = row["debt_ratio"]
        tell("debt-too-high", None if debt is None else debt > round(most * 1e8))

    def years(self, k: int) -> float | None:
        years = float(self.drawn.valued.legal_years[k])
        return None if math.isnan(years) else years

    @staticmethod
    def small_revenue(row: dict[str, Any]) -> bool | None:
        last, before, first = (row[name] for name in ("revenue", "revenue_before", "revenue_two_before"))
        least = 5_000_000_00 if row["policy_industry"] else 20_000_000_00
        if last is None:
            return None
        if last >= least:
            return False
        if row["policy_industry"]:
            return True

        def grew(after: int, base: int) -> bool:
            return base > 0 and after * 10 >= base * 12

        pairs = [(last, before), (before, first)]
        told = [grew(after, base) for after, base in pairs if after is not None and base is not None]
        if before == 0 or not all(told):
            return True
        return None if len(told) < 2 else False

    def contract(self, row: dict[str, Any]) -> None:
        def tell(screen: str, fails: bool) -> None:
            self.tell("contract", row["contract"], screen, fails)

        words = ("kind", "every", "repayment", "start", "maturity", "rate")
        tell("terms-incomplete", any(row[name] is None for name in words) or not row["amount"])
        tell("company-screened-out", ("company", row["company"]) in self.out)
        own = [one["publication_number"] for one in self.drawn.patents if one["contract"] == row["contract"]]
        tell("no-eligible-patent", all(("patent", key) in self.out for key in own))
        tell(
            "ends-after-legal-final", row["maturity"] is not None and row["maturity"] > self.build.legal_final
        )

    # Scores

    def patent_score(self, k: int) -> tuple[float | None, float, float]:
        """Score, score with every unknown at 0, coverage."""
        row, drawn = self.drawn.patents[k], self.drawn
        kinds = {"design": 0, "utility-model": 1, "invention": 2}
        anybody = any(one["standard"] for one in drawn.patents)
        subclasses = {symbol[:4] for symbol in row["ipc"] or ()}
        values: dict[str, float | None] = {
            "remaining-life": self.years(k),
            "claims": row["claims"],
            "independent-claims": row["independent_claims"],
            "kind": kinds.get(row["patent_kind"]),
            "survived-challenges": row["challenges"],
            "litigations": row["litigations"],
            "family-size": row["family_size"],
            "forward-citations": row["forward_citations"],
            "inventors": row["inventors"],
            "breadth": len(subclasses) or None,
            "chain-fit": max(drawn.placement.of(k).values(), default=0.0),
            "standard": 1 if row["standard"] else 0 if anybody else None,
            "revenue": None if row["revenue"] is None else row["revenue"] / 1e8,
            "contribution": None if row["contribution"] is None else row["contribution"] / 1e8,
            "licences": row["licences"],
            "pledges": row["pledges"],
        }
        weights = {
            name: told["weights"][self.build.score.purpose]
            for name, told in toml("patent_score.toml").items()
        }
        return self.score("patent_score.toml", values, weights, self.build.score.weights)

    def score(
        self, file: str, values: dict[str, float | None], weights: dict[str, float], own: dict[str, int]
    ) -> tuple[float | None, float, float]:
        weights = weights | {name: value / 1e8 for name, value in own.items()}
        whole = sum(weights.values())
        known = points = 0.0
        for name, told in toml(file).items():
            value = values[name]
            if value is not None:
                known += weights[name]
                points += weights[name] * along(told["anchors"], value)
        coverage = known / whole
        enough = coverage > 0 and coverage >= self.build.score.minimum_coverage / 1e8 - 1e-9
        return (points / known if enough else None), points / whole, coverage

    def company_score(self, row: dict[str, Any]) -> tuple[float | None, float, float]:
        own = [(k, one) for k, one in enumerate(self.drawn.patents) if one["company"] == row["company"]]
        force = [one["patent_kind"] for _, one in own if one["legal_status"] == "in-force"]
        scored = [self.scores[k][0] for k, _ in own if self.scores[k][0] is not None]
        years = {
            (self.build.as_of - one["filing_date"]).days // 365
            for _, one in own
            if one["filing_date"] is not None
        }
        last, before = row["revenue"], row["revenue_before"]
        values = {
            "inventions": force.count("invention"),
            "utility-models": force.count("utility-model"),
            "continuity": sum(0 <= year < 5 for year in years),
            "quality": sum(scored) / len(scored) if scored else None,  # type: ignore[arg-type]
            "research-intensity": share(row["research_spending"], last),
            "research-staff": share(row["research_staff"], row["staff"]),
            "growth": None if last is None or not before else (last - before) / before,
            "debt": None if row["debt_ratio"] is None else row["debt_ratio"] / 1e8,
        }
        weights = {name: told["weights"]["all"] for name, told in toml("company_score.toml").items()}
        return self.score("company_score.toml", values, weights, self.build.score.company_weights)

    def classes(self, k: int) -> tuple[int, int]:
        """High-value classes met, and unknown."""
        row, drawn = self.drawn.patents[k], self.drawn
        if row["patent_kind"] != "invention" or row["legal_status"] != "in-force":
            return 0, 0
        filing = row["filing_date"]
        awards = any(one["award"] for one in drawn.patents)
        told: list[bool | None] = [
            bool(drawn.placement.of(k)),
            row["foreign_family"],
            None if filing is None else (self.build.as_of - filing).days > 10 * 365.25,
            None if row["pledge_amount"] is None else row["pledge_amount"] >= 5_000_000_00,
            True if row["award"] else False if awards else None,
        ]
        return sum(each is True for each in told), sum(each is None for each in told)


def share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole


def along(anchors: list[list[float]], value: float) -> float:
    """Straight lines between anchors, flat beyond."""
    if value <= anchors[0][0]:
        return anchors[0][1]
    for (x, y), (after, top) in pairwise(anchors):
        if value <= after:
            return y + (top - y) * (value - x) / (after - x)
    return anchors[-1][1]
