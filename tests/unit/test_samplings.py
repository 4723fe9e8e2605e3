"""Numbers under every sampling: those of a path alone, mirrored in pairs, even, or shifted with a weight."""

from __future__ import annotations

import numpy as np
import pytest

from securitize.base import sobol
from securitize.base.sobol import REPLICATES, Sobol
from securitize.base.streams import PLAIN, Antithetic, Numbers, Sampling, uniforms
from securitize.performance.random.copulas import MARKET, Law
from securitize.performance.random.importance import Importance, MarketSpread, Shift

STREAMS = (MARKET, *(f"default/{i}" for i in range(12)))
EVEN = Sobol(streams=STREAMS)
LAWS = [Law(), Law(4.0)]
SAMPLINGS: list[Sampling] = [
    PLAIN,
    Antithetic(),
    EVEN,
    *(Importance(market=law, own=law, streams=STREAMS[1:], shift=Shift(-2.5, -0.4)) for law in LAWS),
]


@pytest.mark.parametrize("sampling", SAMPLINGS, ids=lambda one: one.name)
def test_a_path_has_its_numbers_whatever_is_asked_beside_it(sampling: Sampling) -> None:
    whole = Numbers(7, 0, 5000, sampling)
    for stream in (MARKET, "default/3", "default-day/x"):
        numbers = whole.of(stream, 3)
        assert numbers.min() > 0
        assert numbers.max() < 1
        for first, after in ((0, 1), (1, 2), (1023, 1026), (17, 4999), (0, 2500)):
            assert (Numbers(7, first, after, sampling).of(stream, 3) == numbers[:, first:after]).all()
            part, of_all = Numbers(7, first, after, sampling).weights, whole.weights
            assert (part is None) == (of_all is None)
            if part is not None and of_all is not None:
                assert (part == of_all[first:after]).all()
        assert not (Numbers(8, 0, 5000, sampling).of(stream, 3) == numbers).any()


def test_plain_numbers_are_those_of_the_streams() -> None:
    assert (Numbers(7, 3, 900).of("a", 2) == uniforms(7, "a", 3, 900, 2)).all()
    assert Numbers(7, 3, 900).weights is None
    assert PLAIN.groups(9) is None


def test_pairs_mirror_exactly_and_even_paths_are_plain() -> None:
    found = Numbers(7, 0, 3000, Antithetic()).of("default/a", 2)
    assert (found[:, 1::2] == 1 - found[:, ::2]).all()
    assert (found[:, ::2] == uniforms(7, "default/a", 0, 3000, 2)[:, ::2]).all()
    assert Antithetic().groups(5).tolist() == [0, 0, 1, 1, 2]  # type: ignore[union-attr]


def test_every_replicate_fills_every_interval_once() -> None:
    found = np.stack([Numbers(3, 0, REPLICATES * 1024, EVEN).of(stream)[0] for stream in STREAMS])
    for replicate in range(REPLICATES):
        points = found[:, replicate::REPLICATES]
        assert (np.sort(np.floor(points * 1024), axis=1) == np.arange(1024)).all()
        # The first two dimensions are a (0, 10, 2)-net: every box of volume 2^-10 holds one point.
        for low in range(11):
            box = np.floor(points[0] * 2**low) * 2 ** (10 - low) + np.floor(points[1] * 2 ** (10 - low))
            assert (np.sort(box) == np.arange(1024)).all()


def test_unscrambled_digits_are_those_of_the_library() -> None:
    from scipy.stats import qmc

    directions = sobol._directions(sobol.MOST_DIMENSIONS)
    right = qmc.Sobol(20, scramble=False, bits=32).random(512)
    for dimension in range(20):
        points = np.zeros(512, np.uint64)
        for digit in range(9):
            points ^= np.where(np.arange(512) >> digit & 1, directions[dimension, digit], 0).astype(np.uint64)
        assert (np.sort(points / 2**32) == np.sort(right[:, dimension])).all()


def test_scrambled_numbers_are_uniform_and_replicates_independent() -> None:
    firsts = np.array([Numbers(seed, 0, REPLICATES, EVEN).of("default/5")[0] for seed in range(300)])
    assert abs(firsts.mean() - 0.5) < 4 / np.sqrt(12 * firsts.size)
    off = np.corrcoef(firsts.T)[np.triu_indices(REPLICATES, 1)]
    assert np.abs(off).max() < 4.5 / np.sqrt(300)
    below = Numbers(1, 0, 100_000, EVEN).of(MARKET)[0] * 2**32 % 1
    assert abs(below.mean() - 0.5) < 4 / np.sqrt(12 * 100_000)


def test_streams_without_a_dimension_are_plain() -> None:
    assert (Numbers(7, 0, 99, EVEN).of("default-day/x") == uniforms(7, "default-day/x", 0, 99)).all()
    assert (Numbers(7, 0, 99, EVEN).of(MARKET, 3)[1:] == uniforms(7, MARKET, 0, 99, 3)[1:]).all()


@pytest.mark.parametrize("law", LAWS, ids=["normal", "student-t"])
@pytest.mark.parametrize("shift", [Shift(-3), Shift(2, -0.2), Shift(0, -0.5), Shift(-2, -0.5)])
def test_weights_undo_the_shift(law: Law, shift: Shift) -> None:
    paths = 100_000
    sampling = Importance(market=law, own=law, streams=STREAMS[1:], shift=shift)
    numbers = Numbers(5, 0, paths, sampling)
    weights, factors = numbers.weights, np.stack([numbers.of(stream)[0] for stream in STREAMS])
    assert weights is not None
    assert weights.min() >= 0
    assert weights.max() <= 2
    assert abs(weights.mean() - 1) < 4 * weights.std() / np.sqrt(paths)
    for level in (0.001, 0.1, 0.5, 0.9):
        for u in factors[:3]:
            counted = weights * (u <= level)
            assert abs(counted.mean() - level) < 4 * counted.std() / np.sqrt(paths)
    both = weights * (factors[0] <= 0.1) * (factors[1] <= 0.1)
    assert abs(both.mean() - 0.01) < 4 * both.std() / np.sqrt(paths)
    # The density of both laws, written out.
    x, shifts = law.quantile(factors), np.array([shift.market, *[shift.own] * 12])[:, None]
    own, moved = law.density(x).prod(axis=0), law.density(x - shifts).prod(axis=0)
    assert weights == pytest.approx(2 * own / (own + moved), rel=1e-4, abs=1e-9)
    # Half of the paths are as they are without the shift.
    still = (factors == np.stack([uniforms(5, stream, 0, paths)[0] for stream in STREAMS])).all(axis=0)
    assert abs(still.mean() - 0.5) < 4 * 0.5 / np.sqrt(paths)


@pytest.mark.parametrize("law", LAWS, ids=["normal", "student-t"])
def test_weights_undo_the_spread(law: Law) -> None:
    numbers = Numbers(5, 0, 100_000, MarketSpread(law=law))
    weights, u = numbers.weights, numbers.of(MARKET)[0]
    assert weights is not None
    assert weights.max() <= 3 + 1e-12
    for level in (1e-5, 0.01, 0.5, 0.99, 1.0):
        counted = weights * (u <= level)
        assert abs(counted.mean() - level) < 4 * counted.std() / np.sqrt(100_000)


def test_without_a_shift_nothing_moves() -> None:
    numbers = Numbers(5, 0, 500, Importance(streams=STREAMS[1:]))
    assert numbers.weights is not None
    assert (numbers.weights == 1).all()
    assert (numbers.of(MARKET) == uniforms(5, MARKET, 0, 500)).all()
