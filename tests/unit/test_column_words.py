"""Words that the dictionary closes a column to are those that the program writes there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from securitize.base.closed import members, words
from securitize.definitions.chains.chain import Stage
from securitize.definitions.deals.steps import InForce
from securitize.definitions.figures import FigureKind, Stream
from securitize.definitions.policies.policy import Recipient
from securitize.definitions.pools.build import Objective
from securitize.definitions.pools.pool_limits import Limit
from securitize.definitions.register import WrittenKind
from securitize.definitions.rules.capital import CapitalSet
from securitize.definitions.scenarios.curves import Beyond
from securitize.definitions.scenarios.deal_stresses import DealStress
from securitize.definitions.scenarios.scenario import PoolStress
from securitize.definitions.suites.stresses import SuiteStress
from securitize.definitions.suites.suite import DriverName
from securitize.financing.alternatives import Reason
from securitize.financing.cash import Group
from securitize.financing.comparison import Policy
from securitize.market.used_spreads import SpreadBasis
from securitize.pooling.candidates.columns import tables as candidate_tables
from securitize.pooling.screens.findings import Result, Subject
from securitize.risk import break_criteria, rules
from securitize.studies.price.note_prices import PriceReason
from securitize.studies.solvers import break_even
from securitize.studies.solvers.sensitivities import MEASURES
from securitize.tables.dictionary import load
from securitize.tables.naming import namings
from securitize.waterfall.issuance import Side

DRIVERS = members(DriverName)
STRESSES = {word for union in (PoolStress, DealStress, SuiteStress) for word in words(union, "driver")} | {
    "subsidies"
}
#: table.column -> the words that the program writes there.
WORDS: Mapping[str, tuple[object, ...]] = {
    "assumptions.kind": members(WrittenKind),
    "break_evens.criterion": members(break_criteria.Criterion),
    "break_evens.driver": DRIVERS,
    "break_evens.status": members(break_even.Status),
    "candidate_contracts.kind": candidate_tables()["contracts"].column("kind").values,
    "candidates.patent_kind": candidate_tables()["patents"].column("patent_kind").values,
    "candidates.stage": ("", *members(Stage)),
    "closing.side": members(Side),
    "collections.stream": members(Stream),
    "company_cash_flows.group": members(Group),
    "grid.driver_1": DRIVERS,
    "grid.driver_2": DRIVERS,
    "indicators.subject": ("patent", "company"),
    "market_indices.kind": members(FigureKind),
    "market_points.kind": members(FigureKind),
    "market_spreads.beyond": members(Beyond),
    "market_spreads.kind": members(FigureKind),
    "market_spreads.spread_basis": members(SpreadBasis),
    "note_capital.approach": words(CapitalSet, "approach"),
    "offers.reason": members(Reason),
    "payment_dates.priority": members(InForce),
    "pool.patent_kind": candidate_tables()["patents"].column("patent_kind").values,
    "pool_limits.kind": words(Limit, "kind"),
    "prices.price_reason": members(PriceReason),
    "prices.spread_basis": members(SpreadBasis),
    "reverse_stresses.criterion": members(break_criteria.Criterion),
    "reverse_stresses.driver": DRIVERS,
    "rule_checks.kind": members(FigureKind),
    "rule_checks.status": members(rules.Status),
    "savings.policy": members(Policy),
    "screens.result": members(Result),
    "screens.subject": members(Subject),
    "selection.objective": members(Objective),
    "sensitivities.measure": MEASURES,
    "steps.priority": members(InForce),
    "stress_factors.driver": tuple(STRESSES),
    "stress_factors.kind": members(WrittenKind),
    "subsidies.recipient": members(Recipient),
    "triggers.priority_in_force": members(InForce),
}


@pytest.mark.parametrize("where", WORDS)
def test_a_column_is_closed_to_the_words_of_the_program(where: str) -> None:
    table, column = where.split(".")
    assert sorted(load(table).column(column).values) == sorted(map(str, WORDS[where]))


def test_words_of_open_columns_have_chinese() -> None:
    from securitize.definitions.financing.costs import Component, Instrument

    known = namings()
    assert set(members(Component)) <= set(known["component"].values_zh)
    assert set(members(Instrument)) <= set(known["side"].values_zh)
    assert set(members(Instrument)) <= set(known["alternative"].values_zh)
