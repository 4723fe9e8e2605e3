"""The generated deals exercise every rule of the vocabulary, and exercise it often."""

from __future__ import annotations

from collections import Counter

from tests.properties.coverage import features
from tests.properties.generated_deals import numbered_deal

DEALS = 500
#: Of so many deals, at least these do what is named.
LEAST = 4
DAY_COUNTS = ("ACT/365F", "ACT/360", "30/360", "30E/360", "30E/360-ISDA", "ACT/ACT-ISDA")
TRIGGERS = (
    *("date", "cumulative-default", "collections", "unpaid-interest", "coverage OC"),
    *("coverage DSCR", "coverage DSCR with support", "coverage IC", "coverage IC with support"),
)

EXPECTED = {
    "priority": ("normal", "acceleration", "default"),
    "paid": (
        *("fee", "fee-excess", "interest", "principal", "redemption", "reserve", "release", "transfer"),
        *("reimbursement", "residual", "originator"),
    ),
    "supported": ("fee", "fee-excess", "interest", "principal", "redemption"),
    "short": ("fee", "interest", "principal"),
    "interest": (
        *DAY_COUNTS,
        "coupon steps inside a period",
        "coupon steps at the start of a period",
        "on unpaid interest",
        "unpaid, then paid",
    ),
    "principal": ("missed, then caught up",),
    "principal before the legal final": ("scheduled", "bullet", "collected", "turbo"),
    "principal distribution amount shared": ("pari-passu", "sequential"),
    "fee": (
        *("one-off", "fixed", "percent of pool", "percent of notes", "percent of some notes"),
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
    "trigger cured": ("collections", "coverage", "unpaid-interest"),
    "threshold met exactly": ("collections", "coverage", "cumulative-default", "call"),
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


def test_every_rule_does_something_in_many_deals() -> None:
    counts: Counter[str] = Counter()
    for number in range(DEALS):
        counts.update(features(numbered_deal(number)))
    wanted = {f"{topic}: {what}" for topic, all_of_it in EXPECTED.items() for what in all_of_it}
    rare = {name: counts[name] for name in sorted(wanted) if counts[name] < LEAST}
    assert not rare, f"of {DEALS} deals: {rare}"
