"""Random told stresses of a deal, for cells and runs beside one another."""

from __future__ import annotations

import datetime as dt
import random

from securitize.base.money import RATE_UNITS
from securitize.definitions.scenarios.deal_stresses import ProviderDefaultStress
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
from securitize.engine.prepare.prepared import Prepared


def drawn_stresses(prepared: Prepared, draw: random.Random) -> tuple[Stress, ...]:
    """None to five stresses, each of a kind that cells put side by side or keep apart."""
    cut_off, pool = prepared.deal.dates.cut_off, prepared.pool

    def rate() -> int:
        return draw.randrange(0, RATE_UNITS, RATE_UNITS // 1000)

    def day() -> dt.date:
        return cut_off + dt.timedelta(days=draw.randint(1, 900))

    first = day()
    kinds: list[Stress] = [
        DefaultRateStress.model_construct(driver="default-rate", shift=rate() // 4),
        PrepaymentRateStress.model_construct(driver="prepayment-rate", set_=(rate() // 3,)),
        RecoveryRateStress.model_construct(driver="recovery-rate", scale=rate()),
        LatePaymentStress.model_construct(
            driver="late-payment",
            obligors=None,
            from_=first,
            to=dt.date(2190, 1, 1),
            days=draw.randint(1, 400),
        ),
        LatePaymentStress.model_construct(
            driver="late-payment",
            obligors=(draw.choice(list(pool.obligors)),),
            from_=cut_off,
            to=day() + dt.timedelta(days=900),
            days=draw.randint(1, 99),
        ),
        DefaultStress.model_construct(driver="default", obligor=draw.choice(list(pool.obligors)), at=day()),
        DefaultStress.model_construct(driver="default", contract=draw.choice(list(pool.contracts)), at=day()),
        RoyaltyBaseStress.model_construct(
            driver="royalty-base", scale=(rate(), rate()), from_=first, set_=None
        ),
        LprStress.model_construct(driver="lpr", shift=draw.choice((-RATE_UNITS // 100, RATE_UNITS // 50))),
    ]
    kinds += [
        ProviderDefaultStress.model_construct(
            driver="provider-default", support=name, at=day(), recovery=rate()
        )
        for name in prepared.deal.support
    ]
    return tuple(draw.sample(kinds, draw.randint(0, min(5, len(kinds)))))
