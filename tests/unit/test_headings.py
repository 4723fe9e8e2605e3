"""Headings: one a name and language, distinct within a table, in the words of the market; values in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from securitize import tables
from securitize.pooling.candidates.columns import tables as candidate_tables
from securitize.tables.dictionary import Column, ColumnType, Table, all_names, load, parse
from securitize.tables.naming import Form, namings
from tests.unit.test_tables_dictionary import column, entry

#: The forms that fit a type.
FITTING: Mapping[ColumnType, tuple[Form, ...]] = {
    "date": ("date",),
    "integer": ("whole",),
    "text": ("text",),
    "boolean": ("yes",),
    "money": ("money",),
    "rate": ("rate", "percent"),
    "minor": ("money",),
    "scaled": ("percent",),
    "texts": ("text",),
    "ratio": ("percent", "rate", "ratio", "number", "years", "basis points", "money"),
}
#: table.column that has a heading of its own -> why the heading of its name would be wrong there.
OWN_HEADINGS: Mapping[str, str] = {
    "assets.balance": "of a contract; elsewhere of a note",
    "assets.kind": "a kind of contract; elsewhere where a number comes from",
    "assets.opening_balance": "of a contract; elsewhere of a note before a payment",
    "assets.original_balance": "at the cut-off date; elsewhere the face of a note",
    "assets.outstanding": "of a contract; elsewhere drawings on support",
    "assumptions.path": "a place in a file; elsewhere the number of a random path",
    "assumptions.value": "as it is written in the file; elsewhere what a driver stands at",
    "candidate_companies.group": "affiliates; elsewhere a kind of cash",
    "candidate_companies.name": "the registered name; elsewhere a key",
    "candidate_contracts.kind": "a kind of contract; elsewhere where a number comes from",
    "candidates.title": "of a patent",
    "candidates.unit": "what is taken all or none; elsewhere a unit of measurement",
    "chain_map.candidates": "a weight; elsewhere a count",
    "chain_map.value": "appraised; elsewhere what a driver stands at",
    "closing.party": "what an amount at closing concerns; elsewhere a party to the deal",
    "closing.side": "source or use; elsewhere a way of financing",
    "collections_after_last.kind": "before or after the last payment date; elsewhere where a number comes from",
    "decrements.left": "a share of the balance; elsewhere room under a limit",
    "decrements.present_value": "of one payment, per 100; elsewhere a share of par",
    "financing_cost.policy": "without or with; elsewhere the name of a policy",
    "indicators.contribution": "to a score; elsewhere to an expected loss",
    "loss_tails.level": "a confidence level; elsewhere a level of aggregation",
    "pool_loss_levels.level": "a confidence level; elsewhere a level of aggregation",
    "note_capital.as_of": "the day for which rules are asked; elsewhere of data",
    "offers.available": "whether a company can have it; elsewhere money",
    "offers.reason": "a class of refusals; elsewhere a code of a screen",
    "parties.party": "a party to the deal; elsewhere whoever is paid",
    "path_quantiles.high": "a confidence bound; elsewhere the end of a band",
    "path_quantiles.level": "of a quantile; elsewhere a level of aggregation",
    "path_quantiles.low": "a confidence bound; elsewhere the end of a band",
    "pool.title": "of a patent",
    "pool_balances.factor": "of the pool; elsewhere of a note",
    "pool_limits.kind": "a kind of limit; elsewhere where a number comes from",
    "pool_limits.limit": "a rule of the pool; elsewhere a limit that steps share",
    "pool_limits.step": "by how much a limit is relaxed; elsewhere a place in an order",
    "pool_limits.value": "of the pool; elsewhere what a driver stands at",
    "price_yield.step": "of the table of prices; elsewhere of a priority of payments",
    "prices.accrued": "accrued interest; elsewhere an accrued fee",
    "prices.balance": "at settlement; elsewhere the face of a note",
    "prices.value": "of a note, in money; elsewhere what a driver stands at",
    "programme.holds": "a rule of the notice; elsewhere a note",
    "public_cost.paid": "by the public; elsewhere to a payee",
    "rule_checks.bound": "which side; elsewhere a number",
    "rule_checks.reason": "a finding in words; elsewhere a code",
    "rule_checks.threshold": "of a rule; elsewhere of a trigger",
    "saving_paths.policy": "without or with; elsewhere the name of a policy",
    "savings.policy": "without or with; elsewhere the name of a policy",
    "selection.bound": "of the objective; elsewhere of a limit",
    "selection.value": "of the objective; elsewhere what a driver stands at",
    "sensitivities.driver": "a number of a file; elsewhere a driver of stress",
    "sensitivities.high": "a driver moved; elsewhere the end of a band",
    "sensitivities.low": "a driver moved; elsewhere the end of a band",
    "stratifications.value": "appraised; elsewhere what a driver stands at",
    "stress_factors.target": "what a stress acts on; elsewhere the target of a reserve",
    "support.available": "under a limit; elsewhere cash in accounts",
    "support.interest_paid": "on drawings; elsewhere of notes",
    "trigger_ledger.actual": "as the terms say; elsewhere as a rule measures",
    "trigger_ledger.title": "what a trigger watches",
    "triggers.cure": "how many tests; elsewhere in words",
    "triggers.kind": "a kind of trigger; elsewhere where a number comes from",
    "triggers.measure": "the figure; elsewhere its name",
    "valuations.contribution": "a share of revenue; elsewhere to an expected loss",
    "valuations.date": "of an appraisal; elsewhere of a payment",
}
CHINESE = re.compile("[\u4e00-\u9fff]")
LATIN_WORD = re.compile("[A-Za-z]{2,}")
SPACED = re.compile("[\u4e00-\u9fff）] +[0-9A-Za-z（]|[0-9A-Za-z] +[\u4e00-\u9fff]")


def every_column() -> Iterator[tuple[Table, Column]]:
    for name in all_names():
        table = load(name)
        for each in table.columns:
            yield table, each


def printed_chinese() -> Iterator[tuple[str, str]]:
    for name in all_names():
        table = load(name)
        yield name, table.title_zh
        for each in table.columns:
            yield f"{name}.{each.name}", each.label_zh
            for value, chinese in each.values_zh.items():
                yield f"{name}.{each.name}={value}", chinese


def test_a_name_has_one_heading_but_where_it_means_another_thing() -> None:
    own = {
        f"{table.name}.{each.name}"
        for table, each in every_column()
        if (each.label, each.label_zh) != (namings()[each.name].label, namings()[each.name].label_zh)
    }
    assert own == set(OWN_HEADINGS)


def test_every_heading_of_the_file_is_of_a_column() -> None:
    assert {each.name for _, each in every_column()} == set(namings())


@pytest.mark.parametrize("name", all_names())
def test_headings_of_a_table_are_distinct(name: str) -> None:
    for labels in ([c.label for c in load(name).columns], [c.label_zh for c in load(name).columns]):
        assert len(labels) == len(set(labels)), [label for label in labels if labels.count(label) > 1]


def test_a_heading_is_short_and_of_one_language() -> None:
    for table, each in every_column():
        where = f"{table.name}.{each.name}"
        assert each.label[0].isupper(), where
        assert len(each.label) <= 38, where
        assert not CHINESE.search(each.label), where
        plain = re.sub("（[^）]*）", "", each.label_zh)
        assert 2 <= len(plain) <= 12, where
        assert not LATIN_WORD.search(each.label_zh), where


def test_the_form_fits_the_type() -> None:
    for table, each in every_column():
        assert each.form in FITTING[each.type], f"{table.name}.{each.name}"


def test_every_value_has_chinese() -> None:
    for table, each in every_column():
        for value in filter(None, each.values):
            assert CHINESE.search(each.values_zh[value]), f"{table.name}.{each.name}: {value}"


def test_chinese_and_figures_stand_without_a_space() -> None:
    assert not [(where, text) for where, text in printed_chinese() if SPACED.search(text)]


def test_headings_and_values_by_language() -> None:
    assert tables.label("prices", "accrued", "en") == "Accrued interest"
    assert tables.label("fees", "accrued", "zh") == "计提金额"
    assert tables.value_label("trigger_ledger", "status", "breached", "zh") == "已触发"
    assert tables.value_label("rule_checks", "status", "breached", "zh") == "不符合"
    assert tables.value_label("rule_checks", "status", "breached", "en") == "breached"
    assert tables.value_label("savings", "company", "some company", "zh") == "some company"


def test_a_column_without_a_heading_is_refused() -> None:
    with pytest.raises(ValueError, match="colour has no heading"):
        parse(entry(columns=[column("note", "text"), column("colour", "text")]))


def test_a_value_without_chinese_is_refused() -> None:
    with pytest.raises(ValueError, match="no Chinese for red"):
        parse(entry(columns=[column("note", "text", values=["red"])]))


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown form bold"):
        parse(entry(columns=[column("note", "text", form="bold")]))


def test_candidate_tables_are_described_alike() -> None:
    for table in candidate_tables().values():
        labels, labels_zh = [c.label for c in table.columns], [c.label_zh for c in table.columns]
        assert len(set(labels)) == len(labels), table.name
        assert len(set(labels_zh)) == len(labels_zh), table.name
        for each in table.columns:
            where = f"{table.name}.{each.name}"
            assert isinstance(each, Column)
            assert not CHINESE.search(each.label), where
            assert each.form in FITTING[each.type], where
            assert all(CHINESE.search(each.values_zh[value]) for value in each.values), where
