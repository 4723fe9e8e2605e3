"""What a screen found: reason codes with their figures, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from securitize.base.closed import complete
from securitize.base.messages import Message, in_language

Subject = Literal["patent", "company", "contract"]
Result = Literal["fail", "unknown"]
Mask = NDArray[np.bool_]
#: A figure of a reason's text: the same for every candidate, or indexed by the candidate's place.
Figure = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class ScreenFinding:
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
    def is_known(self) -> bool:
        """Whether it fails, rather than may or may not."""
        match self.result:
            case "fail":
                return True
            case "unknown":
                return False
            case _:
                assert_never(self.result)

    @property
    def reason(self) -> str:
        """Code of the reason."""
        return self.screen


@cache
def data(name: str) -> Mapping[str, Mapping[str, Any]]:
    """The tables of ``reasons`` or ``presets``."""
    text = resources.files("securitize.pooling.screens").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def is_fatal(unknown: Literal["fail", "warn"]) -> bool:
    """Whether a candidate of which a screen cannot say anything is kept out."""
    match unknown:
        case "fail":
            return True
        case "warn":
            return False
        case _:
            assert_never(unknown)


def _in_chinese(figure: object, values: Mapping[str, str]) -> object:
    """A figure of a reason's Chinese text; words of the program, several by comma, have Chinese names."""
    if not values:
        return figure
    return "\u3001".join(values.get(word, word) for word in str(figure).split(", "))


@dataclass(frozen=True)
class _Screened:
    """One screen: places of the candidates found, whether each is unknown, and the figures of the text."""

    screen: str
    subject: Subject
    places: NDArray[np.int64]
    unknown: Mask
    figures: tuple[object, ...]


@dataclass
class Findings:
    """Findings gathered screen by screen; their texts are made when they are read.

    keys   : keys of each subject
    waived : screen -> reason; fatal : whether what is unknown fails
    passes : candidates of each subject that nothing imposed keeps out, (candidates,)
    """

    keys: Mapping[Subject, Sequence[str]]
    waived: Mapping[str, str]
    fatal: bool
    _screened: list[_Screened] = field(default_factory=list)
    passes: dict[Subject, Mask] = field(init=False)

    def __post_init__(self) -> None:
        complete(Subject, self.keys)
        self.passes = {subject: np.ones(len(keys), np.bool_) for subject, keys in self.keys.items()}

    def add(self, screen: str, fails: Mask, *figures: object, unknown: Mask | None = None) -> None:
        """What a screen says of every candidate of its subject.

        fails, unknown : (candidates,); what fails is not unknown
        figures        : of the text: a value, or a function of the candidate's place
        """
        subject: Subject = data("reasons")[screen]["subject"]
        unsure = np.zeros(len(fails), np.bool_) if unknown is None else unknown & ~fails
        places = np.flatnonzero(fails | unsure)
        self._screened.append(_Screened(screen, subject, places, unsure[places], figures))
        if screen not in self.waived:
            self.passes[subject] &= ~(fails | unsure) if self.fatal else ~fails

    def __iter__(self) -> Iterator[ScreenFinding]:
        for one in self._screened:
            reason = data("reasons")[one.screen]
            keys, waiver = self.keys[one.subject], self.waived.get(one.screen, "")
            for place, unsure in zip(one.places.tolist(), one.unknown.tolist(), strict=True):
                figures = [figure(place) if callable(figure) else figure for figure in one.figures]
                named = [_in_chinese(figure, reason.get("values_zh", {})) for figure in figures]
                text, text_zh = reason["text"].format(*figures), reason["text_zh"].format(*named)
                if unsure:
                    text_zh = in_language(Message("unknown whether: {first}", first=text_zh), "zh")
                    text = Message("unknown whether: {first}", first=text)
                result: Result = "unknown" if unsure else "fail"
                yield ScreenFinding(one.subject, keys[place], one.screen, result, text, text_zh, waiver)

    def __len__(self) -> int:
        return sum(len(one.places) for one in self._screened)

    @property
    def undecided(self) -> int:
        """How many are unknown."""
        return sum(int(one.unknown.sum()) for one in self._screened)
