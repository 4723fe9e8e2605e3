"""Drivers: each moves one number of a scenario from its base towards the worse, in whole steps.

Source: ``docs/reference/solvers.md``, section 1. A value is reached by ordinary stresses, so that any answer can be
written as a scenario and run alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from securitize.base.closed import complete, partition
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import is_lpr
from securitize.definitions.performance import Performance
from securitize.definitions.scenarios.deal_stresses import (
    IndexRateStress,
    PartyDefaultStress,
    ProviderDefaultStress,
)
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    DefaultStress,
    LatePaymentStress,
    LprStress,
    PrepaymentRateStress,
    RecoveryRateStress,
    RoyaltyBaseStress,
    Stress,
)
from securitize.definitions.suites.suite import DriverName
from securitize.performance.rate_paths import assumed_path, periods_of_years
from securitize.performance.suites.providers import require_providers, standing
from securitize.performance.suites.target import (
    DoesNotApply,
    Target,
    day_after,
    require_claims,
    require_royalties,
)

#: Drivers of what providers pay: there is nothing to move where support is absent.
OF_SUPPORT, _ = partition(
    DriverName,
    {"support"},
    {
        "default-rate",
        "default-path",
        "recovery-rate",
        "prepayment-rate",
        "late-payment",
        "obligors-out",
        "royalty-base",
        "index-rates-up",
        "index-rates-down",
    },
)
#: Drivers that act only through what defaults.
OF_DEFAULTS, _ = partition(
    DriverName,
    {"default-rate", "default-path", "recovery-rate", "obligors-out"},
    {
        "support",
        "prepayment-rate",
        "late-payment",
        "royalty-base",
        "index-rates-up",
        "index-rates-down",
    },
)
_RATE_STEP = RATE_UNITS // 10_000
#: After which obligors default, where nothing else is said.
OUT_AFTER_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Driver:
    """One driver put to a deal.

    base, step : value where nothing is moved, and by one step towards the worse;  most : steps to the end
    moved      : of a number of steps from 1 on, the stresses that reach it
    """

    name: DriverName
    unit: str
    base: Decimal
    step: Decimal
    most: int
    moved: Callable[[int], tuple[Stress, ...]]

    def value(self, steps: int) -> Decimal:
        """Where it stands after so many steps."""
        return self.base + self.step * steps

    def stresses(self, steps: int) -> tuple[Stress, ...]:
        """What reaches it; nothing without a step."""
        return self.moved(steps) if steps else ()

    def steps_to(self, value: Decimal) -> int:
        """Whole steps to a value. Raises ValueError where it lies outside or between two steps."""
        steps = (value - self.base) / self.step
        if steps != int(steps) or not 0 <= steps <= self.most:
            low, high = sorted((self.base, self.value(self.most)))
            raise ValueError(f"{value} is not in {low} to {high} by steps of {abs(self.step)}")
        return int(steps)


def driver(name: DriverName, target: Target) -> Driver:
    """The driver of that name. Raises DoesNotApply where it has nothing to move in this deal."""
    return _DRIVERS[name](target)


def driver_names() -> tuple[DriverName, ...]:
    """Every driver, in the order of tables."""
    return tuple(_DRIVERS)


def no_support(target: Target) -> tuple[Stress, ...]:
    """Stresses after which nobody supports the deal from outside."""
    return _support_paying(target, 0)


def _added_rate(name: DriverName, stress: type[DefaultRateStress] | type[PrepaymentRateStress]) -> Driver:
    """A rate of every period, something added to it."""
    return Driver(
        name,
        "a year, added",
        Decimal(0),
        Decimal("0.0001"),
        10_000,
        lambda steps: (stress.model_construct(driver=name, shift=steps * _RATE_STEP),),
    )


def _prepayment_rate(target: Target) -> Driver:
    require_claims(target)
    return _added_rate("prepayment-rate", PrepaymentRateStress)


def _default_path(target: Target) -> Driver:
    """A multiple of the deal's own default rates, where it has any, else of the assumed path by year."""
    own = (target.deal.performance or Performance()).default_rate
    periods = len(target.collection) - 1
    if any(own):
        first, rates = 1, [own[min(t, len(own) - 1)] for t in range(periods)]
        base, unit = Decimal(1), "times the deal's own default rates"
    else:
        first, rates = periods_of_years(assumed_path(), target.today.pool, target.collection)
        base, unit = Decimal(0), "times the assumed path of default rates"
    if not any(rates):
        raise DoesNotApply("no collection period begins within its years")
    step = Decimal("0.01")

    def moved(steps: int) -> tuple[Stress, ...]:
        times = base + step * steps
        scaled = tuple(min(int(rate * times), RATE_UNITS) for rate in rates)
        last = first + len(scaled) - 1
        return (
            DefaultRateStress.model_construct(
                driver="default-rate",
                set_=(*(0 for _ in range(first - 1)), *scaled),
                scale=None,
                shift=None,
                ramp=None,
                first_period=first,
                last_period=last,
            ),
        )

    return Driver("default-path", unit, base, step, 2000, moved)


def _recovery_rate(target: Target) -> Driver:
    recoveries = (target.deal.performance or Performance()).recoveries
    if not recoveries:
        raise DoesNotApply("the deal has no recoveries")
    return Driver(
        "recovery-rate",
        "times the base value",
        Decimal(1),
        Decimal("-0.0001"),
        10_000,
        lambda steps: (
            RecoveryRateStress.model_construct(driver="recovery-rate", scale=RATE_UNITS - steps * _RATE_STEP),
        ),
    )


def _late(target: Target) -> Driver:
    since = target.today.next_of_pool
    return Driver(
        "late-payment",
        Message("days"),
        Decimal(0),
        Decimal(1),
        720,
        lambda steps: (
            LatePaymentStress.model_construct(
                driver="late-payment", obligors=None, from_=since, to=dt.date(2199, 12, 31), days=steps
            ),
        ),
    )


def _obligors_out(target: Target) -> Driver:
    at = day_after(target, f"{OUT_AFTER_MONTHS}M")
    largest = target.obligors(at)
    unit = Message("largest obligors, {months}M after the cut-off", months=OUT_AFTER_MONTHS)
    if target.today.in_mid_life:
        unit = Message("largest obligors, {months}M from today", months=OUT_AFTER_MONTHS)
    return Driver(
        "obligors-out",
        unit,
        Decimal(0),
        Decimal(1),
        len(largest),
        lambda steps: tuple(
            DefaultStress.model_construct(driver="default", obligor=name, at=at) for name in largest[:steps]
        ),
    )


def _royalty_base(target: Target) -> Driver:
    require_royalties(target)
    return Driver(
        "royalty-base",
        "times the forecast",
        Decimal(1),
        Decimal("-0.0001"),
        10_000,
        lambda steps: (
            RoyaltyBaseStress.model_construct(
                driver="royalty-base", scale=(RATE_UNITS - steps * _RATE_STEP,), set_=None
            ),
        ),
    )


def _index_rates(target: Target, sign: int) -> Driver:
    if not target.indices:
        raise DoesNotApply("no rate of the deal or the pool follows an index")

    def moved(steps: int) -> tuple[Stress, ...]:
        shift = sign * steps * _RATE_STEP
        lpr = (
            (LprStress.model_construct(driver="lpr", shift=shift),)
            if any(is_lpr(name) for name in target.indices)
            else ()
        )
        return (
            *lpr,
            *(
                IndexRateStress.model_construct(driver="index-rate", index=name, shift=shift)
                for name in target.indices
                if not is_lpr(name)
            ),
        )

    name: DriverName = "index-rates-up" if sign > 0 else "index-rates-down"
    return Driver(name, "a year, added", Decimal(0), sign * Decimal("0.0001"), 2000, moved)


def _support(target: Target) -> Driver:
    require_providers(target)
    return Driver(
        "support",
        "share of what it owes that it pays",
        Decimal(1),
        Decimal("-0.0001"),
        10_000,
        lambda steps: _support_paying(target, RATE_UNITS - steps * _RATE_STEP),
    )


def _support_paying(target: Target, share: int) -> tuple[Stress, ...]:
    at = target.today.next_of_notes
    supports, others = standing(target)
    return (
        *(
            ProviderDefaultStress.model_construct(
                driver="provider-default", support=name, at=at, recovery=share
            )
            for name in supports
        ),
        *(
            PartyDefaultStress.model_construct(driver="party-default", party=party, at=at, recovery=share)
            for party in others
        ),
    )


_DRIVERS: Mapping[DriverName, Callable[[Target], Driver]] = complete(
    DriverName,
    {
        "default-rate": lambda _: _added_rate("default-rate", DefaultRateStress),
        "default-path": _default_path,
        "recovery-rate": _recovery_rate,
        "prepayment-rate": _prepayment_rate,
        "late-payment": _late,
        "obligors-out": _obligors_out,
        "royalty-base": _royalty_base,
        "index-rates-up": lambda target: _index_rates(target, 1),
        "index-rates-down": lambda target: _index_rates(target, -1),
        "support": _support,
    },
)
