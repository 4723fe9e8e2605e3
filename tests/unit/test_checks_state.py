"""Checks of a state in mid-life, of a market and of the stresses of a deal: one edit makes each speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.base.errors import Problem
from securitize.definitions import checks
from securitize.definitions.loading import load_deal, load_market, load_pool, load_scenario, load_state
from tests.unit.mutations import GOOD, Edits, edited

STATES: list[tuple[str, str, Edits]] = [
    ("SEC270", "notes.B.deferred", (("deferred = 10_000\n", "deferred = 20_000_000_000_000\n"),)),
    ("SEC270", "history.collected", (("[10_000_000, 11_000_000]", "[20_000_000_000_000, 0]"),)),
    ("SEC290", "notes.X", (("[notes.B]", "[notes.X]"),)),
    ("SEC290", "fees.X", (("[fees.trustee]", "[fees.X]"),)),
    ("SEC290", "accounts.X", (("[accounts.collection]", "[accounts.X]"),)),
    ("SEC290", "support.X", (("[support.line]", "[support.X]"),)),
    ("SEC290", "limits.X", (("[limits.lent]", "[limits.X]"),)),
    ("SEC290", "triggers.X", (("[triggers.cover]", "[triggers.X]"),)),
    ("SEC291", "as_of", (("as_of = 2025-02-28", "as_of = 2025-02-27"),)),
    ("SEC291", "as_of", (("as_of = 2025-02-28", "as_of = 2024-02-29"),)),
    ("SEC291", "as_of", (("as_of = 2025-02-28", "as_of = 2027-02-28"),)),
    ("SEC291", "notes.A.balance", (("balance = 50_000_000", "balance = 60_000_000.01"),)),
    ("SEC291", "notes.C.balance", (("balance = 3_200_000", "balance = 3_200_001"),)),
    ("SEC291", "notes.C.written_off", (("written_off = 2_000_000", "written_off = 5_300_000"),)),
    ("SEC291", "notes.A.put", (("put = 10_000", "put = 50_000_001"),)),
    ("SEC291", "notes.B.deficiency", (("deficiency = 200_000", "deficiency = 19_000_001"),)),
    ("SEC291", "support.line.reimbursed", (("reimbursed = 200_000", "reimbursed = 5_200_000"),)),
    ("SEC291", "support.line.paid", (("paid = 5_100_000", "paid = 5_200_001"),)),
    ("SEC291", "triggers.cover.failed", (("failed = 1", "failed = 2"),)),
    ("SEC291", "triggers.cover.passed", (("failed = 1", "failed = 1\npassed = 1"),)),
    ("SEC291", "triggers.cover.passed", (("breached = false\nfailed = 1", "breached = true\npassed = 2"),)),
    ("SEC295", "notes.B.put", (("deficiency = 200_000", "deficiency = 200_000\nput = 1"),)),
    ("SEC295", "notes.A.deficiency", (("put = 10_000", "put = 10_000\ndeficiency = 1"),)),
    ("SEC295", "notes.A.written_off", (("put = 10_000", "put = 10_000\nwritten_off = 1"),)),
    ("SEC295", "notes.A.capitalised", (("put = 10_000", "put = 10_000\ncapitalised = 1"),)),
    ("SEC295", "notes.A.interest_on_deferred", (("put = 10_000", "interest_on_deferred = 1"),)),
    ("SEC295", "fees.trustee.cap_left", (("unpaid = 100", "cap_left = 100"),)),
    ("SEC297", "history.sales", (("sales = [1_000]\nforecast_sales = [1_100]\n", ""),)),
    (
        "SEC297",
        "history.collected",
        (("collected = [10_000_000, 11_000_000]\nscheduled = [10_000_000, 12_000_000]\n", ""),),
    ),
    ("SEC296", "history.scheduled", (("[10_000_000, 12_000_000]", "[12_000_000]"),)),
    ("SEC296", "history.sales", (("forecast_sales = [1_100]\n", ""),)),
]
SMALL: list[tuple[str, str, str]] = [
    ("SEC295", "called", "called = true"),
    ("SEC295", "notes.A.premium", "[notes.A]\npremium = 1"),
    ("SEC295", "support.undertaking.interest", "[support.undertaking]\ninterest = 1"),
    ("SEC295", "support.undertaking.fee", "[support.undertaking]\nfee = 1"),
    ("SEC291", "fees.trustee.cap_left", "[fees.trustee]\ncap_left = 50_001"),
    ("SEC291", "limits.expenses.left", "[limits.expenses]\nleft = 200_001"),
    ("SEC291", "support.undertaking.failed", "[support.undertaking]\nfailed = 2025-03-01"),
    ("SEC291", "support.undertaking.recovery", "[support.undertaking]\nrecovery = 0.3"),
    ("SEC290", "parties.X", "[parties.X]\nfailed = 2024-12-31"),
]
STRESSES: list[tuple[str, str, str]] = [
    ("SEC174", "stress[0].support", 'driver = "provider-default"\nsupport = "X"\nat = 2025-06-30'),
    (
        "SEC174",
        "stress[0].support",
        'driver = "provider-rating"\nsupport = "X"\nat = 2025-06-30\nrating = "A"',
    ),
    ("SEC174", "stress[0].note", 'driver = "put"\nnote = "X"\nat = 2025-08-31\nshare = 0.5'),
    ("SEC176", "stress[0].note", 'driver = "put"\nnote = "B"\nat = 2025-08-31\nshare = 0.5'),
    ("SEC317", "stress[0].at", 'driver = "put"\nnote = "A"\nat = 2028-08-31\nshare = 0.5'),
    ("SEC317", "stress[0].at", 'driver = "issuer-call"\nat = 2028-08-31'),
    ("SEC174", "stress[0].note", 'driver = "settlement"\nnote = "X"\nat = 2025-05-20\namount = 5'),
    ("SEC317", "stress[0].at", 'driver = "settlement"\nnote = "A"\nat = 2028-08-31\nshare = 0.5'),
    ("SEC317", "stress[0].index", 'driver = "index-rate"\nindex = "LPR-5Y"\nshift = 0.01'),
]


def test_a_scenario_may_have_settled_a_note_of_which_the_deal_tells_no_settlement(tmp_path: Path) -> None:
    text = (GOOD / "state.toml").read_text(encoding="utf-8")
    file = tmp_path / "state.toml"
    file.write_text(
        text.replace("put = 10_000", "put = 10_000\nsettled = true\nwritten_off = 1"), encoding="utf-8"
    )
    assert checks.check_state(load_state(file), load_deal(GOOD / "rich.toml")) == []


def test_the_good_state_has_no_problem() -> None:
    assert checks.check_state(load_state(GOOD / "state.toml"), load_deal(GOOD / "rich.toml")) == []


@pytest.mark.parametrize(("code", "path", "edits"), STATES)
def test_one_edit_of_a_state(code: str, path: str, edits: Edits, tmp_path: Path) -> None:
    state = load_state(edited("state.toml", tmp_path, *edits))
    _tells(checks.check_state(state, load_deal(GOOD / "rich.toml")), code, path)


@pytest.mark.parametrize(("code", "path", "text"), SMALL)
def test_a_state_of_the_small_deal(code: str, path: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "state.toml").write_text(
        f"as_of = 2025-02-28\n{text}\n[history]\ndefaulted_in_all = 0\n", encoding="utf-8"
    )
    deal = load_deal(
        edited("deal.toml", tmp_path, ("[clean_up_call]\nthreshold = 0.10\nfirst_date = 2025-08-29", ""))
    )
    _tells(checks.check_state(load_state(tmp_path / "state.toml"), deal), code, path)


def test_a_sum_that_a_trigger_compares_is_not_taken_to_be_nothing(tmp_path: Path) -> None:
    (tmp_path / "state.toml").write_text("as_of = 2025-02-28\n[history]\n", encoding="utf-8")
    deal = load_deal(GOOD / "deal.toml")
    _tells(
        checks.check_state(load_state(tmp_path / "state.toml"), deal), "SEC297", "history.defaulted_in_all"
    )


@pytest.mark.parametrize(("code", "path", "text"), STRESSES)
def test_a_stress_of_the_deal(code: str, path: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "scenario.toml"
    file.write_text(f'name = "stress"\n\n[[stress]]\n{text}\n', encoding="utf-8")
    scenario, pool = load_scenario(file), load_pool(GOOD / "pool.toml")
    _tells(checks.check_scenario(scenario, pool, load_deal(GOOD / "rich.toml")), code, path)


def test_every_index_of_a_deal_is_held_by_its_market(tmp_path: Path) -> None:
    deal = load_deal(GOOD / "rich.toml")
    _tells(
        checks.check_market(deal, load_market(GOOD / "market.toml")),
        "SEC209",
        "accounts.collection.interest.index",
    )
    assert [p.path for p in checks.check_market(deal, None)] == [
        "notes.A.coupon.index",
        "accounts.collection.interest.index",
    ]
    index = "[[indices.SHIBOR-3M]]\ndate = 2024-01-02\nrate = 0.025\n"
    market = (GOOD / "market.toml").read_text(encoding="utf-8")
    (tmp_path / "market.toml").write_text(f"{market}\n{index}", encoding="utf-8")
    assert checks.check_market(deal, load_market(tmp_path / "market.toml")) == []


def _tells(found: list[Problem], code: str, path: str) -> None:
    """One problem of this code at this path, with its line and what would be right."""
    assert [(problem.code, problem.path) for problem in found] == [(code, path)]
    assert found[0].line > 0
    assert found[0].repair
