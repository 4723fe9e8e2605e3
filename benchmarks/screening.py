"""Seconds and memory of a million candidate patents: placed on a chain, valued, scored and screened.

    python -m benchmarks.screening [PATENTS]

The patents of benchmarks.classification, with dates, status, owners, claims, revenue and the other columns that scores
and screens read, a tenth of the cells empty; 600 companies, 2,000 contracts; the build file of the lithium-battery
pool.
"""

from __future__ import annotations

import datetime
import sys
import time
from typing import Any

import numpy as np

from benchmarks.classification import CHAIN, PATENTS, drawn, peak
from securitize.definitions.loading import load_build, load_chain
from securitize.library.find import find_build
from securitize.pooling.assessment import score_and_screen
from securitize.pooling.candidates.columns import schema
from securitize.pooling.candidates.read import Candidates
from securitize.pooling.chains.classify import classify
from securitize.pooling.chains.rules import ReadyChain
from securitize.pooling.valuations import value_patents

COMPANIES, CONTRACTS = 600, 2_000


def table(name: str, columns: dict[str, Any], rows: int) -> Any:
    """A canonical table; what is not given is empty."""
    import pyarrow as pa

    wanted = schema(name)
    columns = {"row": pa.array(np.arange(2, rows + 2)), **columns}
    return pa.table(
        [
            columns[field.name].cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
            for field in wanted
        ],
        schema=wanted,
    )


def candidates(count: int) -> Candidates:
    """Candidates with every column that is read."""
    import pyarrow as pa

    ipc, titles = drawn(count)
    random = np.random.Generator(np.random.Philox(7))

    def some(values: Any) -> Any:
        return pa.array(values, mask=random.random(len(values)) < 0.1)

    def words(choices: list[str], shares: list[float]) -> Any:
        return pa.array(choices).take(pa.array(random.choice(len(choices), count, p=shares)))

    def names(letter: str, among: int, rows: int) -> Any:
        return pa.array([f"{letter}{k}" for k in range(among)]).take(
            pa.array(random.integers(0, among, rows))
        )

    filing = random.integers(12_000, 20_000, count).astype("datetime64[D]")
    patents: dict[str, Any] = {
        "publication_number": pa.array([f"CN{190_000_000 + k}B" for k in range(count)]),
        "patent_kind": words(["invention", "utility-model"], [0.6, 0.4]),
        "filing_date": some(filing),
        "grant_date": some(filing + random.integers(300, 1500, count)),
        "title": titles,
        "ipc": ipc,
        "company": names("c", COMPANIES, count),
        "contract": names("k", CONTRACTS, count),
        "legal_status": words(["in-force", "lapsed", "expired"], [0.7, 0.2, 0.1]),
        "pledged": some(random.random(count) < 0.05),
        "licence": words(["none", "exclusive", "ordinary"], [0.9, 0.03, 0.07]),
        "foreign_family": some(random.random(count) < 0.2),
    }
    for name in (
        "claims",
        "independent_claims",
        "forward_citations",
        "inventors",
        "family_size",
        "licences",
        "pledges",
    ):
        patents[name] = some(random.integers(1, 12, count))
    patents["revenue"] = some(random.integers(10**8, 10**10, count))
    patents["contribution"] = some(random.integers(10**5, 5 * 10**6, count))
    patents["cost"] = some(random.integers(10**7, 10**8, count))
    companies = {"company": pa.array([f"c{k}" for k in range(COMPANIES)])} | {
        name: pa.array(random.integers(10**8, 10**10, COMPANIES))
        for name in (
            "registered_capital",
            "paid_in_capital",
            "revenue",
            "revenue_before",
            "revenue_two_before",
        )
    }
    contracts = {
        "contract": pa.array([f"k{k}" for k in range(CONTRACTS)]),
        "company": names("c", COMPANIES, CONTRACTS),
        "amount": pa.array(random.integers(10**8, 10**10, CONTRACTS)),
        "rate": pa.array(random.integers(3 * 10**6, 6 * 10**6, CONTRACTS)),
        "start": pa.array(np.full(CONTRACTS, "2025-07-31", "datetime64[D]")),
        "maturity": pa.array(np.full(CONTRACTS, "2028-07-31", "datetime64[D]")),
        **{
            name: pa.array([word] * CONTRACTS)
            for name, word in (("kind", "pledged-loan"), ("every", "6M"), ("repayment", "bullet"))
        },
    }
    empty = pa.table({})
    return Candidates(
        patents=table("patents", patents, count),
        companies=table("companies", companies, COMPANIES),
        contracts=table("contracts", contracts, CONTRACTS),
        legal_events=empty,
        comparables=empty,
        changes=empty,
        problems=(),
        counts={},
        digests={},
    )


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PATENTS
    build = load_build(find_build("lithium-battery")).model
    chain = ReadyChain(load_chain(CHAIN).model)
    given = candidates(count)
    classify(chain, given.patents["ipc"][:1000], given.patents["title"][:1000])
    before, times = peak(), [time.perf_counter()]
    placement = classify(chain, given.patents["ipc"], given.patents["title"])
    times.append(time.perf_counter())
    valued = value_patents(build, given.patents)
    times.append(time.perf_counter())
    judged = score_and_screen(build, given, placement, valued)
    times.append(time.perf_counter())
    today = datetime.date.today().isoformat()
    print(f"{today}  {count:,} patents, {COMPANIES:,} companies, {CONTRACTS:,} contracts")
    names = ("placed", "valued", "scored and screened")
    for name, one, other in zip(names, times[:-1], times[1:], strict=True):
        print(f"{name:<24}{other - one:>10.1f} s{count / (other - one):>14,.0f} a second")
    print(f"{'all':<24}{times[-1] - times[0]:>10.1f} s{count / (times[-1] - times[0]):>14,.0f} a second")
    print(f"{len(judged.findings):,} findings, {int(judged.patent_passes.sum()):,} patents pass")
    print(f"peak memory {peak():.0f} MiB, of which the patents themselves and libraries {before:.0f} MiB")


if __name__ == "__main__":
    main()
