"""Screens of patents."""

from __future__ import annotations

import datetime as dt

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.dates import add_months
from securitize.definitions.pools.build import Build
from securitize.pooling.columns import NO_DAY, Columns
from securitize.pooling.scores.indicators import Float64
from securitize.pooling.screens.findings import Findings

_EPOCH = dt.date(1970, 1, 1)


def least_end(build: Build) -> dt.date:
    """The first day on which a patent may end: legal final and buffer."""
    return add_months(build.legal_final, build.screens.buffer_months)


def screen_patents(
    build: Build,
    patents: Columns,
    contracts: dict[str, str],
    expiry: Int64,
    placed: np.typing.NDArray[np.bool_],
    valued: np.typing.NDArray[np.bool_],
    score: Float64,
    findings: Findings,
) -> None:
    """Findings of every patent.

    contracts : contract -> its company; expiry : (patents,) days, NO_DAY where unknown; score : NaN where unknown
    """
    keys = patents.texts("publication_number")
    _status(patents, keys, findings)
    _life(build, keys, expiry, findings)
    terms = build.screens
    kinds, owners, behind = patents.texts("patent_kind"), patents.texts("company"), patents.texts("contract")
    least = terms.minimum_score / 1e8
    for k, key in enumerate(keys):
        if kinds[k] not in terms.patent_kinds:
            findings.add("kind-not-admitted", key, kinds[k] or "?", unknown=not kinds[k])
        if terms.chain_only and not placed[k]:
            findings.add("off-the-chain", key)
        if not valued[k]:
            findings.add("no-value", key)
        if np.isnan(score[k]):
            if least > 0:
                findings.add("score-too-low", key, "?", f"{least:.2f}", unknown=True)
        elif score[k] < least:
            findings.add("score-too-low", key, f"{score[k]:.2f}", f"{least:.2f}")
        if not behind[k]:
            findings.add("no-contract", key)
        elif contracts.get(behind[k], "") != owners[k]:
            findings.add(
                "title-not-clear", key, owners[k] or "?", contracts.get(behind[k], "?"), unknown=not owners[k]
            )


def _status(patents: Columns, keys: list[str], findings: Findings) -> None:
    status, licence = patents.texts("legal_status"), patents.texts("licence")
    pledged, preserved = patents.flags("pledged"), patents.flags("preserved")
    partly, known = patents.flags("partly_invalid"), patents.known("pledged")
    for k, key in enumerate(keys):
        if status[k] != "in-force":
            findings.add("not-in-force", key, status[k] or "?", unknown=not status[k])
        if preserved[k]:
            findings.add("court-preservation", key)
        if partly[k]:
            findings.add("partly-invalid", key)
        if licence[k] in ("exclusive", "sole"):
            findings.add("licensed-exclusively", key, licence[k])
        if licence[k] == "open":
            findings.add("open-licence", key)
        if pledged[k]:
            findings.add("pledged-before", key)
        elif not known[k] and status[k] == "in-force":
            findings.add("pledged-before", key, unknown=True)


def _life(build: Build, keys: list[str], expiry: Int64, findings: Findings) -> None:
    least = least_end(build)
    bound = (least - _EPOCH).days
    for k, key in enumerate(keys):
        if expiry[k] == NO_DAY:
            findings.add("remaining-life-too-short", key, "?", least, unknown=True)
        elif expiry[k] < bound:
            findings.add("remaining-life-too-short", key, _EPOCH + dt.timedelta(days=int(expiry[k])), least)
