"""Payments that arrive late, or are lost with the servicer.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from securitize.base.messages import Message
from securitize.definitions.suites.stresses import AllPaymentsLateStress, ServicerOutStress
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply, Target, day_after, end_of_window


def payments_late(stress: AllPaymentsLateStress, written: StressTable, target: Target) -> list[StressTable]:
    """What is due in a window arrives late. Raises DoesNotApply."""
    since = day_after(target, stress.after)
    last = max(contract.instalment_dates()[-1] for contract in target.pool.contracts.values())
    until = end_of_window(since, stress.lasts) if stress.lasts else max(last, since)
    due = (day for contract in target.pool.contracts.values() for day in contract.instalment_dates())
    if not any(since <= day <= until for day in due):
        raise DoesNotApply(Message("no instalment is due from {since} to {until}", since=since, until=until))
    return [{"driver": "late-payment", "from": since, "to": until, "days": written["days"]}]


def servicer_out(stress: ServicerOutStress, written: StressTable, target: Target) -> list[StressTable]:
    """The servicer fails. Raises DoesNotApply."""
    sizes: StressTable = {
        name: written[name] for name in ("remittance_days", "recovery", "late_days") if name in written
    }
    return [{"driver": "servicer-failure", "at": day_after(target, stress.after), **sizes}]
