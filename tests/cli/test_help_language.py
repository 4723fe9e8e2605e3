"""Help of every command is in one language: Chinese without English words, English without Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from securitize.base.language import Language, use_language
from securitize.commands.help_text import language_asked
from securitize.commands.main import group, main
from securitize.commands.page import command_paths
from tests.packaging.printed import command_of

PATHS = tuple(command_paths(group, ("securitize",)))
HAN = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
WORD = re.compile("[A-Za-z]{2,}")
#: What is typed or named, and so the same in any language.
TYPED = re.compile(
    r"""^[ ]{2}[a-z-]+(?=[ ]{2})              # a name in a list of commands
    | securitize[ ][a-z-]+(?:[ ][a-z]+)?      # a command line
    | (?<![A-Za-z])--?[a-z][a-z-]*            # an option
    | [~\w./-]+/[\w.-]* | \w+(?:\.\w+)+       # a path, a file, a field
    | \w*_\w+ | \w+[:=][\w.:=]+               # a key, and one with its value
    | \b[A-Z][A-Z0-9-]+\b | [\w-]*\d[\w-]*    # what is named in capitals, or with figures
    """,
    re.ASCII | re.MULTILINE | re.VERBOSE,
)
#: Names of keys, shells, templates and formats.
NAMES = {
    "securitize", "bash", "zsh", "fish", "fpath", "python", "Python", "Ctrl", "Parquet", "Schema", "DuckDB",
    "SHA", "period", "note", "balance", "coupon", "refund", "dscr", "largest-obligor", "expected-loss",
    "default-probability", "life", "late", "loses", "template", "lease-back", "licence-back", "pledged-loan",
    "running-royalty", "supply-chain", "trust-loan", "Sobol", "Hull", "White", "OpenSSH", "openssl",
    "ssh-keygen", "date", "to",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use_language("en")


def _help(path: tuple[str, ...], language: Language, width: int) -> str:
    use_language(language)
    command = command_of(path)
    context = command.context_class(command, info_name=" ".join(path), terminal_width=width)
    return command.get_help(context)


def _typed(path: tuple[str, ...]) -> set[str]:
    """Names, and the choices and defaults of the options of a command."""
    words = set(NAMES)
    for parameter in command_of(path).params:
        if isinstance(parameter.type, click.Choice):
            words |= set(parameter.type.choices)
        words.add(str(parameter.default))
        words |= set(re.findall(r"\[default: ([\w-]+)\]", getattr(parameter, "help", None) or ""))
    return words


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_chinese_help_has_no_english_word(path: tuple[str, ...]) -> None:
    text = TYPED.sub(" ", _help(path, "zh", 1000))
    for word in sorted(_typed(path), key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", " ", text)
    assert WORD.findall(text) == []


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_english_help_has_no_chinese_character(path: tuple[str, ...]) -> None:
    assert HAN.findall(_help(path, "en", 80)) == []


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_chinese_help_keeps_to_the_width(path: tuple[str, ...], width: int) -> None:
    """A line is longer only where one word is, such as a list of choices or a path."""
    from securitize.base.wrapping import width_of

    wide = [line for line in _help(path, "zh", width).splitlines() if width_of(line) > width]
    assert [
        line for line in wide if HAN.search(line) and not re.search(r"[^\s\u2e80-\uffef]{40}", line)
    ] == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("run", "缺少参数DEAL。（用法见：securitize run --help）"),
        ("run nope", "未找到名为nope的项目"),
        ("run guangzhou-2019 --paths x", "--paths的值无效：x不是整数。"),
        ("run guangzhou-2019 --paths", "选项--paths须带一个值。"),
        ("run guangzhou-2019 --seed -1", "-1超出允许范围0至18446744073709551615。"),
        ("run guangzhou-2019 --format xml", "xml不在可选范围内。可选：table、json、csv。"),
        ("run guangzhou-2019 --pahts 3", "没有选项--pahts。是否为其中之一：--keep-paths、--paths？"),
        ("run a b c", "多出参数：b c"),
        ("rum", "没有命令rum。"),
        ("pool nope", "没有命令nope。"),
        ("size guangzhou-2019", "缺少选项--note。"),
        ("schema nope", "KIND的值无效：nope不在可选范围内。"),
        ("price guangzhou-2019 --settlement 2020-13-01", "2020-13-01不是日期；请写作2019-09-11"),
    ],
)
def test_a_wrong_command_line_is_answered_in_chinese(
    line: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["securitize", "--language", "zh", *line.split()])
    assert main() == 2
    answer = capsys.readouterr().err
    assert said in answer
    assert "'" not in answer


def test_a_line_without_words_asks_for_no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell's completion calls the program so."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language_asked([]) == "en"
