"""What became of each candidate: in the pool, or why not."""

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
    rows = Rows(
        "publication_number", "application_number", "row", "status", "reason", "reasons", "company", "contract", "unit",
        "title", "patent_kind", "node", "node_weight", "ambiguous", "stage", "remaining_life", "score", "score_low",
        "score_coverage", "high_value_classes", "high_value_unknown", "currency", "appraised", "pledge_bank",
        "liquidation", "synthetic",
    )  # fmt: skip
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
            key, columns["application_number"][k] or None, int(file_rows[k]), status, reason, reasons,
            columns["company"][k] or None, columns["contract"][k] or None, assembled.unit_name(k), columns["title"][k],
            columns["patent_kind"][k] or None, codes[node] if node >= 0 else NOTHING,
            profiles.placement.of(k)[codes[node]] if node >= 0 else None,
            bool(profiles.placement.flags[k] & AMBIGUOUS), _stage(assembled, node), life(assembled, k),
            ratio(assessment.score[k]), ratio(assessment.score_low[k]), float(assessment.score_coverage[k]),
            int(assessment.high_value[k]), int(assessment.high_value_unknown[k]), profiles.build.currency,
            int(valuation.appraised[k]) if known else None, int(valuation.pledge_bank[k]) if known else None,
            int(valuation.liquidation[k]) if known else None, bool(synthetic[k]) or profiles.build.synthetic,
        )  # fmt: skip
    return rows.columns


def pool(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a patent of the pool."""
    rows = Rows(
        "publication_number", "contract", "obligor", "title", "patent_kind", "node", "stage", "region", "expiry",
        "remaining_life", "score", "high_value_classes", "currency", "appraised", "pledge_bank", "liquidation",
        "synthetic",
    )  # fmt: skip
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
            profiles.patent_keys[k], contract[k], obligor, title[k], kind[k], codes[node] if node >= 0 else NOTHING,
            _stage(assembled, node), region[obligor], expiry_day(assembled, k), life(assembled, k),
            ratio(assessment.score[k]), int(assessment.high_value[k]), profiles.build.currency,
            int(valuation.appraised[k]), int(valuation.pledge_bank[k]), int(valuation.liquidation[k]),
            bool(synthetic[k]) or profiles.build.synthetic,
        )  # fmt: skip
    return rows.columns


def contracts(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a candidate contract."""
    rows = Rows(
        "contract", "obligor", "row", "status", "reason", "reasons", "kind", "start", "maturity", "patents",
        "currency", "amount", "taken", "appraised", "advance_rate", "spread", "synthetic",
    )  # fmt: skip
    profiles, table = assembled.profiles, assembled.profiles.contracts
    words = {name: table.texts(name) for name in ("company", "kind")}
    start, maturity, spread = table.days("start"), table.days("maturity"), table.whole("spread", -1)
    amount, synthetic, file_rows = table.whole("amount", 0), table.flags("synthetic"), table.whole("row", 0)
    for k, key in enumerate(profiles.contract_keys):
        status, reason, reasons = assembled.contract_outcome(k)
        behind = assembled.patents_behind(k)
        value = sum(int(profiles.valuations.appraised[p]) for p in behind)
        rows.add(
            key, words["company"][k], int(file_rows[k]), status, reason, reasons, words["kind"][k], day(int(start[k])),
            day(int(maturity[k])), len(behind), profiles.build.currency, int(amount[k]), int(assembled.taken[k]),
            value, int(amount[k]) / value if value else None, int(spread[k]) if spread[k] >= 0 else None,
            bool(synthetic[k]) or profiles.build.synthetic,
        )  # fmt: skip
    return rows.columns


def companies(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a candidate company."""
    rows = Rows(
        "company", "name", "row", "status", "reason", "reasons", "region", "group", "score", "score_coverage", "grade",
        "patents", "currency", "taken", "synthetic",
    )  # fmt: skip
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
            key, name[k], int(file_rows[k]), status, reason, reasons, region[k], group[k],
            ratio(assessment.company_score[k]), float(assessment.company_coverage[k]),
            assessment.company_grade[k] or None, int((owner == k).sum()),
            profiles.build.currency, int(assembled.taken[owes == k].sum()),
            bool(synthetic[k]) or profiles.build.synthetic,
        )  # fmt: skip
    return rows.columns
