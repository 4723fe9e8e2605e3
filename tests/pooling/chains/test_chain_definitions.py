"""What is wrong with a chain file is told at once, each with its line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError
from securitize.definitions.chains.chain import Chain
from securitize.definitions.chains.checks import warnings_of_chain
from securitize.definitions.chains.supplies import cycle_of_supplies, order_of_supplies
from securitize.definitions.loading import load_chain
from tests.pooling.chains.chain_files import written

GOOD = """name = "small"
edges = [
  { from = "1", to = "2.1" },
  { from = "2.1", to = "2.2", kind = "assumed" },
]
[nodes."1"]
stage = "upstream"
[nodes."2"]
title = "Two"
[nodes."2.1"]
parent = "2"
stage = "midstream"
[nodes."2.2"]
parent = "2"
stage = "downstream"
[[rules]]
node = "2.1"
patterns = ["H01M10/42*", "H01M4*", "B60L*", "C01B33/02"]
keywords = ["锂"]
"""
UP = 'stage = "upstream"'
CASES = [
    ("SEC463", 'nodes."2.1".parent', ('parent = "2"\nstage = "mid', 'parent = "3"\nstage = "mid'), 11),
    ("SEC463", "edges[0].from", ('from = "1"', 'from = "1.1"'), 3),
    ("SEC463", "edges[1].to", ('to = "2.2", kind', 'to = "2.3", kind'), 4),
    ("SEC463", "rules[0].node", ('node = "2.1"', 'node = "2.4"'), 17),
    ("SEC460", 'nodes."2.1".parent', ('parent = "2"\nstage = "mid', 'parent = "二"\nstage = "mid'), 11),
    ("SEC461", "rules[0].patterns[1]", ('"H01M4*"', '"H01M4"'), 18),
    ("SEC461", "rules[0].patterns[2]", ('"B60L*"', '"B60L"'), 18),
    ("SEC461", "rules[0].patterns[3]", ('"C01B33/02"', '"C01B 33/02"'), 18),
    ("SEC461", "rules[0].patterns[3]", ('"C01B33/02"', '"c01b33/02"'), 18),
    ("SEC461", "rules[0].patterns[3]", ('"C01B33/02"', '"C01B033/02"'), 18),
    ("SEC461", "rules[0].patterns[3]", ('"C01B33/02"', '"Y02E10/50"'), 18),
    ("SEC461", "rules[0].patterns[3]", ('"C01B33/02"', '"C01B33/2"'), 18),
    ("SEC462", "rules[0].keywords[0]", ('"锂"', '" 锂"'), 19),
    ("SEC462", "rules[0].keywords[0]", ('"锂"', '"-"'), 19),
    ("SEC466", "edges[1]", ('{ from = "2.1", to = "2.2"', '{ from = "1", to = "2.1"'), 4),
    ("SEC467", 'nodes."2.2"', ('parent = "2"\nstage = "downstream"', 'parent = "2"'), 13),
    ("SEC468", "rules[0].keywords", ('keywords = ["锂"]', 'keywords = ["锂"]\nipc_only = true'), 19),
    ("SEC108", 'nodes."2.1"', ('[nodes."2.2"]', '[nodes."2.1"]'), 13),
    (
        "SEC108",
        "nodes.b",
        ('[nodes."2"]', '[nodes.B]\nstage = "upstream"\n[nodes.b]\nstage = "upstream"\n[nodes."2"]'),
        10,
    ),
    ("SEC122", "rules[0].pattern", ("patterns = [", "pattern = ["), 18),
    ("SEC132", "rules[0].patterns", ('["H01M10/42*", "H01M4*", "B60L*", "C01B33/02"]', "[]"), 18),
    ("SEC124", "nodes.1.stage", ('"upstream"', '"up"'), 7),
]


@pytest.mark.parametrize(("code", "path", "change", "line"), CASES)
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, code: str, path: str, change: tuple[str, str], line: int
) -> None:
    assert change[0] in GOOD
    with pytest.raises(DefinitionError) as caught:
        load_chain(written(tmp_path, GOOD.replace(*change, 1)))
    told = [(problem.code, problem.path, problem.line) for problem in caught.value.problems]
    assert (code, path, line) in told, told
    assert len(told) == 1 or code in ("SEC108", "SEC122")


def test_the_good_file_has_only_a_warning(tmp_path: Path) -> None:
    chain = load_chain(written(tmp_path, GOOD))
    assert [(p.code, p.path) for p in warnings_of_chain(chain)] == [
        ("SEC331", "nodes.1"),
        ("SEC331", 'nodes."2.2"'),
    ]
    assert chain.model.leaves() == ["1", "2.1", "2.2"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('{ from = "1", to', '{ from = "2.2", to'), "2.1 -> 2.2 -> 2.1"),
        (('{ from = "1", to', '{ from = "2.1", to'), "2.1 -> 2.1"),
        (('to = "2.2", kind', 'to = "2", kind'), "2 -> 2.1 -> 2"),
        (('from = "2.1", to = "2.2"', 'from = "2", to = "1"'), "1 -> 2.1 -> 2 -> 1"),
    ],
)
def test_a_cycle_of_supplies_is_refused_and_shown(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_chain(written(tmp_path, GOOD.replace(*change, 1)))
    (problem,) = caught.value.problems
    assert problem.code == "SEC465"
    steps = problem.what.removeprefix("a node supplies itself: ").split(" -> ")
    assert steps[0] == steps[-1]
    turned = [[*steps[k:-1], *steps[:k], steps[k]] for k in range(len(steps) - 1)]
    assert said.split(" -> ") in turned
    assert problem.line in (3, 4)


def test_a_cycle_of_parents_is_refused_and_shown(tmp_path: Path) -> None:
    text = GOOD.replace('[nodes."2"]\n', '[nodes."2"]\nparent = "2.1"\n')
    with pytest.raises(DefinitionError) as caught:
        load_chain(written(tmp_path, text))
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) in (("SEC464", 9), ("SEC464", 12))
    assert problem.what in (
        "a node is below itself: 2 -> 2.1 -> 2",
        "a node is below itself: 2.1 -> 2 -> 2.1",
    )


def test_every_problem_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('from = "1"', 'from = "9"').replace('"B60L*"', '"B60"').replace('"upstream"', '"up"')
    with pytest.raises(DefinitionError) as caught:
        load_chain(written(tmp_path, text))
    assert [p.code for p in caught.value.problems] == ["SEC463", "SEC124", "SEC461"]


def test_the_order_of_supplies_against_every_pair_of_leaves() -> None:
    """Random trees with random edges: a cycle is found where one is, by walking every pair of leaves."""
    chance = random.Random(5)
    cyclic = 0
    for _ in range(400):
        count = chance.randrange(2, 9)
        parents = {k: chance.choice([None, *range(k)]) for k in range(count)}
        edges = {(chance.randrange(count), chance.randrange(count)) for _ in range(chance.randrange(5))}
        chain = Chain.model_validate(
            {
                "name": "x",
                "nodes": {f"n{k}": {"parent": None if p is None else f"n{p}"} for k, p in parents.items()},
                "edges": tuple({"from": f"n{a}", "to": f"n{b}"} for a, b in sorted(edges)),
            }
        )
        inside = {k: {j for j in range(count) if _above(parents, j, k)} for k in range(count)}
        leaves = [k for k in range(count) if inside[k] == {k}]
        pairs = {(x, y) for a, b in edges for x in inside[a] & set(leaves) for y in inside[b] & set(leaves)}
        reach = {x: {y for a, y in pairs if a == x} for x in leaves}
        for _ in leaves:
            reach = {x: ys.union(*(reach[y] for y in ys)) for x, ys in reach.items()}
        cycle = cycle_of_supplies(chain)
        assert bool(cycle) == any(x in ys for x, ys in reach.items())
        cyclic += bool(cycle)
        if cycle:
            assert cycle[0] == cycle[-1]
            continue
        order = order_of_supplies(chain)
        place = {int(code[1:]): at for at, code in enumerate(order)}
        assert sorted(place) == list(range(count))
        assert all(place[x] < place[y] for x, y in pairs)
        assert all(p is None or place[p] < place[k] for k, p in parents.items())
    assert 50 < cyclic < 350


def _above(parents: dict[int, int | None], node: int | None, over: int) -> bool:
    while node is not None:
        if node == over:
            return True
        node = parents[node]
    return False


@pytest.mark.parametrize(
    ("code", "change"),
    [(code, change) for code, _, change, _ in CASES if code in {"SEC460", "SEC461", "SEC462"}],
)
def test_what_stands_there_is_shown_once(tmp_path: Path, code: str, change: tuple[str, str]) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_chain(written(tmp_path, GOOD.replace(*change, 1)))
    problem = next(problem for problem in caught.value.problems if problem.code == code)
    assert problem.found
    assert problem.found.strip('"') not in problem.what or problem.found == '"-"'
