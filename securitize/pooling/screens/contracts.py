"""Screens of contracts."""

from __future__ import annotations

import datetime as dt

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.definitions.pools.build import Build
from securitize.pooling.columns import NO_DAY, Columns
from securitize.pooling.screens.findings import Findings, Mask

_EPOCH = dt.date(1970, 1, 1)
#: What the engine needs to know of a contract.
_WORDS = ("kind", "every", "repayment")
_DAYS = ("start", "maturity")


def screen_contracts(
    build: Build, contracts: Columns, owes: Int64, behind: Int64, findings: Findings
) -> None:
    """Findings of every contract, after those of companies and patents, which they follow.

    owes : (contracts,) place of the company, -1 where unknown; behind : (patents,) place of the contract, -1: none
    """
    missing = _missing(contracts)
    lacking = np.any(list(missing.values()), axis=0)

    def words(place: int) -> str:
        return ", ".join(name for name, absent in missing.items() if absent[place])

    findings.add("terms-incomplete", lacking, words)
    companies = contracts.texts("company")
    # A company that is in no table was never screened: cleaning tells of it.
    passes = np.append(findings.passes["company"], True)
    findings.add("company-screened-out", ~passes[owes], lambda place: companies[place])
    held = np.bincount(behind[behind >= 0], minlength=contracts.rows)
    good = np.bincount(behind[(behind >= 0) & findings.passes["patent"]], minlength=contracts.rows)
    findings.add("no-eligible-patent", good == 0, lambda place: int(held[place]))
    maturity = contracts.days("maturity")
    late = (maturity != NO_DAY) & (maturity > (build.legal_final - _EPOCH).days)

    def end(place: int) -> dt.date:
        return _EPOCH + dt.timedelta(days=int(maturity[place]))

    findings.add("ends-after-legal-final", late, end, build.legal_final)


def _missing(contracts: Columns) -> dict[str, Mask]:
    """Term -> whether it is missing, (contracts,)."""
    found = {name: ~contracts.known(name) for name in _WORDS}
    found |= {name: contracts.days(name) == NO_DAY for name in _DAYS}
    return found | {
        "rate": contracts.whole("rate", -1) < 0,
        "amount": contracts.whole("amount", 0) <= 0,
    }


def screen_patents_of_contracts(patents: Columns, behind: Int64, findings: Findings) -> None:
    """A patent whose contract does not pass is out too; ``behind`` as above."""
    passes = np.append(findings.passes["contract"], True)
    contracts = patents.texts("contract")
    findings.add("contract-screened-out", ~passes[behind], lambda place: contracts[place])
