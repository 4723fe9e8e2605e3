"""Cash flows of the notes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from securitize.definitions.deals.steps import IN_FORCE
from securitize.engine.calculation import Calculation
from securitize.engine.periods import periods
from securitize.tables.rows import Rows

#: column of the table -> line of the plan
LINES = {
    "opening_balance": "opening",
    "coupon": "coupon",
    "interest_accrued": "accrued",
    "interest_on_unpaid": "interest_on_unpaid",
    "interest_paid": "interest_paid",
    "interest_written_off": "interest_written_off",
    "capitalised": "capitalised",
    "unpaid_interest": "unpaid",
    "unpaid_without_interest": "deferred_interest",
    "overdue_interest": "overdue_interest",
    "overdue_principal": "overdue_principal",
    "principal_paid": "principal_paid",
    "put_unpaid": "put",
    "premium_due": "premium_charged",
    "premium_paid": "premium_paid",
    "premium_unpaid": "premium",
    "residual_paid": "residual_paid",
    "supported": "supported",
    "closing_balance": "closing",
    "written_off": "written_off",
    "deficiency": "deficiency",
}


def cash_flows(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a note and payment date."""
    rows = Rows("note_cash_flows")
    for note in calculation.prepared.deal.notes:
        for t, period, day in periods(calculation):
            amounts = {name: int(calculation.lines[("note", note, line)][t]) for name, line in LINES.items()}
            rows.add(
                note=note,
                period=period,
                payment_date=day,
                record_date=_record_date(calculation, note, t),
                currency=calculation.prepared.deal.currency,
                principal_due=_principal_due(calculation, note, t),
                **amounts,
            )
    return rows.columns


def _record_date(calculation: Calculation, note: str, t: int) -> dt.date | None:
    """Who holds the note on this day is paid; on the date on which a note ends it may be another one (section 2)."""
    schedule = calculation.resolved.schedule
    if not schedule.record:
        return None
    owed = [calculation.lines[("note", note, line)] for line in ("closing", "unpaid", "premium")]
    initial = calculation.resolved.initial
    before = [
        initial.get(f"balance.{note}", calculation.resolved.notes[note].note.balance),
        initial.get(f"deferred.{note}", 0) + initial.get(f"on-deferred.{note}", 0),
        initial.get(f"premium.{note}", 0),
    ]
    if t:
        before = [int(line[t - 1]) for line in owed]
    last = t == calculation.resolved.periods - 1
    ends = any(before) and (last or not any(int(line[t]) for line in owed))
    return schedule.record_last[t] if ends else schedule.record[t]


def _principal_due(calculation: Calculation, note: str, t: int) -> int:
    """Due in the first ``principal:`` step of the date, else in its first ``redemption:`` step; 0 where none ran."""
    priority = IN_FORCE[int(calculation.lines[("priority",)][t])]
    found: dict[str, int] = {}
    for index, step in enumerate(calculation.resolved.steps_of(priority)):
        place = ("step", priority, str(index))
        if (*place, "ran") not in calculation.lines or not calculation.lines[(*place, "ran")][t]:
            continue
        for i, payee in enumerate(step.payees):
            if payee.name == note:
                found.setdefault(payee.kind, int(calculation.lines[(*place, str(i), "due")][t]))
    return found.get("principal", found.get("redemption", 0))
