"""The benchmark deal: 20 quarters, three notes, four fees, a reserve, an undertaking, three triggers,
three priorities."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64

CLOSING = datetime.date(2024, 3, 15)
PERIODS = 20


def _quarters(periods: int) -> list[datetime.date]:
    dates = []
    for k in range(1, periods + 1):
        month = CLOSING.month - 1 + 3 * k
        dates.append(datetime.date(CLOSING.year + month // 12, month % 12 + 1, CLOSING.day))
    return dates


def benchmark_deal(periods: int = PERIODS) -> tuple[dict[str, Any], dict[str, list[datetime.date]]]:
    """The deal as a parsed file, and its dates."""
    payment = _quarters(periods)
    share = Decimal(240_000_000) / periods
    payments = tuple({"date": day, "amount": share} for day in payment)
    fees = ("fee:tax", "fee:trustee", "fee:manager")
    head = (
        {"name": "expenses", "pay": fees, "split": "pari-passu"},
        {
            "name": "senior interest",
            "pay": ("interest:A",),
            "from": ("collection", "reserve"),
            "support": ("undertaking",),
        },
        {"name": "mezzanine interest", "pay": ("interest:B",), "from": ("collection", "reserve")},
    )
    tail = (
        {"name": "reimbursement", "pay": ("reimbursement:undertaking",)},
        {"name": "excess expenses", "pay": ("fee-excess:manager",)},
        {"name": "return", "pay": ("residual:C",)},
    )
    normal = (
        {"name": "release", "pay": ("release:reserve",)},
        *head,
        {"name": "senior principal", "pay": ("principal:A",), "support": ("undertaking",)},
        {"name": "reserve", "pay": ("reserve:reserve",)},
        {"name": "mezzanine principal", "pay": ("principal:B",), "unless": ("coverage",)},
        {"name": "junior principal", "pay": ("principal:C",), "unless": ("coverage",)},
        *tail,
    )
    in_full = tuple({"name": f"redemption of {n}", "pay": (f"redemption:{n}",)} for n in "ABC")
    deal = {
        "name": "benchmark",
        "pool": "benchmark",
        "residual_to": "C",
        "dates": {
            "cut_off": CLOSING,
            "closing": CLOSING,
            "legal_final": payment[-1],
            "payment": {"dates": tuple(payment)},
            "collection": {"dates": tuple(day - datetime.timedelta(days=10) for day in payment)},
        },
        "accounts": {
            "collection": {"kind": "collection"},
            "reserve": {
                "kind": "reserve",
                "funding": "proceeds",
                "opening": Decimal(6_000_000),
                "target": {
                    "kind": "months-of-interest",
                    "months": 6,
                    "notes": ("A", "B"),
                    "floor": Decimal(1_000_000),
                },
            },
        },
        "notes": {
            "A": {
                "rank": 1,
                "balance": Decimal(240_000_000),
                "coupon": {"kind": "fixed", "rate": Decimal("0.04")},
                "principal": {"kind": "scheduled", "payments": payments},
                "interest_on_unpaid": "coupon",
            },
            "B": {
                "rank": 2,
                "balance": Decimal(45_000_000),
                "coupon": {"kind": "fixed", "rate": Decimal("0.055")},
                "principal": {"kind": "turbo"},
                "deferrable": True,
            },
            "C": {
                "rank": 3,
                "balance": Decimal(15_000_000),
                "coupon": {"kind": "zero"},
                "principal": {"kind": "turbo"},
            },
        },
        "fees": {
            "tax": {
                "kind": "percent-of-collections",
                "rate": Decimal("0.03"),
                "streams": ("interest",),
                "inclusive": True,
            },
            "trustee": {
                "kind": "percent-of-balance",
                "rate": Decimal("0.0005"),
                "base": "notes",
                "payable": "12M",
            },
            "manager": {
                "kind": "percent-of-balance",
                "rate": Decimal("0.002"),
                "base": "pool",
                "vat": Decimal("0.06"),
                "cap": {"amount": Decimal(120_000), "per": "payment"},
            },
        },
        "support": {"undertaking": {"kind": "shortfall-undertaking", "limit": Decimal(30_000_000)}},
        "triggers": {
            "coverage": {
                "kind": "coverage",
                "measure": "DSCR",
                "rank": 1,
                "threshold": Decimal("1.1"),
                "latched": False,
            },
            "defaults": {
                "kind": "cumulative-default",
                "threshold": Decimal("0.1"),
                "priority": "acceleration",
            },
            "missed": {
                "kind": "unpaid-interest",
                "notes": ("A",),
                "test": "after-payment",
                "effect": "next-payment",
                "priority": "default",
            },
        },
        "priority": {
            "normal": normal,
            "acceleration": (head[0], head[1], in_full[0], head[2], in_full[1], in_full[2], *tail),
            "default": (head[0], head[1], in_full[0], head[2], in_full[1], in_full[2], *tail),
        },
    }
    schedule = {
        "payment": payment,
        "accrual": [CLOSING, *payment],
        "collection": [CLOSING, *deal["dates"]["collection"]["dates"]],  # type: ignore[index]
    }
    return deal, schedule


def benchmark_pool(first: int, after: int, periods: int = PERIODS) -> dict[str, Int64]:
    """Collections of paths ``first`` to ``after``: int64 (paths, periods), the same for a path whatever
    the block."""
    block = 1024
    parts = []
    for number in range(first // block, (after - 1) // block + 1):
        bits = np.random.Generator(np.random.Philox(key=[7, number]))
        start = number * block
        part = bits.random((block, periods))
        parts.append(part[max(first - start, 0) : after - start])
    draws = np.concatenate(parts)
    opening = 310_000_000_00
    lost = (draws < 0.02) * 0.15
    surviving = np.cumprod(1 - lost, axis=1)
    planned = opening * (1 - np.arange(periods + 1) / periods)
    performing = np.concatenate(
        [np.full((draws.shape[0], 1), opening), planned[1:] * surviving], axis=1
    ).astype(np.int64)
    before = np.concatenate([np.ones((draws.shape[0], 1)), surviving[:, :-1]], axis=1)
    defaulted = (planned[:-1] * before * lost).astype(np.int64)
    principal = (opening / periods * surviving).astype(np.int64)
    interest = (performing[:, :-1] * (0.06 / 4)).astype(np.int64)
    zero = np.zeros_like(principal)
    return {
        "interest": interest,
        "principal": principal,
        "prepayment": zero,
        "recovery": (defaulted * 0.3).astype(np.int64),
        "fee": zero,
        "royalty": zero,
        "performing": np.ascontiguousarray(performing[:, 1:]),
        "performing_before": np.ascontiguousarray(performing[:, :-1]),
        "defaulted": defaulted,
    }
