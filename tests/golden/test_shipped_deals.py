"""The shipped deals against what was published of them, and every shipped deal and template in its base case."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import securitize
from securitize.definitions.deals.rates import FixedRate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.library import list_deals, list_scenarios, list_templates
from securitize.store.run import Run

GUANGZHOU, NANSHAN, NINGBO = "guangzhou-2019", "nanshan-5-2022", "ningbo-1-2024"
#: Deals of claims, with an undertaking for the note A.
SHIPPED = (GUANGZHOU, NANSHAN, NINGBO)
XOMA, BIOPHARMA = "xoma-vabysmo-2023", "biopharma-2000"
ROYALTIES = (XOMA, BIOPHARMA)
TEMPLATES = [template.path for template in list_templates()]
DEALS = [deal.path for deal in list_deals()] + TEMPLATES
#: Stresses that name the obligors of one deal.
OWN = [(d, s.name) for d in (*SHIPPED, *ROYALTIES) for s in list_scenarios() if s.name.startswith(d)]
#: Whole numbers of the structure: no money, no rate, and no mark of their own.
STRUCTURE = ("rank",)
#: Lowest coverage of the senior notes that the base cases are to keep.
ENOUGH = Decimal("1.01")

#: What a deal that follows an index is told.
HELD = "the LPR is held as known on"


@cache
def prepared(deal: str) -> Prepared:
    return prepare(deal)


@cache
def base_case(deal: str) -> Run:
    return securitize.run(deal, store=False)


def money(balances: list[int]) -> int:
    """Yuan, of minor units."""
    assert sum(balances) % 100 == 0
    return sum(balances) // 100


def test_five_deals_and_a_template_of_each_mode_are_shipped() -> None:
    assert {deal.name for deal in list_deals()} >= {*SHIPPED, *ROYALTIES}
    modes = {"licence-back", "pledged-loan", "lease-back", "supply-chain", "trust-loan", "running-royalty"}
    assert {template.name for template in list_templates()} >= modes


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_everything_shipped_is_valid_without_a_warning(deal: Path) -> None:
    # Nobody knows holidays or index rates ahead: a deal on today's loans is told so, and one that follows an index.
    known = ("holidays of china-exchange are not known", HELD)
    assert [one for one in prepare(deal).warnings if not one.startswith(known)] == []


@pytest.mark.parametrize(("deal", "scenario"), OWN)
def test_a_deal_s_own_stresses_fit_it(deal: str, scenario: str) -> None:
    terms = prepare(deal, scenario)
    assert terms.warnings == ()
    assert terms.definitions.scenario is not None
    assert "assumed" in terms.definitions.scenario.model.title


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_copied_runs_under_each_of_its_scenarios(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(template, folder)
    scenarios = sorted(file.stem for file in (folder / "scenarios").glob("*.toml"))
    assert len(scenarios) >= 2
    received = {}
    for scenario in scenarios:
        run = securitize.run(folder, scenario, store=False)
        assert [one for one in run.warnings if not one.startswith(HELD)] == []
        assert run.about["synthetic"] is True
        notes = run.table("note_measures")
        received[scenario] = notes[["total_principal", "total_interest", "total_residual"]].sum().sum()
    base = received.pop("base")
    assert {scenario: paid for scenario, paid in received.items() if paid >= base} == {}


@pytest.mark.parametrize(
    ("deal", "size", "coupon", "closing", "obligors"),
    [
        (GUANGZHOU, 301_000_000, 4_000_000, dt.date(2019, 9, 11), 11),
        (NANSHAN, 206_000_000, 3_800_000, dt.date(2022, 4, 14), 12),
        (NINGBO, 138_000_000, 2_200_000, dt.date(2024, 11, 14), 11),
    ],
)
def test_published_terms(deal: str, size: int, coupon: int, closing: dt.date, obligors: int) -> None:
    terms, pool = prepared(deal).deal, prepared(deal).pool
    assert money([note.balance for note in terms.notes.values()]) == size
    assert isinstance(terms.notes["A"].coupon, FixedRate)
    assert terms.notes["A"].coupon.rate == coupon
    assert terms.dates.closing == closing
    assert len(pool.obligors) == len(pool.contracts) == obligors
    assert not pool.synthetic


def test_published_patents_of_guangzhou() -> None:
    pool = prepared(GUANGZHOU).pool
    counts = dict.fromkeys(("invention", "utility-model"), 0)
    for right in pool.collateral.values():
        counts[right.kind] += right.count
    assert counts == {"invention": 103, "utility-model": 37}
    of_known = {
        owner: sum(r.count for r in pool.collateral.values() if r.owner == owner) for owner in ("o1", "o2")
    }
    assert (pool.obligors["o1"].title_zh, pool.obligors["o2"].title_zh) == ("广州华银医学", "威创集团")
    assert of_known == {"o1": 4, "o2": 22}
    assert pool.contracts["c1"].opening == 2_300_000_000


@pytest.mark.parametrize(("deal", "rights"), [(NANSHAN, 26), (NINGBO, 60)])
def test_published_rights(deal: str, rights: int) -> None:
    assert sum(right.count for right in prepared(deal).pool.collateral.values()) == rights


def test_published_term_of_ningbo() -> None:
    """One year, senior notes AAA, listed on the Shanghai exchange."""
    terms = prepared(NINGBO).deal
    assert (terms.venue, terms.notes["A"].rating) == ("SSE", "AAA")
    measures = base_case(NINGBO).table("note_measures").set_index("note")
    for day in ("first_principal_date", "last_principal_date"):
        assert measures.loc["A", day] == pd.Timestamp(2025, 11, 14)


@pytest.mark.parametrize(
    ("deal", "published"), [(GUANGZHOU, 4), (NANSHAN, 1), (NINGBO, 1), (XOMA, 3), (BIOPHARMA, 5)]
)
def test_every_number_is_published_derived_or_assumed(deal: str, published: int) -> None:
    own = [f for f in prepared(deal).register if f.file in ("deal.toml", "pool/pool.toml")]
    bare = [f.path for f in own if f.kind == "stated" and not f.path.endswith(STRUCTURE)]
    assert bare == []
    assert [f.path for f in own if f.kind != "stated" and not f.source] == []
    assert sum(f.kind == "published" for f in own) == published


@pytest.mark.parametrize(("deal", "scenario"), OWN)
def test_every_number_of_a_stress_is_assumed(deal: str, scenario: str) -> None:
    register = prepare(deal, scenario).register
    own = [f for f in register if f.file == "scenarios/scenario.toml" and not f.path.endswith("days")]
    assert {f.kind for f in own} <= {"assumed"}


@pytest.mark.parametrize("deal", [str(path) for path in DEALS], ids=lambda path: Path(path).stem)
def test_the_base_case_repays_every_note_and_breaches_nothing(deal: str) -> None:
    run = base_case(deal)
    notes = run.table("note_measures")
    assert (notes["total_principal"] == notes["balance"]).all()
    assert (notes["principal_loss"] == 0).all()
    assert (notes["interest_shortfall_max"] == 0).all()
    measured = notes["min_dscr"].dropna()
    assert (measured >= ENOUGH).all()
    # A rank without scheduled principal has none.
    assert (notes["min_dscr"].isna() == (notes["dscr_dates"] == 0)).all()
    assert not run.table("triggers")["breached"].any()
    assert (run.table("support")["drawn"] == 0).all()
    assert (run.table("fees").groupby("fee")["unpaid"].last() == 0).all()


@pytest.mark.parametrize(
    ("deal", "senior", "residual", "last"),
    [
        (GUANGZHOU, Decimal("32777946.31"), Decimal("9099913.11"), dt.date(2024, 9, 11)),
        (NANSHAN, Decimal("7676000.00"), Decimal("1213365.60"), dt.date(2023, 4, 14)),
        (NINGBO, Decimal("2970000.00"), Decimal("507041.13"), dt.date(2025, 11, 14)),
    ],
)
def test_the_base_case_to_the_cent(deal: str, senior: Decimal, residual: Decimal, last: dt.date) -> None:
    notes = base_case(deal).table("note_measures").set_index("note")
    assert notes.loc["A", "total_interest"] == senior
    assert notes.loc["sub", "total_residual"] == residual
    assert notes.loc["A", "last_principal_date"] == pd.Timestamp(last)


def test_guangzhou_repaid_in_2022_ends_then() -> None:
    run = securitize.run(GUANGZHOU, "guangzhou-2019-repaid-2022", store=False)
    notes = run.table("note_measures")
    assert (notes["total_principal"] == notes["balance"]).all()
    assert max(notes["last_principal_date"]) == pd.Timestamp(2022, 3, 11)
    assert (run.table("support")["drawn"] == 0).all()
    assert not run.table("triggers")["breached"].any()


@pytest.mark.parametrize(("deal", "scenario"), [own for own in OWN if own[0] in SHIPPED])
def test_the_senior_notes_survive_the_shipped_stresses(deal: str, scenario: str) -> None:
    notes = securitize.run(deal, scenario, store=False).table("note_measures").set_index("note")
    assert notes["principal_loss"]["A"] == 0
    assert notes["unpaid_interest"]["A"] == 0


@pytest.mark.parametrize("deal", SHIPPED)
def test_the_severe_stress_calls_the_undertaking(deal: str) -> None:
    run = securitize.run(deal, f"{deal}-severe", store=False)
    assert run.table("support")["drawn"].sum() > 0
    assert "default" in set(run.table("triggers")["priority_in_force"])
