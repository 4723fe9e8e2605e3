"""The pool stratified, and where its obligors stand on the industry chain."""

from __future__ import annotations

from collections.abc import Callable

from securitize.base.money import from_rate
from securitize.definitions.chains.neighbours import customers
from securitize.engine.calculation import Calculation
from securitize.engine.targets import target_of
from securitize.tables import Columns
from securitize.tables.rows import Rows


def pool_strata(calculation: Calculation) -> Columns:
    """One row a dimension and group, largest first."""
    prepared = calculation.prepared
    pool, target = prepared.pool, target_of(prepared)
    found = {one.asset: one for one in calculation.collections.contracts}
    chain = prepared.definitions.chain.model if prepared.definitions.chain else None

    def node_title(code: str) -> str:
        node = chain.nodes.get(code) if chain else None
        return (node.title_zh or node.title) if node else ""

    def obligor_title(name: str) -> str:
        return pool.obligors[name].title or pool.obligors[name].title_zh

    plain = str  # a group that is its own title
    dimensions: list[tuple[str, Callable[[str], str], Callable[[str], str]]] = [
        ("obligor", lambda name: pool.contracts[name].obligor, obligor_title),
        ("kind", lambda name: pool.contracts[name].kind, plain),
        ("region", lambda name: pool.obligors[pool.contracts[name].obligor].region or "not told", plain),
        ("maturity", lambda name: str(found[name].maturity.year), plain),
        (
            "rate",
            lambda name: f"{from_rate(found[name].rate) * 100:.2f}%" if found[name].rate else "none",
            plain,
        ),
    ]
    if target.nodes:
        dimensions.append(
            ("chain node", lambda name: target.nodes.get(pool.contracts[name].obligor, "none"), node_title)
        )
    rows = Rows("pool_strata")
    whole = sum(target.cash.values())
    for dimension, group, title in dimensions:
        groups: dict[str, list[str]] = {}
        for name in pool.contracts:
            groups.setdefault(group(name), []).append(name)
        for stratum, names in groups.items():
            scheduled = sum(target.cash[name] for name in names)
            rows.add(
                dimension=dimension,
                stratum=stratum,
                title="" if title is plain else title(stratum),
                contracts=len(names),
                obligors=len({pool.contracts[name].obligor for name in names}),
                currency=prepared.deal.currency,
                scheduled=scheduled,
                share=scheduled / whole if whole else None,
            )
    return rows.columns


def chain_links(calculation: Calculation) -> Columns:
    """One row a pair of nodes of the pool's obligors, the supplier first; none where no node is known."""
    prepared = calculation.prepared
    rows = Rows("chain_links")
    nodes = sorted(set(target_of(prepared).nodes.values()))
    if not nodes or prepared.definitions.chain is None:
        return rows.columns
    chain = prepared.definitions.chain.model
    served = customers(chain)

    def title(code: str) -> str:
        return chain.nodes[code].title_zh or chain.nodes[code].title if code in chain.nodes else ""

    for supplier in nodes:
        for customer in nodes:
            if supplier != customer and customer in served.get(supplier, ()):
                rows.add(
                    supplier=supplier,
                    customer=customer,
                    supplier_title=title(supplier),
                    customer_title=title(customer),
                )
    return rows.columns
