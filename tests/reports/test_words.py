"""Words follow content: stressed results name their scenario, one's own deal is no reconstruction."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from securitize.base.errors import line_in_language
from securitize.reports import summary, tables
from securitize.reports.held import held_checks, holds
from securitize.reports.html.page import page
from securitize.reports.workbook import workbook
from securitize.store.run import Run
from securitize.store.stored import StoredRun
from securitize.studies.run import api

TEMPLATE = Path(__file__).parents[2] / "deals/templates/pledged-loan"
#: By hand: the first and the fourth stress of the scenario file.
STRESSES = {
    "default: obligor o3, on 2020-12-31": "债务人违约：债务人o3、于2020-12-31",
    "default rate: set to 0.05": "违约率：设为0.05",
}


def stored_run(deal: str, scenario: str | None, folder: Path) -> tuple[Run, StoredRun]:
    run = api.run(deal, scenario, output=folder)
    assert run.stored is not None
    return run, run.stored


@pytest.fixture(scope="module")
def stressed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, StoredRun]:
    return stored_run("guangzhou-2019", "guangzhou-2019-severe", tmp_path_factory.mktemp("stressed") / "run")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, StoredRun]:
    """One's own deal: a coupon that is warned of, and a note that is late, which its file accepts."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(TEMPLATE, folder / "deal")
    file = folder / "deal" / "deal.toml"
    text = file.read_text(encoding="utf-8").replace("value = 0.024", "value = 0.0024", 1)
    text = text.replace("date = 2026-03-14 }  # all", "date = 2025-12-14 }  # all", 1)
    text += '\n[[accepted]]\ncode = "SEC351"\nreason = "the guarantor bridges"\n'
    file.write_text(text, encoding="utf-8")
    return stored_run(str(folder / "deal"), None, folder / "run")


def text_of(stored: StoredRun, language: str = "both") -> str:
    """The words of a page, one blank between."""
    html = re.sub(r"<style.*?</style>", "", page(stored, language), flags=re.DOTALL)  # type: ignore[arg-type]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_stressed_result_names_its_scenario_and_tells_its_stresses(
    stressed: tuple[Run, StoredRun], capsys: pytest.CaptureFixture[str]
) -> None:
    run, stored = stressed
    english, chinese = text_of(stored, "en"), text_of(stored, "zh")
    assert "Base case cash flows" not in english
    assert "Cash flows in scenario guangzhou-2019-severe" in english
    for en, zh in STRESSES.items():
        assert english.count(en) == 2  # at the head, and with the cash flows
        assert chinese.count(zh) == 2
    summary.print_run(run)
    said = capsys.readouterr().out
    assert all(f"stress: {en}" in said for en in STRESSES)
    held = json.loads(tables.as_json(run))["about"]["stresses"]
    assert {line["en"]: line["zh"] for line in held}.items() >= STRESSES.items()


def test_old_runs_tell_their_stresses_from_their_files(stressed: tuple[Run, StoredRun]) -> None:
    _, stored = stressed
    facts = stored.manifest.facts
    about = {name: value for name, value in facts.about.items() if name not in ("stresses", "reconstruction")}
    old = replace(stored, manifest=replace(stored.manifest, facts=replace(facts, about=about)))
    assert all(text_of(old, "en").count(en) == 2 for en in STRESSES)


def test_a_workbook_names_scenario_and_stresses(
    stressed: tuple[Run, StoredRun], own: tuple[Run, StoredRun]
) -> None:
    import io

    from openpyxl import load_workbook

    def entries(stored: StoredRun) -> list[tuple[object, object]]:
        sheet = load_workbook(io.BytesIO(workbook(stored, "en"))).worksheets[0]
        return [(row[0], row[1]) for row in sheet.iter_rows(values_only=True)]

    found = entries(stressed[1])
    assert ("Scenario", "guangzhou-2019-severe") in found
    assert {value for name, value in found if name == "Stress"} >= set(STRESSES)
    assert ("Scenario", "base case") in entries(own[1])


def test_only_what_says_so_is_a_reconstruction(
    stressed: tuple[Run, StoredRun], own: tuple[Run, StoredRun]
) -> None:
    assert "Reconstruction" in text_of(stressed[1], "en")
    english = text_of(own[1], "en")
    assert "econstruction" not in english
    assert "Assumed numbers are marked" in english
    assert "Base case cash flows" in english
    assert "Break-evens move" not in english  # a limit of what the result does not have


def test_warnings_stand_once_in_each_language_and_acceptances_with_their_reason(
    own: tuple[Run, StoredRun], capsys: pytest.CaptureFixture[str]
) -> None:
    run, stored = own
    (coupon,) = (line for line in run.warnings if "[SEC341]" in line)
    assert stored.manifest.facts.warnings == run.warnings
    text = text_of(stored)
    for line in (coupon, line_in_language(coupon, "zh")):
        assert text.count(" ".join(line.split())) == 1
    assert not any("[SEC351]" in line for line in run.warnings)
    assert text.count("the guarantor bridges") == 2  # in English and in Chinese
    held = json.loads(tables.as_json(run))
    assert {row["reason"] for row in held["about"]["accepted"]} == {"the guarantor bridges"}
    summary.print_run(run)
    assert f"accepted with a reason: {len(held['about']['accepted'])} warning" in capsys.readouterr().out


def test_checks_of_a_build_are_counted_as_they_came_out(own: tuple[Run, StoredRun]) -> None:
    assert [holds(value) for value in ("holds", True, 0.0, "fails", False, 0.25)] == [True] * 3 + [False] * 3
    manifest = own[1].manifest
    inputs = {"build.toml": manifest.inputs["deal.toml"]}
    checks = {"every limit kept": True, "gap": 0.0, "rows": True}
    built = replace(manifest, inputs=inputs, facts=replace(manifest.facts, checks=checks))
    assert held_checks(built) == (3, 3)
    text = text_of(replace(own[1], manifest=built), "en")
    assert "Checks of the build : 3 / 3 hold" in text
    assert "base case" not in text.partition("The answers")[0]
