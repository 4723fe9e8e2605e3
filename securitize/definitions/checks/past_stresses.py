"""What a scenario tells of a deal in mid-life lies ahead, or the books say so already.

Source: ``docs/reference/assets.md``, section 6, "In mid-life". The deal's dates are not known on this floor: whoever
has put it on them says where it stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple, assert_never

from securitize.base.messages import Message
from securitize.definitions.documents.loaded import Fault
from securitize.definitions.pools.past import PastClaim
from securitize.definitions.pools.pool import Contract, Pool
from securitize.definitions.pools.royalties import PastRoyalty
from securitize.definitions.scenarios.deal_stresses import (
    IndexRateStress,
    IssuerCallStress,
    PartyDefaultStress,
    ProviderDefaultStress,
    ProviderLateStress,
    ProviderRatingStress,
    PutStress,
    SettlementStress,
)
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    DefaultStress,
    InterestRatesStress,
    LatePaymentStress,
    LprStress,
    PatentFailureStress,
    PrepaymentRateStress,
    PrepaymentStress,
    RecoveryRateStress,
    RoyaltyBaseStress,
    Scenario,
    ServicerFailureStress,
    Stress,
)


class Passed(NamedTuple):
    """What is past: ``period`` periods, the days up to ``pool`` of the pool, up to ``notes`` of the notes.

    called : whether the books say that the issuer's call was exercised
    """

    period: int
    pool: dt.date
    notes: dt.date
    called: bool = False


def past_stresses(scenario: Scenario, pool: Pool, passed: Passed) -> Iterator[Fault]:
    """The stresses that act on nothing but the past, and that the books do not confirm (SEC175)."""
    for k, stress in enumerate(scenario.stress):
        found = _past(stress, pool, passed)
        if found is not None:
            key, what, value = found
            yield Fault(
                ("stress", k, key), what, value, "write a later one, or put it into the books", "SEC175"
            )


def _past(stress: Stress, pool: Pool, passed: Passed) -> tuple[str, str, object] | None:
    """The key, what is wrong, what stands there; None of a stress of the future or one that the books know."""
    match stress:
        case DefaultStress() | PrepaymentStress():
            known = all(_over(contract, passed.pool) for contract in _named(stress, pool))
            return None if known else _early("at", stress.at, passed.pool)
        case PatentFailureStress():
            behind = [one for one in pool.contracts.values() if stress.right in one.collateral]
            known = all(_over(one, passed.pool) or _failed(one, stress.right) for one in behind)
            return None if known else _early("at", stress.at, passed.pool)
        case LatePaymentStress() | RoyaltyBaseStress():
            return None if stress.to is None else _early("to", stress.to, passed.pool)
        case DefaultRateStress() | PrepaymentRateStress():
            if stress.last_period is None or stress.last_period > passed.period:
                return None
            what = Message("the deal in mid-life is past period {period}", period=passed.period)
            return "last_period", what, stress.last_period
        case ServicerFailureStress():
            return _early("at", stress.at, passed.pool)
        case ProviderLateStress():
            return _early("until", stress.until, passed.pool)
        case PutStress() | SettlementStress():
            return _early("at", stress.at, passed.notes)
        case IssuerCallStress():
            return None if passed.called else _early("at", stress.at, passed.notes)
        case (
            RecoveryRateStress()
            | LprStress()
            | InterestRatesStress()
            | IndexRateStress()
            | ProviderDefaultStress()
            | PartyDefaultStress()
            | ProviderRatingStress()
        ):
            return None
        case _:
            assert_never(stress)


def _early(key: str, day: dt.date, passed: dt.date) -> tuple[str, str, object] | None:
    if day > passed:
        return None
    return key, Message("the books of the deal in mid-life are closed up to {day}", day=passed), day


def _named(stress: DefaultStress | PrepaymentStress, pool: Pool) -> list[Contract]:
    return [
        contract
        for name, contract in pool.contracts.items()
        if stress.contract == name or (stress.contract is None and contract.obligor == stress.obligor)
    ]


def _over(contract: Contract, day: dt.date) -> bool:
    """Whether the books say by that day that nothing is left of a contract."""
    match past := contract.as_of:
        case None:
            return False
        case PastClaim():
            return past.date <= day and past.balance == 0
        case PastRoyalty():
            return past.date <= day and past.left == 0
        case _:
            assert_never(past)


def _failed(contract: Contract, right: str) -> bool:
    return contract.as_of is not None and right in contract.as_of.failed
