"""What every trigger was computed from, found again from the other tables of a run, in whole minor units.

The rules are those of ``docs/reference/priority-of-payments.md``, section 8; no function of the engine's is used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.figures import RATINGS
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepare import prepare
from securitize.engine.scenario_batch import with_stresses
from securitize.engine.tables import tabulate
from tests.golden.test_shipped_deals import OWN
from tests.stress.mid_life import after, cases, often, read, shipped

DEALS = shipped()
#: Those of these names are tried with every change.
FIRST = often("guangzhou-2019", "biopharma-2000", "running-royalty", "trust-loan", part="figures")
Row = dict[str, Any]
#: Multiples as a table holds them are rates of eight decimals.
UNITS = 10**8


class Tables:
    """The tables of one calculation, by name and key."""

    def __init__(self, calculation: Calculation) -> None:
        self.deal: Deal = calculation.prepared.deal
        self.schedule = calculation.prepared.schedule
        self.past = calculation.prepared.today.period
        state = calculation.prepared.state
        self.history = state.history if state else None
        self.breached = {name: one.breached for name, one in state.triggers.items()} if state else {}
        self.unpaid = (
            {n: o.deferred + o.interest_on_deferred for n, o in state.notes.items()} if state else {}
        )
        self.rows: dict[str, list[Row]] = {}
        for name, columns in tabulate(calculation).items():
            self.rows[name] = [
                dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
            ]
        self.periods = sorted({row["period"] for row in self.rows["payment_dates"]})

    def of(self, table: str, period: int, **key: object) -> list[Row]:
        return [
            row
            for row in self.rows[table]
            if row["period"] == period and all(row[name] == value for name, value in key.items())
        ]

    def one(self, table: str, period: int, column: str, **key: object) -> Any:
        (row,) = self.of(table, period, **key)
        return row[column]


def collected(t: Tables, period: int) -> int:
    return sum(row["amount"] for row in t.of("collections", period))


def scheduled(t: Tables, period: int) -> int:
    calls = [row for row in t.rows["payment_dates"] if row["clean_up_call"] or row["issuer_call"]]
    if any(row["period"] < period for row in calls):
        return 0
    return int(t.one("pool_balances", period, "scheduled_collections"))


def summed(t: Tables, upto: int, history: str, periods: int | None, of: Any) -> int:
    """Over all dates up to one, or the last so many; those before the first as the state tells them."""
    known = list(getattr(t.history, history)) if t.history and periods else []
    all_of: list[int] = [*known, *(of(t, period) for period in t.periods if period <= upto)]
    if periods is not None:
        return sum(all_of[-periods:])
    before: int = getattr(t.history, f"{history}_in_all") if t.history else 0
    return sum(all_of) + before


def sales(t: Tables, period: int) -> int:
    return int(t.one("pool_balances", period, "sales"))


def forecast_sales(t: Tables, period: int) -> int:
    return int(t.one("pool_balances", period, "forecast_sales"))


def senior_fees(t: Tables, period: int) -> int:
    """Due to fees that steps of the normal priority name before the first that pays interest."""
    named: dict[str, None] = {}
    for step in t.deal.priority.normal:
        if any(
            payee.split(":")[0] in ("interest", "current-interest", "deferred-interest") for payee in step.pay
        ):
            break
        named |= {payee.split(":")[1]: None for payee in step.pay if payee.startswith("fee:")}
    return sum(t.one("fees", period, "due", fee=name) for name in named)


def interest_due(t: Tables, note: str, period: int) -> int:
    (row,) = t.of("note_cash_flows", period, note=note)
    before = t.of("note_cash_flows", period - 1, note=note)
    unpaid = before[0]["unpaid_interest"] if before else t.unpaid.get(note, 0)
    return int(row["interest_accrued"] + row["interest_on_unpaid"] + unpaid)


def principal_due(t: Tables, note: str, period: int) -> int:
    terms, (row,) = t.deal.notes[note], t.of("note_cash_flows", period, note=note)
    if period == t.schedule.periods:
        return int(row["opening_balance"])
    day, principal = t.schedule.accrual[period], terms.principal
    match principal.kind:
        case "scheduled":
            left = terms.balance - sum(one.amount for one in principal.payments if one.date <= day)
        case "bullet":
            left = 0 if day >= principal.date else terms.balance
        case _:
            return 0
    return max(0, int(row["opening_balance"]) - left)


def numerator_and_denominator(t: Tables, name: str, period: int) -> tuple[int | None, int | None]:
    trigger, closing = t.deal.triggers[name], "closing_balance"
    match trigger.kind:
        case "cumulative-default":
            lost = summed(t, period, "defaulted", None, lambda t, p: t.one("pool_balances", p, "defaulted"))
            return lost, original_pool(t)
        case "collections":
            periods = None if trigger.cumulative else trigger.periods
            return (
                summed(t, period, "collected", periods, collected),
                summed(t, period, "scheduled", periods, scheduled),
            )
        case "sales":
            return (
                summed(t, period, "sales", trigger.periods, sales),
                summed(t, period, "forecast_sales", trigger.periods, forecast_sales),
            )
        case "coverage":
            assert not trigger.with_support
            assert trigger.measure in ("DSCR", "IC")
            ranked = [note for note, one in t.deal.notes.items() if one.rank <= trigger.rank]
            due = sum(interest_due(t, note, period) for note in ranked)
            if trigger.measure == "DSCR":
                due += sum(principal_due(t, note, period) for note in ranked)
            return max(0, collected(t, period) - senior_fees(t, period)), due
        case "unpaid-interest":
            return sum(
                t.one("note_cash_flows", period, "unpaid_interest", note=n) for n in trigger.notes
            ), None
        case "notes-nil":
            return sum(t.one("note_cash_flows", period, closing, note=n) for n in trigger.notes), None
        case "pool-balance":
            return t.one("pool_balances", period, "performing"), original_pool(t)
    return None, None


def original_pool(t: Tables) -> int:
    return int(t.rows["pool_balances"][0]["original_pool"])


def count_and_threshold(t: Tables, name: str, period: int) -> tuple[int | None, int | None]:
    trigger = t.deal.triggers[name]
    match trigger.kind:
        case "date":
            day: dt.date = t.one("payment_dates", period, "payment_date")
            return (day - trigger.date).days, 0
        case "provider-default":
            return t.one("support", period, "provider_pays", support=trigger.support), UNITS
        case "provider-rating":
            rating = t.one("support", period, "provider_rating", support=trigger.support)
            return RATINGS.index(rating), RATINGS.index(trigger.below)
        case "combination":
            stand = [t.one("triggers", period, "breached", trigger=one) for one in trigger.of]
            return sum(stand), len(stand) if trigger.rule == "all" else 1
    return None, None


def fails(row: Row) -> bool:
    """By the table of the page, from the row alone."""
    n, d, lower, upper = (row[name] for name in ("numerator", "denominator", "lower", "upper"))
    low, high = (None if end is None else Fraction(round(end * UNITS), UNITS) for end in (lower, upper))
    match row["kind"]:
        case "cumulative-default" | "deficiency":
            return bool(n > high * d)
        case "collections" | "pool-balance":
            return bool(n < low * d)
        case "coverage":
            return n is not None and d > 0 and n < low * d
        case "sales":
            return d > 0 and ((low is not None and n < low * d) or (high is not None and n > high * d))
        case "reserve":
            return bool(n < d)
        case "unpaid-interest" | "unpaid-principal":
            return bool(n > 0)
        case "notes-nil":
            return bool(n == 0)
        case "date" | "combination":
            return bool(row["count"] >= row["count_threshold"])
        case "provider-default":
            return bool(row["count"] < row["count_threshold"])
        case "provider-rating":
            return bool(row["count"] > row["count_threshold"])
    raise ValueError(row["kind"])


def recomputed(calculation: Calculation) -> set[str]:
    """Every row of the table of triggers is what the other tables say; the kinds that were seen."""
    t = Tables(calculation)
    state = calculation.prepared.state
    for name in t.deal.triggers:
        before = state.triggers[name] if state else None
        stands, failed, passed = (before.breached, before.failed, before.passed) if before else (False, 0, 0)
        for row in (row for row in t.rows["triggers"] if row["trigger"] == name):
            where = (name, row["period"])
            found = (row["numerator"], row["denominator"])
            assert found == numerator_and_denominator(t, name, row["period"]), where
            assert (row["count"], row["count_threshold"]) == count_and_threshold(t, name, row["period"]), (
                where
            )
            assert row["fails"] == (fails(row) if row["tested"] else None), where
            if row["tested"]:
                failed, passed = (failed + 1, 0) if row["fails"] else (0, passed + 1)
                if not stands:
                    stands = failed >= row["consecutive"]
                elif not row["latched"]:
                    stands = passed < row["cure"]
            assert row["breached"] == stands, where
    return {row["kind"] for row in t.rows["triggers"]}


@pytest.mark.parametrize("deal", FIRST, ids=lambda deal: Path(deal).name)
def test_every_trigger_is_found_again_from_the_tables(deal: str) -> None:
    recomputed(calculate(prepare(deal)))
    recomputed(calculate(after(deal, 2)))


@pytest.mark.deep(part="figures")
@pytest.mark.parametrize(("deal", "scenario"), OWN)
def test_it_is_under_every_scenario_of_a_deal(deal: str, scenario: str) -> None:
    recomputed(calculate(prepare(deal, scenario)))


def under_suite(deal: str) -> Iterator[Calculation]:
    prepared = prepare(deal)
    found = prepared.definitions
    for case in cases(prepared):
        scenario = with_stresses(prepared, read(case))
        loaded = Loaded(Path("scenario.toml"), scenario, {}, b"", found.deal.locator)
        yield calculate(on_dates(replace(found, scenario=loaded)))


@pytest.mark.deep(part="figures")
@pytest.mark.parametrize("deal", DEALS, ids=lambda deal: Path(deal).name)
def test_it_is_under_every_scenario_of_the_suite(deal: str) -> None:
    for calculation in under_suite(deal):
        recomputed(calculation)
