"""Candidates with everything that is known of them before selection."""

from __future__ import annotations

from dataclasses import dataclass

from securitize.definitions.chains.chain import Chain
from securitize.definitions.pools.build import Build
from securitize.pooling.assessment import Assessment, score_and_screen
from securitize.pooling.candidates.read import Candidates
from securitize.pooling.chains.classify import classify
from securitize.pooling.chains.placement import Placement
from securitize.pooling.chains.rules import ReadyChain
from securitize.pooling.columns import Columns
from securitize.pooling.valuations import PatentValuations, value_patents


@dataclass(frozen=True)
class CandidateProfiles:
    """Candidates, placed on their chain, valued, scored and screened.

    patents, companies, contracts : the canonical tables by column
    company_of, contract_of       : (patents,) place of the company and the contract; -1 where there is none
    owes                          : (contracts,) place of the company
    """

    build: Build
    chain: Chain
    candidates: Candidates
    patents: Columns
    companies: Columns
    contracts: Columns
    placement: Placement
    valuations: PatentValuations
    assessment: Assessment
    company_keys: list[str]
    contract_keys: list[str]
    patent_keys: list[str]


def profile(build: Build, chain: Chain, candidates: Candidates) -> CandidateProfiles:
    """Place, value, score and screen candidates."""
    patents = Columns(candidates.patents)
    placement = classify(
        ReadyChain(chain),
        candidates.patents.column("ipc"),
        candidates.patents.column("title"),
        candidates.patents.column("abstract"),
    )
    valuations = value_patents(build, candidates.patents, candidates.comparables)
    companies, contracts = Columns(candidates.companies), Columns(candidates.contracts)
    return CandidateProfiles(
        build=build,
        chain=chain,
        candidates=candidates,
        patents=patents,
        companies=companies,
        contracts=contracts,
        placement=placement,
        valuations=valuations,
        assessment=score_and_screen(build, candidates, placement, valuations),
        company_keys=companies.texts("company"),
        contract_keys=contracts.texts("contract"),
        patent_keys=patents.texts("publication_number"),
    )
