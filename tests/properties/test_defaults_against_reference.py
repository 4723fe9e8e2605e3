"""What a deal leaves out is what the page says where nothing is written: the reference finds the same either way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from securitize.definitions.deals.deal import Deal
from securitize.reference import interpreter
from tests.properties.comparison import as_tuples
from tests.properties.drawing import Table
from tests.properties.generated_deals import numbered_deal
from tests.properties.variants import Path, changed

#: Numbered deals with certificates that are paid by the cent.
DEALS = (27, 45)
PARTS = ("notes", "fees", "accounts", "support")


def places(table: Any, path: Path = ()) -> Iterator[Path]:
    """Every key of a table and of the tables in it."""
    for key, value in table.items() if isinstance(table, dict) else ():
        yield (*path, key)
        yield from places(value, (*path, key))


def without_defaults(deal: Table) -> tuple[Table, list[Path]]:
    """The deal without the terms that say what holds anyway, and their places."""
    model, dropped = Deal.model_validate(as_tuples(deal)), list[Path]()
    for place in [each for part in PARTS for each in places(deal[part], (part,)) if len(each) > 2]:
        less = changed(deal, place)
        try:
            same = Deal.model_validate(as_tuples(less)) == model
        except ValidationError:
            continue
        if same:
            deal, dropped = less, [*dropped, place]
    return deal, dropped


def test_the_reference_knows_what_holds_where_nothing_is_written() -> None:
    found = set()
    for number in DEALS:
        case = numbered_deal(number, 1)
        less, dropped = without_defaults(case.deal)
        found |= {(place[0], *place[2:]) for place in dropped}
        whole, part = (interpreter.run(deal, case.schedule, case.pools[0]) for deal in (case.deal, less))
        assert whole == part, dropped
    assert ("notes", "certificates", "unit") in found
