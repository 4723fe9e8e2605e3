"""Ratings as agencies write them, and as they are compared: the one place that knows the suffix of structured finance.

Source of the suffix: ``docs/reference/prices.md``, section 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from securitize.definitions.figures import RATINGS

#: How the suffix is written: AAAsf, AAA sf, AAA_sf, AAA(sf), AAA-sf is none (its minus would be the rating's).
_WRITTEN = re.compile(r"(?P<plain>[A-D]+[+-]?)(?P<suffix>[ _]?\(?[sS][fF]\)?)?")
SUFFIX = "sf"


def normal_rating(written: str) -> str | None:
    """A rating as the tables have it, ``AAA`` or ``AAAsf``; None for a label that is no rating of the scale.

    Full-width letters and signs, spaces around it and every spelling of the suffix are read.
    """
    text = unicodedata.normalize("NFKC", written).replace("\u2212", "-").strip()
    found = _WRITTEN.fullmatch(text)
    if found is None or found["plain"] not in RATINGS:
        return None
    return found["plain"] + (SUFFIX if found["suffix"] else "")


def plain_rating(written: str) -> str | None:
    """The same without the suffix; None where it is none."""
    rating = normal_rating(written)
    return None if rating is None else rating.removesuffix(SUFFIX)


def is_structured(rating: str) -> bool:
    """Whether a rating as :func:`normal_rating` has it is one of structured finance."""
    return rating.endswith(SUFFIX)


def rank(rating: str) -> int:
    """0 for the best; of a rating as :func:`normal_rating` has it, the suffix left out."""
    ranked: Sequence[str] = RATINGS
    return ranked.index(rating.removesuffix(SUFFIX))
