"""Measures of a deal in mid-life are of what remains from the day in its books; the original ones stand beside them.

Source: ``docs/reference/measures.md``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import UsageError
from securitize.engine.calculation import calculate
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.tables import TABLES
from securitize.studies.solvers.size import goal_of, size_note, size_number
from tests.stress.mid_life import after, at_closing, often, shipped

DEALS = shipped()
#: Those of these names are tried with every change.
FIRST = often("guangzhou-2019", "biopharma-2000", "trust-loan", part="figures")


def rows(prepared: Prepared, table: str) -> list[dict[str, Any]]:
    columns = TABLES[table](calculate(prepared))
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize("deal", FIRST, ids=lambda deal: Path(deal).name)
def test_measures_of_notes_count_from_the_books(deal: str) -> None:
    fresh, period = at_closing(deal)[0], 2
    rolled = after(deal, period)
    flows = [row for row in rows(fresh, "note_cash_flows") if row["period"] > period]
    for row in rows(rolled, "note_measures"):
        own = [flow for flow in flows if flow["note"] == row["note"]]
        face = fresh.deal.notes[row["note"]].balance
        assert (row["balance"], row["original_balance"]) == (own[0]["opening_balance"], face)
        assert row["lent"] == row["balance"]
        assert row["factor"] == (row["balance"] / face if face else None)
        principal = {flow["payment_date"]: flow["principal_paid"] for flow in own}
        days = sum(paid * (day - fresh.schedule.payment[period - 1]).days for day, paid in principal.items())
        repaid = sum(principal.values())
        assert row["wal_years"] == (pytest.approx(days / 365 / repaid, rel=1e-12) if repaid else None)
        assert (row["total_principal"], row["total_interest"]) == (
            repaid,
            sum(flow["interest_paid"] for flow in own),
        )


@pytest.mark.parametrize("deal", FIRST, ids=lambda deal: Path(deal).name)
def test_what_remains_of_contracts_is_what_remains_of_the_pool(deal: str) -> None:
    """In the base case, on forecast: balance by balance and stream by stream, of contracts and of the periods ahead."""
    fresh, period = at_closing(deal)[0], 2
    rolled = after(deal, period)
    found, base = rows(rolled, "assets"), rows(fresh, "assets")
    whole = rows(fresh, "pool_balances")[period - 1]
    assert sum(row["balance"] for row in found) == whole["performing"]
    assert [row["original_balance"] for row in found] == [row["balance"] for row in base]
    ahead = [row for row in rows(rolled, "collections") if row["period"] > period]
    collected = sum(row["collected"] - row["after_last"] for row in found)
    assert collected == sum(row["amount"] for row in ahead)
    for stream, column in (
        ("interest", "scheduled_interest"),
        ("principal", "scheduled_principal"),
        ("fee", "scheduled_fees"),
        ("royalty", "scheduled_royalties"),
    ):
        last = fresh.schedule.collection[-1]
        beyond = sum(
            amount
            for contract in fresh.resolved_pool.contracts
            for day, of, amount in contract.scheduled_cash()
            if of == stream and day > last
        )
        due = sum(row["scheduled"] for row in ahead if row["stream"] == stream)
        # What a trust still passes on of an instalment of the past is scheduled cash of a later period.
        in_transit = sum(
            amount
            for contract in fresh.resolved_pool.contracts
            for day, of, amount in _passed_on(contract, rolled.today.pool)
            if of == stream
        )
        assert sum(row[column] for row in found) == due + beyond - in_transit, stream
    assert sum(row["defaulted"] for row in found) == sum(row["defaulted"] for row in base) - sum(
        row["defaulted"] for row in rows(fresh, "pool_balances")[:period]
    )


def _passed_on(contract: Any, day: dt.date) -> list[tuple[dt.date, str, int]]:
    """Scheduled cash that comes after a day of instalments that were due by it."""
    dues = [due for due in contract.adjusted if due <= day]
    if not hasattr(contract, "received_on"):
        return []
    late = {contract.received_on(due) for due in dues if contract.received_on(due) > day}
    return [(date, stream, amount) for date, stream, amount in contract.scheduled_cash() if date in late]


def test_a_restated_contract_is_scheduled_in_proportion_to_what_it_owes() -> None:
    """Each claim of nanshan owes 100,000.00 less: principal to come is what it owes, interest falls with it."""
    deal, less = "nanshan-5-2022", 10_000_000
    on, below = (rows(one, "assets") for one in (after(deal, 1), after(deal, 1, less=less)))
    for one, other in zip(on, below, strict=True):
        assert other["balance"] == one["balance"] - less
        assert abs(other["scheduled_principal"] - other["balance"]) <= 10
        share = Fraction(other["balance"], one["balance"])
        assert abs(other["scheduled_interest"] - one["scheduled_interest"] * share) <= 10


def test_arrears_in_the_books_hide_no_loss_of_present_value() -> None:
    """guangzhou after its third date with 5,000,000.00 of interest unpaid, which bears nothing: paid on the fourth."""
    deal, period, arrears = "guangzhou-2019", 3, 500_000_000
    rolled = after(deal, period)
    assert rolled.definitions.state is not None
    state = rolled.definitions.state.model
    note = state.notes["A"].model_copy(update={"deferred": arrears})
    behind = state.model_copy(update={"notes": {**state.notes, "A": note}})
    prepared = on_dates(replace(rolled.definitions, state=replace(rolled.definitions.state, model=behind)))
    flows = [row for row in rows(prepared, "note_cash_flows") if row["note"] == "A"]
    assert flows[0]["interest_paid"] == flows[0]["interest_accrued"] + arrears
    assert note.balance is not None
    owed, factor, worth = Fraction(note.balance + arrears), Fraction(1), Fraction(0)
    accrual = prepared.schedule.accrual
    for row in flows:
        days = (accrual[row["period"]] - accrual[row["period"] - 1]).days
        factor /= 1 + Fraction(row["coupon"], 10**8) * Fraction(days, 365)
        worth += factor * (row["interest_paid"] + row["principal_paid"] + row["premium_paid"])
    (row,) = [row for row in rows(prepared, "note_measures") if row["note"] == "A"]
    right = 1 - worth / owed
    assert right > Fraction(1, 10**4)
    assert row["present_value_loss"] == pytest.approx(float(right), abs=1e-8)
    assert row["principal_loss"] == row["interest_loss"] == 0


def test_the_notes_of_a_deal_in_mid_life_are_not_sized() -> None:
    rolled = after("guangzhou-2019", 3)
    goal = goal_of("coverage=1.0", "A")
    with pytest.raises(UsageError, match="its notes are issued"):
        size_note(rolled, "A", [goal], 100_000_000, "sub")
    with pytest.raises(UsageError, match="is that of closing"):
        size_number(rolled, "deal:notes.A.balance", Decimal(1), Decimal(2), Decimal(1), [goal])
    found = size_number(
        rolled, "deal:notes.A.coupon.rate", Decimal("0.04"), Decimal("0.045"), Decimal("0.001"), [goal]
    )
    assert found.evaluations > 0
