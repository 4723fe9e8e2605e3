"""Payments that arrive late, or are lost with the servicer.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from securitize.base.dates import add_months
from securitize.base.messages import Message
from securitize.definitions.figures import months
from securitize.definitions.performance import Performance
from securitize.definitions.suites.stresses import AllPaymentsLateStress, ServicerOutStress
from securitize.performance.parties import parties_of
from securitize.performance.suites.stress_table import StressTable, bare
from securitize.performance.suites.target import DoesNotApply, Target, day_after, end_of_window


def payments_late(stress: AllPaymentsLateStress, written: StressTable, target: Target) -> list[StressTable]:
    """What is due in a window arrives late. Raises DoesNotApply."""
    since = day_after(target, stress.after)
    last = max(contract.instalment_dates()[-1] for contract in target.pool.contracts.values())
    until = end_of_window(since, stress.lasts) if stress.lasts else max(last, since)
    owing = [one for name, one in target.pool.contracts.items() if target.cash[name]]
    due = (day for contract in owing for day in contract.instalment_dates())
    if not any(since <= day <= until for day in due):
        raise DoesNotApply(Message("no instalment is due from {since} to {until}", since=since, until=until))
    return [{"driver": "late-payment", "from": since, "to": until, "days": written["days"]}]


def servicer_out(
    stress: ServicerOutStress, written: StressTable, others: Sequence[StressTable], target: Target
) -> list[StressTable]:
    """The servicer fails. Raises DoesNotApply.

    others : the other stresses of the scenario, as written
    """
    at = day_after(target, stress.after)
    first = max(at - dt.timedelta(days=stress.remittance_days), target.today.pool) + dt.timedelta(days=1)
    until = at + dt.timedelta(days=stress.late_days)
    dated = [due.dated for dues in target.dues.values() for due in dues]
    held = any(first <= day <= until for day in dated) or first <= _last_cash(dated, others, target)
    if not held and not _servicer_has_other_roles(target, at):
        raise DoesNotApply(Message("no cash is dated from {since} to {until}", since=first, until=until))
    sizes: StressTable = {
        name: written[name] for name in ("remittance_days", "recovery", "late_days") if name in written
    }
    return [{"driver": "servicer-failure", "at": at, **sizes}]


def _servicer_has_other_roles(target: Target, at: dt.date) -> bool:
    """Whether the servicer supports the deal, owes recoveries, holds accounts, or owes the pool from ``at`` on."""
    servicer = target.deal.servicer
    if servicer is None or servicer in target.today.failed:
        return False
    party = parties_of(target.deal, target.pool).get(servicer)
    return servicer in target.owed(at) or (party is not None and party.pays_others)


def _last_cash(dated: Sequence[dt.date], others: Sequence[StressTable], target: Target) -> dt.date:
    """The last day on which cash may come later than scheduled; the first of all where none can."""
    terms = target.deal.performance or Performance()
    lags = [months(one.lag) for one in terms.recoveries] if others or any(terms.default_rate) else []
    days = sum(int(bare(one.get(key, 0))) for one in others for key in ("days", "late_days"))
    if not dated or not (lags or days):
        return dt.date.min
    return add_months(max(dated), max(lags, default=0)) + dt.timedelta(days=days)
