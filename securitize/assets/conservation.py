"""Invariants of every contract on every path: no money is created, none is lost."""

from __future__ import annotations

import numpy as np

from securitize.assets.events import FALL_KINDS
from securitize.assets.placed import Placed
from securitize.assets.resolve import ResolvedContract
from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError


def check_conservation(contract: ResolvedContract, opening: int, placed: Placed, performing: Int64) -> None:
    """Raise CalculationError where an identity of ``contract`` does not hold on some path.

    performing : int64 (paths, T + 1), the balance at the cut-off and after each period
    """
    zero = np.zeros_like(placed.least)
    cash, lost = sum(placed.paid.values(), zero), sum(placed.commingled.values(), zero)
    repaid = placed.earned("fee") if contract.contract.fee_bearing else placed.earned("principal")
    laws = {
        "the balance at cut-off is repaid, prepaid, defaulted, lost or restated": sum(
            (placed.fallen(kind) for kind in FALL_KINDS), zero
        )
        == opening,
        "cash lies in exactly one period, after the last, or is lost with a servicer": placed.periods[
            ("cash",)
        ].sum(axis=1)
        + lost
        == cash,
        "principal is paid in cash": _principal_in_cash(contract, repaid, placed.fallen("principal")),
        "prepayments are paid in cash": placed.earned("prepayment") == placed.fallen("prepayment"),
        "recoveries are at most what defaulted": placed.earned("recovery")
        <= placed.fallen("defaulted") + placed.totals[("unpaid",)],
        "the performing balance is not negative": (performing >= 0).all(axis=1),
        "no amount is negative": placed.least >= 0,
    }
    for law, holds in laws.items():
        if not np.all(holds):
            paths = np.flatnonzero(~np.asarray(holds))
            raise CalculationError(
                "contract {name}: it does not hold that {law} (first on path {first})",
                name=contract.name,
                law=law,
                first=paths[0],
            )


def _principal_in_cash(contract: ResolvedContract, repaid: Int64, principal: Int64) -> object:
    """Of a fee the principal is a part, of a loan it is a stream of its own."""
    return repaid >= principal if contract.contract.fee_bearing else repaid == principal
