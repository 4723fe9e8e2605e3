"""The scenarios of a suite resolved for a deal: the largest obligors, the days, the rights.

Source: ``docs/reference/suites.md``. What comes out is an ordinary scenario, as a file would write it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_never, get_args

from securitize.base.closed import complete
from securitize.base.dates import add_months
from securitize.base.messages import Listing, Message
from securitize.base.money import from_rate
from securitize.base.toml import quoted
from securitize.definitions.deals.deal import Deal
from securitize.definitions.figures import RATINGS, FigureKind, is_figure, is_lpr, months
from securitize.definitions.pools.claims import Cause
from securitize.definitions.pools.pool import Contract, Obligor, Pool
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    PrepaymentRateStress,
    RecoveryRateStress,
)
from securitize.definitions.suites.stresses import (
    AllIndexRatesStress,
    AllPaymentsLateStress,
    AllProvidersDowngradedStress,
    AllProvidersLateStress,
    AllProvidersStress,
    AllRoyaltyBasesStress,
    DefaultRateByYearStress,
    GroupKind,
    GroupOutStress,
    LargestObligorsStress,
    NodeStress,
    RightsFailStress,
    ServicerOutStress,
    SuiteStress,
)
from securitize.definitions.suites.suite import SuiteScenario
from securitize.market.today import Today
from securitize.performance.parties import support_key
from securitize.performance.rate_paths import periods_of_years
from securitize.performance.rates import ramp_values

#: Kind and source of the numbers of a stress.
Size = tuple[FigureKind, str]
#: One stress of an ordinary scenario, as its file writes it.
StressTable = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What a suite is put to.

    today    : from which it is told
    cash     : of each contract, what it owes after today by the books, minor units
    end      : the last payment date;  collection : the cut-off and every collection date
    indices  : that a rate of the deal or the pool follows, sorted; nodes : of obligors, where they are known
    suppliers: nodes of obligors that supply another node of the pool's obligors
    """

    deal: Deal
    pool: Pool
    today: Today
    cash: Mapping[str, int]
    end: dt.date
    collection: tuple[dt.date, ...]
    indices: tuple[str, ...]
    nodes: Mapping[str, str]
    suppliers: frozenset[str]

    def owed(self) -> dict[str, int]:
        """What each obligor owes after today, those of nothing left out, as written."""
        found = dict.fromkeys(self.pool.obligors, 0)
        for name, amount in self.cash.items():
            found[self.pool.contracts[name].obligor] += amount
        return {name: amount for name, amount in found.items() if amount}

    def obligors(self) -> list[str]:
        """Those that owe anything after today, most first, among equals as written."""
        owed = self.owed()
        return sorted(owed, key=lambda name: -owed[name])


class DoesNotApply(Exception):  # noqa: N818
    """A stress has nothing to act on; says why."""


@dataclass(frozen=True, slots=True)
class SuiteCase:
    """A scenario put to a deal.

    left_out : of each stress that does not apply, why;  remarks : of those that do, what a reader would not expect
    sizes : of each stress the kind and source of the suite's stress that it comes from; None where it says none
    """

    name: str
    title: str
    title_zh: str
    description: str
    stresses: tuple[StressTable, ...]
    left_out: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    sizes: tuple[Size | None, ...] = ()

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
    sizes = [size for part in parts for size in part.sizes]
    for stress, written in zip(scenario.stress, raw, strict=True):
        try:
            struck = _put(stress, written, target)
            remarks += _remarks(stress, written, struck, target)
            stresses += struck
            sizes += [size_of(written)] * (len(stresses) - len(sizes))
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
        tuple(sizes),
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
    """Today plus some months, the next day without any. Raises DoesNotApply after the last payment date."""
    day = add_months(target.today.pool, months(after)) if after else target.today.next_of_pool
    if day > target.end:
        raise DoesNotApply(Message("{day} is after the last payment date {end}", day=day, end=target.end))
    return day


def _largest(stress: LargestObligorsStress, target: Target) -> list[StressTable]:
    obligors = target.obligors()
    if not obligors:
        raise DoesNotApply("no obligor owes anything after the cut-off")
    at = day_after(target, stress.after)
    return [{"driver": "default", "obligor": name, "at": at} for name in obligors[: stress.count]]


def _rates_by_year(
    stress: DefaultRateByYearStress, written: StressTable, target: Target
) -> list[StressTable]:
    """A rate of each collection period, times the multiple; sources as written."""
    times = Decimal(stress.times).scaleb(-8)
    first, rates = periods_of_years(stress.years, target.today.pool, target.collection)
    if not rates:
        raise DoesNotApply("no collection period begins within its years")
    values = [(Decimal(rate).scaleb(-8) * times).quantize(Decimal("1e-8")).normalize() for rate in rates]
    # A vector counts the deal's periods from the first, whichever the stress is confined to.
    values = [Decimal(0)] * (first - 1) + values
    found = written["years"]
    of_source = next((one for one in (found, *found) if is_figure(one)), None) if found else None
    table: Any = values
    if of_source is not None:
        table = {"value": values, **{key: of_source[key] for key in ("kind", "source") if key in of_source}}
    return [{"driver": "default-rate", "set": table, "first_period": first, "last_period": len(values)}]


def _group_out(stress: GroupOutStress, target: Target) -> list[StressTable]:
    """Obligors that say nothing of it are no group."""
    owed = target.owed()
    groups: dict[str, list[str]] = {}
    for name in owed:
        if of := _group_of(stress, target.pool.obligors[name]):
            groups.setdefault(of, []).append(name)
    if not groups:
        raise DoesNotApply(_NO_GROUP[stress.by])
    struck = max(groups.values(), key=lambda names: sum(owed[name] for name in names))
    at = day_after(target, stress.after)
    return [{"driver": "default", "obligor": name, "at": at} for name in struck]


def _group_of(stress: GroupOutStress, obligor: Obligor) -> str:
    match stress.by:
        case "group":
            return obligor.group
        case "region":
            return obligor.region
        case "industry":
            return obligor.industry
        case _:
            assert_never(stress.by)


#: Why no group can default together, by what would make one.
_NO_GROUP: Mapping[GroupKind, str] = complete(
    GroupKind,
    {
        "group": Message("no obligor says to which affiliate group it belongs"),
        "region": Message("no obligor says in which region it is"),
        "industry": Message("no obligor says in which industry it is"),
    },
)


def _providers_late(
    stress: AllProvidersLateStress, written: StressTable, target: Target
) -> list[StressTable]:
    if not target.deal.support:
        raise DoesNotApply("the deal has no support from outside")
    supports, _ = _standing(target)
    if not supports:
        raise DoesNotApply(_have_failed(target))
    at = target.today.next_of_notes if stress.after is None else day_after(target, stress.after)
    until = add_months(at, months(stress.lasts)) if stress.lasts else max(target.end, at)
    return [
        {"driver": "provider-late", "support": name, "at": at, "until": until, "days": written["days"]}
        for name in supports
    ]


def _downgraded(stress: AllProvidersDowngradedStress, target: Target) -> list[StressTable]:
    ratings = {name: target.today.ratings.get(name, one.rating) for name, one in target.deal.support.items()}
    rated = {name: rating for name, rating in ratings.items() if rating is not None}
    if not target.deal.support:
        raise DoesNotApply("the deal has no support from outside")
    if not rated:
        raise DoesNotApply("no provider of support has a rating")
    at = target.today.next_of_notes if stress.after is None else day_after(target, stress.after)
    lowest = len(RATINGS) - 1
    return [
        {
            "driver": "provider-rating",
            "support": name,
            "at": at,
            "rating": RATINGS[min(RATINGS.index(rating) + stress.notches, lowest)],
        }
        for name, rating in rated.items()
    ]


def _providers(stress: AllProvidersStress, written: StressTable, target: Target) -> list[StressTable]:
    supports, others = standing(target)
    at = target.today.next_of_notes if stress.after is None else day_after(target, stress.after)
    recovery = {"recovery": written["recovery"]} if "recovery" in written else {}
    of_supports: list[StressTable] = [
        {"driver": "provider-default", "support": name, "at": at, **recovery} for name in supports
    ]
    return of_supports + [
        {"driver": "party-default", "party": party, "at": at, **recovery} for party in others
    ]


def no_providers(target: Target) -> list[StressTable]:
    """Everybody who promised to pay fails at closing, and pays nothing. Of one day the first written holds.

    Who has failed already by the books goes on paying what it pays since.
    """
    at = target.today.next_of_notes
    supports, guarantors = _standing(target)
    of_supports: list[StressTable] = [
        {"driver": "provider-default", "support": name, "at": at, "recovery": 0} for name in supports
    ]
    others = [{"driver": "party-default", "party": party, "at": at, "recovery": 0} for party in guarantors]
    return [*of_supports, *others]


def standing(target: Target) -> tuple[list[str], list[str]]:
    """The supports, and the other guarantors, whose company has not failed by the books.

    Raises DoesNotApply where there is no support from outside, or nobody is left behind it.
    """
    if not target.deal.support and not other_guarantors(target):
        raise DoesNotApply("the deal has no support from outside")
    supports, others = _standing(target)
    if not supports and not others:
        raise DoesNotApply(_have_failed(target))
    return supports, others


def _standing(target: Target) -> tuple[list[str], list[str]]:
    failed = target.today.failed
    supports = [name for name in target.deal.support if support_key(target.deal, name) not in failed]
    return supports, [name for name in other_guarantors(target) if name not in failed]


def _have_failed(target: Target) -> str:
    """That companies behind the support have failed by the books; empty where none has."""
    owing = [*(support_key(target.deal, name) for name in target.deal.support), *other_guarantors(target)]
    names = [key.removeprefix("support:") for key in dict.fromkeys(owing) if key in target.today.failed]
    return Message("already failed: {names}", names=Listing(names)) if names else ""


def other_guarantors(target: Target) -> list[str]:
    """The parties that owe recoveries and stand behind no support, by id, but obligors of the pool."""
    deal = target.deal
    of_supports = {support.party for support in deal.support.values()}
    owing = [one.party for one in (deal.performance.recoveries if deal.performance else ())]
    return [
        party
        for party in dict.fromkeys(owing)
        if party is not None and party not in of_supports and party not in target.pool.obligors
    ]


def _late(stress: AllPaymentsLateStress, written: StressTable, target: Target) -> list[StressTable]:
    since = day_after(target, stress.after)
    last = max(contract.instalment_dates()[-1] for contract in target.pool.contracts.values())
    until = add_months(since, months(stress.lasts)) if stress.lasts else max(last, since)
    due = (day for contract in target.pool.contracts.values() for day in contract.instalment_dates())
    if not any(since <= day <= until for day in due):
        raise DoesNotApply(Message("no instalment is due from {since} to {until}", since=since, until=until))
    return [{"driver": "late-payment", "from": since, "to": until, "days": written["days"]}]


def _servicer_out(stress: ServicerOutStress, written: StressTable, target: Target) -> list[StressTable]:
    sizes: StressTable = {
        name: written[name] for name in ("remittance_days", "recovery", "late_days") if name in written
    }
    return [{"driver": "servicer-failure", "at": day_after(target, stress.after), **sizes}]


def _bases(stress: AllRoyaltyBasesStress, written: StressTable, target: Target) -> list[StressTable]:
    if not any(contract.follows_sales for contract in target.pool.contracts.values()):
        raise DoesNotApply("the pool has no royalty that follows sales")
    begins = stress.after is not None or target.today.in_mid_life
    since = {"from": day_after(target, stress.after)} if begins else {}
    return [{"driver": "royalty-base", **since, "scale": written["scale"]}]


def _indices(written: StressTable, target: Target) -> list[StressTable]:
    if not target.indices:
        raise DoesNotApply("no rate of the deal or the pool follows an index")
    found: list[StressTable] = []
    at = {"at": target.today.pool} if target.today.in_mid_life else {}
    if any(is_lpr(name) for name in target.indices):
        found.append({"driver": "lpr", **at, "shift": written["shift"]})
    return found + [
        {"driver": "index-rate", "index": name, **at, "shift": written["shift"]}
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
        over = _over(contract, target)
        for right in contract.collateral if contract.needs_rights(cause) and target.cash[name] else ():
            if right not in over:
                behind[right] = behind.get(right, 0) + target.cash[name]
    return sorted(behind, key=lambda right: -behind[right])


def _over(contract: Contract, target: Target) -> frozenset[str]:
    """The rights of a contract that have failed by today, by the books or on their expiry."""
    failed = contract.as_of.failed if contract.as_of else ()
    if not contract.needs_rights("expiry"):
        return frozenset(failed)
    ends = {name: target.pool.collateral[name].expiry for name in contract.collateral}
    expired = [name for name, end in ends.items() if end is not None and end <= target.today.pool]
    return frozenset((*failed, *expired))


def _rates(
    stress: DefaultRateStress | PrepaymentRateStress | RecoveryRateStress,
    written: StressTable,
    target: Target,
) -> list[StressTable]:
    """A rate stress, which names nobody; its periods those of the suite, in the deal's own."""
    royalties = all(contract.follows_sales for contract in target.pool.contracts.values())
    match stress:
        case RecoveryRateStress():
            if target.deal.performance is None or not target.deal.performance.recoveries:
                raise DoesNotApply("the deal has no recoveries")
            if royalties:
                raise DoesNotApply("nothing is recovered of a royalty")
            return [dict(written)]
        case PrepaymentRateStress():
            if royalties:
                raise DoesNotApply("a royalty has no balance that could be prepaid by a rate")
            _require_periods(stress.first_period, target)
            return [_in_periods_of_the_deal(stress, written, target)]
        case DefaultRateStress():
            _require_periods(stress.first_period, target)
            return [_in_periods_of_the_deal(stress, written, target)]
        case _:
            assert_never(stress)


def _in_periods_of_the_deal(
    stress: DefaultRateStress | PrepaymentRateStress, written: StressTable, target: Target
) -> StressTable:
    past, found = target.today.period, dict(written)
    if not past:
        return found
    found["first_period"] = stress.first_period + past
    if stress.last_period is not None:
        found["last_period"] = stress.last_period + past
    if stress.ramp is not None:
        values = [from_rate(rate) for rate in ramp_values(stress.ramp)]
        found["set"] = in_front(values, past)
        del found["ramp"]
    elif stress.set_ is not None:
        found["set"] = in_front(written["set"], past)
    return found


def in_front(value: Any, past: int) -> Any:
    """A vector as a file writes it, its first value ``past`` times in front; a single number is the same everywhere."""
    if is_figure(value) and isinstance(value["value"], list | tuple):
        return {**value, "value": in_front(value["value"], past)}
    return [value[0]] * past + list(value) if isinstance(value, list | tuple) else value


def _require_periods(first: int, target: Target) -> None:
    """Raises DoesNotApply where the deal ends before period ``first`` of those to come."""
    periods = len(target.collection) - 1 - target.today.period
    if first > periods:
        raise DoesNotApply(
            Message("its first period is {first}, the deal has {periods}", first=first, periods=periods)
        )


def _remarks(
    stress: SuiteStress, written: StressTable, struck: Sequence[StressTable], target: Target
) -> Iterator[str]:
    """What a reader of a stress that acts would not expect: a count above the number that there are strikes all, and
    a company that has failed already cannot fail."""
    asked = int(bare(written.get("count", 0)))
    if asked > len(struck):
        yield Message("all {count}: {asked} are asked for", count=len(struck), asked=asked)
    match stress:
        case AllProvidersStress() | AllProvidersLateStress():
            if said := _have_failed(target):
                yield said
        case (
            LargestObligorsStress()
            | DefaultRateByYearStress()
            | GroupOutStress()
            | AllProvidersDowngradedStress()
            | AllPaymentsLateStress()
            | ServicerOutStress()
            | AllRoyaltyBasesStress()
            | AllIndexRatesStress()
            | RightsFailStress()
            | NodeStress()
            | DefaultRateStress()
            | PrepaymentRateStress()
            | RecoveryRateStress()
        ):
            pass
        case _:
            assert_never(stress)


def _put(stress: SuiteStress, written: StressTable, target: Target) -> list[StressTable]:
    """A stress of a suite as stresses of a file. Raises DoesNotApply."""
    match stress:
        case LargestObligorsStress():
            return _largest(stress, target)
        case AllProvidersStress():
            return _providers(stress, written, target)
        case DefaultRateByYearStress():
            return _rates_by_year(stress, written, target)
        case GroupOutStress():
            return _group_out(stress, target)
        case AllProvidersLateStress():
            return _providers_late(stress, written, target)
        case AllProvidersDowngradedStress():
            return _downgraded(stress, target)
        case AllPaymentsLateStress():
            return _late(stress, written, target)
        case ServicerOutStress():
            return _servicer_out(stress, written, target)
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
    targets = ("obligor", "contract", "right", "support", "party", "index", "note")
    acts_on = next((str(stress[key]) for key in targets if key in stress), None)
    first = stress.get("at", stress.get("from"))
    rest = {k: bare(v) for k, v in stress.items() if k not in ("driver", "at", "from", *targets)}
    change = ", ".join(f"{key} = {toml_value(value)}" for key, value in rest.items())
    return acts_on, change or Message("happens"), first


def size_of(stress: StressTable) -> Size | None:
    """Kind and source of the numbers of a stress; of several the least reliable kind, and every source.

    None where no number says them.
    """
    found = list(_numbers_of(stress))
    if not found:
        return None
    order = get_args(FigureKind)
    return max((kind for kind, _ in found), key=order.index), "; ".join(
        dict.fromkeys(source for _, source in found if source)
    )


def _numbers_of(value: Any) -> Iterator[Size]:
    """Kind and source of each number that says them, however deep it stands."""
    if is_figure(value):
        yield value["kind"], value.get("source", "")
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _numbers_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _numbers_of(item)
