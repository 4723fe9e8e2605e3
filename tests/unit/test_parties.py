"""One company in several roles, by hand: a loan of 1,000,000.00 whose guarantor may fail, and who shares in what.

The loan defaults on 2020-05-15; four fifths are due from the guarantor three months later, on Saturday 2020-08-15, and
a sale of pledged rights brings half after twelve months.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from securitize.assets.collections import Collections, project
from securitize.assets.resolve import resolve_pool
from securitize.base.arithmetic import multiply_divide
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.accounts import Account
from securitize.definitions.deals.deal import Deal, Party
from securitize.definitions.deals.support import Support
from securitize.definitions.performance import Performance
from securitize.definitions.pools.pool import Pool
from securitize.performance.parties import parties_of, support_pays
from securitize.performance.resolved import ResolvedPerformance
from securitize.performance.stresses import resolve_performance
from tests.unit.pool_samples import LOAN, SCHEDULE, D, pool, scenario, stream

DEFAULT = {"driver": "default", "contract": "a", "at": D(2020, 5, 15)}
GUARANTEE = {"source": "guarantee", "rate": Decimal("0.8"), "lag": "3M", "party": "g"}
PLEDGE = {"source": "pledge", "rate": Decimal("0.5"), "lag": "12M"}
#: Quarters of 2020-08-15 and 2021-05-15, from 0.
AUGUST, MAY = 2, 5
FAILED = {"driver": "party-default", "party": "g", "at": D(2020, 8, 15)}


def deal_of(*recoveries: dict[str, Any], **of_party: Any) -> Deal:
    """A guarantor behind recoveries and an undertaking; and a bank."""
    parties = (
        Party(role="guarantor", name="G", id="g", **of_party),
        Party(role="account bank", name="Bank", id="bank"),
    )
    supports = {
        "undertaking": Support(kind="shortfall-undertaking", party="g"),
        "other": Support(kind="guarantee"),
    }
    accounts = {"collection": Account(kind="collection", party="bank")}
    performance = Performance.model_validate({"recoveries": recoveries or (GUARANTEE, PLEDGE)})
    return Deal.model_construct(parties=parties, support=supports, accounts=accounts, performance=performance)


def resolved(deal: Deal, sample: Pool, *stresses: dict[str, Any]) -> ResolvedPerformance:
    return resolve_performance(deal.performance, scenario(*stresses), sample, SCHEDULE, deal=deal)


def run(deal: Deal, *stresses: dict[str, Any], sample: Pool | None = None) -> Collections:
    sample = sample or pool(a=LOAN)
    return project(resolve_pool(sample, SCHEDULE, None), resolved(deal, sample, *stresses))


def recovered(found: Collections) -> tuple[int, int]:
    cash = stream(found, "recovery")
    assert sum(cash) == cash[AUGUST] + cash[MAY]
    return cash[AUGUST], cash[MAY]


def test_what_falls_due_on_the_day_or_later_is_paid_by_the_share_and_the_rest_is_left_to_later_entries() -> (
    None
):
    deal = deal_of(recovery=Decimal("0.3"))
    assert recovered(run(deal, DEFAULT)) == (80_000_000, 20_000_000)
    # 3/10 of 800,000.00; 760,000.00 are left, of which the pledge brings 500,000.00.
    assert recovered(run(deal, DEFAULT, FAILED)) == (24_000_000, 50_000_000)
    # The stress says its own share, and of two on one day the first holds.
    tenth = FAILED | {"recovery": Decimal("0.1")}
    assert recovered(run(deal, DEFAULT, tenth, FAILED)) == (8_000_000, 50_000_000)
    assert recovered(run(deal, DEFAULT, FAILED, tenth)) == (24_000_000, 50_000_000)
    earlier = FAILED | {"at": D(2020, 2, 1), "recovery": Decimal(0)}
    assert recovered(run(deal, DEFAULT, FAILED, earlier)) == (0, 50_000_000)
    assert recovered(run(deal, DEFAULT, FAILED | {"at": D(2020, 8, 16)})) == (80_000_000, 20_000_000)


def test_due_is_as_written_not_the_day_on_which_the_money_comes() -> None:
    sample = pool(a=LOAN | {"dates": LOAN["dates"] | {"adjustment": "following"}})
    sample = sample.model_copy(update={"calendar": "weekends"})
    # Due on a Saturday, paid on Monday: the failure of Sunday comes too late, that of Saturday does not.
    for day, paid in ((16, 80_000_000), (15, 0)):
        found = run(deal_of(), DEFAULT, FAILED | {"at": D(2020, 8, day)}, sample=sample)
        (flow, *_) = [one for one in found.flows["a"] if one.stream == "recovery"]
        assert recovered(found)[0] == paid
        if paid:
            assert flow.dates[0] == D(2020, 8, 17).toordinal()


def test_defaults_by_rate_and_amounts_fall_too() -> None:
    base = {"default_rate": (Decimal("0.19"),), "recoveries": (GUARANTEE,)}
    deal = deal_of().model_copy(update={"performance": Performance.model_validate(base)})
    half = FAILED | {"recovery": Decimal("0.5")}
    whole, cut = (stream(run(deal, *stresses), "recovery") for stresses in ((), (half,)))
    # Those of 2020-04-01 are due on 2020-07-01; those of 2020-07-01 and later from 2020-10-01 on.
    assert whole[0] == cut[0] == 0
    assert whole[1] == cut[1] > 0
    for before, after in zip(whole[2:5], cut[2:5], strict=True):
        assert after == multiply_divide(before, RATE_UNITS // 2, RATE_UNITS).item() > 0
    amount = {"source": "guarantee", "amount": 300_000, "lag": "3M", "party": "g"}
    own = DEFAULT | {"recoveries": (amount,)}
    assert recovered(run(deal_of(recovery=Decimal("0.3")), own)) == (30_000_000, 0)
    assert recovered(run(deal_of(recovery=Decimal("0.3")), own, FAILED)) == (9_000_000, 0)


@pytest.mark.parametrize(
    ("subrogation", "paid", "after_failure"),
    [
        # What is left is 200,000.00 of 1,000,000.00, and 500,000.00 come; or 760,000.00 are left.
        ("creditor-first", 20_000_000, 50_000_000),
        # 500,000 x 200 / (200 + 800); 500,000 x 760 / (760 + 240).
        ("pari-passu", 10_000_000, 38_000_000),
        # The guarantor takes all 500,000.00; or its 240,000.00 first.
        ("guarantor-first", 0, 26_000_000),
    ],
)
def test_a_guarantor_that_has_paid_is_subrogated_as_the_terms_say(
    subrogation: str, paid: int, after_failure: int
) -> None:
    deal = deal_of(GUARANTEE | {"subrogation": subrogation}, PLEDGE, recovery=Decimal("0.3"))
    assert recovered(run(deal, DEFAULT)) == (80_000_000, paid)
    assert recovered(run(deal, DEFAULT, FAILED)) == (24_000_000, after_failure)
    # What is due before the guarantor pays is the vehicle's alone.
    soon = deal_of(GUARANTEE | {"subrogation": subrogation}, PLEDGE | {"lag": "2M"})
    assert sum(recovered(run(soon, DEFAULT))) == 100_000_000


def test_two_guarantors_one_first_and_one_beside() -> None:
    deal = deal_of(
        {"source": "first", "rate": Decimal("0.1"), "lag": "1M", "subrogation": "guarantor-first"},
        {"source": "beside", "rate": Decimal("0.3"), "lag": "3M", "subrogation": "pari-passu"},
        {"source": "pledge", "rate": Decimal("0.6"), "lag": "12M"},
    )
    # 100,000 and then 300,000, of which the first takes its 100,000 back: 200,000 for the vehicle, 700,000 left.
    # Of 600,000 nothing goes to the first any more; 600,000 x 700 / (700 + 200).
    cash = stream(run(deal, DEFAULT), "recovery")
    assert (cash[1], cash[AUGUST], cash[MAY]) == (10_000_000, 20_000_000, 46_666_667)


def test_one_company_that_guarantees_and_owes() -> None:
    """With two obligors, and with one that guarantees itself."""
    own = GUARANTEE | {"party": "o2"}
    two = pool(a=LOAN, b=LOAN | {"obligor": "o2"})
    deal = deal_of(own)
    struck = {"driver": "default", "obligor": "o2", "at": D(2020, 8, 1)}
    found = run(deal, DEFAULT, struck, sample=two)
    # Neither what it owes of the loan of May nor of its own is paid: nothing is said of what it pays after default.
    assert stream(found, "recovery") == [0] * 8
    assert found.defaulted[0].tolist() == [0, 100_000_000, 100_000_000, 0, 0, 0, 0, 0]
    # By contract only that contract defaults, and the company still pays.
    contract = {"driver": "default", "contract": "b", "at": D(2020, 8, 1)}
    assert sum(stream(run(deal, DEFAULT, contract, sample=two), "recovery")) == 160_000_000
    # Its default as a party strikes its loan too.
    as_party = {"driver": "party-default", "party": "o2", "at": D(2020, 8, 1), "recovery": Decimal("0.25")}
    assert sum(stream(run(deal, DEFAULT, as_party, sample=two), "recovery")) == 40_000_000
    one = pool(a=LOAN | {"obligor": "o2"})
    assert sum(stream(run(deal, as_party, sample=one), "recovery")) == 20_000_000
    assert sum(stream(run(deal, struck, sample=one), "recovery")) == 0
    # On or before the cut-off it defaults on the day after.
    at_once = run(deal, as_party | {"at": D(2019, 1, 1)}, sample=one)
    assert stream(at_once, "interest") == [0] * 8
    assert at_once.defaulted[0, 0] == 100_000_000


def test_the_stress_of_one_role_fells_every_role() -> None:
    sample = pool(a=LOAN)
    deal = deal_of(recovery=Decimal("0.3"))
    for stress in (
        {"driver": "provider-default", "support": "undertaking", "at": D(2020, 8, 15)},
        FAILED,
    ):
        assert recovered(run(deal, DEFAULT, stress)) == (24_000_000, 50_000_000)
        found = resolved(deal, sample, stress)
        (paid,) = support_pays(deal, found.parties, SCHEDULE.payment_dates)["undertaking"]
        assert paid.tolist() == [RATE_UNITS] * 2 + [RATE_UNITS * 3 // 10] * 6
    # A support that names nobody is a company of its own.
    alone = {"driver": "provider-default", "support": "other", "at": D(2020, 8, 15)}
    assert recovered(run(deal, DEFAULT, alone)) == (80_000_000, 20_000_000)
    assert set(resolved(deal, sample, alone).parties) == {"support:other"}


def test_what_a_bank_held_and_what_a_party_pays_are_known_by_period() -> None:
    deal = deal_of(capacity=500_000)
    bank = {"driver": "party-default", "party": "bank", "at": D(2020, 7, 1)}
    found = run(deal, DEFAULT, bank)
    assert found.recovered["g"][0].tolist() == [0, 0, 80_000_000, 0, 0, 0, 0, 0]
    held = found.held["bank"]
    assert held["interest"][0].tolist() == [1_000_000] + [0] * 7
    assert not held["recovery"].any()
    later = run(deal, DEFAULT, bank | {"at": D(2020, 8, 15)}).held["bank"]
    assert later["recovery"][0].tolist() == [0, 0, 80_000_000, 0, 0, 0, 0, 0]


def test_what_is_still_expected_of_a_party_falls_with_it() -> None:
    expected = ({"date": D(2020, 6, 30), "stream": "recovery", "amount": 1000, "party": "g"},)
    sample = pool(a=LOAN | {"as_of": {"date": D(2020, 4, 1), "balance": 900_000, "expected": expected}})
    for day, paid in ((30, 30_000), (29, 30_000), (31, 100_000)):
        at = D(2020, 6, day) if day < 31 else D(2020, 7, 1)
        found = run(deal_of(recovery=Decimal("0.3")), FAILED | {"at": at}, sample=sample)
        assert stream(found, "recovery")[1] == paid


def test_roles_of_every_party() -> None:
    roles = parties_of(deal_of(), pool(a=LOAN))
    assert {key: (one.supports, one.sources, one.accounts, one.obligor) for key, one in roles.items()} == {
        "g": (("undertaking",), ("guarantee",), (), False),
        "bank": ((), (), ("collection",), False),
        "support:other": (("other",), (), (), False),
        "o1": ((), (), (), True),
        "o2": ((), (), (), True),
    }
    assert np.array([one.count for one in roles.values()]).tolist() == [2, 1, 1, 1, 1]
