"""Sales that bear royalties.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from securitize.base.messages import Message
from securitize.definitions.suites.stresses import AllRoyaltyBasesStress
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, day_after, require_royalties


def royalty_bases(stress: AllRoyaltyBasesStress, written: StressTable, target: Target) -> list[StressTable]:
    """Sales that bear royalties, scaled. Raises DoesNotApply."""
    require_royalties(target)
    begins, day = stress.after is not None or target.today.in_mid_life, day_after(target, stress.after)
    since = {"from": day} if begins else {}
    left = target.cash_from(day)
    if not any(left[name] for name, one in target.pool.contracts.items() if one.follows_sales):
        raise DoesNotApply(Message("no royalty is owed on sales from {day} on", day=day))
    return [{"driver": "royalty-base", **since, "scale": written["scale"]}]
