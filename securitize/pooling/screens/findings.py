"""What a screen found: reason codes with their figures, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

Subject = Literal["patent", "company", "contract"]
Result = Literal["fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A candidate that does not pass a screen, or of which it cannot be said.

    screen, reason : the same word; waived : reason why the screen is not imposed
    """

    subject: Subject
    key: str
    screen: str
    result: Result
    text: str
    text_zh: str
    waived: str

    @property
    def reason(self) -> str:
        """Code of the reason."""
        return self.screen


@cache
def data(name: str) -> Mapping[str, Mapping[str, Any]]:
    """The tables of ``reasons`` or ``presets``."""
    text = resources.files("securitize.pooling.screens").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass
class Findings:
    """Findings gathered screen by screen.

    waived  : screen -> reason; fatal : whether what is unknown fails
    failing : keys of each subject that do not pass
    """

    waived: Mapping[str, str]
    fatal: bool
    found: list[Finding] = field(default_factory=list)
    failing: dict[str, set[str]] = field(default_factory=dict)

    def add(self, screen: str, key: str, *figures: object, unknown: bool = False) -> None:
        """One finding; ``figures`` fill its text."""
        told = data("reasons")[screen]
        subject: Subject = told["subject"]
        texts = [told[language].format(*figures) for language in ("text", "text_zh")]
        if unknown:
            texts = [f"unknown whether: {texts[0]}", f"无法判定：{texts[1]}"]
        waiver = self.waived.get(screen, "")
        self.found.append(
            Finding(subject, key, screen, "unknown" if unknown else "fail", texts[0], texts[1], waiver)
        )
        if not waiver and (self.fatal or not unknown):
            self.failing.setdefault(subject, set()).add(key)

    def passes(self, subject: Subject, key: str) -> bool:
        """Whether nothing that is imposed keeps a candidate out."""
        return key not in self.failing.get(subject, ())
