"""Notes, fees, reserves, support, triggers and the clean-up call of a generated deal.

``size`` is what a note may be at most, in minor units; everything else is drawn in proportion to it, so that
nothing is always paid and nothing never.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from tests.properties.drawing import (
    DAY_COUNTS,
    STREAMS,
    Draw,
    chance,
    later,
    money,
    month_end,
    one_of,
    rate,
    share,
    subset,
    whole,
)

Table = dict[str, Any]
Dates = dict[str, list[datetime.date]]


def draw_coupon(draw: Draw, accrual: list[datetime.date]) -> Table:
    kind = one_of(draw, "fixed", "fixed", "fixed", "step-up", "step-up", "zero")
    if kind == "zero":
        return {"kind": "zero"}
    if kind == "fixed":
        return {"kind": "fixed", "rate": rate(draw)}
    first = accrual[0] + datetime.timedelta(days=1)
    some_day = [later(draw, first, (accrual[-1] - first).days) for _ in range(3)]
    days = sorted({one_of(draw, *accrual[1:], *some_day) for _ in range(one_of(draw, 1, 2, 3))})
    return {"kind": "step-up", "rate": rate(draw), "steps": [{"from": d, "rate": rate(draw)} for d in days]}


def draw_principal(draw: Draw, balance: Decimal, dates: list[datetime.date]) -> Table:
    kind = one_of(draw, "scheduled", "bullet", "collected", "collected", "turbo")
    if kind == "bullet":
        return {"kind": kind, "date": one_of(draw, *dates)}
    if kind == "scheduled":
        days = sorted({one_of(draw, *dates) for _ in range(4)})
        everything = int(balance * 100)
        cuts = sorted(whole(draw, everything) for _ in days[1:])
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, everything], strict=True)]
        payments = [
            {"date": day, "amount": Decimal(part).scaleb(-2)} for day, part in zip(days, parts, strict=True)
        ]
        return {"kind": kind, "payments": payments}
    return {"kind": kind}


def draw_note(draw: Draw, rank: int, schedule: Dates, size: int) -> Table:
    balance = money(draw, size)
    note = {
        "rank": rank,
        "balance": balance,
        "day_count": one_of(draw, *DAY_COUNTS),
        "coupon": draw_coupon(draw, schedule["accrual"]),
        "principal": draw_principal(draw, balance, schedule["accrual"][1:]),
    }
    if chance(draw, 50):
        note["interest_on_unpaid"] = "coupon"
    if chance(draw, 30):
        note["deferrable"] = True
    return note


def draw_notes(draw: Draw, schedule: Dates, size: int) -> Table:
    ranks = [one_of(draw, 1, 2, 3) for _ in range(one_of(draw, 1, 2, 2, 3, 4))]
    notes = {f"N{i}": draw_note(draw, rank, schedule, size) for i, rank in enumerate(ranks)}
    if len(notes) > 1 and chance(draw, 40):
        # Equal balances and coupons make equal dues, where leftover units are decided by order alone.
        notes["N1"] = {**notes["N0"], "rank": notes["N1"]["rank"]}
    return notes


def draw_fee(draw: Draw, notes: list[str], schedule: Dates, size: int) -> Table:
    of_balance = ("percent-of-balance",) * 3
    kind = one_of(draw, "one-off", "fixed", *of_balance, "percent-of-collections")
    fee: Table = {"kind": kind}
    first, last = schedule["collection"][0], schedule["payment"][-1]

    def some_day() -> datetime.date:
        return later(draw, first, (last - first).days + 20)

    if kind in ("one-off", "fixed"):
        fee["amount"] = money(draw, size // 20)
    if kind == "one-off":
        fee["date"] = one_of(draw, some_day(), *schedule["payment"])
    else:
        if chance(draw, 30):
            fee["from"] = some_day()
        if chance(draw, 30):
            fee["until"] = some_day()
        if chance(draw, 40):
            fee["while"] = "always"
    if kind in ("percent-of-balance", "percent-of-collections"):
        fee["rate"] = rate(draw)
    if kind in ("fixed", "percent-of-balance") and chance(draw, 50):
        fee["payable"] = one_of(draw, "1M", "3M", "12M", "1Y")
    if kind == "percent-of-balance":
        fee["base"] = one_of(draw, "pool", "notes", tuple(notes[:1]))
        fee["day_count"] = one_of(draw, *DAY_COUNTS)
        fee["window"] = one_of(draw, "interest-period", "collection-period")
    if kind == "percent-of-collections":
        fee["inclusive"] = chance(draw, 60)
        if chance(draw, 50):
            fee["streams"] = tuple(subset(draw, list(STREAMS), 1))
    if chance(draw, 35):
        fee["vat"] = Decimal("0.06")
        fee["surcharge"] = one_of(draw, Decimal("0.12"), Decimal("0.12"), Decimal(0))
    if chance(draw, 40):
        fee["cap"] = {"amount": money(draw, size // 50), "per": one_of(draw, "payment", "year")}
    return fee


def draw_target(draw: Draw, notes: list[str], size: int) -> Table:
    kind = one_of(draw, "fixed", "percent", "percent", "months-of-interest")
    target: Table = {"kind": kind}
    if kind == "fixed":
        target["amount"] = money(draw, size // 10)
    else:
        if kind == "percent":
            target["rate"] = rate(draw)
            target["of"] = one_of(draw, "pool", "pool-at-cut-off", tuple(notes))
        else:
            target["months"] = one_of(draw, 1, 3, 6, 12, 24)
            target["notes"] = tuple(notes[:2])
        if chance(draw, 40):
            target["floor"] = money(draw, size // 20)
        if chance(draw, 40):
            target["cap"] = money(draw, size // 20)
    if chance(draw, 40):
        target["zero_at"] = tuple(subset(draw, ["notes-nil", "legal-final"]))
    return target


def draw_accounts(draw: Draw, notes: list[str], size: int) -> Table:
    accounts: Table = {"collection": {"kind": "collection"}}
    if chance(draw, 30):
        accounts["principal"] = {"kind": "collection"}
    for name in ("reserve", "second-reserve")[: one_of(draw, 0, 1, 1, 2)]:
        accounts[name] = {
            "kind": "reserve",
            "funding": one_of(draw, "proceeds", "outside"),
            "opening": money(draw, size // 8),
            "target": draw_target(draw, notes, size),
        }
    return accounts


def draw_support(draw: Draw, size: int, periods: int) -> Table:
    support: Table = {"kind": "shortfall-undertaking", "reinstates": chance(draw, 60)}
    if chance(draw, 75):
        support["limit"] = money(draw, one_of(draw, 1, 2) * size // one_of(draw, 2, 20))
    if chance(draw, 40):
        support["limit_per_payment"] = money(draw, size // periods)
    return support


def draw_trigger(draw: Draw, notes: list[str], schedule: Dates) -> Table:
    coverage, unpaid = ("coverage",) * 4, ("unpaid-interest",) * 2
    kind = one_of(draw, "date", "cumulative-default", "collections", *coverage, *unpaid)
    trigger: Table = {"kind": kind, "latched": chance(draw, 50)}
    after = chance(draw, 30)
    if kind == "date":
        trigger["date"] = one_of(draw, *schedule["payment"]) + datetime.timedelta(days=one_of(draw, -1, 0, 1))
    if kind == "cumulative-default":
        trigger["threshold"] = one_of(draw, Decimal("0.1"), Decimal("0.05"), share(draw))
    if kind == "collections":
        trigger["threshold"] = one_of(draw, Decimal(1), Decimal("0.8"), share(draw))
        trigger["cumulative"] = chance(draw, 50)
    if kind == "coverage":
        trigger["measure"] = one_of(draw, "DSCR", "IC", "OC")
        trigger["rank"] = one_of(draw, 1, 2, 3)
        # Principal is collected too, so interest alone is covered many times.
        top = {"DSCR": 2, "IC": 20, "OC": 2}[trigger["measure"]]
        trigger["threshold"] = one_of(draw, Decimal(1), Decimal("1.2"), share(draw, top), share(draw, top))
        trigger["with_support"] = trigger["measure"] != "OC" and chance(draw, 40)
        after = after or trigger["measure"] == "OC"
    if kind == "unpaid-interest":
        trigger["notes"] = tuple(subset(draw, notes, 1))
        after = True
    if after:
        trigger["test"] = "after-payment"
        trigger["effect"] = "next-payment"
    elif chance(draw, 30):
        trigger["effect"] = "next-payment"
    if chance(draw, 40):
        trigger["first_test"] = one_of(draw, *schedule["payment"])
    return trigger


def draw_call(draw: Draw, schedule: Dates) -> Table:
    call: Table = {
        "threshold": one_of(draw, Decimal("0.9"), Decimal("0.5"), share(draw)),
        "price": one_of(draw, Decimal(1), share(draw, 2)),
        "condition": one_of(draw, "repays-notes", "repays-notes", "none"),
    }
    if chance(draw, 30):
        call["first_date"] = one_of(draw, *schedule["payment"])
    return call


def draw_closing(draw: Draw) -> datetime.date:
    """A day of some years, leap years among them; often the last of its month."""
    day = datetime.date(2019, 1, 1) + datetime.timedelta(days=whole(draw, 1500))
    return month_end(day.year, day.month) if chance(draw, 25) else day
