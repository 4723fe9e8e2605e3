"""One name for one thing in the Python API: shared arguments, one callback, one base of results; old names work."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import click
import numpy as np
import pytest

import securitize
from securitize.base.errors import UsageError
from securitize.base.renamed import ARGUMENTS, CALLBACKS, VALUES, old_names_work
from securitize.definitions.suites.suite import SuiteScenario
from securitize.tables import Tables

FUNCTIONS = ("build", "check_programme", "open_run", "price", "roll", "run", "savings", "stress")
#: What each function cannot do without.
NEEDED: dict[str, tuple[tuple[object, ...], dict[str, object]]] = {
    "build": (("no-such-pool",), {}),
    "price": (("no-such-deal",), {}),
    "roll": (("no-such-run", "no-such-file.csv"), {"output": "nowhere"}),
    "run": (("no-such-deal",), {}),
    "savings": (("no-such-deal",), {}),
    "stress": (("no-such-deal",), {}),
}
#: A value for a new argument.
SAMPLES: dict[str, object] = {"progress": lambda what, done, of: None, "output": "nowhere", "policies": ()}


def parameters(name: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(getattr(securitize, name)).parameters)


@pytest.mark.parametrize(
    ("name", "old", "new"), [(name, *pair) for name, pairs in ARGUMENTS.items() for pair in pairs.items()]
)
def test_an_old_argument_works_and_names_the_new_one(name: str, old: str, new: str) -> None:
    """The call goes on into the function, which then finds no such deal, pool or run."""
    args, keywords = NEEDED[name]
    keywords = {key: value for key, value in keywords.items() if key != new}
    assert new in parameters(name)
    assert old not in parameters(name)
    with (
        pytest.warns(DeprecationWarning, match=rf"^{name}\({old}=...\) is now {name}\({new}=...\)$") as seen,
        pytest.raises(UsageError),
    ):
        getattr(securitize, name)(*args, **keywords, **{old: SAMPLES[new]})
    assert [one.filename for one in seen] == [__file__]
    with pytest.raises(TypeError, match=f"both '{new}' and its old name '{old}'"):
        getattr(securitize, name)(*args, **{**keywords, new: SAMPLES[new], old: SAMPLES[new]})


@pytest.mark.parametrize(("name", "argument"), [(name, one) for name, of in VALUES.items() for one in of])
def test_an_old_value_works_and_names_the_new_one(name: str, argument: str) -> None:
    for old, new in VALUES[name][argument].items():
        said = f"{argument}={old!r}\\) is now {name}\\({argument}={new!r}"
        with pytest.warns(DeprecationWarning, match=said), pytest.raises(UsageError):
            getattr(securitize, name)(*NEEDED[name][0], **{argument: old})


def test_a_price_with_the_old_value_is_that_with_the_new_one() -> None:
    with pytest.warns(DeprecationWarning, match="given"):
        old = securitize.price("nanshan-5-2022", exercise="told")  # type: ignore[arg-type]
    assert old.arrow("prices").equals(securitize.price("nanshan-5-2022").arrow("prices"))
    with pytest.raises(UsageError, match="exercise=gladly: write given or intrinsic or hull-white"):
        securitize.price("nanshan-5-2022", exercise="gladly")  # type: ignore[arg-type]


def test_an_old_word_of_an_option_works_and_names_the_new_one(capsys: pytest.CaptureFixture[str]) -> None:
    from securitize.commands.price import command

    option = next(one for one in command.params if one.name == "exercise")
    context = click.Context(command)
    assert option.type_cast_value(context, "told") == option.get_default(context) == "given"
    assert capsys.readouterr().err == "warning: --exercise told is now --exercise given\n"
    with pytest.raises(click.BadParameter, match="'given', 'intrinsic', 'hull-white'"):
        option.type_cast_value(context, "gladly")


@pytest.mark.parametrize(("name", "count"), [(name, count) for name, of in CALLBACKS.items() for count in of])
def test_a_callback_of_the_older_signature_works_and_is_warned_of(name: str, count: int) -> None:
    seen: list[tuple[object, ...]] = []
    callbacks: dict[int, Callable[..., None]] = {
        1: lambda what: seen.append((what,)),
        2: lambda done, of: seen.append((done, of)),
    }

    def report(progress: Callable[[str, int, int], None]) -> None:
        progress("paths", 3, 5)

    report.__name__ = name
    with pytest.warns(DeprecationWarning, match="is now called with") as warned:
        old_names_work(report)(progress=callbacks[count])
    assert seen == [("paths",) if count == 1 else (3, 5)]
    assert [one.filename for one in warned] == [__file__]


def test_a_callback_of_three_is_called_as_it_is() -> None:
    seen: list[tuple[str, int, int]] = []
    securitize.price("guangzhou-2019", progress=lambda *given: seen.append(given))
    assert seen == [("scenarios", 1, 1)]
    securitize.run(
        "guangzhou-2019",
        performance="assumed-small-companies",
        paths=50,
        store=False,
        progress=lambda what, done, of: seen.append((what, done, of)),
    )
    assert seen[-1] == ("paths", 50, 50)


def test_what_functions_share_has_one_name_one_type_and_one_default() -> None:
    shared = (
        "progress",
        "output",
        "runs",
        "builds",
        "workers",
        "seed",
        "performance",
        "pool",
        "policies",
        "as_if",
    )
    for argument in shared:
        found = {
            name: (one.annotation, one.default)
            for name in FUNCTIONS
            if (one := parameters(name).get(argument)) is not None
            and one.default is not inspect.Parameter.empty
        }
        assert len(set(map(str, found.values()))) <= 1, (argument, found)


def results() -> dict[str, tuple[Tables, str]]:
    run = securitize.run("guangzhou-2019", store=False)
    return {
        f"Run('{run.id}', {len(run.names)} tables)": (run, "note_cash_flows"),
        "Prices('nanshan-5-2022', 4 tables)": (securitize.price("nanshan-5-2022"), "prices"),
        "Savings('nanshan-5-2022', 7 tables)": (securitize.savings("nanshan-5-2022"), "savings"),
        "CheckedProgramme('example-city', 1 tables)": (
            securitize.check_programme("example-city"),
            "programme",
        ),
    }


def test_results_share_names_tables_arrow_and_a_short_repr() -> None:
    for text, (result, name) in results().items():
        assert isinstance(result, Tables)
        assert repr(result) == text
        assert name in result.names
        assert list(result.tables) == result.names
        assert len(result.table(name)) == result.arrow(name).num_rows
        with pytest.raises(UsageError, match="no table is named"):
            result.table("absent")


def test_every_class_of_results_has_the_short_repr() -> None:
    classes: list[type[Any]] = [Tables]
    for one in classes:
        classes += one.__subclasses__()
    assert len(classes) > 4
    assert [one for one in classes if "__repr__" in vars(one)] == [Tables]


def test_money_is_decimal_unless_floats_are_asked_for() -> None:
    run = securitize.run("guangzhou-2019", store=False)
    exact, floats = run.table("note_cash_flows"), run.table("note_cash_flows", money="float")
    assert isinstance(exact["interest_paid"].iloc[0], Decimal)
    for name in ("interest_paid", "coupon", "put_unpaid"):
        assert floats[name].dtype == np.float64, name
        assert floats[name].dropna().tolist() == [float(value) for value in exact[name].dropna()]
    empty = [name for name in floats if floats[name].isna().any()]
    assert empty == [name for name in exact if exact[name].isna().any()]
    assert str(exact["payment_date"].dtype) == str(floats["payment_date"].dtype)
    with pytest.raises(UsageError, match='money=cents: write "decimal" or "float"'):
        run.table("note_cash_flows", money="cents")  # type: ignore[arg-type]


def test_the_old_word_of_a_suite_works_and_warns() -> None:
    with pytest.warns(DeprecationWarning, match="as-given"):
        old = SuiteScenario.model_validate(
            {"name": "a", "title": "A", "title_zh": "甲", "subsidies": "as-told"}
        )
    assert old.subsidies == "as-given"
    assert not old.withdraws
