"""Section 7 of docs/reference/assets.md: what a royalty earns, and what of it arrives."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.oracle.claim_events_reference import Events
from tests.oracle.dates_reference import NEVER, UNIT, adjust, later, month_count, plus_months, product, rule
from tests.oracle.parties_reference import Roles, defaults_by_name, still_expected
from tests.oracle.stresses_reference import delay, failures_of, period_rate, rate_vector


class Royalty:
    """e, x, S, G, R, N by u as on the page (index 0 of all but e is unused)."""

    def __init__(
        self,
        name: str,
        contract: Any,
        pool: Any,
        cut_off: dt.date,
        scenario: Any,
        today: dt.date | None = None,
    ) -> None:
        self.name, self.c, self.pool, self.cut_off, self.scenario = name, contract, pool, cut_off, scenario
        self.today = today or cut_off
        self.listed()
        self.m = len(self.e) - 1
        lag = 0 if contract.kind == "projected-royalty" else contract.payment_lag
        self.written = [later(day, lag) for day in self.e]
        self.x = [adjust(day, pool.calendar, contract.adjustment) for day in self.written]
        self.stress()
        if contract.kind == "projected-royalty":
            self.G = self.R = self.N = self.S
        else:
            self.earn()

    def listed(self) -> None:
        c = self.c
        self.e, self.S = [c.start], [0]
        if c.kind == "projected-royalty":
            self.e += [x.date for x in c.cash]
            self.S += [x.royalty for x in c.cash]
        elif isinstance(c.sales, tuple | list):
            self.e += [x.to for x in c.sales]
            self.S += [x.amount for x in c.sales]
        else:
            r = c.sales
            self.e += rule(r.first, r.last, r.every, bool(r.end_of_month))
            self.S.append(r.amount)
            while len(self.S) < len(self.e):
                self.S.append(product(self.S[-1], UNIT + r.growth, UNIT))

    def stress(self) -> None:
        for stress in self.scenario.stress:
            if stress.driver != "royalty-base" or stress.contract not in (None, self.name):
                continue
            first = stress.from_ or later(self.cut_off, 1)
            last = stress.to or NEVER
            concerned = [u for u in range(1, self.m + 1) if first <= self.e[u] <= last]
            for j, u in enumerate(concerned):
                if self.e[u] <= self.today:
                    continue
                if stress.scale is not None:
                    self.S[u] = product(self.S[u], stress.scale[min(j, len(stress.scale) - 1)], UNIT)
                elif j < len(stress.set_):
                    self.S[u] = stress.set_[j]

    def last_claim(self) -> dt.date:
        """V; Z is below."""
        if not self.c.until_last_valid_claim:
            return NEVER
        ends = []
        for right in self.c.collateral:
            dates = [day for day, _ in failures_of(right, self.scenario)]
            if self.pool.collateral[right].expiry:
                dates.append(self.pool.collateral[right].expiry)
            if self.c.as_of and right in self.c.as_of.failed:
                dates.append(dt.date.min)
            ends.append(min(dates, default=NEVER))
        return max(ends)

    def royalty(self, u: int) -> int:
        """Step 3."""
        rate, base, day = self.c.rate, self.G[u], self.e[u]
        if rate.kind != "tiered":
            annual = rate.rate
            for step in rate.steps if rate.kind == "stepped" else ():
                if step.from_ <= day:
                    annual = step.rate
            return product(base, annual, UNIT)
        before = {
            "period": 0,
            "year": sum(self.G[w] for w in range(1, u) if self.e[w].year == day.year),
            "life": sum(self.G[1:u]),
        }[rate.per]
        total = 0
        for j, tier in enumerate(rate.tiers):
            top = rate.tiers[j + 1].above if j + 1 < len(rate.tiers) else before + base
            part = min(top, before + base) - max(tier.above, before)
            total += product(max(0, part), tier.rate, UNIT)
        return total

    def earn(self) -> None:
        c, e, m = self.c, self.e, self.m
        claims_end, end = self.last_claim(), c.end or NEVER
        term_end = min(end, claims_end) if c.after_claims == 0 else end
        self.G, self.R, self.N = [0], [0], [0]
        capped = [0]  # R without milestones
        entered = 0
        for u in range(1, m + 1):
            sales, year = self.S[u], e[u].year
            if c.generic_entry and e[u] > c.generic_entry.date:
                keeps = c.generic_entry.keeps
                sales = product(sales, keeps[min(entered, len(keeps) - 1)], UNIT)
                entered += 1
            days = [later(e[u - 1], k) for k in range(1, (e[u] - e[u - 1]).days + 1)]
            bearing = [day for day in days if day <= end]
            d1 = sum(day <= claims_end for day in bearing)
            d2 = len(bearing) - d1
            self.G.append(product(sales, d1 * UNIT + d2 * c.after_claims, len(days) * UNIT))

            r = self.royalty(u)
            same_year = [w for w in range(1, u) if e[w].year == year]
            if c.minimum and e[u - 1] < term_end:
                if c.minimum.per == "period":
                    r = max(r, c.minimum.amount)
                elif u == m or e[u + 1].year != year or e[u] >= term_end:
                    r += max(0, c.minimum.amount - sum(capped[w] for w in same_year) - r)
            if c.cap:
                before = {"period": 0, "year": sum(capped[w] for w in same_year), "life": sum(capped)}
                r = min(r, c.cap.amount - before[c.cap.per])
            capped.append(r)
            if e[u - 1] < term_end:
                for x in c.milestones:
                    if x.date is not None:
                        r += x.amount if e[u - 1] < x.date <= e[u] else 0
                    elif sum(self.G) >= x.sales and (u == 1 or sum(self.G[:u]) < x.sales):
                        r += x.amount
            self.R.append(r)
            self.N.append(product(product(r, UNIT - c.sub_royalty, UNIT), c.share, UNIT))


def royalty_events(
    plain: Royalty, told: Royalty, base: Any, ends: list[dt.date], roles: Roles, past: int
) -> Events:
    """plain: without any stress or failure of a scenario; told: with them; past: periods in the books."""
    c, cut_off, periods, scenario = told.c, ends[0], len(ends) - 1, told.scenario
    rates = rate_vector(base.default_rate, "default-rate", scenario, periods, past)
    counts = c.kind == "running-royalty"
    out, sigma, since = Events(), UNIT, cut_off
    if c.as_of:
        since, sigma = c.as_of.date, c.as_of.entitled
        for u in range(1, told.m + 1):
            if cut_off < plain.x[u] <= since:
                out.cash.append(("royalty", plain.x[u], plain.N[u]))
                out.sales.append((plain.x[u], plain.G[u] if counts else 0))
        for stream, when, amount, party in still_expected(
            c.as_of,
            scenario,
            roles,
            ends[past],
            lambda day: adjust(day, told.pool.calendar, c.adjustment),
        ):
            out.cash.append((stream, when, amount))
            if party is not None:
                out.recovered.append((party, when, amount))
    defaults = sorted(day for day, _ in defaults_by_name(told.name, c, scenario, roles, cut_off))[:1]
    coming: list[tuple[dt.date, int]] = []
    in_the_books: dt.date | None = None
    if c.as_of:
        coming = [(one.date, int(one.share)) for one in c.as_of.returning]
        in_the_books = c.as_of.defaulted
    for u in range(1, told.m + 1):
        e, x = told.e[u], told.x[u]
        if x <= since:
            continue
        f, begin = max(told.e[u - 1], since), max(told.e[u - 1], cut_off)
        sigma += sum(share for day, share in coming if day <= begin)
        coming = [one for one in coming if one[0] > begin]
        if in_the_books is not None:
            defaults = []  # a named default happens once
        if in_the_books is not None and begin < in_the_books <= e:
            gone, day = sigma, in_the_books
        elif defaults and f < defaults[0] <= e:
            gone, day = sigma, defaults[0]
        else:
            t = next((t for t in range(1, periods + 1) if x <= ends[t]), periods)
            gone, day = product(sigma, period_rate(rates[t - 1], begin, e, base.conversion), UNIT), e
        sigma -= gone
        if c.relicence:
            back = product(gone, c.relicence.share, UNIT)
            coming.append((plus_months(day, month_count(c.relicence.lag)), back))
        days = delay(c, told.written[u], scenario, cut_off, ends[past])
        arrives = x if days is None else adjust(later(x, days), told.pool.calendar, c.adjustment)
        out.cash.append(("royalty", arrives, product(told.N[u], sigma, UNIT)))
        out.sales.append((x, product(told.G[u], sigma, UNIT) if counts else 0))
    return out
