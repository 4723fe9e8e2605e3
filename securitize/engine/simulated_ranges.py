"""A simulation in ranges of path numbers, and each of them as a simulation of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from securitize.base.ranged import Ranged, cut
from securitize.engine.sampled_ranges import bounds_of
from securitize.engine.simulate import Simulation
from securitize.tables import dictionary

#: Of a simulation what has a number a path.
BY_PATH = (
    *("notes", "obligors_defaulted", "defaulted", "collected", "pool_collected", "support_drawn"),
    *("first_active", "weights", "groups", "controls", "present_value", "yields"),
)


def paths_of_a_range() -> int:
    """How many path numbers make a range, as the data dictionary says."""
    return dictionary.load("path_measures").group_paths


def in_ranges(simulation: Simulation) -> Simulation:
    """The same, in ranges where there are more paths than one holds: sums then depend on nothing else."""
    size = paths_of_a_range()
    if ranges_of(simulation) > 1 or simulation.paths <= size:
        return simulation
    bounds = [*range(0, simulation.paths, size), simulation.paths]
    return _mapped(simulation, lambda values: cut(values, bounds))


def ranges_of(simulation: Simulation) -> int:
    """In how many ranges its paths are; 1 of arrays."""
    some: Any = simulation.defaulted
    return some.ranges if isinstance(some, Ranged) else 1


def range_of(simulation: Simulation, k: int) -> Simulation:
    """The paths of a range, as arrays."""
    some: Any = simulation.defaulted
    if not isinstance(some, Ranged):
        return simulation
    return replace(_mapped(simulation, lambda values: values.of(k)), first=bounds_of(some)[k])


def _mapped(simulation: Simulation, function: Callable[[Any], Any]) -> Simulation:
    return replace(simulation, **{name: _each(function, getattr(simulation, name)) for name in BY_PATH})


def _each(function: Callable[[Any], Any], value: Any) -> Any:
    """A function of all that has a number a path."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {name: _each(function, one) for name, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        inside = {each.name: _each(function, getattr(value, each.name)) for each in fields(value)}
        return replace(value, **inside)
    return function(value)
