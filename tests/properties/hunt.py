"""Hunts one mutant: compares deal after deal until engine and reference differ.

Run with the mutated program ahead on the path:

python hunt.py DEALS   ->   "differs N", "invariant N" or "error N" after N deals, else "survives DEALS"
"""

from __future__ import annotations

import sys

from securitize.base.errors import CalculationError
from tests.properties.comparison import differences, engine_lines
from tests.properties.generated_deals import numbered_deal


def hunt(deals: int) -> str:
    """What killed the mutant, and after how many deals."""
    for number in range(deals):
        case = numbered_deal(number)
        try:
            how = "differs" if differences(case, engine_lines(case)) else ""
        except CalculationError:
            how = "invariant"
        except Exception:
            how = "error"
        if how:
            return f"{how} {number + 1}"
    return f"survives {deals}"


if __name__ == "__main__":
    print(hunt(int(sys.argv[1])))
