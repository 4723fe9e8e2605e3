"""Hunts one mutant: compares generated deals until engine and reference differ.

Run with the mutated program ahead on the path:

python hunt.py DEALS   ->   "differs N", "invariant N" or "error N" at deal N, else "survives DEALS"
"""

from __future__ import annotations

import sys

from hypothesis import HealthCheck, Phase, given, seed, settings

from securitize.base.errors import CalculationError
from tests.properties.comparison import differences, engine_lines
from tests.properties.generated_deals import GeneratedDeal, generated_deals


class Found(BaseException):
    """The mutant is dead; not an Exception, so that nothing on the way catches it."""


def hunt(deals: int) -> str:
    """What killed the mutant, and at which deal."""
    tried = 0

    @seed(0)
    @settings(
        max_examples=deals,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(generated_deals())
    def one(case: GeneratedDeal) -> None:
        nonlocal tried
        tried += 1
        try:
            lines = engine_lines(case)
        except CalculationError:
            raise Found("invariant") from None
        except Exception:
            raise Found("error") from None
        if differences(case, lines):
            raise Found("differs")

    try:
        one()
    except Found as found:
        return f"{found} {tried}"
    return f"survives {tried}"


if __name__ == "__main__":
    print(hunt(int(sys.argv[1])))
