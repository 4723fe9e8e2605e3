"""Names of companies: the form in which two of them are compared, and suggestions of former names."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from securitize.pooling.candidates.notation import COMPANY_FORMS, LIST_SEPARATORS

_FORMS = frozenset(
    {
        "ab",
        "ag",
        "asa",
        "as",
        "bv",
        "bvba",
        "co",
        "company",
        "corp",
        "corporation",
        "ev",
        "gbr",
        "gmbh",
        "inc",
    }
    | {
        "incorporated",
        "kg",
        "kgaa",
        "kk",
        "limited",
        "llc",
        "llp",
        "lp",
        "ltd",
        "ltda",
        "mbh",
        "nv",
        "oy",
        "oyj",
    }
    | {"plc", "pte", "pty", "pvt", "sa", "sarl", "sas", "sl", "spa", "sro", "srl"}
)
_ABBREVIATIONS = {
    "tech": "technologies",
    "technology": "technologies",
    "ind": "industries",
    "industry": "industries",
    "intl": "international",
    "int": "international",
    "mfg": "manufacturing",
    "univ": "university",
    "inst": "institute",
    "sys": "systems",
    "system": "systems",
    "elec": "electric",
    "chem": "chemical",
    "gen": "general",
}
_HAN = re.compile(r"[\u3400-\u9fff]")
#: Names that share this much may be one company; both are asked about, never merged.
SIMILAR = 84.0


class Suggestion(NamedTuple):
    """Two names that may be one company. ``score`` is 0 to 100."""

    name: str
    other: str
    score: float


@cache
def comparison_key(name: str) -> str:
    """A name without form of company, signs, blanks and capitals: equal keys are compared as equal names.

    Chinese names lose their form of company, at the end, and brackets but not what stands in them; others lose
    Co., Ltd., GmbH and the like, and write common abbreviations out. Idempotent. The whole name is the key where
    nothing would be left.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    if _HAN.search(plain):
        stripped = re.sub(r"[^\w]|_", "", plain)
        return _without_forms(stripped) or stripped
    # S.A. and L.L.C. are words, not letters.
    plain = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", plain).replace("'", "")
    words = re.findall(r"[^\W_]+", plain)
    kept = list(words)
    while len(kept) > 1 and kept[-1] in _FORMS:
        kept.pop()
    return "".join(_ABBREVIATIONS.get(word, word) for word in kept)


def _without_forms(name: str) -> str:
    # Repeated, so that a second application finds nothing more: a group that is a company limited by shares.
    changed = True
    while changed and name:
        changed = False
        for form in COMPANY_FORMS:
            if name.endswith(form):
                name, changed = name.removesuffix(form), True
                break
    return name


def split_names(text: str, separator: str) -> list[str]:
    """The names of a list. A form of company after the separator belongs to the name before it: ``Ford, Llc``."""
    found: list[str] = []
    for piece in re.split(rf"(?:{re.escape(separator)}|[\n{LIST_SEPARATORS}])+", text):
        name = piece.strip()
        words = re.findall(r"[^\W_]+", name.casefold())
        if found and words and all(word in _FORMS for word in words):
            found[-1] += f", {name}"
        elif name and name != "-":
            found.append(name)
    return found


def likely_former_names(
    names: Iterable[str], known: Sequence[str], least: float = SIMILAR
) -> list[Suggestion]:
    """For each name that no known name equals, the known ones that it resembles, best first; to be confirmed.

    Compared within blocks that share two letters at the same end of their keys, so the work does not grow with the
    product of the two lists. Nothing is merged: two companies of one city may differ in one letter of their names.
    """
    from rapidfuzz import fuzz, process

    blocks: dict[str, list[str]] = defaultdict(list)
    keys = {name: comparison_key(name) for name in dict.fromkeys(known)}
    for name, key in keys.items():
        for block in _blocks(key):
            blocks[block].append(name)
    equal = set(keys.values())
    found: list[Suggestion] = []
    for name in dict.fromkeys(names):
        key = comparison_key(name)
        if not key or key in equal:
            continue
        near = list(dict.fromkeys(other for block in _blocks(key) for other in blocks.get(block, ())))
        scored = process.extract(
            key, [keys[other] for other in near], scorer=fuzz.ratio, score_cutoff=least, limit=3
        )
        found += [Suggestion(name, near[place], float(score)) for _, score, place in scored]
    return found


def _blocks(key: str) -> tuple[str, str]:
    return f"<{key[:2]}", f">{key[-2:]}"
