"""Every code of a problem: what it means, in English and Chinese, from ``codes.toml``.

``docs/reference/codes.md`` is this list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.language import Language

#: What the codes of warnings begin with.
WARNINGS = "SEC3"


@dataclass(frozen=True, slots=True)
class Code:
    """A code, its title, and what it means for the writer of a file."""

    code: str
    title: str
    title_zh: str
    meaning: str
    meaning_zh: str

    @property
    def warns(self) -> bool:
        """Whether a run may go on."""
        return self.code.startswith(WARNINGS)

    def text(self, language: Language) -> tuple[str, str]:
        """The title and the meaning in a language."""
        match language:
            case "en":
                return self.title, self.meaning
            case "zh":
                return self.title_zh, self.meaning_zh
            case _:
                assert_never(language)


@cache
def codes() -> Mapping[str, Code]:
    """Every code, in order."""
    text = files("securitize.definitions").joinpath("codes.toml").read_text(encoding="utf-8")
    return MappingProxyType({code: Code(code, **entry) for code, entry in tomllib.loads(text).items()})


def is_warning(problem: Problem) -> bool:
    """Whether a run may go on."""
    return problem.code.startswith(WARNINGS)
