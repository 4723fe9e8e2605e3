"""Patents, companies and contracts find each other by key, code and name; nobody is joined by likeness."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securitize.pooling.candidates.columns import schema, tables
from securitize.pooling.candidates.names import comparison_key
from tests.pooling.candidates.candidate_files import code, company, contract, entries, joined, patent


def test_companies_are_found_by_key_code_name_and_former_name(tmp_path: Path) -> None:
    companies = [company("alpha", 1, former_names="Old Cells Inc;旧电池有限公司"), company("beta", 2)]
    written = ["alpha", code(1), "ALPHA BATTERY CO LTD", "Old Cells, Inc.", "旧电池股份有限公司", code(2)]
    patents = [patent(serial, company=name, contract="") for serial, name in enumerate(written, 1)]
    owned = [
        patent(10, company="", contract="", owner="Beta Battery"),
        patent(11, company="", contract="", owner="Gamma"),
    ]
    found = joined(tmp_path, patents=[*patents, *owned], companies=companies)
    assert found.patents["company"].to_pylist() == ["alpha"] * 5 + ["beta", "beta", None]
    assert {entry["row"] for entry in entries(found, column="company", outcome="repaired")} == {
        3,
        4,
        5,
        6,
        7,
        8,
    }
    assert [(p.line, p.code) for p in found.problems] == [(9, "SEC420")]


def test_a_name_that_two_companies_bear_leads_to_neither(tmp_path: Path) -> None:
    companies = [company("alpha", 1, name="Same Ltd"), company("beta", 2, name="SAME GmbH")]
    found = joined(tmp_path, patents=[patent(1, company="Same", contract="")], companies=companies)
    assert found.patents["company"].to_pylist() == [None]
    assert [str(p.code) for p in found.problems] == ["SEC420", "SEC421", "SEC421", "SEC419"]


def test_a_likely_former_name_is_suggested_and_not_joined(tmp_path: Path) -> None:
    companies = [company("alpha", 1, name="虚构澄锐锂能材料有限公司")]
    contracts = [contract(company="虚构澄锐锂能新材料有限公司")]
    found = joined(tmp_path, patents=[patent(1, company="alpha")], companies=companies, contracts=contracts)
    assert len(found.contracts) == 0
    assert found.counts["contracts"] == (1, 0, 0, 1)
    told = [(p.line, str(p.code)) for p in found.problems if p.file.endswith("contracts.csv")]
    assert told == [(2, "SEC414"), (2, "SEC426")]
    assert "虚构澄锐锂能材料有限公司" in next(p.what for p in found.problems if p.code == "SEC426")
    # Its patents stand behind a contract that is gone.
    assert found.patents["contract"].to_pylist() == [None]


def test_families_and_standards_are_kept(tmp_path: Path) -> None:
    rows = [
        patent(serial, family="f1", standard="ISO 1", standard_body="ISO", standard_date="2020-01-01")
        for serial in (1, 2)
    ]
    found = joined(tmp_path, patents=rows)
    assert found.patents["family"].to_pylist() == ["f1", "f1"]
    assert found.patents["standard"].to_pylist() == ["ISO 1", "ISO 1"]
    assert found.problems == ()


def test_tables_that_are_not_handed_in_are_empty_and_not_asked_for(tmp_path: Path) -> None:
    found = joined(tmp_path, patents=[patent(1)])
    assert found.patents["contract"].to_pylist() == ["alpha-1"]
    for name in tables():
        assert getattr(found, name).schema.equals(schema(name), check_metadata=True)
    assert set(found.counts) == set(found.digests) == {"patents"}


KEYS = ("alpha", "beta", "gamma", "nobody", "Alpha Battery Ltd", "")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from(["a-1", "a-2", "x", ""])), min_size=1, max_size=6
    ),
    st.lists(st.sampled_from(KEYS), max_size=3),
    st.lists(st.sampled_from(["alpha", "beta", "gamma"]), min_size=1, max_size=3, unique=True),
)
def test_what_is_joined_against_looking_each_one_up(
    tmp_path: Path, owned: list[tuple[str, str]], owed: list[str], keys: list[str]
) -> None:
    patents = [patent(n, company=owner, contract=key, owner="") for n, (owner, key) in enumerate(owned, 1)]
    contracts = [contract(f"a-{n}", company=owner) for n, owner in enumerate(owed, 1)]
    companies = [company(key, n) for n, key in enumerate(keys, 1)]
    found = joined(tmp_path, patents=patents, companies=companies, contracts=contracts)
    by_name = {comparison_key(f"{key} battery"): key for key in keys}

    def look_up(written: str) -> str | None:
        return written if written in keys else by_name.get(comparison_key(written))

    owners = {f"a-{n}": look_up(owner) for n, owner in enumerate(owed, 1)}
    kept = {key for key, owner in owners.items() if owner}
    assert dict(
        zip(found.contracts["contract"].to_pylist(), found.contracts["company"].to_pylist(), strict=True)
    ) == {key: owners[key] for key in kept}
    assert found.patents["company"].to_pylist() == [look_up(owner) for owner, _ in owned]
    # A contract table that was handed in decides which contracts there are.
    expected = (
        [key if key in kept else None for _, key in owned] if contracts else [key or None for _, key in owned]
    )
    assert found.patents["contract"].to_pylist() == expected
    busy = {*found.patents["company"].to_pylist(), *found.contracts["company"].to_pylist()}
    idle = {entry["before"] for entry in entries(found, code="SEC421")}
    assert idle == set(keys) - busy
