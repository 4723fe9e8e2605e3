"""Losses split to the minor unit, pools that empty, and what guarantors may take on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.definitions.loading import load_policy
from securitize.definitions.policies.policy import LossSplit
from securitize.financing.policies.losses import guarantor_capacity, split_losses
from securitize.library import find_policy


def shipped(policy: str, split: str) -> LossSplit:
    return load_policy(find_policy(policy)).model.loss_splits[split]


@given(st.lists(st.integers(0, 10**12), max_size=8))
def test_every_loss_is_borne_to_the_minor_unit(losses: list[int]) -> None:
    split = shipped("zhongshan", "loans")
    for loss, parts in zip(losses, split_losses(split, losses, "bank"), strict=True):
        assert sum(parts.values()) == loss
        for name, share in split.shares.items():
            assert abs(parts[name] - loss * share / 10**8) <= 1


def test_zhongshan_and_zhuhai_share_as_published() -> None:
    assert split_losses(shipped("zhongshan", "loans"), [1_000_000_00], "bank") == [
        {"fund": 540_000_00, "bank": 260_000_00, "insurer": 160_000_00, "appraiser": 40_000_00}
    ]
    assert split_losses(shipped("zhuhai", "loans"), [1_000_000_00], "bank") == [
        {"bank": 600_000_00, "fund": 400_000_00}
    ]


def test_a_pool_pays_until_it_is_empty() -> None:
    split = shipped("guangzhou-huangpu", "pool-of-the-district")
    parts = split_losses(split, [30_000_000_00, 30_000_000_00, 4_000_000_00], "bank")
    assert [each["pool"] for each in parts] == [7_500_000_00, 2_500_000_00, 0]
    assert [each["bank"] for each in parts] == [22_500_000_00, 27_500_000_00, 4_000_000_00]


def test_losses_that_cannot_be_split_are_refused() -> None:
    split = shipped("zhuhai", "loans")
    with pytest.raises(ValueError, match="negative"):
        split_losses(split, [-1], "bank")
    with pytest.raises(ValueError, match="nobody"):
        split_losses(split, [1], "insurer")


def test_a_guarantor_takes_on_so_much_and_no_more() -> None:
    tests = guarantor_capacity(
        100, 1000, {"a": 10, "b": 11}, {"g": 15, "h": 16}, multiple=10, one_customer=10_000_000, one_group=15_000_000
    )  # fmt: skip
    assert {one.test: one.holds for one in tests} == {
        "all": True, "customer a": True, "customer b": False, "group g": True, "group h": False,
    }  # fmt: skip
    assert not guarantor_capacity(100, 1001, {}, {}, multiple=10, one_customer=0, one_group=0)[0].holds
    assert guarantor_capacity(100, 1500, {}, {}, multiple=15, one_customer=0, one_group=0)[0].holds
