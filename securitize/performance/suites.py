"""The scenarios of a suite resolved for a deal: the largest obligors, the days, the rights.

Source: ``docs/reference/suites.md``. What comes out is an ordinary scenario, as a file would write it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_never

from securitize.base.closed import complete
from securitize.base.dates import add_months
from securitize.base.messages import Message
from securitize.base.toml import quoted
from securitize.definitions.checks.dates import payment_dates
from securitize.definitions.deals.deal import Deal
from securitize.definitions.figures import is_figure, is_lpr, months
from securitize.definitions.pools.claims import Cause
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    PrepaymentRateStress,
    RecoveryRateStress,
)
from securitize.definitions.suites.stresses import (
    AllIndexRatesStress,
    AllPaymentsLateStress,
    AllProvidersStress,
    AllRoyaltyBasesStress,
    LargestObligorsStress,
    NodeStress,
    RightsFailStress,
    SuiteStress,
)
from securitize.definitions.suites.suite import SuiteScenario

#: One stress of an ordinary scenario, as its file writes it.
StressTable = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What a suite is put to.

    cash     : of each contract, what is scheduled after the cut-off, minor units
    end      : the last payment date
    indices  : that a rate of the deal or the pool follows, sorted; nodes : of obligors, where they are known
    suppliers: nodes of obligors that supply another node of the pool's obligors
    """

    deal: Deal
    pool: Pool
    cash: Mapping[str, int]
    end: dt.date
    indices: tuple[str, ...]
    nodes: Mapping[str, str]
    suppliers: frozenset[str]

    @property
    def cut_off(self) -> dt.date:
        """The cut-off date."""
        return self.deal.dates.cut_off

    def owed(self) -> dict[str, int]:
        """What each obligor is scheduled to pay after the cut-off, those of nothing left out, as written."""
        found = dict.fromkeys(self.pool.obligors, 0)
        for name, amount in self.cash.items():
            found[self.pool.contracts[name].obligor] += amount
        return {name: amount for name, amount in found.items() if amount}

    def obligors(self) -> list[str]:
        """Those that owe anything after the cut-off, most first, among equals as written."""
        owed = self.owed()
        return sorted(owed, key=lambda name: -owed[name])


class DoesNotApply(Exception):  # noqa: N818
    """A stress has nothing to act on; says why."""


@dataclass(frozen=True, slots=True)
class SuiteCase:
    """A scenario put to a deal.

    left_out : of each stress that does not apply, why;  remarks : of those that do, what a reader would not expect
    """

    name: str
    title: str
    title_zh: str
    description: str
    stresses: tuple[StressTable, ...]
    left_out: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    def as_toml(self) -> str:
        """The scenario as a file."""
        lines = [
            f"name = {quoted(self.name)}",
            f"title = {quoted(self.title)}",
            f"title_zh = {quoted(self.title_zh)}",
            f"description = {quoted(self.description)}",
        ]
        for stress in self.stresses:
            lines += ["", "[[stress]]", *(f"{key} = {toml_value(value)}" for key, value in stress.items())]
        return "\n".join(lines) + "\n"


def compose(
    scenario: SuiteScenario, raw: Sequence[StressTable], parts: Sequence[SuiteCase], target: Target
) -> SuiteCase:
    """``scenario`` put to a deal.

    raw   : its stresses as written, for the sources of their numbers
    parts : the scenarios that it is composed of, put to the same deal
    """
    stresses = [stress for part in parts for stress in part.stresses]
    left_out = [reason for part in parts for reason in part.left_out]
    remarks = [remark for part in parts for remark in part.remarks]
    for stress, written in zip(scenario.stress, raw, strict=True):
        try:
            struck = _put(stress, written, target)
            remarks += _remarks(written, struck)
            stresses += struck
        except DoesNotApply as reason:
            left_out.append(reason.args[0])
    return SuiteCase(
        scenario.name,
        scenario.title,
        scenario.title_zh,
        scenario.description,
        tuple(stresses),
        tuple(dict.fromkeys(left_out)),
        tuple(dict.fromkeys(remarks)),
    )


def toml_value(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text if "." in text else f"{text}.0"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def bare(value: Any) -> Any:
    """The number of a figure."""
    return value["value"] if is_figure(value) else value


def day_after(target: Target, after: str | None) -> dt.date:
    """The cut-off plus some months, its next day without any. Raises DoesNotApply after the last payment date."""
    day = add_months(target.cut_off, months(after)) if after else target.cut_off + dt.timedelta(days=1)
    if day > target.end:
        raise DoesNotApply(Message("{day} is after the last payment date {end}", day=day, end=target.end))
    return day


def _largest(stress: LargestObligorsStress, target: Target) -> list[StressTable]:
    obligors = target.obligors()
    if not obligors:
        raise DoesNotApply("no obligor owes anything after the cut-off")
    at = day_after(target, stress.after)
    return [{"driver": "default", "obligor": name, "at": at} for name in obligors[: stress.count]]


def _providers(stress: AllProvidersStress, written: StressTable, target: Target) -> list[StressTable]:
    if not target.deal.support:
        raise DoesNotApply("the deal has no support from outside")
    at = target.deal.dates.closing if stress.after is None else day_after(target, stress.after)
    recovery = {"recovery": written["recovery"]} if "recovery" in written else {}
    return [
        {"driver": "provider-default", "support": name, "at": at, **recovery} for name in target.deal.support
    ]


def _late(stress: AllPaymentsLateStress, target: Target) -> list[StressTable]:
    since = day_after(target, stress.after)
    last = max(contract.instalment_dates()[-1] for contract in target.pool.contracts.values())
    until = add_months(since, months(stress.lasts)) if stress.lasts else max(last, since)
    due = (day for contract in target.pool.contracts.values() for day in contract.instalment_dates())
    if not any(since <= day <= until for day in due):
        raise DoesNotApply(Message("no instalment is due from {since} to {until}", since=since, until=until))
    return [{"driver": "late-payment", "from": since, "to": until, "days": stress.days}]


def _bases(stress: AllRoyaltyBasesStress, written: StressTable, target: Target) -> list[StressTable]:
    if not any(contract.follows_sales for contract in target.pool.contracts.values()):
        raise DoesNotApply("the pool has no royalty that follows sales")
    since = {"from": day_after(target, stress.after)} if stress.after else {}
    return [{"driver": "royalty-base", **since, "scale": written["scale"]}]


def _indices(written: StressTable, target: Target) -> list[StressTable]:
    if not target.indices:
        raise DoesNotApply("no rate of the deal or the pool follows an index")
    found: list[StressTable] = []
    if any(is_lpr(name) for name in target.indices):
        found.append({"driver": "lpr", "shift": written["shift"]})
    return found + [
        {"driver": "index-rate", "index": name, "shift": written["shift"]}
        for name in target.indices
        if not is_lpr(name)
    ]


#: Why rights cannot fail, by the cause.
_NO_RIGHTS: Mapping[Cause, str] = complete(
    Cause,
    {
        "lapse": Message("no cash depends on rights that fail by lapse"),
        "invalidity": Message("no cash depends on rights that fail by invalidity"),
        "expiry": Message("no cash depends on rights that fail by expiry"),
    },
)


def _rights(stress: RightsFailStress, target: Target) -> list[StressTable]:
    rights = _exposed(target, stress.cause, None)
    if not rights:
        raise DoesNotApply(_NO_RIGHTS[stress.cause])
    share = Decimal(stress.share).scaleb(-8)
    return _failures(rights[: math.ceil(share * len(rights))], stress.cause, day_after(target, stress.after))


def _node(stress: NodeStress, target: Target) -> list[StressTable]:
    if not target.nodes:
        raise DoesNotApply("no obligor has a place on a chain: name a random performance that tells nodes")
    owed = dict.fromkeys(target.nodes.values(), 0)
    for name, amount in target.cash.items():
        node = target.nodes.get(target.pool.contracts[name].obligor)
        if node is not None:
            owed[node] += amount
    match stress.node:
        case "upstream":
            struck = target.suppliers
        case "largest":
            struck = frozenset({max(owed, key=lambda node: owed[node])})
        case _:
            assert_never(stress.node)
    if not struck:
        raise DoesNotApply("no obligor supplies another on the chain")
    at = day_after(target, stress.after)
    obligors = [name for name, node in target.nodes.items() if node in struck]
    match stress.effect:
        case "default":
            return [{"driver": "default", "obligor": name, "at": at} for name in obligors]
        case "rights-fail":
            rights = _exposed(target, "invalidity", frozenset(obligors))
            if not rights:
                raise DoesNotApply("no cash depends on rights of the node")
            return _failures(rights, "invalidity", at)
        case _:
            assert_never(stress.effect)


def _failures(rights: Sequence[str], cause: Cause, at: dt.date) -> list[StressTable]:
    return [{"driver": "patent-failure", "right": name, "at": at, "cause": cause} for name in rights]


def _exposed(target: Target, cause: Cause, obligors: frozenset[str] | None) -> list[str]:
    """Rights on which cash depends for ``cause``, behind most cash first; of these obligors' contracts."""
    behind: dict[str, int] = {}
    for name, contract in target.pool.contracts.items():
        if obligors is not None and contract.obligor not in obligors:
            continue
        for right in contract.collateral if contract.needs_rights(cause) else ():
            behind[right] = behind.get(right, 0) + target.cash.get(name, 0)
    return sorted(behind, key=lambda right: -behind[right])


def _rates(
    stress: DefaultRateStress | PrepaymentRateStress | RecoveryRateStress,
    written: StressTable,
    target: Target,
) -> list[StressTable]:
    """As written: it names nobody."""
    royalties = all(contract.follows_sales for contract in target.pool.contracts.values())
    match stress:
        case RecoveryRateStress():
            if target.deal.performance is None or not target.deal.performance.recoveries:
                raise DoesNotApply("the deal has no recoveries")
            if royalties:
                raise DoesNotApply("nothing is recovered of a royalty")
        case PrepaymentRateStress():
            if royalties:
                raise DoesNotApply("a royalty has no balance that could default or be prepaid by a rate")
            _require_periods(stress.first_period, target)
        case DefaultRateStress():
            _require_periods(stress.first_period, target)
        case _:
            assert_never(stress)
    return [dict(written)]


def _require_periods(first: int, target: Target) -> None:
    """Raises DoesNotApply where the deal ends before period ``first``."""
    periods = len(payment_dates(target.deal.dates))
    if first > periods:
        raise DoesNotApply(
            Message("its first period is {first}, the deal has {periods}", first=first, periods=periods)
        )


def _remarks(written: StressTable, struck: Sequence[StressTable]) -> Iterator[str]:
    """What a reader of a stress that acts would not expect: a count above the number that there are strikes all."""
    asked = int(bare(written.get("count", 0)))
    if asked > len(struck):
        yield Message("all {count}: {asked} are asked for", count=len(struck), asked=asked)


def _put(stress: SuiteStress, written: StressTable, target: Target) -> list[StressTable]:
    """A stress of a suite as stresses of a file. Raises DoesNotApply."""
    match stress:
        case LargestObligorsStress():
            return _largest(stress, target)
        case AllProvidersStress():
            return _providers(stress, written, target)
        case AllPaymentsLateStress():
            return _late(stress, target)
        case AllRoyaltyBasesStress():
            return _bases(stress, written, target)
        case AllIndexRatesStress():
            return _indices(written, target)
        case RightsFailStress():
            return _rights(stress, target)
        case NodeStress():
            return _node(stress, target)
        case DefaultRateStress() | PrepaymentRateStress() | RecoveryRateStress():
            return _rates(stress, written, target)
        case _:
            assert_never(stress)


def described(stress: StressTable) -> tuple[str | None, str, dt.date | None]:
    """What a stress acts on, its change in words of the file, and from when."""
    targets = ("obligor", "contract", "right", "support", "index", "note")
    acts_on = next((str(stress[key]) for key in targets if key in stress), None)
    first = stress.get("at", stress.get("from"))
    rest = {k: bare(v) for k, v in stress.items() if k not in ("driver", "at", "from", *targets)}
    change = ", ".join(f"{key} = {toml_value(value)}" for key, value in rest.items())
    return acts_on, change or Message("happens"), first


def numbers_of(stress: StressTable) -> Iterator[tuple[str, str]]:
    """Kind and source of each number of a stress that says them."""
    for value in stress.values():
        if is_figure(value):
            yield value["kind"], value.get("source", "")
