"""What limits measure of random choices, against their page in fractions."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.definitions.loading import load_build
from securitize.definitions.pools import build as build_module
from securitize.definitions.pools.build import Build, Objective
from securitize.definitions.pools.pool_limits import Limit
from securitize.pooling.formulation import OBJECTIVE_SCALES, SelectionFormulation, formulate
from securitize.pooling.limits import limits_of
from securitize.pooling.portfolio import Portfolio
from securitize.pooling.selection.problem import bounds_of, value_of
from tests.pooling.limits.limits_reference import Measured, Page
from tests.pooling.limits.portfolios import drawn

PORTFOLIOS, CHOICES = 150, 4
_HEAD = """
name = "every-kind"
chain = "any"
as_of = 2025-06-30
legal_final = 2029-12-31
[candidates]
patents = { file = "p.csv" }
companies = { file = "c.csv" }
contracts = { file = "k.csv" }
[value]
discount = { risk_free = 0.02, technical = 0.03, market = 0.03, funding = 0.03, management = 0.03 }
tax_rate = 0.15
pledge_bank_share = 0.3
liquidation_share = 0.15
"""
EVERY_KIND = """
[limits]
size = { kind = "size", at_least = 1_000_000.01, at_most = 9_000_000.99 }
size-low = { kind = "size", at_least = 3_000_000 }
size-high = { kind = "size", at_most = 7_000_000, waived = "agreed with the investor" }
patents = { kind = "patents", at_least = 2, at_most = 9 }
patents-high = { kind = "patents", at_most = 8 }
contracts = { kind = "contracts", at_least = 1, at_most = 5, waived = "few are there" }
contracts-low = { kind = "contracts", at_least = 2 }
obligors = { kind = "obligors", at_least = 2 }
largest = { kind = "largest-obligors", at_most = 0.4 }
largest-two = { kind = "largest-obligors", count = 2, at_most = 0.65000001 }
groups = { kind = "largest-groups", count = 2, at_most = 0.9 }
group = { kind = "largest-groups", at_most = 0.5, waived = "one group is a bank" }
effective = { kind = "effective-number", at_least = 2.5 }
node = { kind = "node", node = "n2", at_least = 0.1, at_most = 0.6 }
node-low = { kind = "node", node = "n0", at_least = 0.05 }
leaf = { kind = "node", node = "n4", at_most = 0.2 }
stage = { kind = "stage", stage = "midstream", at_least = 0.1, at_most = 0.7 }
upstream = { kind = "stage", stage = "upstream", at_most = 0.7 }
downstream = { kind = "stage", stage = "downstream", at_least = 0.01, waived = "no data" }
regions = { kind = "region", at_most = 0.55 }
south = { kind = "region", region = "south", at_most = 0.5 }
nowhere = { kind = "region", region = "nowhere", at_most = 0.5 }
models = { kind = "patent-kind", patent_kind = "utility-model", at_most = 0.3 }
inventions = { kind = "patent-kind", patent_kind = "invention", at_most = 0.8 }
designs = { kind = "patent-kind", patent_kind = "design", at_most = 0 }
nodes = { kind = "required-nodes", nodes = ["n2", "n0", "n4"], at_least = 2 }
one-node = { kind = "required-nodes", nodes = ["n3"] }
score = { kind = "weighted-score", at_least = 62.5 }
life = { kind = "weighted-life", at_least = 9.25 }
advance = { kind = "advance-rate", at_most = 0.45 }
advance-bank = { kind = "advance-rate", value = "pledge-bank", at_most = 1.5 }
advance-sold = { kind = "advance-rate", value = "liquidation", at_most = 3 }
late = { kind = "maturity", after = 2027-03-15, at_most = 0.35 }
"""
EXCHANGE = """
[venue_waived]
top-five = "interbank by private placement"
[limits]
largest-obligor = { kind = "largest-obligors", count = 1, at_most = 0.3 }
obligors = { kind = "obligors", at_least = 4, waived = "a pilot" }
own = { kind = "contracts", at_least = 3 }
"""
INTERBANK = """
[limits]
size = { kind = "size", at_most = 10_000_000 }
"""
TEXTS = {
    "every kind": EVERY_KIND,
    "exchange": f'venue = "exchange"\n{EXCHANGE}',
    "interbank": f'venue = "interbank"\n{INTERBANK}',
}


@cache
def build_of(text: str, objective: str = "eligible-value") -> Build:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "build.toml"
        top, tables = _HEAD.split("[candidates]")
        before, after = text.split("[", 1)
        whole = f'{top}objective = "{objective}"\n{before}[candidates]{tables}[{after}'
        path.write_text(whole, encoding="utf-8")
        return load_build(path).model


def written_in(text: str) -> dict[str, dict[str, Any]]:
    """The limits as written: those of the venue first, those of the file in their place."""
    raw = tomllib.loads(text, parse_float=Decimal)
    path = Path(build_module.__file__).with_name("venues.toml")
    venues = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    waived = raw.get("venue_waived", {})
    venue = venues[raw["venue"]] if "venue" in raw else {}
    told = {name: {**limit, "waived": waived.get(name, "")} for name, limit in venue.items()}
    return {**told, **raw["limits"]}


def portfolio_of(seed: int) -> Portfolio:
    """Families that tie some contracts and leave others alone."""
    random = np.random.default_rng(seed + 900)
    portfolio = drawn(seed, contracts=8, patents=18)
    return replace(portfolio, family=random.integers(-1, 25, portfolio.patents))


def together(portfolio: Portfolio) -> list[set[int]]:
    """Contracts that have to go together: merged until no two sets share a family."""
    sets = [{c} for c in range(portfolio.contracts)]
    for family in set(portfolio.family.tolist()) - {-1}:
        mine = {int(c) for c in portfolio.contract[portfolio.family == family]}
        joined = set().union(*(one for one in sets if one & mine), mine)
        sets = [one for one in sets if not one & mine] + [joined]
    return sorted(sets, key=min)


def choices(portfolio: Portfolio, seed: int) -> Iterator[tuple[list[int], list[int]]]:
    """Amounts taken of each contract and the lots that they are, as section 7 lets them be taken."""
    random = np.random.default_rng(seed)
    for share in np.linspace(0.2, 1.0, CHOICES):
        amounts, lots = [0] * portfolio.contracts, [0] * portfolio.contracts
        for one in together(portfolio):
            if random.random() > share:
                continue
            for c in one:
                amount, lot = int(portfolio.amount[c]), int(portfolio.lot[c])
                first = max(-(-int(portfolio.least[c]) // lot), 1) if lot else 0
                if lot and len(one) == 1 and first <= amount // lot:
                    lots[c] = int(random.integers(first, amount // lot + 1))
                    amounts[c] = lots[c] * lot
                else:
                    amounts[c], lots[c] = amount, 1
        yield amounts, lots


def taken_by(posed: SelectionFormulation, portfolio: Portfolio, lots: list[int]) -> Int64:
    """The choice of units, by their names."""
    place = {name: c for c, name in enumerate(portfolio.contract_names)}
    members = [[place[name] for name in told.split("+")] for told in posed.problem.units.names]
    assert sorted(map(set, members), key=min) == together(portfolio)
    return np.array([lots[one[0]] for one in members], np.int64)


def shown(posed: SelectionFormulation, taken: Int64) -> list[Measured]:
    """Value and bounds of each limit as its reader sees them."""
    found = []
    for each in posed.imposed:
        scale = Fraction(each.scale).limit_denominator(10**9)
        low, high = (None if bound is None else bound * scale for bound in bounds_of(each.limit))
        value = value_of(each.limit, taken)
        told = None if value is None else value * scale
        found.append(Measured(each.limit.name, each.kind, told, low, high, each.limit.waived))
    return found


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_each_limit_measures_what_its_page_says(text: str) -> None:
    build, written = build_of(text), written_in(text)
    checked = 0
    for seed in range(PORTFOLIOS):
        portfolio = portfolio_of(seed)
        posed = formulate(build, portfolio)
        for amounts, lots in choices(portfolio, seed):
            right = list(Page(portfolio, amounts, lots).limits(written))
            assert shown(posed, taken_by(posed, portfolio, lots)) == right, seed
            checked += sum(one.value is not None for one in right)
    assert checked > PORTFOLIOS * CHOICES


@pytest.mark.parametrize("objective", get_args(Objective))
def test_an_objective_counts_what_its_page_says(objective: Objective) -> None:
    build = build_of(EVERY_KIND, objective)
    for seed in range(PORTFOLIOS // 3):
        portfolio = portfolio_of(seed)
        posed = formulate(build, portfolio)
        for amounts, lots in choices(portfolio, seed):
            right, rounding = Page(portfolio, amounts, lots).objective(objective)
            scale = Fraction(OBJECTIVE_SCALES[objective]).limit_denominator(10**9)
            worth = posed.problem.worth(taken_by(posed, portfolio, lots)) * scale
            assert 0 <= right - worth < rounding


def test_every_kind_is_there() -> None:
    kinds = {
        kind
        for model in get_args(get_args(Limit)[0])
        for kind in get_args(model.model_fields["kind"].annotation)
    }
    written = written_in(EVERY_KIND)
    assert {limit["kind"] for limit in written.values()} == kinds


def test_the_file_takes_the_place_of_the_venue_and_a_waiver_keeps_its_reason() -> None:
    build = build_of(TEXTS["exchange"])
    found = limits_of(build)
    assert list(found) == ["obligors", "largest-obligor", "top-five", "largest-group", "own"]
    assert found["largest-obligor"].model_dump()["at_most"] == 30_000_000
    assert not found["largest-obligor"].source
    assert found["top-five"].waived == "interbank by private placement"
    assert found["top-five"].source
    assert found["obligors"].waived == "a pilot"
    posed = formulate(build, portfolio_of(1))
    assert {limit.name for limit in posed.problem.limits} - {one.name for one in posed.problem.imposed} == {
        "top-five",
        "obligors",
    }
    sources = {each.limit.name: (each.title, each.source) for each in posed.imposed}
    assert sources["largest-group"][0] == "Affiliated obligors together"
    assert "2017-18" in sources["largest-group"][1]


def test_a_relaxed_step_is_a_hundredth_of_a_share_or_a_unit_of_the_reader() -> None:
    posed = formulate(build_of(EVERY_KIND), portfolio_of(2))
    steps = {each.kind: each.step * Fraction(each.scale).limit_denominator(10**9) for each in posed.imposed}
    shares = {"node", "stage", "region", "patent-kind", "advance-rate", "maturity"}
    shares |= {"largest-obligors", "largest-groups"}
    assert {kind: step for kind, step in steps.items() if kind in shares} == dict.fromkeys(
        shares, Fraction(1, 100)
    )
    assert steps["size"] == 1_000_000
    counts = ("patents", "contracts", "obligors", "required-nodes", "weighted-score")
    assert [steps[kind] for kind in counts] == [1] * 5
    assert steps["weighted-life"] == steps["effective-number"] == Fraction(1, 10)
