"""A second, slow statement of docs/reference/assets.md: one path, whole numbers, Fractions and Decimals.

Written from the page alone. It knows the calendars "none" and "weekends". Here: section 5, from dated cash to
periods; the other sections are the modules beside this one, by noun.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from tests.oracle.claim_events_reference import Events, claim_events
from tests.oracle.claims_reference import Claim, is_royalty
from tests.oracle.parties_reference import NOBODY, Roles
from tests.oracle.royalties_reference import Royalty, royalty_events
from tests.oracle.servicer_reference import Payment, commingled, handed_over
from tests.oracle.stresses_reference import UNSTRESSED

STREAMS = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")


def collections(
    pool: Any,
    ends: list[dt.date],
    market: Any,
    base: Any,
    scenario: Any,
    roles: Roles = NOBODY,
    past: int = 0,
) -> dict[str, Any]:
    """Streams, performing, defaulted, scheduled, sales as lists; after_last and dated cash by contract.

    Also ``recovered`` by party and ``fee_interest``, as streams are; ``arrived`` is the dated cash as the vehicle gets
    it, ``commingled`` what a failed servicer keeps, by contract. ends: c_0 … c_T; past: k, periods in the
    books. ``inside`` counts what befell contracts of a kind inside their periods.
    """
    cut_off, periods = ends[0], len(ends) - 1

    def period(day: dt.date) -> int:
        """1 … T, T + 1 after c_T."""
        return next((t for t in range(1, periods + 1) if day <= ends[t]), periods + 1)

    out: dict[str, Any] = {stream: [0] * periods for stream in STREAMS}
    for key in ("defaulted", "scheduled", "sales", "forecast_sales"):
        out[key] = [0] * periods
    out["performing"], out["after_last"], out["cash"] = [0] * (periods + 1), {}, {}
    out["arrived"], out["commingled"] = {}, {}
    out["recovered"], out["fee_interest"], out["inside"] = {}, [0] * periods, Counter[tuple[str, str]]()

    def count(key: str, day: dt.date, amount: int) -> None:
        if day <= ends[-1]:
            out[key][period(day) - 1] += amount

    def cash(into: list[int], day: dt.date, amount: int) -> None:
        """What arrives counts in its period; after c_T in the last one where the terms say so, else nowhere."""
        if day <= ends[-1] or base.after_last == "last-payment":
            into[min(period(day), periods) - 1] += amount

    def collect(name: str, contract: Any) -> Events:
        if is_royalty(contract):
            plain = Royalty(name, contract, pool, cut_off, UNSTRESSED)
            told = Royalty(name, contract, pool, cut_off, scenario, ends[past])
            for u in range(1, plain.m + 1):
                if plain.x[u] > cut_off:
                    count("scheduled", plain.x[u], plain.N[u])
                    if contract.kind == "running-royalty":
                        count("forecast_sales", plain.x[u], plain.G[u])
            return royalty_events(plain, told, base, ends, roles, past)
        claim = Claim(contract, pool.calendar, market, ends[past], scenario)
        for k in range(1, claim.n + 1):
            if claim.adjusted[k] > cut_off:
                day, interest, principal = claim.scheduled(k)
                count("scheduled", day, interest + principal)
        return claim_events(name, pool, claim, base, scenario, ends, roles, past)

    for name, contract in pool.contracts.items():
        events = collect(name, contract)
        out["inside"].update((contract.kind, word) for word in events.inside)
        today, cash_paid = ends[past], [Payment(day, amount, stream) for stream, day, amount in events.cash]
        arrived = handed_over(cash_paid, scenario, today)
        out["after_last"][name] = sum(one.amount for one in arrived if one.day > ends[-1])
        out["commingled"][name] = commingled(cash_paid, scenario, today)
        dated: Counter[tuple[str, dt.date]] = Counter()
        for stream, day, amount in events.cash:
            dated[stream, day] += amount
        came: Counter[tuple[str, dt.date]] = Counter()
        for one in arrived:
            came[one.mark, one.day] += one.amount
            cash(out[one.mark], one.day, one.amount)
        out["arrived"][name] = came
        owed = [Payment(day, amount, party) for party, day, amount in events.recovered]
        for one in handed_over(owed, scenario, today):
            cash(out["recovered"].setdefault(one.mark, [0] * periods), one.day, one.amount)
        for one in handed_over([Payment(*each) for each in events.fee_interest], scenario, today):
            cash(out["fee_interest"], one.day, one.amount)
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


def held(
    out: dict[str, Any], ends: list[dt.date], streams: tuple[str, ...], day: dt.date, last: bool
) -> list[int]:
    """Section 3 of the priority of payments: of these streams by period what is dated on or before a bank's day.

    last: whether cash dated after c_T counts in the last period
    """
    found = [0] * (len(ends) - 1)
    for dated in out["arrived"].values():
        for (stream, when), amount in dated.items():
            if stream in streams and when <= day and (when <= ends[-1] or last):
                t = next((t for t in range(1, len(ends)) if when <= ends[t]), len(ends) - 1)
                found[t - 1] += amount
    return found


def after_last(
    out: dict[str, Any], end: dt.date, last_payment: dt.date
) -> list[tuple[str, str, dt.date, int, str]]:
    """Section 5: contract, stream, date, amount and kind of all cash dated after the last collection date."""
    return sorted(
        (name, stream, day, amount, "gap" if day <= last_payment else "after-last-payment")
        for name, dated in out["arrived"].items()
        for (stream, day), amount in dated.items()
        if day > end
    )
