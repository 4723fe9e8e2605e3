"""Claims of every kind drawn at random: docs/reference/assets.md, sections 1, 2 and 4."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from securitize.base.dates import add_months
from securitize.definitions.figures import DayCount
from tests.oracle.drawn_values import (
    ADJUSTMENTS,
    AMOUNTS,
    CLAIMS,
    CUT_OFF,
    SHARES,
    STARTS,
    after,
    ascending,
    decimals,
    money,
    optional,
    whole,
)

DAY_COUNTS = get_args(DayCount)
INSTALMENT_KINDS = ("pledged-loan", "licence-back", "licence-back", "lease-back", "trust-loan")
CONTRACT_RATES = st.one_of(
    st.builds(lambda r: {"kind": "fixed", "rate": r}, decimals(0, 3000, 4)),
    st.builds(
        lambda index, margin, reset: {"kind": "lpr", "index": index, "margin": margin, "reset": reset},
        st.sampled_from(["LPR-1Y", "LPR-5Y"]),
        decimals(-600, 300, 4),
        st.sampled_from(["1M", "1M", "2M", "6M", "1Y"]),
    ),
)
CASH_STREAMS = st.sampled_from(["interest", "principal", "prepayment", "recovery", "fee", "royalty"])


@st.composite
def past(draw: st.DrawFn, rights: tuple[str, ...], near: tuple[dt.date, ...]) -> dict[str, Any]:
    """What as_of has for every contract: a date about one of ``near``, or any."""
    days = [after(day, n) for day in near[:4] for n in (-2, -1, 0, 1, 2)]
    day = draw(st.one_of(st.sampled_from(days), whole(0, 500).map(lambda n: after(CUT_OFF, n))))
    day = max(day, CUT_OFF)
    fields: dict[str, Any] = {"date": day}
    some = draw(st.booleans())
    if rights and some:
        fields["failed"] = tuple(draw(st.lists(st.sampled_from(rights), unique=True, max_size=2)))
    if draw(st.booleans()):
        expected = st.builds(
            lambda n, stream, amount: {"date": after(day, n), "stream": stream, "amount": amount},
            whole(1, 300),
            CASH_STREAMS,
            money(100_000),
        )
        fields["expected"] = tuple(draw(st.lists(expected, min_size=1, max_size=2)))
    return fields


@st.composite
def past_defaults(draw: st.DrawFn, books: dt.date) -> tuple[dict[str, Any], ...]:
    """Defaults by a day, some before the cut-off; recovered, given up and written off within what defaulted."""
    found = []
    for _ in range(draw(whole(1, 3))):
        amount = draw(AMOUNTS)
        recovered = draw(st.sampled_from([0, 0, 1, amount // 3, amount]))
        written_off = draw(st.sampled_from([0, 0, 1, (amount - recovered) // 2, amount - recovered]))
        written_off = min(written_off, amount - recovered)
        given_up = draw(st.sampled_from([0, written_off // 2, written_off]))
        deposit = draw(st.sampled_from([0, 0, amount // 4, amount]))
        amounts = {
            "recovered": recovered,
            "written_off": written_off,
            "given_up": given_up,
            "deposit": deposit,
            "interest": draw(st.sampled_from([0, 1, amount // 50])),
        }
        one: dict[str, Any] = {
            "date": after(books, -draw(whole(0, 500))),
            "amount": Decimal(amount).scaleb(-2),
        }
        one |= {key: Decimal(each).scaleb(-2) for key, each in amounts.items()}
        if draw(st.booleans()):
            shares = draw(st.lists(decimals(0, 50_000_000, 8), max_size=2))
            one["recoveries"] = tuple(
                {"source": "own", "rate": share, "lag": f"{draw(whole(0, 20))}M", "claim": draw(CLAIMS)}
                for share in shares
            )
        found.append(one)
    return tuple(found)


@st.composite
def dated(draw: st.DrawFn, start: dt.date, day_count: str, advance: bool) -> dict[str, Any]:
    """[dates] by rule or by list, the first on start where rents are in advance."""
    dates: dict[str, Any] = {"adjustment": draw(ADJUSTMENTS)}
    every = draw(st.sampled_from(["1M", "3M", "6M", "12M", "1Y"]))
    if draw(st.booleans()):
        first = start if advance else after(start, draw(whole(1, 200)))
        if draw(st.booleans()) and not advance:
            first = after(add_months(first.replace(day=1), 1), -1)
            first = first if first > start else after(first, 10)
        months = int(every[:-1]) * (12 if every[-1] == "Y" else 1)
        at_end = draw(st.booleans())
        ends = at_end and after(first, 1).day == 1
        last = add_months(first, months * draw(whole(0, 8)), ends)
        dates |= {"every": every, "first": first, "last": last, "end_of_month": at_end}
        if (gap := (first - start).days) > 1 and draw(st.booleans()):
            dates["irregular_first"] = after(start, draw(whole(1, gap - 1)))
        dates |= optional(draw, frequency=st.sampled_from(["1M", "6M", "1Y"]))
    else:
        listed = draw(ascending(start, 9))
        dates["dates"] = (start, *listed) if advance else listed
        if day_count == "ACT/ACT-ICMA" or draw(st.booleans()):
            dates["frequency"] = every
    return dates


@st.composite
def instalments(draw: st.DrawFn, contract: dict[str, Any]) -> dict[str, Any]:
    """Loans, licence-backs, lease-backs."""
    kind, start, amount = draw(st.sampled_from(INSTALMENT_KINDS)), contract["start"], draw(AMOUNTS)
    advance = kind == "lease-back" and draw(st.booleans())
    day_count = draw(st.sampled_from(DAY_COUNTS))
    dates = draw(dated(start, day_count, advance))
    shape = draw(st.sampled_from(["bullet", "equal-principal", "level-payment", "custom"]))
    repayment: dict[str, Any] = {"kind": shape}
    if shape == "custom":
        cuts = sorted(draw(st.lists(whole(0, amount), max_size=3)))
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, amount], strict=True)]
        first = start if advance else after(start, draw(whole(1, 200)))
        gap = draw(whole(20, 130))
        repayment["payments"] = tuple(
            {"date": after(first, gap * k), "amount": Decimal(part).scaleb(-2)}
            for k, part in enumerate(parts)
        )
        if draw(st.booleans()):
            dates = {
                "adjustment": dates["adjustment"],
                "frequency": draw(st.sampled_from(["1M", "3M", "1Y"])),
            }
    contract |= {"kind": kind, "day_count": day_count, "dates": dates, "repayment": repayment}
    opening = Decimal(amount).scaleb(-2)
    if kind == "licence-back":
        return contract | {
            "lump_sum": opening,
            "contract_rate": draw(decimals(0, 3000, 4)),
            "full_payment": draw(st.booleans()),
        }
    contract["rate"] = draw(CONTRACT_RATES)
    if kind == "lease-back":
        contract |= {"price": opening, "timing": "advance" if advance else "arrears"}
        return contract | ({} if shape == "custom" else optional(draw, nominal_price=money(amount)))
    if kind == "trust-loan":
        trust = st.fixed_dictionaries(
            {}, optional={"fee_rate": decimals(0, 500, 4), "pass_through": whole(0, 60)}
        )
        contract |= optional(draw, trust=trust)
    return contract | {"principal": opening}


@st.composite
def receivables(draw: st.DrawFn, contract: dict[str, Any], obligors: list[str]) -> dict[str, Any]:
    amount = draw(AMOUNTS)
    contract |= {
        "kind": "supply-chain",
        "amount": Decimal(amount).scaleb(-2),
        "due": after(contract["start"], draw(whole(1, 900))),
        "adjustment": draw(ADJUSTMENTS),
    }
    contract |= draw(
        st.one_of(
            st.just({}),
            st.fixed_dictionaries({"price": money(amount)}),
            st.fixed_dictionaries(
                {
                    "discount_rate": decimals(0, 1500, 4),
                    "day_count": st.sampled_from([x for x in DAY_COUNTS if x != "ACT/ACT-ICMA"]),
                }
            ),
        )
    )
    return contract | optional(draw, supplier=st.sampled_from(obligors))


@st.composite
def projected(draw: st.DrawFn, contract: dict[str, Any], obligors: list[str]) -> dict[str, Any]:
    days = draw(ascending(contract["start"], 7))
    principal = [draw(st.one_of(st.just(0), AMOUNTS)) for _ in days]
    principal[-1] = principal[-1] or draw(AMOUNTS)
    last = max(k for k, x in enumerate(principal) if x)
    cash = []
    for k, day in enumerate(days):
        row: dict[str, Any] = {"date": day}
        if k <= last and draw(st.booleans()):
            row["interest"] = draw(money(3_000_000))
        if principal[k]:
            row["principal"] = Decimal(principal[k]).scaleb(-2)
        cash.append(row)
    contract |= {"kind": "projected", "cash": tuple(cash), "adjustment": draw(ADJUSTMENTS)}
    return contract | optional(draw, purchase_price=money(10_000_000), seller=st.sampled_from(obligors))


def _dates_of(contract: dict[str, Any]) -> tuple[dt.date, ...]:
    if contract["kind"] == "supply-chain":
        return (contract["due"],)
    if contract["kind"] == "projected":
        return tuple(x["date"] for x in contract["cash"])
    dates, found = contract["dates"], [x["date"] for x in contract["repayment"].get("payments", ())]
    found += dates.get("dates", ())
    if "first" in dates:
        every = int(dates["every"][:-1]) * (12 if dates["every"][-1] == "Y" else 1)
        found += [dates["first"], min(add_months(dates["first"], every), dates["last"]), dates["last"]]
    return tuple(sorted(found))


@st.composite
def claims(draw: st.DrawFn, rights: list[str], obligors: list[str]) -> dict[str, Any]:
    contract: dict[str, Any] = {"obligor": draw(st.sampled_from(obligors)), "start": draw(STARTS)}
    contract["collateral"] = tuple(draw(st.lists(st.sampled_from(rights), unique=True)))
    which = draw(st.sampled_from(["instalments", "instalments", "instalments", "receivable", "projected"]))
    if which == "instalments":
        contract = draw(instalments(contract))
    elif which == "receivable":
        contract = draw(receivables(contract, obligors))
    else:
        contract = draw(projected(contract, obligors))
    if contract["collateral"] and draw(st.booleans()):
        words = ["none", "repurchase"] + (["cut", "cut"] if contract["kind"] == "licence-back" else [])
        word = st.sampled_from(words)
        contract["failure"] = optional(draw, lapse=word, invalidity=word, expiry=word)
    contract |= optional(draw, deposit=st.one_of(money(300), money(12_000_000), SHARES.map(_cents)))
    if draw(whole(0, 2)) == 0:
        dates = tuple(day for day in _dates_of(contract) if day > CUT_OFF)
        contract["as_of"] = draw(past(contract["collateral"], dates or (CUT_OFF,)))
        # A balance needs an instalment that is still to come, even where that is moved back over a weekend.
        ended = after(_dates_of(contract)[-1], -4) <= contract["as_of"]["date"]
        balance = st.just(Decimal(0)) if ended else st.one_of(money(300), money(20_000_000))
        contract["as_of"]["balance"] = draw(balance)
        if draw(st.booleans()):
            contract["as_of"]["defaulted"] = draw(past_defaults(contract["as_of"]["date"]))
    return contract


def _cents(share: Decimal) -> Decimal:
    return (share * 100_000).quantize(Decimal("0.01"))
