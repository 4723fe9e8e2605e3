"""Unknown names in a build file: nodes, limits of the venue, indicators, screens, presets, sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Listing, Message
from securitize.definitions.chains.chain import Chain
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.pools.build import Build, CandidateFile
from securitize.definitions.pools.pool_limits import (
    AdvanceRateLimit,
    CountLimit,
    EffectiveNumberLimit,
    LargestLimit,
    LifeLimit,
    MaturityLimit,
    NodeLimit,
    PatentKindLimit,
    RegionLimit,
    RequiredNodesLimit,
    ScoreLimit,
    SizeLimit,
    StageLimit,
)
from securitize.pooling.candidates.columns import tables
from securitize.pooling.candidates.sources import sources
from securitize.pooling.limits import venue_limits
from securitize.pooling.scores.indicators import indicators
from securitize.pooling.screens.findings import data


def candidate_files(build: Build) -> dict[str, CandidateFile]:
    """Table of candidates -> its file."""
    files = {name: getattr(build.candidates, name) for name in tables()}
    return {name: file for name, file in files.items() if file is not None}


def check_build(build: Loaded[Build], chain: Chain) -> list[Problem]:
    """Every name that leads nowhere, with the nearest that would."""
    return [*_nodes(build, chain), *_venue(build), *_weights(build), *_screens(build), *_sources(build)]


def _nodes(build: Loaded[Build], chain: Chain) -> Iterator[Problem]:
    for name, limit in build.model.limits.items():
        what = Message("chain {chain} has no such node", chain=build.model.chain)
        match limit:
            case NodeLimit(node=node):
                yield from _unknown(build, ("limits", name, "node"), (node,), chain.nodes, what, "SEC512")
            case RequiredNodesLimit(nodes=nodes):
                yield from _unknown(build, ("limits", name, "nodes"), nodes, chain.nodes, what, "SEC512")
            case (
                SizeLimit()
                | CountLimit()
                | LargestLimit()
                | EffectiveNumberLimit()
                | StageLimit()
                | RegionLimit()
                | PatentKindLimit()
                | ScoreLimit()
                | LifeLimit()
                | AdvanceRateLimit()
                | MaturityLimit()
            ):
                pass
            case _:
                assert_never(limit)


def _venue(build: Loaded[Build]) -> Iterator[Problem]:
    venue = build.model.venue
    known = venue_limits()[venue] if venue else {}
    for name in build.model.venue_waived:
        what = "the venue has no such limit" if venue else "no venue is named whose limits could be waived"
        yield from _unknown(build, ("venue_waived", name), (name,), known, what, "SEC513")


def _weights(build: Loaded[Build]) -> Iterator[Problem]:
    scoring = build.model.score
    for field, score, purpose, own in (
        ("weights", "patent_score", scoring.purpose, scoring.weights),
        ("company_weights", "company_score", "all", scoring.company_weights),
    ):
        using = indicators(score)
        known = [indicator.name for indicator in using]
        for name in own:
            yield from _unknown(build, ("score", field, name), (name,), known, "no such indicator", "SEC514")
        if not any(own.get(each.name, each.weight(purpose)) for each in using):
            repair = "leave at least one indicator a weight"
            yield build.problem(("score", field), "every indicator has weight 0", "0", repair, "SEC514")


def _screens(build: Loaded[Build]) -> Iterator[Problem]:
    terms = build.model.screens
    for name in terms.waived:
        yield from _unknown(
            build, ("screens", "waived", name), (name,), data("reasons"), "no such screen", "SEC515"
        )
    if terms.preset is not None:
        path = ("screens", "preset")
        yield from _unknown(build, path, (terms.preset,), data("presets"), "no such preset", "SEC515")


def _sources(build: Loaded[Build]) -> Iterator[Problem]:
    for name, file in candidate_files(build.model).items():
        path = ("candidates", name, "source")
        yield from _unknown(build, path, (file.source,), sources(), "no such source of candidates", "SEC515")
        columns = [column.name for column in tables()[name].columns]
        for heading, column in file.columns.items():
            at = ("candidates", name, "columns", heading)
            yield from _unknown(
                build, at, (column,), columns, Message("table {name} has no such column", name=name), "SEC515"
            )


def _unknown(
    build: Loaded[Build], path: KeyPath, named: Iterable[str], known: Iterable[str], what: str, code: str
) -> Iterator[Problem]:
    names = list(known)
    for name in named:
        if name not in names:
            near = get_close_matches(name, names, 3) or names[:12]
            repair = Message("there are {near}", near=Listing(near)) if near else "leave it out"
            yield build.problem(path, what, name, repair, code)
