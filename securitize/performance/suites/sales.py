"""Sales that bear royalties.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from securitize.definitions.suites.stresses import AllRoyaltyBasesStress
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import Target, day_after, require_royalties


def royalty_bases(stress: AllRoyaltyBasesStress, written: StressTable, target: Target) -> list[StressTable]:
    """Sales that bear royalties, scaled. Raises DoesNotApply."""
    require_royalties(target)
    begins = stress.after is not None or target.today.in_mid_life
    since = {"from": day_after(target, stress.after)} if begins else {}
    return [{"driver": "royalty-base", **since, "scale": written["scale"]}]
