"""What each driver of a scenario acts on: the one list, so that no stress can be without an effect.

Whoever applies stresses takes those of one kind of effect, and knows every member of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_never

from securitize.definitions.scenarios.deal_stresses import (
    FailureStress,
    IndexRateStress,
    IssuerCallStress,
    OptionStress,
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
    PoolStress,
    PrepaymentRateStress,
    PrepaymentStress,
    RecoveryRateStress,
    RoyaltyBaseStress,
    Scenario,
    ServicerFailureStress,
    Stress,
)

FixingStress = IndexRateStress | LprStress | InterestRatesStress
PartyStress = FailureStress | DefaultStress | ServicerFailureStress
#: What a company's loan outside the deal would meet as well: the market, and what the company itself does.
BOTH_SIDES = (
    IndexRateStress,
    LprStress,
    InterestRatesStress,
    DefaultRateStress,
    DefaultStress,
    RecoveryRateStress,
    PrepaymentStress,
    PrepaymentRateStress,
    LatePaymentStress,
)


@dataclass(frozen=True, slots=True)
class Effects:
    """The stresses of a scenario by what they act on, each list in the order written.

    pool      : what obligors pay, what rights and sales bring, at which rates loans are reset
    fixings   : of the deal's floating rates
    parties   : which companies default; in what the pool pays too, where one is an obligor
    failures  : those of them that default as a party, not as an obligor
    ratings   : of providers of support;  late_providers : those that pay late
    options   : of investors and of the issuer, and settlements
    """

    pool: list[PoolStress | FailureStress] = field(default_factory=list)
    fixings: list[FixingStress] = field(default_factory=list)
    parties: list[PartyStress] = field(default_factory=list)
    failures: list[FailureStress] = field(default_factory=list)
    ratings: list[ProviderRatingStress] = field(default_factory=list)
    late_providers: list[ProviderLateStress] = field(default_factory=list)
    options: list[OptionStress] = field(default_factory=list)


def effects_of(scenario: Scenario | None) -> Effects:
    """What a scenario acts on; nothing without one."""
    found = Effects()
    for stress in scenario.stress if scenario else ():
        _add(found, stress)
    return found


def _add(found: Effects, stress: Stress) -> None:
    match stress:
        case (
            DefaultRateStress()
            | PrepaymentRateStress()
            | RecoveryRateStress()
            | PrepaymentStress()
            | LatePaymentStress()
            | PatentFailureStress()
            | RoyaltyBaseStress()
        ):
            found.pool.append(stress)
        case DefaultStress() | ServicerFailureStress():
            found.pool.append(stress)
            found.parties.append(stress)
        case ProviderDefaultStress() | PartyDefaultStress():
            found.pool.append(stress)
            found.parties.append(stress)
            found.failures.append(stress)
        case LprStress() | InterestRatesStress():
            found.pool.append(stress)
            found.fixings.append(stress)
        case IndexRateStress():
            found.fixings.append(stress)
        case ProviderLateStress():
            found.late_providers.append(stress)
        case ProviderRatingStress():
            found.ratings.append(stress)
        case PutStress() | SettlementStress() | IssuerCallStress():
            found.options.append(stress)
        case _:
            assert_never(stress)
