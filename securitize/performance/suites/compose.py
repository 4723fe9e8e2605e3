"""The scenarios of a suite resolved for a deal: the largest obligors, the days, the rights.

Source: ``docs/reference/suites.md``. What comes out is an ordinary scenario, as a file would write it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from securitize.base.messages import Message
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
    AllPutsStress,
    AllRoyaltyBasesStress,
    DefaultRateByYearStress,
    GroupOutStress,
    LargestObligorsStress,
    NodeStress,
    RightsFailStress,
    ServicerOutStress,
    SuiteStress,
)
from securitize.definitions.suites.suite import SuiteScenario
from securitize.performance.suites.cases import SuiteCase
from securitize.performance.suites.indices import index_rates
from securitize.performance.suites.nodes import node_out
from securitize.performance.suites.obligors import group_out, largest
from securitize.performance.suites.payments import payments_late, servicer_out
from securitize.performance.suites.providers import (
    have_failed,
    providers_downgraded,
    providers_late,
    providers_out,
)
from securitize.performance.suites.puts import all_puts
from securitize.performance.suites.rates import first_relief, rates, rates_by_year
from securitize.performance.suites.rights import rights_fail
from securitize.performance.suites.sales import royalty_bases
from securitize.performance.suites.stress_table import StressTable, bare, size_of
from securitize.performance.suites.target import DoesNotApply, Target


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
    moved = tuple(stresses)
    for stress, written in zip(scenario.stress, raw, strict=True):
        try:
            struck = _put(stress, written, target, [*moved, *(one for one in raw if one is not written)])
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


def _remarks(
    stress: SuiteStress, written: StressTable, struck: Sequence[StressTable], target: Target
) -> Iterator[str]:
    """What a reader of a stress that acts would not expect.

    A count above the number that there are strikes all; a company that has failed already cannot fail; a default rate
    below the deal's own is a relief.
    """
    asked = int(bare(written.get("count", 0)))
    if asked > len(struck):
        yield Message("all {count}: {asked} are asked for", count=len(struck), asked=asked)
    match stress:
        case DefaultRateStress() | DefaultRateByYearStress():
            if (period := first_relief(stress, target)) is not None:
                yield Message(
                    "its default rate is below the deal's own, first in period {period}", period=period
                )
        case AllProvidersStress() | AllProvidersLateStress():
            if said := have_failed(target):
                yield said
        case (
            LargestObligorsStress()
            | GroupOutStress()
            | AllProvidersDowngradedStress()
            | AllPaymentsLateStress()
            | ServicerOutStress()
            | AllRoyaltyBasesStress()
            | AllIndexRatesStress()
            | AllPutsStress()
            | RightsFailStress()
            | NodeStress()
            | PrepaymentRateStress()
            | RecoveryRateStress()
        ):
            pass
        case _:
            assert_never(stress)


def _put(
    stress: SuiteStress, written: StressTable, target: Target, others: Sequence[StressTable] = ()
) -> list[StressTable]:
    """A stress of a suite as stresses of a file; ``others`` are those beside it. Raises DoesNotApply."""
    match stress:
        case LargestObligorsStress():
            return largest(stress, target)
        case AllProvidersStress():
            return providers_out(stress, written, target)
        case DefaultRateByYearStress():
            return rates_by_year(stress, written, target)
        case GroupOutStress():
            return group_out(stress, target)
        case AllProvidersLateStress():
            return providers_late(stress, written, target)
        case AllProvidersDowngradedStress():
            return providers_downgraded(stress, target)
        case AllPaymentsLateStress():
            return payments_late(stress, written, target)
        case ServicerOutStress():
            return servicer_out(stress, written, others, target)
        case AllRoyaltyBasesStress():
            return royalty_bases(stress, written, target)
        case AllIndexRatesStress():
            return index_rates(written, target)
        case AllPutsStress():
            return all_puts(written, target)
        case RightsFailStress():
            return rights_fail(stress, target)
        case NodeStress():
            return node_out(stress, target)
        case DefaultRateStress() | PrepaymentRateStress() | RecoveryRateStress():
            return rates(stress, written, target)
        case _:
            assert_never(stress)
