"""The pool as a whole: the proof, its limits, its strata, its place on the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from securitize.pooling.assemble import Assembled
from securitize.pooling.chains.chain_map import map_chain
from securitize.pooling.formulation import OBJECTIVE_SCALES
from securitize.pooling.portfolio import KINDS, divided
from securitize.studies.pool.tables.days import day
from securitize.tables.rows import Rows

#: Upper ends of the buckets of remaining life in years, and of scores.
LIFE_ENDS, SCORE_ENDS = (5, 8, 11, 14, 20), (20, 40, 60, 80, 100)


def selection(assembled: Assembled) -> dict[str, list[Any]]:
    """One row."""
    rows = Rows("selection")
    profiles, found = assembled.profiles, assembled.selection
    scale = OBJECTIVE_SCALES[profiles.build.objective]
    portfolio = assembled.ready.portfolio
    chosen = assembled.taken[assembled.ready.eligible.contracts] > 0
    rows.add(
        objective=profiles.build.objective,
        value=found.objective * scale,
        bound=found.bound * scale,
        gap=float(found.gap),
        optimal=found.optimal,
        candidates=portfolio.patents,
        units=len(assembled.ready.problem.units),
        patents=len(assembled.pool_patents),
        contracts=int(chosen.sum()),
        obligors=len(set(portfolio.obligor[chosen].tolist())),
        currency=profiles.build.currency,
        amount=int(assembled.taken.sum()),
        appraised=sum(int(profiles.valuations.appraised[k]) for k in assembled.pool_patents),
        synthetic=profiles.build.synthetic,
    )
    return rows.columns


def limits(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a limit."""
    rows = Rows("pool_limits")
    scale_of_objective = OBJECTIVE_SCALES[assembled.profiles.build.objective]
    for imposed, result in zip(assembled.ready.imposed, assembled.selection.limits, strict=True):
        low = result.at_least is not None
        bound = result.at_least if result.at_least is not None else result.at_most
        gain = assembled.gain.get(result.name)
        status = "waived" if result.waived else "binding" if gain else "met"
        rows.add(
            limit=result.name,
            kind=imposed.kind,
            title=imposed.title,
            title_zh=imposed.title_zh or None,
            direction="at-least" if low else "at-most",
            value=_shown(result.value, imposed.scale),
            bound=_shown(bound or 0, imposed.scale),
            headroom=_shown(result.headroom, imposed.scale),
            unit=imposed.unit,
            status=status,
            step=None if gain is None else _shown(imposed.step, imposed.scale),
            gain=None if gain is None else gain * scale_of_objective,
            waived=result.waived or "",
            source=imposed.source,
        )
    return rows.columns


def _shown(value: Fraction | int | None, scale: float) -> float | None:
    """What the reader sees, rounded once: 0.35, not 0.35000000000000003."""
    return None if value is None else float(Fraction(value) / round(1 / scale))


def stratifications(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a dimension and bucket."""
    rows = Rows("stratifications")
    currency, total = assembled.profiles.build.currency, int(assembled.taken.sum())
    for dimension, buckets in _strata(assembled):
        sums: dict[str, list[Any]] = {}
        for bucket, patent, contract, obligor, amount, value in buckets:
            held = sums.setdefault(bucket, [set(), set(), set(), 0, 0])
            for members, member in zip(held, (patent, contract, obligor), strict=False):
                if member is not None:
                    members.add(member)
            held[3] += amount
            held[4] += value
        for bucket, (patents, contracts, obligors, amount, value) in sums.items():
            share = amount / total if total else 0.0
            rows.add(
                dimension=dimension,
                bucket=bucket,
                patents=len(patents),
                contracts=len(contracts),
                obligors=len(obligors),
                currency=currency,
                amount=amount,
                value=value,
                share=share,
            )
    return rows.columns


#: bucket, patent, contract, obligor, amount, value
Holding = tuple[str, int | None, int, int, int, int]


def _strata(assembled: Assembled) -> Iterator[tuple[str, list[Holding]]]:
    portfolio = assembled.ready.portfolio
    taken = assembled.taken[assembled.ready.eligible.contracts]
    owners = assembled.profiles.patents.texts("owner_kind")
    places = assembled.ready.eligible.patents
    life = assembled.profiles.valuations.legal_years[places]
    by_contract: dict[str, Callable[[int], str]] = {
        "obligor": lambda c: portfolio.obligor_names[portfolio.obligor[c]],
        "group": lambda c: portfolio.group_names[portfolio.group[c]].removeprefix("company:"),
        "region": lambda c: portfolio.region_names[portfolio.region[c]],
        "maturity": lambda c: str(day(int(portfolio.maturity[c])) or "unknown"),
    }
    by_patent: dict[str, Callable[[int], str]] = {
        "patent-kind": lambda p: KINDS[portfolio.kind[p]],
        "remaining-life": lambda p: _bucket(float(life[p]), LIFE_ENDS, "years"),
        "score": lambda p: (
            _bucket(portfolio.score[p] / 1000, SCORE_ENDS, "points") if portfolio.score[p] >= 0 else "-"
        ),
        "owner-kind": lambda p: owners[places[p]] or "unknown",
    }
    shares = _by_patent(assembled)
    patents = [int(p) for p in np.flatnonzero(taken[portfolio.contract] > 0)]
    for dimension, contract_bucket in by_contract.items():
        yield dimension, [
            (
                contract_bucket(int(portfolio.contract[p])), p, int(portfolio.contract[p]),
                int(portfolio.obligor[portfolio.contract[p]]), int(shares[p]), int(portfolio.appraised[p]),
            )
            for p in patents
        ]  # fmt: skip
    for dimension, patent_bucket in by_patent.items():
        yield dimension, [
            (
                patent_bucket(p), p, int(portfolio.contract[p]), int(portfolio.obligor[portfolio.contract[p]]),
                int(shares[p]), int(portfolio.appraised[p]),
            )
            for p in patents
        ]  # fmt: skip
    yield from _on_chain(assembled, taken)


def _by_patent(assembled: Assembled) -> Any:
    """Amount of each patent: that of its contract in proportion to value, cumulatively rounded, (patents,)."""
    portfolio = assembled.ready.portfolio
    taken = assembled.taken[assembled.ready.eligible.contracts]
    found = np.zeros(portfolio.patents, np.int64)
    for c in np.flatnonzero(taken > 0):
        behind = np.flatnonzero(portfolio.contract == c)
        value = [int(portfolio.appraised[p]) for p in behind]
        value = value if sum(value) else [1] * len(value)
        total, before = sum(value), 0
        for p, one in zip(behind, value, strict=True):
            found[p] = int(taken[c]) * (before + one) // total - int(taken[c]) * before // total
            before += one
    return found


def _on_chain(assembled: Assembled, taken: Any) -> Iterator[tuple[str, list[Holding]]]:
    portfolio = assembled.ready.portfolio
    parts = divided(portfolio, taken)
    stages = assembled.stage_names
    holdings: list[tuple[int, int, int, int, int, int]] = []
    for patent, node, weight, amount in zip(
        portfolio.place_patent.tolist(), portfolio.place_node.tolist(), portfolio.place_weight.tolist(), parts.tolist(),
        strict=True,
    ):  # fmt: skip
        contract = int(portfolio.contract[patent])
        if taken[contract] > 0:
            value = int(portfolio.appraised[patent]) * weight // 10**8
            holdings.append((node, patent, contract, int(portfolio.obligor[contract]), amount, value))
    yield "node", [(portfolio.node_names[node], *rest) for node, *rest in holdings]  # type: ignore[misc]
    yield "stage", [(stages[node] or "-", *rest) for node, *rest in holdings]  # type: ignore[misc]


def _bucket(value: float, ends: tuple[int, ...], unit: str) -> str:
    before = 0
    for end in ends:
        if value <= end:
            return f"{before:02d}-{end:02d} {unit}"
        before = end
    return f"above {ends[-1]} {unit}"


def chain_map(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a node."""
    rows = Rows("chain_map")
    profiles = assembled.profiles
    everything = map_chain(profiles.chain, profiles.placement)
    inside = np.zeros(len(profiles.patent_keys), np.bool_)
    inside[assembled.pool_patents] = True
    amounts = np.zeros(len(profiles.patent_keys), np.int64)
    amounts[assembled.ready.eligible.patents] = _by_patent(assembled)
    by_amount = map_chain(profiles.chain, profiles.placement, amounts, inside)
    by_value = map_chain(profiles.chain, profiles.placement, profiles.valuations.appraised, inside)
    for whole, amount, value in zip(everything.nodes, by_amount.nodes, by_value.nodes, strict=True):
        rows.add(
            node=whole.code,
            parent=whole.parent,
            title=whole.title,
            title_zh=whole.title_zh,
            stage=whole.stage,
            position=whole.position,
            candidates=whole.weight,
            selected=amount.weight,
            currency=profiles.build.currency,
            amount=amount.value,
            value=value.value,
        )
    return rows.columns
