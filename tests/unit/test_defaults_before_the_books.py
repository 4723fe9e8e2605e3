"""A claim whose books begin later: a drawn default before them takes the place of one that is given afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from securitize.assets.collections import collections_by_default, project
from securitize.engine.prepare.prepare import prepare
from securitize.library import template
from securitize.performance.resolved import NamedDefault, defaulting_by
from tests.stress.mid_life import after


def test_a_default_before_the_books_leaves_no_later_one() -> None:
    seasoned = after(str(template("pledged-loan")), 2, less=1)
    pool, closing = seasoned.resolved_pool, prepare(str(template("pledged-loan"))).schedule.collection[0]
    name = pool.claims[0].name
    later = np.array([(seasoned.schedule.collection[3] + dt.timedelta(20)).toordinal()], np.int64)
    told = replace(seasoned.performance, paths=1, defaults={name: NamedDefault(later)})
    days = np.array([closing.toordinal() + 5, later[0] - 1, later[0] + 1], np.int64)
    found, which = collections_by_default(pool, told, name, days)
    struck = {name: defaulting_by(told.defaults[name], days)}
    alone = replace(pool, contracts=tuple(one for one in pool.contracts if one.name == name))
    expected = project(alone, replace(told, paths=len(days), defaults=struck), keep_flows=False)
    assert any((values[0] != values[1]).any() for values in expected.streams.values())
    assert (found.performing[which] == expected.performing).all()
    for stream, values in expected.streams.items():
        assert (found.streams[stream][which] == values).all(), stream
