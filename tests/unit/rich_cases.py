"""Edits that make the rich deal faulty in one place: code, path, what is replaced by what."""

from __future__ import annotations

from tests.unit.mutations import Edits

Case = tuple[str, str, Edits]
TARGETS_ON = 'targets_on = [{ trigger = "cover", target = { kind = "fixed", amount = 1 } }]'
LEDGERS = """[principal_deficiency]
notes = ["C", "B"]
debits = "defaulted-less-recoveries"
account = "principal"
"""
#: The window of a put opens on the day of the announcement.
WINDOW_BEFORE_IT_IS_ANNOUNCED = """share = 0.3, window = { from = 2025-08-01, until = 2025-08-08 }, \
reset = { announced = 2025-08-01, rate = 0.03 }"""
SCHEDULED = """kind = "scheduled"
payments = [{ date = 2025-03-31, amount = 50_000 }, { date = 2026-03-31, amount = 50_000 }]"""
PAYMENTS = 'kind = "percent-of-payments"\nrate = 0.00005'

NAMES: list[Case] = [
    ("SEC201", "notes.A.principal.with[0]", (('with = ["B"]', 'with = ["X"]'),)),
    ("SEC201", "limits.lent.of[1]", (('of = ["A", "B"]', 'of = ["A", "X"]'),)),
    ("SEC201", "principal_deficiency.notes[0]", (('notes = ["C", "B"]', 'notes = ["X", "B"]'),)),
    (
        "SEC201",
        "triggers.ledgers.notes[0]",
        (('"deficiency"\nnotes = ["B"]', '"deficiency"\nnotes = ["X"]'),),
    ),
    ("SEC201", "triggers.repaid.notes[0]", (('nil"\nnotes = ["A", "B"]', 'nil"\nnotes = ["X", "B"]'),)),
    (
        "SEC201",
        "accounts.reserve.targets_on[0].target.notes[1]",
        (('months = 6, notes = ["A", "B"]', 'months = 6, notes = ["A", "X"]'),),
    ),
    ("SEC201", "priority.normal[7].pay[0]", (('["put:A"]', '["put:X"]'),)),
    ("SEC202", "triggers.low.account", (('account = "reserve"', 'account = "X"'),)),
    ("SEC202", "principal_deficiency.account", (('account = "principal"', 'account = "X"'),)),
    ("SEC204", "accounts.reserve.targets_on[0].trigger", (('trigger = "cover"', 'trigger = "X"'),)),
    ("SEC204", "notes.A.coupon_steps[0].trigger", (('trigger = "rating"', 'trigger = "X"'),)),
    ("SEC204", "notes.B.settlement.trigger", (('trigger = "ledgers"', 'trigger = "X"'),)),
    ("SEC204", "fees.servicer.change.trigger", (('trigger = "sales"', 'trigger = "X"'),)),
    ("SEC204", "triggers.worse.of[0]", (('of = ["gone"', 'of = ["X"'),)),
    ("SEC204", "priority.normal[4].when[0]", (('when = ["repaid"]', 'when = ["X"]'),)),
    (
        "SEC205",
        "triggers.rating.support",
        (('rating"\nsupport = "line"', 'rating"\nsupport = "X"'),),
    ),
    ("SEC205", "priority.normal[3].pay[0]", (('"support-interest:line"', '"support-interest:X"'),)),
    ("SEC206", "priority.normal[2].limits[0]", (('limits = ["lent"]', 'limits = ["X"]'),)),
    ("SEC301", "triggers.repaid", (('when = ["repaid"]\n', ""),)),
]
DATES: list[Case] = [
    (
        "SEC240",
        "dates.payment.irregular_first",
        (
            ("irregular_first = 2024-05-31", "irregular_first = 2024-05-31\ndates = [2027-02-28]"),
            ('every = "6M"\n', ""),
            ("first = 2024-08-31\n", ""),
            ("last = 2027-02-28\n", ""),
        ),
    ),
    ("SEC242", "dates.payment.irregular_first", (("first = 2024-05-31", "first = 2024-02-29"),)),
    ("SEC242", "dates.payment.irregular_first", (("first = 2024-05-31", "first = 2024-08-31"),)),
    ("SEC243", "dates.collection.every", (("first = 2024-02-29\navail", "avail"),)),
    ("SEC243", "dates.collection.first", (('every = "1M"\n', "days_before = 1\n"),)),
    (
        "SEC243",
        "dates.collection.availability_lag",
        (('every = "1M"\nfirst = 2024-02-29', "days_before = 1"),),
    ),
    ("SEC243", "dates.collection.days_before", (('every = "1M"', 'every = "1M"\ndays_before = 1'),)),
    ("SEC243", "dates.collection.first", (('every = "1M"', 'every = "12M"'),)),
    (
        "SEC243",
        "dates.collection.days_before",
        (('every = "1M"\nfirst = 2024-02-29\navailability_lag = 5', "days_before = 122"),),
    ),
    ("SEC243", "dates.collection.first", (("availability_lag = 5", "availability_lag = 150"),)),
    (
        "SEC252",
        "accounts.reserve.interest.steps[0].from",
        (("from = 2025-08-31, rate", "from = 2024-02-29, rate"),),
    ),
    (
        "SEC182",
        "notes.A.day_count",
        (
            (
                'every = "6M"\nfirst = 2024-08-31\nlast = 2027-02-28\nirregular_first = 2024-05-31',
                "dates = [2025-08-31, 2027-02-28]",
            ),
        ),
    ),
    (
        "SEC182",
        "support.line.undrawn_fee.day_count",
        (
            (
                'every = "6M"\nfirst = 2024-08-31\nlast = 2027-02-28\nirregular_first = 2024-05-31',
                "dates = [2025-08-31, 2027-02-28]",
            ),
            ('rate = 0.002, day_count = "ACT/360"', 'rate = 0.002, day_count = "ACT/365L"'),
        ),
    ),
]
TERMS: list[Case] = [
    ("SEC227", "notes.A.principal.with[0]", (('with = ["B"]', 'with = ["A"]'),)),
    ("SEC227", "triggers.worse.of[1]", (('of = ["gone", "collected"', 'of = ["gone", "gone"'),)),
    ("SEC227", "limits.lent.of[1]", (('of = ["A", "B"]', 'of = ["A", "A"]'),)),
    ("SEC227", "principal_deficiency.notes[1]", (('notes = ["C", "B"]', 'notes = ["C", "C"]'),)),
    ("SEC234", "limits.lent.of", (('of = ["A", "B"]', "of = []"),)),
    ("SEC225", "limits.lent", (("percent = 0.02\n", "percent = 0.02\namount = 1\n"),)),
    ("SEC225", "limits.lent", (("percent = 0.02\n", "amount = 1\n"),)),
    ("SEC225", "limits.lent", (('of = ["A", "B"]\nper', "per"),)),
    (
        "SEC231",
        "accounts.principal.targets_on",
        (
            (
                '[accounts.principal]\nkind = "collection"',
                f'[accounts.principal]\nkind = "collection"\n{TARGETS_ON}',
            ),
        ),
    ),
    ("SEC235", "accounts.reserve.targets_on[0].target.cap", (("cap = 4_000_000", "cap = 4_000"),)),
    ("SEC236", "notes.A.certificates.face", (("face = 100,", "face = 70_000,"),)),
    ("SEC236", "notes.A.certificates.unit", (("unit = 0.01", "unit = 0.03"),)),
    ("SEC236", "notes.A.certificates.unit", (("unit = 0.01", "unit = 0.00000001"),)),
    ("SEC237", "notes.C.capitalise_until", (('unpaid_interest = "capitalised"\n', ""),)),
    ("SEC238", "notes.B.settlement", (('trigger = "ledgers"', 'trigger = "ledgers", date = 2026-08-31'),)),
    ("SEC238", "notes.B.settlement", (('trigger = "ledgers", ', ""),)),
    ("SEC239", "notes.B.settlement", (('"ledgers", share = 0.6', '"ledgers"'),)),
    ("SEC239", "notes.B.settlement", (("share = 0.6", "share = 0.6, amount = 6_000_000"),)),
    ("SEC239", "notes.B.settlement", (("share = 0.6", 'share = 0.6, amount_order = "interest-first"'),)),
    ("SEC239", "notes.C.settlement", (("share = 0.5, interest", "amount = 6_000_000, interest"),)),
    (
        "SEC245",
        "notes.C.settlement.date",
        (("date = 2025-02-28, share = 0.5, interest_share = 0.1", "date = 2024-01-15, amount = 5"),),
    ),
    (
        "SEC244",
        "accounts.collection.interest.cap",
        (("cap = 0.05", "cap = 0.05, day_count = 'ACT/360'"), ("floor = 0.0", "floor = 0.06")),
    ),
    (
        "SEC245",
        "notes.A.puts[1].date",
        (("date = 2026-08-31, share = 0.5", "date = 2025-08-31, share = 0.5"),),
    ),
    ("SEC245", "notes.A.puts[0].date", (("date = 2025-08-31, share", "date = 2024-02-29, share"),)),
    ("SEC245", "notes.C.settlement.date", (("date = 2025-02-28, share", "date = 2028-08-31, share"),)),
    ("SEC245", "issuer_call.prices[1].from", (("from = 2026-08-31", "from = 2025-08-31"),)),
    ("SEC245", "issuer_call.date", (("[issuer_call]", "[issuer_call]\ndate = 2027-03-31"),)),
    ("SEC247", "issuer_call.price", (("[issuer_call]", "[issuer_call]\nprice = 1.01"),)),
    ("SEC248", "fees.servicer.change.amount", (('"sales", rate = 0.002', '"sales", amount = 2'),)),
    ("SEC248", "fees.servicer.change", (('"sales", rate = 0.002', '"sales"'),)),
    ("SEC248", "fees.trustee.change.rate", (('"worse", amount = 20_000', '"worse", rate = 0.1'),)),
    ("SEC249", "support.line.until", (("until = 2026-12-31\ninterest", "until = 2024-08-30\ninterest"),)),
    (
        "SEC249",
        "support.line.first_call",
        (("first_call = 2024-08-31\nuntil = 2026-12-31", "first_call = 2028-08-31"),),
    ),
    ("SEC249", "support.line.undrawn_fee", (("limit = 5_000_000\n", ""),)),
    ("SEC253", "fees.rating.payments[1].date", (("date = 2026-03-31", "date = 2028-03-31"),)),
    (
        "SEC254",
        "notes.A.puts[0].window.until",
        (("share = 0.3", "share = 0.3, window = { from = 2025-08-01, until = 2025-08-31 }"),),
    ),
    ("SEC254", "notes.A.puts[0].window.from", (("share = 0.3", WINDOW_BEFORE_IT_IS_ANNOUNCED),)),
    ("SEC254", "notes.A.puts[0]", (("share = 0.3", "share = 0.3, most = 0.2"),)),
    (
        "SEC255",
        "notes.A.puts[0].reset",
        (("share = 0.3", "share = 0.3, reset = { announced = 2025-07-01, rate = 0.03 }"),),
    ),
    (
        "SEC255",
        "notes.A.puts[0].reset",
        (
            (
                "share = 0.3",
                "share = 0.3, reset = { announced = 2025-07-01, rate = 0.03, lowest = 0.04, highest = 0.05 }",
            ),
        ),
    ),
    ("SEC257", "priority.normal[1].pay[0]", ((SCHEDULED, PAYMENTS),)),
]
TRIGGERS: list[Case] = [
    ("SEC228", "triggers.low.account", (('account = "reserve"', 'account = "principal"'),)),
    (
        "SEC262",
        "triggers.worse.notes[0]",
        (
            (
                'kind = "combination"\nof = ["gone", "collected", "low"]\nrule = "any"',
                'kind = "unpaid-interest"\nnotes = ["A"]',
            ),
            (
                'kind = "floating", index = "LPR-1Y", margin = 0.005, first_rate = 0.041, reset = "12M", reset_lag = 2',
                'kind = "zero"',
            ),
            ('coupon_steps = [{ trigger = "rating", add = 0.01 }]', ""),
        ),
    ),
    (
        "SEC263",
        "triggers.low.test",
        (('account = "reserve"', 'account = "reserve"\ntest = "before-payment"'),),
    ),
    ("SEC265", "triggers.small.effect_from", (("effect_from = 2025-02-28", "effect_from = 2028-02-28"),)),
    ("SEC269", "triggers.cover.cure", (("latched = false\n", ""),)),
    ("SEC271", "triggers.sales", (("lower = 0.7\nupper = 1.5\n", ""),)),
    ("SEC271", "triggers.sales.upper", (("upper = 1.5", "upper = 0.5"),)),
    ("SEC272", "triggers.collected.periods", (("cumulative = false\n", ""),)),
    ("SEC273", "triggers.worse.of[0]", (('of = ["gone"', 'of = ["worse"'),)),
    (
        "SEC273",
        "triggers.gone.of[0]",
        (('"provider-default"\nsupport = "line"', '"combination"\nrule = "all"\nof = ["sales"]'),),
    ),
    ("SEC274", "triggers.small.last_test", (("last_test = 2026-12-31", "last_test = 2025-01-31"),)),
    ("SEC275", "triggers.rating.support", (('rating = "AA+"\n', ""),)),
]
SIZES: list[Case] = [
    ("SEC270", "notes.C.balance", (("balance = 5_000_000", "balance = 9_000_000_000_000"),)),
    (
        "SEC270",
        "notes.A.balance",
        (
            ('"rating", add = 0.01', '"rating", add = 1'),
            ("price = 1.02", "price = 100"),
            ("balance = 60_000_000", "balance = 60_000_000_000"),
        ),
    ),
    ("SEC270", "fees.rating.payments", (("amount = 50_000 }", "amount = 50_000_000_000_000 }"),)),
]
STEPS: list[Case] = [
    ("SEC211", "notes.B", (('"deferred-interest:B", ', ""),)),
    ("SEC211", "notes.C", (('"current-interest:C"]', "]"),)),
    ("SEC216", "notes.A.puts", (('pay = ["put:A"]', 'pay = ["premium:A"]'),)),
    ("SEC216", "support.line.interest", (('"support-interest:line", ', ""),)),
    ("SEC216", "support.line.undrawn_fee", ((', "support-fee:line"', ""),)),
    ("SEC217", "priority.normal[7].pay[0]", (('["put:A"]', '["put:B"]'),)),
    (
        "SEC217",
        "priority.normal[9].pay[0]",
        (
            (
                "[issuer_call]\nprices = [{ from = 2025-08-31, price = 1.02 }, { from = 2026-08-31, price = 1.01 }]",
                "",
            ),
        ),
    ),
    (
        "SEC217",
        "priority.normal[3].pay[0]",
        (('interest = { kind = "fixed", rate = 0.05, day_count = "ACT/360" }\n', ""),),
    ),
    (
        "SEC217",
        "priority.normal[0].pay[3]",
        (('undrawn_fee = { rate = 0.002, day_count = "ACT/360" }\n', ""),),
    ),
    ("SEC218", "priority.normal[4].pay[1]", (('notes = ["C", "B"]', 'notes = ["B"]'),)),
    ("SEC218", "triggers.ledgers.notes[0]", (('notes = ["C", "B"]', 'notes = ["C"]'),)),
    (
        "SEC218",
        "priority.normal[2].debits_deficiency",
        (
            (
                LEDGERS,
                "",
            ),
        ),
    ),
    ("SEC221", "priority.normal[7].pay[1]", (('["put:A"]', '["put:A", "principal:A"]'),)),
    ("SEC221", "priority.normal[7].pay[1]", (('["put:A"]', '["put:A", "redemption:A"]'),)),
    (
        "SEC221",
        "priority.normal[10].pay[1]",
        (('["deferred-interest:B", ', '["deferred-interest:B", "interest:B", '),),
    ),
    ("SEC221", "priority.normal[1].pay[1]", (('["interest:A", ', '["interest:A", "current-interest:A", '),)),
    (
        "SEC222",
        "priority.normal[4].support",
        (('when = ["repaid"]', 'when = ["repaid"]\nsupport = ["line"]'),),
    ),
    (
        "SEC223",
        "priority.normal[4].from",
        (('when = ["repaid"]', 'when = ["repaid"]\nfrom = ["principal"]'),),
    ),
]
CASES = [*NAMES, *DATES, *TERMS, *TRIGGERS, *SIZES, *STEPS]
