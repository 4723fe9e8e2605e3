"""Proceeds: what is paid out for a contract at closing.

Source: ``docs/reference/assets.md``, section 1, proceeds.
"""

from __future__ import annotations

from typing import assert_never

from securitize.assets.claims import product
from securitize.base.money import RATE_UNITS
from securitize.definitions.pools.claims import Claim, Instalments
from securitize.definitions.pools.contracts import (
    LeaseBack,
    LicenceBack,
    PledgedLoan,
    ProjectedClaim,
    Receivable,
    TrustLoan,
)
from securitize.definitions.pools.pool import Contract, Pool
from securitize.definitions.pools.royalties import ProjectedRoyalty, RunningRoyalty
from securitize.market.day_counts import accrual


def proceeds(contract: Contract) -> int:
    """Minor units, to ``contract.proceeds_to``: the price less the deposit that stays as security."""
    match contract:
        case PledgedLoan() | LicenceBack() | LeaseBack() | Receivable() | TrustLoan() | ProjectedClaim():
            return max(0, _price(contract) - contract.deposit)
        case RunningRoyalty() | ProjectedRoyalty():
            return contract.purchase_price
        case _:
            assert_never(contract)


def received(pool: Pool) -> dict[str, int]:
    """What each company receives for its contracts, minor units, in the order of the pool."""
    found: dict[str, int] = {}
    for contract in pool.contracts.values():
        found[contract.proceeds_to] = found.get(contract.proceeds_to, 0) + proceeds(contract)
    return found


def _price(contract: Claim) -> int:
    match contract:
        case Receivable():
            return _discounted(contract)
        case ProjectedClaim():
            return contract.opening if contract.purchase_price is None else contract.purchase_price
        case Instalments():
            return contract.opening
        case _:
            raise TypeError(f"nothing says what is paid for a {contract.kind}")


def _discounted(contract: Receivable) -> int:
    if contract.price is not None:
        return contract.price
    days, basis = accrual(contract.day_count, contract.start, contract.due, contract.due)
    discount = product(contract.amount, (contract.discount_rate or 0) * days, basis * RATE_UNITS)
    return max(0, contract.amount - discount)
