"""Money, dates and numbers of things in sentences of either language; closed words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import get_args

import pytest

from securitize.base.language import use_language
from securitize.base.messages import in_language
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.payees import PAYEE_KINDS
from securitize.definitions.deals.steps import IN_FORCE
from securitize.definitions.figures import STREAMS
from securitize.definitions.policies.policy import CapScope, PaidWhen, Recipient
from securitize.reports import wording
from securitize.reports.names import Names
from securitize.reports.words import word, words
from securitize.tables.naming import namings


@pytest.fixture
def chinese() -> Iterator[None]:
    """A reader whose language is Chinese."""
    use_language("zh")
    yield
    use_language("en")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("301000000.00"), "CNY", "3.01亿元"),
        (Decimal("47628500.00"), "CNY", "4,762.85万元"),
        (Decimal("-123147000.00"), "CNY", "-1.23亿元"),
        (Decimal("9999.99"), "CNY", "9,999.99元"),
        (Decimal("10000.00"), "CNY", "1万元"),
        (Decimal("0.00"), "CNY", "0元"),
        (Decimal("130000000.00"), "USD", "1.30亿美元"),
        (Decimal("250000.00"), "EUR", "25万EUR"),
    ],
)
def test_money_in_a_chinese_sentence(chinese: None, amount: Decimal, currency: str, text: str) -> None:
    assert in_language(wording.money(amount, currency)) == text


def test_money_in_an_english_sentence_is_to_the_cent() -> None:
    assert wording.money(Decimal("4762.85"), "CNY") == "CNY 4,762.85"
    assert wording.money(Decimal("301000000.00"), "CNY") == "CNY 301,000,000"


def test_dates() -> None:
    said = wording.day(dt.date(2020, 3, 11))
    assert in_language(said, "en") == "2020-03-11"
    assert in_language(said, "zh") == "2020年3月11日"


@pytest.mark.parametrize(
    ("number", "noun", "several", "text"),
    [
        (11, "contract", "", "11笔合同"), (3, "note", "", "3档证券"), (1, "company", "companies", "1家企业"),
        (10, "payment date", "", "10个兑付日"), (2, "trigger", "", "2项触发事件"), (140, "right", "", "140件知识产权"),
    ],
)  # fmt: skip
def test_things_are_counted_with_their_measure_words(number: int, noun: str, several: str, text: str) -> None:
    assert in_language(wording.counted(number, noun, several), "zh") == text


def test_the_unit_of_a_table_stands_in_its_title_once() -> None:
    title = wording.in_unit("Notes", "CNY")
    assert in_language(title, "en") == "Notes, CNY"
    assert in_language(title, "zh").endswith("，单位：元（人民币）")


def test_every_closed_word_has_both_languages() -> None:
    needed = {
        "stream": STREAMS,
        "paid": get_args(PaidWhen),
        "recipient": get_args(Recipient),
        "cap": ("payment", "year", "life", *get_args(CapScope)),
        "rounding": get_args(Deal.model_fields["rounding"].annotation),
    }
    lacking = {group: set(each) - set(words()[group]) for group, each in needed.items()}
    assert not any(lacking.values()), lacking
    assert all(english and chinese for group in words().values() for english, chinese in group.values())
    assert set(IN_FORCE) <= set(namings()["priority"].values_zh)


def test_every_reason_of_a_screen_has_a_word() -> None:
    import tomllib

    from tests.packaging.tree import ROOT

    reasons = tomllib.loads((ROOT / "securitize/pooling/screens/reasons.toml").read_text(encoding="utf-8"))
    assert set(reasons) <= set(words()["reason"])


def test_a_name_that_is_no_word_stays(chinese: None) -> None:
    assert word("base", "A") == "A"
    assert word("base", "notes") == "证券未偿本金余额"


def test_every_kind_of_payee_is_said_in_chinese(chinese: None) -> None:
    names = Names({})
    assert [kind for kind in PAYEE_KINDS if in_language(names.payee(f"{kind}:A")) == f"{kind}:A"] == []
    assert names.payee("interest:A") == "interest:A"


def test_titles_stand_before_keys(chinese: None) -> None:
    names = Names({"notes": {"A": {"title_zh": "优先级"}, "B": {}}})
    assert in_language(names.of("notes", "A")) == "优先级（A）"
    assert names.of("notes", "B") == "B"


def test_a_payee_is_named_by_the_titles_of_its_deal(chinese: None) -> None:
    names = Names({
        "notes": {"A": {"title_zh": "优先级"}},
        "fees": {"tax": {"payee_zh": "税务机关"}, "audit": {}},
        "accounts": {"collection": {"title_zh": "专项计划账户"}, "surplus": {"title_zh": "留存账户"}},
        "support": {"undertaking": {"kind": "shortfall-undertaking", "provider_zh": "集团"}},
    })  # fmt: skip
    shown = {
        "interest:A": "优先级（A）利息",
        "fee:tax": "税务机关（tax）",
        "fee:audit": "费用：audit",
        "transfer:collection": "划转至专项计划账户（collection）",
        "reserve:surplus": "转入留存账户（surplus）",
        "release:surplus": "自留存账户（surplus）转回",
        "reimbursement:undertaking": "偿还差额支付款（undertaking）",
        "residual:A": "优先级（A）收益",
        "originator": "原始权益人",
        "nobody": "nobody",
    }
    assert {payee: in_language(names.payee(payee)) for payee in shown} == shown


@pytest.mark.parametrize(
    ("kind", "shown"), [("collections", "85.00%"), ("coverage", "0.8500"), ("", "0.8500")]
)
def test_a_threshold_that_is_a_share_is_in_per_cent(kind: str, shown: str) -> None:
    from securitize.reports.headings import trigger_cell

    names = Names({"triggers": {"late": {"kind": kind}}})
    assert trigger_cell(names, {"trigger": "late", "threshold": 0.85}, "threshold") == shown
