"""Mutants of everything that depends on dates: rates, schedules, fee dates, day counts: sections 1, 2, 5 and 6."""

from __future__ import annotations

from tests.properties.mutant import DAYS, RATES, RESOLVE, Mutant

MUTANTS = [
    Mutant(
        "year of the cap counted from closing", RESOLVE, "t == 0 or years[t] != years[t - 1]", "t % 4 == 0"
    ),
    Mutant(
        "coupon steps a day late",
        RATES,
        "for step in rule.steps if step.from_ <= day]",
        "for step in rule.steps if step.from_ < day]",
    ),
    Mutant(
        "bullet a period late",
        RESOLVE,
        "due = [(date, note.balance)]",
        "due = [(date + datetime.timedelta(1), note.balance)]",
    ),
    Mutant(
        "fee window always of interest",
        RESOLVE,
        "return schedule.collection",
        "return schedule.accrual",
    ),
    Mutant("first fee date skipped", RESOLVE, "months(payable)), 1, None)", "months(payable)), 2, None)"),
    Mutant(
        "one-off fee strictly after its date",
        RESOLVE,
        "amounts = _on_dates([(fee.date, fee.amount)], dates)",
        "amounts = _on_dates([(fee.date + datetime.timedelta(1), fee.amount)], dates)",
    ),
    Mutant(
        "triggers tested one date late",
        RESOLVE,
        "tested=dates.within(trigger.first_test, trigger.last_test)",
        "tested=(False, *dates.within(trigger.first_test, trigger.last_test)[:-1])",
    ),
    Mutant(
        "months of interest at the coupon of the past period",
        RATES,
        "[rate_on(rule, day) for day in schedule.accrual[1:]]",
        "[rate_on(rule, day) for day in schedule.accrual[:-1]]",
    ),
    Mutant("days of ACT/365F by 360", DAYS, '"ACT/365F": 365,', '"ACT/365F": 360,'),
    Mutant(
        "leap days by the year of the end",
        DAYS,
        "(365 if calendar.isleap(year) else 366)",
        "(365 if calendar.isleap(end.year) else 366)",
    ),
    Mutant("end of February not the thirtieth", DAYS, "if _ends_february(start):", "if False:"),
    Mutant(
        "first rate in the first period only",
        RATES,
        "for day in reset_dates(floating, schedule, closing)",
        "for day in schedule.accrual[:-1]",
    ),
    Mutant(
        "interest capitalised for ever",
        RESOLVE,
        "dates.within(None, note.capitalise_until)",
        "dates.within(None, None)",
    ),
    Mutant(
        "interest capitalised on the legal final",
        RESOLVE,
        "note.capitalises and t != last and open_",
        "note.capitalises and open_",
    ),
    Mutant(
        "the first call price counts",
        RESOLVE,
        "each.price) for each in call.prices]",
        "call.prices[0].price) for each in call.prices]",
    ),
    Mutant(
        "issuer calls before any price",
        RESOLVE,
        "(max(open_, dates.first_from(each.from_)), each.price)",
        "(open_, each.price)",
    ),
    Mutant(
        "undrawn fee goes on after the support",
        RESOLVE,
        "                windows[t].start,\n                last,\n",
        "                windows[t].start,\n                datetime.date.max,\n",
    ),
    Mutant(
        "the first scheduled fee alone",
        RESOLVE,
        "(due.date, due.amount) for due in fee.payments]",
        "(due.date, due.amount) for due in fee.payments[:1]]",
    ),
    Mutant(
        "tested after its last test",
        RESOLVE,
        "tested=dates.within(trigger.first_test, trigger.last_test)",
        "tested=dates.within(trigger.first_test, None)",
    ),
    Mutant(
        "leap days of NL/365 counted", DAYS, "return days - _leap_days(start, end), 365", "return days, 365"
    ),
    Mutant("ACT/365L by the year of the end alone", DAYS, "    if period.months == 12:\n", "    if False:\n"),
    Mutant(
        "reference periods without the ends of months",
        DAYS,
        "at_end = end_of_month and ends_month(anchor)",
        "at_end = False",
    ),
    Mutant("the dates of a list taken for a rule", DAYS, ".days) <= MOVED_AT_MOST:", ".days) < 0:"),
    Mutant("a listed period whole within nine days", DAYS, "MOVED_AT_MOST = 10", "MOVED_AT_MOST = 9"),
    Mutant(
        "ACT/ACT-AFB without leap years",
        DAYS,
        "years + Fraction((end - start).days, 366 if leap else 365)",
        "years + Fraction((end - start).days, 365)",
    ),
    Mutant(
        "30/360-NASD without the first of the month",
        DAYS,
        "last, month = (30, month) if first == 30 else (1, month + 1)",
        "last, month = 30, month",
    ),
    Mutant(
        "30U/360 forgets February",
        DAYS,
        "                first = 30\n            last = 30 if last == 31 and first >= 30",
        "                first = first\n            last = 30 if last == 31 and first >= 30",
    ),
    Mutant(
        "30/360-Italian as 30E/360",
        DAYS,
        "first = 30 if start.month == 2 and first > 27 else min(first, 30)",
        "first = min(first, 30)",
    ),
    Mutant(
        "1/1 by the year", DAYS, "return days, max(1, (whole.end - whole.start).days)", "return days, 365"
    ),
]
