"""The tables of generated deals: every stock is the one before it and its movements, and all money is told once."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import groupby
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from securitize.definitions.deals.deal import Deal
from securitize.engine.calculation import Calculation
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.tables import cash, measures, notes, vehicle
from securitize.tables import build
from tests.properties.comparison import as_tuples
from tests.properties.generated_deals import GeneratedDeal
from tests.properties.numbered import numbered

Rows = list[dict[str, Any]]
MAKERS = {
    "note_cash_flows": notes.cash_flows,
    "payment_dates": cash.payment_dates,
    "accounts": vehicle.accounts,
    "fees": vehicle.fees,
    "support": vehicle.support,
    "parties": vehicle.parties,
    "limits": vehicle.limits,
    "steps": vehicle.steps,
    "triggers": measures.triggers,
    "note_measures": measures.note_measures,
}
#: Columns that few deals move.
SELDOM = {
    "note_cash_flows": "interest_written_off capitalised unpaid_without_interest put_unpaid premium_due premium_paid"
    " deficiency coupon",
    "support": "interest_charged interest_paid interest_unpaid fee_charged fee_paid fee_unpaid limit_used",
    "payment_dates": "clean_up_call issuer_call account_interest call_price supported to_premium to_support"
    " to_failed_banks to_originator final_distribution principal_distribution_left",
    "triggers": "failed_in_a_row passed_in_a_row",
    "limits": "left",
    "fees": "due",
    "accounts": "interest lost",
    "parties": "recoveries_due recoveries capacity_available supported paid_in_all capacity_left",
}


def calculated(number: int) -> Calculation:
    """The first path of a generated deal; it has no pool, so no more of the preparation than the deal is there."""
    case, deal, paths = numbered(number)
    prepared = SimpleNamespace(
        deal=Deal.model_validate(as_tuples(case.deal)),
        resolved_pool=SimpleNamespace(claims=(1,)),
        today=SimpleNamespace(notes=case.deal["dates"]["closing"]),
    )
    lines = {line: values[0] for line, values in paths.items()}
    pool = SimpleNamespace(
        fee_interest=np.zeros((1, deal.periods), np.int64),
        streams={s: np.array([flow]) for s, flow in case.pools[0]["streams"].items()},
        performing=np.array([case.pools[0]["performing"]]),
        defaulted=np.array([case.pools[0]["defaulted"]]),
        recovered={party: np.array([paid]) for party, paid in case.pools[0].get("recovered", {}).items()},
        held={},
    )
    return Calculation(cast(Prepared, prepared), cast(Any, pool), deal, lines, {})


@functools.cache
def tables_of(number: int) -> dict[str, Rows]:
    """The rows of every table that needs no pool, as a reader of the files finds them."""
    calculation = calculated(number)
    with np.errstate(all="raise"):
        columns = {name: make(calculation) for name, make in MAKERS.items()}
    return {name: build(name, given).to_pylist() for name, given in columns.items()}


def in_turn(rows: Rows, key: str) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any], bool]]:
    """(row before, row, whether it is the last) of each note, account, fee, support or limit."""
    for _, group in groupby(rows, lambda row: row[key]):
        of_one = list(group)
        for i, row in enumerate(of_one):
            yield (of_one[i - 1] if i else None), row, row is of_one[-1]


def before(row: dict[str, Any] | None, *columns: str) -> Any:
    return sum(row[column] for column in columns) if row else 0


def check_notes(rows: Rows) -> None:
    for last, row, final in in_turn(rows, "note"):
        if last is not None:
            assert row["opening_balance"] == last["closing_balance"]
        left = row["opening_balance"] + row["capitalised"] - row["principal_paid"] - row["written_off"]
        assert left == (0 if final else row["closing_balance"])
        owed = before(last, "unpaid_interest") + row["interest_accrued"] + row["interest_on_unpaid"]
        gone = row["interest_paid"] + row["interest_written_off"] + row["capitalised"]
        assert owed - gone == row["unpaid_interest"] >= row["unpaid_without_interest"] >= 0
        premium = before(last, "premium_unpaid") + row["premium_due"] - row["premium_paid"]
        assert premium == row["premium_unpaid"]
        assert 0 <= row["put_unpaid"] <= row["closing_balance"]
        assert 0 <= row["deficiency"] <= row["closing_balance"]
        assert row["coupon"] >= 0


def check_vehicle(tables: dict[str, Rows]) -> None:
    for last, row, final in in_turn(tables["accounts"], "account"):
        assert last is None or row["opening"] == last["closing"]
        lost = row["lost"] or 0
        assert row["opening"] + row["in"] - row["out"] - lost == row["closing"]
        assert 0 <= lost <= row["opening"] + row["in"]
        assert 0 <= row["interest"] <= row["in"]
        assert not final or row["closing"] == 0
    for last, row, _ in in_turn(tables["fees"], "fee"):
        owed = before(last, "pending", "unpaid") + row["accrued"]
        assert owed - row["paid"] == row["pending"] + row["unpaid"]
        assert row["due"] <= owed
    for last, row, _ in in_turn(tables["support"], "support"):
        assert before(last, "outstanding") + row["drawn"] - row["reimbursed"] == row["outstanding"]
        for kind in ("interest", "fee"):
            owed = before(last, f"{kind}_unpaid") + row[f"{kind}_charged"]
            assert owed - row[f"{kind}_paid"] == row[f"{kind}_unpaid"]
    assert all(row["left"] >= 0 for row in tables["limits"])
    for last, row, _ in in_turn(tables["parties"], "party"):
        capacity = row["paid_in_all"] + row["capacity_left"]
        assert last is None or capacity == last["paid_in_all"] + last["capacity_left"]
        assert 0 <= row["recoveries"] <= row["recoveries_due"]
        assert row["capacity_left"] >= 0


def check_cash(tables: dict[str, Rows]) -> None:
    """Of each payment date: all that there was and came in is what went out and is left."""
    for row in tables["payment_dates"]:
        there = sum(
            row[name] for name in ("opening", "collections", "account_interest", "call_price", "supported")
        )
        gone = sum(amount for name, amount in row.items() if name.startswith("to_"))
        assert there == gone + row["final_distribution"] + row["closing"]
        assert not (row["clean_up_call"] and row["issuer_call"])
        assert not row["call_price"] or row["clean_up_call"] or row["issuer_call"]
    of_steps = sum(row["paid"] + row["supported"] for row in tables["steps"] if row["payee"] == "originator")
    assert of_steps == sum(row["to_originator"] for row in tables["payment_dates"])


def check_measures(tables: dict[str, Rows]) -> None:
    flows: dict[str, Rows] = {}
    for row in tables["note_cash_flows"]:
        flows.setdefault(row["note"], []).append(row)
    for row in tables["note_measures"]:
        of_note = flows[row["note"]]
        capitalised = sum(flow["capitalised"] for flow in of_note)
        assert row["balance"] + capitalised == row["total_principal"] + row["written_off"]
        never_paid = row["written_off"] + row["interest_written_off"] + row["unpaid_interest"]
        assert row["principal_loss"] + row["interest_loss"] == never_paid
        assert row["principal_loss"] <= row["lent"] == row["balance"]
        assert row["total_capitalised"] == capitalised
        assert row["total_premium"] == sum(flow["premium_paid"] for flow in of_note)
        assert row["interest_written_off"] == sum(flow["interest_written_off"] for flow in of_note)


def check_triggers(case: GeneratedDeal, rows: Rows) -> None:
    for last, row, _ in in_turn(rows, "trigger"):
        terms = case.deal["triggers"][row["trigger"]]
        failed, enough = row["failed_in_a_row"], terms.get("consecutive", 1)
        assert (failed is None) == (enough == 1)
        if failed is not None and row["tested"]:
            assert failed in (0, before(last, "failed_in_a_row") + 1)
            assert row["breached"] or failed < enough
        curable = not terms.get("latched", True) and terms.get("cure", 1) == 1
        told = None not in (row["measure"], row["threshold"])
        if row["tested"] and enough == 1 and curable and told and row["measure"] != row["threshold"]:
            above = terms["kind"] in ("cumulative-default", "deficiency")
            assert row["breached"] == ((row["measure"] > row["threshold"]) == above)
        if not row["tested"]:
            assert failed == (before(last, "failed_in_a_row") if failed is not None else None)


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_stocks_roll_forward_and_money_is_measured_once(first: int) -> None:
    for number in range(first, first + 20):
        tables = tables_of(number)
        check_notes(tables["note_cash_flows"])
        check_vehicle(tables)
        check_cash(tables)
        check_measures(tables)
        check_triggers(numbered(number).case, tables["triggers"])


def test_the_deals_move_every_column() -> None:
    """No column of movements is 0 in all deals: the identities are of something."""
    moved: set[str] = set()
    for number in range(200):
        for name, rows in tables_of(number).items():
            moved |= {f"{name}.{column}" for row in rows for column, value in row.items() if value}
    missing = {f"{table}.{column}" for table, columns in SELDOM.items() for column in columns.split()} - moved
    assert not missing
