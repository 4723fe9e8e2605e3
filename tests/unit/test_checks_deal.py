"""Each check of a deal: the good deal passes, and one edit makes it say its code at its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from securitize.definitions import checks
from securitize.definitions.checks.view import Check
from securitize.definitions.codes import is_warning
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import Locator
from securitize.definitions.documents.partial import validate
from securitize.definitions.loading import load_deal
from securitize.definitions.plausibility_page import FIRST, LAST
from tests.properties.generated_deals import numbered_deal
from tests.unit.mutations import GOOD, edited, problems_of_deal
from tests.unit.rich_cases import CASES as RICH

A_PAYMENTS = """  { date = 2025-02-28, amount = 30_000_000 },
  { date = 2026-02-28, amount = 30_000_000 },
"""
RULE = """every = "6M"
first = 2024-08-29
last = 2026-08-29
"""
TARGET = """[accounts.reserve.target]
kind = "percent"
rate = 0.02
of = ["A", "B"]
floor = 500_000
cap = 2_000_000
"""
#: Collection dates by rule, whose end follows.
COLLECTED = 'every = "1M"\nfirst = 2024-07-31\nend_of_month = true\n'
LIST = "dates = [2024-08-29, 2025-08-29, 2026-08-29]\n"

#: code, path, edits
CASES: list[tuple[str, str, tuple[tuple[str, str], ...]]] = [
    ("SEC201", "priority.normal[2].pay[0]", (('pay = ["interest:A"', 'pay = ["interest:X"'),)),
    ("SEC201", "residual_to", (('residual_to = "C"', 'residual_to = "D"'),)),
    ("SEC201", "accounts.reserve.target.of[1]", (('of = ["A", "B"]', 'of = ["A", "X"]'),)),
    ("SEC201", "fees.trustee.base[0]", (('base = "notes"', 'base = ["X"]'),)),
    ("SEC201", "triggers.unpaid.notes[0]", (('notes = ["A"]', 'notes = ["X"]'),)),
    ("SEC202", "collections.recovery", (('recovery = "collection"', 'recovery = "X"'),)),
    (
        "SEC202",
        "priority.normal[2].from[1]",
        (('from = ["collection", "reserve"]', 'from = ["collection", "X"]'),),
    ),
    (
        "SEC159",
        "parties[1].id",
        (
            (
                'name = "Manager Ltd" }',
                'name = "Manager Ltd", id = "g" }, { role = "guarantor", name = "G", id = "G" }',
            ),
        ),
    ),
    ("SEC159", "parties[0]", (('name = "Manager Ltd" }', 'name = "Manager Ltd", capacity = 1 }'),)),
    ("SEC203", "priority.normal[1].pay[0]", (('pay = ["fee:servicer"]', 'pay = ["fee:X"]'),)),
    ("SEC204", "priority.normal[4].unless[0]", (('unless = ["cover"]', 'unless = ["X"]'),)),
    (
        "SEC205",
        "priority.normal[3].support[0]",
        (('A"]\nsupport = ["undertaking"]', 'A"]\nsupport = ["X"]'),),
    ),
    ("SEC206", "priority.normal[0].limits[0]", (('limits = ["expenses"]', 'limits = ["X"]'),)),
    ("SEC207", "priority.normal[9].pay[0]", (('pay = ["residual:C"]', 'pay = ["rest:C"]'),)),
    ("SEC207", "priority.normal[9].pay[0]", (('pay = ["residual:C"]', 'pay = ["residual"]'),)),
    ("SEC208", "notes.originator", (("[notes.C]", "[notes.originator]"),)),
    ("SEC210", "fees.rating", (('"fee:rating"]', "]"),)),
    (
        "SEC211",
        "notes.B",
        (('"interest:B"]', "]"), ('member_limits = { "interest:B"', 'member_limits = { "interest:A"')),
    ),
    ("SEC212", "notes.C", (('"principal:C"]', "]"), *((', "redemption:C"]', "]"),) * 2)),
    (
        "SEC113",
        "notes.A.principal.payments[0].amount",
        (('currency = "CNY"', 'currency = "JPY"'), ("amount = 30_000_000 }", "amount = 29_999_999.5 }")),
    ),
    (
        "SEC113",
        "limits.expenses.amount",
        (('currency = "CNY"', 'currency = "IDR"'), ("amount = 200_000\nper", "amount = 0.5\nper")),
    ),
    ("SEC283", "currency", (('currency = "CNY"', 'currency = "KWD"'),)),
    ("SEC308", "notes.C", (('"principal:C"]', "]"),)),
    (
        "SEC309",
        "priority.normal[10]",
        (
            ('"principal:C"]', "]"),
            (
                "[[priority.acceleration]]",
                '[[priority.normal]]\nname = "late"\npay = ["principal:C"]\n\n[[priority.acceleration]]',
            ),
        ),
    ),
    # In no priority has a step for it money, so that the note is never repaid.
    (
        "SEC215",
        "priority.acceleration[3]",
        (
            ('"principal:C"]', "]"),
            (', "redemption:C"]', "]"),
            (', "redemption:C"]', "]"),
            (
                "[[priority.acceleration]]",
                '[[priority.normal]]\nname = "late"\npay = ["principal:C"]\n\n[[priority.acceleration]]',
            ),
            (
                "[[priority.default]]",
                '[[priority.acceleration]]\nname = "late"\npay = ["redemption:C"]\n\n[[priority.default]]',
            ),
        ),
    ),
    (
        "SEC213",
        "accounts.spare",
        (("[collections]", '[accounts.spare]\nkind = "collection"\n\n[collections]'),),
    ),
    (
        "SEC214",
        "accounts.spare",
        (
            ("[collections]", '[accounts.spare]\nkind = "collection"\n\n[collections]'),
            ('recovery = "collection"', 'recovery = "spare"'),
        ),
    ),
    (
        "SEC215",
        "priority.normal[10]",
        (
            (
                "[[priority.acceleration]]",
                '[[priority.normal]]\nname = "late"\npay = ["interest:A"]\n\n[[priority.acceleration]]',
            ),
        ),
    ),
    (
        "SEC220",
        "priority.normal[9].pay[0]",
        (('pay = ["residual:C"]', 'pay = ["residual:C", "interest:A"]'),),
    ),
    (
        "SEC221",
        "priority.normal[3].pay[1]",
        (('pay = ["principal:A"]', 'pay = ["principal:A", "redemption:A"]'),),
    ),
    (
        "SEC221",
        "priority.normal[0].pay[1]",
        (('["fee:trustee", "fee:audit"', '["fee:trustee", "fee:trustee", "fee:audit"'),),
    ),
    (
        "SEC222",
        "priority.normal[4].support",
        (('unless = ["cover"]', 'unless = ["cover"]\nsupport = ["undertaking"]'),),
    ),
    (
        "SEC223",
        "priority.normal[4].from",
        (('unless = ["cover"]', 'unless = ["cover"]\nfrom = ["reserve"]'),),
    ),
    (
        "SEC224",
        "priority.normal[5].from",
        (('["release:reserve"]', '["release:reserve"]\nfrom = ["collection"]'),),
    ),
    (
        "SEC225",
        "priority.normal[1].limit",
        (('limit = { percent = 0.5, of = "available" }', "limit = { percent = 0.5 }"),),
    ),
    (
        "SEC225",
        "priority.normal[1].limit",
        (('percent = 0.5, of = "available"', "percent = 0.5, amount = 1"),),
    ),
    ("SEC225", "priority.normal[1].limit", (('limit = { percent = 0.5, of = "available" }', "limit = {}"),)),
    (
        "SEC225",
        'priority.normal[2].member_limits."interest:B"',
        (("{ amount = 1_000_000 }", '{ amount = 1, of = "due" }'),),
    ),
    ("SEC226", 'priority.normal[2].member_limits."interest:C"', (('{ "interest:B" =', '{ "interest:C" ='),)),
    (
        "SEC227",
        "priority.normal[0].limits[1]",
        (('limits = ["expenses"]', 'limits = ["expenses", "expenses"]'),),
    ),
    (
        "SEC227",
        "fees.servicer.streams[2]",
        (('["interest", "principal"]', '["interest", "principal", "interest"]'),),
    ),
    (
        "SEC228",
        "priority.normal[4].pay[0]",
        (
            ('pay = ["reserve:reserve"]', 'pay = ["reserve:other"]'),
            ("[collections]", '[accounts.other]\nkind = "collection"\n\n[collections]'),
            ('recovery = "collection"', 'recovery = "other"'),
            ('pay = ["fee:servicer"]', 'pay = ["fee:servicer"]\nfrom = ["other", "collection"]'),
        ),
    ),
    (
        "SEC229",
        "priority.normal[4].unless",
        (('unless = ["cover"]', 'when = ["cover"]\nunless = ["cover"]'),),
    ),
    (
        "SEC230",
        "accounts.reserve",
        (
            (
                TARGET,
                "",
            ),
        ),
    ),
    (
        "SEC231",
        "accounts.collection.target",
        (
            (
                "[accounts.reserve]",
                '[accounts.collection.target]\nkind = "fixed"\namount = 1\n\n[accounts.reserve]',
            ),
        ),
    ),
    ("SEC232", "accounts.reserve.opening", (('funding = "proceeds"\n', ""),)),
    (
        "SEC233",
        "accounts",
        (
            (
                '[accounts.collection]\nkind = "collection"',
                '[accounts.collection]\nkind = "reserve"\ntarget = { kind = "fixed", amount = 0 }',
            ),
        ),
    ),
    ("SEC234", "fees.trustee.base", (('base = "notes"', "base = []"),)),
    ("SEC234", "accounts.reserve.target.of", (('of = ["A", "B"]', "of = []"),)),
    ("SEC235", "accounts.reserve.target.cap", (("cap = 2_000_000", "cap = 2"),)),
    ("SEC240", "dates.payment", (('every = "6M"\n', ""),)),
    ("SEC240", "dates.payment.every", (("last = 2026-08-29", "last = 2026-08-29\n" + LIST),)),
    ("SEC241", "dates.payment.last", (("last = 2026-08-29", "last = 2026-08-28"),)),
    ("SEC242", "dates.closing", (("closing = 2024-02-29", "closing = 2024-01-30"),)),
    ("SEC242", "dates.payment.first", ((RULE, RULE.replace("2024-08-29", "2024-02-29")),)),
    ("SEC242", "dates.payment.last", (("last = 2026-08-29", "last = 2027-08-29"),)),
    ("SEC242", "dates.payment.dates[1]", ((RULE, LIST.replace("2025-08-29", "2024-08-29")),)),
    ("SEC243", "dates.collection", (("days_before = 10", ""),)),
    (
        "SEC243",
        "dates.collection.days_before",
        (
            (
                "days_before = 10",
                "days_before = 10\ndates = [2024-08-01, 2025-02-01, 2025-08-01, 2026-02-01, 2026-08-01, 2027-02-01]",
            ),
        ),
    ),
    ("SEC243", "dates.collection.dates", (("days_before = 10", "dates = [2024-08-01]"),)),
    ("SEC243", "dates.collection.last", (("days_before = 10", "days_before = 10\nlast = 2026-07-31"),)),
    ("SEC243", "dates.collection.last", (("days_before = 10", COLLECTED + "last = 2026-07-30"),)),
    (
        "SEC243",
        "dates.collection.irregular_first",
        (("days_before = 10", COLLECTED + "irregular_first = 2024-07-31"),),
    ),
    (
        "SEC250",
        "notes.A.principal.payments",
        (("2025-02-28, amount = 30_000_000", "2025-02-28, amount = 29_000_000"),),
    ),
    ("SEC251", "notes.A.principal.payments[1].date", (("  { date = 2026-02-28", "  { date = 2025-02-28"),)),
    ("SEC251", "notes.A.principal.payments[1].date", (("  { date = 2026-02-28", "  { date = 2027-03-16"),)),
    (
        "SEC251",
        "notes.A.principal.date",
        ((f'kind = "scheduled"\npayments = [\n{A_PAYMENTS}]', 'kind = "bullet"\ndate = 2027-03-16'),),
    ),
    ("SEC252", "notes.B.coupon.steps[1].from", (("from = 2026-02-28", "from = 2025-02-28"),)),
    (
        "SEC253",
        "fees.rating.date",
        (("date = 2024-08-29\n\n[fees.servicer]", "date = 2027-08-29\n\n[fees.servicer]"),),
    ),
    ("SEC253", "fees.audit.until", (('payable = "12M"', 'payable = "12M"\nuntil = 2023-01-01'),)),
    ("SEC260", "triggers.early.threshold", (("threshold = 0.10", "threshold = 0.30"),)),
    ("SEC261", "triggers.unpaid.notes[0]", (('notes = ["A"]', 'notes = ["B"]'),)),
    ("SEC262", "triggers.unpaid.notes[0]", (('notes = ["A"]', 'notes = ["C"]'),)),
    (
        "SEC276",
        "triggers.unpaid.notes[0]",
        (
            ('kind = "unpaid-interest"\nnotes = ["A"]', 'kind = "unpaid-principal"\nnotes = ["C"]'),
            ("balance = 5_000_000", "balance = 0"),
        ),
    ),
    ("SEC263", "triggers.unpaid.test", (('notes = ["A"]', 'notes = ["A"]\ntest = "before-payment"'),)),
    ("SEC263", "triggers.cover.test", (('measure = "DSCR"', 'measure = "OC"\ntest = "before-payment"'),)),
    ("SEC264", "triggers.unpaid.effect", (('notes = ["A"]', 'notes = ["A"]\neffect = "this-payment"'),)),
    (
        "SEC265",
        "triggers.early.first_test",
        (("threshold = 0.10", "threshold = 0.10\nfirst_test = 2027-03-16"),),
    ),
    (
        "SEC266",
        "triggers.cover.rank",
        (
            ("rank = 1\n", "rank = 2\n"),
            ("rank = 2\nbalance = 20", "rank = 3\nbalance = 20"),
        ),
    ),
    (
        "SEC267",
        "triggers.cover.with_support",
        (('measure = "DSCR"', 'measure = "OC"\ntest = "after-payment"\nwith_support = true'),),
    ),
    (
        "SEC268",
        "triggers.late.priority",
        (
            *(3 * (("[[priority.default]]", "[[priority.acceleration]]"),)),
            ('notes = ["A"]\npriority = "default"', 'notes = ["A"]\npriority = "acceleration"'),
        ),
    ),
    ("SEC270", "notes.C.balance", (("balance = 5_000_000", "balance = 15_000_000_000_000"),)),
    ("SEC301", "triggers.cover", (('unless = ["cover"]', ""),)),
    (
        "SEC302",
        "support.spare",
        (("[triggers.early]", '[support.spare]\nkind = "shortfall-undertaking"\n\n[triggers.early]'),),
    ),
    ("SEC303", "limits.expenses", (('limits = ["expenses"]', ""),)),
    (
        "SEC304",
        "fees.trustee.cap",
        (('[[priority.normal]]\nname = "excess of fees"\npay = ["fee-excess:trustee"]\n', ""),),
    ),
    (
        "SEC305",
        "priority.acceleration",
        (('threshold = 0.10\npriority = "acceleration"', 'threshold = 0.10\npriority = "default"'),),
    ),
    ("SEC306", "priority.acceleration", (('"redemption:C"]\nfrom', "]\nfrom"),)),
    (
        "SEC307",
        "fees.trustee.rate",
        (('value = 0.0005, kind = "assumed"', 'value = 0.0005, at_least = 0.001, kind = "assumed"'),),
    ),
    (
        "SEC318",
        "support.undertaking.reinstates",
        (('pay = ["reimbursement:undertaking"]', 'pay = ["interest:A"]'),),
    ),
    (
        "SEC320",
        "venue",
        (('currency = "CNY"', 'currency = "CNY"\nvenue = "exchange 交易所"'),),
    ),
]


def test_the_good_deal_has_no_problem() -> None:
    assert checks.check_deal(load_deal(GOOD / "deal.toml")) == []


@pytest.mark.parametrize(("code", "path", "edits"), CASES, ids=[f"{c}-{p}" for c, p, _ in CASES])
def test_one_edit_makes_a_check_speak(
    code: str, path: str, edits: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    found = problems_of_deal(edited("deal.toml", tmp_path, *edits))
    assert (code, path) in [(problem.code, problem.path) for problem in found]
    problem = next(p for p in found if (p.code, p.path) == (code, path))
    assert problem.line > 0
    assert problem.repair


#: What generated deals may do although nobody would write it: they keep to the reference, not to sense.
SENSELESS = {
    *("SEC211", "SEC213", "SEC214", "SEC215", "SEC216"),
    # Of calendars that the file does not name.
    *("SEC243", "SEC245", "SEC249", "SEC251"),
    *("SEC235", "SEC244", "SEC253", "SEC261", "SEC262", "SEC265", "SEC266", "SEC276"),
}
DEALS = 300


@pytest.mark.parametrize("part", range(4))
def test_deals_that_keep_to_the_reference_break_no_rule_of_it(part: int) -> None:
    for number in range(part, DEALS, 4):
        deal = numbered_deal(number, 1).deal
        # Generated dates are moved by hand, as a calendar moves them; the last is the legal final as written.
        deal["dates"]["legal_final"] = deal["dates"]["payment"]["dates"][-1]
        model, faults = validate(Deal, deal)
        assert model is not None, faults
        found = checks.check_deal(Loaded(Path(f"deal-{number}"), model, deal, b"", Locator("")))
        errors = [problem for problem in found if not is_warning(problem)]
        assert not [str(problem) for problem in errors if problem.code not in SENSELESS]


def test_every_deal_check_has_a_case() -> None:
    codes = {code for check in checks.DEAL_CHECKS for code in re.findall(r"SEC\d{3}", check.__doc__ or "")}
    assert len(codes) > 40
    # What is only not plausible has its cases in structurer_slips.py.
    codes -= {code for code in codes if FIRST <= code <= LAST}
    assert codes <= {code for code, _, _ in [*CASES, *RICH]}


@pytest.mark.parametrize("check", checks.DEAL_CHECKS, ids=lambda check: check.__name__)
def test_every_check_says_its_codes(check: Check) -> None:
    assert "SEC" in (check.__doc__ or "")
