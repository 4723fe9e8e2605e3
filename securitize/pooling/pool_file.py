"""The selected pool as a definition that a deal runs on: the text of ``pool.toml``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, takewhile

from securitize.base.dates import add_months, dates_every
from securitize.base.money import from_rate
from securitize.base.toml import quoted
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.figures import months
from securitize.definitions.pools.build import Build

HEAD = "# Written by `securitize build`; to be changed there, not here."


@dataclass(frozen=True, slots=True)
class PoolObligor:
    """A company of the pool."""

    name: str
    title_zh: str
    region: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class PoolRight:
    """A patent of the pool; ``name`` is its publication number."""

    name: str
    title: str
    kind: str
    owner: str
    expiry: dt.date


@dataclass(frozen=True, slots=True)
class PoolContract:
    """A contract of the pool, with the part of it that is taken.

    amount : minor units; rate : units of 1e-8
    """

    name: str
    kind: str
    obligor: str
    rights: tuple[str, ...]
    start: dt.date
    maturity: dt.date
    every: str
    amount: int
    rate: int
    repayment: str
    source: str


def instalment_dates(start: dt.date, maturity: dt.date, every: str) -> str:
    """The fields of the dates after ``start`` that lie whole steps before ``maturity``: by rule, or a list where a
    rule from the first of them, whose day of month may be cut back, would miss it (a 31 May every six months)."""
    step = months(every)
    back = takewhile(lambda day: day > start, (add_months(maturity, -step * k) for k in count()))
    dates = sorted({*back, maturity})
    if maturity in dates_every(dates[0], maturity, step):
        return f"every = {quoted(every)}, first = {dates[0]}, last = {maturity}"
    return f"dates = [{', '.join(map(str, dates))}], frequency = {quoted(every)}"


def pool_as_toml(
    build: Build,
    obligors: Sequence[PoolObligor],
    rights: Sequence[PoolRight],
    contracts: Sequence[PoolContract],
) -> str:
    """The text of ``pool.toml``; amounts in currency units, rates as decimals."""
    lines = [
        HEAD,
        "",
        f"name = {quoted(build.name)}",
        f"title = {quoted(build.title)}",
        f"title_zh = {quoted(build.title_zh)}",
        f"currency = {quoted(build.currency)}",
        f"calendar = {quoted(build.calendar)}",
        f"synthetic = {'true' if build.synthetic else 'false'}",
        f"sources = [{', '.join(map(quoted, build.sources))}]",
    ]
    for obligor in obligors:
        lines += ["", f"[obligors.{obligor.name}]", f"title_zh = {quoted(obligor.title_zh)}"]
        lines += [f"region = {quoted(obligor.region)}"] if obligor.region else []
        lines += [f"group = {quoted(obligor.group)}"] if obligor.group else []
    for right in rights:
        lines += [
            "",
            f"[collateral.{right.name}]",
            f"title = {quoted(right.title[:200])}",
            f"kind = {quoted(right.kind)}",
            f"owner = {quoted(right.owner)}",
            f"expiry = {right.expiry}",
        ]
    for contract in contracts:
        lines += ["", *_contract(build, contract)]
    return "\n".join(lines) + "\n"


def _contract(build: Build, contract: PoolContract) -> list[str]:
    amount, rate = f"{amount_in(contract.amount, build.currency)}", f"{from_rate(contract.rate)}"
    match contract.kind:
        case "licence-back":
            money = [f"lump_sum = {amount}", f"contract_rate = {rate}"]
        case "pledged-loan" | "trust-loan":
            money = [f"principal = {amount}", f'rate = {{ kind = "fixed", rate = {rate} }}']
        case _:
            raise ValueError(f"contract {contract.name} is of the unknown kind {contract.kind}")
    rule = instalment_dates(contract.start, contract.maturity, contract.every)
    terms = build.contract_terms
    return [
        f"[contracts.{contract.name}]",
        f"kind = {quoted(contract.kind)}",
        f"obligor = {quoted(contract.obligor)}",
        *([f"legal_mode = {quoted(contract.source)}"] if contract.source else []),
        f"collateral = [{', '.join(map(quoted, contract.rights))}]",
        f"start = {contract.start}",
        *money,
        f"day_count = {quoted(terms.day_count)}",
        f"repayment = {{ kind = {quoted(contract.repayment)} }}",
        f"dates = {{ {rule}, adjustment = {quoted(terms.adjustment)} }}",
    ]
