"""Each kind of file used as the commands use it, beside a deal that holds; in memory, nothing is written.

Source: ``docs/reference/folders.md``. A use raises what the command would raise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from securitize.base.closed import complete
from securitize.base.errors import DefinitionError, UsageError
from securitize.base.messages import Message
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.financing.checks import check_financing
from securitize.definitions.kinds import FileKind
from securitize.definitions.loading import load_alternative, load_financing
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.drawing import drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.results import results_of
from securitize.library import find_financing_of, list_shipped

#: Random paths that are drawn of a random performance.
PATHS = 64
#: Internal capital that a set is tried with: 8%.
INTERNAL = 0.08
BY_ITSELF = Message("checked by itself")
#: The policy is not in force when the companies draw; a warning here, since it may be meant for other deals.
OUT_OF_DATE, NOT_IN_FORCE = "SEC666", "SEC327"


@dataclass(frozen=True)
class CalculatedDeal:
    """A deal that holds, and its base case, which the other files are put to."""

    file: Path
    prepared: Prepared

    @cached_property
    def calculation(self) -> Calculation:
        """The base case, calculated."""
        return calculate(self.prepared)

    @cached_property
    def borrows(self) -> bool:
        """Whether what companies save can be asked: of contracts on which somebody still owes a balance."""
        if self.prepared.pool.royalties:
            return False
        return self.prepared.state is None or bool(self.calculation.collections.performing[0, 0])

    @cached_property
    def financing(self) -> Path | None:
        """The financing of the deal, its own or a shipped one, where what companies save can be asked and it holds."""
        try:
            found = find_financing_of(self.file, self.prepared.deal.name)
            loaded = load_financing(found)
        except (DefinitionError, UsageError):
            return None
        faulty = check_financing(loaded, self.prepared.deal, self.prepared.pool)
        return None if faulty or loaded.model.facility is not None or not self.borrows else found


Use = Callable[[CalculatedDeal, Path, Loaded[Any]], str]


def run_base_case(case: CalculatedDeal) -> str:
    """Every table of the base case."""
    results_of(case.calculation, 1, None)
    return Message("the base case was run")


def _run(prepared: Prepared) -> None:
    """Every table of a deal."""
    results_of(calculate(prepared), 1, None)


def _another_deal(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    return run_base_case(CalculatedDeal(path, prepare(path)))


def _another_pool(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    if loaded.model.obligors.keys() != case.prepared.pool.obligors.keys():
        return BY_ITSELF
    _run(prepare(case.file, None, path))
    return Message("the base case was run with it")


def _scenario(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    _run(prepare(case.file, path))
    return Message("a run was made under it")


def _suite(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    from securitize.studies.stress.gates import require_notes
    from securitize.studies.stress.scenarios import situations

    require_notes(loaded, tuple(case.prepared.deal.notes))
    found = [one.prepared for one in situations(loaded, case.prepared) if one.prepared is not None]
    for prepared in found:
        calculate(prepared)
    return Message("its scenarios were calculated: {count}", count=len(loaded.model.scenarios))


def _random_performance(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    _run(prepare(case.file, draw=drawing(path, PATHS)))
    return Message("{paths} random paths were drawn", paths=PATHS)


def _market(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    from securitize.market.market_curves import loaded_curves
    from securitize.studies.price.price import price

    if not loaded.model.curves:
        return BY_ITSELF
    curves = loaded_curves(loaded)
    day = max(curves.date, case.prepared.today.notes)
    if day >= (last := case.prepared.schedule.payment[-1]):
        what = Message(
            "the market is of {date}, when the notes are over on {last}", date=curves.date, last=last
        )
        raise DefinitionError([loaded.problem(("date",), what, None, "take it out of the folder", "SEC299")])
    price(case.file, market=path, settlement=day)
    return Message("the notes were priced in it")


def _financing(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    model = loaded.model
    beside = (
        path.parent == case.file.parent and case.file.name == "deal.toml" and path.name == "financing.toml"
    )
    if model.facility is not None and not beside:
        return _saved(path, model.currency)
    if model.facility is None:
        problems = check_financing(loaded, case.prepared.deal, case.prepared.pool)
        if problems:
            raise DefinitionError(problems)
        if not case.borrows:
            return BY_ITSELF
    return _saved(case.file, case.prepared.deal.currency, financing=path)


def _saved(deal: Path, currency: str, **options: Any) -> str:
    """What is saved against the shipped alternatives of the currency, or those that the options name."""
    from securitize.studies.savings.savings import savings

    if "against" not in options:
        found = [one.path for one in list_shipped("alternative")]
        options["against"] = [path for path in found if load_alternative(path).model.currency == currency]
    savings(deal, **options)
    return Message("costs and savings were calculated with it")


def _alternative(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    if case.financing is None:
        return BY_ITSELF
    return _saved(case.file, case.prepared.deal.currency, financing=case.financing, against=[path])


def _policy(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    if case.financing is None:
        return BY_ITSELF
    return _saved(case.file, case.prepared.deal.currency, financing=case.financing, policies=[path])


def _preset(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    from securitize.studies.rules.checks import tables_of_checks
    from securitize.studies.rules.rule_checks import CheckTerms

    tables_of_checks(case.calculation, [path], [], CheckTerms())
    return Message("its rules were put to the deal")


def _capital(case: CalculatedDeal, path: Path, loaded: Loaded[Any]) -> str:
    from securitize.studies.rules.checks import tables_of_checks
    from securitize.studies.rules.rule_checks import CheckTerms

    today = case.prepared.today.notes
    day = max(today, loaded.model.valid_from)
    if loaded.model.valid_until is not None:
        day = min(day, loaded.model.valid_until)
    tables_of_checks(case.calculation, [], [path], CheckTerms(internal=INTERNAL, as_of=day))
    if day != today:
        key = "valid_from" if day > today else "valid_until"
        what = Message("the set does not hold on {day}, the day of the deal", day=today)
        found = getattr(loaded.model, key)
        raise DefinitionError([loaded.problem((key,), what, found, "say --as-of", NOT_IN_FORCE)])
    return Message("the capital of the notes was calculated with it")


def _programme(case: CalculatedDeal | None, path: Path, loaded: Loaded[Any]) -> str:
    from securitize.studies.programme.api import check_programme

    check_programme(path)
    return Message("the rules of the notice were put to it")


def _build(case: CalculatedDeal | None, path: Path, loaded: Loaded[Any]) -> str:
    from securitize.studies.pool import build as building

    _, candidates = building.ready(building.prepare_build(path))
    return Message("its candidates were read and screened: {count:,}", count=candidates.patents.num_rows)


def _by_itself(case: CalculatedDeal | None, path: Path, loaded: Loaded[Any]) -> str:
    return BY_ITSELF


#: How a file of each kind is used, beside a deal that holds.
USES: dict[str, Use] = dict(
    complete(
        FileKind,
        {
            "deal": _another_deal,
            "pool": _another_pool,
            "build": _build,
            "chain": _by_itself,
            "scenario": _scenario,
            "market": _market,
            "holidays": _by_itself,
            "state": _by_itself,
            "random_performance": _random_performance,
            "financing": _financing,
            "alternative": _alternative,
            "policy": _policy,
            "programme": _programme,
            "suite": _suite,
            "preset": _preset,
            "standardised_capital": _capital,
            "ratings_capital": _capital,
            "internal_capital": _capital,
        },
    )
)
#: Kinds that are used without a deal too.
ALONE = {"build": _build, "programme": _programme}
assert ALONE.keys() <= set(get_args(FileKind))


def roll_forward(case: CalculatedDeal | None, path: Path) -> str:
    """The deal rolled forward with a table of actuals; the table alone where the books are of that day or later."""
    from securitize.studies.roll.actuals import read_actuals
    from securitize.studies.roll.roll import roll_rows

    file = read_actuals(path)
    if case is None or max(row.period for row in file.rows) <= case.prepared.today.period:
        return Message("its rows were read")
    roll_rows(case.prepared, file)
    return Message("the deal was rolled forward with it")


def read_balances(case: CalculatedDeal | None, path: Path) -> str:
    """A table of published balances, its notes and periods those of the deal."""
    from securitize.studies.solvers.published_figures import check_published, read_published

    published = read_published(path)
    if case is not None:
        check_published(case.prepared, path, published)
    return Message("its rows were read")
