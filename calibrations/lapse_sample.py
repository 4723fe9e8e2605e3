"""The real sample of Chinese patents: what it holds, and what of it was known on a day."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from securitize.base.arrays import Float64
from securitize.patents.lapse import OWNER_KINDS, OWNERS, Index, curve_index, risk_time
from securitize.patents.life import Days

FILE = "cn_patent_lifecycle_sample_sipo_1993_2002.csv"
SOURCE = (
    "SIPO lifecycle sample (IPC section A): granted inventions filed 1998-07 to 2002-06, followed to 2017-08"
)
#: Earlier filings of the sample are few and published late; the last gazette in it is of August 2017.
FIRST_FILING = np.datetime64("1998-07-01", "D")
FOLLOWED_TO = np.datetime64("2017-09-01", "D")
YEAR = 365.25
_COLUMNS = {
    "company": "type1_company",
    "university-institute": "type2_university",
    "individual": "type3_individual",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Granted patents; all (patents,).

    filing, grant : days; lapse : day on which the lapse was published, NaT where none was by ``FOLLOWED_TO``
    owner         : position in ``OWNERS`` (the first that applies, companies first), -1 for none
    foreign       : whether the applicant is foreign
    flags         : (3, patents) every kind of owner that applies
    """

    filing: Days
    grant: Days
    lapse: Days
    owner: Index
    foreign: NDArray[np.bool_]
    flags: NDArray[np.bool_]

    @property
    def curve(self) -> Index:
        """Position in ``lapse.CURVES``."""
        kind = np.array([OWNER_KINDS.index(name) for name in ("company", "university", "individual")] + [-1])
        return curve_index(kind[self.owner], self.foreign)

    def age(self, day: Days | np.datetime64) -> Float64:
        """Years from the filing to ``day``; nan where it is NaT."""
        span = np.broadcast_to(day, self.filing.shape) - self.filing
        return np.where(np.isnat(span), np.nan, span.astype(np.float64) / YEAR)


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of the sample on a day; all (patents,), ages in years since filing.

    granted : whether it had been granted; only these are in the fit
    in_force : granted and no lapse published
    exit_age : age at the published lapse, else on the day
    lapsed   : whether its lapse had been published
    """

    granted: NDArray[np.bool_]
    in_force: NDArray[np.bool_]
    grant_age: Float64
    exit_age: Float64
    lapsed: NDArray[np.bool_]


def read_sample(data: Path) -> Sample:
    """The sample from the folder of the reference data."""
    with (data / FILE).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["grant"] and row["app_date"]]

    def column(name: str) -> Days:
        return np.array([row[name] or "NaT" for row in rows], "datetime64[D]")

    def flag(name: str) -> NDArray[np.bool_]:
        return np.array([float(row[name] or 0) == 1 for row in rows])

    flags = np.stack([flag(_COLUMNS[name]) for name in OWNERS])
    owner = np.where(flags.any(axis=0), flags.argmax(axis=0), -1)
    filing, lapse = column("app_date"), column("terminate")
    kept = filing >= FIRST_FILING
    lapse[lapse >= FOLLOWED_TO] = np.datetime64("NaT")
    domestic = flag("Chinese")
    return Sample(
        filing[kept], column("grant")[kept], lapse[kept], owner[kept], ~domestic[kept], flags[:, kept]
    )


def known_on(sample: Sample, day: np.datetime64) -> Known:
    """Only what had been published by ``day``: no later grant and no later lapse enters."""
    granted = sample.grant <= day
    lapsed = granted & (sample.lapse <= day)
    exit_day = np.where(lapsed, sample.lapse, day)
    return Known(granted, granted & ~lapsed, sample.age(sample.grant), sample.age(exit_day), lapsed)


def on_clock(known: Known) -> tuple[Float64, Float64]:
    """Entry and exit of each patent on the clock of renewal decisions."""
    entry = risk_time(known.grant_age, known.grant_age)
    return entry, risk_time(known.exit_age, known.grant_age)
