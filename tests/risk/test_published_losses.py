"""Copulas, the recursion and simulation against the tables of Hull and White (2004)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from securitize.performance.random.copulas import Copula, double_t, gaussian
from tests.risk.swaps import NTH, TRANCHES, Names

#: Correlation and published spreads in basis points, by copula.
PUBLISHED: dict[str, tuple[Copula, float, tuple[int, ...]]] = {
    "gaussian 0.1": (gaussian(), 0.1, (2279, 450, 89, 1)),
    "gaussian 0.3": (gaussian(), 0.3, (1487, 472, 203, 7)),
    "normal market, t5 own": (double_t(None, 5), 0.3, (1766, 420, 161, 6)),
}
#: The largest error that the publication allows: 2.5%, or 1.5 basis points.
SHARE, POINTS = 0.025, 1.5
PATHS = 100_000
CARD = (Path(__file__).parents[2] / "docs/model/credit.md").read_text(encoding="utf-8")


@cache
def names(case: str) -> Names:
    copula, correlation, _ = PUBLISHED[case]
    return Names(copula, 100, correlation)


@pytest.mark.parametrize("case", PUBLISHED)
def test_tranche_spreads_against_hull_and_white(case: str) -> None:
    for tranche, published in zip(TRANCHES, PUBLISHED[case][2], strict=True):
        found = names(case).tranche(*tranche).spread
        assert abs(found - published) <= max(SHARE * published, POINTS), (tranche, found)


@pytest.mark.parametrize("case", PUBLISHED)
def test_simulated_tranche_spreads_against_the_recursion(case: str) -> None:
    defaults = names(case).defaulted(PATHS, seed=7)
    for tranche in TRANCHES:
        simulated, exact = names(case).tranche(*tranche, defaults), names(case).tranche(*tranche)
        assert simulated.error > 0
        assert abs(simulated.spread - exact.spread) <= 4 * simulated.error, tranche


@pytest.mark.parametrize("correlation", NTH)
def test_nth_to_default_against_hull_and_white_and_simulation(correlation: float) -> None:
    ten = Names(gaussian(), 10, correlation)
    defaults = ten.defaulted(PATHS, seed=11)
    for rank, published in enumerate(NTH[correlation], start=1):
        exact, simulated = ten.nth(rank), ten.nth(rank, defaults)
        assert abs(exact.spread - published) <= max(SHARE * published, POINTS), (rank, exact.spread)
        assert abs(simulated.spread - exact.spread) <= 4 * simulated.error, rank


def test_the_model_card_shows_what_is_computed() -> None:
    for case, (_, _, published) in PUBLISHED.items():
        spreads = [names(case).tranche(*tranche).spread for tranche in TRANCHES]
        assert _row(published, spreads) in CARD
    for correlation, ranks in NTH.items():
        ten = Names(gaussian(), 10, correlation)
        row = _row(ranks, [ten.nth(rank).spread for rank in range(1, 5)])
        assert f"| correlation {correlation:g} | {row}" in CARD


def _row(published: tuple[int, ...], ours: list[float]) -> str:
    return " | ".join(f"{one} / {found:.1f}" for one, found in zip(published, ours, strict=True)) + " |"
