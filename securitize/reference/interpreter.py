"""The priority of payments, read aloud: an interpreter to lay beside docs/reference/priority-of-payments.md.

Every function of this package names the section of that document which it states. Money is whole minor units, rates
are whole units of 1e-8, everything else is an exact fraction; no number here is a floating point number. It needs
nothing but Python 3.11 and its standard library, and nothing here is clever: one path, one date, one step, one payee
at a time. The deal file is assumed to have been checked.

`run` and `state_at` at the end of the file are the only entrances.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from securitize.reference import (
    accounts,
    calls,
    deficiency,
    fees,
    limits,
    midlife,
    notes,
    parties,
    redemption,
    steps,
    support,
    triggers,
)
from securitize.reference.day_counts import Conventions
from securitize.reference.numbers import money, smallest
from securitize.reference.state import (
    STREAMS,
    AccountState,
    FeeState,
    LimitState,
    NoteState,
    PartyState,
    SupportState,
    Table,
    TriggerState,
)
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import one_of

PUBLISHED = {  # table -> column -> attribute of the state after the date
    "notes": {
        "opening": "opening",
        "accrued": "accrued",
        "interest_on_unpaid": "interest_on_unpaid",
        "interest_paid": "interest_paid",
        "interest_written_off": "interest_written_off",
        "unpaid": "unpaid",
        "deferred_interest": "on_deferred",
        "capitalised": "capitalised_today",
        "principal_paid": "principal_paid",
        "put": "put",
        "premium_paid": "premium_paid",
        "residual_paid": "residual_paid",
        "closing": "balance",
        "deficiency": "deficiency",
        "written_off": "written_off",
        "overdue_interest": "overdue_interest",
        "overdue_principal": "overdue_principal",
    },
    "fees": {"accrued": "accrued", "paid": "paid", "unpaid": "unpaid", "pending": "pending"},
    "accounts": {
        "opening": "opening",
        "interest": "interest",
        "in": "received",
        "out": "drawn",
        "lost": "lost",
        "closing": "balance",
    },
    "support": {
        "drawn": "drawn",
        "reimbursed": "reimbursed",
        "outstanding": "outstanding",
        "interest_due": "interest",
        "interest_paid": "interest_paid",
        "fee_due": "fee",
        "fee_paid": "fee_paid",
    },
    "parties": {
        "recoveries_due": "recoveries_due",
        "recoveries": "recoveries",
        "supported": "supported",
        "paid": "paid",
        "left": "left",
    },
    "triggers": {"tested": "tested", "breached": "breached", "active": "active", "failed": "failed"},
}
PUBLISHED_ALONE = {
    "steps": "steps",
    "call": "called_today",
    "issuer_call": "issuer_called",
    "call_price": "call_price",
    "originator": "originator",
    "final_distribution": "final_distribution",
    "principal_distribution_left": "principal_left",
}
OF_THE_DATE = {  # table -> attributes that start at nothing on every date
    "notes": (
        *("accrued", "interest_on_unpaid", "interest_paid", "interest_written_off"),
        *("principal_paid", "premium_paid", "residual_paid", "written_off"),
        *("capitalised_today", "overdue_interest", "overdue_principal"),
    ),
    "fees": ("accrued", "paid"),
    "accounts": ("interest", "received", "drawn", "lost"),
    "support": ("drawn", "reimbursed", "interest_paid", "fee_paid"),
}


def open_date(v: Vehicle) -> None:
    """Section 11: the amounts of the date start at nothing, caps are renewed, history goes on."""
    v.call_price = v.originator = v.final_distribution = 0
    v.called_today = v.issuer_called = v.redeemed_today = False
    v.steps = []
    for given in v.support.values():
        support.open_arrears(v, given)
    for table, attributes in OF_THE_DATE.items():
        for state in getattr(v, table).values():
            for attribute in attributes:
                setattr(state, attribute, 0)
    parties.pay_recoveries(v)
    for account in v.accounts.values():
        account.opening = account.balance
    for note in v.notes.values():
        note.opening = note.balance
    for fee in v.fees.values():
        if "cap" in fee.terms and limits.renews(v, fee.terms["cap"]["per"]):
            fee.cap_used = 0
    for trigger in v.triggers.values():
        trigger.stood, trigger.tested, trigger.active = trigger.breached, False, False
    for name, amount in (
        ("collected", v.collected()),
        ("scheduled", v.scheduled[v.t]),
        ("sales", v.sales[v.t]),
        ("forecast_sales", v.forecast_sales[v.t]),
    ):
        v.past[name].append(amount)
        if name in v.in_all:
            v.in_all[name] += amount
    v.in_all["defaulted"] += v.defaulted[v.t]


def accrue(v: Vehicle) -> None:
    """Section 11, 2: before anything is tested or paid."""
    distribution = v.deal.get("principal_distribution", {})
    v.principal_left += v.collected(distribution.get("streams", ["principal", "prepayment", "recovery"]))
    limits.renew_limits(v)
    for note in v.notes.values():
        notes.accrue_note(v, note)
    for fee in v.fees.values():
        fees.accrue_fee(v, fee)
    for given in v.support.values():
        support.accrue_support(v, given)
    deficiency.debit_defaults(v)
    for note in v.notes.values():
        notes.settle(v, note)
    for note in v.notes.values():
        notes.put_today(v, note)


def carry(v: Vehicle) -> None:
    """Section 11, 6: what is overdue; unpaid interest is carried or capitalised; puts and ledgers are cut."""
    for note in v.notes.values():
        notes.find_overdue(v, note)
        notes.carry_unpaid(v, note)
        note.put = min(note.put, note.balance)
        note.deficiency = min(note.deficiency, note.balance)


def close_deal(v: Vehicle) -> None:
    """Section 11, 7: the final distribution empties the accounts; balances outstanding are written off."""
    for account in v.accounts.values():
        v.final_distribution += account.balance
        account.draw(account.balance)
    for note in v.notes.values():
        note.written_off += note.balance


def check_date(v: Vehicle) -> None:
    """Not a rule but a proof: sources equal uses, nothing is negative, nothing is owed after a redemption by call."""
    sources = sum(account.opening + account.interest for account in v.accounts.values())
    sources += v.collected() + v.call_price
    kinds = [steps.kind_and_name(row["payee"])[0] for row in v.steps]
    uses = sum(
        row["paid"] for row, kind in zip(v.steps, kinds, strict=True) if kind not in steps.STAYS_INSIDE
    )
    uses += v.final_distribution + sum(account.balance + account.lost for account in v.accounts.values())
    amounts = [account.balance for account in v.accounts.values()] + [v.principal_left]
    for note in v.notes.values():
        amounts += [note.balance, note.current, note.deferred, note.on_deferred]
        amounts += [note.put, note.premium, note.deficiency]
    amounts += [amount for fee in v.fees.values() for amount in (fee.pending, fee.unpaid)]
    for given in v.support.values():
        amounts += [given.outstanding, given.interest, given.fee]
    amounts += [limit.left for limit in v.limits.values()]
    amounts += [party.left for party in v.parties.values()]
    if sources != uses or min(amounts) < 0:
        raise ValueError(f"period {v.t}: sources {sources}, uses {uses}, smallest amount {min(amounts)}")
    if v.redeemed and (left := redemption.open_claims(v)):
        raise ValueError(f"period {v.t}: open after a redemption by call: {left}")


def run_date(v: Vehicle) -> str:
    """Section 11: one payment date, in order. Returns the priority in force."""
    open_date(v)
    parties.lose_at_banks(v)
    accounts.earn_interest(v)
    accounts.enter_collections(v)
    accrue(v)
    calls.consider_call(v)
    calls.consider_issuer_call(v)
    triggers.look_before_payment(v)
    priority = triggers.priority_in_force(v)
    steps.run_steps(v, priority)
    carry(v)
    triggers.hold_tests(v, "after-payment")
    if v.final:
        close_deal(v)
    check_date(v)
    return priority


def close_vehicle(deal: Table, schedule: Table, pool: Table) -> Vehicle:
    """Sections 2, 3, 4 and 5: the vehicle at closing."""

    def declared(name: str) -> Iterable[tuple[str, Table]]:
        found: dict[str, Table] = deal.get(name, {})
        return found.items()

    def by_period(amounts: Iterable[int] | None) -> list[int]:
        return [0, *(amounts if amounts is not None else [0] * len(schedule["payment"]))]

    def named(name: str) -> dict[str, list[int]]:
        return {key: by_period(amounts) for key, amounts in pool.get(name, {}).items()}

    for priority in deal["priority"]:
        one_of("priority", priority, triggers.SEVERITY)
    for name in (*pool.get("held", {}), *pool.get("account_pays", {})):
        one_of("account", name, deal["accounts"])
    companies = {each["id"]: PartyState(each) for each in deal.get("parties", []) if "capacity" in each}
    for name in pool.get("recovered", {}):
        one_of("party with a capacity", name, companies)
    openings = {name: money(terms.get("opening", 0)) for name, terms in declared("accounts")}
    k = smallest(str(deal.get("currency", deal.get("deal", {}).get("currency", "CNY"))))
    return Vehicle(
        deal=deal,
        d=[deal["dates"]["closing"], *schedule["payment"]],
        w=[deal["dates"]["closing"], *schedule["written" if "written" in schedule else "payment"]],
        a=list(schedule["accrual"]),
        c=list(schedule["collection"]),
        conventions=Conventions(
            deal["dates"]["legal_final"],
            schedule.get("frequency"),
            schedule.get("reference_date"),
            schedule.get("end_of_month", False),
            tuple(schedule.get("reference_dates", ())),
        ),
        streams={stream: by_period(pool["streams"][stream]) for stream in STREAMS},
        performing=list(pool["performing"]),
        defaulted=by_period(pool["defaulted"]),
        scheduled=by_period(pool["scheduled"]),
        sales=by_period(pool.get("sales")),
        forecast_sales=by_period(pool.get("forecast_sales")),
        support_pays=named("support_pays"),
        support_late=named("support_late"),
        ratings=named("ratings"),
        fixings=named("fixings"),
        recovered=named("recovered"),
        held=named("held"),
        account_pays=named("account_pays"),
        notes={name: NoteState(terms, money(terms["balance"]), name, k) for name, terms in declared("notes")},
        fees={name: FeeState(terms) for name, terms in declared("fees")},
        accounts={name: AccountState(terms, openings[name]) for name, terms in declared("accounts")},
        support={name: supported_by(name, terms, companies) for name, terms in declared("support")},
        triggers={name: TriggerState(terms) for name, terms in declared("triggers")},
        limits={name: LimitState(terms) for name, terms in declared("limits")},
        parties=companies,
    )


def supported_by(name: str, terms: Table, companies: dict[str, PartyState]) -> SupportState:
    """Section 7: a support, known to its party where that has a capacity."""
    given = SupportState(terms, name, companies.get(terms.get("party", "")))
    if given.party is not None:
        given.party.supports.append(given)
    return given


def publish(v: Vehicle, result: Table, priority: str) -> None:
    """What is published of the date."""
    result["priority"].append(priority)
    for stream in STREAMS:
        result["streams"][stream].append(v.streams[stream][v.t])
    for column, attribute in PUBLISHED_ALONE.items():
        result[column].append(getattr(v, attribute))
    for table, columns in PUBLISHED.items():
        for name, state in getattr(v, table).items():
            for column, attribute in columns.items():
                result[table][name][column].append(getattr(state, attribute))


def run(deal: Table, schedule: Table, pool: Table, state: Table | None = None) -> Table:
    """Run a deal on one path of collections, from closing or from the state after one of its payment dates.

    deal     : the deal file as `tomllib.load(file, parse_float=Decimal)` reads it
    schedule : "payment" d_1..d_T, "written" w_1..w_T (default: as "payment"), "accrual" a_0..a_T, "collection"
               c_0..c_T, dates; where the deal has a frequency also "frequency" (months), "reference_date" (q_0),
               "end_of_month" and, where the dates are a list, "reference_dates" (l_0 or l_1, ..., l_n)
    pool     : "streams" (T each), "performing" (T + 1), "defaulted", "scheduled" (T), minor units; where the deal asks
               for them "sales", "forecast_sales", "support_pays", "support_late", "ratings" and "fixings";
               "recovered" by party,
               "held" and "account_pays" by account
    state    : the state file, read likewise
    Returns lists over t = 1..T at index t - 1, all amounts minor units; with a state, None for the past.
    Raises ValueError where money would appear, vanish or turn negative, and for a word that is not known here.
    """
    v = close_vehicle(deal, schedule, pool)
    if state is not None:
        midlife.begin(v, state)
    past: list[Any] = [None] * v.t
    result: Table = {"priority": [*past]} | {column: [*past] for column in PUBLISHED_ALONE}
    result["streams"] = {stream: [*past] for stream in STREAMS}
    for table, columns in PUBLISHED.items():
        result[table] = {name: {column: [*past] for column in columns} for name in getattr(v, table)}
    for t in range(v.t + 1, len(v.d)):
        v.t = t
        publish(v, result, run_date(v))
    return result


def state_at(deal: Table, schedule: Table, pool: Table, k: int) -> Table:
    """Section 13: the state after payment date k, as its file has it."""
    v = close_vehicle(deal, schedule, pool)
    for t in range(1, k + 1):
        v.t = t
        run_date(v)
    return midlife.written_state(v)
