"""Pools, deal dates and scenarios drawn at random, small amounts so that rounding matters."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from securitize.base.dates import add_months
from securitize.definitions.market import Market
from securitize.definitions.performance import Performance
from securitize.definitions.pool import Pool
from securitize.definitions.scenario import Scenario
from securitize.market.schedules import Schedule

CUT_OFF = dt.date(2019, 8, 31)
DAY_COUNTS = ("ACT/365F", "ACT/360", "30/360", "30E/360", "30E/360-ISDA", "ACT/ACT-ISDA")
DRIVERS = (
    "default-rate",
    "prepayment-rate",
    "recovery-rate",
    "lpr",
    "default",
    "prepayment",
    "late-payment",
    "patent-failure",
    "patent-failure",
)
ADJUSTMENTS = ("unadjusted", "following", "modified-following", "preceding")
MARKET = Market.model_validate(
    {
        "name": "lpr",
        "lpr": tuple(
            {"date": day, "one_year": Decimal(one), "five_year": Decimal(five), "source": "made up"}
            for day, one, five in (
                (dt.date(2016, 1, 1), "0.0425", "0.0485"),
                (dt.date(2019, 12, 2), "0.041", "0.0475"),
                (dt.date(2020, 4, 20), "0.0385", "0.0465"),
                (dt.date(2021, 3, 1), "0.05", "0.0565"),
            )
        ),
    }
)


def whole(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def decimals(low: int, high: int, scale: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda x: Decimal(x).scaleb(-scale))


RATES = st.one_of(st.just(Decimal(0)), decimals(0, 10_000, 5), decimals(0, 10**8, 8), st.just(Decimal(1)))
DAYS = whole(1, 1400).map(lambda n: CUT_OFF + dt.timedelta(days=n))


@st.composite
def schedules(draw: st.DrawFn, pool: Pool) -> Schedule:
    """Collection periods that end anywhere, or on and about instalment dates."""
    instalments = {day for contract in pool.contracts.values() for day in contract.instalment_dates()}
    near = [day + dt.timedelta(days=draw(whole(-1, 1))) for day in sorted(instalments)[:8]]
    ends = sorted({day for day in near if day > CUT_OFF}) if draw(st.booleans()) else []
    if not ends:
        gaps = draw(st.lists(whole(1, 200), min_size=1, max_size=8))
        ends = [CUT_OFF + dt.timedelta(days=sum(gaps[: k + 1])) for k in range(len(gaps))]
    paid = tuple(day + dt.timedelta(days=10) for day in ends)
    return Schedule(paid, (CUT_OFF, *paid), (CUT_OFF, *ends))


@st.composite
def contracts(draw: st.DrawFn, rights: list[str], obligors: list[str]) -> dict[str, Any]:
    start = draw(st.sampled_from([CUT_OFF, dt.date(2019, 1, 31), dt.date(2018, 2, 28), dt.date(2019, 9, 20)]))
    every = draw(st.sampled_from([1, 3, 6, 12]))
    first = start + dt.timedelta(days=draw(whole(1, 200)))
    count = draw(whole(1, 9))
    amount = draw(st.one_of(whole(0, 300), whole(10_000, 30_000_000)))
    rule = draw(st.booleans())
    listed = tuple(add_months(first, k * every) for k in range(count))
    dates: dict[str, Any] = {"adjustment": draw(st.sampled_from(ADJUSTMENTS))}
    if rule:
        dates |= {"every": f"{every}M", "first": first, "last": listed[-1]}
    else:
        dates["dates"] = listed
    repayment: dict[str, Any] = {
        "kind": draw(st.sampled_from(["bullet", "equal-principal", "level-payment", "custom"]))
    }
    if repayment["kind"] == "custom":
        cuts = sorted(draw(st.lists(whole(0, amount), max_size=3)))
        parts = [after - before for before, after in zip([0, *cuts], [*cuts, amount], strict=True)]
        days = [first + dt.timedelta(days=37 * k) for k in range(len(parts))]
        repayment["payments"] = tuple(
            {"date": day, "amount": Decimal(part).scaleb(-2)} for day, part in zip(days, parts, strict=True)
        )
        if draw(st.booleans()):
            dates = {"adjustment": dates["adjustment"]}
    contract: dict[str, Any] = {
        "obligor": draw(st.sampled_from(obligors)),
        "start": start,
        "day_count": draw(st.sampled_from(DAY_COUNTS)),
        "collateral": tuple(draw(st.lists(st.sampled_from(rights), min_size=1, unique=True))),
        "repayment": repayment,
        "dates": dates,
    }
    money = Decimal(amount).scaleb(-2)
    if draw(st.booleans()):
        full = draw(st.booleans())
        return contract | {
            "kind": "licence-back",
            "lump_sum": money,
            "contract_rate": draw(decimals(0, 3000, 4)),
            "full_payment": full,
        }
    rate = draw(
        st.one_of(
            st.builds(lambda r: {"kind": "fixed", "rate": r}, decimals(0, 3000, 4)),
            st.builds(
                lambda index, margin, reset: {
                    "kind": "lpr",
                    "index": index,
                    "margin": margin,
                    "reset": reset,
                },
                st.sampled_from(["LPR-1Y", "LPR-5Y"]),
                decimals(-600, 300, 4),
                st.sampled_from(["1M", "6M", "1Y"]),
            ),
        )
    )
    return contract | {"kind": "pledged-loan", "principal": money, "rate": rate}


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    obligors = ["o1", "o2"]
    rights = ["r0", "r1", "r2"][: draw(whole(1, 3))]
    count = draw(whole(1, 3))
    return Pool.model_validate(
        {
            "name": "drawn",
            "calendar": draw(st.sampled_from(["none", "weekends"])),
            "obligors": {name: {} for name in obligors},
            "collateral": {
                right: {"kind": "invention", "owner": "o1", "count": draw(whole(1, 4))} for right in rights
            },
            "contracts": {f"c{k}": draw(contracts(rights, obligors)) for k in range(count)},
        }
    )


@st.composite
def performances(draw: st.DrawFn) -> Performance:
    shares = draw(st.lists(decimals(0, 50_000_000, 8), max_size=2))
    return Performance.model_validate(
        {
            "default_rate": tuple(draw(st.lists(RATES, min_size=1, max_size=4))),
            "prepayment_rate": tuple(draw(st.lists(RATES, min_size=1, max_size=4))),
            "recoveries": tuple(
                {"source": "x", "rate": share, "lag": f"{draw(whole(0, 14))}M"} for share in shares
            ),
            "conversion": draw(st.sampled_from(["days", "months"])),
            "order": tuple(draw(st.permutations(["default", "interest", "prepayment"]))),
            "default_cuts": draw(st.sampled_from(["this-interest", "next-interest"])),
            "instalment": draw(st.sampled_from(["recomputed", "fixed"])),
            "after_last": draw(st.sampled_from(["last-payment", "lost"])),
        }
    )


def key_dates(pool: Pool, schedule: Schedule) -> list[dt.date]:
    """Dates on which something turns, and their neighbours, after the cut-off."""
    days = set(schedule.collection)
    for contract in pool.contracts.values():
        instalments = contract.instalment_dates()
        days |= {contract.start, *instalments[:3], instalments[-1]}
        days |= {add_months(contract.start, n) for n in (6, 12, 24)}
    near = {day + dt.timedelta(days=n) for day in days for n in (-1, 0, 1)}
    return sorted(day for day in near if day > CUT_OFF)


def _rate_stress(draw: st.DrawFn) -> dict[str, Any]:
    change = draw(st.sampled_from(["set", "scale", "shift", "ramp"]))
    value = {
        "set": st.lists(RATES, min_size=1, max_size=3).map(tuple),
        "scale": decimals(0, 400, 2),
        "shift": decimals(-3000, 3000, 4),
        "ramp": st.builds(lambda a, b, n: {"from": a, "to": b, "periods": n}, RATES, RATES, whole(2, 6)),
    }[change]
    stress: dict[str, Any] = {change: draw(value)}
    if draw(st.booleans()):
        first = draw(whole(1, 4))
        stress |= {"first_period": first, "last_period": first + draw(whole(0, 4))}
    return stress


@st.composite
def stresses(draw: st.DrawFn, pool: Pool, days: st.SearchStrategy[dt.date]) -> dict[str, Any]:
    driver = draw(st.sampled_from(DRIVERS))
    stress: dict[str, Any] = {"driver": driver}
    match driver:
        case "default-rate" | "prepayment-rate":
            stress |= _rate_stress(draw)
        case "recovery-rate":
            change = draw(st.sampled_from(["set", "scale", "shift"]))
            stress[change] = draw(decimals(0 if change != "shift" else -100, 100, 2))
        case "lpr":
            change, value = draw(st.sampled_from([("shift", "0.02"), ("shift", "-0.045"), ("set", "0.03")]))
            stress[change] = Decimal(value)
            if draw(st.booleans()):
                stress["at"] = draw(days)
        case "late-payment":
            begin = draw(days)
            end = begin + dt.timedelta(days=draw(whole(0, 400)))
            stress |= {"from": begin, "to": end, "days": draw(whole(1, 300))}
            if draw(st.booleans()):
                stress["obligors"] = ("o1",)
        case "patent-failure":
            stress |= {"right": draw(st.sampled_from(sorted(pool.collateral))), "at": draw(days)}
        case _:
            by_obligor = draw(st.booleans())
            names = list(pool.obligors) if by_obligor else list(pool.contracts)
            name = draw(st.sampled_from(names))
            stress |= {"obligor" if by_obligor else "contract": name, "at": draw(days)}
            if driver == "prepayment" and draw(st.booleans()):
                stress["amount"] = draw(decimals(0, 10_000_000, 2))
            if driver == "default" and draw(st.booleans()):
                stress["recoveries"] = (
                    {"source": "guarantee", "amount": draw(decimals(0, 100_000, 2)), "lag": "3M"},
                    {"source": "collateral", "rate": draw(RATES), "lag": "1Y"},
                )
    return stress


@st.composite
def cases(draw: st.DrawFn) -> tuple[Pool, Schedule, Performance, Scenario]:
    pool = draw(pools())
    schedule = draw(schedules(pool))
    days = st.one_of(st.sampled_from(key_dates(pool, schedule)), DAYS)
    drawn = draw(st.lists(stresses(pool, days), min_size=1, max_size=6))
    scenario = Scenario.model_validate({"name": "drawn", "stress": tuple(drawn)})
    return pool, schedule, draw(performances()), scenario
