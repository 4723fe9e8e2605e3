"""Collections found from published figures: a real report by hand, and small deals against every series there is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from securitize.base.errors import InfeasibleError
from securitize.commands.solve import command
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.solvers.back_solve import solve_input
from securitize.studies.solvers.collection_series import Forward
from securitize.studies.solvers.collections_sought import solve_collections
from securitize.studies.solvers.published_figures import PublishedFigure, check_published, read_published

DATES = """name = "small"
title = "t"
currency = "CNY"
pool = "p"
residual_to = "originator"
sources = []
[dates]
cut_off = 2019-12-31
closing = 2019-12-31
legal_final = 2021-12-31
calendar = "none"
[dates.payment]
every = "6M"
first = 2020-06-30
last = 2021-12-31
end_of_month = true
[dates.collection]
days_before = 0
[accounts.collection]
kind = "collection"
"""
POOL = """name = "p"
title = "t"
currency = "CNY"
calendar = "none"
sources = []
synthetic = true
[obligors.o1]
title = "O"
[collateral.q1]
kind = "invention"
owner = "o1"
[contracts.c1]
kind = "projected"
obligor = "o1"
collateral = ["q1"]
start = 2019-12-31
cash = [ { date = 2021-12-31, interest = 0.10, principal = 1 } ]
"""
A = """[notes.A]
rank = 1
balance = 1
day_count = "30/360"
TERMS
coupon = { kind = "fixed", rate = 0.20 }
principal = { kind = "turbo" }
"""
B = """[notes.B]
rank = 2
balance = 0.60
day_count = "30/360"
interest_on_unpaid = "coupon"
coupon = { kind = "fixed", rate = 0.40 }
principal = { kind = "turbo" }
"""
SCHEDULED = """{ kind = "scheduled", payments = [
  { date = 2020-06-30, amount = 0.30 },
  { date = 2020-12-31, amount = 0.30 },
  { date = 2021-06-30, amount = 0.40 },
] }"""
RESERVE = """[accounts.reserve]
kind = "reserve"
[accounts.reserve.target]
kind = "fixed"
amount = 0.15
"""


def steps(*payees: str, sources: str = "") -> str:
    """One step for each payee, all out of the same accounts but those that pay into one or take what is left."""
    own = ("reserve:", "originator")
    return "".join(
        f'[[priority.normal]]\nname = "{payee}"\npay = ["{payee}"]\n'
        + ("" if payee.startswith(own) else sources)
        for payee in payees
    )


ALL = steps("interest:A", "principal:A", "originator")
KEPT = 'from = ["collection", "reserve"]\n'
DEALS = {
    "turbo": A.replace("TERMS", "") + ALL,
    "capitalising": A.replace("TERMS", 'unpaid_interest = "capitalised"') + ALL,
    "scheduled, surplus lost": A.replace("TERMS", "").replace('{ kind = "turbo" }', SCHEDULED) + ALL,
    "surplus kept in a reserve": RESERVE
    + A.replace("TERMS", "").replace('{ kind = "turbo" }', SCHEDULED)
    + steps("interest:A", "principal:A", "reserve:reserve", "originator", sources=KEPT),
    "junior before senior principal": A.replace("TERMS", 'unpaid_interest = "capitalised"')
    + B
    + steps("interest:A", "interest:B", "principal:A", "principal:B", "originator"),
}
#: Deal, highest collection in cents, the rows of the file.
CASES = [
    ("turbo", 40, ["1,A,0.80,,", "2,A,0.60,,", "3,A,0.50,,"]),
    ("turbo", 40, ["1,A,0.80,,0.10", "2,A,0.60,,0.10", "3,A,0.50,,0.10"]),
    ("turbo", 40, ["3,A,0.50,,0.10"]),
    ("turbo", 40, ["1,A,,0.05,", "3,A,,0.08,0.02"]),
    ("capitalising", 40, ["1,A,1.00,0,0.10", "3,A,1.10,0,0.10"]),
    ("scheduled, surplus lost", 60, ["1,A,0.70,,", "2,A,0.50,,"]),
    ("scheduled, surplus lost", 60, ["1,A,0.70,,", "2,A,0.40,,"]),
    ("surplus kept in a reserve", 40, ["1,A,0.70,,", "2,A,0.40,,", "3,A,0.10,,0.10"]),
    ("surplus kept in a reserve", 40, ["2,A,0.50,,0.10", "3,A,0.30,0,0.10"]),
    ("junior before senior principal", 90, ["1,A,,0,", "2,A,0.90,,", "2,B,0.60,0.12,"]),
    ("junior before senior principal", 40, ["2,A,1.00,,0.10", "2,B,0.60,,", "3,B,0.60,0.10,0.10"]),
]


def made(
    folder: Path, terms: str, rows: list[str], pool: str = POOL
) -> tuple[Prepared, tuple[PublishedFigure, ...]]:
    """A deal in a folder of its own, and the figures of a file."""
    (folder / "pool").mkdir()
    (folder / "deal.toml").write_text(terms, encoding="utf-8")
    (folder / "pool" / "pool.toml").write_text(pool, encoding="utf-8")
    file = folder / "figures.csv"
    head = "date" if rows[0].count("-") == 2 else "period"
    file.write_text(f"{head},note,balance,interest_payable,to\n" + "\n".join(rows) + "\n", encoding="utf-8")
    prepared, published = prepare(str(folder)), read_published(file)
    check_published(prepared, file, published)
    return prepared, published


@pytest.mark.parametrize(("name", "top", "rows"), CASES)
def test_the_ends_are_those_of_every_series_there_is(
    name: str, top: int, rows: list[str], tmp_path: Path
) -> None:
    prepared, published = made(tmp_path, DATES + DEALS[name], rows)
    forward = Forward(prepared, "interest", published, 0, top)
    every = np.indices((top + 1,) * forward.periods).reshape(forward.periods, -1).T.astype(np.int64)
    given = every[forward.gives(every, range(len(published)))]
    assert len(given)
    sought = solve_collections(prepared, "interest", published, Decimal(0), Decimal(top) / 100)
    expected = list(zip(given.min(axis=0).tolist(), given.max(axis=0).tolist(), strict=True))
    assert [(one.least, one.most) for one in sought.found] == expected
    assert [(one.low, one.high) for one in sought.found] == expected
    assert forward.gives(sought.witnesses, range(len(published))).all()
    for k, one in enumerate(sought.found):
        assert (one.no_lower, one.no_upper) == (one.least == 0, one.most == top)
        assert sought.witnesses[2 * k : 2 * k + 2, k].tolist() == [one.least, one.most]


def test_figures_that_no_series_gives_are_refused(tmp_path: Path) -> None:
    prepared, published = made(
        tmp_path, DATES + DEALS["scheduled, surplus lost"], ["1,A,0.70,,", "2,A,0.39,,"]
    )
    with pytest.raises(InfeasibleError, match=r"no series within 0\.00 to 2\.01 a period gives"):
        solve_collections(prepared, "interest", published)


JPR = """name = "jpr"
title = "t"
currency = "USD"
pool = "p"
residual_to = "originator"
sources = []
[dates]
cut_off = 2012-09-01
closing = 2012-09-01
legal_final = 2020-09-01
calendar = "none"
[dates.payment]
every = "12M"
first = 2013-09-01
last = 2020-09-01
[dates.collection]
days_before = 0
[accounts.collection]
kind = "collection"
[notes.A]
rank = 1
balance = 30_000_000
day_count = "30/360"
coupon = { kind = "fixed", rate = 0.14 }
principal = { kind = "bullet", date = 2020-09-01 }
"""


def test_interest_payable_of_a_balance_sheet_tells_what_was_paid(tmp_path: Path) -> None:
    """JPR Royalty Sub, 30.0m at 14%: interest payable of 3.867m at the end of 2013, of 4.824m on 30 September 2014 (SEC
    0001171843-21-003310, 10-Q of the third quarter of 2014), taken to bear none.

    120 days are 1,400,000.00, so that 2,467,000 were unpaid after 1 September 2013: 1,733,000 of 4,200,000 had come,
    within 500. 29 days are 338,333.33, so that 4,485,666.67 were unpaid a year later: 2,181,333.33, within 1,000.
    """
    pool = POOL.replace("CNY", "USD").replace("2019-12-31", "2012-09-01").replace("2021-12-31", "2020-09-01")
    rows = ["2013-12-31,A,,3867000,1000", "2014-09-30,A,,4824000,1000"]
    prepared, published = made(tmp_path, JPR + ALL, rows, pool)
    first, second = solve_collections(prepared, "royalty", published).found
    assert (first.least, first.most) == (first.low, first.high) == (173_250_000, 173_350_000)
    assert (second.least, second.most) == (second.low, second.high) == (218_033_333, 218_233_333)


def test_a_number_gives_what_rounds_to_the_figure(tmp_path: Path) -> None:
    """Nothing is paid: half a year's interest is published as 0.08 in steps of 0.02, so that 0.07 to 0.09 give it, and
    0.065 to 0.095 round to these, halves to the even: coupons of 13% to just below 19%."""
    prepared, published = made(tmp_path, DATES + DEALS["turbo"], ["1,A,,0.08,0.02"])
    found = solve_input(prepared, "deal:notes.A.coupon.rate", published, Decimal("0.02"), Decimal("0.30"))
    assert (found.low * found.step, found.high * found.step) == (Decimal("0.13000001"), Decimal("0.18999999"))
    assert (found.below, found.above) == (-1, 1)


def test_the_command_says_what_is_known(tmp_path: Path) -> None:
    made(tmp_path, DATES + DEALS["turbo"], ["1,A,0.80,,", "3,A,0.50,,0.10"])
    file = str(tmp_path / "figures.csv")
    done = CliRunner().invoke(
        command, [str(tmp_path), "--unknown", "collections:interest", "--balances", file]
    )
    assert done.exit_code == 0, done.output
    words = " ".join(done.output.split())
    assert "1 0.30 0.30 0.30 0.30 exact" in words
    assert "interval, both ends" in words
    assert "The periods hang together" in words
    assert "unique" not in words
