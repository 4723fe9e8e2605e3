"""The outcome of each candidate: in the pool, or why not."""

from __future__ import annotations

from typing import Any

from securitize.pooling.assemble import Assembled
from securitize.pooling.chains.placement import AMBIGUOUS
from securitize.pooling.columns import positions
from securitize.studies.pool.tables.days import day
from securitize.studies.pool.tables.known import expiry_day, life, ratio
from securitize.tables.rows import Rows

NOTHING = ""


def _stage(assembled: Assembled, node: int) -> str:
    stages = assembled.stage_names
    return stages[node] if node >= 0 else ""


def candidates(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a candidate patent."""
    rows = Rows("candidates")
    profiles = assembled.profiles
    table, assessment, valuation = profiles.patents, profiles.assessment, profiles.valuations
    columns = {
        name: table.texts(name)
        for name in ("application_number", "company", "contract", "title", "patent_kind")
    }
    synthetic, file_rows = table.flags("synthetic"), table.whole("row", 0)
    main = profiles.placement.largest()
    codes = profiles.placement.codes
    for k, key in enumerate(profiles.patent_keys):
        status, reason, reasons = assembled.patent_outcome(k)
        node = int(main[k])
        known = bool(valuation.known[k])
        rows.add(
            publication_number=key,
            application_number=columns["application_number"][k] or None,
            row=int(file_rows[k]),
            status=status,
            reason=reason,
            reasons=reasons,
            company=columns["company"][k] or None,
            contract=columns["contract"][k] or None,
            unit=assembled.unit_name(k),
            title=columns["title"][k],
            patent_kind=columns["patent_kind"][k] or None,
            node=codes[node] if node >= 0 else NOTHING,
            node_weight=profiles.placement.of(k)[codes[node]] if node >= 0 else None,
            ambiguous=bool(profiles.placement.flags[k] & AMBIGUOUS),
            stage=_stage(assembled, node),
            remaining_life=life(assembled, k),
            score=ratio(assessment.score[k]),
            score_low=ratio(assessment.score_low[k]),
            score_coverage=float(assessment.score_coverage[k]),
            high_value_classes=int(assessment.high_value[k]),
            high_value_unknown=int(assessment.high_value_unknown[k]),
            currency=profiles.build.currency,
            appraised=int(valuation.appraised[k]) if known else None,
            pledge_bank=int(valuation.pledge_bank[k]) if known else None,
            liquidation=int(valuation.liquidation[k]) if known else None,
            synthetic=bool(synthetic[k]) or profiles.build.synthetic,
        )
    return rows.columns


def pool(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a patent of the pool."""
    rows = Rows("pool")
    profiles = assembled.profiles
    table, valuation, assessment = profiles.patents, profiles.valuations, profiles.assessment
    contract, title, kind = table.texts("contract"), table.texts("title"), table.texts("patent_kind")
    owes = dict(zip(profiles.contract_keys, profiles.contracts.texts("company"), strict=True))
    region = dict(zip(profiles.company_keys, profiles.companies.texts("region"), strict=True))
    main, codes, synthetic = profiles.placement.largest(), profiles.placement.codes, table.flags("synthetic")
    for k in assembled.pool_patents:
        node = int(main[k])
        obligor = owes[contract[k]]
        rows.add(
            publication_number=profiles.patent_keys[k],
            contract=contract[k],
            obligor=obligor,
            title=title[k],
            patent_kind=kind[k],
            node=codes[node] if node >= 0 else NOTHING,
            stage=_stage(assembled, node),
            region=region[obligor],
            expiry=expiry_day(assembled, k),
            remaining_life=life(assembled, k),
            score=ratio(assessment.score[k]),
            high_value_classes=int(assessment.high_value[k]),
            currency=profiles.build.currency,
            appraised=int(valuation.appraised[k]),
            pledge_bank=int(valuation.pledge_bank[k]),
            liquidation=int(valuation.liquidation[k]),
            synthetic=bool(synthetic[k]) or profiles.build.synthetic,
        )
    return rows.columns


def contracts(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a candidate contract."""
    rows = Rows("candidate_contracts")
    profiles, table = assembled.profiles, assembled.profiles.contracts
    words = {name: table.texts(name) for name in ("company", "kind")}
    start, maturity, spread = table.days("start"), table.days("maturity"), table.whole("spread", -1)
    amount, synthetic, file_rows = table.whole("amount", 0), table.flags("synthetic"), table.whole("row", 0)
    for k, key in enumerate(profiles.contract_keys):
        status, reason, reasons = assembled.contract_outcome(k)
        behind = assembled.patents_behind(k)
        value = sum(int(profiles.valuations.appraised[p]) for p in behind)
        rows.add(
            contract=key,
            obligor=words["company"][k],
            row=int(file_rows[k]),
            status=status,
            reason=reason,
            reasons=reasons,
            kind=words["kind"][k],
            start=day(int(start[k])),
            maturity=day(int(maturity[k])),
            patents=len(behind),
            currency=profiles.build.currency,
            amount=int(amount[k]),
            taken=int(assembled.taken[k]),
            appraised=value,
            advance_rate=int(amount[k]) / value if value else None,
            spread=int(spread[k]) if spread[k] >= 0 else None,
            synthetic=bool(synthetic[k]) or profiles.build.synthetic,
        )
    return rows.columns


def companies(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a candidate company."""
    rows = Rows("candidate_companies")
    profiles, table, assessment = (
        assembled.profiles,
        assembled.profiles.companies,
        assembled.profiles.assessment,
    )
    name, region, group = table.texts("name"), table.texts("region"), table.texts("group")
    synthetic, file_rows = table.flags("synthetic"), table.whole("row", 0)
    owner = positions(profiles.company_keys, profiles.patents.texts("company"))
    owes = positions(profiles.company_keys, profiles.contracts.texts("company"))
    for k, key in enumerate(profiles.company_keys):
        status, reason, reasons = assembled.company_outcome(k)
        rows.add(
            company=key,
            name=name[k],
            row=int(file_rows[k]),
            status=status,
            reason=reason,
            reasons=reasons,
            region=region[k],
            group=group[k],
            score=ratio(assessment.company_score[k]),
            score_coverage=float(assessment.company_coverage[k]),
            grade=assessment.company_grade[k] or None,
            patents=int((owner == k).sum()),
            currency=profiles.build.currency,
            taken=int(assembled.taken[owes == k].sum()),
            synthetic=bool(synthetic[k]) or profiles.build.synthetic,
        )
    return rows.columns
