"""What is still to come of defaults in a contract's books, by hand: 8,000,000 with a guarantee of 80% after 3 months
and a sale of 5% after 12.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from securitize.assets.stock import flows_to_come
from securitize.definitions.documents.partial import validate
from securitize.definitions.pools.past import PastClaim
from securitize.engine.prepare.prepare import prepare
from securitize.performance.resolved import LateParty, PartyDefault, ResolvedPerformance, ResolvedRecovery

DAY = dt.date(2021, 3, 31)


def performance(failed: dt.date | None = None, late: tuple[LateParty, ...] = ()) -> ResolvedPerformance:
    """The guarantee is owed by a party, the sale by nobody; the party fails on a day and then pays 30%."""
    base = prepare("nanshan-5-2022").performance
    rate = [np.array([units], np.int64) for units in (80_000_000, 5_000_000)]
    entries = (
        ResolvedRecovery("guarantee", rate[0], None, 3, party="guarantor"),
        ResolvedRecovery("sale", rate[1], None, 12),
    )
    share = np.array([30_000_000], np.int64)
    parties = (
        {} if failed is None else {"guarantor": PartyDefault(np.array([failed.toordinal()], np.int64), share)}
    )
    return replace(base, as_written=entries, parties=parties, late_parties=late)


def to_come(of: str, given: ResolvedPerformance) -> list[tuple[str, dt.date, int]]:
    """Source, arrival and minor units of what is to come of books written as in a file."""
    import tomllib
    from decimal import Decimal

    past, problems = validate(PastClaim, tomllib.loads(of, parse_float=Decimal))
    assert past is not None, problems
    contract = next(one for one in prepare("nanshan-5-2022").resolved_pool.claims)
    return [(one.source, one.arrival, int(one.amount[0])) for one in flows_to_come(past, contract, given)]


def books(more: str = "", as_of: str = "2021-04-20", rest: str = "") -> str:
    entry = f"{{ date = 2021-03-31, amount = 8_000_000{more} }}"
    return f"date = {as_of}\nbalance = 0\ndefaulted = [{entry}]\n{rest}"


GUARANTEE, SALE = ("guarantee", dt.date(2021, 6, 30)), ("sale", dt.date(2022, 3, 31))
SOON = dt.date(2021, 8, 2)  # the first business day after the books of Saturday, 31 July 2021


@pytest.mark.parametrize(
    ("of", "right"),
    [
        (books(), [(*GUARANTEE, 640_000_000), (*SALE, 40_000_000)]),
        (books(", recovered = 1_000_000"), [(*GUARANTEE, 540_000_000), (*SALE, 40_000_000)]),
        (books(", recovered = 6_500_000"), [(*SALE, 30_000_000)]),
        # What nobody was to bring may be written off: 15% of it.
        (books(", written_off = 1_200_000"), [(*GUARANTEE, 640_000_000), (*SALE, 40_000_000)]),
        (books(", written_off = 1_300_000"), [(*GUARANTEE, 640_000_000), (*SALE, 30_000_000)]),
        (
            books(", written_off = 3_400_000, given_up = 3_400_000"),
            [(*GUARANTEE, 300_000_000), (*SALE, 40_000_000)],
        ),
        (books(", written_off = 8_000_000"), []),
        (
            books(", deposit = 1_000_000, recovered = 1_000_000"),
            [(*GUARANTEE, 560_000_000), (*SALE, 35_000_000)],
        ),
        # Interest of 200,000 that was unpaid: a recovery with a claim to it pays 80% of it too.
        (
            books(
                ', interest = 200_000, recoveries = [{ source = "guarantee", rate = 0.8, lag = "3M", '
                'claim = "principal-and-interest" }, { source = "sale", rate = 0.05, lag = "12M" }]'
            ),
            [(*GUARANTEE, 656_000_000), (*SALE, 40_000_000)],
        ),
        (
            books(', recoveries = [{ source = "own", amount = 5, lag = "1M" }]'),
            [("own", dt.date(2021, 4, 30), 500)],
        ),
        # Not here on the day of the books: overdue, and expected the day after.
        (books(as_of="2021-07-31"), [("guarantee", SOON, 640_000_000), (*SALE, 40_000_000)]),
        (
            books(", recovered = 6_000_000", "2021-07-31"),
            [("guarantee", SOON, 40_000_000), (*SALE, 40_000_000)],
        ),
        # Named cash stands in the place of what the rules would bring first.
        (
            books(rest='expected = [{ date = 2021-09-30, stream = "recovery", amount = 6_400_000 }]'),
            [(*SALE, 40_000_000)],
        ),
    ],
)
def test_what_is_to_come_of_a_default(of: str, right: list[tuple[str, dt.date, int]]) -> None:
    assert to_come(of, performance()) == right


@pytest.mark.parametrize(
    ("failed", "as_of", "right"),
    [
        # The guarantor fails before it pays: 30% of 6,400,000, and the sale brings what it would.
        (dt.date(2021, 6, 30), "2021-04-20", [(*GUARANTEE, 192_000_000), (*SALE, 40_000_000)]),
        (dt.date(2021, 7, 1), "2021-04-20", [(*GUARANTEE, 640_000_000), (*SALE, 40_000_000)]),
        # Overdue when it fails: what it owes it owes still, and pays 30% of it.
        (dt.date(2021, 7, 15), "2021-07-31", [("guarantee", SOON, 192_000_000), (*SALE, 40_000_000)]),
        # Failed before it was due: the share is taken once.
        (dt.date(2021, 5, 1), "2021-07-31", [("guarantee", SOON, 192_000_000), (*SALE, 40_000_000)]),
        # Fails after that day: it has paid.
        (dt.date(2021, 8, 15), "2021-07-31", [("guarantee", SOON, 640_000_000), (*SALE, 40_000_000)]),
    ],
)
def test_who_owes_it_may_fail(failed: dt.date, as_of: str, right: list[tuple[str, dt.date, int]]) -> None:
    assert to_come(books(as_of=as_of), performance(failed)) == right


def test_who_owes_it_may_pay_late() -> None:
    late = LateParty("guarantor", dt.date(2021, 6, 1), dt.date(2021, 6, 30), 30)
    found = to_come(books(), performance(late=(late,)))
    assert found == [("guarantee", dt.date(2021, 7, 30), 640_000_000), (*SALE, 40_000_000)]


@pytest.mark.parametrize(
    "entry",
    [
        "{ date = 2021-04-21, amount = 1 }",
        "{ date = 2021-03-31, amount = 1, recovered = 1.01 }",
        "{ date = 2021-03-31, amount = 1, recovered = 0.5, written_off = 0.51 }",
        "{ date = 2021-03-31, amount = 1, given_up = 0.01 }",
        "{ date = 2021-03-31, amount = 1, deposit = 1.01 }",
    ],
)
def test_books_that_cannot_be(entry: str) -> None:
    import tomllib
    from decimal import Decimal

    text = f"date = 2021-04-20\nbalance = 0\ndefaulted = [{entry}]"
    past, problems = validate(PastClaim, tomllib.loads(text, parse_float=Decimal))
    assert past is None
    assert {one.code for one in problems} == {"SEC198"}


def test_what_a_failed_party_does_not_pay_of_the_stock_is_left_for_those_after_it() -> None:
    # Of 3,000,000 that are left the guarantor owes all and pays 30%: 2,100,000 are left for the sale's 400,000.
    written = books(", written_off = 5_000_000", "2021-07-31")
    found = to_come(written, performance(dt.date(2021, 7, 15)))
    assert found == [("guarantee", SOON, 90_000_000), (*SALE, 40_000_000)]
