"""From candidates that passed the screens to the arrays that selection works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.patents.life import KINDS
from securitize.pooling.columns import NO_DAY, coded, positions
from securitize.pooling.portfolio import STAGES, Portfolio
from securitize.pooling.profiles import CandidateProfiles

#: A patent's score in a portfolio: thousandths of a point.
SCORE_UNITS = 1000


@dataclass(frozen=True)
class Eligible:
    """A portfolio, and where its contracts and patents stand among the candidates.

    contracts, patents : places among the candidates
    """

    portfolio: Portfolio
    contracts: NDArray[np.int64]
    patents: NDArray[np.int64]


def eligible(profiles: CandidateProfiles) -> Eligible:
    """What may be chosen: contracts that passed, with those of their patents that passed and have a value."""
    contract_of = positions(profiles.contract_keys, profiles.patents.texts("contract"))
    contract_rows = np.flatnonzero(profiles.assessment.contract_passes)
    place = np.full(len(profiles.contract_keys) + 1, -1, np.int64)
    place[contract_rows] = np.arange(len(contract_rows))
    patent_rows = np.flatnonzero(profiles.assessment.patent_passes & (place[contract_of] >= 0))
    return Eligible(
        _portfolio(profiles, contract_rows, patent_rows, place[contract_of]), contract_rows, patent_rows
    )


def _portfolio(profiles: CandidateProfiles, rows: Int64, patents: Int64, contract: Int64) -> Portfolio:
    table, candidates, valuations = profiles.contracts, profiles.patents, profiles.valuations
    amount = table.whole("amount", 0)[rows]
    owes = positions(profiles.company_keys, table.texts("company"))[rows]
    companies = profiles.companies
    names = companies.texts("company")
    groups = [group or f"company:{name}" for group, name in zip(companies.texts("group"), names, strict=True)]
    group_names, group = coded(groups)
    region_names, region = coded([text or "unknown" for text in companies.texts("region")])
    _, family = coded([text or f"patent:{k}" for k, text in enumerate(candidates.texts("family"))])
    score = profiles.assessment.score
    known = ~np.isnan(score)
    points = np.where(known, np.rint(np.where(known, score, 0) * SCORE_UNITS), -1).astype(np.int64)
    kept = np.zeros(candidates.rows, np.bool_)
    kept[patents] = True
    inside = np.cumsum(kept) - 1
    entries = kept[profiles.placement.owners]
    owners = profiles.placement.owners[entries]
    maturity = table.days("maturity")[rows]
    return Portfolio(
        contract_names=tuple(profiles.contract_keys[k] for k in rows),
        amount=amount,
        lot=table.whole("lot", 0)[rows],
        least=table.whole("least", 0)[rows],
        obligor=owes,
        group=group[owes],
        region=region[owes],
        maturity=np.where(maturity == NO_DAY, 0, maturity),
        spread=table.whole("spread", 0)[rows],
        patent_names=tuple(profiles.patent_keys[k] for k in patents),
        contract=contract[patents],
        kind=positions(list(KINDS), candidates.texts("patent_kind"))[patents],
        appraised=valuations.appraised[patents],
        pledge_bank=valuations.pledge_bank[patents],
        liquidation=valuations.liquidation[patents],
        score=points[patents],
        life=np.maximum(np.where(valuations.expiry == NO_DAY, 0, valuations.expiry - _as_of(profiles)), 0)[
            patents
        ],
        family=family[patents],
        place_patent=inside[owners],
        place_node=profiles.placement.nodes[entries].astype(np.int64),
        place_weight=_whole_weights(owners, profiles.placement.weights[entries]),
        obligor_names=tuple(names),
        group_names=group_names,
        region_names=region_names,
        node_names=tuple(profiles.chain.nodes),
        node_stage=_stages(profiles),
        node_parent=positions(
            list(profiles.chain.nodes), [node.parent or "" for node in profiles.chain.nodes.values()]
        ),
    )


def _as_of(profiles: CandidateProfiles) -> int:
    return int(np.datetime64(profiles.build.as_of, "D").astype(np.int64))


def _whole_weights(owners: Int64, weights: NDArray[np.float64]) -> Int64:
    """Weights in units of 1e-8, cumulatively rounded so that those of each patent sum to RATE_UNITS."""
    found = np.zeros(len(owners), np.int64)
    before = running = 0.0
    last = -1
    for k, owner in enumerate(owners.tolist()):
        if owner != last:
            before, running, last = 0.0, 0.0, owner
        running += float(weights[k])
        found[k] = round(min(running, 1.0) * RATE_UNITS) - round(min(before, 1.0) * RATE_UNITS)
        before = running
    return found


def _stages(profiles: CandidateProfiles) -> NDArray[np.int64]:
    """Stage of each node: its own, else that of the nearest node above; -1 where none says it."""
    found = []
    for node in profiles.chain.nodes.values():
        at = node
        while at.stage is None and at.parent:
            at = profiles.chain.nodes[at.parent]
        found.append(STAGES.index(at.stage) if at.stage else -1)
    return np.array(found, np.int64)
