"""Puts and calls where they pay, against every choice told by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import UsageError
from securitize.engine.prepare.prepare import prepare
from securitize.library import find_deal, find_pool
from securitize.studies.price.price import price

CALL = (
    "\n[issuer_call]\nprices = [{ from = 2021-03-11, price = 1.0 }, { from = 2022-03-11, price = 1.005 }]\n"
)

NORMAL = '[[priority.normal]]\nname = "senior principal"'
PREMIUM = (
    '[[priority.normal]]\nname = "premium"\npay = ["premium:A", "premium:sub"]\nfrom = ["collection"]\n\n'
)
PUT = (
    '[[priority.normal]]\nname = "put"\npay = ["put:A"]\nfrom = ["collection"]\nsupport = ["undertaking"]\n\n'
)


def folder(tmp_path: Path, *edits: tuple[str, str], more: str = "") -> Path:
    """guangzhou-2019 with other terms, in a folder of its own."""
    file = Path(find_deal("guangzhou-2019"))
    text = file.read_text(encoding="utf-8")
    for before, after in edits:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    (tmp_path / "pool").mkdir()
    (tmp_path / "deal.toml").write_text(text + more, encoding="utf-8")
    (tmp_path / "pool" / "pool.toml").write_text(
        Path(find_pool(file, "guangzhou-2019")).read_text(encoding="utf-8"), encoding="utf-8"
    )
    return tmp_path


def rows(found: Any) -> dict[str, Any]:
    return {row["note"]: row for row in found.arrow("prices").to_pylist()}


def total(found: Any) -> float:
    return sum(float(row["dirty_price"]) * float(row["balance"]) for row in rows(found).values())


def called(tmp_path: Path, day: dt.date | None, spread: float) -> float:
    """All notes where the issuer calls on a day, told by hand."""
    target = tmp_path / str(day)
    target.mkdir()
    more = CALL if day is None else CALL.replace("[issuer_call]", f"[issuer_call]\ndate = {day}")
    return total(
        price(
            folder(target, (NORMAL, PREMIUM + NORMAL), more=more), market="china-2019-09-11", z_spread=spread
        )
    )


@pytest.mark.parametrize("spread", [-0.02, 0.05])
def test_the_issuer_calls_where_all_notes_are_worth_least(tmp_path: Path, spread: float) -> None:
    deal = folder(tmp_path, (NORMAL, PREMIUM + NORMAL), more=CALL)
    found = price(deal, market="china-2019-09-11", z_spread=spread, exercise="intrinsic")
    dates = prepare(deal).schedule.payment[:-1]
    by_hand = {day: called(tmp_path, day, spread) for day in (None, *(d for d in dates if d.year > 2020))}
    assert total(found) == pytest.approx(min(by_hand.values()), rel=1e-14)
    best = min(by_hand, key=lambda day: by_hand[day])
    assert rows(found)["A"]["exercised"] == (None if best is None else f"call {best}")


def putable(tmp_path: Path, puts: str) -> Path:
    """The senior note may be given back in March 2021; what is put is paid before its principal."""
    return folder(
        tmp_path,
        ('rating = "AAA"\nday_count', f'rating = "AAA"\nputs = {puts}\nday_count'),
        (NORMAL, f"{PUT}{NORMAL}"),
    )


@pytest.mark.parametrize("spread", [-0.02, 0.08])
def test_investors_put_where_their_note_is_worth_more_so(tmp_path: Path, spread: float) -> None:
    puts = "[{ date = 2021-03-11, share = 0.5 }]"
    for name in ("with", "none", "asked"):
        (tmp_path / name).mkdir()
    told = price(putable(tmp_path / "with", puts), market="china-2019-09-11", z_spread=spread)
    held = price(putable(tmp_path / "none", "[]"), market="china-2019-09-11", z_spread=spread)
    found = price(
        putable(tmp_path / "asked", puts), market="china-2019-09-11", z_spread=spread, exercise="intrinsic"
    )
    both = [rows(each)["A"]["dirty_price"] for each in (told, held)]
    assert rows(found)["A"]["dirty_price"] == max(both)
    assert (rows(found)["A"]["exercised"] == "put A 2021-03-11") == (both[0] > both[1])


def test_a_price_leaves_nothing_to_choose_at(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exercise"):
        price("guangzhou-2019", price=99, exercise="intrinsic")


def test_without_options_nothing_is_exercised() -> None:
    found = price("nanshan-5-2022", exercise="intrinsic")
    assert {row["exercised"] for row in rows(found).values()} == {None}


def re_set(
    tmp_path: Path, name: str, reset: str, share: float = 0, window: str = "until = 2021-02-26"
) -> Path:
    """The senior note may be given back in March 2021, with another coupon from then on."""
    (tmp_path / name).mkdir()
    terms = f"reset = {{ announced = 2021-02-10, {reset} }}, window = {{ from = 2021-02-22, {window} }}"
    return putable(tmp_path / name, f"[{{ date = 2021-03-11, share = {share}, {terms} }}]")


def worth(deal: Path, **asked: Any) -> float:
    found = price(deal, market="china-2019-09-11", z_spread=0.01, **asked)
    return float(rows(found)["A"]["dirty_price"])


def test_the_issuer_sets_the_lowest_coupon_at_which_the_note_is_kept(tmp_path: Path) -> None:
    """The choice is found by bisection; here the coupon and its neighbour below are told by hand, kept and put."""
    found = price(
        re_set(tmp_path, "asked", "lowest = 0.01, highest = 0.06"),
        market="china-2019-09-11",
        z_spread=0.01,
        exercise="intrinsic",
    )
    row = rows(found)["A"]
    words = str(row["exercised"])
    assert words.startswith("re-set A 2021-03-11 ")
    assert words.endswith("%")
    coupon = round(float(words.rsplit(maxsplit=1)[-1][:-1]) * 100)
    held, put_ = (worth(re_set(tmp_path, f"{share}", f"rate = 0.{coupon:04d}", share)) for share in (0, 1))
    assert held >= put_
    assert row["dirty_price"] == held
    below = [
        worth(re_set(tmp_path, f"below{share}", f"rate = 0.{coupon - 1:04d}", share)) for share in (0, 1)
    ]
    assert below[0] < below[1]


def test_where_no_coupon_of_the_range_keeps_the_note_it_stays_and_is_put(tmp_path: Path) -> None:
    """At 8% over the curve not even 6% keeps it; the rate of the deal, 2%, is left, and all is put."""
    terms = "rate = 0.02, lowest = 0.02, highest = 0.06"
    asked, told = (re_set(tmp_path, name, terms, share) for name, share in (("asked", 0.2), ("told", 1)))
    found = rows(price(asked, market="china-2019-09-11", z_spread=0.08, exercise="intrinsic"))["A"]
    by_hand = rows(price(told, market="china-2019-09-11", z_spread=0.08))["A"]
    assert found["exercised"] == "put A 2021-03-11"
    assert found["dirty_price"] == by_hand["dirty_price"]


@pytest.mark.parametrize(
    ("settlement", "coupon", "chosen"), [("2021-02-15", "0.01", True), ("2021-03-01", "0.01", False)]
)
def test_what_is_announced_is_known_and_a_closed_window_is_past(
    tmp_path: Path, settlement: str, coupon: str, chosen: bool
) -> None:
    """A coupon of 1% was announced: the issuer chooses no more; investors put all of it until the window closes."""
    deal = re_set(tmp_path, "asked", "rate = 0.01, lowest = 0.01, highest = 0.06", share=0.1)
    found = price(
        deal,
        market="china-2019-09-11",
        z_spread=0.01,
        exercise="intrinsic",
        settlement=dt.date.fromisoformat(settlement),
    )
    assert rows(found)["A"]["exercised"] == ("put A 2021-03-11" if chosen else None)


@dataclass(frozen=True)
class Choice:
    """What of a note's options was told, and what the note is then worth."""

    coupon: str
    put: bool
    worth: float


def told_by_hand(tmp_path: Path, spread: float, coupons: Sequence[str]) -> list[Choice]:
    """Every coupon of a range, kept and put, each told in a deal of its own."""
    found = []
    for coupon in coupons:
        for put_ in (False, True):
            deal = re_set(tmp_path, f"{coupon}-{put_}", f"rate = {coupon}", int(put_))
            dirty = rows(price(deal, market="china-2019-09-11", z_spread=spread))["A"]["dirty_price"]
            found.append(Choice(coupon, put_, dirty))
    return found


def decided(choices: Sequence[Choice]) -> Choice | None:
    """The lowest coupon at which the note is kept, and what its holders then do; None where it is kept at none."""
    for coupon in sorted({one.coupon for one in choices}):
        held, put_ = (
            next(one for one in choices if (one.coupon, one.put) == (coupon, way)) for way in (False, True)
        )
        if held.worth >= put_.worth:
            return max(held, put_, key=lambda one: (one.worth, not one.put))
    return None


#: Spread and range: the middle of it is set, above and below the coupon of A; kept at its lowest; put at all of it.
RANGES = {
    "up": (0.02, ("0.0500", "0.0501", "0.0502")),
    "down": (0.0, ("0.0296", "0.0297", "0.0298")),
    "kept at the least": (-0.01, ("0.0300", "0.0301")),
    "put at the most": (0.02, ("0.0300", "0.0301")),
}


@pytest.mark.parametrize("way", RANGES)
def test_the_issuer_and_the_investors_choose_what_is_best_of_all_that_is_told(
    tmp_path: Path, way: str
) -> None:
    spread, coupons = RANGES[way]
    asked = re_set(tmp_path, "asked", f"lowest = {coupons[0]}, highest = {coupons[-1]}")
    found = rows(price(asked, market="china-2019-09-11", z_spread=spread, exercise="intrinsic"))["A"]
    choices = told_by_hand(tmp_path, spread, coupons)
    best = decided(choices)
    if best is None:
        best = max((one for one in choices if one.put), key=lambda one: one.worth)
        assert found["exercised"] == "put A 2021-03-11"
    else:
        told = f"re-set A 2021-03-11 {float(best.coupon):.2%}"
        assert found["exercised"] == (f"{told}; put A 2021-03-11" if best.put else told)
    assert found["dirty_price"] == best.worth
    if way in ("up", "down"):
        assert best.coupon == coupons[1]
