"""Loads an industry chain; every problem of its file at once."""

from __future__ import annotations

import os

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions.chains.chain import Chain
from securitize.definitions.chains.checks import check_chain
from securitize.definitions.documents.loaded import Loaded, at_most
from securitize.definitions.documents.locator import written
from securitize.definitions.documents.partial import validate, without_faults
from securitize.definitions.documents.reading import read_toml


def load_chain(path: str | os.PathLike[str]) -> Loaded[Chain]:
    """The chain of a file. Raises DefinitionError with every problem of the file (not its warnings)."""
    document = read_toml(path)
    validated, explained = validate(Chain, document.raw)
    seen = {at for at, _ in document.problems}
    problems = [problem for _, problem in document.problems]
    for one in explained:
        if one.path not in seen:
            line, at = document.locator.line(one.path), written(one.path)
            problems.append(Problem(str(document.path), line, at, one.what, one.found, one.repair, one.code))
    rest = (validated, ()) if validated is not None else without_faults(Chain, document.raw, explained)
    if rest is None:
        raise DefinitionError(at_most(problems))
    model, removed = rest
    chain = Loaded(document.path, model, document.raw, document.text, document.locator, removed)
    told = {problem.path for problem in problems}
    problems += [problem for problem in check_chain(chain) if problem.path not in told]
    if problems:
        raise DefinitionError(at_most(problems))
    return chain
