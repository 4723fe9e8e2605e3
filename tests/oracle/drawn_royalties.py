"""Royalties drawn at random with every option: docs/reference/assets.md, section 7."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from securitize.base.dates import add_months
from tests.oracle.drawn_claims import past
from tests.oracle.drawn_values import (
    ADJUSTMENTS,
    CUT_OFF,
    SHARES,
    STARTS,
    after,
    ascending,
    decimals,
    money,
    optional,
    whole,
)

BASES = st.one_of(money(300), money(30_000_000))
ROYALTY_RATES = decimals(0, 3000, 4)


@st.composite
def sales(draw: st.DrawFn, start: dt.date) -> tuple[Any, tuple[dt.date, ...]]:
    """Sales by list or by rule, and the ends of the reporting periods."""
    if draw(st.booleans()):
        days = draw(ascending(start, 12, 130))
        return tuple({"to": day, "amount": draw(BASES)} for day in days), days
    first = after(start, draw(whole(1, 120)))
    if draw(st.booleans()):
        first = after(add_months(first.replace(day=1), 1), -1)
        first = first if first > start else after(first, 10)
    months, at_end = draw(st.sampled_from([1, 2, 3, 6, 12])), draw(st.booleans())
    ends = at_end and after(first, 1).day == 1
    days = tuple(add_months(first, months * k, ends) for k in range(draw(whole(1, 12))))
    fields = {"every": f"{months}M", "first": first, "last": days[-1], "amount": draw(BASES)}
    return fields | optional(draw, end_of_month=st.just(at_end), growth=decimals(-3000, 3000, 4)) | (
        {"end_of_month": True} if at_end else {}
    ), days


@st.composite
def royalty_rates(draw: st.DrawFn, days: tuple[dt.date, ...]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["fixed", "stepped", "tiered", "tiered"]))
    if kind == "tiered":
        above = sorted(draw(st.sets(whole(1, 60_000_000), max_size=3)) | {0})
        return {
            "kind": kind,
            "per": draw(st.sampled_from(["period", "year", "life"])),
            "tiers": tuple({"above": Decimal(x).scaleb(-2), "rate": draw(ROYALTY_RATES)} for x in above),
        }
    rate: dict[str, Any] = {"kind": kind, "rate": draw(ROYALTY_RATES)}
    if kind == "stepped":
        steps = sorted(draw(st.sets(_about(days), min_size=1, max_size=3)))
        rate["steps"] = tuple({"from": day, "rate": draw(ROYALTY_RATES)} for day in steps)
    return rate


def _about(days: tuple[dt.date, ...]) -> st.SearchStrategy[dt.date]:
    return st.builds(after, st.sampled_from(days), st.one_of(whole(-1, 1), whole(-60, 60)))


@st.composite
def running(draw: st.DrawFn, contract: dict[str, Any]) -> tuple[dict[str, Any], tuple[dt.date, ...]]:
    sold, days = draw(sales(contract["start"]))
    near = _about(days)
    contract |= {"kind": "running-royalty", "sales": sold, "rate": draw(royalty_rates(days))}
    contract |= optional(
        draw,
        payment_lag=whole(0, 120),
        generic_entry=st.fixed_dictionaries(
            {"date": near, "keeps": st.lists(SHARES, min_size=1, max_size=4).map(tuple)}
        ),
        end=near,
        minimum=st.fixed_dictionaries({"amount": money(500_000), "per": st.sampled_from(["period", "year"])}),
        cap=st.fixed_dictionaries(
            {"amount": money(1_500_000), "per": st.sampled_from(["period", "year", "life"])}
        ),
        milestones=st.lists(
            st.one_of(
                st.fixed_dictionaries({"sales": money(60_000_000), "amount": money(500_000)}),
                st.fixed_dictionaries({"date": near, "amount": money(500_000)}),
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
        sub_royalty=SHARES,
        share=SHARES,
    )
    if contract["collateral"] and draw(whole(0, 3)):
        contract["until_last_valid_claim"] = True
        contract |= optional(draw, after_claims=SHARES)
    return contract, days


@st.composite
def royalties(draw: st.DrawFn, rights: list[str], obligors: list[str]) -> dict[str, Any]:
    contract: dict[str, Any] = {
        "obligor": draw(st.sampled_from(obligors)),
        "start": draw(STARTS),
        "collateral": tuple(draw(st.lists(st.sampled_from(rights), unique=True))),
        "adjustment": draw(ADJUSTMENTS),
    }
    if draw(whole(0, 3)):
        contract, days = draw(running(contract))
    else:
        days = draw(ascending(contract["start"], 9))
        cash = tuple({"date": day, "royalty": draw(BASES)} for day in days)
        contract |= {"kind": "projected-royalty", "cash": cash}
    contract |= optional(
        draw,
        purchase_price=money(10_000_000),
        seller=st.sampled_from(obligors),
        relicence=st.fixed_dictionaries(
            {"share": SHARES}, optional={"lag": whole(0, 14).map(lambda n: f"{n}M")}
        ),
    )
    if draw(whole(0, 2)) == 0:
        near = tuple(day for day in days if day > CUT_OFF)
        contract["as_of"] = draw(past(contract["collateral"], near or (CUT_OFF,)))
        contract["as_of"] |= optional(draw, entitled=SHARES)
        left = Decimal(1) - contract["as_of"].get("entitled", Decimal(1))
        books = contract["as_of"]["date"]
        if draw(st.booleans()):
            parts = draw(st.sampled_from([(left,), (left / 2, left / 2), (left / 4,)]))
            contract["as_of"]["returning"] = tuple(
                {
                    "date": after(books, draw(whole(-100, 400))),
                    "share": part.quantize(Decimal("1e-8"), "ROUND_DOWN"),
                }
                for part in parts
            )
        if draw(st.booleans()):
            contract["as_of"]["defaulted"] = after(books, -draw(whole(0, 150)))
    return contract
