"""An account bank that fails, on paper: what is in its accounts that day is paid in its share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.bank_deal import bank_out, run, yuan

#: Nobody fails: 10,000.00 earns 26.39 in 95 days, 9,999.99 come in, 9,500.00 are paid, and so on.
ALIVE = [10_526.38, 11_552.69]


def test_a_bank_that_fails_between_collection_and_payment_takes_what_came_since_too(tmp_path: Path) -> None:
    found = run(tmp_path, bank_out("2020-07-05"))
    # 10,526.38 are left of April, 9,999.99 were collected by 1 July: 70% of 20,526.37.
    # 1,333.33 came on 3 July, to be paid in October: 70% of it is lost then.
    assert yuan(found, "account", "main", "lost") == [0, 14_368.46, 933.33, 0]
    # The bank owes interest on 3,157.91, a quarter of 1%.
    assert yuan(found, "account", "main", "interest") == [26.39, 7.89, 0, 0.17]
    # What is missing of 9,000.00 comes from the reserve, which is kept elsewhere.
    assert yuan(found, "account", "main", "closing") == [10_526.38, 0, 66.66, 0]
    assert yuan(found, "account", "reserve", "closing") == [50_000, 47_165.80, 47_165.80, 0]
    assert yuan(found, "note", "A", "interest_paid") == [9_500, 9_000, 9_000, 9_000]
    assert found.lines[("final_distribution",)][-1] == 14_823_262


@pytest.mark.parametrize(
    ("day", "lost"),
    [
        # On the payment date itself, and one day after: then it is October's, on what July left.
        ("2020-07-11", [0, 14_368.46, 933.33, 0]),
        ("2020-07-12", [0, 0, 9_020.21, 0]),
        # Before the first date: 70% of the opening and of 1,333.33 + 2,000.00 + 1,333.33.
        ("2020-02-10", [10_266.66, 0, 0, 0]),
        # Before closing: of the opening and of what came on 3 January.
        ("2020-01-04", [7_933.33, 0, 0, 0]),
    ],
)
def test_the_day_says_which_date_bears_the_loss(day: str, lost: list[float], tmp_path: Path) -> None:
    found = run(tmp_path, bank_out(day))
    assert yuan(found, "account", "main", "lost") == lost


def test_it_is_no_collection_less(tmp_path: Path) -> None:
    alive, failed = run(tmp_path), run(tmp_path, bank_out("2020-07-05"))
    assert yuan(alive, "account", "main", "closing")[:2] == ALIVE
    for line in alive.lines:
        if line[0] in ("collections", "performing", "defaulted", "distribution_left"):
            assert (alive.lines[line] == failed.lines[line]).all(), line


def test_a_reserve_at_the_bank_loses_its_balance_alone(tmp_path: Path) -> None:
    at_the_bank = ('kind = "reserve"', 'kind = "reserve"\nparty = "bank"')
    found = run(tmp_path, bank_out("2020-07-05"), changes=(at_the_bank,))
    assert yuan(found, "account", "reserve", "lost") == [0, 35_000, 0, 0]
    assert yuan(found, "account", "main", "lost") == [0, 14_368.46, 933.33, 0]


def test_a_stream_of_another_account_is_not_held_there(tmp_path: Path) -> None:
    apart = ("[accounts.main]", '[collections]\ninterest = "second"\n[accounts.main]')
    second = ("[accounts.reserve]", '[accounts.second]\nkind = "collection"\n[accounts.reserve]')
    drawn = ('pay = ["interest:A"]\nfrom = ["main",', 'pay = ["interest:A"]\nfrom = ["main", "second",')
    found = run(tmp_path, bank_out("2020-07-05"), changes=(apart, second, drawn))
    # Main holds its opening and 26.39 of interest, of which 9,500.00 were paid; nothing came in.
    assert yuan(found, "account", "main", "lost") == [0, 368.47, 0, 0]
