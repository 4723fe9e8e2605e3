"""Keywords in texts, all at once. The rule of what counts as found is in ``docs/reference/chains.md``, section 4."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Bool

_SEPARATOR = 0x1F
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014"
_PLURAL = ord("s")
#: Texts joined for one search: bounds the memory of long abstracts.
_TEXTS = 16_384


@cache
def _plain() -> npt.NDArray[np.uint32]:
    """The plain form of each code point below 65,536."""
    plain = np.arange(0x10000, dtype=np.uint32)
    plain[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    for code in range(len(plain)):
        if chr(plain[code]) in _HYPHENS or chr(code).isspace():
            plain[code] = 0x20
    upper = (plain >= ord("A")) & (plain <= ord("Z"))
    plain[upper] += 0x20
    return plain


def plain_text(text: str) -> str:
    """The form in which texts and keywords are compared, one character for one.

    Full-width signs become plain, the letters A to Z small, hyphens and every kind of blank a blank.
    """
    return _decoded(_plain_codes(text))


def _plain_codes(text: str) -> npt.NDArray[np.uint32]:
    codes = np.frombuffer(text.encode("utf-32-le", errors="replace"), dtype=np.uint32)
    table = _plain()
    return np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], codes)


def _decoded(codes: npt.NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le")


class KeywordFinder:
    """Finds ``keywords`` (plain form, each once) in many texts.

    counted : (keywords,) bool; those that are not counted do not hide shorter ones within them
    """

    def __init__(self, keywords: Sequence[str], counted: Bool) -> None:
        from ahocorasick_rs import AhoCorasick

        self._automaton: Any = AhoCorasick(list(keywords)) if keywords else None
        self._size = len(keywords)
        self._counted = counted
        self._word_first = np.array([_is_word(word[0]) for word in keywords], dtype=np.bool_)
        self._word_last = np.array([_is_word(word[-1]) for word in keywords], dtype=np.bool_)

    def find(self, texts: Sequence[Sequence[str | None]]) -> tuple[Bool, Bool]:
        """What stands in each text; a text is all the parts at one position (title, abstract).

        texts : parts, each a sequence of as many texts
        Returns two (texts, keywords) bool arrays: found anywhere; found where no longer counted keyword covers it.
        """
        rows = len(texts[0]) if texts else 0
        found = np.zeros((rows, self._size), dtype=np.bool_)
        alone = np.zeros((rows, self._size), dtype=np.bool_)
        for part in texts:
            for first in range(0, rows, _TEXTS):
                here = slice(first, first + _TEXTS)
                self._find(part[here], found[here], alone[here])
        return found, alone

    def _find(self, texts: Sequence[str | None], found: Bool, alone: Bool) -> None:
        if self._automaton is None or not len(texts):
            return
        whole = [text or "" for text in texts]
        lengths = np.fromiter(map(len, whole), dtype=np.int64, count=len(whole))
        codes = _plain_codes(chr(_SEPARATOR).join(whole)).copy()
        ends = np.cumsum(lengths + 1) - 1
        codes[ends[:-1]] = _SEPARATOR  # The plain form of a separator is a blank: put it back between texts.
        matches = self._automaton.find_matches_as_indexes(_decoded(codes), overlapping=True)
        if not matches:
            return
        keyword, start, end = np.array(matches, dtype=np.int64).T
        kept = self._stands_alone(codes, keyword, start, end)
        keyword, start, end = keyword[kept], start[kept], end[kept]
        row = np.searchsorted(ends, start, side="right")
        found[row, keyword] = True
        counted = self._counted[keyword]
        keyword, start, end, row = keyword[counted], start[counted], end[counted], row[counted]
        order = np.lexsort((-end, start))
        reached = np.maximum.accumulate(end[order])
        covered = np.zeros(len(order), dtype=np.bool_)
        covered[order[1:]] = reached[:-1] >= end[order[1:]]
        alone[row[~covered], keyword[~covered]] = True

    def _stands_alone(self, codes: npt.NDArray[np.uint32], keyword: Int64, start: Int64, end: Int64) -> Bool:
        """Whether a match that begins or ends with a letter or digit is a word; a plural s may follow."""
        word = np.zeros(128, dtype=np.bool_)
        word[[c for c in range(128) if _is_word(chr(c))]] = True
        edged = np.concatenate(([0], np.minimum(codes, 127), [0, 0])).astype(np.int64)
        before, after, second = edged[start], edged[end + 1], edged[end + 2]
        left = ~self._word_first[keyword] | ~word[before]
        right = ~self._word_last[keyword] | ~word[after] | ((after == _PLURAL) & ~word[second])
        kept: Bool = left & right
        return kept


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()
