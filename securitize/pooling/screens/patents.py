"""Screens of patents."""

from __future__ import annotations

import datetime as dt

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.dates import add_months
from securitize.definitions.pools.build import Build
from securitize.pooling.columns import NO_DAY, Columns
from securitize.pooling.screens.findings import Figure, Findings, Mask

_EPOCH = dt.date(1970, 1, 1)


def least_end(build: Build) -> dt.date:
    """The first day on which a patent may end: legal final and buffer."""
    return add_months(build.legal_final, build.screens.buffer_months)


def screen_patents(
    build: Build,
    patents: Columns,
    expiry: Int64,
    placed: Mask,
    valued: Mask,
    score: Float64,
    findings: Findings,
) -> None:
    """Findings of every patent.

    expiry : (patents,) days, NO_DAY where unknown; placed, valued : (patents,); score : (patents,) NaN where unknown
    """
    _status(patents, findings)
    _life(build, expiry, findings)
    terms = build.screens
    kinds = patents.texts("patent_kind")
    admitted = patents.among("patent_kind", terms.patent_kinds)
    kind_known = patents.known("patent_kind")
    findings.add("kind-not-admitted", kind_known & ~admitted, _text_of(kinds), unknown=~kind_known)
    if terms.chain_only:
        findings.add("off-the-chain", ~placed)
    findings.add("no-value", ~valued)
    _score(terms.minimum_score / 1e8, score, findings)


def _text_of(texts: list[str]) -> Figure:
    return lambda place: texts[place] or "?"


def _score(least: float, score: Float64, findings: Findings) -> None:
    unknown = np.isnan(score)
    below = np.where(unknown, least, score) < least

    def points(place: int) -> str:
        return "?" if unknown[place] else f"{score[place]:.2f}"

    findings.add(
        "score-too-low", below, points, f"{least:.2f}", unknown=unknown & np.full(len(score), least > 0)
    )


def _status(patents: Columns, findings: Findings) -> None:
    status, licence = patents.texts("legal_status"), patents.texts("licence")
    in_force, known = patents.among("legal_status", ("in-force",)), patents.known("legal_status")
    pledged = patents.flags("pledged")
    findings.add("not-in-force", known & ~in_force, _text_of(status), unknown=~known)
    findings.add("court-preservation", patents.flags("preserved"))
    findings.add("partly-invalid", patents.flags("partly_invalid"))
    findings.add("licensed-exclusively", patents.among("licence", ("exclusive", "sole")), _text_of(licence))
    findings.add("open-licence", patents.among("licence", ("open",)))
    findings.add("pledged-before", pledged, unknown=in_force & ~patents.known("pledged"))


def _life(build: Build, expiry: Int64, findings: Findings) -> None:
    least = least_end(build)
    unknown = expiry == NO_DAY
    short = ~unknown & (expiry < (least - _EPOCH).days)

    def end(place: int) -> object:
        return "?" if unknown[place] else _EPOCH + dt.timedelta(days=int(expiry[place]))

    findings.add("remaining-life-too-short", short, end, least, unknown=unknown)


def screen_title(patents: Columns, contracts: Columns, behind: Int64, findings: Findings) -> None:
    """Findings on the contract that a patent stands behind: there is one, and its company owns the patent.

    behind : (patents,) place of the contract, -1 where there is none
    """
    owners, owing = patents.texts("company"), contracts.texts("company")
    offered = patents.known("contract")
    findings.add("no-contract", ~offered)
    owes = np.array([*owing, ""], object)[behind]
    other = offered & (owes != np.array(owners, object))
    owner_known = patents.known("company")
    findings.add(
        "title-not-clear",
        other & owner_known,
        _text_of(owners),
        lambda place: owes[place] or "?",
        unknown=other & ~owner_known,
    )
