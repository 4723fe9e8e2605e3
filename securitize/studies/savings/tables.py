"""A comparison as the tables of the data dictionary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from securitize.engine.tables.pool import assumption_rows
from securitize.financing.comparison import OF_COMPANY, POLICIES, WITH_POLICY, CostCell, cell
from securitize.financing.programme.cost_to_the_city import CostToTheCity
from securitize.tables import Columns, build
from securitize.tables.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

    from securitize.financing.break_even import SavingBreakEven
    from securitize.studies.savings.company_savings import Comparison
    from securitize.studies.savings.saving_paths import SavingOnPaths

BASIS_POINTS = 1e4


def company_cash_flows(comparison: Comparison) -> Columns:
    """One row a side, company, date and component."""
    rows = Rows("side", "company", "date", "group", "component", "currency", "amount")
    currency = comparison.inputs.currency
    for (name, when), subsidised in comparison.sides.items():
        if when not in WITH_POLICY:
            continue
        for company, side in subsidised.sides.items():
            sums: dict[tuple[Any, ...], int] = {}
            for row in (*side.cash, *subsidised.by_company[company]):
                key = (row.date, row.group, row.component)
                sums[key] = sums.get(key, 0) + row.amount
            for key, amount in sums.items():
                rows.add(name, company, *key, currency, amount)
    return rows.columns


def financing_cost(comparison: Comparison) -> Columns:
    """One row a cell and component, and one of the whole."""
    rows = Rows(
        "level", "company", "side", "policy", "group", "component", "currency", "money", "rate_bp", "simple_bp",
        "nominal_bp",
    )  # fmt: skip

    def add(level: str, company: str, one: CostCell) -> None:
        if one.cost is None:
            return
        currency, cost = comparison.inputs.currency, one.cost
        key = (level, company, one.side, one.policy)
        whole = (cost.money, _bp(cost.all_in), _bp(cost.simple), _bp(cost.nominal))
        rows.add(*key, "all", "all", currency, *whole)
        for part in cost.shares:
            found = (part.money, _bp(part.rate), _bp(part.simple), None)
            rows.add(*key, part.group, part.component, currency, *found)

    for row in comparison.compared:
        add(row.level, row.company, row.securitization)
        if row.level not in OF_COMPANY and row.best is not None:
            add(row.level, row.company, row.best)
    for (_, company, _), one in comparison.offered.items():
        add("company", company, one)
    return rows.columns


def offers(comparison: Comparison) -> Columns:
    """One row a company and alternative."""
    rows = Rows("company", "alternative", "available", "reason", "why", "without_bp", "with_bp")
    for name, offered in comparison.offers.items():
        for one in offered:
            cells = [comparison.offered.get((name, one.company, when)) for when in POLICIES]
            rates = [None if found is None else _bp(found.all_in) for found in cells]
            rows.add(one.company, name, one.side is not None, one.reason, one.why, *rates)
    return rows.columns


def savings(comparison: Comparison) -> Columns:
    """One row a company and policy, and of pool and deal."""
    rows = Rows(
        "level", "company", "policy", "alternative", "currency", "principal", "securitization_bp", "alternative_bp",
        "saving_bp", "saving_present_value", "saving_a_year", "break_even_rate_bp", "break_even_fee_bp",
        "break_even_subsidy",
    )  # fmt: skip
    for row in comparison.compared:
        best, saved = row.best, row.saving
        principal = sum(cash.amount for cash in row.securitization.cash if cash.component == "drawn")
        rows.add(
            row.level,
            row.company,
            row.policy,
            None if best is None else best.side,
            comparison.inputs.currency,
            principal,
            _bp(row.securitization.all_in),
            None if best is None else _bp(best.all_in),
            None if saved is None else _bp(saved.rate),
            None if saved is None else round(saved.present_value),
            None if saved is None else round(saved.money_a_year),
            _units(row.coupon),
            _units(row.fee),
            None if row.subsidy is None else -row.subsidy.value,
        )
    return rows.columns


def subsidies(comparison: Comparison) -> Columns:
    """One row a payment of a policy."""
    rows = Rows(
        "side", "number", "policy", "rule", "company", "recipient", "component", "date", "currency", "amount",
        "before_caps", "capped_by", "as_if",
    )  # fmt: skip
    for (name, when), subsidised in comparison.sides.items():
        if when not in WITH_POLICY:
            continue
        for number, one in enumerate(subsidised.subsidies, 1):
            rows.add(
                name,
                number,
                one.policy,
                one.rule,
                one.company,
                one.recipient,
                one.component,
                one.date,
                comparison.inputs.currency,
                one.amount,
                one.before_caps,
                ", ".join(one.capped_by),
                one.as_if,
            )
    return rows.columns


def public_cost(comparison: Comparison) -> Columns:
    """One row a side on which a policy pays."""
    rows = Rows(
        "side",
        "currency",
        "paid",
        "lowered_bp",
        "saved",
        "financed",
        "per_basis_point",
        "per_unit_saved",
        "leverage",
    )
    for (name, when), subsidised in comparison.sides.items():
        if when not in WITH_POLICY or not subsidised.subsidies:
            continue
        cost = _cost_to_the_city(name, comparison)
        each = cost.per_basis_point
        rows.add(
            name,
            comparison.inputs.currency,
            cost.paid,
            cost.lowered,
            cost.saved,
            cost.financed,
            None if each is None else round(each),
            cost.per_yuan_saved,
            cost.leverage,
        )
    return rows.columns


def _cost_to_the_city(name: str, comparison: Comparison) -> CostToTheCity:
    """Of all companies of one side together."""
    subsidised = comparison.sides[name, "with"]
    sides = list(subsidised.sides.values())
    costs = [cell(sides, when, comparison.sides[name, when]).all_in for when in POLICIES]
    lowered = None if None in costs else ((costs[0] or 0) - (costs[1] or 0)) * 10_000
    return CostToTheCity(
        paid=sum(one.amount for one in subsidised.subsidies),
        lowered=lowered or 0.0,
        saved=sum(row.amount for rows in subsidised.by_company.values() for row in rows),
        financed=sum(side.facility.principal for side in sides),
    )


def saving_paths(found: Sequence[SavingOnPaths], paths: int, currency: str) -> Columns:
    """One row a company and policy, and of the pool."""
    rows = Rows(
        "level", "company", "policy", "paths", "currency", "default_probability", "mean", "error", "quantile_5",
        "median", "quantile_95", "loses", "mean_paying", "mean_defaulting", "mean_bad_market",
    )  # fmt: skip
    for one in found:
        spread = one.spread
        money = [round(each) for each in (spread.mean, spread.error, *spread.quantiles)]
        means = [
            None if each is None else round(each)
            for each in (spread.paying, spread.defaulting, spread.bad_market)
        ]
        key = (one.level, one.company, one.policy, paths, currency)
        rows.add(*key, spread.default, *money, spread.loses, *means)
    return rows.columns


TABLES: dict[str, Callable[[Comparison], Columns]] = {
    "company_cash_flows": company_cash_flows,
    "financing_cost": financing_cost,
    "offers": offers,
    "savings": savings,
    "subsidies": subsidies,
    "public_cost": public_cost,
    "assumptions": lambda comparison: assumption_rows(comparison.register),
}


def tabulate_savings(comparison: Comparison) -> dict[str, pa.Table]:
    """Every table as Arrow, checked against the dictionary."""
    return {name: build(name, make(comparison)) for name, make in TABLES.items()}


def _bp(rate: float | None) -> float | None:
    return None if rate is None else rate * BASIS_POINTS


def _units(found: SavingBreakEven | None) -> float | None:
    return None if found is None else found.value / BASIS_POINTS


__all__ = ["TABLES", "tabulate_savings"]
