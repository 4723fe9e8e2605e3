"""Rules of venues by hand: what is measured, where a breach begins, what a waiver does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from securitize.base.errors import UsageError
from securitize.definitions.loading import load_preset
from securitize.definitions.rules.preset import PresetRule
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.library import find_preset, list_shipped
from securitize.risk.rules import DealFacts, check_rule
from securitize.studies.rules.rule_checks import CheckTerms, check_rules, facts_of

FACTS = DealFacts(
    owed={"a": 50, "b": 30, "c": 20},
    royalties=20,
    bare=0,
    notes={"A": 900, "B": 60, "C": 40},
    lowest=frozenset({"C"}),
    retained={"C": 1.0, "A": 0.02},
    guaranteed=900,
    net_assets=100,
    clean_up=0.1,
    sequential=True,
    kinds=2,
    senior_coverage=1.05,
)


@pytest.mark.parametrize(
    ("test", "actual"),
    [
        ("obligors", 3.0),
        ("largest-obligor", 0.5),
        ("five-largest-obligors", 1.0),
        ("fixed-claims", 0.8),
        ("rights-behind-contracts", 1.0),
        ("lowest-note", 0.04),
        ("retained-of-deal", 0.058),
        ("retained-of-lowest", 1.0),
        ("least-retained-of-a-note", 0.0),
        ("guaranteed-over-net-assets", 9.0),
        ("clean-up-call", 0.1),
        ("sequential-after-trigger", 1.0),
        ("kinds-of-contracts", 2.0),
        ("senior-coverage", 1.05),
    ],
)
def test_measures_by_hand(test: str, actual: float) -> None:
    at = int(actual * 1e8)
    for bound, more in (("at_least", 1), ("at_most", -1)):
        written = {"name": "r", "title": "", "title_zh": "", "test": test, "kind": "assumed", "source": ""}
        rule = PresetRule.model_validate({**written, bound: 1}).model_copy(update={bound: at})
        found = check_rule(rule, FACTS)
        assert found.actual == pytest.approx(actual)
        assert found.status == "passes"
        beyond = rule.model_copy(update={bound: at + more * 1000})
        assert check_rule(beyond, FACTS).status == "breached"
        assert check_rule(beyond, FACTS, "why").status == "breached"
        waivable = beyond.model_copy(update={"waivable": "a ground"})
        assert check_rule(waivable, FACTS, "why").status == "waived"
        assert check_rule(waivable, FACTS).status == "breached"
        assert check_rule(beyond.model_copy(update={"disclosure": True}), FACTS).status == "disclose"


def test_what_is_not_told_is_not_testable() -> None:
    unknown = replace(FACTS, retained={}, net_assets=None, sequential=None, senior_coverage=None)
    for name in ("risk-retention", "guarantee-capacity"):
        for rule in load_preset(find_preset(name)).model.tests:
            if rule.test != "lowest-note":
                assert check_rule(rule, unknown).status == "not testable"


def test_shipped_presets_say_their_source_and_are_put_to_shipped_deals() -> None:
    presets = [load_preset(one.path) for one in list_shipped("preset")]
    assert all(rule.source and rule.title_zh for preset in presets for rule in preset.model.tests)
    royalty = check_rules(calculate(prepare("xoma-vabysmo-2023")), presets, CheckTerms())
    status = {(preset.name, one.rule.name): one.status for preset, one in royalty}
    assert status["exchange", "fixed-claims"] == "breached"
    assert status["exchange", "ten-obligors"] == "breached"
    pledged = check_rules(
        calculate(prepare("nanshan-5-2022")), presets, CheckTerms(waivers={"largest-obligor": "x"})
    )
    status = {(preset.name, one.rule.name): one.status for preset, one in pledged}
    assert status["exchange", "ten-obligors"] == "passes"


def test_horizontal_retention_stands_for_vertical() -> None:
    presets = [load_preset(find_preset("risk-retention"))]
    found = check_rules(calculate(prepare("guangzhou-2019")), presets, CheckTerms(retained={"sub": 1.0}))
    status = {one.rule.name: (one.status, one.waiver) for _, one in found}
    assert status["horizontal"][0] == "passes"
    assert status["vertical"] == ("waived", "horizontal is kept in its place")
    found = check_rules(calculate(prepare("nanshan-5-2022")), presets, CheckTerms(retained={"sub": 1.0}))
    assert {one.rule.name: one.status for _, one in found}["vertical"] == "breached"


def test_what_may_not_be_waived_is_not() -> None:
    presets = [load_preset(find_preset("exchange"))]
    with pytest.raises(UsageError, match="may not be waived"):
        check_rules(calculate(prepare("nanshan-5-2022")), presets, CheckTerms(waivers={"fixed-claims": "x"}))


def test_notes_of_the_lowest_rank_count_together() -> None:
    beside = replace(FACTS, lowest=frozenset({"B", "C"}))
    for name, actual in (("lowest-note", 0.1), ("retained-of-lowest", 0.4)):
        written = {
            "name": "r",
            "title": "",
            "title_zh": "",
            "test": name,
            "kind": "assumed",
            "source": "",
            "at_least": 1,
        }
        assert check_rule(PresetRule.model_validate(written), beside).actual == pytest.approx(actual)


def test_a_waiver_of_an_unknown_rule_is_refused() -> None:
    presets = [load_preset(find_preset("exchange"))]
    with pytest.raises(UsageError, match="no rule is named"):
        check_rules(calculate(prepare("nanshan-5-2022")), presets, CheckTerms(waivers={"unheard-of": "x"}))


def test_facts_of_a_deal() -> None:
    facts = facts_of(calculate(prepare("guangzhou-2019")), CheckTerms())
    assert len(facts.owed) == 11
    assert facts.royalties == 0
    assert facts.sequential is True
    assert facts.notes == {"A": 28_580_000_000, "sub": 1_520_000_000}
    with pytest.raises(UsageError, match="no note is named"):
        facts_of(calculate(prepare("guangzhou-2019")), CheckTerms(retained={"Z": 1.0}))
