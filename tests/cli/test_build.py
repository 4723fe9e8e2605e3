"""``securitize build``, ``pool``, ``chain`` and ``run --pool`` as a user runs them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.program import replace, securitize
from tests.pooling.build.lithium import SHIPPED, copied


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``one``, the build of the shipped pool, and what was printed."""
    folder = tmp_path_factory.mktemp("desk")
    done = securitize("build", "lithium-battery", "--output", "one", cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "printed").write_text(done.stdout, encoding="utf-8")
    return folder


def test_a_build_tells_pool_limits_proof_strata_and_why_not(desk: Path) -> None:
    said = (desk / "printed").read_text(encoding="utf-8")
    for words in (
        "SYNTHETIC",
        "gap 0.000000: proved",
        "Limits",
        "Candidates outside the pool, by reason",
        "not in force",
        "company screened out",
        "Pool by obligor, CNY",
    ):
        assert words in said
    shown = securitize("pool", "show", desk / "one", cwd=desk).stdout
    assert shown.replace("verified and reused", "written") == said


def test_a_build_is_found_again_and_verified(desk: Path) -> None:
    named = securitize("build", "lithium-battery", cwd=desk)
    (folder,) = (desk / "builds").iterdir()
    assert named.returncode == 0
    assert f"builds/{folder.name}\n" in named.stdout
    for file in sorted((desk / "one" / "tables").iterdir()):
        assert (folder / "tables" / file.name).read_bytes() == file.read_bytes()
    shown = securitize("pool", "show", folder.name[:6], "--patents", "--chain", cwd=desk)
    assert shown.returncode == 0
    assert "CN299000000U" in shown.stdout
    replace(folder / "pool.toml", "synthetic = true", "synthetic = false")
    for damaged in (
        ["pool", "show", folder.name],
        ["build", "lithium-battery"],
        ["run", "lithium-battery", "--pool"],
    ):
        done = securitize(*damaged, *([folder] if damaged[0] == "run" else []), cwd=desk)
        assert done.returncode == 5, damaged
        assert "SEC903" in done.stderr


def test_deals_run_on_the_build(desk: Path) -> None:
    on_shipped = securitize("run", "lithium-battery", "--output", "shipped", cwd=desk)
    assert on_shipped.returncode == 0, on_shipped.stderr
    on_build = securitize("run", "lithium-battery", "--pool", "one", "--output", "built", cwd=desk)
    assert on_build.returncode == 0, on_build.stderr
    assert "SYNTHETIC" in on_build.stdout
    for name in ("collections", "note_cash_flows", "payment_dates"):
        file = f"tables/{name}.parquet"
        assert (desk / "built" / file).read_bytes() == (desk / "shipped" / file).read_bytes()


def test_formats(desk: Path) -> None:
    whole = securitize("build", "lithium-battery", "--output", "one", "--format", "json", cwd=desk)
    tables = json.loads(whole.stdout)["tables"]
    assert len(tables["candidates"]) == 150
    plain = securitize(
        "build", "lithium-battery", "--output", "one", "--format", "csv", "--table", "pool_limits", cwd=desk
    )
    rows = list(csv.DictReader(io.StringIO(plain.stdout)))
    assert [row["limit"] for row in rows] == [row["limit"] for row in tables["pool_limits"]]
    wrong = securitize("build", "lithium-battery", "--table", "pool", cwd=desk)
    assert wrong.returncode == 2


def test_every_candidate_is_explained(desk: Path) -> None:
    chosen = securitize("pool", "explain", "one", "CN299000000U", cwd=desk)
    assert "patent CN299000000U: selected" in chosen.stdout
    assert "it is in the pool with c01-1" in chosen.stdout
    displacing = securitize("explain", "one", "c04-1", cwd=desk)
    assert displacing.returncode == 0, displacing.stderr
    assert re.search(r"with c04-1 in the pool, the objective would lose [\d,]+\n", displacing.stdout)
    moved = re.search(r"^leaving: (.+); entering: (.+)$", displacing.stdout, re.MULTILINE)
    assert moved is not None
    leaving, entering = (set(names.split(", ")) for names in moved.groups())
    assert "c04-1" in entering
    assert leaving
    assert not leaving & entering
    company = securitize("explain", "one", "c05", cwd=desk)
    assert "company c05: screened-out (record of default)" in company.stdout
    assert "no pool can hold it" in company.stdout
    nobody = securitize("explain", "one", "CN29900", cwd=desk)
    assert nobody.returncode == 2
    assert "close: CN2990" in nobody.stderr


def test_a_conflict_is_told_and_relaxing_as_told_mends_it(tmp_path: Path) -> None:
    folder = copied(tmp_path / "tight", ("at_most = 0.6", "at_most = 0.3"))
    done = securitize("build", folder, "--output", "out", cwd=tmp_path)
    assert done.returncode == 4
    assert done.stdout == ""
    first, *lines = done.stderr.splitlines()
    assert first == "no pool keeps every limit: these 2 cannot be kept together"
    told = dict(
        re.findall(r"^  ([a-z-]+): at (?:most|least) .* → ([\d.]+)%$", "\n".join(lines), re.MULTILINE)
    )
    assert set(told) == {"utility-models"}
    share = float(told["utility-models"]) / 100
    for bound, code in ((share, 0), (share - 1e-8, 4)):
        edited = copied(tmp_path / f"relaxed{code}", ("at_most = 0.6", f"at_most = {bound:.8f}"))
        assert securitize("build", edited, "--output", f"out{code}", cwd=tmp_path).returncode == code
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out4").exists()


def test_where_no_limit_alone_suffices_they_give_way_together(tmp_path: Path) -> None:
    edits = [("at_most = 0.6", "at_most = 0.3"), ("at_least = 60_000_000", "at_least = 120_000_000")]
    folder = copied(tmp_path / "tight", *edits, ("at_most = 80_000_000", "at_most = 130_000_000"))
    done = securitize("build", folder, "--output", "out", cwd=tmp_path)
    assert done.returncode == 4
    assert "relaxed together" in done.stderr
    together = done.stderr.split("relaxed together")[1]
    told = dict(re.findall(r"^  ([a-z-]+): at (?:most|least) .* → ([\d.,]+)%?$", together, re.MULTILINE))
    assert {"size-least", "utility-models"} <= set(told)
    path = folder / "build.toml"
    for name, shown in told.items():
        number = float(shown.replace(",", ""))
        section, key = name.removesuffix("-least"), "at_least"
        if name in ("utility-models", "top-five"):
            key, number = "at_most", number / 100
        text = path.read_text(encoding="utf-8")
        if f"[limits.{section}]" not in text:
            kind = 'kind = "obligors"' if section == "obligors" else 'kind = "largest-obligors"\ncount = 5'
            path.write_text(f"{text}\n[limits.{section}]\n{kind}\n{key} = {number:.8g}\n", encoding="utf-8")
            continue
        head, tail = text.split(f"[limits.{section}]\n")
        written = f"{number:.8f}" if number < 100 else f"{number:.2f}"
        tail = re.sub(rf"{key} = [\d_.]+", f"{key} = {written}", tail, count=1)
        path.write_text(f"{head}[limits.{section}]\n{tail}", encoding="utf-8")
    assert securitize("build", folder, "--output", "out", cwd=tmp_path).returncode == 0


def test_what_is_wrong_in_a_build_file_is_told_with_its_line(tmp_path: Path) -> None:
    folder = copied(
        tmp_path / "wrong",
        ('preset = "nanjing-2022"', 'preset = "nanjin"'),
        ('purpose = "pledge"', 'purpose = "pledge"\nweights = { clams = 3 }'),
        ('nodes = ["2.1", "2.2"]', 'nodes = ["2.1", "9.9"]'),
        ('legal_events.csv" }', 'legal_events.csv", source = "lense", columns = { a = "nam" } }'),
    )
    done = securitize("build", folder, cwd=tmp_path)
    assert done.returncode == 3
    places = re.findall(r"build\.toml:(\d+): ([\w.]+): ", done.stderr)
    lines = (folder / "build.toml").read_text(encoding="utf-8").splitlines()
    assert [path for _, path in places] == [
        "candidates.legal_events.columns.a",
        "candidates.legal_events.source",
        "score.weights.clams",
        "screens.preset",
        "limits.cathodes.nodes",
    ]
    for number, path in places:
        assert path.split(".")[-1] in lines[int(number) - 1] or path.endswith("columns.a")
    for name in ("pool", "chain"):
        missing = securitize(name, "show", "nothing", cwd=tmp_path)
        assert missing.returncode == 2
        assert "Traceback" not in missing.stderr


def test_a_missing_candidate_file_is_told(tmp_path: Path) -> None:
    folder = copied(tmp_path / "pool")
    (folder / "companies.csv").unlink()
    done = securitize("build", folder, cwd=tmp_path)
    assert done.returncode in (2, 3, 5)
    assert "companies.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_dirt_is_told_row_by_row_and_the_rest_is_built(tmp_path: Path) -> None:
    folder = copied(tmp_path / "dirty")
    path = folder / "patents.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    column = {name: k for k, name in enumerate(rows[0])}
    rows[1][column["publication_number"]] = "nothing"
    rows[2][column["revenue"]] = "NaN"
    rows[3][column["grant_date"]] = "1999-01-01"
    rows[4][column["title"]] = "=cmd()<b>&amp;" + "电" * 1000
    rows[5][column["company"]] = "c99"
    rows.append(list(rows[6]))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    done = securitize("build", folder, "--output", "out", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    tables = json.loads(done.stdout)["tables"]
    told = {(row["row"], row["column"]) for row in tables["repairs"]}
    assert {row for row, _ in told} >= {2, 3, 4, 5, 6, 152}
    rejected = sum(row["outcome"] == "rejected" for row in tables["repairs"])
    assert rejected >= 1
    assert "rejected" in done.stderr
    checked = securitize("validate", folder / "build.toml", cwd=tmp_path)
    assert checked.returncode == 0
    assert re.search(r"patents: \d+ of 151 rows kept", checked.stdout)


def test_eighty_columns_are_enough(desk: Path) -> None:
    for arguments in (
        ["build", "lithium-battery", "--output", "one"],
        ["pool", "show", "one", "--patents", "--chain"],
        ["pool", "explain", "one", "c04-1"],
        ["pool", "compare", "one", "one"],
        ["chain", "show", "lithium-battery", "--build", "one"],
        ["chain", "show", "photovoltaic"],
        [
            "pool",
            "frontier",
            "lithium-battery",
            "--limit",
            "region",
            "--from",
            "0.2",
            "--to",
            "0.5",
            "--steps",
            "2",
        ],
    ):
        done = securitize(*arguments, cwd=desk, COLUMNS="80")
        assert done.returncode == 0, done.stderr
        assert not [
            line for line in done.stdout.splitlines() if cell_len(line) > 80 and str(desk) not in line
        ]


def test_two_builds_are_compared(desk: Path, tmp_path: Path) -> None:
    folder = copied(tmp_path / "other", ("at_most = 80_000_000", "at_most = 75_000_000"))
    assert securitize("build", folder, "--output", "other", cwd=desk).returncode == 0
    said = securitize("pool", "compare", "one", "other", cwd=desk).stdout
    assert "contracts only in one: " in said
    assert re.search(r"size-most +78,600,000 +\d\d,\d00,000", said)


def test_the_frontier_never_rises_where_a_limit_tightens(desk: Path) -> None:
    said = securitize(
        "pool", "frontier", "lithium-battery", "--limit", "largest-group", "--from", "0.15", "--to", "0.35",
        "--steps", "5", cwd=desk,
    ).stdout  # fmt: skip
    found = re.findall(r"^ *(0\.\d+) +([\d,.]+|-)", said, re.MULTILINE)
    values = [float(value.replace(",", "")) if value != "-" else 0.0 for _, value in found]
    assert len(values) == 5
    assert values == sorted(values)
    wrong = securitize(
        "pool", "frontier", "lithium-battery", "--limit", "no", "--from", "0", "--to", "1", cwd=desk
    )
    assert wrong.returncode == 2


def test_the_chain_is_drawn(desk: Path) -> None:
    arguments = ("chain", "show", "lithium-battery", "--build", "one")
    said = securitize(*arguments, "--language", "zh", cwd=desk).stdout
    assert "正极材料" in said
    assert "正极材料" not in securitize(*arguments, cwd=desk).stdout
    assert said.index("环节：上游") < said.index("环节：中游")
    assert SHIPPED.exists()
