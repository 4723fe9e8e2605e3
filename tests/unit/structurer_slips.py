"""Slips of a structurer: what is written in a template in the place of what, and the warning or refusal of each."""

# ruff: noqa: E501

from __future__ import annotations

from typing import NamedTuple


class Slip(NamedTuple):
    """A slip.

    name     : what was meant
    file     : of the template pledged-loan or licence-back, whose names begin with their first letter
    edits    : what stands there, and what is written in its place; of each place
    code     : of the warning or the error
    path     : where it stands
    says     : a part of the line, worked out by hand
    """

    name: str
    file: str
    edits: tuple[tuple[str, str], ...]
    code: str
    path: str
    says: str


DEAL, POOL = "pledged-loan/deal.toml", "pledged-loan/pool/pool.toml"
LICENCE, LICENCE_POOL = "licence-back/deal.toml", "licence-back/pool/pool.toml"
TRUST = "trust-loan/deal.toml"
IN_WAN = tuple(
    (f"principal = {p}0_000", f"principal = {p}") for p in ("30_00", "25_00", "20_00", "15_00", "10_00")
)
_C5 = (
    ("amount = 4_000_000 },\n  { date = 2027", "amount = 400 },\n  { date = 2027"),
    ("amount = 6_000_000", "amount = 600"),
)

SLIPS = (
    Slip("coupon 2.4% as 0.24", DEAL, (("value = 0.024", "value = 0.24"),), "SEC341", "notes.A1.coupon.rate", "more than is plausible, 0.2 (0.24); 2.4 percent are 0.024"),
    Slip("coupon 2.4% as 2.4", DEAL, (("value = 0.024", "value = 2.4"),), "SEC112", "notes.A1.coupon.rate", "2.4 is above 1; 2.4 percent are 0.024"),
    Slip("coupon 2.4% as 240", DEAL, (("value = 0.024", "value = 240"),), "SEC112", "notes.A1.coupon.rate", "240 basis points are 0.024"),
    Slip("coupon 2.4% as 0.00024", DEAL, (("value = 0.024", "value = 0.00024"),), "SEC341", "notes.A1.coupon.rate", "less than is plausible, 0.001 (0.00024); 2.4 percent are 0.024"),
    Slip("coupon below the policy rate", DEAL, (("value = 0.024", "value = 0.0024"),), "SEC341", "notes.A1.coupon.rate", "less than is plausible, 0.012 (0.0024)"),
    Slip("margin of -60 basis points as 85", TRUST, (("value = -0.006", "value = 85"),), "SEC112", "notes.A2.coupon.margin", "85 is beyond 1; 85 basis points are 0.0085"),
    Slip("margin of 85 basis points as 0.85", TRUST, (("value = -0.006", "value = 0.85"),), "SEC341", "notes.A2.coupon.margin", "more than is plausible, 0.08 (0.85); 85 basis points are 0.0085"),
    Slip("margin of a loan in percent", POOL, (("margin = 0.012", "margin = 1.2"),), "SEC112", "contracts.c2.rate.margin", "1.2 percent are 0.012"),
    Slip("rate of a loan as 0.45", POOL, (('{ value = 0.045,', '{ value = 0.45,'),), "SEC341", "contracts.c1.rate.rate", "(0.45); 4.5 percent are 0.045"),
    Slip("contract rate of 5.2% as 0.52", LICENCE_POOL, (("contract_rate = { value = 0.052", "contract_rate = { value = 0.52"),), "SEC341", "contracts.c1.contract_rate", "5.2 percent are 0.052"),
    Slip("fee of 0.05% as 0.05", DEAL, (("rate = 0.0005", "rate = 0.05"),), "SEC342", "fees.manager.rate", "more than is plausible, 0.03 (0.05)"),
    Slip("tax of 3% as 0.3", DEAL, (("rate = 0.03\n", "rate = 0.3\n"),), "SEC342", "fees.tax.rate", "(0.3); 3 percent are 0.03"),
    Slip("surcharge of 12% as 0.9", DEAL, (("vat = 0.12", "vat = 0.9"),), "SEC342", "fees.tax.vat", "more than is plausible, 0.3"),
    Slip("audit of 30,000 in wan", DEAL, (("amount = 30_000 ", "amount = 3 "),), "SEC342", "fees.audit.amount", "less than is plausible, 100 (3)"),
    Slip("audit of 30,000 as 30m", DEAL, (("amount = 30_000 ", "amount = 30_000_000 "),), "SEC342", "fees.audit.amount", "30% of the notes, more than is plausible, 1%"),
    Slip("costs of 0.6m as 60m", LICENCE, (("amount = 500_000", "amount = 50_000_000"),), "SEC342", "closing.costs", "50.4% of the notes, more than is plausible, 5%"),
    Slip("issue price 100", LICENCE, (("price = 1.0                             # issue", "price = 100                             # issue"),), "SEC343", "notes.A.price", "(100); 100 percent are 1"),
    Slip("default threshold 10% as 0.001", DEAL, (("threshold = 0.10", "threshold = 0.001"),), "SEC343", "triggers.defaults.threshold", "10 percent are 0.1"),
    Slip("default threshold 10% as 1.0", DEAL, (("threshold = 0.10", "threshold = 1.0"),), "SEC343", "triggers.defaults.threshold", "more than is plausible, 0.5 (1)"),
    Slip("coverage of 1 as 100", LICENCE, (("threshold = 1.0\n", "threshold = 100\n"),), "SEC343", "triggers.coverage.threshold", "100 percent are 1"),
    Slip("clean-up call of 10% as 0.9", LICENCE, (("threshold = 0.10                        # possible", "threshold = 0.9                        # possible"),), "SEC343", "clean_up_call.threshold", "9 percent are 0.09"),
    Slip("recovery 80% as 0.008", DEAL, (("rate = 0.8,", "rate = 0.008,"),), "SEC343", "performance.recoveries[0].rate", "80 percent are 0.8"),
    Slip("default rate of 2.5% as 0.25", DEAL, (("default_rate = 0.0 ", "default_rate = 0.25 "),), "SEC343", "performance.default_rate", "2.5 percent are 0.025"),
    Slip("legal final a century later", DEAL, (("legal_final = 2028", "legal_final = 2128"),), "SEC344", "dates.legal_final", "103.0 years from 2025-03-14 to 2128-03-14"),
    Slip("legal final ten years later", DEAL, (("legal_final = 2028", "legal_final = 2038"),), "SEC344", "dates.legal_final", "11.0 years from 2027-03-01 to 2038-03-14"),
    Slip("cut-off two years early", DEAL, (("cut_off = 2025", "cut_off = 2023"),), "SEC344", "dates.cut_off", "731 days from 2023-03-14 to 2025-03-14"),
    Slip("payments every 3Y", LICENCE, (('every = "6M"', 'every = "30M"'), ("last = 2027-03-20", "last = 2027-03-20")), "SEC344", "dates.payment.every", "more than is plausible, 12 (30)"),
    Slip("recovery after 120 months", DEAL, (('lag = "12M"', 'lag = "120M"'),), "SEC344", "performance.recoveries[1].lag", "more than is plausible, 60 (120)"),
    Slip("collections of 7 days as 97", DEAL, (("days_before = 7", "days_before = 97"),), "SEC162", "dates.collection", "deal.toml:34"),
    Slip("loan of 1925", POOL, (("start = 2025-03-14                      # when", "start = 1925-03-14                      # when"),), "SEC344", "contracts.c1.start", "100.0 years from 1925-03-14 to 2025-03-14"),
    Slip("patent that ends in 2138", POOL, (("expiry = 2038", "expiry = 2138"),), "SEC344", "collateral.p1.expiry", "113.2 years from 2025-03-14"),
    Slip("patent that ends before its loan", POOL, (("expiry = 2038", "expiry = 2025"),), "SEC346", "collateral.p1.expiry", "the right ends before its contract c1, on 2026-03-01 (2025-06-01)"),
    Slip("bullet on no payment date", DEAL, (("date = 2026-03-14 }  # all", "date = 2026-03-29 }  # all"),), "SEC345", "notes.A1.principal.date", "no payment date: it lies between 2026-03-14 and 2026-06-14, and is taken as 2026-06-14"),
    Slip("A1 of 57m as 570m", DEAL, (("balance = 57_000_000", "balance = 570_000_000"),), "SEC347", "notes", "the notes are 613,000,000.00, 6.13 times the pool of 100,000,000.00"),
    Slip("pool in wan", POOL, (*IN_WAN, *_C5), "SEC347", "notes", "the notes are 100,000,000.00, 10000 times the pool of 10,000.00"),
    Slip("one loan in wan", POOL, (("principal = 30_000_000", "principal = 3_000"),), "SEC348", "contracts.c1", "0.017143% of the mean of the others"),
    Slip("one loan with two zeros more", POOL, (("principal = 30_000_000", "principal = 3_000_000_000"),), "SEC348", "contracts.c1", "over 100 times the median of the others"),
    Slip("deposit above a part of the loan", POOL, (("principal = 15_000_000", "principal = 15_000_000\ndeposit = 9_000_000"),), "SEC348", "contracts.c4.deposit", "more than is plausible, 0.5 (0.6)"),
    Slip("sub of 3m as 9m", DEAL, (("balance = 3_000_000", "balance = 9_000_000"),), "SEC349", "closing", "the originator keeps 5,500,000.00 CNY, 5.19% of the notes"),
    Slip("loan of 30m as 40m", POOL, (("principal = 30_000_000", "principal = 40_000_000"),), "SEC349", "closing", "the originator adds 10,500,000.00 CNY, 10.5% of the notes"),
    Slip("bullet three months early", DEAL, (("date = 2026-03-14 }  # all", "date = 2025-12-14 }  # all"),), "SEC351", "support.undertaking", "the support pays"),
    Slip("no interest of a loan, no support", DEAL, (("balance = 40_000_000", "balance = 46_000_000"), ("amount = 9_600_000", "amount = 15_600_000"), ('support = ["undertaking"]', "support = []")), "SEC350", "notes.A2", "in the base case"),
    Slip("notes above all cash", DEAL, (("balance = 57_000_000", "balance = 65_000_000"),), "SEC360", "notes", "times all cash that the pool pays"),
    Slip("limit in wan", DEAL, (("limit = 97_000_000", "limit = 9_700"),), "SEC352", "support.undertaking.limit", "less than is plausible, 1% (9700); write currency units, not wan"),
    Slip("reserve of 2m as 200", LICENCE, (("opening = 2_000_000", "opening = 200"),), "SEC353", "accounts.reserve.opening", "0.0002% of the notes, less than is plausible, 0.05% (200)"),
    Slip("reserve of 2m as 30m", LICENCE, (("opening = 2_000_000", "opening = 30_000_000"),), "SEC353", "accounts.reserve.opening", "30% of the notes, more than is plausible, 25%"),
    Slip("senior pays more than junior", DEAL, (('coupon = { kind = "zero" }', 'coupon = { kind = "fixed", rate = 0.02 }'), ('pay = ["principal:sub"]', 'pay = ["interest:sub", "principal:sub"]')), "SEC354", "notes.A1.coupon.rate", "the note pays more than sub, which stands below it, 0.02 (0.024)"),
    Slip("ratings the wrong way round", LICENCE, (('rating = "AAA" ', 'rating = "A" '), ("balance = 5_000_000", 'balance = 5_000_000\nrating = "AA"')), "SEC354", "notes.A.rating", "rated worse than sub, which stands below it, AA (A)"),
    Slip("contract rates of 5.2% as 0.52%", LICENCE_POOL, (("0.052", "0.0052"),), "SEC355", "notes", "the contracts bear 0.0052 a year on average, less than the notes, 0.0304"),
    Slip("a loan pasted twice", POOL, (("collateral = [\"p1\"]\n", ""), ("[contracts.c2] ", "[contracts.c1b]\nkind = \"pledged-loan\"\nobligor = \"o1\"\nlegal_mode = \"质押贷款\"\nstart = 2025-03-14\nprincipal = 30_000_000\nrate = { kind = \"fixed\", rate = 0.045 }\nday_count = \"ACT/365F\"\nrepayment = { kind = \"bullet\" }\ndates = { every = \"3M\", first = 2025-06-01, last = 2026-03-01, adjustment = \"following\" }\n\n[contracts.c2] ")), "SEC356", "contracts.c1b", "equal to the contract c1 in every term"),
    Slip("one company under two names", POOL, (('title = "Company 2"', 'title = "Company 1"'),), "SEC356", "obligors.o2.title", "the obligor o1 has the same name"),
    Slip("a venue without rules", DEAL, (('venue = "" ', 'venue = "深圳前海" '),), "SEC357", "venue", "those of no venue are put to the deal"),
    Slip("two venues", DEAL, (('venue = "" ', 'venue_zh = "银行间市场"\nvenue = "SZSE" '),), "SEC357", "venue", "the word is not the venue of venue_zh"),
    Slip("RMB for CNY", DEAL, (('currency = "CNY"', 'currency = "RMB"'),), "SEC280", "currency", "is in CNY"),
)  # fmt: skip
