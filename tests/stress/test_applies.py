"""A scenario is whole, in part, or not applicable; late is late; a break-even in which nothing changes is no pass."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from securitize.base.language import Language as OneLanguage
from securitize.base.language import use_language
from securitize.definitions.loading import load_suite
from securitize.definitions.scenarios.scenario import LatePaymentStress
from securitize.engine.prepare.prepare import prepare
from securitize.engine.scenario_batch import evaluate
from securitize.engine.tables.scenarios import NamedBatch, drawn_from_support
from securitize.library import find_suite
from securitize.reports.html.figures import Language
from securitize.reports.html.page import page
from securitize.reports.stresses import print_stress
from securitize.reports.verdicts import verdict
from securitize.store.run import Run
from securitize.studies.solvers.break_even import break_evens
from securitize.studies.stress.api import stress
from securitize.studies.stress.scenarios import situations
from securitize.waterfall.note_states import holds

SUITE = """
name = "parts"
version = "1"
[[scenarios]]
name = "idle"
title = "Idle"
title_zh = "无作用"
[[scenarios.stress]]
driver = "all-royalty-bases"
scale = 0.5
[[scenarios]]
name = "support"
title = "Support"
title_zh = "增信"
[[scenarios.stress]]
driver = "all-providers"
[[scenarios]]
name = "partly"
title = "Partly"
title_zh = "部分"
with = ["idle", "support"]
[[scenarios]]
name = "crowd"
title = "Crowd"
title_zh = "众多"
[[scenarios.stress]]
driver = "largest-obligors"
count = 900
after = "6M"
[[scenarios]]
name = "beyond"
title = "Beyond"
title_zh = "期外"
[[scenarios.stress]]
driver = "default-rate"
set = 0.5
first_period = 900
"""


def test_moderate_draws_on_the_undertaking_for_what_falls_due_on_a_sunday() -> None:
    """A tenth of the cash of guangzhou-2019 is due on a Sunday, the last day as written of the window."""
    base = prepare("guangzhou-2019")
    found = {one.name: one for one in situations(load_suite(find_suite("supervisory")), base)}
    named = NamedBatch(["moderate"], evaluate(base, [found["moderate"].stresses]))
    assert drawn_from_support(named).tolist() == [67_312_143_53]


def test_no_note_holds_where_everything_comes_ten_years_late() -> None:
    base = prepare("guangzhou-2019")
    window = {"from": base.deal.dates.cut_off + dt.timedelta(1), "to": dt.date(2199, 12, 31), "days": 3650}
    late = LatePaymentStress.model_validate({"driver": "late-payment", **window})
    lines = evaluate(base, [(late,)]).lines
    assert not any(values.any() for line, values in lines.items() if line[0] == "collections")
    assert not any(holds(lines, note).any() for note in base.deal.notes)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("parts")
    file = folder / "parts.toml"
    file.write_text(SUITE)
    return stress("guangzhou-2019", file, searches=False, output=folder / "result")


def scenarios(run: Run) -> dict[str, dict[str, Any]]:
    return {row["scenario"]: row for row in run.arrow("suite_scenarios").to_pylist()}


def test_each_scenario_says_how_much_of_it_acts(result: Run) -> None:
    found = scenarios(result)
    said = {name: (row["applies"], row["effect"], row["same_as"]) for name, row in found.items()}
    assert said == {
        "base": ("whole", None, None),
        "idle": ("not-applicable", None, None),
        "support": ("whole", "changes-no-cash", "base"),
        "partly": ("in-part", "changes-no-cash", "base"),
        "crowd": ("whole", "changes-cash", None),
        "beyond": ("not-applicable", None, None),
    }
    assert found["partly"]["why_not"] == "the pool has no royalty that follows sales"
    assert found["beyond"]["why_not"] == "its first period is 900, the deal has 11"
    obligors = len(prepare("guangzhou-2019").pool.obligors)
    assert found["crowd"]["remarks"] == f"all {obligors}: 900 are asked for"
    applies = {row["scenario"]: row["applies"] for row in result.arrow("stress_results").to_pylist()}
    assert applies == {"base": "whole", "support": "whole", "partly": "in-part", "crowd": "whole"}


def rows_of(text: str, table: str) -> Iterator[list[str]]:
    """Texts of the cells of each row of a table of the page."""
    part = text.split(f"<code>{table}</code></caption>", 1)[1].split("</table>", 1)[0]
    for row in re.findall(r"<tr>(.*?)</tr>", part, re.DOTALL):
        cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        yield [unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in cells]


@pytest.mark.parametrize(
    ("language", "said", "never"),
    [("en", "on time, in part", {"yes", "holds"}), ("zh", "按期兑付（部分适用）", {"是", "足额兑付"})],
)
def test_the_page_never_says_that_a_note_holds_in_part(
    result: Run, language: Language, said: str, never: set[str]
) -> None:
    assert result.stored is not None
    text = page(result.stored, language)
    for table in ("stress_results", "support_worth"):
        rows = [row for row in rows_of(text, table) if row[0] == "partly"]
        assert len(rows) == 2
        assert all(said in row and not never & set(row) for row in rows), rows
    card = text.split('id="answers"', 1)[1].split("</section>", 1)[0]
    assert said in card


@pytest.mark.parametrize(
    ("language", "name", "said", "never", "counted"),
    [
        ("en", "partly", "on time, in part", r"\byes\b|\bholds\b", "1 in part, 2 not at all"),
        ("zh", "部分", "按期兑付（部分适用）", "足额兑付| 是 ", "部分适用1个，不适用2个"),
    ],
)
def test_the_terminal_never_says_that_a_note_holds_in_part(
    result: Run,
    capsys: pytest.CaptureFixture[str],
    language: OneLanguage,
    name: str,
    said: str,
    never: str,
    counted: str,
) -> None:
    use_language(language)
    try:
        print_stress(result)
    finally:
        use_language("en")
    printed = capsys.readouterr().out
    rows = [line for line in printed.splitlines() if line.startswith(name)]
    assert sum(said in line for line in rows) == 2
    assert not any(re.search(never, line) for line in rows)
    assert counted.replace(" ", "") in re.sub(r"\s", "", printed)


def test_the_state_of_a_note_is_joined_with_how_much_of_the_scenario_acts() -> None:
    assert verdict("whole", "late", on_time=False) == "late"
    assert verdict("in-part", "late", on_time=False) == "late, in part"
    assert verdict("in-part", "on time", on_time=True) == "on time, in part"
    assert verdict("not-applicable", "on time", on_time=True) == "not applicable"


def test_two_of_one_obligor_is_that_one_and_whole() -> None:
    found = {
        one.name: one for one in situations(load_suite(find_suite("supervisory")), prepare("biopharma-2000"))
    }
    both = found["guarantor-and-two-out"]
    assert both.applies(subsidised=False) == "whole"
    assert both.composed.remarks == ("all 1: 2 are asked for",)
    assert [stress["driver"] for stress in both.composed.stresses][-1] == "default"
    assert found["moderate"].applies(subsidised=False) == "in-part"
    assert found["moderate"].composed.left_out == ("the deal has no recoveries",)


def test_a_break_even_in_which_nothing_changes_is_not_applicable() -> None:
    """Nothing defaults in the base case of guangzhou-2019, so that no recovery and no support is ever asked for."""
    found = {
        one.driver: (one.status, one.why_not)
        for one in break_evens(
            prepare("guangzhou-2019"),
            drivers=["recovery-rate", "obligors-out", "support"],
            notes=["A"],
            criteria=["loss"],
            supports=["in place"],
        )
    }
    assert found == {
        "recovery-rate": ("not-applicable", "nothing defaults in this deal, wherever the driver stands"),
        "obligors-out": ("not reached", None),
        "support": ("not-applicable", "no cash of this deal changes, wherever the driver stands"),
    }
