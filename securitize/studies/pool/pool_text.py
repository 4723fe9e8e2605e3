"""The selected pool as ``pool.toml``."""

from __future__ import annotations

from securitize.pooling.assemble import Assembled
from securitize.pooling.pool_file import PoolContract, PoolObligor, PoolRight, pool_as_toml
from securitize.studies.pool.tables.days import day
from securitize.studies.pool.tables.known import expiry_day


def pool_text(assembled: Assembled) -> str:
    """The definition on which deals run: companies, patents and contracts that were taken."""
    assessed = assembled.profiles
    table, patents, companies = assessed.contracts, assessed.patents, assessed.companies
    words = {name: table.texts(name) for name in ("company", "kind", "every", "repayment", "source")}
    start, maturity, rate = table.days("start"), table.days("maturity"), table.whole("rate", 0)
    inside = set(assembled.pool_patents)
    contracts = []
    for k, key in enumerate(assessed.contract_keys):
        amount = int(assembled.taken[k])
        first, last = day(int(start[k])), day(int(maturity[k]))
        if amount and first is not None and last is not None:
            rights = tuple(assessed.patent_keys[p] for p in assembled.patents_behind(k) if p in inside)
            contracts.append(
                PoolContract(
                    key, words["kind"][k], words["company"][k], rights, first, last, words["every"][k], amount,
                    int(rate[k]), words["repayment"][k], words["source"][k],
                )
            )  # fmt: skip
    owed = {contract.obligor for contract in contracts}
    names, regions, groups = (companies.texts(column) for column in ("name", "region", "group"))
    obligors = [
        PoolObligor(key, names[k], regions[k], groups[k])
        for k, key in enumerate(assessed.company_keys)
        if key in owed
    ]
    titles, kinds, owners = patents.texts("title"), patents.texts("patent_kind"), patents.texts("company")
    owned = [
        PoolRight(assessed.patent_keys[k], titles[k], kinds[k], owners[k], expiry_day(assembled, k))
        for k in assembled.pool_patents
    ]
    return pool_as_toml(assessed.build, obligors, owned, contracts)
