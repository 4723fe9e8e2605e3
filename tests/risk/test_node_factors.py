"""Factors of nodes: their correlation, their distances, and the defaults that they bring together."""

from __future__ import annotations

import numpy as np
import pytest

from securitize.base.correlation import is_correlation, lower_root
from securitize.base.streams import Numbers
from securitize.definitions.chains.chain import Chain
from securitize.definitions.chains.neighbours import customers, distances
from securitize.definitions.loading import load_chain
from securitize.library import find_chain, list_shipped
from securitize.performance.random.copulas import Copula, double_t, gaussian, student_t
from securitize.performance.random.node_factors import NodeFactors

PATHS = 200_000
CORRELATION = np.array([[1, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 1]])


def adjacency(chain: Chain) -> tuple[list[str], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Who supplies whom, pair by pair: another way than sets of what lies below."""
    codes = list(chain.nodes)

    def within(code: str, top: str) -> bool:
        return code == top or ((above := chain.nodes[code].parent) is not None and within(above, top))

    return codes, np.array(
        [[any(within(a, e.from_) and within(b, e.to) for e in chain.edges) for b in codes] for a in codes]
    )


@pytest.mark.parametrize(
    "chain", [each.path for each in list_shipped("chain")][:4], ids=lambda path: path.stem
)
def test_distances_are_the_first_power_of_the_supplies(chain: object) -> None:
    model = load_chain(str(chain)).model
    codes, supplies = adjacency(model)
    assert customers(model) == {
        code: frozenset(np.array(codes)[row].tolist()) for code, row in zip(codes, supplies, strict=True)
    }
    beside = (supplies | supplies.T).astype(np.int64)
    reached = np.eye(len(codes), dtype=bool)
    found: dict[tuple[str, str], int] = {}
    for steps in range(len(codes)):
        found |= {
            (codes[i], codes[j]): steps for i, j in np.argwhere(reached) if (codes[i], codes[j]) not in found
        }
        reached = (reached @ beside) > 0
    assert distances(model, codes) == found


def test_distances_on_the_battery_chain_by_hand() -> None:
    found = distances(
        load_chain(find_chain("lithium-battery")).model, ["2.1.1", "2.1.2", "2.5.3", "2.3.2.1", "2.3.2.4"]
    )
    assert found["2.1.1", "2.5.3"] == found["2.5.3", "2.1.1"] == found["2.3.2.1", "2.3.2.4"] == 1
    assert found["2.1.1", "2.1.2"] == found["2.1.1", "2.3.2.4"] == 2
    assert found["2.1.1", "2.1.1"] == 0


def test_a_root_makes_the_matrix_and_what_cannot_be_is_refused() -> None:
    for matrix in (CORRELATION, np.ones((3, 3)), np.eye(2), np.array([[1.0, -1.0], [-1.0, 1.0]])):
        root = lower_root(matrix)
        assert np.allclose(root @ root.T, matrix, atol=1e-12)
        assert (np.triu(root, 1) == 0).all()
    impossible = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    assert not is_correlation(impossible)
    assert not is_correlation(np.array([[1.0, 0.2], [0.3, 1.0]]))
    with pytest.raises(ValueError, match="no factors"):
        lower_root(impossible)


def test_factors_have_their_correlation_and_no_block() -> None:
    factors = NodeFactors(("a", "b", "c"), CORRELATION)
    found = np.array(list(factors.of(Numbers(5, 0, PATHS)).values()))
    errors = np.sqrt((1 + CORRELATION**2) / PATHS)
    assert (np.abs(found @ found.T / PATHS - CORRELATION) <= 4 * errors).all()
    assert (np.abs(found.mean(axis=1)) <= 4 / np.sqrt(PATHS)).all()
    part = factors.of(Numbers(5, 1000, 1100))
    assert all((part[name] == found[k, 1000:1100]).all() for k, name in enumerate("abc"))
    fewer = NodeFactors(("a", "b"), CORRELATION[:2, :2]).of(Numbers(5, 0, 50))
    assert all((fewer[name] == found[k, :50]).all() for k, name in enumerate("ab"))


@pytest.mark.parametrize("copula", [gaussian(), student_t(4)], ids=lambda copula: copula.name)
def test_pairs_default_together_as_often_as_their_correlation_says(copula: Copula) -> None:
    from scipy.stats import multivariate_normal, multivariate_t

    loading, node_loading = np.array([0.3, 0.5]), np.array([0.6, -0.4])
    rho = 0.3 * 0.5 + 0.6 * -0.4 * 0.25
    numbers = Numbers(11, 0, PATHS)
    nodes = NodeFactors(("a", "b", "c"), CORRELATION).of(numbers)
    drawn = copula.latent(
        loading,
        ["default/x", "default/y"],
        numbers,
        *copula.shared(numbers),
        node_loading,
        [nodes["a"], nodes["c"]],
    )
    chances = np.array([0.1, 0.25])
    below = drawn <= copula.thresholds(chances, loading)[:, None]
    matrix, at = np.array([[1, rho], [rho, 1]]), copula.thresholds(chances, loading)
    right = (
        multivariate_normal(cov=matrix).cdf(at)
        if copula.degrees is None
        else multivariate_t(shape=matrix, df=4, seed=1).cdf(at, maxpts=2_000_000)
    )
    for seen, exact in ((below[0], 0.1), (below[1], 0.25), (below.all(axis=0), float(right))):
        assert abs(seen.mean() - exact) <= 4 * np.sqrt(exact * (1 - exact) / PATHS)


def test_the_double_t_copula_has_no_nodes() -> None:
    copula, numbers = double_t(None, 5), Numbers(1, 0, 4)
    with pytest.raises(ValueError, match="double-t"):
        copula.latent(
            np.array([0.3]), ["default/x"], numbers, *copula.shared(numbers), np.array([0.2]), [np.zeros(4)]
        )
