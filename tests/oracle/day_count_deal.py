"""A small deal whose every place for a day count takes one of its own, on dates on which day counts differ.

Yearly dates with a short first and a short last period; the second period has a 29 February and ends in another year;
deal and contract both end on the last of a February; nothing is collected in the first period, so the line is drawn.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal, get_args

from securitize.definitions.figures import DayCount

Place = Literal["notes", "fees", "accounts", "supports", "contracts"]
PLACES: tuple[Place, ...] = get_args(Place)
#: The interest period in which the notes are priced, and the day.
PRICED = (dt.date(2024, 1, 31), dt.date(2025, 1, 31))
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
payment = { every = "12M", first = 2024-01-31, last = 2026-01-31, end_of_month = true, adjustment = "following" }
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
principal = { kind = "collected" }

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
kind = "pledged-loan"
obligor = "o1"
collateral = ["p1"]
start = 2023-08-31
principal = 10_000_000
rate = { kind = "fixed", rate = 0.0713 }
day_count = "%(contracts)s"
repayment = { kind = "equal-principal" }
dates = { every = "12M", first = 2024-02-29, last = 2025-02-28, end_of_month = true, adjustment = "following" }
"""
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


def written(folder: Path, day_count: DayCount, *places: Place) -> Path:
    """The deal's folder, the day count in these places and ACT/365F in the others; of all where none is named."""
    found = dict.fromkeys(PLACES, "ACT/365F") | dict.fromkeys(places or PLACES, day_count)
    (folder / "pool").mkdir(parents=True)
    texts = (_DEAL % found, _POOL % found, _FINANCING, _MARKET, _SUITE)
    for name, text in zip(FILES, texts, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return folder
