"""Sentences of stored tables, which are English there, have Chinese where they are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from securitize import stress
from securitize.base.messages import in_language
from securitize.engine.prepare.prepare import prepare
from securitize.engine.targets import target_of
from securitize.library import list_deals
from securitize.performance.drivers import driver, driver_names
from securitize.performance.suites.target import DoesNotApply
from securitize.store.run import Run
from securitize.studies.savings.savings import Savings, savings
from securitize.studies.solvers.break_even import Status
from securitize.studies.solvers.sensitivities import MEASURES
from securitize.tables.dictionary import value_label
from tests.pooling.build.lithium import built

HAN = re.compile("[\u4e00-\u9fff]")
#: A change as a file of definitions writes it.
WRITTEN = re.compile(r"\w+ = .*")


def _without_chinese(kept: Run | Savings, columns: Mapping[str, tuple[str, ...]]) -> set[str]:
    texts = {
        text
        for table, names in columns.items()
        for name in names
        for text in kept.arrow(table)[name].to_pylist()
        if text and not WRITTEN.fullmatch(text)
    }
    assert texts
    return {text for text in texts if not HAN.search(in_language(text, "zh"))}


def test_sentences_of_a_stress_result(tmp_path: Path) -> None:
    columns = {
        "suite_scenarios": ("why_not",),
        "stress_factors": ("change",),
        "trigger_ledger": ("cure", "consequence"),
        "validations": ("check", "against", "unit"),
    }
    kept = stress("guangzhou-2019", "supervisory", searches=False, output=tmp_path / "stress")
    assert _without_chinese(kept, columns) == set()


def test_sentences_of_a_build() -> None:
    assert _without_chinese(built(), {"repairs": ("why",)}) == set()


def test_reasons_of_screens_hold_no_english_word() -> None:
    texts = built().arrow("screens")["text_zh"].to_pylist()
    assert texts
    assert [text for text in texts if re.search("[a-z]{3}", text)] == []


def test_sentences_of_savings() -> None:
    kept = savings(
        "guangzhou-2019", against=["corporate-bond", "pooled-credit"], policies=["guangzhou-huangpu"]
    )
    assert _without_chinese(kept, {"offers": ("reason", "why")}) == set()


@pytest.mark.parametrize("deal", [one.path for one in list_deals()], ids=lambda path: path.stem)
def test_units_of_drivers_and_why_they_do_not_apply(deal: Path) -> None:
    target = target_of(prepare(deal))
    for name in driver_names():
        try:
            said = driver(name, target).unit
        except DoesNotApply as reason:
            said = reason.args[0]
        assert HAN.search(in_language(str(said), "zh")), said


@pytest.mark.parametrize("word", [*get_args(Status), *MEASURES])
def test_words_of_searches(word: str) -> None:
    assert HAN.search(in_language(word, "zh")) or HAN.search(value_label("break_evens", "status", word, "zh"))
