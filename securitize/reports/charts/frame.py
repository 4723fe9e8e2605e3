"""The frame of a chart: its axes, and places within it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from securitize.reports.element import Element, el

WIDTH, HEIGHT = 720.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 78.0, 14.0, 12.0, 34.0
#: Most dates that are written below an axis.
MOST_DATES = 7


@dataclass(frozen=True, slots=True)
class Frame:
    """Values to places: dates across, amounts upwards from ``low`` to ``high``."""

    dates: tuple[dt.date, ...]
    low: float
    high: float

    def x(self, day: dt.date) -> float:
        """Place of a date."""
        span = max((self.dates[-1] - self.dates[0]).days, 1)
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - self.dates[0]).days / span

    def y(self, value: float) -> float:
        """Place of an amount."""
        return upwards(value, self.low, self.high)

    def axes(self) -> list[Element]:
        """Lines and numbers of both axes."""
        found = amounts(self.low, self.high)
        step = max(1, math.ceil(len(self.dates) / MOST_DATES))
        for day in self.dates[::step]:
            found.append(
                el("text", day.isoformat(), x=self.x(day), y=HEIGHT - 12, text_anchor="middle", class_="soft")
            )
        return found


def upwards(value: float, low: float, high: float) -> float:
    """Place of an amount between two."""
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / ((high - low) or 1.0))


def amounts(low: float, high: float) -> list[Element]:
    """The upright axis."""
    found: list[Element] = []
    for value in ticks(low, high):
        y = upwards(value, low, high)
        found.append(el("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="axis"))
        found.append(el("text", short(value), x=LEFT - 6, y=y + 4, text_anchor="end", class_="soft"))
    return found


def ticks(low: float, high: float) -> list[float]:
    """About five round numbers between two."""
    if high <= low:
        return [low]
    rough = (high - low) / 4
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * k for k in (1, 2, 2.5, 5, 10) if size * k >= rough)
    first = math.ceil(low / step)
    return [step * k for k in range(first, math.floor(high / step + 1e-9) + 1)]


def short(value: float) -> str:
    """A number on an axis."""
    for size, word in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{word}"
    return f"{value:.3g}"


def svg(title: str, about: str, parts: Sequence[Element], height: float = HEIGHT) -> Element:
    """The drawing with what a screen reader says of it."""
    return el(
        "svg", el("title", title), el("desc", about), parts, viewBox=f"0 0 {WIDTH:g} {height:g}", role="img",
        aria_label=title,
    )  # fmt: skip


def legend(names: Sequence[str], y: float) -> list[Element]:
    """Names of series with their colours, in a row."""
    found: list[Element] = []
    x = LEFT
    for k, name in enumerate(names):
        found.append(el("rect", x=x, y=y - 9, width=12, height=10, class_=f"s{k % 5} area"))
        found.append(el("text", name, x=x + 17, y=y))
        x += 40 + 8.0 * sum(2 if ord(c) > 0x2E80 else 1 for c in name)
    return found


def path(points: Sequence[tuple[float, float]], closed: bool = False) -> str:
    """Points as the data of a path."""
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{line}{'Z' if closed else ''}"
