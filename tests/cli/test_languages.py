"""One language at a time: no Chinese in English output, no English in Chinese, nothing over the terminal's edge."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from securitize.library import find_build, find_chain, find_deal, find_market, find_policy, find_pool
from tests.cli.program import ROOT, securitize

DATE = "2020-03-11"
#: What a reader asks for, and the shipped files whose keys and names may stand in the answer.
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("show", "guangzhou-2019"),
    ("show", "lithium-battery"),
    ("show", "biopharma-2000"),
    ("validate", "guangzhou-2019"),
    ("run", "guangzhou-2019", "--output", "run"),
    ("run", "guangzhou-2019", "--dry-run"),
    ("run", "guangzhou-2019", "--scenario", "guangzhou-2019-severe", "--output", "severe"),
    (
        "run",
        "guangzhou-2019",
        "--performance",
        "assumed-small-companies",
        "--paths",
        "100",
        "--output",
        "random",
    ),
    ("trace", "run", "--date", DATE),
    ("runs", "ls", "--runs", "."),
    ("runs", "show", "run"),
    ("verify", "run", "--rerun", "--reference", "1"),
    ("build", "lithium-battery", "--output", "pool"),
    ("pool", "compare", "pool", "pool"),
    ("pool", "explain", "pool", "CN299000000U"),
    ("chain", "show", "electric-vehicle"),
    ("market", "show", "2019-09-11"),
    ("market", "show", "lpr"),
    ("policy", "show", "guangzhou-pledge"),
    ("programme", "check", "example-city"),
    ("doctor",),
)
HAN = re.compile("[\u3400-\u9fff\uff01-\uff5e\u3001\u3002]")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{2,}")
#: Names that have no Chinese form: codes of standards, files, units, markets, what is typed.
NAMES = {
    *(
        "ACT",
        "ICMA",
        "ISDA",
        "LPR",
        "SHA",
        "MiB",
        "CSV",
        "JSON",
        "UTF-8",
        "utf-8",
        "CNY",
        "USD",
        "AAA",
        "IPC",
    ),
    *(
        "securitize",
        "build",
        "pool",
        "market",
        "run",
        "show",
        "KEY",
        "DEAL",
        "NAME",
        "RUN",
        "DIRECTORY",
        "init",
    ),
    *("table", "pool_limits", "repairs", "coverage", "csv", "half-even", "numba", "Python", "toml"),
    *("scenarios", "markets", "china-holidays", "china-interbank", "china-exchange", "XOMA-VABYSMO", "Zerit"),
    *("SHA-256", "LPR-1Y", "LPR-5Y", "runs", "random", "severe", "patents", "Royalty", "Pharma"),
    *("cathodes-2", "size-least", "size-most", "principal.payments.amount"),
    *("BioPharma", "VABYSMO", "XOMA", "SSFA", "STS", "SEC-ERBA", "SEC-IRBA", "SEC-SA", "EU", "US"),
}
#: A sample of what the terminal can show.
SAMPLE = "优先级"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every command has been used once, so that each run is there."""
    folder = tmp_path_factory.mktemp("desk")
    for command in COMMANDS:
        if "--output" in command:
            done = securitize(*command, cwd=folder)
            assert done.returncode == 0, done.stderr
    return folder


def printed(command: tuple[str, ...], language: str, desk: Path, columns: int) -> list[str]:
    """Lines of an answer and of what is said beside it."""
    done = securitize(*command, "--language", language, cwd=desk, COLUMNS=str(columns))
    assert done.returncode in (0, 1), done.stderr
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def texts(value: Any) -> Iterator[str]:
    """Keys of a file, and its values without a space: names, words and addresses."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str) and " " not in value:
        yield value


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Words that are names in the shipped files, and names of files."""
    deals = [find_deal(name) for name in ("guangzhou-2019", "lithium-battery", "biopharma-2000")]
    raws = [tomllib.loads(path.read_text(encoding="utf-8")) for path in deals]
    pools = [find_pool(path, raw["pool"]) for path, raw in zip(deals, raws, strict=True)]
    others = [
        *pools, find_build("lithium-battery"), find_chain("electric-vehicle"), find_chain("lithium-battery"),
        find_market("2019-09-11"), find_market("lpr"), find_policy("guangzhou-pledge"),
        ROOT / "scenarios/stresses/guangzhou-2019-severe.toml",
        ROOT / "scenarios/performance/assumed-small-companies.toml",
    ]  # fmt: skip
    raws += [tomllib.loads(path.read_text(encoding="utf-8")) for path in others]
    files = {path.stem for folder in ("deals", "scenarios", "pools") for path in (ROOT / folder).rglob("*")}
    found = {word for raw in raws for text in texts(raw) for word in WORD.findall(text)}
    from securitize.tables.dictionary import all_names, load

    tables = {column.name for name in all_names() for column in load(name).columns} | set(all_names())
    return found | files | tables | NAMES | {"manifest", "datapackage", "json", "cryptography"}


@pytest.mark.parametrize("columns", [200])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_english_has_no_chinese(command: tuple[str, ...], columns: int, desk: Path) -> None:
    lines = printed(command, "en", desk, columns)
    assert lines
    assert [
        line for line in lines if HAN.search(line.replace(SAMPLE, "")) and not written_by_others(line)
    ] == []


def written_by_others(line: str) -> bool:
    """Sources name a Chinese paper by its name; made-up companies and patents have Chinese names alone."""
    return any(text in line for text in ("http", "虚构", "中新网", "Patent title"))


@pytest.mark.parametrize("columns", [200])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_chinese_has_no_english(command: tuple[str, ...], columns: int, desk: Path, names: set[str]) -> None:
    left: list[str] = []
    known = names | {str(desk), *WORD.findall(str(desk))}
    for line in printed(command, "zh", desk, columns):
        if line == "数据来源":
            # Sources are quoted as they are written in the files.
            break
        if "securitize" in line or "http" in line or str(desk) in line:
            continue
        left += [word for word in WORD.findall(line) if not is_name(word, known) and not is_key(word)]
    assert left == []


def is_name(word: str, names: set[str]) -> bool:
    """A name, or a piece of one where a column was too narrow for it."""
    return word in names or any(word in name for name in names if "-" in name or "_" in name or "." in name)


def is_key(word: str) -> bool:
    """A run's id, a patent's number, or the name of a library."""
    libraries = {
        "ahocorasick-rs", "click", "highspy", "numba", "numpy", "openpyxl", "pandas", "pyarrow", "pydantic",
        "QuantLib", "rapidfuzz", "rich", "scipy",
    }  # fmt: skip
    return word in libraries or re.fullmatch("[0-9a-f]{6,64}|CN[0-9U]+", word) is not None


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("command", "columns"),
    [
        pytest.param(command, columns, id=f"{' '.join(command)}-{columns}")
        for command in COMMANDS
        # Every answer where it is narrowest, the widest answers at the other widths too.
        for columns in ((60, 80, 120, 200) if command[0] in ("run", "trace", "show") else (60,))
    ],
)
def test_nothing_runs_over_the_edge(
    command: tuple[str, ...], columns: int, language: str, desk: Path
) -> None:
    """But for what is there to be copied: a path, an address, a digest, a line of a command."""
    lines = securitize(*command, "--language", language, cwd=desk, COLUMNS=str(columns)).stdout.splitlines()
    wide = [line for line in lines if cell_len(line) > columns]
    assert [line for line in wide if not re.search(r"/|http|[0-9a-f]{64}|: valid|校验通过", line)] == []


@pytest.mark.parametrize(
    "command",
    [
        ("run", "guangzhou-2019", "--output", "run"),
        ("market", "show", "2019-09-11"),
        ("build", "lithium-battery", "--output", "pool"),
        ("programme", "check", "example-city"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("format_", ["json", "csv"])
def test_data_are_the_same_in_both_languages(command: tuple[str, ...], format_: str, desk: Path) -> None:
    english, chinese = (
        securitize(*command, "--format", format_, "--language", language, cwd=desk).stdout
        for language in ("en", "zh")
    )
    assert english
    assert english == chinese
