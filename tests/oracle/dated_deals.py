"""Deals drawn at random whose terms are full of dates: as written, as paid, between the two, next to them, anywhere.

Every adjustment with both accruals in turn; more than half of the payment dates are written on weekends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zlib import crc32

from tests.oracle.dated_events import SATURDAY, Almanac, Terms, minor, months_after
from tests.oracle.dated_vehicle import Receipt
from tests.properties.drawing import Draw, chance, evenly, money, one_of, rate, share, whole

ADJUSTMENTS = ("following", "modified-following", "preceding", "unadjusted")
ACCRUALS = ("unadjusted", "adjusted")
DAY_COUNTS = ("ACT/365F", "ACT/360", "30/360", "30E/360")


def days(number: int) -> dt.timedelta:
    """So many days."""
    return dt.timedelta(days=number)


def to_weekend(draw: Draw, day: dt.date) -> dt.date:
    """A Saturday or Sunday near by."""
    return day + days(SATURDAY - day.weekday() + draw(2))


def draw_dates(draw: Draw, number: int) -> Terms:
    """The dates of a deal, by rule or by list; the legal final date is the last of them, or another."""
    months, periods = one_of(draw, 1, 2, 3, 3, 6, 6, 12), 3 + draw(6)
    first = dt.date(2019, 1, 1) + days(whole(draw, 2500))
    end_of_month = chance(draw, 40)
    if end_of_month:
        first = months_after(first.replace(day=1), 1) - days(1)
    elif chance(draw, 60):
        first = to_weekend(draw, first)
    closing = first - days(one_of(draw, 20, 31, 45, months * 30 + 15))
    payment: Terms = {
        "adjustment": ADJUSTMENTS[number % 4],
        "accrual": ACCRUALS[number // 4 % 2],
    }
    written = [months_after(first, months * each, end_of_month) for each in range(periods)]
    if chance(draw, 50):
        if not end_of_month:
            written = [to_weekend(draw, day) if chance(draw, 40) else day for day in written]
        payment["dates"] = tuple(written)
    else:
        payment |= {"every": f"{months}M", "first": first, "last": written[-1], "end_of_month": end_of_month}
        if chance(draw, 25):
            payment["irregular_first"] = first - days(17 + draw(3))
            closing = payment["irregular_first"] - days(20)
    dates: Terms = {
        "cut_off": closing - days(15 + draw(20)),
        "closing": closing,
        "legal_final": written[-1],
        "calendar": one_of(draw, *("weekends",) * 9, "none"),
        "payment": payment,
        "collection": {"days_before": one_of(draw, 0, 1, 5, 10)},
    }
    later = written[-1] + days(15 + draw(90))
    dates["legal_final"] = one_of(draw, written[-1], written[-1], later, to_weekend(draw, later))
    return dates


class Drawer:
    """Draws a deal, a date of its terms at a time."""

    def __init__(self, draw: Draw, number: int) -> None:
        self.draw = draw
        self.dates = draw_dates(draw, number)
        self.almanac = Almanac(self.dates)
        self.size = one_of(draw, 10_000, 10_000_000, 1_000_000_000)

    def day(self, *, last: bool = False) -> dt.date:
        """A date of the terms: mostly one that means a payment date, or a day beside it.

        last : it may be the last payment date
        """
        draw, known = self.draw, self.almanac.days if last else self.almanac.days[:-1]
        unlike = [one for one in known if one.written != one.paid]
        one = one_of(draw, *(unlike if unlike and chance(draw, 70) else known))
        between = one.written + (one.paid - one.written) // 2
        beside = one_of(draw, one.written, one.paid) + days(one_of(draw, -2, -1, 1, 2))
        first, end = self.almanac.closing + days(1), max(known[-1].written, known[-1].paid)
        anywhere = first + days(whole(draw, (end - first).days))
        found: dt.date = one_of(draw, *(one.written,) * 4, *(one.paid,) * 2, between, beside, anywhere)
        kept: dt.date = min(max(found, first), end)
        return kept

    def ascending(self, most: int) -> list[dt.date]:
        """Different dates of the terms, earlier ones first."""
        return sorted({self.day(last=True) for _ in range(1 + self.draw(most))})

    def money(self, part: int = 1) -> Decimal:
        """An amount in proportion to the deal, at least a minor unit."""
        return max(Decimal("0.01"), money(self.draw, self.size // part))

    def rate_rule(self) -> Terms:
        """A fixed rate, or one in steps."""
        steps = tuple({"from": day, "rate": rate(self.draw)} for day in self.ascending(2))
        kind = one_of(self.draw, {"kind": "fixed"}, {"kind": "step-up", "steps": steps})
        return {**kind, "rate": rate(self.draw)}

    def note(self, rank: int, triggers: list[str]) -> Terms:
        """A note by schedule or a bullet."""
        draw = self.draw
        listed: list[Terms] = [{"date": day, "amount": self.money(4)} for day in self.ascending(5)]
        by_schedule = {"kind": "scheduled", "payments": tuple(listed)}
        bullet = {"kind": "bullet", "date": self.day(last=True)}
        balance = sum((each["amount"] for each in listed), Decimal(0))
        note: Terms = {
            "rank": rank,
            "balance": balance,
            "day_count": one_of(draw, *DAY_COUNTS),
            "deferrable": chance(draw, 50),
            "interest_on_unpaid": one_of(draw, "none", "coupon"),
            "coupon": self.rate_rule(),
            "principal": one_of(draw, by_schedule, by_schedule, bullet),
        }
        if chance(draw, 40):
            note["puts"] = tuple({"date": day, "share": share(draw)} for day in self.ascending(2))
            self.re_set(note)
        if chance(draw, 35):
            note["unpaid_interest"] = "capitalised"
            if chance(draw, 80):
                note["capitalise_until"] = self.day(last=True)
        if chance(draw, 25):
            by_amount = {
                "amount": money(draw, minor(balance)),
                "amount_order": one_of(draw, "principal-first", "interest-first"),
            }
            by_share = {"share": share(draw), "interest_share": share(draw)}
            note["settlement"] = {"date": self.day(), **one_of(draw, by_amount, by_share)}
        if triggers and chance(draw, 30):
            note["coupon_steps"] = ({"trigger": one_of(draw, *triggers), "add": rate(draw)},)
        return note

    def re_set(self, note: Terms) -> None:
        """Mostly another coupon from each put on, in place of the steps after the first; the rest stays as drawn."""
        first, draw = note["puts"][0]["date"], evenly(crc32(str(note["puts"]).encode()))
        if chance(draw, 30):
            return
        note["puts"] = tuple(
            {**put, "reset": {"announced": put["date"] - days(1), "rate": rate(draw)}} for put in note["puts"]
        )
        steps = tuple(step for step in note["coupon"].get("steps", ()) if step["from"] <= first)
        kept = {"kind": "step-up", "steps": steps} if steps else {"kind": "fixed"}
        note["coupon"] = {**kept, "rate": note["coupon"]["rate"]}

    def fee(self, triggers: list[str]) -> Terms:
        """A fee of any kind."""
        draw = self.draw
        kind = one_of(
            draw,
            "one-off",
            "scheduled",
            "fixed",
            "fixed",
            "percent-of-balance",
            "percent-of-balance",
            "percent-of-collections",
        )
        fee: Terms = {"kind": kind}
        if chance(draw, 40):
            fee["vat"] = Decimal("0.06")
        if chance(draw, 30):
            fee["cap"] = {"amount": self.money(40), "per": one_of(draw, "payment", "year", "year")}
        if kind == "one-off":
            return fee | {"amount": self.money(40), "date": self.day(last=True)}
        if kind == "scheduled":
            return fee | {
                "payments": tuple({"date": day, "amount": self.money(40)} for day in self.ascending(5))
            }
        return fee | self._over_time(kind, triggers)

    def _over_time(self, kind: str, triggers: list[str]) -> Terms:
        draw = self.draw
        price: Terms = {"amount": self.money(40)} if kind == "fixed" else {"rate": rate(draw)}
        fee = {**price, "while": one_of(draw, "notes-outstanding", "always")}
        window = sorted({self.day(last=True), self.day(last=True)})
        if chance(draw, 50):
            fee["from"] = window[0]
        if chance(draw, 60):
            fee["until"] = window[-1]
        if triggers and chance(draw, 25):
            now = {"amount": self.money(40)} if kind == "fixed" else {"rate": rate(draw)}
            fee["change"] = {"trigger": one_of(draw, *triggers), **now}
        if kind in ("fixed", "percent-of-balance"):
            fee["payable"] = one_of(draw, "payment-date", "1M", "3M", "6M", "12M", "1Y")
        if kind == "percent-of-balance":
            fee["base"] = one_of(draw, "pool", "pool-at-cut-off", "notes")
            fee["day_count"] = one_of(draw, *DAY_COUNTS)
            fee["window"] = one_of(draw, "interest-period", "interest-period", "collection-period")
        return fee

    def support(self) -> Terms:
        """A guarantee with a first and a last day."""
        draw = self.draw
        window = sorted({self.day(last=True), self.day(last=True)})
        found: Terms = {"kind": "guarantee", "provider": "bank", "coverage": share(draw)}
        if chance(draw, 50):
            found["first_call"] = window[0]
        if chance(draw, 80):
            found["until"] = window[-1]
        if chance(draw, 70):
            found["limit"] = self.money()
            found["reinstates"] = chance(draw, 50)
            if chance(draw, 60):
                found["undrawn_fee"] = {"rate": rate(draw), "day_count": one_of(draw, *DAY_COUNTS)}
        if chance(draw, 50):
            found["interest"] = {**self.rate_rule(), "day_count": one_of(draw, *DAY_COUNTS)}
        return found

    def trigger(self, notes: list[str]) -> Terms:
        """A trigger of a date, of the pool's balance, or of unpaid interest."""
        draw = self.draw
        kind = one_of(draw, "date", "date", "pool-balance", "unpaid-interest" if notes else "date")
        test = (
            "after-payment" if kind == "unpaid-interest" else one_of(draw, "before-payment", "after-payment")
        )
        found: Terms = {"kind": kind, "test": test, "latched": chance(draw, 60)}
        beside: dict[str, Callable[[], Terms]] = {
            "date": lambda: {"date": self.day(last=True)},
            "pool-balance": lambda: {"threshold": share(draw)},
            "unpaid-interest": lambda: {"notes": tuple(notes)},
        }
        found |= beside[kind]()
        window = sorted({self.day(last=True), self.day(last=True)})
        if chance(draw, 40):
            found["first_test"] = window[0]
        if chance(draw, 40):
            found["last_test"] = window[-1]
        if chance(draw, 40):
            found["effect_from"] = self.day(last=True)
        if test == "before-payment" and chance(draw, 30):
            found["effect"] = "next-payment"
        if chance(draw, 25):
            found["consecutive"] = 2
        if chance(draw, 40):
            found["early_repayment"] = True
        if chance(draw, 40):
            found["priority"] = "acceleration"
        return found

    def calls(self) -> Terms:
        """A clean-up call without a condition, an issuer's call, both or neither."""
        draw, found = self.draw, {}
        if chance(draw, 25):
            found["clean_up_call"] = {"threshold": share(draw), "condition": "none", "first_date": self.day()}
        if chance(draw, 25):
            listed = [Decimal(1) + rate(draw) for _ in range(3)]
            call: Terms = {"date": self.day(), "price": listed[0]}
            if chance(draw, 50):
                call = {
                    "date": call["date"],
                    "prices": tuple(
                        {"from": day, "price": price}
                        for day, price in zip(self.ascending(2), listed, strict=False)
                    ),
                }
            found["issuer_call"] = call
        return found

    def steps(self, deal: Terms, *, accelerated: bool) -> tuple[Terms, ...]:
        """One payee a step: fees, each note's interest, puts, principal and premium, the guarantee, the originator."""
        draw, support = self.draw, list(deal["support"])
        pays = [f"fee:{name}" for name in deal["fees"]]
        claims = [f"interest:{name}" for name in deal["notes"]]
        kinds = ["put", "principal", *(["premium"] if "issuer_call" in deal else [])]
        claims += [
            f"{kind}:{name}"
            for name, note in deal["notes"].items()
            for kind in kinds
            if kind != "put" or "puts" in note
        ]
        if accelerated:
            claims.sort(key=lambda claim: claim.partition(":")[2])
        bears = {"support-fee": "undrawn_fee", "support-interest": "interest"}
        backs = [
            f"{kind}:{name}"
            for kind, term in bears.items()
            for name in support
            if term in deal["support"][name]
        ]
        backs += [f"reimbursement:{name}" for name in support]
        pays += claims + backs if chance(draw, 60) else backs + claims
        steps = []
        for place, payee in enumerate(pays):
            step: Terms = {"name": f"step {place}", "pay": (payee,)}
            if payee in claims and support and chance(draw, 60):
                step["support"] = tuple(support)
            steps.append(step)
        if chance(draw, 75):
            steps.append({"name": "rest", "pay": ("originator",)})
        return tuple(steps)

    def deal(self) -> Terms:
        """All terms."""
        draw = self.draw
        triggers = [f"t{each}" for each in range(one_of(draw, 0, 1, 2))]
        notes = {name: self.note(rank, triggers) for rank, name in enumerate("AB"[: 1 + draw(2)], 1)}
        prompt = [name for name, note in notes.items() if not note["deferrable"]]
        account: Terms = {"kind": "collection"}
        if chance(draw, 40):
            account |= {"opening": self.money(10), "funding": "outside"}
        if chance(draw, 40):
            account["interest"] = {**self.rate_rule(), "day_count": one_of(draw, *DAY_COUNTS)}
        deal: Terms = {
            "name": "dated",
            "pool": "dated",
            "rounding": one_of(draw, "half-even", "half-up", "down"),
            "dates": self.dates,
            "accounts": {"collection": account},
            "notes": notes,
            "fees": {f"f{each}": self.fee(triggers) for each in range(draw(5))},
            "support": {"guarantee": self.support()} if chance(draw, 60) else {},
            "triggers": {name: self.trigger(prompt) for name in triggers},
            **self.calls(),
        }
        deal["priority"] = {"normal": self.steps(deal, accelerated=False)}
        if any("priority" in trigger for trigger in deal["triggers"].values()):
            deal["priority"]["acceleration"] = self.steps(deal, accelerated=True)
        return deal

    def receipts(self, deal: Terms) -> list[Receipt]:
        """What the pool pays on days of its own, many of them the last ones that still count."""
        draw = self.draw
        face = sum(minor(note["balance"]) for note in deal["notes"].values())
        face = face * one_of(draw, 30, 80, 100, 110, 150) // 100
        found: list[Receipt] = []
        ends = [day.collected for day in self.almanac]
        for since, until in zip([self.almanac.cut_off, *ends], ends, strict=False):
            for _ in range(draw(3)):
                on = one_of(
                    draw, until, since + days(1), since + days(1 + draw(max(1, (until - since).days)))
                )
                found.append((on, "principal", whole(draw, 2 * face // len(ends))))
                found.append((on, "interest", whole(draw, face * 3 // 100)))
        return found


def dated_deal(number: int) -> tuple[Terms, list[Receipt]]:
    """The deal of this number and what its pool pays."""
    drawer = Drawer(evenly(number), number)
    deal = drawer.deal()
    return deal, drawer.receipts(deal)


def dates_within(terms: Any, term: str = "") -> list[tuple[str, dt.date]]:
    """Every date of the terms with the name of the term that holds it."""
    if isinstance(terms, dict):
        return [
            found
            for key, each in terms.items()
            if key != "dates"
            for found in dates_within(each, f"{term}.{key}")
        ]
    if isinstance(terms, tuple):
        return [found for each in terms for found in dates_within(each, term)]
    return [(term, terms)] if isinstance(terms, dt.date) else []
