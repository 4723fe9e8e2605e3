"""A run as a folder: its id, its layout, and what may stand where it is to go."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from securitize import tables
from securitize.base.errors import StorageError, UsageError
from securitize.store.environment import environment
from securitize.store.identity import Identity, Json, canonical, sha256
from securitize.store.manifest import Facts, parse_manifest
from securitize.store.store import claim
from securitize.store.stored import list_runs, open_run
from securitize.tables.errors import TableError
from tests.faults.small_run import FACTS, identity, small_tables, write_run

INPUTS = {"deal.toml": b"a", "pool/pool.toml": b"b"}


def run_id(
    inputs: Mapping[str, bytes], options: Mapping[str, Json], version: str, seed: int | None = None
) -> str:
    """The id of the run that these inputs make; see :class:`Identity`."""
    return Identity(inputs, options, version, seed).id


def test_id_follows_from_everything_that_makes_the_run() -> None:
    base = run_id(INPUTS, {"scenario": "base"}, "0.1.0")
    assert re.fullmatch("[0-9a-f]{16}", base)
    assert base == run_id(dict(reversed(INPUTS.items())), {"scenario": "base"}, "0.1.0")
    others = [
        run_id(INPUTS | {"deal.toml": b"A"}, {"scenario": "base"}, "0.1.0"),
        run_id({"deal.toml": b"b", "pool/pool.toml": b"a"}, {"scenario": "base"}, "0.1.0"),
        run_id(INPUTS | {"scenario.toml": b""}, {"scenario": "base"}, "0.1.0"),
        run_id(INPUTS, {"scenario": "stress"}, "0.1.0"),
        run_id(INPUTS, {}, "0.1.0"),
        run_id(INPUTS, {"scenario": "base"}, "0.1.1"),
        run_id(INPUTS, {"scenario": "base"}, "0.1.0", seed=0),
        run_id(INPUTS, {"scenario": "base"}, "0.1.0", seed=1),
    ]
    assert len({base, *others}) == len(others) + 1


def test_canonical_form_is_one() -> None:
    assert canonical({"b": [1, 2.5, None], "a": "价"}) == canonical({"a": "价", "b": (1, 2.5, None)})
    assert canonical({"a": "价"}).decode() == '{\n  "a": "价"\n}\n'
    for wrong in (float("nan"), float("inf"), "\ud800"):
        with pytest.raises(ValueError, match=r"JSON|surrogates"):
            canonical({"a": wrong})
    with pytest.raises(TypeError, match="bytes is not JSON"):
        canonical({"a": b""})


def test_layout(tmp_path: Path) -> None:
    run = write_run(tmp_path / "runs", identity(), small_tables(), FACTS)
    assert run.path == tmp_path / "runs" / identity().id
    assert sorted(str(path.relative_to(run.path)) for path in run.path.rglob("*") if path.is_file()) == [
        "datapackage.json",
        "inputs/deal.toml",
        "inputs/pool/pool.toml",
        "manifest.json",
        "manifest.sha256",
        "tables/closing.parquet",
        "tables/support.parquet",
    ]
    assert run.input("deal.toml") == identity().inputs["deal.toml"]
    for name, table in small_tables().items():
        assert run.table(name).equals(table, check_metadata=True)
    assert not run.reused
    assert run.verify() == []
    assert list(tmp_path.iterdir()) == [tmp_path / "runs"]
    assert list((tmp_path / "runs").iterdir()) == [run.path]


def test_manifest_says_what_went_in_and_came_out(tmp_path: Path) -> None:
    run = write_run(tmp_path, identity(), small_tables(), FACTS)
    data = (run.path / "manifest.json").read_bytes()
    content = json.loads(data)
    assert content["inputs"]["deal.toml"]["sha256"] == sha256(identity().inputs["deal.toml"])
    assert content["tables"]["support"] | {"bytes": 0, "sha256": ""} == {
        "bytes": 0,
        "rows": 3,
        "schema_version": "1.1",
        "sha256": "",
    }
    assert content["warnings"] == ["a warning 警告"]
    assert content["checks"] == {"sources equal uses": "holds"}
    assert (content["seed"], content["options"]) == (None, {"scenario": "base"})
    assert {"numpy", "pyarrow", "QuantLib"} <= set(content["environment"]["libraries"])
    assert parse_manifest(data) == run.manifest
    assert run.manifest.facts == FACTS


def test_sha256sum_agrees(tmp_path: Path) -> None:
    run = write_run(tmp_path, identity(), small_tables(), FACTS)
    done = subprocess.run(
        ["sha256sum", "--check", "manifest.sha256"], cwd=run.path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "manifest.json: OK\n"


def test_data_package_lists_every_table(tmp_path: Path) -> None:
    run = write_run(tmp_path, identity(), small_tables(), FACTS)
    package = json.loads((run.path / "datapackage.json").read_bytes())
    assert [resource["name"] for resource in package["resources"]] == ["closing", "support"]
    for resource in package["resources"]:
        data = (run.path / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(data), f"sha256:{sha256(data)}")
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert fields == run.table(resource["name"]).column_names


def test_environment_has_no_place_for_a_machine_s_name() -> None:
    assert set(environment()) == {
        "byte_order",
        "c_library",
        "libraries",
        "processor_features",
        "python",
        "system",
    }
    assert environment()["processor_features"]


def test_same_run_again_is_verified_and_reused(tmp_path: Path) -> None:
    first = write_run(tmp_path, identity(), small_tables(), FACTS)
    with claim(tmp_path / identity().id, identity()) as claimed:
        assert claimed.existing == open_run(first.path).__class__(first.path, first.manifest, reused=True)
        assert claimed.write({}, Facts()).reused


def test_explicit_output_is_the_run_s_folder(tmp_path: Path) -> None:
    output = tmp_path / "a" / "b"
    run = write_run(tmp_path, identity(), small_tables(), FACTS, output)
    assert run.path == output
    assert write_run(tmp_path, identity(), small_tables(), FACTS, output).reused
    with pytest.raises(StorageError, match=rf"b: holds another run \({run.id}\); choose another folder"):
        write_run(tmp_path, identity("other"), small_tables(), FACTS, output)


@pytest.mark.parametrize("kind", ["folder", "file", "broken link", "manifest alone"])
def test_anything_else_in_the_way_is_refused_and_kept(tmp_path: Path, kind: str) -> None:
    output = tmp_path / "here"
    if "link" in kind:
        output.symlink_to(tmp_path / "nowhere")
    elif kind == "file":
        output.write_bytes(b"kept")
    else:
        output.mkdir()
        (output / ("manifest.json" if "alone" in kind else "x")).write_bytes(b"kept")
    what = "is not a complete run" if "alone" in kind else "exists and is not a run"
    with pytest.raises(StorageError, match=f"here: {what}"):
        write_run(tmp_path, identity(), small_tables(), FACTS, output)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    for path in output.rglob("*"):
        assert path.read_bytes() == b"kept"


@pytest.mark.parametrize(
    "name",
    ["../deal.toml", "/etc/passwd", "a/../b", ".hidden", "Deal.toml", "", "a//b", "池.toml", "a" * 300],
)
def test_names_of_inputs_never_lead_out(tmp_path: Path, name: str) -> None:
    odd = Identity({name: b""}, {}, "0.1.0")
    with pytest.raises(UsageError, match="cannot be the name of a file in a run"):
        write_run(tmp_path, odd, small_tables())
    assert list(tmp_path.iterdir()) == []


def test_table_that_was_not_built_is_refused(tmp_path: Path) -> None:
    foreign = pa.table({"side": ["use"]})
    with pytest.raises(TableError, match=r"table closing: was not made by securitize\.tables\.build"):
        write_run(tmp_path, identity(), {"closing": foreign})
    with pytest.raises(KeyError, match="no table 'mine'"):
        write_run(tmp_path, identity(), {"mine": foreign})
    assert list(tmp_path.iterdir()) == []


def test_no_tables_and_no_inputs_make_a_run(tmp_path: Path) -> None:
    run = write_run(tmp_path, Identity({}, {}, "0.1.0"), {})
    assert run.verify() == []


def test_opening_what_is_not_a_run_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"is not a complete run; name a folder that holds manifest\.json"):
        open_run(tmp_path / "nowhere")


def test_listing(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "nowhere") == ([], [])
    written = {write_run(tmp_path, identity(name), small_tables()).id for name in "abc"}
    runs, errors = list_runs(tmp_path)
    assert [run.id for run in runs] == sorted(written)
    assert errors == []


def test_missing_table_of_a_run_is_a_key_error(tmp_path: Path) -> None:
    run = write_run(tmp_path, identity(), small_tables())
    with pytest.raises(KeyError):
        run.table("coverage")
    assert set(run.manifest.tables) < set(tables.names())
