"""The generated deals exercise every rule of the vocabulary, and exercise it often."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from securitize.definitions.figures import DayCount
from securitize.reference import interpreter
from tests.properties.coverage import features
from tests.properties.generated_deals import GeneratedDeal, numbered_deal
from tests.properties.variants import variants

DEALS = 500
TURNED_DEALS = 1000
#: Of so many deals, at least these do what is named.
LEAST = 4
DAY_COUNTS = get_args(DayCount)
TRIGGERS = (
    *("date", "cumulative-default", "collections", "unpaid-interest", "unpaid-principal", "coverage OC"),
    *("sales", "pool-balance", "notes-nil", "reserve", "deficiency"),
    *("provider-default", "provider-rating", "combination"),
    *("coverage DSCR", "coverage DSCR with support", "coverage IC", "coverage IC with support"),
)

EXPECTED = {
    "priority": ("normal", "acceleration", "default", "redemption"),
    "redemption": (
        *("pays fee-excess", "pays support-fee", "pays interest", "pays premium"),
        *("pays premium in whole units", "pays reimbursement", "pays residual", "pays originator"),
    ),
    "paid": (
        *("fee", "fee-excess", "interest", "principal", "redemption", "reserve", "release", "transfer"),
        *("reimbursement", "residual", "originator", "put", "premium", "deficiency"),
        *("current-interest", "deferred-interest", "support-interest", "support-fee"),
    ),
    "supported": (
        *("fee", "fee-excess", "interest", "principal", "redemption"),
        *("current-interest", "deferred-interest", "put"),
    ),
    "short": ("fee", "interest", "principal"),
    "interest": (
        *DAY_COUNTS,
        "coupon steps inside a period",
        "coupon steps at the start of a period",
        "on unpaid interest",
        "unpaid, then paid",
    ),
    "principal": ("missed, then caught up",),
    "principal before the legal final": ("scheduled", "bullet", "collected", "turbo", "target"),
    "principal distribution amount shared": ("pari-passu", "sequential"),
    "fee": (
        *(
            "one-off",
            "fixed",
            "percent of pool",
            "percent of pool-at-cut-off",
            "percent of notes",
            "percent of some notes",
            "scheduled",
        ),
        *("percent-of-collections", "inclusive", "vat", "surcharge", *DAY_COUNTS),
        *("window is the interest-period", "window is the collection-period"),
        *("accrues until it is payable", "cut by its from", "cut by its until"),
        *("ends with the notes", "goes on for unpaid interest alone"),
        *(
            "cap per payment",
            "cap per year",
            "cap whole again in a new payment",
            "cap whole again in a new year",
        ),
    ),
    "target": (
        *("fixed", "percent of pool", "percent of pool-at-cut-off", "percent of notes", "months-of-interest"),
        *("floor of percent", "cap of percent", "floor of months-of-interest", "cap of months-of-interest"),
        *("zero at notes-nil", "zero at legal-final"),
    ),
    "support": (
        *("cut by its life", "cut by its payment limit", "drawn again after reimbursement"),
        "reimbursed and not reinstated",
    ),
    "leftover unit": ("first", "last", "largest", "largest is not the first", "largest of equals"),
    "limit": (
        *("amount", "percent of due", "percent of available", "percent of smaller", "of one member"),
        *("per payment", "per year", "per life", "percent leaves something"),
        *(f"per {per}, by more than one step or date" for per in ("payment", "year", "life")),
        *("whole again in a new payment", "whole again in a new year", "what support used is missing later"),
    ),
    "trigger breached": TRIGGERS,
    "trigger breached later than the first date": TRIGGERS,
    "trigger cured": (
        *("collections", "coverage", "unpaid-interest", "reserve", "deficiency", "sales", "combination"),
    ),
    "threshold met exactly": ("collections", "coverage", "cumulative-default", "pool-balance", "call"),
    "call": (
        *("exercised with repays-notes", "exercised with none", "exercised with fees to repay"),
        "notes would not be repaid",
    ),
    "trigger": ("active a payment later",),
    "step": ("held back by a trigger",),
    "accounts": ("drawn one after another",),
    "reserve": ("drawn or released",),
    "final distribution": ("originator", "note"),
    "note": ("written off",),
}

#: Rules that are taken away or turned round: where the reference then finds anything else, they did something.
TURNED = {
    "account": (
        "fixed interest",
        "floating interest",
        "its bank pays less",
        "step-up interest",
    ),
    "call": (
        "the clean-up call before the issuer's",
        "the issuer's",
        "the last price in force",
    ),
    "deficiency": (
        "debited by a step",
        "in the order of its notes",
        "less recoveries",
    ),
    "fee": (
        "changed by a trigger, fixed",
        "changed by a trigger, percent-of-balance",
        "changed by a trigger, percent-of-collections",
        "changed by a trigger, percent-of-payments",
        "on payments",
        "on payments of some notes",
    ),
    "interest": (
        "cap of a floating rate",
        "capitalised",
        "capitalised until a date",
        "coupon steps of a trigger",
        "current first",
        "first_rate of a floating rate",
        "floor of a floating rate",
        "margin above the index",
        "margin below the index",
        "on unpaid interest, compounding",
        "on unpaid interest, coupon",
        "on unpaid interest, coupon-plus",
        "on unpaid interest, fixed",
        "on unpaid interest, simple",
        "reset of a floating rate",
    ),
    "limit": (
        "named, percent a life",
        "named, percent a payment",
        "named, percent a year",
        "named, percent of collections",
        "named, percent of notes",
        "named, percent of pool",
        "named, percent of pool-at-cut-off",
        "percent of collections",
        "percent of collections, of one member",
    ),
    "note": (
        "certificates",
        "coupon re-set at a put",
        "puts",
        "settlement by date",
        "settlement by trigger",
        "settlement keeps interest",
    ),
    "party": ("capacity",),
    "principal": (
        "target less",
        "target with",
    ),
    "support": (
        "a provider pays late",
        "a provider pays less",
        "coverage",
        "first_call",
        "fixed interest",
        "floating interest",
        "reinstates by default or not, guarantee",
        "reinstates by default or not, liquidity-line",
        "reinstates by default or not, shortfall-undertaking",
        "step-up interest",
        "undrawn fee",
        "until",
    ),
    "target": (
        "another while a trigger is active",
        "the first active entry counts",
    ),
    "trigger": (
        "collections over some periods",
        "combination of all",
        "combination of any",
        "consecutive",
        "cure",
        "early_repayment",
        "effect_from",
        "first_test",
        "last_test",
        "sales over some periods",
        "sales with lower",
        "sales with upper",
    ),
}


def test_every_rule_does_something_in_many_deals() -> None:
    counts: Counter[str] = Counter()
    for number in range(DEALS):
        counts.update(features(numbered_deal(number)))
    wanted = {f"{topic}: {what}" for topic, all_of_it in EXPECTED.items() for what in all_of_it}
    rare = {name: counts[name] for name in sorted(wanted) if counts[name] < LEAST}
    assert not rare, f"of {DEALS} deals: {rare}"


def test_every_rule_that_is_turned_round_did_something() -> None:
    wanted = {f"{topic}: {what}" for topic, all_of_it in TURNED.items() for what in all_of_it}
    counts, stood = Counter[str](), set[str]()
    for number in range(TURNED_DEALS):
        case = numbered_deal(number)
        turned = [(name, other) for name, other in variants(case)]
        stood.update(name for name, _ in turned)
        lacking = {name: other for name, other in turned if counts[name] < LEAST}
        counts.update(name for name, other in lacking.items() if _differs(case, other))
        if all(counts[name] >= LEAST for name in wanted):
            break
    assert stood <= wanted
    assert {name: counts[name] for name in sorted(wanted) if counts[name] < LEAST} == {}


def _differs(case: GeneratedDeal, other: GeneratedDeal) -> bool:
    """Whether the reference finds anything else on any path."""
    return any(
        interpreter.run(case.deal, case.schedule, pool)
        != interpreter.run(other.deal, other.schedule, changed)
        for pool, changed in zip(case.pools, other.pools, strict=True)
    )
