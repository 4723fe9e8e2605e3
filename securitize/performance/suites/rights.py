"""Rights on which cash depends, and which of them fail.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from securitize.base.closed import complete
from securitize.base.messages import Message
from securitize.definitions.pools.claims import Cause
from securitize.definitions.pools.pool import Contract
from securitize.definitions.suites.stresses import RightsFailStress
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, day_after


def rights_fail(stress: RightsFailStress, target: Target) -> list[StressTable]:
    """A share of the rights on which cash depends fails, those behind most of it first. Raises DoesNotApply."""
    at = day_after(target, stress.after)
    rights = exposed(target, stress.cause, at)
    if not rights:
        raise DoesNotApply(
            Message("{why} from {day} on", why=_NO_RIGHTS[stress.cause], day=at)
            if exposed(target, stress.cause, target.today.next_of_pool)
            else _NO_RIGHTS[stress.cause]
        )
    share = Decimal(stress.share).scaleb(-8)
    return failures(rights[: math.ceil(share * len(rights))], stress.cause, at)


#: Why rights cannot fail, by the cause.
_NO_RIGHTS: Mapping[Cause, str] = complete(
    Cause,
    {
        "lapse": Message("no cash depends on rights that fail by lapse"),
        "invalidity": Message("no cash depends on rights that fail by invalidity"),
        "expiry": Message("no cash depends on rights that fail by expiry"),
    },
)


def failures(rights: Sequence[str], cause: Cause, at: dt.date) -> list[StressTable]:
    """Each of ``rights`` fails by ``cause``."""
    return [{"driver": "patent-failure", "right": name, "at": at, "cause": cause} for name in rights]


def exposed(target: Target, cause: Cause, at: dt.date, obligors: frozenset[str] | None = None) -> list[str]:
    """Rights on which cash depends for ``cause`` from ``at`` on, behind most first; of these obligors' contracts."""
    behind: dict[str, int] = {}
    # Of the day on which a right ends, sales still bear its royalties.
    claims, royalties = target.cash_from(at), target.cash_from(at + dt.timedelta(days=1))
    for name, contract in target.pool.contracts.items():
        if obligors is not None and contract.obligor not in obligors:
            continue
        amount = (royalties if contract.follows_sales else claims)[name]
        over = _over(contract, target, at)
        for right in contract.collateral if contract.needs_rights(cause) and amount else ():
            if right not in over:
                behind[right] = behind.get(right, 0) + amount
    return sorted(behind, key=lambda right: -behind[right])


def _over(contract: Contract, target: Target, at: dt.date) -> frozenset[str]:
    """The rights of a contract that have failed by today by the books, or before ``at`` on their expiry."""
    failed = contract.as_of.failed if contract.as_of else ()
    if not contract.needs_rights("expiry"):
        return frozenset(failed)
    ends = {name: target.pool.collateral[name].expiry for name in contract.collateral}
    expired = [name for name, end in ends.items() if end is not None and end < at]
    return frozenset((*failed, *expired))
