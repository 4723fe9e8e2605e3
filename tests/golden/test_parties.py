"""Which company plays which roles in the shipped deals and templates, and what its failure takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from securitize.assets.collections import Collections, project
from securitize.base.dates import add_months
from securitize.definitions.figures import STREAMS
from securitize.definitions.scenarios.deal_stresses import PartyDefaultStress
from securitize.definitions.scenarios.scenario import DefaultStress, Stress
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import evaluate, with_stresses
from securitize.library import list_deals, list_templates
from securitize.performance.parties import PartyRoles, parties_of
from securitize.performance.stresses import resolve_performance
from tests.packaging.tree import ROOT

DEALS = {one.name: one.path for one in (*list_deals(), *list_templates())}
PAGE = ROOT / "docs" / "explanation" / "shipped-deals.md"


@cache
def prepared(path: Path) -> Prepared:
    return prepare(path)


def roles(name: str) -> list[PartyRoles]:
    """The parties of a deal that owe it anything but contracts of the pool."""
    one = prepared(DEALS[name])
    return [party for party in parties_of(one.deal, one.pool).values() if party.pays_others]


def row(name: str, party: PartyRoles) -> str:
    """A line of the table of the page."""
    cells = [
        name,
        party.key,
        ", ".join(party.supports) or "–",
        ", ".join(party.sources) or "–",
        ", ".join(party.accounts) or "–",
        "yes" if party.obligor else "–",
    ]
    return f"| {' | '.join(cells)} |"


def test_the_page_tells_every_party_and_its_roles() -> None:
    found = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    rows = [row(name, party) for name in DEALS for party in roles(name)]
    assert [line for line in found if line in rows] == rows
    # Every support of a shipped deal names its company, and every promise to pay recoveries.
    assert not [line for line in rows if "support:" in line]
    # One company, as published or assumed: it guarantees the loans and undertakes for the notes.
    for name in ("nanshan-5-2022", "ningbo-1-2024", "lithium-battery", "pledged-loan"):
        (guarantor,) = [one for one in roles(name) if one.supports]
        assert guarantor.sources


def largest(one: Prepared) -> list[str]:
    owed = dict.fromkeys(one.pool.obligors, 0)
    for contract in one.pool.contracts.values():
        owed[contract.obligor] += contract.opening
    return sorted(owed, key=lambda name: -owed[name])


def defaults(one: Prepared, count: int) -> tuple[Stress, ...]:
    at = add_months(one.deal.dates.cut_off, 6)
    return tuple(DefaultStress(driver="default", obligor=name, at=at) for name in largest(one)[:count])


def fails(party: str, at: dt.date) -> PartyDefaultStress:
    return PartyDefaultStress(driver="party-default", party=party, at=at)


def collected(one: Prepared, stresses: Sequence[Stress]) -> Collections:
    scenario = with_stresses(one, tuple(stresses))
    performance = resolve_performance(one.deal.performance, scenario, one.pool, one.schedule, deal=one.deal)
    return project(one.resolved_pool, performance)


PARTIES = [(name, party.key) for name in DEALS for party in roles(name) if party.supports or party.sources]


@pytest.mark.parametrize(("name", "key"), PARTIES, ids=lambda text: text)
def test_a_party_that_fails_alone_pays_nothing_in_any_role(name: str, key: str) -> None:
    """Alone, with the largest obligor, with two: all the pool lacks is what the party owed of the defaults."""
    one = prepared(DEALS[name])
    (party,) = [each for each in roles(name) if each.key == key]
    owed = []
    for count in range(min(3, len(one.pool.obligors) + 1)):
        struck = defaults(one, count)
        before, after = collected(one, struck), collected(one, (*struck, fails(key, one.deal.dates.closing)))
        paid = [flow for flows in before.flows.values() for flow in flows if flow.party == key]
        owed.append(sum(int(flow.amount[0]) for flow in paid))
        assert not [flow for flows in after.flows.values() for flow in flows if flow.party == key]
        lacks = {each: int((before.streams[each] - after.streams[each]).sum()) for each in STREAMS}
        assert lacks == {**dict.fromkeys(STREAMS, 0), "recovery": owed[-1]}
        cells = evaluate(one, [struck, (*struck, fails(key, one.deal.dates.closing))])
        drawn = np.array([cells.lines["support", each, "drawn"].sum(axis=1) for each in party.supports])
        assert not drawn[:, 1].any()
    # Without a default nothing is owed; with one, something, where the party guarantees the pool.
    assert (owed[0], all(owed[1:])) == (0, bool(party.sources))


def test_nanshan_when_its_guarantor_and_two_companies_fail() -> None:
    """Figures from outside: 202,000,000 of the notes A lose 51,048,084.46, the subordinated ones all.

    By hand: what the ten others and the two before their default pay is all that there is; fees and interest come
    first, and the principal of A is what they leave.
    """
    one = prepared(DEALS["nanshan-5-2022"])
    stresses = (*defaults(one, 2), fails("guarantor", one.deal.dates.closing))
    found = collected(one, stresses)
    cells = evaluate(one, [stresses])
    lost = {note: int(cells.lines["note", note, "written_off"].sum()) for note in one.deal.notes}
    assert lost == {"A": 5_104_808_446, "sub": 400_000_000}
    cash = sum(int(found.streams[each].sum()) for each in STREAMS)
    interest = int(cells.lines["note", "A", "interest_paid"].sum())
    fees = sum(int(cells.lines["fee", fee, "paid"].sum()) for fee in one.deal.fees)
    assert Decimal(20_200_000_000 - (cash - interest - fees)) / 100 == Decimal("51048084.46")
