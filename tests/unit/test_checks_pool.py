"""Checks of a pool, of a deal with its pool, and of a scenario with both."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.definitions import checks
from securitize.definitions.loading import load_all, load_pool
from tests.unit.mutations import GOOD, edited, problems_of_pool, problems_together

C2_PAYMENTS = """  { date = 2025-01-31, amount = 20_000_000 },
  { date = 2026-01-31, amount = 20_000_000 },
"""
#: A royalty of small sales; what it may pay beside them is above the bound.
ROYALTY = """
[contracts.r]
kind = "running-royalty"
obligor = "o1"
collateral = ["p1"]
start = 2024-01-31
sales = [{ to = 2024-07-31, amount = 1_000 }, { to = 2025-01-31, amount = 1_000 }]
rate = { kind = "fixed", rate = 0.1 }
"""
MILESTONE = "milestones = [{ sales = 10, amount = 2_900_000_000_000 }]\n"
MINIMUM = 'minimum = { amount = 1_500_000_000_000, per = "period" }\n'
POOL: list[tuple[str, str, tuple[str, str]]] = [
    ("SEC158", "contracts.c1.obligor", ('obligor = "o1"', 'obligor = "oX"')),
    ("SEC158", "contracts.c2.collateral[0]", ('collateral = ["p2"]', 'collateral = ["pX"]')),
    ("SEC158", "collateral.p1.owner", ('owner = "o1"', 'owner = "oX"')),
    (
        "SEC158",
        "contracts.c2.as_of.failed[0]",
        (
            "[contracts.c2]",
            '[contracts.c2.as_of]\ndate = 2025-01-31\nbalance = 1\nfailed = ["pX"]\n[contracts.c2]',
        ),
    ),
    ("SEC157", "contracts.c2", ("2026-01-31, amount = 20_000_000", "2026-01-31, amount = 1")),
    ("SEC155", "contracts.c1", ("start = 2024-01-31", "start = 2024-07-31")),
    ("SEC154", "contracts.c1.dates", ("last = 2026-07-31", "last = 2026-07-30")),
    ("SEC153", "contracts.c1.dates", ('every = "6M", ', "")),
    ("SEC156", "contracts.c1", ('collateral = ["p1"]', 'collateral = ["p1", "p1"]')),
    ("SEC270", "contracts.c1.lump_sum", ("lump_sum = 50_000_000", "lump_sum = 2_900_000_000_000")),
    ("SEC270", "contracts.r.milestones", ("[contracts.c2]", ROYALTY + MILESTONE + "[contracts.c2]")),
    ("SEC270", "contracts.r.minimum", ("[contracts.c2]", ROYALTY + MINIMUM + "[contracts.c2]")),
    ("SEC310", "contracts.c2.collateral[0]", ('owner = "o2"', 'owner = "o1"')),
    ("SEC311", "collateral.p2", ('collateral = ["p2"]', "")),
    ("SEC312", "obligors.o3", ("[obligors.o2]", "[obligors.o3]\n[obligors.o2]")),
]
TOGETHER: list[tuple[str, str, str, tuple[str, str]]] = [
    ("SEC280", "deal.toml", "currency", ('currency = "CNY"', 'currency = "USD"')),
    ("SEC281", "pool.toml", "contracts.c1", ("last = 2026-07-31", "last = 2027-07-31")),
    ("SEC315", "deal.toml", "contracts.c1", ("days_before = 10", "days_before = 220")),
    ("SEC316", "deal.toml", "pool", ('pool = "small"', 'pool = "large"')),
    ("SEC313", "pool.toml", "contracts.c1.start", ("start = 2024-01-31", "start = 2024-03-31")),
    ("SEC314", "pool.toml", "contracts.c2", (C2_PAYMENTS, "  { date = 2024-01-31, amount = 40_000_000 },\n")),
    (
        "SEC219",
        "deal.toml",
        "support.undertaking.party",
        ('provider = "Guarantor Ltd"', 'provider = "Guarantor Ltd"\nparty = "o9"'),
    ),
    (
        "SEC174",
        "scenario.toml",
        "stress[0].recoveries[0].party",
        ('source = "guarantee", rate = 0.5', 'source = "guarantee", party = "oX", rate = 0.5'),
    ),
    (
        "SEC174",
        "scenario.toml",
        "stress[0].party",
        (
            (
                'driver = "default"\nobligor = "o2"\nat = 2025-06-30\n'
                'recoveries = [{ source = "guarantee", rate = 0.5, lag = "3M" }]'
            ),
            'driver = "party-default"\nparty = "oX"\nat = 2025-06-30',
        ),
    ),
    ("SEC174", "scenario.toml", "stress[0].obligor", ('obligor = "o2"', 'obligor = "oX"')),
    ("SEC174", "scenario.toml", "stress[2].right", ('right = "p1"', 'right = "pX"')),
    ("SEC174", "scenario.toml", "stress[3].obligors[0]", ('obligors = ["o1"]', 'obligors = ["oX"]')),
    ("SEC175", "scenario.toml", "stress[0].at", ("at = 2025-06-30", "at = 2024-01-31")),
    (
        "SEC175",
        "scenario.toml",
        "stress[3].to",
        ("from = 2024-12-31\nto = 2025-12-31", "from = 2023-12-31\nto = 2024-01-30"),
    ),
    ("SEC317", "scenario.toml", "stress[2].right", ('right = "p1"', 'right = "p2"')),
]


def test_the_good_files_have_no_problem() -> None:
    assert checks.check_pool(load_pool(GOOD / "pool.toml")) == []
    loaded = load_all(*(GOOD / f"{kind}.toml" for kind in ("deal", "pool", "scenario", "market")))
    assert loaded.warnings == ()


@pytest.mark.parametrize(("code", "path", "edit"), POOL)
def test_a_pool_with_one_fault(code: str, path: str, edit: tuple[str, str], tmp_path: Path) -> None:
    found = problems_of_pool(edited("pool.toml", tmp_path, edit))
    assert (code, path) in [(problem.code, problem.path) for problem in found]
    assert all(problem.line > 0 for problem in found)


def test_every_unknown_name_of_a_pool_is_told_beside_other_faults(tmp_path: Path) -> None:
    edits = (
        ('owner = "o1"', 'owner = "oX"'),
        ('obligor = "o1"', 'obligor = "oY"'),
        ("count = 4", "count = -4"),
        ('collateral = ["p2"]', 'collateral = ["pZ"]'),
    )
    found = problems_of_pool(edited("pool.toml", tmp_path, *edits))
    assert sorted((p.code, p.line) for p in found) == [
        ("SEC131", 17),
        ("SEC158", 16),
        ("SEC158", 26),
        ("SEC158", 37),
    ]


@pytest.mark.parametrize(("code", "file", "path", "edit"), TOGETHER)
def test_files_that_do_not_fit(
    code: str, file: str, path: str, edit: tuple[str, str], tmp_path: Path
) -> None:
    found = problems_together(tmp_path, file, edit)
    assert (code, path) in [(problem.code, problem.path) for problem in found]
    assert all(problem.line > 0 for problem in found)
