"""Placement against the slow reading of docs/reference/chains.md, and against what must hold of any placement."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from securitize.definitions.loading import load_chain
from securitize.pooling.chains.classify import classify
from securitize.pooling.chains.placement import AMBIGUOUS, BY_TITLE_ONLY, COARSE, CONFIRMED, Placement
from securitize.pooling.chains.rules import ReadyChain, warnings_of_patterns
from tests.pooling.chains.chain_files import FOLDER, IPC, NAMES, ready, shipped, written
from tests.pooling.chains.chains_reference import Page
from tests.pooling.chains.drawn_patents import drawn

ALL = {AMBIGUOUS, CONFIRMED, BY_TITLE_ONLY, COARSE}
SEEN = {"electric-vehicle": ALL, "lithium-battery": ALL, "photovoltaic": ALL}
EXAMPLE = (["H01M4/13", "H01M50/409"], "一种硅碳负极材料")


def same(
    placement: Placement, page: Page, patents: list[tuple[list[str] | None, str | None, str | None]]
) -> None:
    owners = placement.owners
    for k, (symbols, title, abstract) in enumerate(patents):
        told = page.place(symbols, title, abstract)
        found = placement.of(k)
        assert found.keys() == told.weights.keys(), patents[k]
        assert all(abs(found[node] - float(weight)) < 1e-12 for node, weight in told.weights.items()), (
            patents[k]
        )
        entries = np.flatnonzero(owners == k)
        confirmed = {placement.codes[placement.nodes[e]] for e in entries if placement.confirmed[e]}
        assert confirmed == told.confirmed, patents[k]
        flags = told.ambiguous * AMBIGUOUS + bool(told.confirmed) * CONFIRMED
        flags += told.by_title_only * BY_TITLE_ONLY + told.coarse * COARSE
        assert placement.flags[k] == flags, patents[k]


@pytest.mark.parametrize("name", NAMES)
def test_weights_and_flags_are_those_of_the_page(name: str) -> None:
    page = Page(FOLDER / f"{name}.toml", IPC)
    patents = list(drawn(page, 1500, seed=20240611))
    ipc, titles, abstracts = zip(*patents, strict=True)
    placement = classify(ready(name), ipc, titles, abstracts)
    same(placement, page, patents)
    assert 0.4 < placement.placed.mean() < 1
    seen = {flag for flag in (AMBIGUOUS, CONFIRMED, BY_TITLE_ONLY, COARSE) if (placement.flags & flag).any()}
    assert seen >= SEEN.get(name, {CONFIRMED}), name


def test_the_example_of_the_page() -> None:
    placement = classify(ready("lithium-battery"), [EXAMPLE[0]], [EXAMPLE[1]])
    assert placement.of(0) == {"2.2.3": 0.5, "2.4.1": 0.25, "2.4.2": 0.25}
    assert placement.flags[0] == AMBIGUOUS + CONFIRMED


def test_a_chain_of_ones_own_against_the_page(tmp_path: Path) -> None:
    """Groups without a known hierarchy, a rule on a node with others below it, one node that shares all its words."""
    path = written(
        tmp_path,
        """name = "own"
scope_keywords = ["pump"]
[nodes.a]
title = "A"
[nodes."a.1"]
stage = "upstream"
parent = "a"
[nodes."a.2"]
stage = "midstream"
parent = "a"
[nodes."a.3"]
stage = "midstream"
parent = "a"
[[rules]]
node = "a"
patterns = ["F04C*", "H01M10/48"]
keywords = ["pump", "泵"]
[[rules]]
node = "a.1"
patterns = ["F04C2/08*", "F04C2/00"]
exclusions = ["F04C2/088*"]
keywords_en = ["gear pump", "gear"]
excluded_keywords = ["toy"]
[[rules]]
node = "a.2"
patterns = ["F04C2/08*", "F04C2/02*", "F04D1*"]
keywords = ["gear", "vane pump"]
ipc_only = false
[[rules]]
node = "a.3"
patterns = ["H01M10/48", "H01M10/42*", "H01M10*"]
keywords = ["charger", "vane pump"]
""",
    )
    loaded = load_chain(path)
    told = [(problem.code, problem.path) for problem in warnings_of_patterns(loaded)]
    paths = ("rules[1].patterns[0]", "rules[1].exclusions[0]", "rules[2].patterns[0]", "rules[2].patterns[1]")
    assert told == [("SEC332", path) for path in paths]
    page = Page(path, IPC)
    patents = list(drawn(page, 1500, seed=7))
    ipc, titles, abstracts = zip(*patents, strict=True)
    same(classify(ReadyChain(loaded.model), ipc, titles, abstracts), page, patents)


def test_blocks_arrow_and_order_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(FOLDER / "photovoltaic.toml", IPC)
    ipc, titles, abstracts = zip(*drawn(page, 3000, seed=11), strict=True)
    whole = classify(ready("photovoltaic"), ipc, titles, abstracts)
    monkeypatch.setattr("securitize.pooling.chains.classify._CELLS", 1)
    arrow = classify(
        ready("photovoltaic"),
        pa.chunked_array(
            [pa.array(ipc[:999], pa.list_(pa.string())), pa.array(ipc[999:], pa.list_(pa.string()))]
        ),
        pa.array(titles),
        pa.array(abstracts).slice(0),
    )
    for field in ("offsets", "nodes", "weights", "confirmed", "flags"):
        np.testing.assert_array_equal(getattr(whole, field), getattr(arrow, field))
    turned = classify(
        ready("photovoltaic"), [s and s[::-1] for s in ipc[::-1]], titles[::-1], abstracts[::-1]
    )
    assert [turned.of(2999 - k) for k in range(3000)] == [whole.of(k) for k in range(3000)]


@pytest.mark.parametrize("name", NAMES)
def test_weights_sum_to_one(name: str) -> None:
    ipc, titles, _ = zip(*drawn(Page(FOLDER / f"{name}.toml", IPC), 2000, seed=3), strict=True)
    placement = classify(ready(name), ipc, titles)
    sums = np.bincount(placement.owners, placement.weights, minlength=placement.patents)
    assert np.abs(sums[placement.placed] - 1).max() < 1e-12
    assert not sums[~placement.placed].any()
    assert (placement.weights > 0).all()
    best = placement.largest()
    for k in range(0, 2000, 37):
        of = placement.of(k)
        largest = placement.codes[best[k]] if best[k] >= 0 else None
        assert largest == max(
            of, key=lambda node: (round(of[node], 12), -placement.codes.index(node)), default=None
        )


def test_nothing_gives_nothing() -> None:
    chain = ready("lithium-battery")
    assert classify(chain, [], []).patents == 0
    empty = classify(chain, [None, [], [""], ["A01B1/00"]], ["", None, "x", None])
    assert not empty.placed.any()
    assert not empty.flags.any()
    with pytest.raises(ValueError, match="length"):
        classify(chain, [["H01M4/13"]], [])


@pytest.mark.parametrize(
    ("symbol", "old"),
    [
        ("H10F10/166", "H01L31/0747"),
        ("H10F19/80", "H01L31/048"),
        ("H10F10/14", "H01L31/068"),
        ("H10F77/70", "H01L31/0236"),
    ],
)
def test_a_new_symbol_is_placed_as_the_old_one(symbol: str, old: str) -> None:
    for title in ("", "异质结电池", "叠片光伏组件", "PERC solar cell"):
        new, before = (classify(ready("photovoltaic"), [[each]], [title]).of(0) for each in (symbol, old))
        assert new == before != {}


def test_a_symbol_of_a_main_group_is_not_one_of_another() -> None:
    placed = classify(
        ready("lithium-battery"), [["H01M40/00"], ["H01M4/00"], ["H01M10/44"], ["H01M10/421"]], [""] * 4
    )
    assert [len(placed.of(k)) for k in range(4)] == [0, 3, 1, 0]


def test_rules_of_every_chain_are_met_by_their_own_symbols() -> None:
    """A rule whose symbols all go to other rules would be dead; each is met for one of its symbols at least."""
    for name in NAMES:
        page, chain = Page(FOLDER / f"{name}.toml", IPC), ready(name)
        met: set[int] = set()
        for rule in page.rules:
            for pattern in rule["patterns"]:
                stem = pattern.rstrip("*")
                tries = [stem if "/" in stem else f"{stem}/00" if len(stem) > 4 else f"{stem}9999/00"]
                tries += (
                    [f"{stem}/{part}" for part in ("99", "9999")] if "/" not in stem and len(stem) > 4 else []
                )
                for symbol in tries:
                    claim = chain.claim(symbol)
                    met |= set(claim.rules) if claim else set()
        assert met == set(range(len(page.rules))), (name, set(range(len(page.rules))) - met)


def test_codes_of_nodes_and_leaves_are_the_files() -> None:
    for name in NAMES:
        text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
        assert list(shipped(name).model.nodes) == re.findall(r'^\[nodes\."(.+)"\]$', text, re.M)


def test_weights_that_differ_by_rounding_are_equal() -> None:
    weights = np.array([0.5 - 2**-54, 0.5, 1 / 3, 1 / 3 + 2**-54, 1 / 3])
    nodes, offsets = np.array([1, 2, 0, 1, 2], dtype=np.int32), np.array([0, 2, 5])
    none = np.zeros(5, dtype=np.bool_)
    placement = Placement(("a", "b", "c"), offsets, nodes, weights, none, np.zeros(2, dtype=np.uint8))
    assert placement.largest().tolist() == [1, 0]
