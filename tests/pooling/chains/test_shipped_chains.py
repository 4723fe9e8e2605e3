"""The shipped chains against the classifications they restate, and the IPC tables against the scheme."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest

from securitize.definitions.chains.chain import Rule
from securitize.definitions.chains.checks import check_chain, warnings_of_chain
from securitize.definitions.chains.supplies import order_of_supplies
from securitize.pooling.chains.ipc import ipc_tables, needs_hierarchy
from securitize.pooling.chains.rules import warnings_of_patterns
from tests.pooling.chains import ipc_scheme
from tests.pooling.chains.chain_files import IPC, NAMES, shipped
from tests.pooling.chains.chains_reference import read
from tests.pooling.shared_data import shared_data

Row = dict[str, str]
XINSANYANG = {
    "electric_vehicle": "electric-vehicle",
    "lithium_battery": "lithium-battery",
    "photovoltaic": "photovoltaic",
}
OTHERS = {"SEI2021": "emerging-industries-2021", "GREEN2023": "green-technology", "KDT2023-chip": "chips"}
STAGES = {"up": "upstream", "mid": "midstream", "down": "downstream"}


def rows(name: str) -> list[Row]:
    with shared_data(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def patterns() -> Iterator[str]:
    for name in NAMES:
        for rule in shipped(name).model.rules:
            yield from (*rule.patterns, *rule.exclusions)


#: The catalogue writes Chinese with half-width marks; its titles stand here as the market prints them.
FULL_WIDTH = str.maketrans({"(": "（", ")": "）", "/": "、"})


def test_the_three_chains_are_the_source_to_the_letter() -> None:
    source = rows("cnipa_xinsanyang_2024_chain_ipc.csv")
    leaves = seen = 0
    for chain, name in XINSANYANG.items():
        model = shipped(name).model
        own = [row for row in source if row["chain"] == chain]
        leaves += len({row["branch_no"] for row in own})
        assert {row["branch_no"] for row in own} == set(model.leaves())
        for row, rule in zip(own, model.rules, strict=True):
            node = model.nodes[row["branch_no"]]
            assert (node.title_zh, node.official, node.stage) == (
                row["branch_name_zh"],
                True,
                STAGES[row["tier_ours"]],
            )
            assert node.stage_kind == "assumed"
            assert rule.node == row["branch_no"]
            assert rule.patterns == several(row["ipc_patterns"])
            assert rule.exclusions == several(row["ipc_exclusions"])
            assert rule.keywords == several(row["keywords_zh"])
            assert rule.excluded_keywords == several(row["keyword_exclusions_zh"])
            assert rule.ipc_only == (row["ipc_only"] == "1")
            seen += 1
        labels = {
            row["branch_no"][:3]: row["level2_label_zh_ours"]
            for row in own
            if row["branch_no"].count(".") > 1
        }
        assert {code: model.nodes[code].title_zh for code in labels} == labels
    assert (leaves, seen) == (49, 78)


def test_the_three_chains_hold_202_patterns() -> None:
    rules = [rule for name in XINSANYANG.values() for rule in shipped(name).model.rules]
    assert len({pattern for rule in rules for pattern in (*rule.patterns, *rule.exclusions)}) == 202


def test_the_other_catalogues_are_the_source() -> None:
    source = rows("cnipa_other_catalogues_subset_ipc.csv")
    assert len(source) == 44
    for catalogue, name in OTHERS.items():
        model = shipped(name).model
        own = [row for row in source if row["catalogue"] == catalogue]
        assert {row["branch_no"] for row in own} == set(model.leaves())
        for row, rule in zip(own, model.rules, strict=True):
            assert model.nodes[rule.node].title_zh == row["branch_name_zh"].translate(FULL_WIDTH)
            assert (rule.node, rule.patterns) == (row["branch_no"], several(row["ipc_patterns"]))
            assert rule.exclusions == several(row["ipc_exclusions"])
            assert rule.ipc_only == (row["coverage"] == "全部涉及")
            remark = (
                row["keywords_or_scope_zh"].removeprefix("(see source: ").removesuffix(")") or row["coverage"]
            )
            assert remark in ("|".join(rule.keywords), rule.scope)


def test_every_pattern_is_in_the_scheme_as_written_or_by_alias() -> None:
    aliases = ipc_tables().aliases
    gone = {pattern for pattern in patterns() if not ipc_scheme.exists(pattern)}
    olds = {alias.old.rstrip("*") for alias in aliases}
    assert {p for p in gone if p.rstrip("*").removesuffix("/00") not in olds | {"H01L51"}} <= {
        "H01L51/46",
        "H01L51/48",
    }, "these two are below H01L51/42, which is an alias"
    assert {p for p in gone if p.startswith(("H01M2", "B60L11", "H01L27/115", "H01L41", "H01L51"))} == gone
    assert len(gone) == 13


def test_every_new_symbol_of_an_alias_is_in_the_scheme_where_the_scheme_knows_the_subclass() -> None:
    known = {group[:4] for group in ipc_scheme.by_group()}
    for alias in ipc_tables().aliases:
        for pattern in alias.new:
            assert ipc_scheme.exists(pattern) or pattern[:4] not in known, pattern
    assert {alias.old for alias in ipc_tables().aliases if "H10F*" in alias.new} == {"H01L31*", "H01L25*"}


def test_old_main_groups_become_what_the_concordance_says() -> None:
    coarse = {alias.old: alias.new for alias in ipc_tables().aliases if alias.coarse}
    for row in rows("ipc_h01l_to_h10_2026.csv"):
        if row["old_symbol_prefix"] != "H01L":
            expected = tuple(f"{new}*" for new in several(row["new_subclasses"]))
            assert coarse[f"{row['old_symbol_prefix']}*"] == expected
    for alias in ipc_tables().aliases:
        for row in rows("ipc_h01l_to_h10_2026.csv"):
            if alias.old.startswith(row["old_symbol_prefix"] + "/"):
                allowed = several(row["new_subclasses"])
                assert {new[:4] for new in alias.new} <= {*allowed}, alias


def test_what_lies_below_is_what_the_scheme_says() -> None:
    tables = ipc_tables()
    checked = 0
    for symbol, found in tables.below.items():
        if symbol in ipc_scheme.titles():
            assert list(found) == ipc_scheme.below(symbol), symbol
            assert tables.dots[symbol] == ipc_scheme.dots(symbol), symbol
            order = ipc_scheme.by_group()[symbol.partition("/")[0]]
            place = order.index(symbol)
            # Another reading of the same hierarchy: what lies below follows at once.
            assert order[place + 1 : place + 1 + len(found)] == list(found), symbol
            checked += 1
    assert checked == len(read(IPC / "subgroups.toml")["below"]) > 45


def test_every_group_of_the_shipped_chains_has_its_hierarchy_and_no_other_is_told() -> None:
    asked = {p.rstrip("*") for p in patterns() if needs_hierarchy(p)}
    for alias in ipc_tables().aliases:
        asked |= {p.rstrip("*") for p in (alias.old, *alias.new) if needs_hierarchy(p)}
    assert asked == set(ipc_tables().below)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_chain_has_neither_problem_nor_warning(name: str) -> None:
    chain = shipped(name)
    assert [*check_chain(chain), *warnings_of_chain(chain), *warnings_of_patterns(chain)] == []
    assert chain.model.name == name
    assert chain.model.sources
    assert all(edge.kind == "assumed" for edge in chain.model.edges)
    assert set(order_of_supplies(chain.model)) == set(chain.model.nodes)
    assert not any(
        node.official for code, node in chain.model.nodes.items() if code not in chain.model.leaves()
    )
    assert all(node.title and node.title_zh for node in chain.model.nodes.values())


@pytest.mark.parametrize("name", NAMES)
def test_english_keywords_are_english_and_measured_once(name: str) -> None:
    def odd(rule: Rule) -> list[str]:
        words = [word.casefold() for word in rule.keywords_en]
        return [
            word for word in words if not word.isascii() or words.count(word) > 1 or re.search(r"\s\s", word)
        ]

    assert [odd(rule) for rule in shipped(name).model.rules if odd(rule)] == []
