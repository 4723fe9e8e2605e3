"""A clean-up call of a deal whose order of payments would not repay the notes that its money could repay.

``tests/fixtures/calls/claims``: collected notes, a deficiency ledger, two accounts, a fee that is due half-yearly.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import securitize
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.reference_case import differences_and_notes
from tests.cli.program import securitize as program
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


def claims_on(folder: Path, **changes: str) -> Path:
    """The claims with another value of each of these keys."""
    shutil.copytree(CLAIMS, folder)
    file = folder / "deal.toml"
    text = file.read_text(encoding="utf-8")
    for key, value in changes.items():
        text, found = re.subn(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
        assert found == 1
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("scenario", [None, CLAIMS / "scenarios" / "low.toml"])
def test_both_engines_agree(scenario: Path | None) -> None:
    found, notes = differences_and_notes(calculate(prepare(CLAIMS, scenario)))
    assert not found
    assert not any(note["closing"][-1] or note["unpaid"][-1] for note in notes.values())


def test_without_the_condition_a_note_is_passed_over_and_that_is_told(tmp_path: Path) -> None:
    folder = claims_on(tmp_path / "claims", condition='"none"')
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


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_warning_and_the_summary_say_who_is_paid(language: str, tmp_path: Path) -> None:
    folder = claims_on(tmp_path / "claims", condition='"none"', default_rate="0")
    told = program("run", folder, "--language", language, cwd=tmp_path)
    assert told.returncode == 0
    warning = next(line for line in told.stderr.splitlines() if "SEC361" in line)
    start = next(i for i, line in enumerate(told.stdout.splitlines()) if "13,390,363.62 CNY" in line)
    summary = " ".join(told.stdout.splitlines()[start : start + 2])
    for amount in ("13,390,363.62 CNY", "11,373,896.26", "C", "26,509,240.32", "3,976,537.12"):
        assert amount in warning
        assert amount in summary
    english = re.findall(r"[a-z]{2,}", warning.partition("notes.B")[2] + summary)
    assert ("originator" in english) == (language == "en")
    # Nothing of the sentence stays in English, the list of those who are paid neither.
    assert bool(english) == (language == "en")
