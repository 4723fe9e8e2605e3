"""A comparison as the tables of the data dictionary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from securitize.engine.tables.pool import assumption_rows
from securitize.financing.comparison import OF_COMPANY, POLICIES, WITH_POLICY, CostCell, cell
from securitize.financing.programme.cost_to_the_city import CostToTheCity
from securitize.financing.sides import SECURITIZATION, opened_with
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
    rows = Rows("company_cash_flows")
    currency = comparison.inputs.currency
    for (name, when), subsidised in comparison.sides.items():
        if when not in WITH_POLICY:
            continue
        for company, side in subsidised.sides.items():
            sums: dict[tuple[dt.date, str, str], int] = {}
            for row in (*side.cash, *subsidised.by_company[company]):
                key = (row.date, row.group, row.component)
                sums[key] = sums.get(key, 0) + row.amount
            for (date, group, component), amount in sums.items():
                rows.add(
                    side=name,
                    company=company,
                    date=date,
                    group=group,
                    component=component,
                    component_zh=_chinese(comparison, name, component),
                    currency=currency,
                    amount=amount,
                )
    return rows.columns


def _chinese(comparison: Comparison, side: str, component: str) -> str | None:
    """The Chinese name of a cost that the deal or its financing names; an alternative has costs of its own."""
    return comparison.inputs.chinese.get(component) if side == SECURITIZATION else None


def financing_cost(comparison: Comparison) -> Columns:
    """One row a cell and component, and one of the whole."""
    rows = Rows("financing_cost")

    def add(level: str, company: str, one: CostCell) -> None:
        if one.cost is None:
            return
        cost = one.cost
        key = {
            "level": level,
            "company": company,
            "side": one.side,
            "policy": one.policy,
            "currency": comparison.inputs.currency,
        }
        rows.add(
            **key,
            group="all",
            component="all",
            component_zh=None,
            money=cost.money,
            rate_bp=_bp(cost.all_in),
            simple_bp=_bp(cost.simple),
            nominal_bp=_bp(cost.nominal),
        )
        for part in cost.shares:
            rows.add(
                **key,
                group=part.group,
                component=part.component,
                component_zh=_chinese(comparison, one.side, part.component),
                money=part.money,
                rate_bp=_bp(part.rate),
                simple_bp=_bp(part.simple),
                nominal_bp=None,
            )

    for row in comparison.compared:
        add(row.level, row.company, row.securitization)
        if row.level not in OF_COMPANY and row.best is not None:
            add(row.level, row.company, row.best)
    for (_, company, _), one in comparison.offered.items():
        add("company", company, one)
    return rows.columns


def offers(comparison: Comparison) -> Columns:
    """One row a company and alternative."""
    rows = Rows("offers")
    for name, offered in comparison.offers.items():
        for one in offered:
            cells = [comparison.offered.get((name, one.company, when)) for when in POLICIES]
            without, with_ = (None if found is None else _bp(found.all_in) for found in cells)
            rows.add(
                company=one.company,
                alternative=name,
                available=one.side is not None,
                reason=one.reason,
                why=one.why,
                without_bp=without,
                with_bp=with_,
            )
    return rows.columns


def savings(comparison: Comparison) -> Columns:
    """One row a company and policy, and of pool and deal."""
    rows = Rows("savings")
    for row in comparison.compared:
        best, saved = row.best, row.saving
        principal = opened_with(row.securitization.cash)
        rows.add(
            level=row.level,
            company=row.company,
            policy=row.policy,
            alternative=None if best is None else best.side,
            currency=comparison.inputs.currency,
            principal=principal,
            securitization_bp=_bp(row.securitization.all_in),
            alternative_bp=None if best is None else _bp(best.all_in),
            saving_bp=None if saved is None else _bp(saved.rate),
            saving_present_value=None if saved is None else round(saved.present_value),
            saving_a_year=None if saved is None else round(saved.money_a_year),
            break_even_rate_bp=_units(row.coupon),
            break_even_fee_bp=_units(row.fee),
            break_even_subsidy=None if row.subsidy is None else -row.subsidy.value,
        )
    return rows.columns


def subsidies(comparison: Comparison) -> Columns:
    """One row a payment of a policy."""
    rows = Rows("subsidies")
    for (name, when), subsidised in comparison.sides.items():
        if when not in WITH_POLICY:
            continue
        for number, one in enumerate(subsidised.subsidies, 1):
            rows.add(
                side=name,
                number=number,
                policy=one.policy,
                rule=one.rule,
                company=one.company,
                recipient=one.recipient,
                component=one.component,
                date=one.date,
                currency=comparison.inputs.currency,
                amount=one.amount,
                before_caps=one.before_caps,
                capped_by=", ".join(one.capped_by),
                as_if=one.as_if,
            )
    return rows.columns


def public_cost(comparison: Comparison) -> Columns:
    """One row a side on which a policy pays."""
    rows = Rows("public_cost")
    for (name, when), subsidised in comparison.sides.items():
        if when not in WITH_POLICY or not subsidised.subsidies:
            continue
        cost = _cost_to_the_city(name, comparison)
        each = cost.per_basis_point
        rows.add(
            side=name,
            currency=comparison.inputs.currency,
            paid=cost.paid,
            lowered_bp=cost.lowered,
            saved=cost.saved,
            financed=cost.financed,
            per_basis_point=None if each is None else round(each),
            per_unit_saved=cost.per_yuan_saved,
            leverage=cost.leverage,
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
        financed=sum(opened_with(side.cash) for side in sides),
    )


def saving_paths(found: Sequence[SavingOnPaths], paths: int, currency: str) -> Columns:
    """One row a company and policy, and of the pool."""
    rows = Rows("saving_paths")
    for one in found:
        spread = one.spread
        low, median, high = (round(each) for each in spread.quantiles)
        rows.add(
            level=one.level,
            company=one.company,
            policy=one.policy,
            paths=paths,
            currency=currency,
            default_probability=spread.default,
            mean=round(spread.mean),
            error=round(spread.error),
            quantile_5=low,
            median=median,
            quantile_95=high,
            loses=spread.loses,
            mean_paying=_whole(spread.paying),
            mean_defaulting=_whole(spread.defaulting),
            mean_bad_market=_whole(spread.bad_market),
        )
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


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _bp(rate: float | None) -> float | None:
    return None if rate is None else rate * BASIS_POINTS


def _units(found: SavingBreakEven | None) -> float | None:
    return None if found is None else found.value / BASIS_POINTS


__all__ = ["TABLES", "tabulate_savings"]
