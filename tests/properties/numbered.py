"""Numbered deals that were paid once, for all the tests of a worker that only look at what was paid."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import NamedTuple

from securitize.base.arithmetic import Int64
from securitize.waterfall.execute import pay
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import record_payment_date
from tests.properties.comparison import engine_inputs, resolved
from tests.properties.generated_deals import GeneratedDeal, numbered_deal

PATHS = 3


class Paid(NamedTuple):
    """A generated deal, as the engine sees it, and every published line: (paths, periods). Nobody writes to them."""

    case: GeneratedDeal
    deal: ResolvedDeal
    lines: dict[Line, Int64]


def paid(case: GeneratedDeal) -> Paid:
    """This deal, paid."""
    deal = resolved(case)
    return Paid(case, deal, pay(build_plan(record_payment_date(deal)), engine_inputs(case)))


@functools.lru_cache(maxsize=300)
def numbered(number: int) -> Paid:
    """The deal of this number on three paths, paid."""
    return paid(numbered_deal(number, PATHS))


def each(law: Callable[[Paid], None], numbers: Iterable[int]) -> None:
    """The law holds of every one of these deals; the one of which it does not is named."""
    for number in numbers:
        try:
            law(numbered(number))
        except Exception as error:
            error.add_note(f"numbered_deal({number}, {PATHS})")
            raise
