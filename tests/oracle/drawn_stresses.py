"""Stresses drawn at random, dated on and about the days on which something turns."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from securitize.base.dates import add_months
from securitize.definitions.pools.pool import Pool
from securitize.market.schedules import Schedule
from tests.oracle.drawn_values import AMOUNTS, CLAIMS, CUT_OFF, RATES, after, decimals, money, optional, whole

DRIVERS = (
    "default-rate",
    "prepayment-rate",
    "recovery-rate",
    "lpr",
    "interest-rates",
    "default",
    "prepayment",
    "late-payment",
    "servicer-failure",
    "patent-failure",
    "patent-failure",
    "royalty-base",
)
#: What may befall a claim inside an instalment period.
INSIDE = ("prepayment", "prepayment", "prepayment", "default", "patent-failure", "patent-failure")
CAUSES = ("lapse", "invalidity", "expiry")


def key_dates(pool: Pool, schedule: Schedule) -> list[dt.date]:
    """Dates on which something turns, and their neighbours, after the cut-off."""
    days = set(schedule.collection)
    for contract in pool.contracts.values():
        instalments = contract.instalment_dates()
        days |= {contract.start, *instalments[:3], instalments[-1]}
        days |= {add_months(contract.start, n) for n in (6, 12, 24)}
        if contract.as_of:
            days.add(contract.as_of.date)
    days |= {right.expiry for right in pool.collateral.values() if right.expiry}
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


def _royalty_base(draw: st.DrawFn, pool: Pool, days: st.SearchStrategy[dt.date]) -> dict[str, Any]:
    names = [name for name, one in pool.contracts.items() if one.kind.endswith("-royalty")]
    stress: dict[str, Any] = {}
    if draw(st.booleans()):
        stress["scale"] = tuple(draw(st.lists(decimals(0, 300, 2), min_size=1, max_size=4)))
    else:
        stress["set"] = tuple(draw(st.lists(money(30_000_000), min_size=1, max_size=4)))
    stress |= optional(draw, **{"from": days})
    if draw(st.booleans()):
        stress["to"] = after(stress.get("from", CUT_OFF), draw(whole(0, 700)))
    some = draw(st.booleans())
    if names and some:
        stress["contract"] = draw(st.sampled_from(names))
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
        case "interest-rates":
            stress["shift"] = Decimal(draw(st.sampled_from(["0.01", "-0.045"])))
            stress |= optional(draw, at=days)
        case "late-payment":
            begin = draw(days)
            end = begin + dt.timedelta(days=draw(whole(0, 400)))
            stress |= {"from": begin, "to": end, "days": draw(whole(1, 300))}
            if draw(st.booleans()):
                stress["obligors"] = ("o1",)
        case "servicer-failure":
            stress |= {"at": draw(days), "remittance_days": draw(whole(0, 120))}
            stress |= optional(draw, recovery=RATES, late_days=whole(0, 90))
        case "patent-failure":
            stress |= {"right": draw(st.sampled_from(sorted(pool.collateral))), "at": draw(days)}
            stress |= optional(draw, cause=st.sampled_from(["lapse", "invalidity", "expiry"]))
        case "royalty-base":
            stress |= _royalty_base(draw, pool, days)
        case _:
            by_obligor = draw(st.booleans())
            names = list(pool.obligors) if by_obligor else list(pool.contracts)
            name = draw(st.sampled_from(names))
            stress |= {"obligor" if by_obligor else "contract": name, "at": draw(days)}
            if driver == "prepayment" and draw(st.booleans()):
                stress["amount"] = draw(decimals(0, 10_000_000, 2))
            if driver == "default" and draw(st.booleans()):
                stress["recoveries"] = draw(own_recoveries())
    return stress


@st.composite
def own_recoveries(draw: st.DrawFn) -> tuple[dict[str, Any], ...]:
    """A guarantee of an amount or a share, then what the collateral brings, each of its own claim."""
    share = draw(decimals(0, 10**8, 8))
    size = draw(st.sampled_from([{"amount": draw(decimals(0, 100_000, 2))}, {"rate": share}]))
    rest = 1 - share if "rate" in size else draw(RATES)
    return (
        {"source": "guarantee", "lag": "3M", "claim": draw(CLAIMS), **size},
        {"source": "collateral", "rate": rest, "lag": "1Y", "claim": draw(CLAIMS)},
    )


@st.composite
def inside_a_period(draw: st.DrawFn, pool: Pool) -> list[dict[str, Any]]:
    """What befalls one contract on a day or two that are no instalment dates: several events, some of one day."""
    name = draw(st.sampled_from(sorted(pool.contracts)))
    contract = pool.contracts[name]
    dates = [day for day in (contract.start, *contract.instalment_dates()) if day > CUT_OFF]
    k = draw(whole(0, min(3, len(dates) - 1))) if dates else 0
    begin = max(CUT_OFF, dates[k - 1]) if k else CUT_OFF
    length = (dates[k] - begin).days if dates else 0
    if length < 2:
        return []
    days = draw(st.lists(whole(1, length - 1).map(lambda n: after(begin, n)), min_size=1, max_size=2))
    found = []
    for driver in draw(st.lists(st.sampled_from(INSIDE), min_size=1, max_size=5)):
        stress: dict[str, Any] = {"driver": driver, "at": draw(st.sampled_from(days))}
        if driver == "patent-failure":
            if not contract.collateral:
                continue
            stress |= {
                "right": draw(st.sampled_from(contract.collateral)),
                "cause": draw(st.sampled_from(CAUSES)),
            }
        else:
            stress["contract"] = name
        if driver == "prepayment" and draw(whole(0, 3)):
            stress["amount"] = Decimal(draw(AMOUNTS)).scaleb(-2)
        if driver == "default" and draw(st.booleans()):
            stress["recoveries"] = draw(own_recoveries())
        found.append(stress)
    return found
