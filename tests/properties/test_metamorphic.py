"""Relations between runs of one deal: what must not move when something is added, reordered, shifted or split.

Numbers are those of the list of metamorphic relations that the project is tested by: 39 shift of dates,
40 order, 41 and 45 split and
merge, 42 what has no size, 43 more paths, 44 longer horizon, 46 monotonicity where it holds. Scaling of
the minor unit (38) is tried by ``test_whole_units.py``, in a currency without decimals.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from benchmarks.deals import benchmark_deal, benchmark_pool
from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.market.schedules import Schedule
from securitize.waterfall.execute import pay
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.rules import record_payment_date
from tests.properties.comparison import as_tuples, engine_lines
from tests.properties.generated_deals import GeneratedDeal, generated_deals
from tests.properties.numbered import Paid, each, paid

some = settings(max_examples=120, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
YEARS = 28  # after 28 years weekdays and leap years are the same again, inside 1901 to 2099


def shifted(value: Any) -> Any:
    """Every date 28 years later."""
    if isinstance(value, datetime.date):
        return value.replace(year=value.year + YEARS)
    if isinstance(value, dict):
        return {key: shifted(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(shifted(each) for each in value)
    return value


def reordered(deal: dict[str, Any]) -> dict[str, Any]:
    """The same deal with its tables declared the other way round; the first account stays first.

    A combination sees the tests declared before it: there the triggers keep their order.
    """
    turned = {key: deal[key] for key in reversed(deal)}
    combined = any(trigger["kind"] == "combination" for trigger in deal["triggers"].values())
    for table in ("notes", "fees", "support", "limits", *(() if combined else ("triggers",))):
        turned[table] = dict(reversed(deal[table].items()))
    return turned


def one_longer(values: list[Any], value: Any) -> list[Any]:
    """A list by period with one period more."""
    return [*values, value]


def each_longer(table: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Lists by name, each with its last value once more."""
    return {name: one_longer(values, values[-1]) for name, values in table.items()}


def same(first: dict[Line, Int64], second: dict[Line, Int64]) -> None:
    """Every line of the first stands in the second, equal."""
    for line, values in first.items():
        assert (second[line] == values).all(), line


def shift_of_all_dates_by_28_years_moves_nothing(paid: Paid) -> None:
    case = paid.case
    same(paid.lines, engine_lines(replace(case, deal=shifted(case.deal), schedule=shifted(case.schedule))))


def order_of_declaration_does_not_matter(paid: Paid) -> None:
    # The payees of a redemption stand in the order declared; all of them are paid.
    lines = {line: values for line, values in paid.lines.items() if line[:2] != ("step", "redemption")}
    same(lines, engine_lines(replace(paid.case, deal=reordered(paid.case.deal))))


def paths_do_not_see_each_other(paid: Paid) -> None:
    turned = engine_lines(replace(paid.case, pools=paid.case.pools[::-1]))
    alone = engine_lines(replace(paid.case, pools=paid.case.pools[:1]))
    for line, values in paid.lines.items():
        assert (turned[line] == values[::-1]).all(), line
        assert (alone[line] == values[:1]).all(), line


def what_has_no_size_moves_nobody(paid: Paid) -> None:
    case = paid.case
    deal = copy.deepcopy(case.deal)
    last = case.schedule["payment"][-1]
    deal["notes"]["empty"] = {
        "rank": 9,
        "balance": Decimal(0),
        "coupon": {"kind": "fixed", "rate": Decimal("0.05")},
        "principal": {"kind": "turbo"},
    }
    deal["fees"]["nothing"] = {"kind": "fixed", "amount": Decimal(0)}
    deal["triggers"]["never"] = {
        "kind": "date",
        "date": last + datetime.timedelta(days=400),
        "priority": "default",
    }
    idle = ({"name": "nothing due", "pay": ("fee:nothing", "interest:empty", "principal:empty")},)
    # Where the last step does not take the rest, a redemption would pay it to the one that never runs.
    keeps = deal["priority"]["normal"][-1]["pay"][0].partition(":")[0] in ("residual", "originator")
    unused = ({"name": "never", "pay": ("residual:empty",), "when": ("never",)},) if keeps else ()
    for priority, steps in deal["priority"].items():
        deal["priority"][priority] = (
            (*steps[:-1], *unused, *idle, steps[-1]) if len(steps) > 1 else (*idle, *steps)
        )
    deal["priority"].setdefault("default", ({"name": "nothing due", "pay": ("fee:nothing",)},))
    added = engine_lines(replace(case, deal=deal))
    same({line: values for line, values in paid.lines.items() if line[0] != "step"}, added)


def longer_horizon_leaves_earlier_periods_alone(paid: Paid) -> None:
    case = paid.case
    later = case.schedule["payment"][-1] + datetime.timedelta(days=200)
    schedule = {
        name: one_longer(dates, later) if isinstance(dates, list) else dates
        for name, dates in case.schedule.items()
    }
    deal = {**case.deal, "dates": {**case.deal["dates"], "legal_final": later}}
    pools = [
        {
            "streams": {stream: [*cash, 0] for stream, cash in pool["streams"].items()},
            "performing": [*pool["performing"], pool["performing"][-1]],
            **{
                name: one_longer(pool[name], 0)
                for name in ("defaulted", "scheduled", "sales", "forecast_sales")
            },
            **{
                name: each_longer(pool[name])
                for name in ("support_pays", "support_late", "account_pays", "ratings", "fixings")
            },
            **{
                name: {key: [*values, 0] for key, values in pool[name].items()}
                for name in ("held", "recovered")
            },
        }
        for pool in case.pools
    ]
    # 30E/360-ISDA looks at the legal final date itself.
    text = str(case.deal)
    if "30E/360-ISDA" in text:
        return
    longer = engine_lines(replace(case, deal=deal, schedule=schedule, pools=pools))
    for line, values in paid.lines.items():
        assert (longer[line][:, : values.shape[1] - 1] == values[:, :-1]).all(), line


LAWS = (
    order_of_declaration_does_not_matter,
    paths_do_not_see_each_other,
    what_has_no_size_moves_nobody,
    longer_horizon_leaves_earlier_periods_alone,
)
DEALS = range(120)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_law_holds_of_every_deal(law: Callable[[Paid], None]) -> None:
    each(law, DEALS)


@pytest.mark.deep(part="splits")
@pytest.mark.parametrize(
    "law", [*LAWS, shift_of_all_dates_by_28_years_moves_nothing], ids=lambda law: law.__name__
)
@some
@given(generated_deals(paths=3))
def test_a_law_holds_where_hypothesis_looks(law: Callable[[Paid], None], case: GeneratedDeal) -> None:
    law(paid(case))


def run_benchmark(deal: dict[str, Any], pool: dict[str, Int64]) -> dict[Line, Int64]:
    """The benchmark deal, changed, on these collections."""
    _, dates = benchmark_deal()
    schedule = Schedule(tuple(dates["payment"]), tuple(dates["accrual"]), tuple(dates["collection"]))
    resolved = resolve_deal(
        Deal.model_validate(as_tuples(deal)), schedule, 310_000_000_00, [15_500_000_00] * 20
    )
    return pay(build_plan(record_payment_date(resolved)), pool)


def test_a_note_split_in_two_pays_the_same_within_a_unit_a_rounding() -> None:
    deal, _ = benchmark_deal()
    pool = benchmark_pool(0, 200)
    whole = run_benchmark(deal, pool)
    split = copy.deepcopy(deal)
    half = {**deal["notes"]["B"], "balance": deal["notes"]["B"]["balance"] / 2}
    split["notes"] = {"A": deal["notes"]["A"], "B1": half, "B2": half, "C": deal["notes"]["C"]}
    split["accounts"]["reserve"]["target"]["notes"] = ("A", "B1", "B2")
    for priority, steps in deal["priority"].items():
        split["priority"][priority] = tuple(
            {**step, "pay": (step["pay"][0] + "1", step["pay"][0] + "2"), "split": "pari-passu"}
            if step["pay"][0].endswith(":B")
            else step
            for step in steps
        )
    parts = run_benchmark(split, pool)
    # Each date rounds the interest of two notes instead of one, and each payment's split once: two units a date, and
    # what they move in balances bears interest far below a unit.
    for line in ("interest_paid", "principal_paid"):
        together = parts[("note", "B1", line)] + parts[("note", "B2", line)]
        moved = np.abs((together - whole[("note", "B", line)]).cumsum(axis=1))
        assert moved.max() <= 2 * 20
    assert (
        np.abs(
            parts[("note", "A", "principal_paid")].sum(axis=1)
            - whole[("note", "A", "principal_paid")].sum(axis=1)
        ).max()
        <= 2 * 20
    )


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(st.integers(0, 19), st.floats(0.0, 1.0))
def test_less_money_never_brings_the_senior_more_where_no_trigger_can_help(period: int, cut: float) -> None:
    deal, _ = benchmark_deal()
    plain = {**deal, "triggers": {}, "priority": {"normal": deal["priority"]["normal"]}}
    plain["priority"] = {
        "normal": tuple(
            {k: v for k, v in step.items() if k != "unless"} for step in deal["priority"]["normal"]
        )
    }
    pool = benchmark_pool(0, 50)
    stressed = {name: values.copy() for name, values in pool.items()}
    for stream in ("interest", "principal", "recovery"):
        stressed[stream][:, period] = (stressed[stream][:, period] * (1 - cut)).astype(np.int64)
    base, worse = run_benchmark(plain, pool), run_benchmark(plain, stressed)
    # Interest may rise: less principal leaves more to bear it.
    paid = ("note", "A", "principal_paid")
    assert (worse[paid].cumsum(axis=1) <= base[paid].cumsum(axis=1)).all()
    assert (worse[("note", "A", "written_off")] >= base[("note", "A", "written_off")]).all()
