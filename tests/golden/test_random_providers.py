"""Guarantors that default at random: their frequencies, and what they cost the notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from securitize.assets.collections import project
from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.dates import add_months
from securitize.base.errors import DefinitionError
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.engine.calculation import calculate, pay_paths
from securitize.engine.simulate import simulate
from securitize.performance.random.draw import draw
from securitize.performance.random.hazards import probability_by
from securitize.performance.random.obligors import default_dates
from securitize.performance.random.providers import provider_dates
from tests.golden.provider_deals import (
    ALL,
    GUARANTEE,
    ONE,
    POOL,
    obligors_of,
    prepared_with,
    providers_of,
    senior_losses,
    steps_with,
    without_limit,
    written,
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("providers")


def test_a_guarantor_that_never_defaults_and_has_no_limit_makes_the_senior_note_riskless(desk: Path) -> None:
    deal = without_limit(desk)
    never = prepared_with(deal, written(desk, f"{ONE}hazard = 0\n"))
    assert senior_losses(never).sum() == 0
    unprotected = prepared_with(deal, written(desk, f"{ONE}hazard = 100\n"))
    assert senior_losses(unprotected).sum() > 0
    # Without any provider, support pays: the same paths.
    assert senior_losses(prepared_with(deal, written(desk, ""))).sum() == 0


def test_a_guarantor_nearer_to_its_pool_is_worth_less(desk: Path) -> None:
    # Calls must be rare: in a pool that calls its guarantor early on nearly every path, to be near is to be in time.
    deal, losses = without_limit(desk), []
    mild = 'name = "mild"\nhazard = 0.03\nloading = 0.6\n'
    for loading in (0, 0.3, 0.6, 0.9):
        file = written(desk, f"{ONE}hazard = 0.05\nloading = {loading}\n", mild)
        losses.append(senior_losses(prepared_with(deal, file, paths=3000)).astype(np.float64))
    # Common random numbers: only the provider's dates differ.
    assert all(after.mean() > before.mean() for before, after in pairwise(losses))
    wider = losses[-1] - losses[0]
    assert wider.mean() > 4 * wider.std() / np.sqrt(len(wider))


CHAIN = """
[nodes]
chain = "lithium-battery"
decay = 0.5

[ratings.BB]
cumulative = [0.03, 0.09, 0.2]

[obligors.o1]
node = "2.1.1"
node_loading = 0.6

[providers.undertaking]
rating = "BB"
loading = 0.5
node = "2.5.3"
node_loading = 0.7
recovery = 0.25
"""


@pytest.mark.parametrize("copula", ["gaussian", "student-t"])
def test_providers_default_as_often_as_they_should_and_with_obligors(desk: Path, copula: str) -> None:
    from scipy.stats import multivariate_normal, multivariate_t

    paths = 100_000
    rule = 'copula = { kind = "student-t", degrees = 4 }\n' if copula == "student-t" else ""
    prepared = prepared_with("guangzhou-2019", written(desk, CHAIN, POOL + rule))
    assert prepared.random is not None
    numbers = Numbers(9, 0, paths)
    factors, model = prepared.random.factors(numbers), providers_of(prepared)
    when = provider_dates(model, numbers, factors)["undertaking"]
    days = model.ends[1:] - model.ends[0]
    exact = probability_by(model.companies["undertaking"].hazards, days)
    assert probability_by(model.companies["undertaking"].hazards, np.array([730]))[0] == pytest.approx(0.09)
    for end, chance in zip(model.ends[1:], exact, strict=True):
        assert abs((when <= end).mean() - chance) <= 4 * np.sqrt(chance * (1 - chance) / paths)
    first = when[when <= model.ends[1]]
    within = (first - model.ends[0] - 0.5) / days[0]
    assert within.min() > 0
    assert abs(within.mean() - 0.5) <= 4 / np.sqrt(12 * len(within))
    struck = default_dates(obligors_of(prepared), numbers, factors)["o1"]
    obligors = obligors_of(prepared)
    last = int(obligors.ends[-1])
    chances = np.array([1 - np.exp(-0.2 * (last - int(obligors.ends[0])) / 365), exact[-1]])
    rho = 0.6 * 0.5 + 0.6 * 0.7 * 0.5
    at, matrix = obligors.copula.thresholds(chances, 0.5), np.array([[1, rho], [rho, 1]])
    together = float(
        multivariate_normal(cov=matrix).cdf(at)
        if copula == "gaussian"
        else multivariate_t(shape=matrix, df=4, seed=1).cdf(at, maxpts=1_000_000)
    )
    seen = ((struck <= last) & (when <= model.ends[-1])).mean()
    assert abs(seen - together) <= 4 * np.sqrt(together * (1 - together) / paths)
    assert abs(together - chances.prod()) > 8 * np.sqrt(together * (1 - together) / paths)


def test_payment_changes_on_the_first_date_not_before_the_earlier_default_drawn_or_given(desk: Path) -> None:
    file = written(desk, f"{ONE}hazard = 0.4\nrecovery = 0.25\n")
    scenario = desk / "downgraded.toml"
    scenario.write_text(
        'name = "downgraded"\n[[stress]]\ndriver = "provider-default"\nsupport = "undertaking"\n'
        "at = 2021-06-01\nrecovery = 0.6\n"
    )
    for told, prepared in (
        (False, prepared_with("guangzhou-2019", file)),
        (True, prepared_with("guangzhou-2019", file, scenario=scenario)),
    ):
        assert prepared.random is not None
        numbers = Numbers(2, 0, 500)
        drawn = draw(prepared.random, prepared.performance, numbers)
        when = provider_dates(providers_of(prepared), numbers, drawn.factors)["undertaking"]
        found = drawn.period_inputs["pays.undertaking"]
        assert found.dtype == np.int64
        for path in range(500):
            for t, day in enumerate(prepared.schedule.payment):
                first = min(when[path], GIVEN) if told else when[path]
                share = RATE_UNITS * 6 // 10 if told and when[path] >= GIVEN else RATE_UNITS // 4
                assert found[path, t] == (RATE_UNITS if day.toordinal() < first else share)
        assert 0 < (when <= prepared.schedule.payment[-1].toordinal()).mean() < 1


GIVEN = dt.date(2021, 6, 1).toordinal()


def test_two_guarantors_stand_behind_one_another(desk: Path) -> None:
    deal = without_limit(desk, *steps_with('"undertaking", "second"'))
    first = f"{ONE}hazard = 100\n"
    # The first fails at once; the second pays for it, unless it fails too.
    behind = simulate(calculate(prepared_with(deal, written(desk, first))))
    assert behind.notes["A"].principal_loss.sum() == 0
    assert behind.support_drawn.sum() > 0
    apart = prepared_with(deal, written(desk, f"{first}[providers.second]\nhazard = 0.3\nloading = 0\n"))
    together = prepared_with(
        deal,
        written(desk, f'{ONE}hazard = 0.3\nloading = 0\ncompany = "x"\n[providers.second]\ncompany = "x"\n'),
    )
    both = prepared_with(
        deal,
        written(desk, f"{ONE}hazard = 0.3\nloading = 0\n[providers.second]\nhazard = 0.3\nloading = 0\n"),
    )
    one, two, three = (senior_losses(each).sum() for each in (apart, together, both))
    assert one > 0
    assert two > 0
    # Two companies fail together more seldom than one.
    assert three < two
    assert together.random is not None
    told = draw(together.random, together.performance, Numbers(1, 0, 400)).period_inputs
    assert (told["pays.undertaking"] == told["pays.second"]).all()
    assert 0 < (told["pays.second"] == 0).mean() < 1


def test_who_stands_behind_pays_only_what_the_first_leaves(desk: Path) -> None:
    deal = without_limit(desk, *steps_with('"undertaking", "second"'))
    prepared = prepared_with(deal, written(desk, f"{ONE}hazard = 0.3\nrecovery = 0.25\n"))
    assert prepared.random is not None
    drawn = draw(prepared.random, prepared.performance, Numbers(3, 0, 300))
    pool = project(prepared.resolved_pool, drawn.performance, keep_flows=False)
    _, _, lines, _ = pay_paths(prepared, pool, varying=drawn.period_inputs)
    first, second = (lines[("support", name, "drawn")] for name in ("undertaking", "second"))
    failed = drawn.period_inputs["pays.undertaking"] < RATE_UNITS
    assert (second[~failed] == 0).all()
    both = first[failed] + second[failed]
    # A step is paid in whole minor units, and two steps of a date are called.
    assert (np.abs(first[failed] - both * 0.25) <= 2).all()
    assert second.sum() > 0


LOANS = f"""
[providers.loans]
hazard = 0.4
loading = 0.5
recovery = 0.25
source = "{GUARANTEE}"
"""


def test_a_guarantor_of_the_loans_pays_less_of_what_falls_due_after_its_default(desk: Path) -> None:
    """Whatever the day of the loan's default: what it owes of earlier ones and has not yet paid falls too."""
    with_, without = (prepared_with("nanshan-5-2022", written(desk, text)) for text in (LOANS, ""))
    assert with_.random is not None
    numbers = Numbers(4, 0, 400)
    drawn, plain = (draw(each.random, each.performance, numbers) for each in (with_, without) if each.random)
    when = provider_dates(providers_of(with_), numbers, drawn.factors)["loans"]
    assert (drawn.performance.parties["guarantor"].dates == when).all()
    # One company: its undertaking is worth a quarter from the same day on.
    first = np.array([day.toordinal() for day in with_.schedule.payment]) >= when[:, None]
    assert (drawn.period_inputs["pays.undertaking"] == np.where(first, RATE_UNITS // 4, RATE_UNITS)).all()
    kept, cut = (project(with_.resolved_pool, each.performance).flows for each in (plain, drawn))
    seen = outstanding = 0
    for name, named in plain.performance.defaults.items():
        whole, less = (
            {one.source: one.amount for one in flows[name] if one.stream == "recovery"}
            for flows in (kept, cut)
        )
        for path in np.flatnonzero(named.dates <= with_.schedule.collection[-1].toordinal()):
            due = add_months(dt.date.fromordinal(int(named.dates[path])), 2).toordinal()
            right = int(whole[GUARANTEE][path])
            if due >= when[path]:
                right = multiply_divide(right, RATE_UNITS // 4, RATE_UNITS).item()
                outstanding += int(named.dates[path]) < when[path]
            assert less[GUARANTEE][path] == right
            seen += 1
    assert seen > 100
    assert outstanding > 5


def test_one_company_has_one_law(desk: Path) -> None:
    for text, place in (
        (f"{ONE}hazard = 0.3\n{LOANS}", "providers.loans"),
        (f"[providers.guarantor]\nhazard = 0.3\n{ONE}hazard = 0.1\n", "providers.undertaking"),
    ):
        with pytest.raises(DefinitionError, match="SEC488") as caught:
            prepared_with("nanshan-5-2022", written(desk, text))
        (problem,) = caught.value.problems
        assert (problem.path, problem.line > 5) == (place, True)


def test_the_law_of_all_strikes_whoever_has_none_of_its_own(desk: Path) -> None:
    numbers = Numbers(4, 0, 300)

    def struck(deal: str | Path, text: str) -> dict[str, Int64]:
        prepared = prepared_with(deal, written(desk, text))
        assert prepared.random is not None
        drawn = draw(prepared.random, prepared.performance, numbers)
        return {name: values for name, values in drawn.period_inputs.items() if name.startswith("pays")}

    two = without_limit(desk, *steps_with('"undertaking", "second"'))
    found = struck(two, ALL)
    # Of two companies, one of them without an id, each on a day of its own.
    assert (found["pays.undertaking"] != found["pays.second"]).any()
    own = struck(two, f"{ONE}hazard = 0\n{ALL}")
    assert (own["pays.undertaking"] == RATE_UNITS).all()
    assert (own["pays.second"] == found["pays.second"]).all()


def test_providers_change_no_number_of_the_obligors(desk: Path) -> None:
    numbers = Numbers(3, 0, 2000)
    found = []
    for text in ("", f"{ONE}hazard = 0.3\nnode = '2.1.1'\nnode_loading = 0.4\n"):
        prepared = prepared_with("guangzhou-2019", written(desk, text))
        assert prepared.random is not None
        found.append(default_dates(obligors_of(prepared), numbers, prepared.random.factors(numbers)))
    assert all((found[0][name] == found[1][name]).all() for name in found[0])


def test_what_is_no_provider_is_refused(desk: Path) -> None:
    model = providers_of(prepared_with("guangzhou-2019", written(desk, f"{ONE}hazard = 0.3\n")))
    risk = model.companies["undertaking"]
    with pytest.raises(ValueError, match="not negative"):
        replace(model, companies={"undertaking": replace(risk, hazard=-1.0)})
    with pytest.raises(ValueError, match="no company: undertaking"):
        replace(model, companies={"other": risk})
