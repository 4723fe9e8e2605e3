"""A clean-up call of a deal whose order of payments would not repay the notes that its money could repay.

``tests/fixtures/calls/claims``: collected notes, a deficiency ledger, two accounts, a fee that is due half-yearly.
"""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import securitize
from tests.packaging.tree import ROOT

CLAIMS = ROOT / "tests" / "fixtures" / "calls" / "claims"
CALLED = dt.date(2028, 1, 20)


def run(folder: Path) -> tuple[dict[str, Any], dict[dt.date, Any]]:
    """Measures by note, and payment dates by day, without a default."""
    done = securitize.run(folder, folder / "scenarios" / "low.toml", store=False)
    measures = {row["note"]: row for row in done.arrow("note_measures").to_pylist()}
    return measures, {row["payment_date"]: row for row in done.arrow("payment_dates").to_pylist()}


def test_the_call_repays_every_note() -> None:
    measures, dates = run(CLAIMS)
    called = dates[CALLED]
    assert called["clean_up_call"]
    assert called["priority"] == "redemption"
    assert all(row["state"] == "on-time" and not row["principal_loss"] for row in measures.values())
    assert called["closing"] == 0
    assert all(row["passed_over_date"] is None for row in measures.values())


def test_without_the_condition_a_note_is_passed_over_and_that_is_told(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CLAIMS, tmp_path / "claims"))
    file = folder / "deal.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"repays-notes"', '"none"'), encoding="utf-8")
    measures, _ = run(folder)
    b = measures["B"]
    assert b["principal_loss"] == Decimal("11373896.26")
    assert (b["passed_over_date"], b["passed_over_lacking"]) == (CALLED, Decimal("11373896.26"))
    assert (b["paid_to_junior"], b["junior_paid"]) == (Decimal("26509240.32"), "C")
    assert b["paid_to_originator"] == Decimal("3976537.12")


def test_a_fee_on_payments_is_paid_on_what_the_call_repays(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CLAIMS, tmp_path / "claims"))
    file = folder / "deal.toml"
    text = file.read_text(encoding="utf-8")
    fee = '[fees.agent]\nkind = "percent-of-payments"\nrate = 0.0005\nnotes = ["B"]\n\n[clean_up_call]'
    text = text.replace("[clean_up_call]", fee)
    for priority, after in (("normal", "C principal"), ("acceleration", "C")):
        step = f'[[priority.{priority}]]\nname = "{after}"'
        text = text.replace(step, f'[[priority.{priority}]]\nname = "agent"\npay = ["fee:agent"]\n{step}')
    file.write_text(text, encoding="utf-8")
    done = securitize.run(folder, folder / "scenarios" / "low.toml", store=False)
    notes = [row for row in done.arrow("note_cash_flows").to_pylist() if row["payment_date"] == CALLED]
    (agent,) = [
        row
        for row in done.arrow("fees").to_pylist()
        if (row["payment_date"], row["fee"]) == (CALLED, "agent")
    ]
    paid = sum(row["interest_paid"] + row["principal_paid"] for row in notes if row["note"] == "B")
    assert paid > 0
    assert all(row["closing_balance"] == 0 for row in notes)
    before = [
        row["unpaid"]
        for row in done.arrow("fees").to_pylist()
        if row["payment_date"] < CALLED and row["fee"] == "agent"
    ][-1]
    charged = (paid * Decimal("0.0005")).quantize(Decimal("0.01"), "ROUND_HALF_EVEN")
    assert (agent["accrued"], agent["paid"], agent["unpaid"]) == (charged, charged + before, 0)
