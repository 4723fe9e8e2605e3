"""Screens of contracts."""

from __future__ import annotations

import datetime as dt

from securitize.definitions.pools.build import Build
from securitize.pooling.columns import NO_DAY, Columns
from securitize.pooling.screens.findings import Findings

_EPOCH = dt.date(1970, 1, 1)
#: What the engine needs to know of a contract.
_WORDS = ("kind", "every", "repayment")
_DAYS = ("start", "maturity")


def screen_contracts(build: Build, contracts: Columns, patents: Columns, findings: Findings) -> None:
    """Findings of every contract, after those of companies and patents, which they follow."""
    keys, companies = contracts.texts("contract"), contracts.texts("company")
    behind: dict[str, list[str]] = {key: [] for key in keys}
    for patent, contract in zip(patents.texts("publication_number"), patents.texts("contract"), strict=True):
        if contract in behind:
            behind[contract].append(patent)
    maturity = contracts.days("maturity")
    last = (build.legal_final - _EPOCH).days
    for k, key in enumerate(keys):
        missing = _missing(contracts, k)
        if missing:
            findings.add("terms-incomplete", key, ", ".join(missing))
        if not findings.passes("company", companies[k]):
            findings.add("company-screened-out", key, companies[k])
        if not any(findings.passes("patent", patent) for patent in behind[key]):
            findings.add("no-eligible-patent", key, len(behind[key]))
        if maturity[k] != NO_DAY and maturity[k] > last:
            findings.add(
                "ends-after-legal-final", key, _EPOCH + dt.timedelta(days=int(maturity[k])), build.legal_final
            )


def _missing(contracts: Columns, k: int) -> list[str]:
    found = [name for name in _WORDS if not contracts.texts(name)[k]]
    found += [name for name in _DAYS if contracts.days(name)[k] == NO_DAY]
    found += ["rate"] if contracts.whole("rate", -1)[k] < 0 else []
    return found + (["amount"] if contracts.whole("amount", 0)[k] <= 0 else [])


def screen_patents_of_contracts(patents: Columns, contracts: Columns, findings: Findings) -> None:
    """A patent whose contract does not pass is out too."""
    known = set(contracts.texts("contract"))
    for patent, contract in zip(patents.texts("publication_number"), patents.texts("contract"), strict=True):
        if contract in known and not findings.passes("contract", contract):
            findings.add("contract-screened-out", patent, contract)
