"""Faults of random performance: each is told with its code, field and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError, Problem, UsageError
from securitize.definitions.loading import load_random_performance
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.library import find_performance
from tests.unit.mutations import GOOD

DEAL = "lithium-battery"
TOP = 'name = "mine"\nloading = 0.5\n'
ALL = f"{TOP}hazard = 0.1\n"
CHAIN = '[nodes]\nchain = "lithium-battery"\n'


def problems(folder: Path, text: str) -> list[Problem]:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as told:
        prepare(DEAL, draw=Draw(file, 10))
    return list(told.value.problems)


STAR = "".join(
    f'[obligors.{name}]\nnode = "{node}"\n'
    for name, node in zip(
        ("c01", "c02", "c03", "c04", "c06", "c07", "c09", "c10"),
        ("2.1.1", "2.1.2", "2.1.3", "2.1.4", "2.5.1", "2.5.2", "2.5.3", "2.4.1"),
        strict=True,
    )
)

TWO = """[providers.undertaking]
hazard = 0.1
company = "x"
[providers.loans]
company = "x"
source = "pledged rights"
"""

#: what stands in the file, code, path, line
FAULTS: list[tuple[str, str, str, int]] = [
    (f'{ALL}[obligors.c01]\nhazard = 0.1\nrating = "BB"\n', "SEC480", "obligors.c01", 4),
    (f"{ALL}[obligors.c01]\nhazard = 0.1\ncumulative = [0.1]\n", "SEC480", "obligors.c01", 4),
    (f"{TOP}[obligors.c01]\nhazard = 0.1\n", "SEC480", "hazard", 0),
    (f"{ALL}[obligors.c01]\ncumulative = [0.1, 0.05]\n", "SEC481", "obligors.c01.cumulative", 5),
    (f"{ALL}[ratings.BB]\ncumulative = [0.1, 1]\n", "SEC481", "ratings.BB.cumulative", 5),
    (f'{ALL}[obligors.c01]\nrating = "BB"\n', "SEC482", "obligors.c01.rating", 5),
    (f'{ALL}[providers.undertaking]\nrating = "AA+"\n', "SEC482", "providers.undertaking.rating", 5),
    (f'{ALL}[obligors.c01]\nnode = "2.1"\nnode_loading = 0.9\n', "SEC483", "obligors.c01", 4),
    (f'{ALL}node_loading = 0.9\n[obligors.c01]\nnode = "2.1"\n', "SEC483", "obligors.c01", 5),
    (f"{ALL}[obligors.c01]\nnode_loading = 0.3\n", "SEC483", "obligors.c01.node_loading", 5),
    (f'{ALL}[obligors.c01]\nnode = "2.9"\n{CHAIN}', "SEC485", "obligors.c01.node", 5),
    (f"{ALL}[nodes]\ndecay = 0.5\n", "SEC485", "nodes.decay", 5),
    (f"{ALL}[contagion]\nmultiplier = 2\n", "SEC485", "contagion", 4),
    (f"{ALL}{CHAIN}[contagion]\nmultiplier = 0.5\n", "SEC486", "contagion", 6),
    (f"{ALL}{CHAIN}decay = 0.9\n{STAR}", "SEC484", "nodes", 4),
    (
        f'{ALL}{CHAIN}correlation = [{{ between = ["2.1", "2.1"], coefficient = 0.1 }}]\n',
        "SEC484",
        "nodes.correlation[0]",
        6,
    ),
    (
        f'{ALL}{CHAIN}correlation = [{{ between = ["2.1.1", "2.9"], coefficient = 0.1 }}]\n{STAR}',
        "SEC485",
        "nodes.correlation[0].between",
        6,
    ),
    (
        f'{ALL}node_loading = 0.3\ncopula = {{ kind = "double-t" }}\n[obligors.c01]\nnode = "2.1"\n',
        "SEC178",
        "copula",
        5,
    ),
    (f"{ALL}[providers.undertakings]\nhazard = 0.1\n", "SEC487", "providers.undertakings", 4),
    (f'{ALL}[providers.x]\nhazard = 0.1\nsource = "nobody"\n', "SEC487", "providers.x.source", 6),
    (f"{ALL}[providers.undertaking]\nrecovery = 0.1\n", "SEC488", "providers.undertaking", 4),
    (f"{ALL}[all_providers]\nrecovery = 0.1\n", "SEC480", "all_providers", 4),
    (f'{ALL}[all_providers]\nrating = "AA"\n', "SEC482", "all_providers.rating", 5),
    (f"{ALL}[all_providers]\nhazard = 0.1\nloading = 1.1\n", "SEC112", "all_providers.loading", 6),
    (
        f"{ALL}[providers.undertaking]\nhazard = 0.1\n[providers.guarantor]\nhazard = 0.1\n",
        "SEC488",
        "providers.guarantor",
        6,
    ),
    (
        f"{ALL}{TWO}hazard = 0.1\n",
        "SEC488",
        "providers.loans.hazard",
        10,
    ),
    (
        f"{ALL}{TWO}loading = 0.1\n",
        "SEC488",
        "providers.loans.loading",
        10,
    ),
]


@pytest.mark.parametrize(("text", "code", "path", "line"), FAULTS)
def test_one_fault_is_one_problem_at_its_place(
    tmp_path: Path, text: str, code: str, path: str, line: int
) -> None:
    found = problems(tmp_path, text)
    assert [(problem.code, problem.path, problem.line) for problem in found] == [(code, path, line)]
    assert found[0].repair


def test_pairs_that_are_written_twice_are_measured_once(tmp_path: Path) -> None:
    pair = '{ between = ["2.1.1", "2.5.3"], coefficient = 0.1 }'
    found = problems(tmp_path, f"{ALL}{CHAIN}correlation = [{pair}, {pair}]\n{STAR}")
    assert [problem.path for problem in found] == ["nodes.correlation[1].between"]


def test_a_decay_that_cannot_be_is_answered_by_one_that_can(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"{ALL}node_loading = 0.2\n{CHAIN}decay = 0.9\n{STAR}")
    largest = float(problem.repair.split("at most ")[1].split(",")[0])
    file = tmp_path / "mine.toml"
    text = f"{ALL}node_loading = 0.2\n{CHAIN}decay = {{}}\n{STAR}"
    for decay, fits in ((largest, True), (round(largest + 0.01, 2), False)):
        file.write_text(text.format(decay), encoding="utf-8")
        if fits:
            assert prepare(DEAL, draw=Draw(file, 10)).random is not None
        else:
            with pytest.raises(DefinitionError):
                prepare(DEAL, draw=Draw(file, 10))


def test_a_chain_that_does_not_exist_is_a_wrong_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'{ALL}[nodes]\nchain = "nowhere"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="no chain"):
        prepare(DEAL, draw=Draw(file, 10))


def test_the_chain_of_a_folder_stands_beside_its_pool(tmp_path: Path) -> None:
    from securitize.library import find_chain, find_deal, find_pool

    (tmp_path / "pool" / "chains").mkdir(parents=True)
    deal = find_deal(DEAL)
    (tmp_path / "deal.toml").write_bytes(deal.read_bytes())
    (tmp_path / "pool" / "pool.toml").write_bytes(find_pool(deal, DEAL).read_bytes())
    own = find_chain(DEAL).read_text(encoding="utf-8").replace(f'name = "{DEAL}"', 'name = "own"', 1)
    (tmp_path / "pool" / "chains" / "own.toml").write_text(own, encoding="utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(f'{ALL}[nodes]\nchain = "own"\n[obligors.c01]\nnode = "2.1"\n', encoding="utf-8")
    found = prepare(tmp_path, draw=Draw(file, 10)).definitions.chain
    assert found is not None
    assert found.model.name == "own"


def test_the_good_file_and_the_shipped_ones_hold_by_themselves() -> None:
    model = load_random_performance(GOOD / "random_performance.toml").model
    assert set(type(model).model_fields) <= model.model_fields_set
    for name in ("assumed-small-companies", "lithium-battery-chain"):
        assert load_random_performance(find_performance(name)).model.name == name
    assert prepare(DEAL, draw=Draw("lithium-battery-chain", 10)).random is not None
