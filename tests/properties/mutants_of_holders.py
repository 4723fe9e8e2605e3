"""Mutants of re-set coupons and of fees on what holders are paid: sections 5 and 6."""

from __future__ import annotations

from tests.properties.mutant import CALLS, FEES, RATES, Mutant

MUTANTS = [
    Mutant(
        "coupon re-set a period early",
        RATES,
        "from_=schedule.accrual[t + 1], rate=put.reset.rate",
        "from_=schedule.accrual[t], rate=put.reset.rate",
    ),
    Mutant(
        "fee on payments outside its dates",
        FEES,
        "return _with_taxes(books, fee, net) & books.recorder.flag(books.resolved.fees[name].charged)",
        "return _with_taxes(books, fee, net)",
    ),
    Mutant(
        "call without the fee on what it pays",
        CALLS,
        "    owed += fees_of_repayment(books).values()\n",
        "",
    ),
    Mutant(
        "fee on what a call pays waits for the payments",
        CALLS,
        "    charge_repayment(books, books.redeemed_now)\n",
        "",
    ),
]
