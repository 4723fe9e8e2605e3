"""Deals whose guarantors fail at random, for the tests of providers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from securitize.base.arithmetic import Int64
from securitize.engine.calculation import calculate
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.simulate import simulate
from securitize.library import find_deal
from securitize.performance.random.obligors import RandomDefaults
from securitize.performance.random.providers import RandomProviders

POOL = """
name = "harsh"
hazard = { value = 0.2, kind = "assumed", source = "harsh enough to call the guarantor" }
loading = 0.6
"""
ONE = "[providers.undertaking]\n"
GUARANTEE = "guarantee of the loans"
SECOND = """
[support.second]
kind = "guarantee"
provider = "behind the first"

[triggers.defaults-10]"""
ALL = "[all_providers]\nhazard = 0.3\nloading = 0.5\n"


def written(desk: Path, text: str, pool: str = POOL) -> Path:
    file = desk / f"p{abs(hash(text + pool))}.toml"
    file.write_text(pool + text, encoding="utf-8")
    return file


def deal_of(desk: Path, *edits: tuple[str, str], name: str = "guangzhou-2019") -> Path:
    """A shipped deal with edits: each text replaced wherever it stands."""
    text = find_deal(name).read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    file = desk / f"d{abs(hash(edits))}.toml"
    file.write_text(text, encoding="utf-8")
    return file


def without_limit(desk: Path, *edits: tuple[str, str]) -> Path:
    text = find_deal("guangzhou-2019").read_text(encoding="utf-8")
    limit = text[text.index("[support.undertaking.limit]") : text.index("[triggers.defaults-10]")]
    return deal_of(desk, (limit, ""), *edits)


def prepared_with(deal: Path | str, performance: Path | str, paths: int = 2000, **options: Any) -> Prepared:
    return prepare(deal, draw=Draw(performance, paths, 5), **options)


def senior_losses(prepared: Prepared) -> Int64:
    return simulate(calculate(prepared)).notes["A"].principal_loss


def providers_of(prepared: Prepared) -> RandomProviders:
    assert prepared.random is not None
    found = prepared.random.processes[-1]
    assert isinstance(found, RandomProviders)
    return found


def obligors_of(prepared: Prepared) -> RandomDefaults:
    assert prepared.random is not None
    found = prepared.random.processes[0]
    assert isinstance(found, RandomDefaults)
    return found


def steps_with(support: str) -> tuple[tuple[str, str], ...]:
    return (
        ("[triggers.defaults-10]", SECOND.lstrip()),
        ('support = ["undertaking"]', f"support = [{support}]"),
    )
