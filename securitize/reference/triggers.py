"""Section 8 of the reference: triggers, their measures and the priority in force."""

from __future__ import annotations

from fractions import Fraction

from securitize.reference import accounts, fees, notes
from securitize.reference.numbers import ONE, count, number
from securitize.reference.redemption import REDEMPTION
from securitize.reference.state import Table, TriggerState
from securitize.reference.steps import INTEREST, kind_and_name
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import no_such, one_of, word_of

SEVERITY = ("default", "acceleration", "normal")  # the most severe priority first
# fmt: off
RATINGS = (
    "AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-",
    "BB+", "BB", "BB-", "B+", "B", "B-", "CCC", "CC", "C", "D",
)
# fmt: on


def senior_fees(v: Vehicle) -> int:
    """Section 8: F, the fees that the normal priority pays before the first step with interest; none on payments."""
    names: list[str] = []
    for step in v.deal["priority"]["normal"]:
        payees = [kind_and_name(payee) for payee in step["pay"]]
        if any(kind in INTEREST for kind, _ in payees):
            break
        names += [name for kind, name in payees if kind == "fee" and name not in names]
    return sum(v.fees[name].due for name in names if not fees.is_on_payments(v.fees[name]))


def supports_left(v: Vehicle) -> int | None:
    """Section 8, with_support: what is left of every limit; of one party's together at most its capacity left."""
    found = 0
    for given in v.support.values():
        if given.left is None:
            return None
        if given.party is None:
            found += given.left
    for party in v.parties.values():
        found += min(party.left, sum(given.left or 0 for given in party.supports))
    return found


def coverage_fails(v: Vehicle, terms: Table) -> bool:
    """Section 8: whether DSCR or IC, measured before the payments, is below its threshold."""
    ranked = [note for note in v.notes.values() if count(note.terms["rank"]) <= count(terms["rank"])]
    numerator = max(0, v.collected() - senior_fees(v))
    if terms.get("with_support", False):
        numerator += sum(acc.balance for acc in v.accounts.values() if acc.kind == "reserve")
        support_left = supports_left(v)
        if support_left is None:
            return False
        numerator += support_left
    denominator = sum(note.owed for note in ranked)
    if one_of("measure before the payments", terms["measure"], ("DSCR", "IC")) == "DSCR":
        for note in ranked:
            if v.final:
                denominator += note.balance
            elif note.has_schedule:
                denominator += max(0, note.balance - notes.scheduled_balance(v, note))
    return denominator > 0 and Fraction(numerator, denominator) < number(terms["threshold"])


def overcollateralisation_fails(v: Vehicle, terms: Table) -> bool:
    """Section 8: whether OC, measured after the payments, is below its threshold."""
    cash = sum(acc.balance for acc in v.accounts.values() if acc.kind == "collection")
    ranked = [note for note in v.notes.values() if count(note.terms["rank"]) <= count(terms["rank"])]
    owed = sum(note.balance for note in ranked)
    return owed > 0 and Fraction(v.performing[v.t] + cash, owed) < number(terms["threshold"])


def collections_fail(v: Vehicle, terms: Table) -> bool:
    """Section 8: whether too little of the schedule was collected."""
    if terms.get("cumulative", True):
        collected, scheduled = v.in_all["collected"], v.in_all["scheduled"]
    else:
        periods = terms.get("periods", 1)
        collected, scheduled = v.last("collected", periods), v.last("scheduled", periods)
    return collected < number(terms["threshold"]) * scheduled


def sales_fail(v: Vehicle, terms: Table) -> bool:
    """Section 8: whether sales left their corridor."""
    periods = terms.get("periods", 1)
    sales, forecast = v.last("sales", periods), v.last("forecast_sales", periods)
    if forecast == 0:
        return False
    below = "lower" in terms and sales < number(terms["lower"]) * forecast
    above = "upper" in terms and sales > number(terms["upper"]) * forecast
    return below or above


def rating_fails(v: Vehicle, terms: Table) -> bool:
    """Section 8: whether the provider's rating is worse than `below`."""
    name = terms["support"]
    at_closing = [place_of(v.support[name].terms.get("rating", "AAA"))] * len(v.d)
    rating = v.ratings.get(name, at_closing)[v.t]
    return rating > place_of(terms["below"])


def place_of(rating: str) -> int:
    """Section 8: the place of a rating, 0 for the best."""
    return RATINGS.index(one_of("rating", rating, RATINGS))


def notes_fail(v: Vehicle, terms: Table) -> bool:
    """Section 8: the kinds that look at notes after the payments, or at their balances."""
    if terms["kind"] == "notes-nil":
        return all(v.notes[name].balance == 0 for name in terms["notes"])
    if terms["kind"] == "deficiency":
        ledgers = sum(v.notes[name].deficiency for name in terms["notes"])
        return ledgers > number(terms["threshold"]) * sum(v.notes[name].balance for name in terms["notes"])
    if terms["kind"] == "unpaid-principal":
        return any(v.notes[name].overdue_principal > 0 for name in terms.get("notes", v.notes))
    if terms["kind"] != "unpaid-interest":
        raise no_such("kind of trigger on notes", terms["kind"])
    not_deferrable = [name for name, note in v.notes.items() if not note.terms.get("deferrable", False)]
    return any(v.notes[name].unpaid > 0 for name in terms.get("notes", not_deferrable))


def breaches(v: Vehicle, trigger: TriggerState) -> bool:
    """Section 8, table: whether a test held now fails."""
    terms, kind = trigger.terms, trigger.terms["kind"]
    if kind == "date":
        return v.holds_from(terms, "date")
    if kind == "cumulative-default":
        return v.in_all["defaulted"] > number(terms["threshold"]) * v.performing[0]
    if kind == "collections":
        return collections_fail(v, terms)
    if kind == "coverage":
        return overcollateralisation_fails(v, terms) if trigger.after_only else trigger.coverage_fails
    if kind == "sales":
        return sales_fail(v, terms)
    if kind == "pool-balance":
        return v.performing[v.t] < number(terms["threshold"]) * v.performing[0]
    if kind in ("unpaid-interest", "unpaid-principal", "notes-nil", "deficiency"):
        return notes_fail(v, terms)
    if kind == "reserve":
        account = v.accounts[terms["account"]]
        return account.balance < accounts.reserve_target(v, account)
    if kind == "provider-default":
        name = terms["support"]
        return name in v.support_pays and v.support_pays[name][v.t] < ONE
    if kind == "provider-rating":
        return rating_fails(v, terms)
    if kind == "combination":
        stand = [v.triggers[name].breached for name in terms["of"]]
        return all(stand) if one_of("rule", terms["rule"], ("all", "any")) == "all" else any(stand)
    raise no_such("kind of trigger", kind)


def hold_test(v: Vehicle, trigger: TriggerState) -> None:
    """Section 8, state: one test and what it makes of the trigger."""
    terms = trigger.terms
    trigger.tested = True
    if breaches(v, trigger):
        trigger.failed, trigger.passed = trigger.failed + 1, 0
    else:
        trigger.failed, trigger.passed = 0, trigger.passed + 1
    if not trigger.breached:
        trigger.breached = trigger.failed >= count(terms.get("consecutive", 1))
    elif not terms.get("latched", True):
        trigger.breached = trigger.passed < count(terms.get("cure", 1))


def hold_tests(v: Vehicle, moment: str) -> None:
    """Section 8, state: hold the tests of this moment, in the order declared."""
    for trigger in v.triggers.values():
        allowed = v.holds_from(trigger.terms, "first_test") and v.holds_until(trigger.terms, "last_test")
        if trigger.moment == moment and allowed:
            hold_test(v, trigger)


def look_before_payment(v: Vehicle) -> None:
    """Section 8: measure the coverage, hold the tests before the payments, and see what is active."""
    for trigger in v.triggers.values():
        if trigger.terms["kind"] == "coverage" and not trigger.after_only:
            trigger.coverage_fails = coverage_fails(v, trigger.terms)
    hold_tests(v, "before-payment")
    for trigger in v.triggers.values():
        breached = trigger.breached if trigger.this_payment else trigger.stood
        trigger.active = breached and v.holds_from(trigger.terms, "effect_from")


def priority_in_force(v: Vehicle) -> str:
    """Section 8: on the date of a redemption by call its own, else the most severe that active triggers call for."""
    if v.redeemed_today:
        return REDEMPTION
    active = [trigger.terms for trigger in v.triggers.values() if trigger.active]
    called_for = [word_of(terms, "priority", *reversed(SEVERITY)) for terms in active]
    return next((priority for priority in SEVERITY if priority in called_for), "normal")
