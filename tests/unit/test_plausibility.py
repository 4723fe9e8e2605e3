"""Warnings of what is not plausible: forty slips and more, what ships without any, and what a file accepts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError, line_in_language
from securitize.definitions.accepted import acceptable
from securitize.definitions.checks import check_deal
from securitize.definitions.codes import codes
from securitize.definitions.deals.venues import venue_rules, venue_words
from securitize.definitions.loading import load_deal
from securitize.definitions.plausibility import BASE_CODES, bounds
from securitize.definitions.plausibility_page import FIRST, LAST, renewed
from securitize.engine.base_case import base_case_of
from securitize.engine.prepare.prepare import prepare
from securitize.library import list_deals, list_shipped
from securitize.studies.stress.rules import rule_files
from tests.unit.structurer_slips import SLIPS, Slip

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "deals" / "templates"


def slipped(slip: Slip, folder: Path) -> Path:
    """The template with the slip in it."""
    template = slip.file.partition("/")[0]
    deal = folder / template
    shutil.copytree(TEMPLATES / template, deal)
    file = folder / slip.file
    text = file.read_text(encoding="utf-8")
    for old, new in slip.edits:
        assert old in text, old
        text = (
            text.replace(old, new) if slip.code == "SEC355" or "support" in old else text.replace(old, new, 1)
        )
    file.write_text(text, encoding="utf-8")
    return deal


def lines_of(deal: Path, *, base: bool) -> list[str]:
    """What is said of a deal: its warnings, or the problems for which it is refused."""
    try:
        prepared = prepare(deal)
    except DefinitionError as error:
        return [str(problem) for problem in error.problems]
    return [*prepared.warnings, *(base_case_of(prepared).warnings if base else ())]


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.name for slip in SLIPS])
def test_slips_are_warned_of(slip: Slip, tmp_path: Path) -> None:
    deal = slipped(slip, tmp_path)
    said = lines_of(deal, base=slip.code in BASE_CODES)
    found = [line for line in said if f" {slip.path}: " in line and line.endswith(f"[{slip.code}]")]
    assert found, said
    assert slip.says in found[0]
    # In Chinese no word of English is left but names, codes and paths.
    chinese = line_in_language(found[0], "zh")
    assert chinese.partition(f"{slip.path}")[2] != found[0].partition(f"{slip.path}")[2]


def test_forty_slips_cover_every_code_but_acceptances() -> None:
    assert len(SLIPS) >= 40
    every = {code for code in codes() if FIRST <= code <= LAST}
    assert every - {slip.code for slip in SLIPS} == {"SEC358", "SEC359", "SEC361"}


def test_a_currency_is_a_code_of_iso_4217(tmp_path: Path) -> None:
    deal = load_deal(_with(tmp_path, edit=('currency = "CNY"', 'currency = "RMB"')) / "deal.toml")
    (said,) = (one for one in check_deal(deal) if one.code == "SEC358")
    assert (said.path, said.found, str(said.repair)) == ("currency", "RMB", "write CNY")


SHIPPED = [*(one.name for one in list_deals()), *(str(one.path) for one in list_shipped("template"))]
#: What a shipped deal is warned of all the same, and what it accepts.
STANDS = {
    "lithium-battery": ["holidays of china-exchange are not known after 2026"],
    "trust-loan": ["the LPR is held as known on 2024-06-12"],
}
ACCEPTS = {"biopharma-2000": ["SEC354"]}


@pytest.mark.parametrize("deal", SHIPPED)
def test_what_ships_is_plausible_or_says_why_not(deal: str) -> None:
    prepared = prepare(deal)
    said = [*prepared.warnings, *base_case_of(prepared).warnings]
    known = STANDS.get(Path(deal).name, [])
    assert len(said) == len(known)
    assert all(line.startswith(start) for line, start in zip(said, known, strict=True))
    accepted = prepared.about.get("accepted", [])
    assert isinstance(accepted, list)
    assert [row["warning"][-7:-1] for row in accepted] == ACCEPTS.get(deal, [])
    assert all(row["reason"] and row["source"] for row in accepted)


def _with(folder: Path, *lines: str, edit: tuple[str, str] = ("", "")) -> Path:
    """The pledged-loan template with entries at its end, and an edit."""
    shutil.copytree(TEMPLATES / "pledged-loan", folder / "deal")
    file = folder / "deal" / "deal.toml"
    text = file.read_text(encoding="utf-8").replace(*edit, 1) if edit[0] else file.read_text(encoding="utf-8")
    file.write_text("\n".join([text, *lines]), encoding="utf-8")
    return folder / "deal"


COUPON = ("value = 0.024", "value = 0.24")


@pytest.mark.parametrize(
    ("at", "stands"),
    [("notes.A1.coupon.rate", ()), ("notes.A1", ()), ("notes", ()), ("notes.A", ("SEC341", "SEC359"))],
)
def test_an_entry_silences_what_stands_at_its_field_or_below(
    at: str, stands: tuple[str, ...], tmp_path: Path
) -> None:
    entry = ("[[accepted]]", 'code = "SEC341"', f'at = "{at}"', 'reason = "a distressed note"')
    prepared = prepare(_with(tmp_path, *entry, edit=COUPON))
    assert [line[-7:-1] for line in prepared.warnings if "SEC355" not in line] == list(stands)
    accepted = prepared.about.get("accepted", [])
    assert isinstance(accepted, list)
    assert [row["reason"] for row in accepted] == (["a distressed note"] if not stands else [])


def test_an_entry_that_silences_nothing_is_said_where_its_code_is_asked(tmp_path: Path) -> None:
    lines = [f'[[accepted]]\ncode = "{code}"\nreason = "r"' for code in ("SEC341", "SEC349", "SEC350")]
    prepared = prepare(_with(tmp_path, *lines))
    assert [line[-7:-1] for line in prepared.warnings] == [
        "SEC359",
        "SEC359",
    ]  # the base case is not asked yet
    (base,) = base_case_of(prepared).warnings
    assert "accepted[2]: the entry silences no warning (SEC350)" in base
    under = prepare(tmp_path / "deal", tmp_path / "deal/scenarios/largest-obligor-default.toml")
    assert base_case_of(under).warnings == ()  # under a scenario it never is


def test_a_base_case_that_loses_may_be_accepted(tmp_path: Path) -> None:
    edit = ("date = 2026-03-14 }  # all", "date = 2025-12-14 }  # all")
    entry = ("[[accepted]]", 'code = "SEC351"', 'reason = "the guarantor bridges"', 'source = "term sheet"')
    base = base_case_of(prepare(_with(tmp_path, *entry, edit=edit)))
    assert not [line for line in base.warnings if "SEC351" in line]
    assert {row["source"] for row in base.accepted} == {"term sheet"}


def test_an_entry_needs_a_code_of_a_warning_and_a_reason(tmp_path: Path) -> None:
    for code in ("SEC241", "SEC359", "SEC319", "late"):
        assert code not in acceptable()
    with pytest.raises(DefinitionError) as error:
        prepare(_with(tmp_path, "[[accepted]]", 'code = "SEC241"', 'reason = ""'))
    assert [problem.path for problem in error.value.problems] == ["accepted[0].code", "accepted[0].reason"]


def test_bounds_are_plausible_themselves_and_documented() -> None:
    for one in bounds().values():
        for bound in (one.at_least, one.at_most):
            assert bound is None or one.broken(bound) is None
        assert one.at_least is not None or one.at_most is not None
    page = ROOT / "docs/reference/plausibility.md"
    text = page.read_text(encoding="utf-8")
    assert renewed(text) == text, "run python -m securitize.definitions.plausibility_page < page"


def test_words_of_venues_choose_one_set_of_rules() -> None:
    assert venue_rules("SZSE") == venue_rules("", "深圳证券交易所") == venue_rules(" szse ") == "exchange"
    assert venue_rules("interbank market") == venue_rules("银行间市场") == "interbank"
    assert (venue_rules(""), venue_rules("私募"), venue_rules("深圳前海")) == ("none", "none", None)
    assert len(venue_words()) >= 30


@pytest.mark.parametrize(
    ("venue", "preset"),
    [
        ("深圳证券交易所", "exchange"),
        ("SSE", "exchange"),
        ("银行间市场", "interbank"),
        ("", None),
        ("前海", None),
    ],
)
def test_the_venue_chooses_the_presets_of_a_stress_result(
    venue: str, preset: str | None, tmp_path: Path
) -> None:
    deal = _with(tmp_path, edit=('venue = "" ', f'venue = "{venue}" '))
    names = {Path(name).stem for name in rule_files(prepare(deal)) if name.startswith("scenarios/presets/")}
    assert names == {"programme", "risk-retention", *([preset] if preset else [])}
