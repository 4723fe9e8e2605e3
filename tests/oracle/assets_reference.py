"""A second, slow statement of docs/reference/assets.md: one path, whole numbers, Fractions and Decimals.

Written from the page alone. It knows the calendars "none" and "weekends". Here: section 5, from dated cash to
periods; the other sections are the modules beside this one, by noun.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from types import SimpleNamespace
from typing import Any

from tests.oracle.claim_events_reference import Events, claim_events
from tests.oracle.claims_reference import Claim, is_royalty
from tests.oracle.royalties_reference import Royalty, royalty_events
from tests.oracle.stresses_reference import through_servicer

STREAMS = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")
UNSTRESSED = SimpleNamespace(stress=())


def collections(pool: Any, ends: list[dt.date], market: Any, base: Any, scenario: Any) -> dict[str, Any]:
    """Streams, performing, defaulted, scheduled, sales as lists; after_last and dated cash by contract.

    ends: c_0 … c_T
    """
    cut_off, periods = ends[0], len(ends) - 1

    def period(day: dt.date) -> int:
        """1 … T, T + 1 after c_T."""
        return next((t for t in range(1, periods + 1) if day <= ends[t]), periods + 1)

    out: dict[str, Any] = {stream: [0] * periods for stream in STREAMS}
    for key in ("defaulted", "scheduled", "sales", "forecast_sales"):
        out[key] = [0] * periods
    out["performing"], out["after_last"], out["cash"] = [0] * (periods + 1), {}, {}

    def count(key: str, day: dt.date, amount: int) -> None:
        if day <= ends[-1]:
            out[key][period(day) - 1] += amount

    def collect(name: str, contract: Any) -> Events:
        if is_royalty(contract):
            plain = Royalty(name, contract, pool, cut_off, UNSTRESSED)
            told = Royalty(name, contract, pool, cut_off, scenario)
            for u in range(1, plain.m + 1):
                if plain.x[u] > cut_off:
                    count("scheduled", plain.x[u], plain.N[u])
                    if contract.kind == "running-royalty":
                        count("forecast_sales", plain.x[u], plain.G[u])
            return royalty_events(plain, told, base, ends)
        claim = Claim(contract, pool.calendar, market, cut_off, scenario)
        for k in range(1, claim.n + 1):
            if claim.adjusted[k] > cut_off:
                day, interest, principal = claim.scheduled(k)
                count("scheduled", day, interest + principal)
        return claim_events(name, pool, claim, base, scenario, ends)

    for name, contract in pool.contracts.items():
        events = collect(name, contract)
        in_vehicle = [
            (stream, *through_servicer(day, amount, cut_off, scenario)) for stream, day, amount in events.cash
        ]
        out["after_last"][name] = sum(amount for _, day, amount in in_vehicle if day > ends[-1])
        dated: Counter[tuple[str, dt.date]] = Counter()
        for stream, day, amount in events.cash:
            dated[stream, day] += amount
        for stream, day, amount in in_vehicle:
            if day <= ends[-1]:
                out[stream][period(day) - 1] += amount
            elif base.after_last == "last-payment":
                out[stream][periods - 1] += amount
        out["cash"][name] = {key: amount for key, amount in dated.items() if amount}
        for t in range(periods + 1):
            gone = sum(amount for _, day, amount in events.falls if t and period(day) <= t)
            out["performing"][t] += events.opening - gone
        for kind, day, amount in events.falls:
            if kind in ("defaulted", "lost"):
                count("defaulted", day, amount)
        for day, amount in events.sales:
            count("sales", day, amount)
    return out
