"""Screens of companies: the entry rules of a preset, and what keeps a company out of every pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.pooling.columns import Columns
from securitize.pooling.screens.findings import Figure, Findings, Mask

_MINOR = 100
_FLAGS = {
    "default-record": "default_record",
    "related-party": "related_to_originator",
    "shell-company": "shell",
    "negative-list": "negative_list",
}


def screen_companies(
    companies: Columns,
    patents: Columns,
    owner: Int64,
    legal_years: Float64,
    rules: Mapping[str, Any] | None,
    findings: Findings,
) -> None:
    """Findings of every company.

    owner : (patents,) place of the company, -1 where none; legal_years : (patents,) NaN where unknown
    rules : a preset; None asks for none of it
    """
    for screen, column in _FLAGS.items():
        findings.add(screen, companies.flags(column), unknown=~companies.known(column))
    if rules is None:
        return
    _capital(companies, rules, findings)
    _patents(companies, patents, owner, legal_years, rules, findings)
    _revenue(companies, rules, findings)
    _debt(companies, rules, findings)


def _capital(companies: Columns, rules: Mapping[str, Any], findings: Findings) -> None:
    registered, paid = companies.whole("registered_capital", -1), companies.whole("paid_in_capital", -1)
    least = int(rules["capital"]) * _MINOR
    short = ((registered >= 0) & (registered < least)) | ((paid >= 0) & (paid < least))
    unknown = (registered < 0) | (paid < 0)
    findings.add(
        "capital-too-small", short, _yuan(registered), _yuan(paid), f"{rules['capital']:,}", unknown=unknown
    )


def _patents(
    companies: Columns,
    patents: Columns,
    owner: Int64,
    legal_years: Float64,
    rules: Mapping[str, Any],
    findings: Findings,
) -> None:
    counted = (owner >= 0) & (np.nan_to_num(legal_years) >= rules["years_left"])
    counted &= patents.among("legal_status", ("in-force",))
    inventions, models = (
        np.bincount(owner[counted & patents.among("patent_kind", (kind,))], minlength=companies.rows)
        for kind in ("invention", "utility-model")
    )
    few = (inventions < rules["inventions"]) & (models < rules["utility_models"])
    asked = rules["years_left"], rules["inventions"], rules["utility_models"]
    findings.add("too-few-patents", few, lambda k: int(inventions[k]), lambda k: int(models[k]), *asked)


def _revenue(companies: Columns, rules: Mapping[str, Any], findings: Findings) -> None:
    last, before, first = (
        companies.whole(name, -1) for name in ("revenue", "revenue_before", "revenue_two_before")
    )
    favoured = companies.flags("policy_industry")
    rate = round(float(rules["growth"]) * RATE_UNITS)
    least = np.where(favoured, int(rules["policy_revenue"]), int(rules["revenue"])) * _MINOR
    grown = ~favoured & _grew(last, before, rate) & _grew(before, first, rate)
    short = (last < least) & ~grown
    # Where a year is missing, growth may still be what the rule asks for, unless the years that are known deny it.
    denied = ((before >= 0) & ~_grew(last, before, rate)) | (
        (before >= 0) & (first >= 0) & ~_grew(before, first, rate)
    )
    unknown = short & ((last < 0) | (~favoured & ((before < 0) | (first < 0)) & ~denied))
    findings.add(
        "revenue-too-small",
        short & ~unknown,
        _yuan(last),
        _yuan(least),
        f"{rules['growth']:.0%}",
        unknown=unknown,
    )


def _grew(after: Int64, before: Int64, rate: int) -> Mask:
    """Whether by the rate at least, in whole numbers: amounts times 1e8 need more than 64 bits."""
    return np.array(
        [
            one > 0 and other >= 0 and (other - one) * RATE_UNITS >= rate * one
            for one, other in zip(before.tolist(), after.tolist(), strict=True)
        ],
        np.bool_,
    )


def _debt(companies: Columns, rules: Mapping[str, Any], findings: Findings) -> None:
    debt, favoured = companies.whole("debt_ratio", -1), companies.flags("policy_industry")
    most = np.where(favoured, rules["policy_debt_ratio"], rules["debt_ratio"])

    def figure(place: int) -> str:
        return "?" if debt[place] < 0 else f"{debt[place] / RATE_UNITS:.2%}"

    above = debt > np.rint(most * RATE_UNITS).astype(np.int64)
    findings.add("debt-too-high", above, figure, lambda place: f"{most[place]:.0%}", unknown=debt < 0)


def _yuan(minor: Int64) -> Figure:
    return lambda place: "?" if minor[place] < 0 else f"{minor[place] / _MINOR:,.0f}"
