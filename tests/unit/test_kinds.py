"""Kinds of file: everything that knows kinds knows the same ones, and a file is of one kind only."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import click
import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel

from securitize.base.errors import DefinitionError
from securitize.commands import list_, options, schema, validate
from securitize.commands.main import COMMANDS, group
from securitize.commands.page import command_paths
from securitize.definitions import fields as field_table
from securitize.definitions.documents.reading import read_toml
from securitize.definitions.fields import fields, find_fields
from securitize.definitions.figures import Model, Name
from securitize.definitions.kinds import DEAL, KINDS, FileKind, Kind
from securitize.definitions.kinds_page import reference_page
from securitize.definitions.loading import load
from securitize.definitions.recognition import has_signature, recognise
from securitize.definitions.schema import json_schema
from securitize.library import SHELVES, Shelf, find, find_file, list_shipped
from securitize.library.shelves import kind_names
from tests.unit.mutations import GOOD

ROOT = Path(__file__).parents[2]
LISTED = [name for name, shelf in SHELVES.items() if not shelf.unlisted]
PATHS = [path[1:] for path in command_paths(group, ("securitize",)) if len(path) > 1]


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(group, list(arguments))


def _command(path: tuple[str, ...]) -> click.Command:
    found: click.Command = group
    for word in path:
        assert isinstance(found, click.Group)
        member = found.get_command(click.Context(found), word)
        assert member is not None
        found = member
    return found


def _completed(command: click.Command, parameter: click.Parameter) -> set[str]:
    context = click.Context(command)
    return {one.value for one in parameter.shell_complete(context, "") if one.type == "plain"}


def test_the_words_of_the_type_are_the_rows_of_the_table() -> None:
    assert set(get_args(FileKind)) == set(KINDS)
    assert [kind.name for kind in KINDS.values()] == list(KINDS)


def test_every_kind_has_a_shelf_and_every_shelf_a_kind() -> None:
    assert sorted(kind_names()) == sorted(KINDS)
    assert [name for name, shelf in SHELVES.items() if not shelf.kinds] == ["template"]
    for name, shelf in SHELVES.items():
        assert (shelf.name, bool(shelf.shipped)) == (name, not shelf.unlisted)


def test_commands_answer_without_the_models() -> None:
    """The shell asks every command of the program; those that name kinds load none."""
    names = ", ".join(f"securitize.commands.{module}" for module, _ in COMMANDS.values())
    code = f"import sys, {names}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "securitize.definitions.kinds"} & set(done.stdout.split())


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_a_schema(name: str) -> None:
    done = _invoke("schema", name)
    assert (done.exit_code, json.loads(done.output)["title"]) == (0, f"securitize {name}")


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"deal", "build"}))
def test_every_kind_is_validated_by_itself(name: str) -> None:
    done = _invoke("validate", str(GOOD / f"{name}.toml"))
    assert done.exit_code == 0, done
    assert f"valid {KINDS[name].title} file" in done.output


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_listed_or_said_why_not(name: str) -> None:
    shelf = KINDS[name].shelf
    done = _invoke("list", name)
    if shelf.unlisted:
        assert shelf.unlisted in str(done.exception)
        return
    assert done.output.startswith(shelf.heading)
    deals = {one.name for one in list_shipped("deal")}
    own = [one.name for one in list_shipped(shelf.name) if name != "financing" or one.name not in deals]
    assert own
    assert not [each for each in own if each not in done.output]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_explained_by_its_page(name: str) -> None:
    own = [field for field in fields() if field.file == name]
    assert {field.path[0] for field in own} == set(KINDS[name].keys)
    for field in own:
        page, _, section = field.reference.partition(", section ")
        assert not section or f"\n## {section}. " in (ROOT / page).read_text(encoding="utf-8"), field
    for key in KINDS[name].keys:
        assert {field.file for field in find_fields(f"{name}.{key}")} == {name}


def test_the_page_of_kinds_is_current() -> None:
    page = (ROOT / "docs/reference/files.md").read_text(encoding="utf-8")
    assert page == reference_page(), "python -m securitize.definitions.kinds_page > docs/reference/files.md"
    assert not [name for name in KINDS if f"| `{name}` " not in page]


@pytest.mark.parametrize("shelf", [name for name in LISTED if SHELVES[name].command])
def test_the_command_of_a_shelf_completes_its_names(shelf: str) -> None:
    words = SHELVES[shelf].command.split()[1:]
    path = tuple(word for word in words[:2] if word.islower() and not word.startswith("--"))
    command, last = _command(path), words[-2]
    named = [p for p in command.params if last in p.opts] or [
        p for p in command.params if isinstance(p, click.Argument)
    ]
    assert {one.name for one in list_shipped(shelf)} <= _completed(command, named[0])


def test_whatever_takes_a_name_of_a_file_completes_it() -> None:
    taking, silent = 0, []
    for path in PATHS:
        for parameter in _command(path).params:
            named = "NAME|" in (parameter.metavar or "") or parameter.name in ("deal", "pool", "plan")
            taking += named
            if named and not _completed(_command(path), parameter):
                silent.append((*path, parameter.name))
    assert taking > 30
    assert silent == []


def test_a_deals_own_files_are_completed_first(tmp_path: Path) -> None:
    own = tmp_path / "scenarios/suites/mine.toml"
    own.parent.mkdir(parents=True)
    own.touch()
    for deal in (tmp_path, tmp_path / "deal.toml"):
        context = click.Context(validate.command)
        context.params["deal"] = str(deal)
        found = options.completion("suite")(context, validate.command.params[0], "")
        assert found[0].value == "mine"
        assert {one.name for one in list_shipped("suite")} < {one.value for one in found}


def _files() -> Iterator[tuple[Path, set[str]]]:
    """Every shipped file that is of a kind, with the kinds that its shelf holds."""
    for name in LISTED:
        for one in list_shipped(name):
            if name == "template":
                yield from _of_template(one.path)
            else:
                yield one.path, {each for each, kind in KINDS.items() if kind.shelf is SHELVES[name]}


def _of_template(folder: Path) -> Iterator[tuple[Path, set[str]]]:
    """In a user's folder the place says the kind."""
    for file in sorted(folder.rglob("*.toml")):
        place = file.parent.relative_to(folder).as_posix()
        found = {name for name, k in KINDS.items() if file.name == k.shelf.file or k.shelf.beside == place}
        yield file, found


FILES = list(_files())


def test_every_shipped_file_is_on_a_shelf() -> None:
    shipped = {file for part in ("deals", "pools", "scenarios") for file in (ROOT / part).rglob("*.toml")}
    tables = {file for file in shipped if "ipc" in file.parts}
    assert shipped - tables == {file for file, _ in FILES}


@pytest.mark.parametrize(
    ("file", "kinds"), FILES, ids=lambda one: one.as_posix()[-40:] if isinstance(one, Path) else ""
)
def test_every_shipped_file_is_recognised_as_its_kind(file: Path, kinds: set[str]) -> None:
    assert recognise(read_toml(file)).name in kinds


@pytest.mark.parametrize("name", KINDS)
def test_every_good_file_is_recognised_and_loaded(name: str) -> None:
    document = read_toml(GOOD / f"{name}.toml")
    assert has_signature(KINDS[name], document.raw)
    kind = recognise(document)
    assert (kind.name, type(load(kind, document.path).model)) == (name, KINDS[name].model)


@pytest.mark.parametrize("name", KINDS)
def test_no_valid_file_is_recognised_as_another_kind(name: str) -> None:
    """From the models: what a valid file of a kind holds at least, another kind with its signature does not know."""
    kind = KINDS[name]
    for other in KINDS.values():
        if other is kind or set(other.words) - set(kind.words) == set(other.words) != set():
            continue
        for keys in other.signature:
            for own in (*kind.signature, *([()] if kind.bare else [])):
                assert not set(keys) <= kind.keys or not {*own, *kind.required} <= other.keys, other.name


@pytest.mark.parametrize("name", KINDS)
def test_a_signature_is_of_keys_that_a_file_needs(name: str) -> None:
    """Each key is known; a file without the signature is faulty, or holds nothing, or is the bare one."""
    kind = KINDS[name]
    assert {key for keys in kind.signature for key in keys} <= kind.keys
    if any(set(keys) <= kind.required for keys in kind.signature):
        return
    # Without them a market has no number, a suite no scenario, a scenario no stress; others are refused.
    assert name in ("market", "suite", "scenario", "financing", "policy")


@pytest.mark.parametrize("name", ["financing", "policy"])
def test_the_model_refuses_a_file_without_its_signature(name: str, tmp_path: Path) -> None:
    kind, raw = KINDS[name], read_toml(GOOD / f"{name}.toml").raw
    bare = {key: value for key, value in raw.items() if key in ("name", "title", "sources")}
    assert not has_signature(kind, bare)
    file = tmp_path / "x.toml"
    file.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in bare.items()))
    with pytest.raises(DefinitionError):
        load(kind, file)


UNDECIDED = {
    "of none": ('colour = "red"', "no kind of file has these keys (colour)", "kinds are deal, pool, build"),
    "empty": ("", "no kind of file", "kinds are"),
    "of two": ('name = "x"\ncontracts = {}\nstress = []', "several kinds", "it could be: pool without stress"),
    "lacks": ('name = "x"\nversion = "1"\ntitle = "x"', "no kind", "suite with scenarios or reverse"),
    "chain or risk": (
        'name = "x"\nnodes = {}\ncontagion = {}', "several kinds", "random_performance with loading"
    ),
    "approach": (
        'name = "x"\napproach = "sec-xyz"\nversion = "1"', "no kind", "ratings_capital with approach = sec-erba"
    ),
    "any one key": ('name = "x"\nrulez = {}\n[[edges]]', "no kind", "chain with nodes and without rulez"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNDECIDED)
def test_what_is_undecided_is_refused_with_the_kinds_it_could_be(case: str, tmp_path: Path) -> None:
    text, what, repair = UNDECIDED[case]
    (tmp_path / "x.toml").write_text(text)
    done = _invoke("validate", str(tmp_path / "x.toml"))
    assert isinstance(done.exception, DefinitionError)
    told = str(done.exception.problems[0])
    assert (what in told, repair in told, "SEC141" in told) == (True, True, True), told


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.shelf.file], ids=lambda kind: kind.name
)
def test_a_name_decides_where_no_key_does(kind: Kind[BaseModel], tmp_path: Path) -> None:
    file = tmp_path / kind.shelf.file
    file.write_text('name = "x"\ntitel = "x"')
    assert recognise(read_toml(file)) is kind


def test_a_slip_in_another_key_leaves_the_kind(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(
        (GOOD / "deal.toml").read_text().replace("[notes.A", "[nots.A").replace("pool =", "pol =")
    )
    assert recognise(read_toml(file)) is DEAL


class Stub(Model):
    """A kind that nobody knows yet."""

    name: Name
    stubbed: Literal["yes"]


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A row more in both tables, and one shipped file; returns the file."""
    kind = Kind(
        name="stub",  # type: ignore[arg-type]
        title="stub",
        model=Stub,
        signature=(("stubbed",),),
        reference="docs/reference/files.md",
    )
    monkeypatch.setitem(
        SHELVES, "stub", Shelf("stub", ("stub",), "Stubs", "securitize stub NAME", "stubs", beside="stubs")
    )
    monkeypatch.setitem(KINDS, "stub", kind)
    monkeypatch.setattr(find, "library_root", lambda: tmp_path)
    file = tmp_path / "stubs" / "one.toml"
    file.parent.mkdir()
    file.write_text('name = "one"\nstubbed = "yes"\n')
    for module in (schema, list_):
        importlib.reload(module)
    fields.cache_clear()
    yield file
    monkeypatch.undo()
    for module in (schema, list_):
        importlib.reload(module)
    fields.cache_clear()


def test_a_row_more_is_known_everywhere(stub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_file("stub", "one") == stub
    assert recognise(read_toml(stub)) is KINDS["stub"]
    assert f"{stub}: valid stub file" in _invoke("validate", str(stub)).output
    assert json_schema("stub")["title"] == json.loads(_invoke("schema", "stub").output)["title"]
    listed = _invoke("list", "stub").output
    assert listed.split() == ["Stubs:", "securitize", "stub", "NAME", "Name", "Title", "one"]
    completed = options.completion("stub")(click.Context(validate.command), validate.command.params[0], "o")
    assert [one.value for one in completed] == ["one"]
    assert "| `stub` stub | `stubs/NAME.toml` | `stubs/NAME.toml` | `stubbed` |" in reference_page()
    # Of its fields nothing is said yet: refused by name.
    with pytest.raises(KeyError, match=r"Stub\.stubbed"):
        fields()
    told = {**field_table.meanings(), "Stub": {"stubbed": ("Whether it is", "是否")}}
    monkeypatch.setattr(field_table, "meanings", lambda: told)
    assert [field.written for field in find_fields("stub.stubbed")] == ["stubbed"]


def test_a_row_more_without_a_shelf_is_refused(stub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SHELVES, "stub")
    for attempt in (lambda: find_file("stub", "one"), reference_page):
        with pytest.raises(KeyError, match="stub"):
            attempt()


def test_every_command_that_names_a_kind_is_there() -> None:
    for shelf in SHELVES.values():
        assert not shelf.command or shelf.command.split()[1] in COMMANDS
