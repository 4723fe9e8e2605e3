"""Charts over payment dates: stacked areas, lines, fans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from securitize.reports.charts.frame import HEIGHT, Frame, legend, path, svg
from securitize.reports.element import Element, el

LEGEND = 22.0


def stacked(title: str, dates: Sequence[dt.date], series: Mapping[str, Sequence[float]]) -> Element:
    """Series one upon another, the first at the bottom."""
    totals = [sum(values[t] for values in series.values()) for t in range(len(dates))]
    frame = Frame(tuple(dates), 0.0, max([*totals, 1.0]))
    parts, below = frame.axes(), [0.0] * len(dates)
    for k, values in enumerate(series.values()):
        above = [low + value for low, value in zip(below, values, strict=True)]
        edge = [(frame.x(day), frame.y(value)) for day, value in zip(dates, above, strict=True)]
        back = [(frame.x(day), frame.y(value)) for day, value in zip(dates, below, strict=True)][::-1]
        parts.append(el("path", d=path(edge + back, closed=True), class_=f"s{k % 5} area"))
        below = above
    return _with_legend(title, parts, list(series))


def lines(title: str, dates: Sequence[dt.date], series: Mapping[str, Sequence[float | None]]) -> Element:
    """One line a series; a value that is not defined breaks its line."""
    known = [value for values in series.values() for value in values if value is not None]
    frame = Frame(tuple(dates), min([*known, 0.0]), max([*known, 1.0]))
    parts = frame.axes()
    for k, values in enumerate(series.values()):
        for run in _runs(dates, values):
            points = [(frame.x(day), frame.y(value)) for day, value in run]
            parts.append(el("path", d=path(points), class_=f"s{k % 5} line"))
    return _with_legend(title, parts, list(series))


def fan(title: str, dates: Sequence[dt.date], levels: Mapping[int, Sequence[float]]) -> Element:
    """Bands between the outermost levels inwards, and the middle level as a line. Levels are in 1/10,000."""
    frame = Frame(tuple(dates), 0.0, max([value for values in levels.values() for value in values] + [1.0]))
    parts, order = frame.axes(), sorted(levels)
    for low, high in zip(order, reversed(order), strict=True):
        if low >= high:
            break
        edge = [(frame.x(day), frame.y(value)) for day, value in zip(dates, levels[high], strict=True)]
        back = [(frame.x(day), frame.y(value)) for day, value in zip(dates, levels[low], strict=True)][::-1]
        parts.append(el("path", d=path(edge + back, closed=True), class_="band"))
    if len(order) % 2:
        middle = order[len(order) // 2]
        points = [(frame.x(day), frame.y(value)) for day, value in zip(dates, levels[middle], strict=True)]
        parts.append(el("path", d=path(points), class_="s0 line"))
    span = " – ".join(f"{level / 100:g}%" for level in (order[0], order[-1])) if order else ""
    return el("figure", el("figcaption", title), svg(title, f"quantiles {span}", parts))


def _runs(dates: Sequence[dt.date], values: Sequence[float | None]) -> list[list[tuple[dt.date, float]]]:
    runs: list[list[tuple[dt.date, float]]] = [[]]
    for day, value in zip(dates, values, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((day, value))
    return [run for run in runs if run]


def _with_legend(title: str, parts: list[Element], names: Sequence[str]) -> Element:
    drawn = svg(title, ", ".join(names), [*parts, *legend(names, HEIGHT + 8)], HEIGHT + LEGEND)
    return el("figure", el("figcaption", title), drawn)
