"""Places patents on the nodes of a chain: every symbol votes, keywords decide where rules tie.

The steps are in ``docs/reference/chains.md``, section 5. Each distinct symbol is matched once, and each set of tied
rules is decided for all patents of a block at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.pooling.chains.placement import (
    AMBIGUOUS,
    BY_TITLE_ONLY,
    COARSE,
    Int32,
    Placement,
    from_dense,
    joined,
)
from securitize.pooling.chains.rules import NodeClaim, ReadyChain
from securitize.pooling.chains.votes import Votes, decide, decide_by_words

#: Cells of the widest array of a block: bounds the memory.
_CELLS = 1 << 24


def classify(chain: ReadyChain, ipc: Any, titles: Any, abstracts: Any = None) -> Placement:
    """Patents placed on the nodes of ``chain``.

    ipc : one list of symbols (normal form ``H01M10/0525``) a patent; pyarrow list array or sequence; missing is empty
    titles, abstracts : one text a patent; pyarrow string array or sequence; missing is empty
    Raises ValueError where the lengths differ.
    """
    symbols = _encoded(chain, ipc)
    patents = len(symbols.starts) - 1
    parts = [titles] if abstracts is None else [titles, abstracts]
    if any(len(part) != patents for part in parts):
        raise ValueError("ipc, titles and abstracts differ in length")
    wide = max(len(chain.nodes), chain.keywords, 1)
    step = int(np.clip(_CELLS // wide, 1024, 1 << 16))
    blocks = [_block(chain, symbols, parts, at, min(at + step, patents)) for at in range(0, patents, step)]
    return joined(chain.nodes, blocks)


@dataclass(frozen=True)
class _Symbols:
    """The symbols of all patents.

    starts : (patents + 1,) where the symbols of each begin; indices : each symbol as a place in ``claim``
    claim  : (distinct symbols,) place in ``claims``, -1 where no rule is met
    """

    starts: Int64
    indices: Int32
    claim: Int32
    claims: list[NodeClaim]


def _encoded(chain: ReadyChain, ipc: Any) -> _Symbols:
    import pyarrow as pa
    import pyarrow.compute as pc

    array = ipc if isinstance(ipc, pa.Array | pa.ChunkedArray) else pa.array(list(ipc), pa.list_(pa.string()))
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    encoded = pc.dictionary_encode(pc.fill_null(pc.list_flatten(array), ""))
    indices = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    names = encoded.dictionary.to_pylist()
    if "" in names:  # A list of empty cells is no list of symbols.
        kept = indices != names.index("")
        owners = np.repeat(np.arange(len(lengths)), lengths)[kept]
        lengths, indices = np.bincount(owners, minlength=len(lengths)), indices[kept]
    places: dict[NodeClaim, int] = {}
    claim = np.full(len(names), -1, dtype=np.int32)
    for k, symbol in enumerate(names):
        met = chain.claim(symbol)
        if met is not None:
            claim[k] = places.setdefault(met, len(places))
    return _Symbols(np.concatenate(([0], np.cumsum(lengths))), indices, claim, list(places))


def _block(chain: ReadyChain, symbols: _Symbols, parts: list[Any], first: int, after: int) -> Placement:
    """The patents from ``first`` to before ``after``."""
    starts = symbols.starts[first : after + 1]
    lengths = np.diff(starts)
    rows, claims, times = _claims_of(symbols, lengths, symbols.indices[starts[0] : starts[-1]])
    bare = np.flatnonzero(lengths == 0)
    # Texts of patents with symbols that meet no rule are not read.
    read = np.union1d(rows, bare)
    found, alone = chain.finder.find([_taken(part, first + read) for part in parts])
    weights = np.zeros((after - first, len(chain.nodes)))
    confirmed = np.zeros(weights.shape, dtype=np.bool_)
    flags = np.zeros(after - first, dtype=np.uint8)
    total = np.zeros(after - first, dtype=np.int64)

    def count(votes: Votes, of: Int64, times: Int64, flag: int) -> None:
        cells = np.ix_(of, votes.nodes)
        weights[cells] += votes.shares * times[:, None]
        confirmed[cells] |= votes.confirmed
        total[of] += times * votes.cast
        flags[of] |= np.where(votes.cast, flag, 0).astype(np.uint8)
        flags[of] |= np.where(votes.split, AMBIGUOUS, 0).astype(np.uint8)

    for claim in np.unique(claims):
        here = claims == claim
        at = np.searchsorted(read, rows[here])
        votes = decide(chain, symbols.claims[claim], found[at], alone[at])
        count(votes, rows[here], times[here], COARSE if symbols.claims[claim].coarse else 0)
    if len(bare):
        at = np.searchsorted(read, bare)
        count(decide_by_words(chain, found[at], alone[at]), bare, np.ones(len(bare), np.int64), BY_TITLE_ONLY)
    weights /= np.maximum(total, 1)[:, None]
    return from_dense(chain.nodes, weights, confirmed, flags)


def _claims_of(symbols: _Symbols, lengths: Int64, indices: Int32) -> tuple[Int64, Int32, Int64]:
    """Patents (places in the block) and the claims they make, with how many of their distinct symbols make each."""
    owners = np.repeat(np.arange(len(lengths)), lengths)
    met = symbols.claim[indices] >= 0
    distinct = np.unique(owners[met] * len(symbols.claim) + indices[met])
    owners, indices = np.divmod(distinct, max(len(symbols.claim), 1))
    pairs, times = np.unique(
        owners * max(len(symbols.claims), 1) + symbols.claim[indices], return_counts=True
    )
    owners, claims = np.divmod(pairs, max(len(symbols.claims), 1))
    return owners, claims, times


def _taken(texts: Any, rows: Int64) -> list[str | None]:
    """The texts at ``rows``."""
    if hasattr(texts, "to_pylist"):
        taken: list[str | None] = texts.take(rows).to_pylist()
        return taken
    return [texts[k] for k in rows.tolist()]
