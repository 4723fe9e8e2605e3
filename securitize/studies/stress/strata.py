"""The pool stratified, and where its obligors stand on the industry chain."""

from __future__ import annotations

from collections.abc import Callable

from securitize.base.money import from_rate
from securitize.definitions.chains.chain import Node
from securitize.definitions.chains.neighbours import customers
from securitize.definitions.pools.pool import Obligor
from securitize.engine.calculation import Calculation
from securitize.engine.targets import target_of
from securitize.tables import Columns
from securitize.tables.rows import Rows

#: A title, and the Chinese one where there is one.
Titles = tuple[str, str | None]


def pool_strata(calculation: Calculation) -> Columns:
    """One row a dimension and group, largest first."""
    prepared = calculation.prepared
    pool, target = prepared.pool, target_of(prepared)
    found = {one.asset: one for one in calculation.collections.contracts}
    chain = prepared.definitions.chain.model if prepared.definitions.chain else None

    def node_titles(code: str) -> Titles:
        node = chain.nodes.get(code) if chain else None
        return _titles(node) if node else ("", None)

    def obligor_titles(name: str) -> Titles:
        return _titles(pool.obligors[name])

    def plain(_: str) -> Titles:  # a group that is its own title
        return "", None

    dimensions: list[tuple[str, Callable[[str], str], Callable[[str], Titles]]] = [
        ("obligor", lambda name: pool.contracts[name].obligor, obligor_titles),
        ("kind", lambda name: pool.contracts[name].kind, plain),
        ("region", lambda name: pool.obligors[pool.contracts[name].obligor].region or "not given", plain),
        ("maturity", lambda name: str(found[name].maturity.year), plain),
        (
            "rate",
            lambda name: f"{from_rate(found[name].rate) * 100:.2f}%" if found[name].rate else "none",
            plain,
        ),
    ]
    if target.nodes:
        dimensions.append(
            ("chain node", lambda name: target.nodes.get(pool.contracts[name].obligor, "none"), node_titles)
        )
    rows = Rows("pool_strata")
    whole = sum(target.cash.values())
    for dimension, group, titles in dimensions:
        groups: dict[str, list[str]] = {}
        for name in pool.contracts:
            groups.setdefault(group(name), []).append(name)
        for stratum, names in groups.items():
            title, title_zh = titles(stratum)
            scheduled = sum(target.cash[name] for name in names)
            rows.add(
                dimension=dimension,
                stratum=stratum,
                title=title,
                title_zh=title_zh,
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

    def titles(code: str) -> Titles:
        return _titles(chain.nodes[code]) if code in chain.nodes else ("", None)

    for supplier in nodes:
        for customer in nodes:
            if supplier != customer and customer in served.get(supplier, ()):
                rows.add(
                    supplier=supplier,
                    customer=customer,
                    supplier_title=titles(supplier)[0],
                    supplier_title_zh=titles(supplier)[1],
                    customer_title=titles(customer)[0],
                    customer_title_zh=titles(customer)[1],
                )
    return rows.columns


def _titles(entry: Node | Obligor) -> Titles:
    """The Chinese one alone where there is no other."""
    return entry.title or entry.title_zh, entry.title_zh or None
