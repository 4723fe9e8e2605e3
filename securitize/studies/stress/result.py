"""A stress result, calculated: every table, what its manifest says, and its scenarios as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from securitize.base.progress import Progress, silent
from securitize.definitions.register import Figure, register
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.path_ranges import PathStore
from securitize.engine.results import tables_and_facts
from securitize.engine.scenario_batch import evaluate
from securitize.engine.simulate import Engine, PathMeasures, measured_until, with_kept
from securitize.engine.tables.after_last import of_scenarios
from securitize.engine.tables.pool import assumption_rows
from securitize.engine.tables.scenarios import (
    NamedBatch,
    stress_balances,
    stress_coverage,
    stress_life_coverage,
    stress_results,
    trigger_ledger,
)
from securitize.engine.targets import target_of
from securitize.performance.drivers import no_support
from securitize.performance.random.given_payers import promises
from securitize.store.manifest import Facts
from securitize.studies.solvers.break_even import break_evens
from securitize.studies.solvers.moved_saving import saving_case
from securitize.studies.solvers.reverse import reverse_stresses
from securitize.studies.solvers.sensitivities import sensitivities
from securitize.studies.stress.path_risks import NoteRisks, draw_on, risks_of, stress_risk
from securitize.studies.stress.request import REVERSE, SUITE, StressRequest
from securitize.studies.stress.rules import rule_tables
from securitize.studies.stress.saving import saved
from securitize.studies.stress.scenarios import (
    Situation,
    otherwise_failing,
    situations,
    without_support,
)
from securitize.studies.stress.strata import chain_links, pool_strata
from securitize.studies.stress.tables import (
    break_even_rows,
    deviation_kinds,
    reverse_rows,
    same_as,
    stress_factors,
    suite_scenarios,
    support_worth,
)
from securitize.studies.stress.validation import validations
from securitize.tables import Columns, build
from securitize.tables.in_ranges import Made
from securitize.waterfall.execute import load_machine

Risks = list[NoteRisks]


def stress_tables(
    request: StressRequest, workers: int = 1, progress: Progress | None = None
) -> tuple[dict[str, Made], Facts, dict[str, bytes]]:
    """Tables by name, facts, and files by name. Raises CalculationError where a runtime invariant does not hold."""
    report = progress or silent
    base, found = request.base, situations(request.suite, request.base, request.draw)
    acting = [one for one in found if one.prepared is not None]
    calculation = calculate(base)
    tables, facts, risks, risks_without, otherwise = _base_and_paths(
        request, calculation, acting, workers, report
    )
    names = [one.name for one in acting]
    report("scenarios", 0, len(acting))
    apart = [calculate(one.prepared) for one in acting if one.prepared is not None]
    cells = NamedBatch(names, evaluate(base, [one.stresses for one in acting]))
    ended = no_support(target_of(base))
    alone = NamedBatch(names, evaluate(base, [(*ended, *one.stresses) for one in acting]))
    report("scenarios", len(acting), len(acting))
    figures, warnings, subsidised = [*base.register, *_figures(request)], list(facts.warnings), False
    columns: dict[str, Columns] = {}
    if "financing.toml" in request.identity.inputs:
        savings = saved(base, request.policy, request.as_if, found)
        tables |= savings.tables
        columns["stress_savings"], subsidised = savings.rows, savings.subsidised
        figures = _united(base.register, savings.register) + _figures(request)
        warnings += savings.warnings
    applies = {one.name: one.applies(subsidised) for one in found}
    columns |= {
        "stress_factors": stress_factors(found),
        "stress_results": stress_results(cells, applies),
        "stress_coverage": stress_coverage(cells),
        "stress_life_coverage": stress_life_coverage(cells, calculation),
        "stress_balances": stress_balances(cells),
        "trigger_ledger": trigger_ledger(cells),
        "support_worth": support_worth(cells, alone, applies, risks, risks_without, otherwise),
        "validations": validations(cells, apart),
        "collections_after_last": of_scenarios(zip(names, apart, strict=True)),
    }
    if risks:
        columns["stress_risk"] = stress_risk(names, risks)
    if request.searches:
        columns |= _searched(request, report)
    tables |= rule_tables(calculation, request.identity.inputs)
    columns["pool_strata"] = pool_strata(calculation)
    if (links := chain_links(calculation))["supplier"]:
        columns["chain_links"] = links
    columns["suite_scenarios"] = suite_scenarios(request.suite.model, found, subsidised, same_as(cells))
    tables |= {name: build(name, one) for name, one in columns.items()}
    tables["assumptions"] = build("assumptions", assumption_rows(figures))
    about = {
        **facts.about,
        "suite": request.suite.model.name,
        "suite_version": request.suite.model.version,
        "scenarios": len(acting) - 1,
    }
    if request.suite.model.fail_on:
        about["fail_on"] = list(request.suite.model.fail_on)
    done = Facts(tuple(dict.fromkeys(warnings)), facts.checks, about, facts.random_scheme)
    return tables, done, {f"scenarios/{one.name}.toml": one.composed.as_toml().encode() for one in acting[1:]}


def _searched(request: StressRequest, report: Progress) -> dict[str, Columns]:
    """What is looked for: break-evens, the likeliest break, sensitivities."""
    report("searches", 0, 3)
    found = {"break_evens": break_even_rows(break_evens(request.base))}
    report("searches", 1, 3)
    nearest = reverse_stresses(request.base, request.reverse.model.reverse)
    found["reverse_stresses"] = reverse_rows(nearest, deviation_kinds(request.reverse))
    report("searches", 2, 3)
    borrowed = "financing.toml" in request.identity.inputs
    case = saving_case(request.base, request.policy, request.as_if) if borrowed else None
    found["sensitivities"] = sensitivities(request.base, (SUITE, request.suite), case, report)
    return found


def _figures(request: StressRequest) -> list[Figure]:
    named = ((request.suite, SUITE), (request.reverse, REVERSE))
    return [replace(one, file=file) for suite, file in named for one in register(suite, stated=True)]


def _united(first: Sequence[Figure], second: Sequence[Figure]) -> list[Figure]:
    """Two registers, each number once: what is drawn at random is no input of the companies' comparison."""
    known = {(one.file, one.path) for one in first}
    return [*first, *(one for one in second if (one.file, one.path) not in known)]


def _base_and_paths(
    request: StressRequest,
    calculation: Calculation,
    acting: Sequence[Situation],
    workers: int,
    report: Progress,
) -> tuple[dict[str, Made], Facts, Risks, Risks, Risks]:
    """The tables of the base case; the risk of each scenario where paths are drawn: as the model says, with whoever
    promised to pay failed from the start, and with them alive where the model lets them fail, or failing where not.
    """
    if request.draw is None:
        return *tables_and_facts(calculation, None), [], [], []
    model = request.base.random
    supported = model is not None and any(
        promises(request.base.deal, request.base.pool, model, request.base.today.failed)
    )
    whole = request.draw.paths * len(acting) * (3 if supported else 1)
    done = [0]

    def of_all() -> Progress:
        before = done[0]

        def reported(what: str, now: int, of: int) -> None:
            done[0] = before + now
            report(what, done[0], whole)

        return reported

    load_machine(whole, request.base.schedule.periods)
    engine = Engine(calculation)
    parts = PathStore(PathMeasures)
    paths = measured_until(engine, parts, workers=workers, progress=of_all())
    simulation = with_kept(engine, parts, paths, workers)
    risks = [risks_of(simulation)]
    risks += [draw_on(one.prepared, workers, of_all()) for one in acting[1:] if one.prepared]
    without: Risks = []
    otherwise: Risks = []
    if supported:
        otherwise = [
            draw_on(otherwise_failing(one.prepared), workers, of_all()) for one in acting if one.prepared
        ]
        without = [
            draw_on(without_support(one, request.base, request.draw), workers, of_all()) for one in acting
        ]
    return *tables_and_facts(calculation, simulation), risks, without, otherwise
