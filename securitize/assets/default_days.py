"""One claim on each day on which it may default: walked once, and from each instalment on once more.

Source: ``docs/reference/assets.md``, sections 3 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from securitize.assets.events import Events
from securitize.assets.placed import Placed, Places, alike, joined
from securitize.assets.projection import ClaimWalk
from securitize.assets.resolve import ResolvedContract
from securitize.base.arithmetic import Int64
from securitize.market.calendars import BusinessCalendar
from securitize.market.schedules import Schedule
from securitize.performance.resolved import ResolvedPerformance, defaulting_by


@dataclass(frozen=True, slots=True)
class Struck:
    """Defaults within the period of one instalment.

    days   : the place of the first of their days, and that after the last, among those asked for
    before : what has happened until then and was not told yet, one path
    events : what happens from then on, a path a day
    """

    days: tuple[int, int]
    before: Events
    events: Events


def project_by_default(
    resolved: ResolvedContract,
    performance: ResolvedPerformance,
    schedule: Schedule,
    calendar: BusinessCalendar,
    days: Int64,
) -> Iterator[Struck]:
    """As :func:`.projection.project_contract` where the contract defaults on each of these days besides what is given.

    performance : of one path;  days : ordinals, ascending
    Until the period of its instalment a default changes nothing: the contract is walked once without it, and from
    each instalment on once more for all the days of that period together. The last that comes has no days and tells
    the rest of the walk without a further default.
    """
    walk = ClaimWalk(resolved, performance, schedule, calendar)
    walk.past()
    done = int(np.searchsorted(days, walk.since.toordinal(), side="right"))
    if done and resolved.name in performance.defaults:
        # A default before the books takes the place of one that is given later, and changes nothing itself.
        yield Struck((0, done), walk.handed_over(), _struck(walk, resolved.projected, days[:done]))
    for k in range(resolved.projected, len(resolved.adjusted)):
        since, until = walk.begins(k), resolved.dates[k + 1]
        ends = np.array([since.toordinal(), until.toordinal()], np.int64)
        first, after = np.searchsorted(days, ends, side="right").tolist()
        if first < after:
            yield Struck((first, after), walk.handed_over(), _struck(walk, k, days[first:after]))
        walk.instalment(k)
    yield Struck((len(days), len(days)), walk.handed_over(), Events())


def _struck(so_far: ClaimWalk, k: int, days: Int64) -> Events:
    """What happens from instalment k on where the contract defaults on these days of its period, a path each."""
    given, name = so_far.performance.defaults, so_far.resolved.name
    defaults = {**given, name: defaulting_by(given.get(name), days)}
    performance = replace(so_far.performance, paths=len(days), defaults=defaults)
    walk = ClaimWalk(so_far.resolved, performance, so_far.schedule, so_far.calendar)
    walk.balance, walk.deposit, walk.weight = (
        np.repeat(one, len(days)) for one in (so_far.balance, so_far.deposit, so_far.weight)
    )
    for later in range(k, len(so_far.resolved.adjusted)):
        walk.instalment(later)
        # Of nothing that is owed nothing comes: all that follows is 0.
        if not walk.balance.any():
            break
    return walk.events


def placed_by_default(
    resolved: ResolvedContract,
    performance: ResolvedPerformance,
    schedule: Schedule,
    places: Places,
    calendar: BusinessCalendar,
    days: Int64,
) -> tuple[Placed, Int64]:
    """What the contract delivers by day of default, a path for days that follow one another and deliver the same.

    Arguments as of :func:`project_by_default`.
    Returns the paths in the order of their days, at the end that without a further default, and the path of each day.
    """
    so_far, found = Placed.nothing(places, 1), list[Placed]()
    which, paths = np.full(len(days), -1, np.int64), 0
    for one in project_by_default(resolved, performance, schedule, calendar, days):
        so_far.put(places.placements(one.before))
        first, after = one.days
        if first < after:
            few, path = alike(list(places.placements(one.events)), after - first)
            struck = so_far.repeated(int(path[-1]) + 1)
            struck.put(few)
            found.append(struck)
            which[first:after] = path + paths
            paths += len(struck.least)
    which[which < 0] = paths
    return joined([*found, so_far]), which
