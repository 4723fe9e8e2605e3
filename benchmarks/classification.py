"""Seconds and memory of placing patents on a chain, against a loop over patents in the same run.

    python -m benchmarks.classification [PATENTS]

Patents are drawn with a fixed seed: three to five symbols each (half of them of the chain's rules, half of others),
titles of about 60 characters with keywords of the chain, a tenth in English. The loop is the plain reading of the
reference page that the tests use, one patent at a time, symbols remembered, on 10,000 patents.
"""

from __future__ import annotations

import datetime
import resource
import sys
import time
from functools import cache
from typing import Any

import numpy as np

from securitize.definitions.loading import load_chain
from securitize.library.find import library_root
from securitize.pooling.chains.classify import classify
from securitize.pooling.chains.rules import ReadyChain
from tests.pooling.chains.chains_reference import Page, own_words
from tests.pooling.chains.drawn_patents import symbols_around

PATENTS, LOOPED = 1_000_000, 10_000
CHAIN = library_root() / "pools/chains/lithium-battery.toml"
FILLERS = tuple("一种新型高安全性的设备装置方法系统结构工艺用于包括以及其控制制备应用材料")


def drawn(count: int) -> tuple[Any, Any]:
    """Symbols and titles of ``count`` patents as pyarrow arrays."""
    import pyarrow as pa

    random = np.random.Generator(np.random.Philox(20250630))
    page = Page(CHAIN, CHAIN.parent / "ipc")
    own = symbols_around(page)
    others = {f"{section}{k:02d}B{k % 90 + 1}/{k % 98:02d}" for section in "ACFGH" for k in range(1, 99)}
    names = np.array(own + sorted(others))
    lengths = random.integers(3, 6, count)
    total = int(lengths.sum())
    picked = np.where(
        random.random(total) < 0.5, random.integers(0, len(own), total), random.integers(0, len(names), total)
    )
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    ipc = pa.ListArray.from_arrays(offsets, pa.array(names).take(pa.array(picked)))
    words = sorted({word for rule in page.rules for word in own_words(rule)})
    chosen, at = random.integers(0, len(words), (count, 2)), random.integers(0, len(FILLERS), (count, 12))
    fill = ["".join(FILLERS[(k * 7 + j) % len(FILLERS)] for j in range(22)) for k in range(len(FILLERS))]
    pieces = []
    for first in range(
        0, count, 50_000
    ):  # As Python texts they would take more memory than what is measured.
        rows = range(first, min(first + 50_000, count))
        pieces.append(pa.array([_title(fill, words, at[k], chosen[k]) for k in rows]))
    return ipc, pa.chunked_array(pieces)


def _title(fill: list[str], words: list[str], at: Any, chosen: Any) -> str:
    last = words[chosen[1]] if at[2] % 2 else "组件"
    return f"{fill[at[0]]}{words[chosen[0]]}{fill[at[1]]}{last}"


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PATENTS
    ipc, titles = drawn(count)
    chain = ReadyChain(load_chain(CHAIN).model)
    classify(chain, ipc[:1000], titles[:1000])
    before = peak()
    start = time.perf_counter()
    placement = classify(chain, ipc, titles)
    seconds = time.perf_counter() - start
    after = peak()
    page = Page(CHAIN, CHAIN.parent / "ipc")
    page.tied = cache(page.tied)  # type: ignore[method-assign]  # A loop too would remember symbols.
    looped = min(LOOPED, count)
    lists, texts = ipc[:looped].to_pylist(), titles[:looped].to_pylist()
    start = time.perf_counter()
    told = [page.place(symbols, title) for symbols, title in zip(lists, texts, strict=True)]
    slow = (time.perf_counter() - start) * count / looped
    assert all(placement.of(k).keys() == one.weights.keys() for k, one in enumerate(told))
    length = np.mean([len(text) for text in texts])
    symbols_each = len(ipc.flatten()) / count
    today = datetime.date.today().isoformat()
    print(f"{today}  {count:,} patents, {symbols_each:.1f} symbols each, titles of {length:.0f} characters")
    print(f"placed {placement.placed.mean():.0%}, ambiguous {(placement.flags & 1).mean():.0%}")
    print(f"{'all at once':<24}{seconds:>10.1f} s{count / seconds:>14,.0f} a second")
    print(
        f"{'one by one (scaled)':<24}{slow:>10.0f} s{count / slow:>14,.0f} a second{slow / seconds:>12,.0f} x slower"
    )
    print(f"peak memory {after:.0f} MiB, of which the patents themselves and libraries {before:.0f} MiB")


def peak() -> float:
    """Most memory that the process has held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
