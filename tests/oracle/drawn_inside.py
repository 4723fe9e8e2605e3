"""Two claims that events befall inside their instalment periods, drawn by number: every case has some."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any, get_args

from securitize.definitions.figures import DayCount
from securitize.definitions.performance import ClaimOf, Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import Schedule
from tests.oracle.drawn_values import CUT_OFF, after

FAMILIES = ("pledged-loan", "licence-back", "lease-back", "supply-chain", "trust-loan", "projected")
DAY_COUNTS, CLAIMS = get_args(DayCount), get_args(ClaimOf)
ADJUSTMENTS = ("following", "modified-following", "preceding", "unadjusted")
CAUSES = ("lapse", "invalidity", "expiry")
DRIVERS = ("prepayment", "prepayment", "default", "patent-failure", "patent-failure")
SCENARIO = tuple[Pool, Schedule, Performance, Scenario]


def money(draw: Random, most: int = 9_000_000) -> Decimal:
    return Decimal(draw.choice((draw.randrange(300), draw.randrange(most)))).scaleb(-2)


def ascending(draw: Random, start: dt.date) -> tuple[dt.date, ...]:
    """Dates of irregular periods, some of a day or two, some at the end of February."""
    found = [start]
    for _ in range(draw.randrange(2, 7)):
        found.append(after(found[-1], draw.choice((2, 28, 61, 91, 92, 182, 366))))
    return tuple(found[1:])


def entries(draw: Random, amounts: bool) -> tuple[dict[str, Any], ...]:
    """Recoveries with and without a claim to interest, that sum to at most 1."""
    left, found = 10**8, []
    for _ in range(draw.randrange(1, 4)):
        rate = draw.choice((left, left // 2, draw.randrange(left + 1)))
        left -= rate
        one = {"source": "x", "lag": f"{draw.randrange(9)}M", "claim": draw.choice(CLAIMS)}
        found.append(one | {"rate": Decimal(rate).scaleb(-8)})
    if amounts and draw.random() < 0.3:
        del found[0]["rate"]
        found[0]["amount"] = money(draw)
    return tuple(found)


def claim(draw: Random, kind: str, day_count: str) -> dict[str, Any]:
    start = CUT_OFF + draw.choice((-250, -91, -31, 0, 20)) * dt.timedelta(days=1)
    amount, adjustment = Decimal(draw.randrange(100, 9_000_000)).scaleb(-2), draw.choice(ADJUSTMENTS)
    rights = draw.sample(("r0", "r1", "r2"), draw.randrange(1, 4))
    words = ("cut", "repurchase", "none") if kind == "licence-back" else ("repurchase", "repurchase", "none")
    found: dict[str, Any] = {"kind": kind, "obligor": "o1", "start": start, "collateral": tuple(rights)}
    found["failure"] = {cause: draw.choice(words) for cause in CAUSES}
    if draw.random() < 0.3:
        found["deposit"] = money(draw)
    if kind == "supply-chain":
        return found | {
            "amount": amount,
            "due": after(start, 280 + draw.randrange(300)),
            "adjustment": adjustment,
        }
    dates = ascending(draw, start)
    if dates[-1] < after(CUT_OFF, 60):
        dates = (*dates, after(CUT_OFF, 60 + draw.randrange(120)))
    if kind == "projected":
        cash = tuple({"date": day, "interest": money(draw, 200_000), "principal": amount} for day in dates)
        return found | {"cash": cash, "adjustment": adjustment}
    found |= {
        "day_count": day_count,
        "repayment": {"kind": draw.choice(("bullet", "equal-principal", "level-payment"))},
        "dates": {"dates": dates, "frequency": draw.choice(("3M", "6M", "12M")), "adjustment": adjustment},
    }
    if kind == "licence-back":
        return found | {"lump_sum": amount, "contract_rate": Decimal(draw.randrange(3000)).scaleb(-4)}
    found["rate"] = {"kind": "fixed", "rate": Decimal(draw.randrange(3000)).scaleb(-4)}
    if draw.random() < 0.6:
        reset = draw.choice(("1M", "2M", "6M"))
        margin = Decimal(draw.randrange(-300, 300)).scaleb(-4)
        found["rate"] = {"kind": "lpr", "index": "LPR-1Y", "margin": margin, "reset": reset}
    if kind == "trust-loan":
        fee = Decimal(draw.choice((0, 20, 500))).scaleb(-4)
        found["trust"] = {"fee_rate": fee, "pass_through": draw.choice((0, 5, 40))}
    return found | {("price" if kind == "lease-back" else "principal"): amount}


def restated(draw: Random, one: dict[str, Any], last: dt.date) -> dict[str, Any]:
    """The claim in mid-life: books of any day, a balance of any size, perhaps what had defaulted."""
    length = (last - CUT_OFF).days - 20
    books: dict[str, Any] = {"date": after(CUT_OFF, draw.randrange(max(1, length))), "balance": money(draw)}
    if draw.random() < 0.3:
        books["failed"] = one["collateral"][:1]
    if draw.random() < 0.5:
        amount = draw.randrange(1, 3_000_000)
        amounts = {
            "amount": amount,
            "recovered": draw.choice((0, 1, amount // 2, amount)),
            "interest": draw.choice((0, 1, amount // 30)),
            "deposit": draw.choice((0, amount // 3, amount)),
        }
        past: dict[str, Any] = {key: Decimal(each).scaleb(-2) for key, each in amounts.items()}
        books["defaulted"] = ({"date": after(books["date"], -draw.randrange(300)), **past},)
    return one | {"as_of": books}


def befall(draw: Random, pool: Pool, name: str) -> list[dict[str, Any]]:
    """One to five events on a day or two inside one period of a claim, or on the day that ends it."""
    contract = pool.contracts[name]
    begin = contract.as_of.date if contract.as_of else CUT_OFF
    dates = [contract.start, *contract.instalment_dates()]
    periods = [(max(begin, since), until) for since, until in pairwise(dates) if (until - begin).days > 1]
    periods = [(since, until) for since, until in periods if (until - since).days > 1]
    if not periods:
        return []
    since, until = draw.choice(periods[:3])
    days = [after(since, draw.randrange(1, (until - since).days)) for _ in range(2)]
    days += [until] if draw.random() < 0.2 else []
    found = []
    for _ in range(draw.randrange(1, 6)):
        driver = draw.choice(DRIVERS)
        stress: dict[str, Any] = {"driver": driver, "at": draw.choice(days)}
        if driver == "patent-failure":
            stress |= {"right": draw.choice(contract.collateral), "cause": draw.choice(CAUSES)}
        else:
            stress["contract"] = name
        if driver == "prepayment" and draw.random() < 0.75:
            stress["amount"] = money(draw, 2_000_000)
        if driver == "default" and draw.random() < 0.6:
            stress["recoveries"] = entries(draw, True)
        found.append(stress)
    return found


def numbered(number: int) -> SCENARIO:
    """Case ``number``: the same everywhere. Families and day counts come round in turn."""
    draw = Random(number)
    kinds = FAMILIES[number % 6], draw.choice(FAMILIES)
    counts = DAY_COUNTS[number % len(DAY_COUNTS)], draw.choice(DAY_COUNTS)
    contracts = {f"c{k}": claim(draw, *each) for k, each in enumerate(zip(kinds, counts, strict=True))}
    pool: dict[str, Any] = {"name": "drawn", "calendar": "weekends", "obligors": {"o1": {}}}
    pool["collateral"] = {
        right: {"kind": "invention", "owner": "o1", "count": draw.randrange(1, 4)}
        for right in ("r0", "r1", "r2")
    }
    last = {
        name: one.instalment_dates()[-1]
        for name, one in Pool.model_validate(pool | {"contracts": contracts}).contracts.items()
    }
    for name, one in contracts.items():
        if draw.random() < 0.3:
            contracts[name] = restated(draw, one, last[name])
    model = Pool.model_validate(pool | {"contracts": contracts})
    ends = sorted({after(CUT_OFF, draw.randrange(1, 700)) for _ in range(6)})
    paid = tuple(after(end, 10) for end in ends)
    order = draw.sample(("default", "interest", "prepayment"), 3)
    base = {
        "default_rate": (Decimal(draw.choice((0, 0, 5))).scaleb(-2),),
        "prepayment_rate": (Decimal(draw.choice((0, 0, 10))).scaleb(-2),),
        "recoveries": entries(draw, False),
        "order": tuple(order),
        "default_cuts": draw.choice(("this-interest", "next-interest")),
        "instalment": draw.choice(("recomputed", "fixed")),
        "after_last": "last-payment",
    }
    stresses = [stress for name in contracts for stress in befall(draw, model, name)]
    draw.shuffle(stresses)
    if draw.random() < 0.3:
        stresses.append(
            {"driver": "lpr", "shift": Decimal("0.01"), "at": after(CUT_OFF, draw.randrange(1, 400))}
        )
    if draw.random() < 0.3:
        stresses.append({"driver": "late-payment", "from": CUT_OFF, "to": after(CUT_OFF, 300), "days": 20})
    return (
        model,
        Schedule(paid, (CUT_OFF, *paid), (CUT_OFF, *ends)),
        Performance.model_validate(base),
        Scenario.model_validate({"name": "drawn", "stress": tuple(stresses)}),
    )
