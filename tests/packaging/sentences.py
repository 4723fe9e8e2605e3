"""Every sentence that the program can print, as templates: read from the code, and from the help of the commands.

Of the code: first arguments of ``Message`` and of what takes a template, and every text with a space in it that is no
documentation and no template of another kind. ``python -m tests.packaging.sentences`` adds what the catalogue lacks,
without Chinese, takes out what nothing says any more, and prints both.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from securitize.base.language import LANGUAGES
from securitize.commands.main import COMMANDS, group

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "securitize/base/catalogue"
EXCEPTIONS = Path(__file__).with_name("not_sentences.toml")
#: Their first argument is a template whose values follow by name.
TEMPLATED = {
    "Message", "SecuritizeError", "UsageError", "CalculationError", "InfeasibleError", "StorageError", "print_line",
    "talk", "in_language",
}  # fmt: skip
#: Texts of these are printed whatever they look like: a heading may be one word.
WORDS = {"Column", "print_table", "print_rows", "Message", "in_language"}
#: What they are given is said by a fault of the program itself, or is no text for a reader.
INTERNAL = {
    "ValueError", "TypeError", "KeyError", "AssertionError", "RuntimeError", "LookupError", "NotImplementedError",
    "OverflowError", "ArithmeticError", "partition", "complete", "compile", "get", "startswith", "endswith", "cast",
    "fullmatch", "removeprefix", "removesuffix", "partition_of_fields", "warn", "TableError", "click.option",
}  # fmt: skip
#: Files whose texts are not printed at a terminal, or in English only: pages of the documentation, the HTML report,
#: the second engine, definitions that are written as TOML or Python.
LEFT_OUT = re.compile(
    r"reference/|_page\.py|/page\.py|reports/html/|reports/charts/|schema\.py|kernel|/exports\.py|standalone\.py"
)


def sentences() -> dict[str, str]:
    """template -> the file of the catalogue where it belongs: by the floor that says it first."""
    found: dict[str, str] = {}
    excepted = {text for texts in exceptions().values() for text in texts}
    for path in sorted((ROOT / "securitize").rglob("*.py")):
        place = path.relative_to(ROOT / "securitize").as_posix()
        if LEFT_OUT.search(place):
            continue
        for text in texts_of(ast.parse(path.read_text(encoding="utf-8"))):
            if text not in excepted:
                found.setdefault(text, f"{place.split('/')[0]}.toml" if "/" in place else "commands.toml")
    for text in help_texts():
        found.setdefault(text, "help.toml")
    return found


def exceptions() -> dict[str, list[str]]:
    """Texts with a space that nobody reads, by the reason."""
    found: dict[str, list[str]] = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    return found


def texts_of(tree: ast.Module) -> Iterator[str]:
    """The templates and texts of a module."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        parent = parents[node]
        if isinstance(parent, ast.Expr | ast.JoinedStr | ast.FormattedValue | ast.Compare | ast.Subscript):
            continue
        call = _call_around(node, parents)
        name = _name(call.func) if call else ""
        if name in INTERNAL or name == "option" or node.value in LANGUAGES or _in_annotation(node, parents):
            continue
        if name == "counted" and call is not None and node in call.args:
            yield f"{{number}} {node.value}"
            if len(call.args) < 3:
                yield f"{{number}} {node.value}s"
        elif is_sentence(node.value) or (_is_word(node, call) and re.search("[A-Za-z]", node.value)):
            yield node.value


def _is_word(node: ast.Constant, call: ast.Call | None) -> bool:
    """Whether a text is printed though it is one word; of ``print_rows`` the title alone is: the rest are names."""
    if call is None or _name(call.func) not in WORDS:
        return False
    return _name(call.func) != "print_rows" or any(node is each for each in ast.walk(call.args[0]))


def is_sentence(text: str) -> bool:
    """Whether a text has words apart: a space, and letters."""
    return " " in text.strip() and re.search("[a-z]{2}", text) is not None


def _call_around(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.Call | None:
    here: ast.AST | None = parents.get(node)
    while here is not None and not isinstance(here, ast.Call | ast.stmt):
        here = parents.get(here)
    return here if isinstance(here, ast.Call) else None


def _in_annotation(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    here: ast.AST | None = node
    while here is not None and not isinstance(here, ast.stmt):
        above = parents.get(here)
        if (
            isinstance(above, ast.Subscript)
            and isinstance(above.value, ast.Name)
            and above.value.id == "Literal"
        ):
            return True
        here = above
    return False


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name():
            return function.id
        case ast.Attribute():
            return function.attr
        case _:
            return ""


def help_texts() -> Iterator[str]:
    """What help shows: summaries, paragraphs, options, and what stands as the default of an option."""
    yield from (summary for _, summary in COMMANDS.values())
    yield from _help_of(group)
    context = click.Context(group, **group.context_settings)
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        yield from _help_of(command)
        if isinstance(command, click.Group):
            for below in command.commands.values():
                yield from _help_of(below)
                yield below.get_short_help_str(limit=500)


def _help_of(command: click.Command) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", command.help or ""):
        yield " ".join(paragraph.split())
    for parameter in command.params:
        help_ = getattr(parameter, "help", None)
        if help_:
            text, _, extra = help_.partition("  [default: ")
            yield text
            if is_sentence(extra.rstrip("]")):
                yield extra.rstrip("]")


def translated() -> dict[str, dict[str, str]]:
    """file of the catalogue -> template -> its Chinese."""
    return {
        path.name: {
            each["en"]: each["zh"]
            for each in tomllib.loads(path.read_text(encoding="utf-8")).get("message", ())
        }
        for path in sorted(CATALOGUE.glob("*.toml"))
    }


def main() -> int:
    """Bring the catalogue up to date; Chinese that is there stays."""
    needed, before = sentences(), translated()
    known = {en: zh for entries in before.values() for en, zh in entries.items() if zh}
    files: dict[str, dict[str, str]] = {"libraries.toml": before.get("libraries.toml", {})}
    for template, file in needed.items():
        if template not in files["libraries.toml"]:
            files.setdefault(file, {})[template] = known.get(template, "")
    for name, entries in files.items():
        (CATALOGUE / name).write_text(written(entries), encoding="utf-8")
    for name in before.keys() - files.keys():
        (CATALOGUE / name).unlink()
    gone = (
        {en for entries in before.values() for en in entries} - needed.keys() - files["libraries.toml"].keys()
    )
    print(*(f"no longer said: {each}" for each in sorted(gone)), sep="\n")
    print(f"{sum(not zh for entries in files.values() for zh in entries.values())} without Chinese")
    return 0


def written(entries: dict[str, str]) -> str:
    """A file of the catalogue."""
    head = "# en: the template as the code has it; zh: the same in Chinese, with the same names in braces.\n"
    return head + "".join(
        f"\n[[message]]\nen = {_quoted(en)}\nzh = {_quoted(zh)}\n" for en, zh in entries.items()
    )


def _quoted(text: str) -> str:
    """A basic string of TOML: as in JSON, control characters as escapes."""
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
