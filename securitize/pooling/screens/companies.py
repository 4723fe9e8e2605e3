"""Screens of companies: the entry rules of a preset, and what keeps a company out of every pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.pooling.columns import Columns
from securitize.pooling.scores.indicators import Float64
from securitize.pooling.screens.findings import Findings

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
    keys = companies.texts("company")
    for screen, column in _FLAGS.items():
        flagged, known = companies.flags(column), companies.known(column)
        for k, key in enumerate(keys):
            if flagged[k] or not known[k]:
                findings.add(screen, key, unknown=not known[k])
    if rules is None:
        return
    _capital(companies, keys, rules, findings)
    _patents(companies, patents, owner, legal_years, keys, rules, findings)
    _revenue(companies, keys, rules, findings)
    _debt(companies, keys, rules, findings)


def _capital(companies: Columns, keys: list[str], rules: Mapping[str, Any], findings: Findings) -> None:
    registered, paid = companies.whole("registered_capital", -1), companies.whole("paid_in_capital", -1)
    least = int(rules["capital"]) * _MINOR
    for k, key in enumerate(keys):
        told = [int(each[k]) for each in (registered, paid)]
        short = any(0 <= each < least for each in told)
        if short or min(told) < 0:
            findings.add("capital-too-small", key, *map(_yuan, told), _yuan(least), unknown=not short)


def _patents(
    companies: Columns,
    patents: Columns,
    owner: Int64,
    legal_years: Float64,
    keys: list[str],
    rules: Mapping[str, Any],
    findings: Findings,
) -> None:
    kind = np.array(patents.texts("patent_kind"))
    status = np.array(patents.texts("legal_status"))
    counted = (owner >= 0) & (status == "in-force") & (np.nan_to_num(legal_years) >= rules["years_left"])
    counts = [
        np.bincount(owner[counted & (kind == name)], minlength=companies.rows)
        for name in ("invention", "utility-model")
    ]
    for k, key in enumerate(keys):
        inventions, models = int(counts[0][k]), int(counts[1][k])
        if inventions < rules["inventions"] and models < rules["utility_models"]:
            asked = rules["years_left"], rules["inventions"], rules["utility_models"]
            findings.add("too-few-patents", key, inventions, models, *asked)


def _revenue(companies: Columns, keys: list[str], rules: Mapping[str, Any], findings: Findings) -> None:
    years = [companies.whole(name, -1) for name in ("revenue", "revenue_before", "revenue_two_before")]
    favoured = companies.flags("policy_industry")
    rate = round(float(rules["growth"]) * RATE_UNITS)
    for k, key in enumerate(keys):
        last, before, first = (int(each[k]) for each in years)
        least = int(rules["policy_revenue" if favoured[k] else "revenue"]) * _MINOR
        if last >= least:
            continue
        grown = not favoured[k] and _grew(last, before, rate) and _grew(before, first, rate)
        if grown:
            continue
        # Where a year is missing, growth may still be what the rule asks for.
        unknown = last < 0 or (not favoured[k] and min(before, first) < 0)
        findings.add(
            "revenue-too-small", key, _yuan(last), _yuan(least), f"{rules['growth']:.0%}", unknown=unknown
        )


def _grew(after: int, before: int, rate: int) -> bool:
    return before > 0 and after >= 0 and (after - before) * RATE_UNITS >= rate * before


def _debt(companies: Columns, keys: list[str], rules: Mapping[str, Any], findings: Findings) -> None:
    debt, favoured = companies.whole("debt_ratio", -1), companies.flags("policy_industry")
    for k, key in enumerate(keys):
        most = rules["policy_debt_ratio" if favoured[k] else "debt_ratio"]
        if debt[k] < 0:
            findings.add("debt-too-high", key, "?", f"{most:.0%}", unknown=True)
        elif debt[k] > round(most * RATE_UNITS):
            findings.add("debt-too-high", key, f"{debt[k] / RATE_UNITS:.2%}", f"{most:.0%}")


def _yuan(minor: int) -> str:
    return "?" if minor < 0 else f"{minor / _MINOR:,.0f}"
