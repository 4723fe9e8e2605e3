"""Losses and coverage of every shipped deal and template in the state of each scenario."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from securitize.definitions.loading import load_suite
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import evaluate
from securitize.engine.tables.scenarios import NamedBatch, stress_results
from securitize.engine.targets import target_of
from securitize.library import find_suite, list_deals, list_templates
from securitize.performance.drivers import no_support
from securitize.studies.stress.scenarios import situations
from securitize.tables import Columns
from securitize.waterfall.measures import measure_note, sum_lines
from securitize.waterfall.published_coverage import published_coverage
from securitize.waterfall.rules.coverage import senior_fees

DEALS = [one.path for one in list_deals()] + [one.path for one in list_templates()]


def suite_on(prepared: Prepared) -> NamedBatch:
    suite = load_suite(find_suite("supervisory", prepared.definitions.deal.path))
    acting = [one for one in situations(suite, prepared, None) if one.prepared is not None]
    return NamedBatch([one.name for one in acting], evaluate(prepared, [one.stresses for one in acting]))


def row_of(found: Columns, scenario: str, note: str) -> dict[str, object]:
    (row,) = [
        k
        for k, both in enumerate(zip(found["scenario"], found["note"], strict=True))
        if both == (scenario, note)
    ]
    return {name: values[row] for name, values in found.items()}


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_losses_add_up_and_support_that_fails_covers_nothing(deal: Path) -> None:
    prepared = prepare(deal)
    cells = suite_on(prepared)
    for name, note in prepared.deal.notes.items():
        found = measure_note(cells.batch.resolved, cells.lines, name)
        never_paid = found.written_off + found.interest_written_off + found.unpaid_interest
        assert (found.principal_loss + found.interest_loss == never_paid).all()
        assert (found.principal_loss <= note.balance).all()
        assert (found.present_value_loss >= 0).all()
        assert (found.present_value_loss <= 1).all()
        if not note.capitalises:
            # Nothing moved but the name.
            assert (found.principal_loss == found.written_off).all(), name
        # A loss of principal is one of present value; paid late at no more than the coupon, too.
        assert (found.present_value_loss > 0)[found.principal_loss > 0].all()
    without = evaluate(prepared, [no_support(target_of(prepared))])
    for rank in {note.rank for note in prepared.deal.notes.values()}:
        ranked = [name for name, note in prepared.deal.notes.items() if note.rank <= rank]
        lines, resolved = without.lines, without.resolved
        measured = published_coverage(resolved, lines, without.fee_interest, rank)
        # Reserves by the steps as they are written, not as they are resolved.
        payees = {f"{kind}:{name}" for kind in PAYS for name in ranked}
        reserves = np.zeros_like(lines["performing",])
        for account, terms in prepared.deal.accounts.items():
            drawn = np.zeros(reserves.shape, bool)
            for priority in ("normal", "acceleration", "default"):
                for place, step in enumerate(getattr(prepared.deal.priority, priority) or ()):
                    if payees & set(step.pay) and account in (step.from_ or ()) and terms.is_reserve:
                        drawn |= lines["step", priority, str(place), "ran"] != 0
            reserves = reserves + np.where(drawn, lines["account", account, "before"], 0)
        fees = sum_lines(lines, [("fee", name, "due") for name in senior_fees(resolved)])
        collected = sum_lines(lines, [line for line in lines if line[0] == "collections"])
        due = sum_lines(
            lines,
            [("note", name, what) for name in ranked for what in ("interest_due", "principal_scheduled")],
        )
        there = ~np.isnan(measured.dscr)
        own = np.maximum(collected - fees, 0) + reserves
        assert (measured.dscr_with_support[there] == (own[there] / due[there])).all()
    for measured in cells.coverage().values():
        there = ~np.isnan(measured.dscr)
        dscr, supported = measured.dscr[there], measured.dscr_with_support[there]
        assert (supported >= dscr).all()


PAYS = ("interest", "current-interest", "deferred-interest", "principal", "redemption", "put")


def test_the_largest_out_of_a_loan_that_capitalises_loses_less_than_was_lent() -> None:
    found = stress_results(suite_on(prepare("xoma-vabysmo-2023")))
    row = row_of(found, "largest-out", "loan")
    assert row["principal_loss"] == 126_034_375_00
    assert row["outstanding_at_legal_final"] == 485_729_471_14
    assert row["lent"] == 130_000_000_00


def test_coverage_where_the_guarantor_is_out_is_that_of_the_reserves() -> None:
    found = stress_results(suite_on(prepare("guangzhou-2019")))
    row = row_of(found, "guarantor-out", "A")
    assert row["min_dscr_with_support"] == pytest.approx(1.0959, abs=5e-5)
    # 11 dates less the last.
    assert row["dscr_dates"] == 10


def test_a_pass_through_has_no_debt_service_coverage_that_could_rise() -> None:
    found = stress_results(suite_on(prepare("lithium-battery")))
    assert set(found["min_dscr"]) == {None}
    assert set(found["dscr_dates"]) == {0}


def test_the_interest_of_licence_fees_is_what_does_not_repay_the_advance() -> None:
    """Of a licence-back the balance falls by the rest of each fee; late fees bring their interest later."""
    prepared = prepare("guangzhou-2019")
    pool = calculate(prepared).collections
    fees, interest = pool.streams["fee"][0], pool.fee_interest[0]
    assert (interest > 0).any()
    assert (fees - interest == -np.diff(pool.performing[0])).all()
    late = suite_on(prepared)
    row = list(late.names).index("late-90")
    moved = late.batch.fee_interest[row]
    assert moved.sum() <= interest.sum()
    assert (moved.cumsum() <= interest.cumsum()).all()
    assert (moved != interest).any()
