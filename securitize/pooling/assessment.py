"""Scores and screens of candidates, and what they say of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.closed import complete
from securitize.base.money import RATE_UNITS
from securitize.definitions.pools.build import Build
from securitize.pooling.candidates.read import Candidates
from securitize.pooling.chains.placement import Placement
from securitize.pooling.columns import Columns, positions
from securitize.pooling.scores.companies import company_values, grades
from securitize.pooling.scores.indicators import Indicator, Score, indicators, score
from securitize.pooling.scores.patents import high_value, patent_values
from securitize.pooling.screens.companies import screen_companies
from securitize.pooling.screens.contracts import screen_contracts, screen_patents_of_contracts
from securitize.pooling.screens.findings import Findings, Subject, data, is_fatal
from securitize.pooling.screens.patents import screen_patents, screen_title
from securitize.pooling.valuations import PatentValuations

#: What counts as a higher pledge financing, minor units: no threshold was published. Assumed.
PLEDGE_FROM = 5_000_000 * 100


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What an indicator adds to a score; points and contribution None where it is unknown."""

    subject: str
    key: str
    indicator: str
    points: float | None
    weight: float
    contribution: float | None


@dataclass(frozen=True)
class Assessment:
    """What scores and screens say; scores NaN where too little is known, (patents,) or (companies,)."""

    score: Float64
    score_low: Float64
    score_coverage: Float64
    high_value: Int64
    high_value_unknown: Int64
    company_score: Float64
    company_coverage: Float64
    company_grade: list[str]
    findings: Findings
    patent_passes: NDArray[np.bool_]
    company_passes: NDArray[np.bool_]
    contract_passes: NDArray[np.bool_]
    _scores: Mapping[Subject, Score]

    @property
    def indicators(self) -> Iterator[ScorePart]:
        """Every part of every score, made when it is read: there may be millions."""
        for subject, scored in self._scores.items():
            yield from _parts(subject, self.findings.keys[subject], scored)


def score_and_screen(
    build: Build, candidates: Candidates, placement: Placement, valuations: PatentValuations
) -> Assessment:
    """Score and screen every candidate of a build that ``check_build`` has passed."""
    patents, companies = Columns(candidates.patents), Columns(candidates.companies)
    contracts = Columns(candidates.contracts)
    as_of = int(np.datetime64(build.as_of, "D").astype(np.int64))
    patent_score = _patent_score(build, patents, placement, valuations)
    owner = positions(companies.texts("company"), patents.texts("company"))
    using = indicators("company_score")
    values = company_values(companies, patents, owner, patent_score.score, as_of)
    weights = _weights(using, "all", build.score.company_weights)
    company_score = score(using, values, weights, build.score.minimum_coverage / RATE_UNITS)
    met, unknown = high_value(patents, placement.placed, as_of, PLEDGE_FROM)
    findings = _screened(
        build, patents, companies, contracts, placement, valuations, patent_score.score, owner
    )
    return Assessment(
        score=patent_score.score,
        score_low=patent_score.low,
        score_coverage=patent_score.coverage,
        high_value=met,
        high_value_unknown=unknown,
        company_score=company_score.score,
        company_coverage=company_score.coverage,
        company_grade=grades(company_score.score),
        findings=findings,
        patent_passes=findings.passes["patent"],
        company_passes=findings.passes["company"],
        contract_passes=findings.passes["contract"],
        _scores={"patent": patent_score, "company": company_score},
    )


def _patent_score(
    build: Build, patents: Columns, placement: Placement, valuations: PatentValuations
) -> Score:
    using = indicators("patent_score")
    largest = np.zeros(patents.rows)
    np.maximum.at(largest, placement.owners, placement.weights)
    weights = _weights(using, build.score.purpose, build.score.weights)
    values = patent_values(patents, valuations.legal_years, largest)
    return score(using, values, weights, build.score.minimum_coverage / RATE_UNITS)


def _weights(using: tuple[Indicator, ...], purpose: str, own: dict[str, int]) -> dict[str, float]:
    """Those that ship, and in their place those of the build file (units of 1e-8)."""
    shipped = {each.name: each.weight(purpose) for each in using}
    return shipped | {name: weight / RATE_UNITS for name, weight in own.items()}


def _screened(
    build: Build,
    patents: Columns,
    companies: Columns,
    contracts: Columns,
    placement: Placement,
    valuations: PatentValuations,
    points: Float64,
    owner: Int64,
) -> Findings:
    terms = build.screens
    rules = data("presets")[terms.preset] if terms.preset else None
    keys: Mapping[Subject, list[str]] = complete(
        Subject,
        {
            "patent": patents.texts("publication_number"),
            "company": companies.texts("company"),
            "contract": contracts.texts("contract"),
        },
    )
    behind = positions(keys["contract"], patents.texts("contract"))
    owes = positions(keys["company"], contracts.texts("company"))
    findings = Findings(keys, terms.waived, is_fatal(terms.unknown))
    screen_patents(build, patents, valuations.expiry, placement.placed, valuations.known, points, findings)
    screen_title(patents, contracts, behind, findings)
    screen_companies(companies, patents, owner, valuations.legal_years, rules, findings)
    screen_contracts(build, contracts, owes, behind, findings)
    screen_patents_of_contracts(patents, behind, findings)
    return findings


def _parts(subject: str, keys: Sequence[str], found: Score) -> Iterator[ScorePart]:
    contributions = found.contributions
    for k, key in enumerate(keys):
        for i, name in enumerate(found.names):
            points = float(found.points[k, i])
            known = not np.isnan(points)
            added = float(contributions[k, i]) if known else None
            yield ScorePart(subject, key, name, points if known else None, float(found.weights[i]), added)
