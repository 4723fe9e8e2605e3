"""The defaulted stock from period to period: what of it has come and from whom, is written off, is still to come.

Source: ``docs/reference/priority-of-payments.md``, section 13, "To whom a recovery belongs".
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from securitize.assets.resolve import ResolvedContract
from securitize.assets.stock import flows_of_default
from securitize.definitions.performance import NamedRecovery
from securitize.definitions.pools.past import ExpectedCash, PastDefault
from securitize.performance.resolved import ResolvedPerformance, ResolvedRecovery


def as_written(recoveries: Iterable[ResolvedRecovery]) -> tuple[NamedRecovery, ...]:
    """Recoveries on one path in the form of a file."""
    return tuple(
        NamedRecovery.model_construct(
            source=one.source,
            source_zh="",
            rate=None if one.rate is None else int(one.rate[0]),
            amount=one.amount,
            lag=f"{one.lag}M",
            party=one.party,
            subrogation=one.subrogation,
            claim=one.claim,
        )
        for one in recoveries
    )


@dataclass(slots=True)
class _Flow:
    """A recovery of one entry that has not come yet.

    arrival : as the run has it;  undelayed_on : as the books will have it, without delays of the run
    left    : minor units
    """

    arrival: dt.date
    undelayed_on: dt.date
    party: str | None
    owed: dt.date | None
    left: int


@dataclass(slots=True)
class StockEntry:
    """One default in the books of a contract, minor units; ``flows`` as written."""

    contract: str
    default: PastDefault
    flows: list[_Flow]
    recovered: int = 0
    written_off: int = 0
    given_up: int = 0

    @property
    def stock(self) -> int:
        """What is neither recovered nor written off."""
        return self.default.amount + self.default.interest - self.recovered - self.written_off

    def booked(self) -> PastDefault:
        """As the books say it."""
        return self.default.model_copy(
            update={
                "recovered": self.recovered,
                "written_off": self.written_off,
                "given_up": self.given_up,
            }
        )


@dataclass(slots=True)
class StockBooks:
    """The entries of all contracts of a run, in the order of contracts and dates.

    performance : of the run;  entries : by contract
    """

    performance: ResolvedPerformance
    entries: dict[str, list[StockEntry]] = field(default_factory=dict)

    def add(self, contract: ResolvedContract, default: PastDefault) -> None:
        """A default that is in the books, or joins them, with what has come of it."""
        entry = StockEntry(
            contract.name,
            default,
            self._flows(contract, default),
            default.recovered,
            default.written_off,
            default.given_up,
        )
        self._take([entry], default.recovered + default.given_up, None, count=False)
        self.entries.setdefault(contract.name, []).append(entry)

    def _flows(self, contract: ResolvedContract, default: PastDefault) -> list[_Flow]:
        undelayed = replace(self.performance, late_parties=())
        both = zip(
            flows_of_default(default, contract, self.performance),
            flows_of_default(default, contract, undelayed),
            strict=True,
        )
        return [
            _Flow(
                _through(self.performance, run.arrival),
                undelayed_on.arrival,
                run.party,
                run.owed,
                int(run.amount[0]),
            )
            for run, undelayed_on in both
        ]

    def recover(self, contracts: Sequence[str], until: dt.date, amount: int) -> tuple[Counter[str], int]:
        """Recoveries of a period that ends on ``until``: what parties have paid of them, and what is left over."""
        entries = self._of(contracts)
        parties: Counter[str] = Counter()
        amount -= self._take(entries, amount, until, parties=parties)
        amount -= self._take(entries, amount, None, parties=parties)
        for entry in entries:
            more = min(amount, entry.stock)
            entry.recovered += more
            amount -= more
        return parties, amount

    def write_off(self, contracts: Sequence[str], until: dt.date, amount: int) -> int:
        """What is written off in a period that ends on ``until``; returns what belongs to nothing."""
        entries = self._of(contracts)
        for entry, flow in _in_order(entries):
            if flow.undelayed_on <= until:
                given = min(amount, flow.left, entry.stock)
                flow.left -= given
                entry.given_up += given
                entry.written_off += given
                amount -= given
        for entry in entries:
            more = min(amount, entry.stock)
            entry.written_off += more
            amount -= more
        return amount

    def late(self, contract: str, day: dt.date) -> list[ExpectedCash]:
        """Recoveries that would have come by the day, and come later only because of a delay of the run."""
        return [
            ExpectedCash.model_construct(
                date=flow.arrival,
                stream="recovery",
                amount=min(flow.left, entry.stock),
                party=flow.party,
                due=flow.owed if flow.owed != flow.arrival else None,
                interest=0,
            )
            for entry, flow in _in_order(self.entries.get(contract, ()))
            if flow.undelayed_on <= day < flow.arrival and min(flow.left, entry.stock)
        ]

    def to_come(self, contract: str, day: dt.date) -> tuple[int, int]:
        """What is still to come of a contract's defaults, and what of it was due to be here by the day; minor units."""
        all_, overdue = 0, 0
        for entry in self.entries.get(contract, ()):
            room = entry.stock
            for _, flow in _in_order([entry]):
                amount = min(room, flow.left)
                room -= amount
                all_ += amount
                overdue += amount if flow.arrival <= day else 0
        return all_, overdue

    def _of(self, contracts: Sequence[str]) -> list[StockEntry]:
        return [entry for name in contracts for entry in self.entries.get(name, ())]

    def _take(
        self,
        entries: Sequence[StockEntry],
        amount: int,
        until: dt.date | None,
        *,
        parties: Counter[str] | None = None,
        count: bool = True,
    ) -> int:
        """Put an amount to the flows that arrive by ``until``, from the earliest on; returns what was put."""
        before = amount
        for entry, flow in _in_order(entries):
            if until is not None and flow.arrival > until:
                continue
            taken = min(amount, flow.left, entry.stock if count else amount)
            flow.left -= taken
            amount -= taken
            if count:
                entry.recovered += taken
            if parties is not None and flow.party is not None:
                parties[flow.party] += taken
        return before - amount


def _in_order(entries: Iterable[StockEntry]) -> list[tuple[StockEntry, _Flow]]:
    """All flows from the earliest on; of one day as they stand."""
    flows = [(entry, flow) for entry in entries for flow in entry.flows]
    return sorted(flows, key=lambda one: one[1].arrival)


def _through(performance: ResolvedPerformance, day: dt.date) -> dt.date:
    """When a recovery that is paid on a day reaches the vehicle, where a servicer fails."""
    found = day
    for failure in performance.servicer:
        last = failure.at + dt.timedelta(days=failure.late_days)
        if failure.held_after < found <= last:
            found = last
    return found
