"""Invariants of every contract on every path: no money is created, none is lost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from securitize.assets.events import FALL_KINDS, ONE_WAY, Events, FallKind
from securitize.assets.resolve import ResolvedContract
from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.definitions.figures import Stream
from securitize.performance.parties import EXPECTED


def check_conservation(
    contract: ResolvedContract,
    opening: int,
    events: Events,
    collected: Mapping[Stream, Int64],
    placed: Int64,
    commingled: Int64,
    performing: Int64,
) -> None:
    """Raise CalculationError where an identity of ``contract`` does not hold on some path.

    collected  : int64 (paths,) by stream, all cash
    placed     : int64 (paths, T + 1), what arrives of it by period, the last column after c_T
    commingled : int64 (paths,), what is lost of it with a servicer
    performing : int64 (paths, T + 1), the balance at the cut-off and after each period
    """
    zero = np.zeros(placed.shape[0], np.int64)
    fallen: dict[FallKind, Int64] = {kind: zero.copy() for kind in FALL_KINDS}
    for fall in events.falls:
        fallen[fall.kind] += fall.amount
    cash = sum(collected.values(), zero)
    earned = {stream: amount.copy() for stream, amount in collected.items()}
    for flow in events.cash:
        if flow.source == EXPECTED or flow.earlier:
            earned[flow.stream] -= flow.amount
    repaid = earned["fee"] if contract.contract.fee_bearing else earned["principal"]
    at_least = [flow.amount for flow in events.cash]
    at_least += [fall.amount for fall in events.falls if ONE_WAY[fall.kind]]
    laws = {
        "the balance at cut-off is repaid, prepaid, defaulted, lost or restated": sum(fallen.values(), zero)
        == opening,
        "cash lies in exactly one period, after the last, or is lost with a servicer": placed.sum(axis=1)
        + commingled
        == cash,
        "principal is paid in cash": _principal_in_cash(contract, repaid, fallen["principal"]),
        "prepayments are paid in cash": earned["prepayment"] == fallen["prepayment"],
        "recoveries are at most what defaulted": earned["recovery"] <= fallen["defaulted"],
        "the performing balance is not negative": (performing >= 0).all(axis=1),
        "no amount is negative": np.array([(amount >= 0).all() for amount in at_least]),
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
