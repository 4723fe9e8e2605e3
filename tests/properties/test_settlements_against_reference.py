"""Notes settled for an amount of money, on any day: both engines agree to the cent in every line."""

from __future__ import annotations

from collections import Counter

import pytest

from securitize.engine.reference_case import differences
from tests.properties.comparison import engine_lines
from tests.properties.generated_deals import GeneratedDeal, numbered_deal

DEALS = 600


def settled(case: GeneratedDeal) -> list[str]:
    return [name for name, note in case.deal["notes"].items() if "amount" in note.get("settlement", {})]


def test_no_cent_of_difference() -> None:
    found: Counter[str] = Counter()
    for number in range(DEALS):
        case = numbered_deal(number, 1)
        if not settled(case):
            continue
        lines = engine_lines(case)
        differing = differences(case, lines)
        assert not differing, "\n".join([f"numbered_deal({number})", *differing[:10]])
        for name in settled(case):
            terms = case.deal["notes"][name]
            found["principal cut"] += bool(lines["note", name, "written_off"][:, :-1].any())
            found["interest cut"] += bool(lines["note", name, "interest_written_off"].any())
            found["on any day"] += terms["settlement"].get("date") not in (None, *case.schedule["payment"])
            found["certificates"] += "certificates" in terms
            found["in kind"] += terms.get("unpaid_interest") == "capitalised"
            found["by trigger"] += "trigger" in terms["settlement"]
    wanted = ("principal cut", "interest cut", "on any day", "certificates", "in kind", "by trigger")
    assert min(found[what] for what in wanted) > 0, found


@pytest.mark.parametrize("number", [22, 60, 68, 285])
def test_no_cent_of_difference_with_several_priorities(number: int) -> None:
    case = numbered_deal(number, 1, amounts=True)
    assert settled(case)
    assert not differences(case, engine_lines(case))
