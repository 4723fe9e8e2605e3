"""Rows that stand twice, and publications of one right."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from securitize.base.messages import Message
from securitize.pooling.candidates import identifiers
from securitize.pooling.candidates.columns import ROW, CandidateTable
from securitize.pooling.candidates.faults import FaultCode, Log

Places = npt.NDArray[np.int64]
#: Facts of a right rather than of one publication: what the kept row lacks is taken from the merged one.
_SHARED = (
    "filing_date",
    "priority_date",
    "grant_date",
    "expiry_date",
    "lapse_date",
    "owner_kind",
    "family",
    "family_size",
    "foreign_family",
    "legal_status",
    "pledged",
    "licence",
    "preserved",
    "partly_invalid",
    "challenges",
    "litigations",
    "transfers",
    "licences",
    "pledges",
    "pledge_amount",
    "award",
    "standard",
    "standard_body",
    "standard_date",
    "revenue",
    "contribution",
    "cost",
    "company",
    "contract",
)
#: Two publications of one right that say different things here are not merged: somebody has to decide.
_DECISIVE = ("company", "contract", "standard", "revenue", "contribution", "cost")


def drop_duplicates(table: Any, table_form: CandidateTable, log: Log) -> Any:
    """Keep the first of rows with one key: equal ones are merged, others are rejected with what differs."""
    first = _first_of(_key_of(table, table_form))
    later = np.flatnonzero(first != np.arange(len(first)))
    if not len(later):
        return table
    differs = np.zeros(len(later), np.int64)
    for place, name in reversed(list(enumerate(table_form.names, 1))):
        column = _comparable(table[name])
        differs[~_equal(column, later, first[later])] = place
    rows = table[ROW].to_numpy()
    key = table_form.key or "event_code"
    values = table[key].combine_chunks()
    alike = differs == 0
    merged, kept = later[alike], first[later[alike]]
    log.add(
        rows[merged],
        key,
        _take(values, merged),
        _take(values, kept),
        [Message("the same as row {row}", row=row) for row in rows[kept]],
        FaultCode.MERGED,
    )
    for place in np.unique(differs[~alike]):
        name = table_form.names[place - 1]
        these = later[differs == place]
        column = _comparable(table[name])
        others = _take(column, first[these]).to_pylist()
        why = [
            Message(
                "the {key} stands in row {row} as well, with another {name}: {other}",
                key=key,
                row=row,
                name=name,
                other=other or Message("empty"),
            )
            for row, other in zip(rows[first[these]], others, strict=True)
        ]
        log.add(rows[these], name, _take(column, these), [None] * len(these), why, FaultCode.CONFLICT)
    return _without(table, later)


def drop_conflicts(table: Any, table_form: CandidateTable, log: Log) -> Any:
    """Reject later rows that share a name which only one row may have, such as a credit code."""
    for name in table_form.unique:
        first = _first_of(table[name].combine_chunks())
        later = np.flatnonzero(first != np.arange(len(first)))
        rows = table[ROW].to_numpy()
        why = [Message("row {row} has it as well", row=row) for row in rows[first[later]]]
        values = table[name].combine_chunks()
        log.add(rows[later], name, _take(values, later), [None] * len(later), why, FaultCode.CONFLICT)
        table = _without(table, later)
    return table


def merge_rights(table: Any, log: Log) -> tuple[Any, dict[str, str]]:
    """One row for all publications of one application at one office.

    The latest granted publication is kept, else the first one that discloses the application. Facts of the right that
    it lacks come from the others. Returns the table, and merged publication -> kept publication.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    office = pc.binary_join_element_wise(table["application_number"], table["country_code"], " ")
    office = _chunk(office)
    order = _preference(table)
    first = np.arange(len(table))
    first[order] = order[_first_of(office.take(pa.array(order)))]
    later = np.flatnonzero(first != np.arange(len(first)))
    if not len(later):
        return table, {}
    later = later[np.argsort(np.argsort(order)[later], kind="stable")]
    rows = table[ROW].to_numpy()
    disputed = np.zeros(len(later), bool)
    for name in _DECISIVE:
        column = table[name].combine_chunks()
        mine, other = _take(column, later), _take(column, first[later])
        differs = pc.fill_null(pc.not_equal(mine, other), False).to_numpy(zero_copy_only=False) & ~disputed
        these = later[differs]
        why = [
            Message("the same right as row {row}, with another {name}", row=row, name=name)
            for row in rows[first[these]]
        ]
        log.add(rows[these], name, _take(column, these), [None] * len(these), why, FaultCode.CONFLICT)
        disputed |= differs
    merged = later[~disputed]
    number = table["publication_number"].combine_chunks()
    dropped, kept = _take(number, merged), _take(number, first[merged])
    why = [
        Message("the same right as row {row}, whose publication is kept", row=row)
        for row in rows[first[merged]]
    ]
    log.add(rows[merged], "publication_number", dropped, kept, why, FaultCode.MERGED)
    table = _with_shared_facts(table, merged, first[merged], log)
    return _without(table, later), dict(zip(dropped.to_pylist(), kept.to_pylist(), strict=True))


def _with_shared_facts(table: Any, merged: Places, kept: Places, log: Log) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = table[ROW].to_numpy()
    for name in _SHARED:
        column = table[name].combine_chunks()
        known = pc.is_valid(column).to_numpy(zero_copy_only=False)
        gives = known[merged] & ~known[kept]
        # The first that knows it, in the order of preference.
        takers, place = np.unique(kept[gives], return_index=True)
        if not len(takers):
            continue
        givers = merged[gives][place]
        given = _take(column, givers)
        why = [Message("from row {row}, the same right", row=row) for row in rows[givers]]
        log.add(rows[takers], name, [None] * len(takers), pc.cast(given, pa.string()), why)
        source = np.arange(len(table))
        source[takers] = givers
        table = table.set_column(
            table.schema.get_field_index(name), table.schema.field(name), _take(column, source)
        )
    return table


def _preference(table: Any) -> Places:
    """Places of the rows, those to be kept first: granted and late, then disclosing and early, then the rest."""
    import pyarrow as pa
    import pyarrow.compute as pc

    both = pc.binary_join_element_wise(table["country_code"], pc.fill_null(table["kind_code"], ""), " ")
    both = _chunk(both).dictionary_encode()
    ranks = [_rank(*text.split(" ")) for text in both.dictionary.to_pylist()]
    rank = np.array([*ranks, 2])[both.indices.fill_null(-1).to_numpy()]
    day = pc.cast(table["publication_date"], pa.int32())
    published = pc.fill_null(day, 0).to_numpy().astype(np.int64)
    return np.lexsort((np.arange(len(table)), np.where(rank == 0, -published, published), rank))


def _rank(country: str, kind: str) -> int:
    if identifiers.is_granted(country, kind) or kind[:1] in ("B", "C"):
        return 0
    return 1 if kind in ("A", "A1", "A2", "U", "U1") else 2


def _key_of(table: Any, table_form: CandidateTable) -> Any:
    import pyarrow.compute as pc

    if table_form.key:
        return table[table_form.key].combine_chunks()
    texts = [pc.fill_null(_comparable(table[name]), "") for name in table_form.names]
    return _chunk(pc.binary_join_element_wise(*texts, "\x1f"))


def _first_of(key: Any) -> Places:
    """(rows,) the place of the first row with the same key; its own where the key is null."""
    own = np.arange(len(key))
    if not len(key):
        return own
    ids = key.dictionary_encode().indices.fill_null(-1).to_numpy().astype(np.int64)
    distinct, places, inverse = np.unique(ids, return_index=True, return_inverse=True)
    first = places[inverse]
    return np.where(ids < 0, own, first) if len(distinct) else own


def _comparable(column: Any) -> Any:
    """The column as texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = _chunk(column)
    if pa.types.is_list(column.type):
        return pc.binary_join(column, ";")
    return column if pa.types.is_string(column.type) else pc.cast(column, pa.string())


def _equal(column: Any, ones: Places, others: Places) -> npt.NDArray[np.bool_]:
    """(pairs,) whether both are equal; two missing values are."""
    import pyarrow.compute as pc

    one, other = _take(column, ones), _take(column, others)
    same = pc.fill_null(pc.equal(one, other), False)
    both = pc.and_(pc.is_null(one), pc.is_null(other))
    found: npt.NDArray[np.bool_] = pc.or_(same, both).to_numpy(zero_copy_only=False)
    return found


def _take(column: Any, places: Places) -> Any:
    import pyarrow as pa

    return column.take(pa.array(places))


def _chunk(column: Any) -> Any:
    import pyarrow as pa

    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _without(table: Any, places: Places) -> Any:
    import pyarrow as pa

    keep = np.ones(len(table), bool)
    keep[places] = False
    return table.filter(pa.array(keep))
