"""The status of a patent on a day by its legal events, against the table: the events take precedence, with a report.

Events count by their effect (``legal_events.toml``), in the order of the day on which they take effect, then of their
publication. One that was published after the day is not known yet. A patent with any event is taken to have all of
its events in the table: where a cell is missing and no event tells of a pledge, there is none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from securitize.base.messages import Message
from securitize.pooling.candidates.cleaning import CleanTable
from securitize.pooling.candidates.columns import ROW, load_toml
from securitize.pooling.candidates.faults import FaultCode
from securitize.pooling.candidates.names import comparison_key
from securitize.pooling.candidates.notation import LIST_SEPARATORS
from securitize.pooling.candidates.sources import folded

Places = npt.NDArray[np.int64]
NONE = "none"
_STATUS = {
    "application": "pending",
    "grant": "in-force",
    "lapse": "lapsed",
    "expiry": "expired",
    "invalid": "invalid",
    "withdrawn": "withdrawn",
    "rejected": "rejected",
    "revival": "in-force",
}
#: Which of two effects on one day comes first.
_FIRST = {"application": 0, "grant": 1, "pledge-end": 2, "licence-end": 2, "preservation-end": 2}
#: No later event undoes these.
_FINAL = ("expiry", "invalid")
_STRENGTH = ("ordinary", "sole", "exclusive")


@cache
def effects() -> Mapping[tuple[str, str], str]:
    """(office, code) -> effect; ``a|b`` leaves both readings. Source: EPO list 2024-17, see ``legal_events.toml``."""
    listed = load_toml("legal_events.toml")
    found = {
        (office, code): effect
        for office in listed
        if office not in ("words", "licence_words")
        for effect, entry in listed[office].items()
        for code in entry["codes"]
    }
    return MappingProxyType(found)


def effect_of(office: str, code: str, text: str) -> str | None:
    """The effect of an event; its text decides between two readings, else the less favourable one counts.

    None where the code is not known.
    """
    effect = effects().get((office, code))
    if effect is None or "|" not in effect:
        return effect
    first, second = effect.split("|")
    words, plain = load_words(), folded(text)

    def says(group: str) -> bool:
        return any(word in plain for word in words[group])

    if second.endswith("-end"):
        return second if says("end") else first
    return second if says("part") and not says("whole") else first


def licence_of(text: str) -> str | None:
    """``exclusive``, ``sole``, ``ordinary`` or ``open`` from the text of an event; None where it does not say."""
    plain = folded(text)
    kinds: Mapping[str, list[str]] = load_words()["licence_words"]
    for kind, words in kinds.items():
        if any(folded(word) in plain for word in words):
            return kind
    return None


@cache
def load_words() -> Mapping[str, Any]:
    """The words that decide, folded: by group, and the kinds of licences under ``licence_words``."""
    listed = load_toml("legal_events.toml")
    groups = {name: [folded(word) for word in group["any"]] for name, group in listed["words"].items()}
    return MappingProxyType({**groups, "licence_words": listed["licence_words"]})


def apply_events(patents: CleanTable, events: CleanTable, as_of: dt.date) -> None:
    """Set the facts of ``patents`` that its legal events decide; both logs and ``patents.table`` are changed.

    Sets legal_status, lapse_date, pledged, licence, preserved, partly_invalid and transfers, and pledges and
    licences where they are missing.
    """
    if not len(events.table) or not len(patents.table):
        return
    history = _History(patents, events, as_of)
    _Facts(patents, history).apply()
    _log_other_owners(patents, history)


class _History:
    """The events that count, in their order: place of the patent, effect, day, and place of the event."""

    def __init__(self, patents: CleanTable, events: CleanTable, as_of: dt.date) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        self.events = events
        table = events.table
        patent = _places_of_patents(patents, events)
        lost = np.flatnonzero(patent < 0)
        named = pc.coalesce(table["publication_number"], table["application_number"])
        _say(
            events, lost, "publication_number", named, "no candidate has this event", FaultCode.UNKNOWN_PATENT
        )
        limit = pa.scalar(as_of, pa.date32())
        taken = pc.coalesce(table["effective_date"], table["event_date"])
        late = pc.or_(
            pc.fill_null(pc.greater(table["event_date"], limit), False), pc.greater(taken, limit)
        ).to_numpy()
        why = Message("after {as_of}: it does not count yet", as_of=as_of)
        _say(events, np.flatnonzero(late), "event_date", taken, why, FaultCode.LEFT_OUT)
        effect = self._effects()
        count = np.flatnonzero((patent >= 0) & ~late & (effect != NONE))
        day = pc.cast(taken, pa.int32()).to_numpy().astype(np.int64)
        published = pc.cast(pc.coalesce(table["event_date"], taken), pa.int32()).to_numpy()
        rank = np.array([_FIRST.get(each, 3) for each in effect.tolist()])
        order = np.lexsort((count, rank[count], published[count], day[count], patent[count]))
        self.place = count[order]
        self.patent, self.effect, self.day = patent[self.place], effect[self.place], day[self.place]
        #: Patents of which any event is known as of the day.
        self.covered = np.zeros(len(patents.table), bool)
        self.covered[patent[(patent >= 0) & ~late]] = True

    def text(self, place: int) -> str:
        """The text of an event."""
        return self.events.table["text"][place].as_py() or ""

    def _effects(self) -> npt.NDArray[np.object_]:
        """(events,) the effect of each; ``none`` where its code is not known, which is reported once a code."""
        table = self.events.table
        number = [column.to_pylist() for column in (table["publication_number"], table["application_number"])]
        columns = [table[name].to_pylist() for name in ("event_authority", "event_code", "text", ROW)]
        found = []
        unknown: dict[tuple[str, str], list[int]] = {}
        for publication, application, office, code, text, row in zip(*number, *columns, strict=True):
            where = office or (publication or application)[:2]
            effect = effect_of(where, code, text or "")
            if effect is None:
                unknown.setdefault((where, code), []).append(row)
            found.append(effect or NONE)
        for (office, code), rows in unknown.items():
            why = Message(
                "what {office} {code} means is not known; {count} events with it do not count",
                office=office,
                code=code,
                count=len(rows),
            )
            self.events.log.say(rows[0], "event_code", code, why, FaultCode.EVENT_CODE, code)
        return np.array(found, object)

    def of(self, *names: str) -> npt.NDArray[np.bool_]:
        """(events,) whether an event has one of these effects."""
        found: npt.NDArray[np.bool_] = np.isin(self.effect.astype(str), names)
        return found

    def any(self, patents: int, *names: str) -> npt.NDArray[np.bool_]:
        """(patents,) whether a patent has an event with one of these effects."""
        found = np.zeros(patents, bool)
        found[self.patent[self.of(*names)]] = True
        return found

    def last(self, patents: int, *names: str) -> Places:
        """(patents,) the last event with one of these effects, an index of this history; -1 without one."""
        found = np.full(patents, -1, np.int64)
        chosen = np.flatnonzero(self.of(*names))
        found[self.patent[chosen]] = chosen  # Later ones overwrite earlier ones.
        return found

    def open(self, patents: int, begins: str, ends: str) -> Places:
        """(patents,) how many of what begins and ends are open: an end without a beginning ends nothing."""
        counts = np.zeros(patents, np.int64)
        chosen = np.flatnonzero(self.of(begins, ends))
        for patent, effect in zip(self.patent[chosen].tolist(), self.effect[chosen].tolist(), strict=True):
            counts[patent] = counts[patent] + 1 if effect == begins else max(0, counts[patent] - 1)
        return counts

    def count(self, patents: int, name: str) -> Places:
        """(patents,) the number of events with an effect."""
        return np.bincount(self.patent[self.of(name)], minlength=patents).astype(np.int64)


class _Facts:
    """Puts what the events say into the table of patents."""

    def __init__(self, patents: CleanTable, history: _History) -> None:
        self.patents, self.history, self.count = patents, history, len(patents.table)

    def apply(self) -> None:
        """Every fact that events decide."""
        history, count = self.history, self.count
        self._status()
        pledged = history.open(count, "pledge", "pledge-end") > 0
        self._flag("pledged", pledged, history.any(count, "pledge", "pledge-end"))
        last = history.last(count, "preservation", "preservation-end")
        preserved = (
            (last >= 0) & (history.effect[last] == "preservation") if len(history.effect) else last >= 0
        )
        self._flag("preserved", preserved, last >= 0)
        partly = history.any(count, "partly-invalid")
        self._flag("partly_invalid", partly, partly)
        self._licence()
        transfers = history.count(count, "transfer")
        self._put("transfers", transfers.tolist(), transfers > 0, history.covered)
        none = np.zeros(count, bool)
        self._put("pledges", history.count(count, "pledge").tolist(), none, history.covered)
        self._put("licences", history.count(count, "licence").tolist(), none, history.covered)

    def _status(self) -> None:
        history, count = self.history, self.count
        last = history.last(count, *_STATUS)
        granted = history.any(count, "grant") | _valid(self.patents.table["grant_date"])
        final = history.last(count, *_FINAL)
        last = np.where(final >= 0, final, last)
        status: list[str | None] = [None] * count
        ended: list[dt.date | None] = [None] * count
        for place in np.flatnonzero(last >= 0).tolist():
            effect = history.effect[last[place]]
            status[place] = "pending" if effect == "revival" and not granted[place] else _STATUS[effect]
            if effect in ("lapse", "invalid"):
                ended[place] = dt.date(1970, 1, 1) + dt.timedelta(days=int(history.day[last[place]]))
        self._put("legal_status", status, last >= 0, last >= 0)
        self._put("lapse_date", ended, last >= 0, last >= 0)

    def _licence(self) -> None:
        history, count = self.history, self.count
        open_, speaks = (
            history.open(count, "licence", "licence-end"),
            history.any(count, "licence", "licence-end"),
        )
        offer = history.last(count, "open-licence", "open-licence-end")
        given = self.patents.table["licence"].to_pylist()
        strongest: dict[int, int] = {}
        unsaid: set[int] = set()
        for place in np.flatnonzero(history.of("licence", "licence-change")).tolist():
            patent, kind = int(history.patent[place]), licence_of(history.text(int(history.place[place])))
            if kind in _STRENGTH:
                strongest[patent] = max(strongest.get(patent, 0), _STRENGTH.index(kind))
            elif history.effect[place] == "licence":
                unsaid.add(patent)
        found: list[str | None] = list(given)
        for patent in np.flatnonzero(speaks | (offer >= 0)).tolist():
            if open_[patent]:
                kind = _STRENGTH[strongest[patent]] if patent in strongest else None
                named = given[patent] if given[patent] in _STRENGTH else None
                if patent in unsaid and kind != _STRENGTH[-1]:
                    # What the register leaves open may be stronger than what it says; the table may know.
                    kinds = [each for each in (kind, named) if each]
                    kind = max(kinds, key=_STRENGTH.index) if named else None
                found[patent] = kind
            elif offer[patent] >= 0 and history.effect[offer[patent]] == "open-licence":
                found[patent] = "open"
            else:
                found[patent] = "none"
        self._put("licence", found, speaks | (offer >= 0), speaks | (offer >= 0))
        doubtful = [patent for patent in unsaid if open_[patent] and found[patent] is None]
        why = "a licence is recorded, and nothing says of which kind"
        column = self.patents.table["licence"]
        _say(self.patents, np.array(sorted(doubtful), np.int64), "licence", column, why, FaultCode.EVENTS)

    def _flag(self, name: str, value: npt.NDArray[np.bool_], speaks: npt.NDArray[np.bool_]) -> None:
        self._put(name, value.tolist(), speaks, self.history.covered)

    def _put(
        self, name: str, value: list[Any], wins: npt.NDArray[np.bool_], fills: npt.NDArray[np.bool_]
    ) -> None:
        """Take ``value`` where events win, and where the cell is missing and they fill it; tell of both."""
        import pyarrow as pa
        import pyarrow.compute as pc

        table = self.patents.table
        given, type_ = table[name].combine_chunks(), table.schema.field(name).type
        said = pa.array(value, type_)
        same = pc.fill_null(pc.equal(given, said), False).to_numpy(zero_copy_only=False)
        has, known = _valid(given), _valid(said)
        differs, fresh = wins & has & ~same, fills & ~has & known
        rows = table[ROW].to_numpy()
        before, after = pc.cast(given, pa.string()), pc.cast(said, pa.string())

        def log(mask: Any, why: str, code: str) -> None:
            places = pa.array(np.flatnonzero(mask))
            self.patents.log.add(rows[mask], name, before.take(places), after.take(places), why, code)

        log(differs, "the legal events say something else, and are taken", FaultCode.EVENTS)
        if fresh.any() and not has.any():
            why = Message(
                "filled from the legal events in {rows} rows: the file does not tell it",
                rows=int(fresh.sum()),
            )
            self.patents.log.say(0, name, "", why)
        else:
            log(fresh, "from the legal events", "")
        column = pc.if_else(pa.array(differs | fresh), said, given)
        place = table.schema.get_field_index(name)
        self.patents.table = table.set_column(place, table.schema.field(name), column)


def _log_other_owners(patents: CleanTable, history: _History) -> None:
    """Warn where the owner of the table is not the one that the last transfer or change of name leaves."""
    owners = patents.table["owner"].to_pylist()
    rows = patents.table[ROW].to_pylist()
    last = history.last(len(owners), "transfer", "name")
    for place in np.flatnonzero(last >= 0).tolist():
        new = history.events.table["party_new"][int(history.place[last[place]])].as_py()
        owner = owners[place]
        if not new or not owner:
            continue
        holders = {comparison_key(name) for name in re.split(f"[;{LIST_SEPARATORS}]", new)}
        if comparison_key(owner) not in holders:
            why = "the last transfer in the legal events went to somebody else; the title is in doubt"
            patents.log.say(rows[place], "owner", owner, why, FaultCode.EVENTS, new)


def _places_of_patents(patents: CleanTable, events: CleanTable) -> Places:
    """(events,) the patent that an event belongs to: by publication, else by application; -1 without one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    number = patents.table["publication_number"].combine_chunks()
    named = events.table["publication_number"].combine_chunks()
    merged = _index_in(named, pa.array(list(patents.same), pa.string()))
    kept = pa.array(list(patents.same.values()), pa.string()).take(merged)
    applied = events.table["application_number"].combine_chunks()
    places = [
        _index_in(named, number),
        _index_in(kept, number),
        _index_in(applied, patents.table["application_number"].combine_chunks()),
    ]
    found: Places = pc.fill_null(pc.coalesce(*places), -1).to_numpy().astype(np.int64)
    return found


def _index_in(found: Any, among: Any) -> Any:
    """As :func:`pyarrow.compute.index_in`, and a missing value is found nowhere."""
    import pyarrow.compute as pc

    return pc.if_else(pc.is_valid(found), pc.index_in(found, value_set=among), None)


def _valid(column: Any) -> npt.NDArray[np.bool_]:
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found: npt.NDArray[np.bool_] = pc.is_valid(whole).to_numpy(zero_copy_only=False)
    return found


def _say(one: CleanTable, places: Places, column: str, before: Any, why: str, code: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = one.table[ROW].to_numpy()[places]
    texts = pc.cast(before.take(pa.array(places)), pa.string())
    one.log.add(rows, column, texts, texts, why, code)
