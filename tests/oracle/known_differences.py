"""Where the engine is known not to follow docs/reference/assets.md; test_known_differences.py shows each.

When one of its tests passes, remove the test and the line here.
"""

from __future__ import annotations

from typing import Any


def interest_differs(contract: Any) -> bool:
    """Interest over no days in advance by 30E+/360; reference periods of a list beside custom payments."""
    kind = getattr(contract, "day_count", "")
    if kind == "30E+/360" and contract.kind == "lease-back" and contract.timing == "advance":
        return bool(contract.start.day == 31)
    if kind == "ACT/ACT-ICMA" and contract.repayment.kind == "custom" and contract.dates.dates:
        return bool(contract.repayment.payments[0].date < contract.dates.dates[0])
    return False


def sales_differ(contract: Any) -> bool:
    """Sales of reporting periods paid between the cut-off and as_of.date."""
    return contract.kind == "running-royalty" and contract.as_of is not None
