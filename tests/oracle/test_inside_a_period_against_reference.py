"""Events inside instalment periods against the second statement, exactly: crowds of them, on every kind of claim."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.oracle.drawn_inside import FAMILIES, numbered
from tests.oracle.test_assets_against_reference import compare

FAST, BATCHES, BATCH = 120, 4, 470
#: What befell every kind of claim, by the words of the second statement, in fresh contracts or in mid-life.
ALWAYS = ("all", "part", "part after another of its day", "default", "repurchase")
IN_MID_LIFE = ("all in mid-life", "part in mid-life", "default in mid-life", "repurchase in mid-life")
OF_INTEREST = ("claim with interest", "claim of principal")
AFTER_A_RESET = ("instalment", "prepayment", "default", "repurchase")
RESET = ("pledged-loan", "lease-back", "trust-loan")


def compared(numbers: range) -> Counter[tuple[str, str]]:
    """Both statements on these cases; what they covered, by kind of claim."""
    seen: Counter[tuple[str, str]] = Counter()
    for number in numbers:
        seen.update(compare(*numbered(number)))
    return seen


def test_what_befalls_a_claim_inside_a_period_counts_from_its_day() -> None:
    seen = compared(range(FAST))
    assert not [(kind, word) for kind in FAMILIES for word in ALWAYS if not seen[kind, word]]
    assert not [
        (kind, word)
        for kind in FAMILIES
        if kind != "supply-chain"
        for word in OF_INTEREST
        if not seen[kind, word]
    ]
    assert all(sum(seen[kind, word] for kind in FAMILIES) > 4 for word in IN_MID_LIFE)
    assert all(sum(seen[kind, f"{what} after a reset"] for kind in RESET) > 3 for what in AFTER_A_RESET)
    assert seen["licence-back", "cut"] > 4


@pytest.mark.deep(part="paths")
@pytest.mark.parametrize("batch", range(BATCHES))
def test_many_claims_that_much_befalls_inside_a_period(batch: int) -> None:
    seen = compared(range(FAST + batch * BATCH, FAST + (batch + 1) * BATCH))
    assert not [(kind, word) for kind in FAMILIES for word in (*ALWAYS, *IN_MID_LIFE) if not seen[kind, word]]
    for rare in ("all after another of its day", "repurchase after another of its day"):
        assert any(seen[kind, rare] for kind in FAMILIES), rare
