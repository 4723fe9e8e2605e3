"""The vocabulary of payees."""

from __future__ import annotations

import pytest

from securitize.definitions.deals.payees import PAYEE_KINDS, PAYEE_RULES, Payee, parse_payee


@pytest.mark.parametrize("kind", PAYEE_KINDS)
def test_a_payee_is_read_and_written_alike(kind: str) -> None:
    text = kind if kind == "originator" else f"{kind}:A-1_b"
    payee = parse_payee(text)
    assert (payee.kind, str(payee)) == (kind, text)


def test_a_payee_has_its_two_halves() -> None:
    assert parse_payee("fee-excess:trustee") == Payee("fee-excess", "trustee")
    assert parse_payee("originator") == Payee("originator", "")


@pytest.mark.parametrize(
    "text", ["", ":", "interest", "interest:", "originator:", "originator:A", "Interest:A", "rest:A"]
)
def test_what_is_no_payee_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"payee|name"):
        parse_payee(text)


def test_every_payee_with_a_name_has_a_table() -> None:
    assert [kind for kind, rule in PAYEE_RULES.items() if rule.table is None] == ["originator"]
