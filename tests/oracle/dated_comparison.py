"""A dated deal through the engine and the reference interpreter, each of which is handed periods."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.engine.reference_case import differences
from securitize.market.schedules import deal_schedule
from securitize.waterfall.plan import Line
from tests.oracle import dated_vehicle
from tests.oracle.dated_events import Terms
from tests.oracle.dated_vehicle import Receipt
from tests.properties.comparison import as_tuples, engine_lines
from tests.properties.drawing import STREAMS
from tests.properties.generated_deals import GeneratedDeal


def case_of(terms: Terms, receipts: list[Receipt]) -> GeneratedDeal:
    """The deal with the engine's own dates; what the pool pays is laid into its collection periods."""
    schedule = deal_schedule(Deal.model_validate(as_tuples(terms)).dates)
    dates: dict[str, Any] = {
        "payment": list(schedule.payment),
        "written": list(schedule.written),
        "accrual": list(schedule.accrual),
        "collection": list(schedule.collection),
    }
    periods = list(pairwise(schedule.collection))
    streams = {
        stream: [
            sum(amount for on, which, amount in receipts if which == stream and since < on <= until)
            for since, until in periods
        ]
        for stream in STREAMS
    }
    principal = [(on, amount) for on, which, amount in receipts if which == "principal"]
    performing = [sum(amount for on, amount in principal if on > day) for day in schedule.collection]
    nothing = [0] * len(periods)
    pool = {
        "streams": streams,
        "performing": performing,
        **dict.fromkeys(("defaulted", "scheduled", "sales", "forecast_sales"), nothing),
        "support_pays": {name: [10**8] * len(periods) for name in terms["support"]},
    }
    return GeneratedDeal(terms, dates, [pool])


def three_ways(terms: Terms, receipts: list[Receipt]) -> tuple[list[str], list[str]]:
    """Where the engine differs from the reference interpreter; and where from the days of cash."""
    case = case_of(terms, receipts)
    lines = engine_lines(case)
    return differences(case, lines), days_against(dated_vehicle.Deal(terms, receipts).run(), case, lines)


def days_against(
    days: dict[Any, dict[Line, int]], case: GeneratedDeal, lines: dict[Line, Int64]
) -> list[str]:
    """Where what is published of the days of cash differs from what the engine publishes of its periods."""
    paid = case.schedule["payment"]
    if list(days) != paid:
        return [f"paid on {[str(day) for day in days]}, the engine on {[str(day) for day in paid]}"]
    found = []
    for t, (day, published) in enumerate(days.items()):
        for line, amount in published.items():
            have = abs(int(lines[line][0][t])) if line in lines else 0  # what is true is -1
            if have != amount:
                found.append(f"{day} {' '.join(line)}: {int(amount)}, the engine {have}")
    return found
