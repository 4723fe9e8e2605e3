"""The state of a deal in mid-life fits its deal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.dates import payment_dates
from securitize.definitions.checks.parties import parties_of_the_deal
from securitize.definitions.checks.view import moved_by
from securitize.definitions.deals.bounds import amount_limit
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import NoteState, PartyState, State, SupportState
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath

_AMOUNTS = "correct the amounts"
_COMPARED = {"sales": "forecast_sales", "collected": "scheduled"}
_NO_AMOUNTS = ("failed", "recovery", "rating")


def names_of_the_state_are_known(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """A state names notes, fees, accounts, support, limits and triggers of the deal (SEC290)."""
    tables: list[tuple[str, str, Collection[str]]] = [
        ("notes", Message("note"), deal.model.notes),
        ("fees", Message("fee"), deal.model.fees),
        ("accounts", Message("account"), deal.model.accounts),
        ("support", Message("support"), deal.model.support),
        ("parties", Message("party"), parties_of_the_deal(deal.model)),
        ("limits", Message("limit"), deal.model.limits),
        ("triggers", Message("trigger"), deal.model.triggers),
    ]
    for table, noun, known in tables:
        for name in getattr(state.model, table):
            if name not in known:
                what = Message("the deal has no such {noun}", noun=noun)
                yield state.problem((table, name), what, name, suggest(name, known), "SEC290")


def _capacities(deal: Deal) -> dict[str, int]:
    """What each party with a capacity pays in all, minor units, by id."""
    return {one.id: one.capacity for one in deal.parties if one.id is not None and one.capacity is not None}


def the_state_is_of_a_payment_date(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """``as_of`` is a payment date between closing and the legal final date (SEC291)."""
    dates, as_of = deal.model.dates, state.model.as_of
    if not dates.closing < as_of < dates.legal_final:
        what: str = Message(
            "as_of is not between closing {closing} and the legal final date {legal_final}",
            closing=dates.closing,
            legal_final=dates.legal_final,
        )
        yield state.problem(("as_of",), what, as_of, "write a payment date", "SEC291")
        return
    unadjusted = payment_dates(dates)
    slack = moved_by(dates).days
    # The calendar moves dates; whether as_of is the very day is known where the dates are put on it.
    near = min(unadjusted, key=lambda day: abs(day - as_of), default=None)
    if near is not None and abs(near - as_of) > dt.timedelta(days=slack):
        what, repair = "as_of is no payment date of the deal", Message("did you mean {near}?", near=near)
        yield state.problem(("as_of",), what, as_of, repair, "SEC291")


def notes_of_the_state_lie_within_their_terms(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """The amounts of a note in a state are possible under its terms (SEC291)."""
    for name, kept in state.model.notes.items():
        terms, at = deal.model.notes.get(name), ("notes", name)
        if terms is None:
            continue
        balance = terms.balance if kept.balance is None else kept.balance
        most = terms.balance + kept.capitalised - kept.written_off
        if most < 0:
            what = "more is written off than the face and what was capitalised"
            yield state.problem((*at, "written_off"), what, None, _AMOUNTS, "SEC291")
        elif balance > most:
            what = Message(
                "the balance {balance} is above {most}: the face, what was capitalised, less what was written off",
                balance=amount_in(balance, deal.model.currency),
                most=amount_in(most, deal.model.currency),
            )
            here: KeyPath = (*at, "balance") if kept.balance is not None else at
            yield state.problem(here, what, None, _AMOUNTS, "SEC291")
        for key in ("put", "deficiency"):
            if getattr(kept, key) > balance:
                what = Message(
                    "this is above the balance {balance}", balance=amount_in(balance, deal.model.currency)
                )
                yield state.problem(
                    (*at, key), what, amount_in(getattr(kept, key), deal.model.currency), _AMOUNTS, "SEC291"
                )


def what_is_left_lies_within_its_limit(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """What a state says is left of a cap, a limit or a support is at most the whole of it (SEC291)."""
    for name, fee in state.model.fees.items():
        terms = deal.model.fees.get(name)
        if terms and terms.cap and fee.cap_left is not None and fee.cap_left > terms.cap.amount:
            what: str = Message(
                "more is left than the cap {amount}", amount=amount_in(terms.cap.amount, deal.model.currency)
            )
            yield state.problem(("fees", name, "cap_left"), what, None, _AMOUNTS, "SEC291")
    for name, limit in state.model.limits.items():
        amount = deal.model.limits[name].amount if name in deal.model.limits else None
        if amount is not None and limit.left > amount:
            what = Message(
                "more is left than the limit {amount}", amount=amount_in(amount, deal.model.currency)
            )
            yield state.problem(("limits", name, "left"), what, None, _AMOUNTS, "SEC291")
    for name, support in state.model.support.items():
        promise, at = deal.model.support.get(name), ("support", name)
        if support.reimbursed > support.paid:
            what = "more is reimbursed than was paid"
            yield state.problem((*at, "reimbursed"), what, None, _AMOUNTS, "SEC291")
        elif promise and promise.limit is not None:
            used = support.paid - (support.reimbursed if promise.drawn_again else 0)
            if used > promise.limit:
                what = Message(
                    "more is drawn than the limit {limit}",
                    limit=amount_in(promise.limit, deal.model.currency),
                )
                yield state.problem((*at, "paid"), what, None, _AMOUNTS, "SEC291")


def what_parties_have_paid_lies_within_their_capacity(
    state: Loaded[State], deal: Loaded[Deal]
) -> Iterator[Problem]:
    """What a party has paid as recoveries and by its supports is at most its capacity (SEC291)."""
    for party, capacity in _capacities(deal.model).items():
        kept = state.model.parties.get(party)
        used = 0 if kept is None else kept.paid
        for name, support in deal.model.support.items():
            paid = state.model.support.get(name)
            if paid is not None and support.party == party:
                used += paid.paid - (paid.reimbursed if support.drawn_again else 0)
        if used > capacity:
            at: KeyPath = ("parties",) if kept is None else ("parties", party, "paid")
            what = Message(
                "more is paid in all roles than the capacity {capacity}",
                capacity=amount_in(capacity, deal.model.currency),
            )
            yield state.problem(at, what, amount_in(used, deal.model.currency), _AMOUNTS, "SEC291")


def companies_have_failed_by_the_day_of_the_state(
    state: Loaded[State], deal: Loaded[Deal]
) -> Iterator[Problem]:
    """A company fails up to ``as_of``, in one place of the state, and pays a share only where it failed (SEC291)."""
    companies: list[tuple[KeyPath, PartyState | SupportState]] = [
        *((("parties", name), party) for name, party in state.model.parties.items()),
        *((("support", name), support) for name, support in state.model.support.items()),
    ]
    for at, one in companies:
        if one.failed is None and one.recovery is not None:
            what: str = Message("a share is paid only by a company that has failed")
            yield state.problem((*at, "recovery"), what, None, "write failed = DATE", "SEC291")
        elif one.failed is not None and one.failed > state.model.as_of:
            what = Message("this is after the day of the state, {as_of}", as_of=state.model.as_of)
            repair = "write an earlier date, or tell it in a scenario"
            yield state.problem((*at, "failed"), what, one.failed, repair, "SEC291")
    for name, support in state.model.support.items():
        party = deal.model.support[name].party if name in deal.model.support else None
        if support.failed is not None and party is not None:
            what = Message("the company behind this support is the party {party}", party=party)
            repair = Message("write it in [parties.{party}]", party=party)
            yield state.problem(("support", name, "failed"), what, support.failed, repair, "SEC291")


def after_a_redemption_nothing_is_owed(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """A state after a redemption by call was called, and neither notes nor fees are owed anything (SEC291)."""
    said = state.model
    if not said.redeemed:
        return
    if not said.called:
        what: str = Message("a redemption is the exercise of a call")
        yield state.problem(("redeemed",), what, "true", "write called = true", "SEC291")
    owed: list[tuple[KeyPath, int]] = []
    for name, terms in deal.model.notes.items():
        kept = said.notes.get(name, NoteState())
        balance = terms.balance if kept.balance is None else kept.balance
        unpaid = kept.deferred + kept.interest_on_deferred + kept.premium + kept.put + kept.deficiency
        owed.append((("notes", name), balance + unpaid))
    owed += [(("fees", name), fee.accrued + fee.unpaid) for name, fee in said.fees.items()]
    for at, amount in owed:
        if amount:
            what = Message("after a redemption by call nothing is owed")
            repair = "correct the amounts, or write redeemed = false"
            here = at if state.has(*at) else ("redeemed",)
            yield state.problem(here, what, amount_in(amount, deal.model.currency), repair, "SEC291")


def triggers_of_the_state_are_possible(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """The tests in a row of a trigger agree with whether it stands breached (SEC291)."""
    for name, kept in state.model.triggers.items():
        trigger, at = deal.model.triggers.get(name), ("triggers", name)
        if kept.failed and kept.passed:
            what = "the last tests cannot both have failed and have passed"
            yield state.problem((*at, "passed"), what, kept.passed, "write one of failed, passed", "SEC291")
        elif trigger and not kept.breached and kept.failed >= trigger.consecutive:
            what = "so many failed tests in a row have breached the trigger"
            yield state.problem((*at, "failed"), what, kept.failed, "write breached = true", "SEC291")
        elif trigger and not trigger.latched and kept.breached and kept.passed >= trigger.cure:
            what = "so many passed tests in a row have cured the trigger"
            yield state.problem((*at, "passed"), what, kept.passed, "write breached = false", "SEC291")


def lists_of_the_history_are_equally_long(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """Collected and scheduled amounts, sales and forecast sales, cover the same dates (SEC296)."""
    history = state.model.history
    for other, one in reversed(_COMPARED.items()):
        count, others = len(getattr(history, one)), len(getattr(history, other))
        if count != others:
            what = Message(
                "{count} amounts, and {others} of {other}", count=count, others=others, other=other
            )
            key = one if count else other
            yield state.problem(("history", key), what, None, "write one for each date in both", "SEC296")


def the_history_is_what_triggers_look_back_on(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """A state holds what triggers that may still be tested need of earlier dates (SEC297)."""
    as_of, past = state.model.as_of, _past_dates(state.model, deal.model)
    needed: dict[str, tuple[int, str]] = {}
    for name, trigger in deal.model.triggers.items():
        kept = state.model.triggers.get(name)
        stands = trigger.latched and kept is not None and kept.breached
        if stands or (trigger.last_test is not None and trigger.last_test <= as_of):
            continue
        for key, dates in trigger.looks_back.items():
            count = min(dates, past)
            if count >= needed.get(key, (0, ""))[0]:
                needed[key] = (count, name)
    for key, (count, name) in needed.items():
        if key.endswith("_in_all"):
            if not state.has("history", key):
                what: str = Message("the trigger {name} compares the sum over all dates so far", name=name)
                yield state.problem(("history", key), what, None, "write it, 0 where there is none", "SEC297")
            continue
        # A list that is shorter than its other one is told by the check before.
        given = max(len(getattr(state.model.history, one)) for one in (key, _COMPARED[key]))
        if given < count:
            what = Message(
                "the trigger {name} looks back on {count} dates before the next, and {given} are here",
                name=name,
                count=count,
                given=given,
            )
            repair = Message("write the amounts of the last {count} dates, newest last", count=count)
            yield state.problem(("history", key), what, None, repair, "SEC297")


def _past_dates(state: State, deal: Deal) -> int:
    """How many payment dates are past: the one nearest to ``as_of`` is the last of them."""
    dates = payment_dates(deal.dates)
    near = min(range(len(dates)), key=lambda k: abs(dates[k] - state.as_of), default=0)
    return near + 1


def the_state_is_of_what_the_deal_has(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """A state has puts, ledgers, calls, caps and settlements only where the deal has them (SEC295)."""
    terms, ledgers = deal.model, deal.model.principal_deficiency
    calls = terms.clean_up_call or terms.issuer_call
    lacking: list[tuple[KeyPath, object, bool, str]] = [
        (("called",), state.model.called, bool(calls), Message("a call")),
        (
            ("redeemed",),
            state.model.redeemed,
            bool(terms.issuer_call or (terms.clean_up_call and terms.clean_up_call.redeems)),
            Message("a call that repays the notes"),
        ),
    ]
    for name, kept in state.model.notes.items():
        note, at = terms.notes.get(name), ("notes", name)
        if note is None:
            continue
        bears = note.unpaid_bears
        lacking += [
            ((*at, "put"), kept.put, bool(note.puts), Message("puts of this note")),
            ((*at, "premium"), kept.premium, terms.issuer_call is not None, Message("an issuer's call")),
            (
                (*at, "deficiency"),
                kept.deficiency,
                bool(ledgers and name in ledgers.notes),
                Message("its ledger"),
            ),
            (
                (*at, "written_off"),
                kept.written_off,
                kept.settled or note.settlement is not None,
                Message("a settlement of this note"),
            ),
            (
                (*at, "capitalised"),
                kept.capitalised,
                note.capitalises,
                Message("capitalised interest of this note"),
            ),
            (
                (*at, "interest_on_deferred"),
                kept.interest_on_deferred,
                bears is not None and not bears.compounding,
                Message("simple interest on unpaid interest of this note"),
            ),
        ]
    for name, fee in state.model.fees.items():
        if name in terms.fees:
            here = ("fees", name, "cap_left")
            lacking.append(
                (
                    here,
                    fee.cap_left is not None,
                    terms.fees[name].cap is not None,
                    Message("a cap of this fee"),
                )
            )
    for name, account in state.model.accounts.items():
        if name in terms.accounts:
            bank = terms.accounts[name].party is not None
            lacking.append(
                (("accounts", name, "failed"), account.failed, bank, Message("a bank of this account"))
            )
    for name, support in state.model.support.items():
        if promise := terms.support.get(name):
            lacking += [
                (
                    ("support", name, "interest"),
                    support.interest,
                    promise.interest is not None,
                    Message("its interest"),
                ),
                (
                    ("support", name, "fee"),
                    support.fee,
                    promise.undrawn_fee is not None,
                    Message("its undrawn fee"),
                ),
            ]
    capacities = _capacities(terms)
    lacking += [
        (("parties", name, "paid"), one.paid, name in capacities, Message("a capacity of this party"))
        for name, one in state.model.parties.items()
        if name in parties_of_the_deal(terms)
    ]
    for at_, written, there, noun in lacking:
        if written and not there:
            yield state.problem(
                at_, Message("the deal does not have {noun}", noun=noun), None, "drop it", "SEC295"
            )


def amounts_of_the_state_stay_exact(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """All amounts of a state together are below the bound (SEC270)."""
    total, limit = 0, amount_limit(deal.model)
    for table in ("notes", "fees", "accounts", "support", "parties", "history"):
        entries = getattr(state.model, table)
        for name, kept in entries.items() if isinstance(entries, dict) else ((None, entries),):
            at: KeyPath = (table,) if name is None else (table, name)
            for key, amount in kept:
                if key in _NO_AMOUNTS:
                    continue
                parts = amount if isinstance(amount, tuple) else (amount or 0,)
                total += sum(parts)
                if total >= limit:
                    what = "the amounts are too large to be computed exactly"
                    yield state.problem(
                        (*at, key), what, amount_in(sum(parts), deal.model.currency), _AMOUNTS, "SEC270"
                    )
                    return


CHECKS = (
    names_of_the_state_are_known,
    the_state_is_of_a_payment_date,
    notes_of_the_state_lie_within_their_terms,
    what_is_left_lies_within_its_limit,
    what_parties_have_paid_lies_within_their_capacity,
    companies_have_failed_by_the_day_of_the_state,
    after_a_redemption_nothing_is_owed,
    triggers_of_the_state_are_possible,
    lists_of_the_history_are_equally_long,
    the_history_is_what_triggers_look_back_on,
    the_state_is_of_what_the_deal_has,
    amounts_of_the_state_stay_exact,
)
