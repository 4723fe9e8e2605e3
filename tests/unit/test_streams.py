"""Random numbers: the same for a path however it is asked for, and independent of one another."""

from __future__ import annotations

import numpy as np
import pytest

from securitize.base.streams import BLOCK, uniforms

#: Another value is another scheme: every result of a seed would move.
PINNED = [[0.03496781200533372, 0.4875660240291787], [0.05386514387097241, 0.013253970117289238]]


def test_a_path_has_its_numbers_whatever_is_asked_beside_it() -> None:
    whole = uniforms(7, "default/a", 0, 5000, 3)
    for first, after in ((0, 1), (1023, 1025), (1024, 2048), (17, 4999)):
        assert (uniforms(7, "default/a", first, after, 3) == whole[:, first:after]).all()
    assert (uniforms(7, "default/a", 0, 2500)[0] == whole[0, :2500]).all()
    assert (uniforms(7, "default/a", 0, 5000, 8)[:3] == whole).all()


def test_numbers_are_pinned() -> None:
    found = uniforms(7, "default/a", 3 * BLOCK - 1, 3 * BLOCK + 1, 2)
    assert found.tolist() == PINNED


def test_numbers_are_inside_and_mirror_exactly() -> None:
    numbers = uniforms(2**64 - 1, "x", 0, 100_000)[0]
    assert numbers.min() > 0
    assert numbers.max() < 1
    assert (1 - (1 - numbers) == numbers).all()
    assert (numbers * 2.0**53 % 2 == 1).all()


def test_streams_seeds_paths_and_numbers_are_uniform_and_independent() -> None:
    paths = 262_144
    rows = np.vstack(
        [uniforms(seed, name, 0, paths, 2) for seed in (1, 2) for name in ("factor/market", "default/a")]
    )
    error = 1 / np.sqrt(paths)
    assert (np.abs(rows.mean(axis=1) - 0.5) < 4 * error / np.sqrt(12)).all()
    assert (np.abs(rows.var(axis=1) * 12 - 1) < 4 * error * np.sqrt(0.8)).all()
    off = np.asarray(np.corrcoef(rows))[np.triu_indices(len(rows), 1)]
    assert (np.abs(off) < 4 * error).all()
    shifted = np.asarray(np.corrcoef(rows[0, :-BLOCK], rows[0, BLOCK:])).item(1)
    assert abs(shifted) < 4 * error
    counts = np.histogram(rows, bins=256, range=(0, 1))[0]
    chi_square = ((counts - rows.size / 256) ** 2 / (rows.size / 256)).sum()
    assert abs(chi_square - 255) < 4 * np.sqrt(2 * 255)


def test_what_cannot_be_drawn_is_refused() -> None:
    for seed in (-1, 2**64):
        with pytest.raises(ValueError, match="seed"):
            uniforms(seed, "a", 0, 1)
    for first, after, numbers in ((0, 0, 1), (-1, 3, 1), (2, 1, 1), (0, 1, 0)):
        with pytest.raises(ValueError, match="at least one"):
            uniforms(1, "a", first, after, numbers)
