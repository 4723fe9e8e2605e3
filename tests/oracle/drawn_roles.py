"""A pool of two debtors whose recoveries companies owe that may fail, drawn by number: every case defaults."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any, get_args

from securitize.definitions.deals.deal import Party
from securitize.definitions.performance import ClaimOf, Performance
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import Schedule

CUT_OFF, ONE_DAY = dt.date(2019, 8, 31), dt.timedelta(days=1)
#: The guarantor g has a capacity, b keeps the accounts, o1 is an obligor with a support, s3 has no party.
SUPPORTS = {"s1": "g", "s2": "o1", "s3": None}
CLAIMS = get_args(ClaimOf)
RULES = ("creditor-first", "pari-passu", "guarantor-first")


def day(draw: Random, most: int = 900) -> dt.date:
    """Any day, often one about the end of a month, on which instalments and their recoveries are due."""
    found = CUT_OFF + dt.timedelta(days=draw.randrange(1, most))
    return found.replace(day=draw.choice((27, 28, 1, 2))) if draw.random() < 0.5 else found


def share(draw: Random) -> Decimal:
    return Decimal(draw.choice((0, 0.3, 0.5, 0.123456, 1))).quantize(Decimal("1e-8"))


def contract(draw: Random, obligor: str) -> dict[str, Any]:
    every, repayment = draw.choice(("1M", "3M", "6M")), draw.choice(("bullet", "equal-principal"))
    first = dt.date(2019, 9, draw.randrange(20, 29))
    found: dict[str, Any] = {
        "kind": draw.choice(("pledged-loan", "licence-back", "trust-loan")),
        "obligor": obligor,
        "start": dt.date(2019, draw.randrange(1, 9), 15),
        "repayment": {"kind": repayment},
        "dates": {
            "every": every,
            "first": first,
            "last": dt.date(2021, 9, first.day),
            "adjustment": draw.choice(("following", "modified-following", "preceding", "unadjusted")),
        },
    }
    amount = Decimal(draw.randrange(10_000, 9_000_000)).scaleb(-2)
    if draw.random() < 0.3:
        found["deposit"] = Decimal(draw.randrange(1_000_000)).scaleb(-2)
    if found["kind"] == "licence-back":
        return found | {"lump_sum": amount, "contract_rate": Decimal("0.06")}
    if found["kind"] == "trust-loan":
        found["trust"] = {"pass_through": draw.randrange(20)}
    return found | {"principal": amount, "rate": {"kind": "fixed", "rate": Decimal("0.05")}}


def entries(draw: Random, amounts: bool) -> tuple[dict[str, Any], ...]:
    """Recoveries owed by parties or by nobody; rates sum to at most 1, and leave little."""
    left = 10**8
    found: list[dict[str, Any]] = []
    for _ in range(draw.randrange(1, 5)):
        rate = draw.choice((left, left // 2, draw.randrange(left + 1)))
        left -= rate
        one: dict[str, Any] = {"source": "x", "lag": f"{draw.randrange(10)}M", "claim": draw.choice(CLAIMS)}
        one["rate"] = Decimal(rate).scaleb(-8)
        if amounts and draw.random() < 0.4 and not any("amount" in each for each in found):
            del one["rate"]
            one["amount"] = Decimal(draw.randrange(9_000_000)).scaleb(-2)
        if (party := draw.choice((None, "g", "g", "b", "o1", "o2"))) is not None:
            one |= {"party": party, "subrogation": draw.choice(RULES)}
        found.append(one)
    return tuple(found)


def failing(draw: Random) -> dict[str, Any]:
    """A stress that strikes a company in one of its roles."""
    driver = draw.choice(("party-default", "party-default", "provider-default", "default"))
    stress: dict[str, Any] = {"driver": driver, "at": day(draw)}
    if driver == "default":
        stress["obligor"] = draw.choice(("o1", "o2"))
        return stress | ({"recoveries": entries(draw, True)} if draw.random() < 0.6 else {})
    if driver == "party-default":
        stress["party"] = draw.choice(("g", "g", "b", "o2"))
    else:
        stress["support"] = draw.choice(sorted(SUPPORTS))
        if draw.random() < 0.2:
            stress["at"] = CUT_OFF - dt.timedelta(days=30)
    return stress | ({"recovery": share(draw)} if draw.random() < 0.5 else {})


def late(draw: Random) -> dict[str, Any]:
    """A provider that pays late for a while; windows of one company overlap."""
    begin = day(draw)
    return {
        "driver": "provider-late",
        "support": draw.choice(("s1", "s1", "s2", "s3")),
        "at": begin,
        "until": begin + draw.choice((0, 30, 200, 700)) * ONE_DAY,
        "days": draw.choice((1, 30, 90, 91)),
    }


def servicer(draw: Random) -> dict[str, Any]:
    """A servicer that fails: the days before it are often those of an instalment."""
    return {
        "driver": "servicer-failure",
        "at": day(draw, 800),
        "remittance_days": draw.choice((0, 1, 30, 200)),
        "recovery": share(draw),
        "late_days": draw.choice((0, 1, 45, 200)),
    }


def restated(draw: Random, one: dict[str, Any]) -> None:
    """A contract in mid-life, of whose earlier default companies still owe recoveries."""
    past = CUT_OFF + draw.randrange(0, 60) * ONE_DAY
    expected: list[dict[str, Any]] = []
    for _ in range(draw.randrange(1, 4)):
        date = past + draw.randrange(1, 700) * ONE_DAY
        cash = {"date": date, "stream": "recovery", "amount": Decimal(draw.randrange(900_000)).scaleb(-2)}
        if (party := draw.choice((None, "g", "g", "b", "o1", "o2"))) is not None:
            cash["party"] = party
            if draw.random() < 0.6:
                cash["due"] = date - draw.choice((1, 2, 3, 40)) * ONE_DAY
        expected.append(cash)
    amount = Decimal(one["principal"] if "principal" in one else one["lump_sum"])
    one["as_of"] = {
        "date": past,
        "balance": (amount / 2).quantize(Decimal("0.01")),
        "expected": tuple(expected) if draw.random() < 0.6 else (),
        "defaulted": tuple(past_default(draw, past) for _ in range(draw.randrange(3))),
    }


def past_default(draw: Random, books: dt.date) -> dict[str, Any]:
    """A default in the books, of which companies still owe recoveries."""
    amount = draw.randrange(1, 3_000_000)
    recovered = draw.choice((0, 0, 1, amount // 5, amount // 2))
    written_off = draw.choice((0, 0, (amount - recovered) // 3))
    one: dict[str, Any] = {
        "date": books - draw.randrange(0, 500) * ONE_DAY,
        "amount": Decimal(amount).scaleb(-2),
        "recovered": Decimal(recovered).scaleb(-2),
        "written_off": Decimal(written_off).scaleb(-2),
        "given_up": Decimal(draw.choice((0, written_off))).scaleb(-2),
        "deposit": Decimal(draw.choice((0, 0, amount // 3))).scaleb(-2),
        "interest": Decimal(draw.choice((0, 1, amount // 30))).scaleb(-2),
    }
    return one | ({"recoveries": entries(draw, True)} if draw.random() < 0.5 else {})


def numbered(number: int) -> tuple[Pool, Schedule, Performance, Scenario, tuple[Party, ...]]:
    """Case ``number``: the same everywhere."""
    draw = Random(number)
    contracts = {f"c{k}": contract(draw, draw.choice(("o1", "o2"))) for k in range(3)}
    pool = {"name": "drawn", "calendar": "weekends", "obligors": {"o1": {}, "o2": {}}, "contracts": contracts}
    ends = sorted({CUT_OFF, *(day(draw, 1000) for _ in range(8))})
    paid = tuple(end + dt.timedelta(days=10) for end in ends[1:])
    base = {
        "default_rate": (Decimal(draw.choice((0, 0.1, 0.4))).quantize(Decimal("0.1")),),
        "recoveries": entries(draw, False),
        "after_last": draw.choice(("lost", "last-payment")),
        "default_cuts": draw.choice(("this-interest", "next-interest")),
    }
    failed: list[dict[str, Any]] = [failing(draw) for _ in range(draw.randrange(1, 5))]
    if draw.random() < 0.5:
        failed.append(
            {
                "driver": "default",
                "obligor": draw.choice(("o1", "o2")),
                "at": max(failed[0]["at"], CUT_OFF + ONE_DAY),
            }
        )
    if failed[0]["driver"] != "default" and draw.random() < 0.5:
        # Of equal days the first written holds.
        failed.append(failed[0] | {"recovery": share(draw)})
    failed += [late(draw) for _ in range(draw.choice((0, 1, 2)))]
    failed += [servicer(draw) for _ in range(draw.choice((0, 0, 1, 2)))]
    for one in contracts.values():
        if draw.random() < 0.4:
            restated(draw, one)
    return (
        Pool.model_validate(pool),
        Schedule(paid, (CUT_OFF, *paid), tuple(ends)),
        Performance.model_validate(base),
        Scenario.model_validate({"name": "drawn", "stress": tuple(failed)}),
        tuple(
            Party.model_validate({"role": "r", "name": name, "id": name, "recovery": share(draw)} | more)
            for name, more in (("g", {"capacity": Decimal(10)}), ("b", {}), ("o1", {}))
        ),
    )
