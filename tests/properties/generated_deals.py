"""Whole deals, schedules and streams, drawn at random over the whole vocabulary of the reference.

Values that find faults are drawn often: zeros, one cent, equal ranks, one period, thresholds met exactly.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

DRAW = st.DrawFn
DAY_COUNTS = ("ACT/365F", "ACT/360", "30/360", "30E/360", "30E/360-ISDA", "ACT/ACT-ISDA")
STREAMS = ("interest", "principal", "prepayment", "recovery", "fee")
TARGETS = ("fixed", "percent", "months-of-interest")


@dataclass(frozen=True)
class GeneratedDeal:
    """A deal file, its three date lists, and what the pool delivers on each path."""

    deal: dict[str, Any]
    schedule: dict[str, list[datetime.date]]
    pools: list[dict[str, Any]]


def one_of(draw: DRAW, *values: Any) -> Any:
    return draw(st.sampled_from(values))


def chance(draw: DRAW, percent: int) -> bool:
    return draw(st.integers(0, 99)) < percent


def subset(draw: DRAW, values: list[str], least: int = 0) -> list[str]:
    kept = [value for value in values if chance(draw, 50)]
    return kept if len(kept) >= least else values[:least]


def money(draw: DRAW, top: int = 10**7) -> Decimal:
    """Currency units with two decimals, often 0 or one cent."""
    cents = draw(st.one_of(st.sampled_from((0, 1, 2, 100, 101)), st.integers(0, top * 100)))
    return Decimal(cents).scaleb(-2)


def share(draw: DRAW, top: str = "1") -> Decimal:
    return one_of(draw, Decimal(0), Decimal(1), Decimal("0.1"), Decimal("0.5"), None) or (
        Decimal(draw(st.integers(0, int(Decimal(top) * 10**8)))).scaleb(-8)
    )


def rate(draw: DRAW) -> Decimal:
    return Decimal(
        draw(st.one_of(st.sampled_from((0, 4_000_000, 3_800_000)), st.integers(0, 15_000_000)))
    ).scaleb(-8)


def add_months(day: datetime.date, months: int) -> datetime.date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def draw_schedule(draw: DRAW) -> tuple[dict[str, Any], dict[str, list[datetime.date]]]:
    """The [dates] of a deal and its lists; payment dates are moved by hand, as a calendar would move them."""
    closing = datetime.date(2019, 1, 1) + datetime.timedelta(days=draw(st.integers(0, 1500)))
    cut_off = closing - datetime.timedelta(days=draw(st.integers(0, 40)))
    periods = one_of(draw, 1, 1, 2, 3, 4, 5, 6, 8, 12)
    step = one_of(draw, 1, 3, 3, 6, 12)
    accrual = [closing] + [add_months(closing, step * (k + 1)) for k in range(periods)]
    shift = [draw(st.integers(0, 3)) for _ in range(periods)]
    payment = [day + datetime.timedelta(days=days) for day, days in zip(accrual[1:], shift, strict=True)]
    legal_final = one_of(draw, accrual[-1], payment[-1])
    if chance(draw, 50):
        accrual = [closing, *payment]
    lag = one_of(draw, 0, 1, 5, 10)
    collection = [cut_off] + [day - datetime.timedelta(days=lag) for day in payment]
    collection = [max(day, cut_off + datetime.timedelta(days=k)) for k, day in enumerate(collection)]
    dates = {
        "cut_off": cut_off,
        "closing": closing,
        "legal_final": legal_final,
        "payment": {"dates": payment},
        "collection": {"dates": collection[1:]},
    }
    return dates, {"payment": payment, "accrual": accrual, "collection": collection}


def draw_coupon(draw: DRAW, closing: datetime.date, last: datetime.date) -> dict[str, Any]:
    kind = one_of(draw, "fixed", "fixed", "step-up", "zero")
    if kind == "zero":
        return {"kind": "zero"}
    if kind == "fixed":
        return {"kind": "fixed", "rate": rate(draw)}
    days = sorted(
        {draw(st.integers(1, max(2, (last - closing).days))) for _ in range(draw(st.integers(1, 3)))}
    )
    steps = [{"from": closing + datetime.timedelta(days=d), "rate": rate(draw)} for d in days]
    return {"kind": "step-up", "rate": rate(draw), "steps": steps}


def draw_note(draw: DRAW, rank: int, schedule: dict[str, list[datetime.date]]) -> dict[str, Any]:
    closing, dates = schedule["accrual"][0], schedule["accrual"][1:]
    balance = money(draw)
    kind = one_of(draw, "scheduled", "bullet", "collected", "collected", "turbo")
    principal: dict[str, Any] = {"kind": kind}
    if kind == "bullet":
        principal["date"] = one_of(draw, *dates)
    if kind == "scheduled":
        days = sorted({one_of(draw, *dates) for _ in range(3)})
        cents = int(balance * 100)
        cuts = sorted(draw(st.integers(0, cents)) for _ in days[1:])
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, cents], strict=True)]
        principal["payments"] = [
            {"date": day, "amount": Decimal(part).scaleb(-2)} for day, part in zip(days, parts, strict=True)
        ]
    note = {
        "rank": rank,
        "balance": balance,
        "day_count": one_of(draw, *DAY_COUNTS),
        "coupon": draw_coupon(draw, closing, dates[-1]),
        "principal": principal,
    }
    if chance(draw, 50):
        note["interest_on_unpaid"] = "coupon"
    if chance(draw, 30):
        note["deferrable"] = True
    return note


def draw_fee(draw: DRAW, notes: list[str], schedule: dict[str, list[datetime.date]]) -> dict[str, Any]:
    kind = one_of(
        draw, "one-off", "fixed", "percent-of-balance", "percent-of-balance", "percent-of-collections"
    )
    fee: dict[str, Any] = {"kind": kind}
    first, last = schedule["collection"][0], schedule["payment"][-1]
    some_day = st.integers(0, (last - first).days + 20).map(lambda d: first + datetime.timedelta(days=d))
    if kind in ("one-off", "fixed"):
        fee["amount"] = money(draw, 50_000)
    if kind == "one-off":
        fee["date"] = one_of(draw, draw(some_day), *schedule["payment"])
    else:
        if chance(draw, 30):
            fee["from"] = draw(some_day)
        if chance(draw, 30):
            fee["until"] = draw(some_day)
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
        fee["inclusive"] = chance(draw, 50)
        if chance(draw, 50):
            fee["streams"] = tuple(subset(draw, list(STREAMS), 1))
    if chance(draw, 30):
        fee["vat"] = Decimal("0.06")
        fee["surcharge"] = one_of(draw, Decimal("0.12"), Decimal(0))
    if chance(draw, 40):
        fee["cap"] = {"amount": money(draw, 5_000), "per": one_of(draw, "payment", "year")}
    return fee


def draw_target(draw: DRAW, notes: list[str]) -> dict[str, Any]:
    kind = one_of(draw, *TARGETS)
    target: dict[str, Any] = {"kind": kind}
    if kind == "fixed":
        target["amount"] = money(draw, 100_000)
    else:
        if kind == "percent":
            target["rate"] = rate(draw)
            target["of"] = one_of(draw, "pool", "pool-at-cut-off", tuple(notes))
        else:
            target["months"] = draw(st.integers(1, 12))
            target["notes"] = tuple(notes[:2])
        if chance(draw, 40):
            target["floor"] = money(draw, 50_000)
        if chance(draw, 30):
            target["cap"] = money(draw, 80_000)
    if chance(draw, 30):
        target["zero_at"] = tuple(subset(draw, ["notes-nil", "legal-final"]))
    return target


def draw_trigger(draw: DRAW, notes: list[str], schedule: dict[str, list[datetime.date]]) -> dict[str, Any]:
    kind = one_of(
        draw, "date", "cumulative-default", "collections", "coverage", "coverage", "unpaid-interest"
    )
    trigger: dict[str, Any] = {"kind": kind, "latched": chance(draw, 60)}
    after = chance(draw, 30)
    if kind == "date":
        trigger["date"] = one_of(draw, *schedule["payment"]) + datetime.timedelta(days=one_of(draw, -1, 0, 1))
    if kind == "cumulative-default":
        trigger["threshold"] = share(draw)
    if kind == "collections":
        trigger["threshold"] = one_of(draw, Decimal(1), Decimal("0.8"), share(draw))
        trigger["cumulative"] = chance(draw, 50)
    if kind == "coverage":
        trigger["measure"] = one_of(draw, "DSCR", "IC", "OC")
        trigger["rank"] = draw(st.integers(1, 3))
        trigger["threshold"] = one_of(draw, Decimal(1), Decimal("1.2"), share(draw, "2"))
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


def draw_limit(draw: DRAW) -> dict[str, Any]:
    if chance(draw, 50):
        return {"amount": money(draw, 100_000)}
    return {"percent": share(draw), "of": one_of(draw, "due", "available", "smaller")}


def draw_step(draw: DRAW, deal: dict[str, Any], pay: list[str], accounts: list[str]) -> dict[str, Any]:
    """A step with these payees, with limits, support and conditions that fit them."""
    kinds = {text.partition(":")[0] for text in pay}
    step: dict[str, Any] = {"name": " and ".join(pay)[:60], "pay": tuple(pay)}
    if len(pay) > 1:
        step["split"] = one_of(draw, "pari-passu", "pari-passu", "sequential")
        step["leftover"] = one_of(draw, "first", "last", "largest")
    if "release" not in kinds:
        filled = {text.partition(":")[2] for text in pay if text.startswith(("reserve:", "transfer:"))}
        usable = [name for name in accounts if name not in filled]
        if chance(draw, 40) and usable:
            start = draw(st.integers(0, len(usable) - 1))
            step["from"] = tuple((usable[start:] + usable[:start])[: draw(st.integers(1, len(usable)))])
    supportable = kinds <= {"fee", "fee-excess", "interest", "principal", "redemption"}
    if supportable and deal["support"] and chance(draw, 60):
        step["support"] = tuple(subset(draw, list(deal["support"]), 1))
    if chance(draw, 15):
        step["limit"] = draw_limit(draw)
    if deal["limits"] and chance(draw, 50 if "support" in step else 15):
        step["limits"] = tuple(subset(draw, list(deal["limits"]), 1))
    if chance(draw, 10):
        step["member_limits"] = {one_of(draw, *pay): draw_limit(draw)}
    if deal["triggers"] and chance(draw, 20):
        name = one_of(draw, *deal["triggers"])
        step[one_of(draw, "when", "unless")] = (name,)
    return step


def draw_steps(draw: DRAW, deal: dict[str, Any]) -> list[dict[str, Any]]:
    notes, accounts = list(deal["notes"]), list(deal["accounts"])
    reserves = [name for name in accounts if deal["accounts"][name]["kind"] == "reserve"]
    groups: list[list[str]] = [[f"fee:{name}"] for name in deal["fees"]]
    groups += [
        [f"fee-excess:{name}"] for name, fee in deal["fees"].items() if "cap" in fee or chance(draw, 10)
    ]
    if len(deal["fees"]) > 1 and chance(draw, 50):
        groups = [[f"fee:{name}" for name in deal["fees"]], *groups[len(deal["fees"]) :]]
    word = one_of(draw, "principal", "principal", "redemption")
    ranks = sorted({note["rank"] for note in deal["notes"].values()})
    for rank in ranks:
        members = [name for name in notes if deal["notes"][name]["rank"] == rank]
        groups.append([f"interest:{name}" for name in members])
    if chance(draw, 8):
        # Interest that is never paid outlives the notes' balances.
        groups = [group for group in groups if not group[0].startswith("interest:")]
    groups += [[f"reserve:{name}"] for name in reserves]
    groups += [[f"release:{name}"] for name in reserves if chance(draw, 60)]
    if chance(draw, 40):
        groups.append([f"{word}:{name}" for name in notes])
    else:
        for rank in ranks:
            groups.append([f"{word}:{name}" for name in notes if deal["notes"][name]["rank"] == rank])
    if chance(draw, 25) and len(notes) > 1:
        groups.append([f"interest:{notes[0]}", f"{word}:{notes[-1]}"])
    groups += [[f"reimbursement:{name}"] for name in deal["support"]]
    if chance(draw, 40):
        position = list(range(len(groups)))
        order = draw(st.permutations(position))
        groups = [groups[i] for i in order]
    if chance(draw, 20) and len(accounts) > 1:
        groups.append([f"transfer:{accounts[-1]}"])
    if chance(draw, 70):
        groups.append([one_of(draw, "originator", f"residual:{notes[-1]}")])
    return [draw_step(draw, deal, pay, accounts) for pay in groups]


def draw_streams(draw: DRAW, periods: int, face: int, scheduled: list[int]) -> dict[str, list[int]]:
    """Collections of one path: what the notes need and a little more, exactly the schedule, anything, or nothing."""
    size = max(1, 2 * face // periods)
    amount = st.one_of(st.sampled_from((0, 0, 1, size)), st.integers(0, size))
    shape = one_of(draw, "healthy", "healthy", "any", "any", "schedule", "nothing", "late")
    streams = {stream: [0] * periods for stream in STREAMS}
    for t in range(periods):
        if shape == "schedule":
            streams["principal"][t] = scheduled[t]
        elif shape == "healthy":
            streams["principal"][t] = face // periods + draw(st.integers(0, 1 + face // (4 * periods)))
            streams[one_of(draw, "interest", "fee")][t] = draw(st.integers(0, 1 + face // 20))
        elif shape == "any" or (shape == "late" and t == periods - 1):
            for stream in STREAMS:
                if chance(draw, 60):
                    streams[stream][t] = draw(amount)
    return streams


def draw_balances(
    draw: DRAW, periods: int, deal: dict[str, Any], opening: int
) -> tuple[list[int], list[int]]:
    """Performing balance and defaults of one path; often amortising, and sometimes just at the call's threshold."""
    performing, defaulted, balance = [opening], [], opening
    gentle = chance(draw, 60)
    at_call = int(deal["clean_up_call"]["threshold"] * opening) if "clean_up_call" in deal else opening
    for t in range(periods):
        few = (0, 0, 0, balance // 20) if gentle else (0, 0, balance, balance // 10)
        lost = draw(st.one_of(st.sampled_from(few), st.integers(0, balance // 8 if gentle else balance)))
        balance -= lost
        defaulted.append(lost)
        if gentle:
            planned = opening * (periods - t - 1) // periods
            balance = min(balance, at_call if at_call and chance(draw, 25) else max(planned, opening // 50))
        else:
            balance -= draw(st.one_of(st.sampled_from((0, balance)), st.integers(0, balance)))
        performing.append(balance)
    return performing, defaulted


def draw_pool(
    draw: DRAW, periods: int, deal: dict[str, Any], opening: int, scheduled: list[int]
) -> dict[str, Any]:
    """What the pool delivers on one path."""
    face = sum(int(note["balance"] * 100) for note in deal["notes"].values())
    performing, defaulted = draw_balances(draw, periods, deal, opening)
    streams = draw_streams(draw, periods, face, scheduled)
    return {"streams": streams, "performing": performing, "defaulted": defaulted, "scheduled": scheduled}


@st.composite
def generated_deals(draw: DRAW, paths: int = 2) -> GeneratedDeal:
    """A valid deal with its dates and ``paths`` paths of collections."""
    dates, schedule = draw_schedule(draw)
    periods = len(schedule["payment"])
    count = draw(st.integers(1, 4))
    ranks = [draw(st.integers(1, 3)) for _ in range(count)]
    notes = {f"N{i}": draw_note(draw, rank, schedule) for i, rank in enumerate(ranks)}
    if count > 1 and chance(draw, 40):
        # Equal balances and coupons make equal dues, where leftover units are decided by order alone.
        notes["N1"] = {**notes["N0"], "rank": notes["N1"]["rank"]}
    names = list(notes)
    accounts: dict[str, Any] = {"collection": {"kind": "collection"}}
    if chance(draw, 30):
        accounts["principal"] = {"kind": "collection"}
    for name in ("reserve", "second-reserve")[: one_of(draw, 0, 1, 1, 2)]:
        accounts[name] = {
            "kind": "reserve",
            "funding": one_of(draw, "proceeds", "outside"),
            "opening": money(draw, 100_000),
            "target": draw_target(draw, names),
        }
    deal: dict[str, Any] = {
        "name": "generated",
        "pool": "generated",
        "rounding": one_of(draw, "half-even", "half-even", "half-up", "down"),
        "residual_to": one_of(draw, "originator", *names),
        "dates": dates,
        "accounts": accounts,
        "collections": {
            stream: one_of(draw, *accounts) for stream in STREAMS if len(accounts) > 1 and chance(draw, 30)
        },
        "notes": notes,
        "fees": {f"f{i}": draw_fee(draw, names, schedule) for i in range(draw(st.integers(0, 3)))},
        "support": {},
        "triggers": {f"t{i}": draw_trigger(draw, names, schedule) for i in range(draw(st.integers(0, 3)))},
        "limits": {},
    }
    if chance(draw, 20):
        deal["principal_distribution"] = {"streams": tuple(subset(draw, list(STREAMS), 1))}
    for i in range(one_of(draw, 0, 0, 1, 2)):
        support: dict[str, Any] = {"kind": "shortfall-undertaking", "reinstates": chance(draw, 50)}
        if chance(draw, 60):
            support["limit"] = money(draw, one_of(draw, 1_000_000, 50_000))
        if chance(draw, 40):
            support["limit_per_payment"] = money(draw, 300_000)
        deal["support"][f"s{i}"] = support
    for i in range(one_of(draw, 0, 0, 1, 2)):
        deal["limits"][f"l{i}"] = {
            "amount": money(draw, one_of(draw, 200_000, 2_000_000)),
            "per": one_of(draw, "payment", "year", "life"),
        }
    if chance(draw, 25):
        deal["clean_up_call"] = {
            "threshold": one_of(draw, Decimal("0.9"), Decimal("0.5"), share(draw)),
            "price": one_of(draw, Decimal(1), share(draw, "2")),
            "condition": one_of(draw, "repays-notes", "none"),
        }
        if chance(draw, 30):
            deal["clean_up_call"]["first_date"] = one_of(draw, *schedule["payment"])
    deal["priority"] = {"normal": tuple(draw_steps(draw, deal))}
    for priority in ("acceleration", "default"):
        if deal["triggers"] and chance(draw, 50):
            deal["priority"][priority] = tuple(draw_steps(draw, deal))
            for trigger in deal["triggers"].values():
                if chance(draw, 50):
                    trigger["priority"] = priority
    face = sum(int(note["balance"] * 100) for note in notes.values())
    opening = one_of(draw, face, face, 0, face * 2)
    size = max(1, face // periods)
    scheduled = [
        draw(st.one_of(st.sampled_from((0, size)), st.integers(0, 2 * size))) for _ in range(periods)
    ]
    pools = [draw_pool(draw, periods, deal, opening, scheduled) for _ in range(paths)]
    return GeneratedDeal(deal, schedule, pools)
