"""Measures of notes against exact fractions, and against what the published tables say."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securitize.definitions.deals.deal import Deal
from securitize.waterfall.issuance import closing_statement
from securitize.waterfall.measures import coverage, measure_note, weighted_average_life
from securitize.waterfall.trigger_inputs import trigger_inputs
from tests.properties.comparison import as_tuples
from tests.properties.generated_deals import GeneratedDeal, generated_deals
from tests.properties.numbered import Paid, each, paid

CLOSING = datetime.date(2020, 2, 29)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40))
def test_weighted_average_life_against_fractions(principal: list[int]) -> None:
    dates = [CLOSING + datetime.timedelta(days=91 * (k + 1)) for k in range(len(principal))]
    found = weighted_average_life(np.array([principal]), dates, CLOSING)[0]
    if sum(principal) == 0:
        assert np.isnan(found)
        return
    exact = Fraction(sum(p * 91 * (k + 1) for k, p in enumerate(principal)), 365 * sum(principal))
    # One rounding a term and two of the quotient: some 2^-53 each.
    assert abs(Fraction(float(found)) - exact) <= exact * Fraction(len(principal) + 3, 2**53)


def test_a_bullet_has_the_life_of_its_only_date() -> None:
    assert weighted_average_life(
        np.array([[0, 0, 7]]), [CLOSING] * 2 + [CLOSING.replace(year=2021, day=28)], CLOSING
    ) == [1.0]


def measures_lie_between_what_the_lines_allow(paid: Paid) -> None:
    _, deal, lines = paid
    for name, note in deal.deal.notes.items():
        measured = measure_note(deal, lines, name)
        face = note.balance + measured.total_capitalised
        assert (measured.total_principal + measured.written_off == face).all()
        repaid = measured.total_principal > 0
        dates = [(day - deal.deal.dates.closing).days / 365 for day in deal.schedule.payment]
        first, last = np.take(dates, measured.first_principal), np.take(dates, measured.last_principal)
        assert (measured.first_principal >= 0).tolist() == repaid.tolist()
        inside = (first - 1e-12 <= measured.wal_years) & (measured.wal_years <= last + 1e-12)
        assert inside[repaid].all()
        assert np.isnan(measured.wal_years[~repaid]).all()


def a_trigger_breaches_where_what_is_published_is_below_its_threshold(paid: Paid) -> None:
    _, deal, lines = paid
    for name, resolved in deal.triggers.items():
        measured = trigger_inputs(deal, lines, name).measure
        terms = resolved.trigger
        at_once = not terms.latched and terms.consecutive == terms.cure == 1
        if measured is None or not at_once or terms.kind not in ("coverage", "collections", "pool-balance"):
            continue
        threshold = terms.threshold / 10**8
        tested = np.array(resolved.tested)
        near = np.isclose(measured, threshold, rtol=1e-12)
        expected = tested & (np.nan_to_num(measured, nan=np.inf) < threshold)
        breached = lines[("trigger", name, "breached")] != 0
        assert (breached == expected)[~near & tested].all()


def coverage_falls_or_stays_as_lower_ranks_are_counted_in(paid: Paid) -> None:
    _, deal, lines = paid
    senior, all_ranks = coverage(deal, lines, 1), coverage(deal, lines, 3)
    both = ~np.isnan(senior.dscr) & ~np.isnan(all_ranks.dscr)
    assert (all_ranks.dscr[both] <= senior.dscr[both] + 1e-12).all()


def a_trigger_follows_from_what_its_tests_were_computed_from(paid: Paid) -> None:
    """Count the outcomes by the rule of the page, from the first date on: the state of the engine."""
    _, deal, lines = paid
    for name, resolved in deal.triggers.items():
        terms, outcome = resolved.trigger, trigger_inputs(deal, lines, name).fails
        for path, fails in enumerate(outcome.tolist()):
            stands, failed, passed = False, 0, 0
            for t, fail in enumerate(fails):
                if resolved.tested[t]:
                    failed, passed = (failed + 1, 0) if fail else (0, passed + 1)
                    if not stands:
                        stands = failed >= terms.consecutive
                    elif not terms.latched:
                        stands = passed < terms.cure
                assert stands == bool(lines[("trigger", name, "breached")][path, t]), (name, terms.kind, t)


LAWS = (
    (a_trigger_follows_from_what_its_tests_were_computed_from, 300),
    (measures_lie_between_what_the_lines_allow, 150),
    (a_trigger_breaches_where_what_is_published_is_below_its_threshold, 300),
    (coverage_falls_or_stays_as_lower_ranks_are_counted_in, 100),
)


#: Every deal of a law is in one of its parts.
PARTS = 3


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("law", "deals"), LAWS, ids=lambda each: getattr(each, "__name__", ""))
def test_a_law_of_measures_holds_of_every_deal(law: Callable[[Paid], None], deals: int, part: int) -> None:
    each(law, range(part, deals, PARTS))


@pytest.mark.deep(part="splits")
@pytest.mark.parametrize("law", [law for law, _ in LAWS], ids=lambda law: law.__name__)
@settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(generated_deals(paths=2))
def test_a_law_of_measures_holds_where_hypothesis_looks(
    law: Callable[[Paid], None], case: GeneratedDeal
) -> None:
    law(paid(case))


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(generated_deals(paths=1), st.integers(0, 10**12))
def test_closing_sources_are_uses(case: GeneratedDeal, lump_sum: int) -> None:
    deal = Deal.model_validate(as_tuples(case.deal))
    items = closing_statement(deal, {"o1": lump_sum})
    sides = {side: sum(item.amount for item in items if item.side == side) for side in ("source", "use")}
    assert sides["source"] == sides["use"]
    assert all(item.amount >= 0 for item in items if item.item != "originator")
