"""What a scenario tells of puts, re-set coupons, settlements and the issuer's call: both engines read it alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from securitize.definitions.deals.deal import Deal
from securitize.definitions.scenarios.scenario import Scenario
from securitize.engine.reference_case import differences
from securitize.reference import interpreter
from securitize.reference.scenario import deal_under
from securitize.waterfall.execute import pay
from securitize.waterfall.period_inputs import under
from securitize.waterfall.plan import build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.rules import record_payment_date
from tests.properties.comparison import as_tuples, engine_inputs, schedule_of, told
from tests.properties.drawing import Draw, Table, chance, evenly, one_of, rate, share
from tests.properties.generated_deals import GeneratedDeal, numbered_deal

DEALS = 30


def draw_stresses(draw: Draw, case: GeneratedDeal) -> list[Table]:
    """Some puts, settlements and calls, dated as payment dates are written, as they are paid, or anywhere."""
    deal, dates = case.deal, [*case.schedule["payment"], *case.schedule["written"]]
    found = []
    for _ in range(one_of(draw, 1, 2, 3)):
        note = one_of(draw, *deal["notes"])
        puts = deal["notes"][note].get("puts", ())
        at = one_of(draw, *dates)
        stress: Table = {"driver": "put", "note": note, "at": at, "share": share(draw)}
        if puts and chance(draw, 80):
            put = one_of(draw, *puts)
            stress["at"] = put["date"]
            if "reset" in put and chance(draw, 70):
                stress["rate"] = rate(draw)
        elif chance(draw, 40):
            stress = {"driver": "settlement", "note": note, "at": at}
            by_amount = {"amount": deal["notes"][note]["balance"], "amount_order": "interest-first"}
            stress |= one_of(draw, by_amount, {"share": share(draw), "interest_share": Decimal("0.5")})
        elif "issuer_call" in deal and chance(draw, 50):
            stress = {"driver": "issuer-call", "at": at}
        found.append(stress)
    return found


def compared(case: GeneratedDeal, stresses: list[Table]) -> tuple[GeneratedDeal, list[str]]:
    """The deal under these stresses as the reference reads them, and where the engine under them differs."""
    scenario = Scenario.model_validate(as_tuples({"name": "told", "stress": stresses}))
    pool, schedule = case.pools[0], schedule_of(case)
    deal = under(Deal.model_validate(as_tuples(case.deal)), scenario, schedule)
    varying = [name for name in told(pool) if name != "forecast_sales"]
    given = {"forecast_sales": pool["forecast_sales"]}
    resolved = resolve_deal(
        deal, schedule, pool["performing"][0], pool["scheduled"], given=given, varying=varying
    )
    other = replace(case, deal=deal_under(case.deal, stresses, case.schedule))
    lines = pay(build_plan(record_payment_date(resolved)), engine_inputs(case))
    return other, differences(other, lines)


def test_both_engines_read_a_scenario_alike() -> None:
    seen: Counter[str] = Counter()
    for number in range(DEALS):
        case = numbered_deal(number, 1)
        stresses = draw_stresses(evenly(number), case)
        other, found = compared(case, stresses)
        assert not found, (number, stresses, found[:3])
        if _paid(case) != _paid(other):
            seen.update({str(stress["driver"]) for stress in stresses})
            seen["rate"] += any("rate" in stress for stress in stresses)
    assert min(seen[what] for what in ("put", "settlement", "issuer-call", "rate")) > 0, seen


def _paid(case: GeneratedDeal) -> Any:
    return interpreter.run(case.deal, case.schedule, case.pools[0])["notes"]


def test_of_several_puts_of_one_date_the_last_takes_the_told_share_and_the_last_re_set_the_rate() -> None:
    """On a put that is written twice, 40% are told and 2%: the share is not taken twice, the re-set is not lost."""
    case = next(
        one
        for one in map(numbered_deal, range(60))
        if len(one.schedule["payment"]) > 3
        and any(note["coupon"]["kind"] == "fixed" for note in one.deal["notes"].values())
    )
    name = next(name for name, note in case.deal["notes"].items() if note["coupon"]["kind"] == "fixed")
    day = case.schedule["payment"][1]
    reset = {"announced": case.schedule["payment"][0], "rate": Decimal("0.03")}
    puts = (
        {"date": day, "share": Decimal("0.5"), "reset": reset},
        {"date": case.schedule["written"][1], "share": Decimal("0.2")},
    )
    deal = {**case.deal, "notes": {**case.deal["notes"], name: {**case.deal["notes"][name], "puts": puts}}}
    stress = {"driver": "put", "note": name, "at": day, "share": Decimal("0.4"), "rate": Decimal("0.02")}
    other, found = compared(replace(case, deal=deal, pools=case.pools[:1]), [stress])
    assert not found
    first, last = other.deal["notes"][name]["puts"]
    assert (first["share"], last["share"]) == (0, Decimal("0.4"))
    assert first["reset"]["rate"] == Decimal("0.02")
