"""A small deal whose every place for a day count takes one of its own, on dates on which day counts differ.

Yearly dates with a short first and a short last period; the second period has a 29 February and ends in another year;
deal and contract both end on the last of a February; nothing is collected in the first period, so the line is drawn.
The dates are given by rule or by a list of which some lie some days beside those of the rule. The pool is one contract
of one family; where no place in it is named, a pledged loan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from securitize.definitions.figures import DayCount

Family = Literal["pledged-loan", "trust-loan", "licence-back", "lease-back", "supply-chain"]
Place = Literal["notes", "fees", "accounts", "supports"] | Family
FAMILIES: tuple[Family, ...] = get_args(Family)
PLACES: tuple[Place, ...] = ("notes", "fees", "accounts", "supports", *FAMILIES)
#: How the dates of deal and contract are written.
Written = Literal["rule", "list"]
#: The interest period in which the notes are priced, and the day.
PRICED: Mapping[Written, tuple[dt.date, dt.date]] = {
    "rule": (dt.date(2024, 1, 31), dt.date(2025, 1, 31)),
    "list": (dt.date(2024, 1, 31), dt.date(2025, 1, 28)),
}
#: The reference periods of the list lie between these.
LISTED = (dt.date(2024, 1, 31), dt.date(2025, 1, 28), dt.date(2026, 1, 31))
SETTLED = dt.date(2024, 8, 20)
LEGAL_FINAL = dt.date(2026, 2, 28)
FILES = ("deal.toml", "pool/pool.toml", "financing.toml", "market.toml", "suite.toml")

_DEAL = """name = "day-counts"
title = "Day counts"
currency = "CNY"
pool = "day-counts"
residual_to = "sub"
sources = []

[dates]
cut_off = 2023-09-15
closing = 2023-09-15
legal_final = 2026-02-28
calendar = "weekends"
payment = { %(payment)s, end_of_month = true, adjustment = "following" }
collection = { days_before = 10 }

[accounts.main]
kind = "collection"

[accounts.reserve]
kind = "reserve"
opening = 300_000
funding = "proceeds"
target = { kind = "fixed", amount = 300_000 }
interest = { kind = "fixed", rate = 0.0123, day_count = "%(accounts)s" }

[notes.A]
rank = 1
balance = 8_765_400
day_count = "%(notes)s"
interest_on_unpaid = "coupon"
coupon = { kind = "step-up", rate = 0.0431, steps = [{ from = 2025-06-15, rate = 0.0517 }] }
principal = { kind = "%(principal)s" }

[notes.sub]
rank = 2
balance = 1_234_600
coupon = { kind = "zero" }
principal = { kind = "turbo" }

[fees.custodian]
kind = "percent-of-balance"
rate = 0.0017
base = "notes"
from = 2023-10-01
day_count = "%(fees)s"

[fees.servicer]
kind = "percent-of-balance"
rate = 0.0029
base = "pool"
window = "collection-period"
day_count = "%(fees)s"

[support.line]
kind = "liquidity-line"
provider = "bank"
limit = 900_000
interest = { kind = "fixed", rate = 0.0611, day_count = "%(supports)s" }
undrawn_fee = { rate = 0.0021, day_count = "%(supports)s" }

[[priority.normal]]
name = "fees"
pay = ["fee:custodian", "fee:servicer"]
support = ["line"]

[[priority.normal]]
name = "interest"
pay = ["interest:A"]
support = ["line"]

[[priority.normal]]
name = "line"
pay = ["support-fee:line", "support-interest:line", "reimbursement:line"]

[[priority.normal]]
name = "principal"
pay = ["principal:A"]

[[priority.normal]]
name = "reserve"
pay = ["reserve:reserve"]

[[priority.normal]]
name = "release"
pay = ["release:reserve"]

[[priority.normal]]
name = "junior"
pay = ["principal:sub"]

[[priority.normal]]
name = "rest"
pay = ["residual:sub"]
"""
_POOL = """name = "day-counts"
title = "One loan"
currency = "CNY"
calendar = "weekends"
sources = []
synthetic = true

[obligors.o1]
title = "Company 1"

[collateral.p1]
kind = "invention"
owner = "o1"

[contracts.c1]
obligor = "o1"
collateral = ["p1"]
start = 2023-08-31
%(contract)s
"""
#: Of the deal, then of the contract.
_DATES: Mapping[Written, tuple[str, str]] = {
    "rule": (
        'every = "12M", first = 2024-01-31, last = 2026-01-31',
        'every = "12M", first = 2024-02-29, last = 2025-02-28',
    ),
    "list": (
        'dates = [2024-01-31, 2025-01-28, 2026-01-31], frequency = "12M"',
        'dates = [2024-02-29, 2025-02-26], frequency = "12M"',
    ),
}
_INSTALMENTS = """repayment = {{ kind = "{}" }}
dates = {{ %(dates)s, end_of_month = true, adjustment = "following" }}
day_count = "%(day_count)s"
"""
_CONTRACTS: Mapping[Family, str] = {
    "pledged-loan": """kind = "pledged-loan"
principal = 10_000_000
rate = { kind = "fixed", rate = 0.0713 }
"""
    + _INSTALMENTS.format("equal-principal"),
    "trust-loan": """kind = "trust-loan"
principal = 10_000_000
rate = { kind = "fixed", rate = 0.0713 }
trust = { fee_rate = 0.0031, pass_through = 3 }
"""
    + _INSTALMENTS.format("bullet"),
    "licence-back": """kind = "licence-back"
lump_sum = 10_000_000
contract_rate = 0.0713
"""
    + _INSTALMENTS.format("level-payment"),
    "lease-back": """kind = "lease-back"
price = 10_000_000
rate = { kind = "fixed", rate = 0.0713 }
nominal_price = 1_000_000
"""
    + _INSTALMENTS.format("level-payment"),
    "supply-chain": """kind = "supply-chain"
amount = 10_000_000
due = 2025-02-28
discount_rate = 0.0713
day_count = "%(day_count)s"
""",
}
_FINANCING = """name = "day-counts"
deal = "day-counts"
place = "Shenzhen"
attributes = { size = "sme" }
"""
_MARKET = """name = "day-counts"
title = "Flat"
date = 2024-08-20
currency = "CNY"
calendar = "none"
sources = []

[curves.government]
kind = "flat"
compounding = "annual"
day_count = "ACT/365F"
rate = 0.03
rate_kind = "assumed"
source = "test"
"""
_SUITE = """name = "one"
version = "1"
title = "Half of the collections"
title_zh = "一种情景"
description = "One default."
sources = ["assumed"]

[[scenarios]]
name = "default"
title = "Default"
title_zh = "违约"

[[scenarios.stress]]
driver = "default-rate"
set = { value = 0.2, kind = "assumed", source = "round number" }
"""


def written(folder: Path, day_count: DayCount, *places: Place, dates: Written = "rule") -> Path:
    """The deal's folder, the day count in these places and ACT/365F in the others; of all but the receivable where
    none is named."""
    found: dict[str, str] = {
        place: day_count if place in (places or PLACES) else "ACT/365F" for place in PLACES
    }
    family = next((each for each in FAMILIES if each in places), FAMILIES[0])
    found["payment"], listed = _DATES[dates]
    # No part of a licence fee is principal.
    found["principal"] = "turbo" if family == "licence-back" else "collected"
    contract = _CONTRACTS[family] % {"day_count": found[family], "dates": listed}
    (folder / "pool").mkdir(parents=True)
    texts = (_DEAL % found, _POOL % {"contract": contract}, _FINANCING, _MARKET, _SUITE)
    for name, text in zip(FILES, texts, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return folder
