"""One room knows the decimals of a currency: no other turns minor units into amounts, or prints them with two."""

from __future__ import annotations

import re

from tests.packaging.tree import ROOT, code_files

#: Who reads ``from_minor``: the room itself; files that are read again; what is shown as it was written.
READERS = {
    "base/money.py": "it is defined there",
    "definitions/deals/currencies.py": "the room",
    "definitions/checks/plausible/fees.py": "without trailing zeros",
    "definitions/checks/plausible/outside.py": "without trailing zeros",
    "definitions/checks/whole_amounts.py": "an amount that is too fine, as it was written",
    "definitions/pools/dated_cash.py": "into the file's raw tables",
    "reports/policies.py": "of sentences, which ask the room",
    "reports/wording.py": "of terms, without decimals where they are 0",
    "store/folder.py": "without decimals where they are 0",
    "studies/roll/identities.py": "an amount that is too fine, as it was written",
    "studies/solvers/size.py": "into the file's raw tables; a lot that is too fine",
}
#: Number formats with two decimals that are of no amount of a deal.
TWO = re.compile(r":,\.2f|#,##0\.00|/ 100:")
OTHERS = {
    "base/money.py": "amounts of a currency with decimals",
    "patents/checks.py": "revenue of candidates, in yuan",
    "reports/losses.py": "a level in per cent",
    "reports/pool_builds.py": "points and per cent of a build",
    "reports/charts/over_time.py": "a level in per cent",
    "reports/workbook.py": "the format of a currency with decimals",
    "reports/wording.py": "ten thousands and hundred millions, whole amounts without decimals",
    "studies/proof/standalone.py": "a proof in a currency with decimals",
    "studies/price/exercise.py": "a coupon in per cent",
    "studies/programme/api.py": "a programme, in yuan",
}


def test_one_room_turns_minor_units_into_amounts() -> None:
    texts = {
        file.removeprefix("securitize/"): (ROOT / file).read_text(encoding="utf-8")
        for file in code_files()
        if file.endswith(".py") and not file.startswith("securitize/reference/")
    }
    assert {file for file, text in texts.items() if "from_minor(" in text} == set(READERS)
    assert {file for file, text in texts.items() if TWO.search(text)} == set(OTHERS)
