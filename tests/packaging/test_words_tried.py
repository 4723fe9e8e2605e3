"""Each word that a user may write stands on its page, and is drawn where deals and scenarios are drawn at random."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from securitize.base.closed import words
from securitize.definitions.deals.fees import Fee
from securitize.definitions.deals.notes import Principal
from securitize.definitions.deals.rates import RateRule
from securitize.definitions.deals.triggers import Trigger
from securitize.definitions.pools.instalments import Repayment
from securitize.definitions.pools.pool import Contract
from securitize.definitions.pools.pool_limits import Limit
from securitize.definitions.pools.royalties import RoyaltyRate
from securitize.definitions.scenarios.curves import Curve
from securitize.definitions.scenarios.effects import FixingStress
from securitize.definitions.scenarios.scenario import PoolStress, Stress
from securitize.definitions.suites.stresses import SuiteStress
from tests.oracle.drawn_stresses import DRIVERS
from tests.packaging.tree import ROOT
from tests.properties.test_generator import EXPECTED, TRIGGERS

KINDS: dict[str, tuple[Any, str]] = {
    "contracts": (Contract, "kind"),
    "coupons": (RateRule, "kind"),
    "curves": (Curve, "kind"),
    "fees": (Fee, "kind"),
    "limits": (Limit, "kind"),
    "principal": (Principal, "kind"),
    "repayments": (Repayment, "kind"),
    "royalties": (RoyaltyRate, "kind"),
    "stresses": (Stress, "driver"),
    "stresses of suites": (SuiteStress, "driver"),
    "triggers": (Trigger, "kind"),
}
#: Pages that are made from help texts and dictionaries: a word there is not an explanation.
MADE = {"commands.md", "tables.md"}


@cache
def pages() -> str:
    found = (file for file in (ROOT / "docs" / "reference").glob("*.md") if file.name not in MADE)
    return "".join(file.read_text(encoding="utf-8") for file in found)


def stands(word: str, text: str) -> bool:
    return f"`{word}`" in text or f'"{word}"' in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stands_on_a_page(kind: str) -> None:
    assert [word for word in words(*KINDS[kind]) if not stands(word, pages())] == []


def test_a_word_that_stands_nowhere_is_seen() -> None:
    assert not stands("planned", "scheduled, `planned-principal`, planned")


def test_every_trigger_and_principal_is_drawn_in_deals() -> None:
    assert {name.partition(" ")[0] for name in TRIGGERS} == set(words(Trigger, "kind"))
    assert set(EXPECTED["principal before the legal final"]) == set(words(Principal, "kind"))


def test_every_driver_that_acts_on_a_pool_is_drawn_in_scenarios() -> None:
    assert set(DRIVERS) >= set(words(PoolStress, "driver"))
    assert set(DRIVERS) <= {*words(PoolStress, "driver"), *words(FixingStress, "driver")}
