"""Indicators of a patent from candidate tables, and the five official classes of high-value patents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.pooling.columns import NO_DAY, Columns, positions

#: Points of the indicator ``kind``.
KINDS = ("design", "utility-model", "invention")
_COUNTS = {
    "claims": "claims",
    "independent-claims": "independent_claims",
    "survived-challenges": "challenges",
    "litigations": "litigations",
    "family-size": "family_size",
    "forward-citations": "forward_citations",
    "inventors": "inventors",
    "licences": "licences",
    "pledges": "pledges",
}
#: Years of maintenance above which an invention is of the third class.
LONG_MAINTAINED = 10


def patent_values(patents: Columns, legal_years: Float64, chain_weight: Float64) -> dict[str, Float64]:
    """Values of the indicators, each (patents,); NaN where the tables do not tell.

    legal_years : remaining legal life; chain_weight : largest weight on a node, 0 off the chain
    """
    found = {name: _count(patents, column) for name, column in _COUNTS.items()}
    kind = positions(list(KINDS), patents.texts("patent_kind")).astype(np.float64)
    revenue, contribution = patents.whole("revenue", -1), patents.whole("contribution", -1)
    subclasses = [
        len({symbol[:4] for symbol in symbols or ()}) for symbols in patents.table.column("ipc").to_pylist()
    ]
    breadth = np.array(subclasses, np.float64)
    return found | {
        "remaining-life": legal_years,
        "kind": np.where(kind < 0, np.nan, kind),
        "breadth": np.where(breadth == 0, np.nan, breadth),
        "chain-fit": chain_weight,
        # An export without the column leaves every cell empty: then nobody looked.
        "standard": np.where(
            patents.known("standard"), 1.0, 0.0 if patents.known("standard").any() else np.nan
        ),
        "revenue": np.where(revenue < 0, np.nan, revenue / 1e8),
        "contribution": np.where(contribution < 0, np.nan, contribution / RATE_UNITS),
    }


def _count(patents: Columns, column: str) -> Float64:
    values = patents.whole(column, -1)
    return np.where(values < 0, np.nan, values.astype(np.float64))


def high_value(
    patents: Columns, placed: NDArray[np.bool_], as_of: int, pledge_from: int
) -> tuple[Int64, Int64]:
    """How many of the five official classes each patent meets, and of how many nothing is known; (patents,) each.

    Classes: on a strategic emerging chain; a family abroad; maintained more than ten years from filing; a higher
    pledge financing; a state or China patent award. Only inventions in force count.
    placed      : on the chain of the build, taken as the first class; as_of : day; pledge_from : minor units
    Source: CNIPA's definition of high-value inventions (2021), five classes.
    """
    filing, amount = patents.days("filing_date"), patents.whole("pledge_amount", -1)
    age = np.where(filing == NO_DAY, np.nan, (as_of - filing) / 365.25)
    award_known = patents.known("award")
    classes = [
        (placed, np.ones(patents.rows, np.bool_)),
        (patents.flags("foreign_family"), patents.known("foreign_family")),
        (age > LONG_MAINTAINED, ~np.isnan(age)),
        (amount >= pledge_from, amount >= 0),
        (award_known, award_known | bool(award_known.any())),
    ]
    counts = np.array([kind == "invention" for kind in patents.texts("patent_kind")])
    status = np.array([text == "in-force" for text in patents.texts("legal_status")])
    counted = counts & status
    met = sum((is_met & known).astype(np.int64) for is_met, known in classes)
    unknown = sum((~known).astype(np.int64) for _, known in classes)
    return np.where(counted, met, 0), np.where(counted, unknown, 0)
