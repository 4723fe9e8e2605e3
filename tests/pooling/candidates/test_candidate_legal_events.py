"""Legal events: codes of the published list, what they do to a right, and an obvious second reading of them."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securitize.pooling.candidates.legal_status import effect_of, effects, licence_of
from tests.pooling.candidates.candidate_files import AS_OF, Row, entries, event, joined, number, only, patent
from tests.pooling.shared_data import shared_data

TERMINAL = ("lapse", "expiry", "invalid", "withdrawn", "rejected")


def published() -> dict[tuple[str, str], dict[str, str]]:
    with shared_data("inpadoc_legal_event_codes_202417.csv").open(encoding="utf-8") as file:
        return {(row["authority"], row["event_code"].strip()): row for row in csv.DictReader(file)}


def test_every_code_stands_in_the_published_list_and_every_chinese_one_is_known() -> None:
    listed = published()
    assert set(effects()) <= set(listed)
    assert {code for office, code in listed if office == "CN"} == {
        code for office, code in effects() if office == "CN"
    }


def test_effects_against_the_classes_of_the_published_list() -> None:
    """WIPO ST.27: H cessation, K revival, F grant, B discontinuation, S licensing and pledge, R change of party."""
    listed = published()
    classes = {
        "H": {"lapse", "expiry", "invalid"},
        "K": {"revival"},
        "C": {"revival"},
        "F": {"grant", "none"},
        "B": {"withdrawn", "rejected"},
    }
    for key, effect in effects().items():
        letter = listed[key]["event_class"]
        if letter in classes:
            assert effect in classes[letter], (key, effect, listed[key]["description_en"])
        if effect.split("|")[0].split("-")[0] in ("pledge", "licence", "open"):
            assert letter == "S"
        if effect in ("transfer", "name") and letter:
            assert letter == "R"


def test_the_published_sign_of_a_preservation_is_not_believed(tmp_path: Path) -> None:
    assert published()["CN", "PP01"]["influence"] == "+"
    found = joined(tmp_path, patents=[patent(1)], legal_events=[event(1, "PP01", "2024-01-01")])
    assert only(found, "preserved") is True


@pytest.mark.parametrize(
    ("code", "text", "effect"),
    [
        ("PLDC", "专利权质押合同登记的生效", "pledge"),
        ("PLDC", "专利权质押合同登记的注销", "pledge-end"),
        ("PLDC", "", "pledge"),
        ("LICC", "CANCELLATION OF RECORD", "licence-end"),
        ("RINS", "解除保全", "preservation-end"),
        ("RINS", "", "preservation"),
        ("C32", "PARTIAL", "partly-invalid"),
        ("C35", "", "invalid"),
        ("GR01", "", "grant"),
        ("ZZ99", "", None),
    ],
)
def test_codes_with_two_readings(code: str, text: str, effect: str | None) -> None:
    assert effect_of("CN", code, text) == effect


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("许可种类:独占许可", "exclusive"),
        ("排他许可", "sole"),
        ("普通许可", "ordinary"),
        ("NON-EXCLUSIVE", "ordinary"),
        ("", None),
    ],
)
def test_kinds_of_licences_in_texts(text: str, kind: str | None) -> None:
    assert licence_of(text) == kind


#: Events with their days -> what is found.
CASES: dict[str, tuple[list[tuple[str, str]], dict[str, object]]] = {
    "granted": ([("GR01", "2018-01-05")], {"legal_status": "in-force", "pledged": False, "transfers": 0}),
    "lapsed": (
        [("GR01", "2018-01-05"), ("CF01", "2022-03-02")],
        {"legal_status": "lapsed", "lapse_date": dt.date(2022, 3, 2)},
    ),
    "revived": (
        [("GR01", "2018-01-05"), ("CF01", "2022-03-02"), ("RR01", "2022-09-01")],
        {"legal_status": "in-force", "lapse_date": None},
    ),
    "lapsed again": (
        [("CF01", "2022-03-02"), ("RR01", "2022-09-01"), ("CF01", "2023-03-02")],
        {"legal_status": "lapsed", "lapse_date": dt.date(2023, 3, 2)},
    ),
    "invalid for good": ([("IW01", "2021-01-01"), ("RR01", "2022-01-01")], {"legal_status": "invalid"}),
    "granted after a rejection": (
        [("RJ01", "2017-01-01"), ("GR01", "2018-01-05")],
        {"legal_status": "in-force"},
    ),
    "withdrawn": ([("PB01", "2016-01-01"), ("WD01", "2017-01-01")], {"legal_status": "withdrawn"}),
    "pledged": ([("PE01", "2023-01-01")], {"pledged": True, "pledges": 1}),
    "released": ([("PE01", "2023-01-01"), ("PC01", "2024-01-01")], {"pledged": False, "pledges": 1}),
    "pledged twice, released once": (
        [("PE01", "2023-01-01"), ("PE01", "2023-06-01"), ("PC01", "2024-01-01")],
        {"pledged": True, "pledges": 2},
    ),
    "released before it is pledged": ([("PC01", "2022-01-01"), ("PE01", "2023-01-01")], {"pledged": True}),
    "released and pledged on one day": (
        [("PE01", "2022-01-01"), ("PE01", "2023-01-01"), ("PC01", "2023-01-01")],
        {"pledged": True},
    ),
    "preservation lifted": ([("PP01", "2023-01-01"), ("PD01", "2024-01-01")], {"preserved": False}),
    "open licence": ([("OL01", "2024-01-01")], {"licence": "open"}),
    "open licence withdrawn": ([("OL01", "2024-01-01"), ("OL02", "2025-01-01")], {"licence": "none"}),
    "licence ended": ([("EE01", "2023-01-01"), ("EC01", "2024-01-01")], {"licence": "none", "licences": 1}),
    "transferred": ([("TR01", "2020-01-01"), ("TR01", "2021-01-01")], {"transfers": 2}),
    "partly invalid": ([("IP01", "2021-01-01")], {"partly_invalid": True}),
    "not yet": ([("GR01", "2018-01-05"), ("CF01", "2025-07-01")], {"legal_status": "in-force"}),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("backwards", [False, True])
def test_events(tmp_path: Path, name: str, backwards: bool) -> None:
    listed, expected = CASES[name]
    rows = [event(1, code, day) for code, day in (reversed(listed) if backwards else listed)]
    found = joined(tmp_path, patents=[patent(1)], legal_events=rows)
    assert {fact: only(found, fact) for fact in expected} == expected


def test_events_win_over_the_table_and_it_is_told(tmp_path: Path) -> None:
    row = patent(1, legal_status="in-force", pledged="false", transfers="3", licence="none")
    rows = [event(1, "CF01", "2022-03-02"), event(1, "PE01", "2021-01-01"), event(1, "TR01", "2020-01-01")]
    found = joined(tmp_path, patents=[row, patent(2, legal_status="lapsed")], legal_events=rows)
    assert found.patents["legal_status"].to_pylist() == ["lapsed", "lapsed"]
    assert found.patents["pledged"].to_pylist() == [True, None]
    told = {
        (entry["column"], entry["before"], entry["after"]) for entry in entries(found, row=2, code="SEC424")
    }
    assert told == {
        ("legal_status", "in-force", "lapsed"),
        ("pledged", "false", "true"),
        ("transfers", "3", "1"),
    }


def test_an_event_counts_from_its_effect_and_once_it_is_published(tmp_path: Path) -> None:
    rows = [event(1, "GR01", "2018-01-05"), event(1, "CF01", "2023-05-01", effective_date="2022-03-02")]
    before = joined(tmp_path, dt.date(2023, 4, 30), patents=[patent(1)], legal_events=rows)
    assert only(before, "legal_status") == "in-force"
    found = joined(tmp_path, dt.date(2023, 5, 1), patents=[patent(1)], legal_events=rows)
    assert only(found, "legal_status") == "lapsed"
    assert only(found, "lapse_date") == dt.date(2022, 3, 2)


def test_the_kind_of_a_recorded_licence(tmp_path: Path) -> None:
    texts = {1: "独占许可", 2: "普通许可", 3: "", 4: ""}
    rows = [event(serial, "EE01", "2023-01-01", text=text) for serial, text in texts.items()]
    patents = [patent(1), patent(2), patent(3), patent(4, licence="sole")]
    found = joined(tmp_path, patents=patents, legal_events=rows)
    assert found.patents["licence"].to_pylist() == ["exclusive", "ordinary", None, "sole"]
    assert [(p.line, p.path, p.code) for p in found.problems] == [(4, "licence", "SEC424")]


def test_an_owner_that_sold_is_told(tmp_path: Path) -> None:
    rows: list[Row] = [
        event(1, "TR01", "2023-01-01", party_new="Beta Battery GmbH"),
        event(2, "TR01", "2023-01-01", party_new="ALPHA BATTERY CO LTD"),
    ]
    found = joined(tmp_path, patents=[patent(1), patent(2)], legal_events=rows)
    assert [(p.line, p.path, p.code, p.repair) for p in found.problems] == [
        (2, "owner", "SEC424", "Beta Battery GmbH")
    ]


def test_events_of_merged_publications_and_of_nobody(tmp_path: Path) -> None:
    patents = [patent(1), patent(1, publication_number="CN100000001A", grant_date="")]
    rows: list[Row] = [
        {
            "publication_number": "CN100000001A",
            "application_number": "",
            "event_authority": "",
            "event_code": "PE01",
            "event_date": "2023-01-01",
        },
        event(77, "PE01", "2023-01-01"),
        event(1, "QQ11", "2023-01-01"),
        event(1, "TR01", "2023-01-02"),
        event(1, "TR01", "2023-01-02"),
    ]
    found = joined(tmp_path, patents=patents, legal_events=rows)
    assert only(found, "pledged") is True
    assert only(found, "transfers") == 1
    codes = [(Path(p.file).stem, p.line, str(p.code)) for p in found.problems]
    assert codes == [
        ("patents", 3, "SEC415"),
        ("legal_events", 3, "SEC423"),
        ("legal_events", 4, "SEC425"),
        ("legal_events", 6, "SEC415"),
    ]


def test_events_without_day_or_patent_are_rejected(tmp_path: Path) -> None:
    rows: list[Row] = [
        event(1, "PE01", ""),
        event(1, "PE01", "2023-01-01") | {"application_number": ""},
        event(1, "", "2023-01-01"),
    ]
    found = joined(tmp_path, patents=[patent(1)], legal_events=rows)
    assert [(p.line, p.path, p.code) for p in found.problems] == [
        (2, "event_date", "SEC404"),
        (3, "application_number", "SEC404"),
        (4, "event_code", "SEC404"),
    ]
    assert found.counts["legal_events"] == (3, 0, 0, 3)


CODES = (
    "GR01",
    "CF01",
    "RR01",
    "IW01",
    "CX01",
    "WD01",
    "PE01",
    "PC01",
    "PP01",
    "PD01",
    "TR01",
    "IP01",
    "PM01",
    "CB02",
)
DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2026, 1, 1))
HISTORIES = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(CODES), DAYS, st.none() | DAYS), max_size=14
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORIES)
def test_histories_against_reading_event_by_event(
    tmp_path: Path, history: list[tuple[int, str, dt.date, dt.date | None]]
) -> None:
    history = list(dict.fromkeys(history))
    rows: list[Row] = [
        event(serial, code, str(day), effective_date=effective or "")
        for serial, code, day, effective in history
    ]
    found = joined(tmp_path, patents=[patent(serial) for serial in (1, 2, 3)], legal_events=rows)
    for row, serial in zip(found.patents.to_pylist(), (1, 2, 3), strict=True):
        own = [(effective or day, day, code) for who, code, day, effective in history if who == serial]
        known = [each for each in own if max(each[:2]) <= AS_OF]
        expected = read_event_by_event(known)
        assert {name: row[name] for name in expected} == expected, (serial, known)


def read_event_by_event(known: list[tuple[dt.date, dt.date, str]]) -> dict[str, object]:
    """The plain reading: one event after the other, as a clerk would."""
    if not known:
        return dict.fromkeys(
            ("legal_status", "lapse_date", "pledged", "preserved", "partly_invalid", "transfers")
        )
    first = {"GR01": 1, "PC01": 2, "PD01": 2}
    status: str | None = None
    ended: dt.date | None = None
    pledges = transfers = 0
    preserved = partly = False
    # Between two final events the later one counts.
    final = False
    for day, _, code in sorted(known, key=lambda each: (each[0], each[1], first.get(each[2], 3))):
        effect = effects()["CN", code]
        if effect in ("invalid", "expiry"):
            status, ended, final = ("invalid", day, True) if effect == "invalid" else ("expired", None, True)
        elif final and effect in (*TERMINAL, "grant", "revival"):
            pass
        elif effect in ("grant", "revival"):
            status, ended = "in-force", None
        elif effect == "lapse":
            status, ended = "lapsed", day
        elif effect == "withdrawn":
            status, ended = "withdrawn", None
        pledges += effect == "pledge"
        pledges = max(0, pledges - (effect == "pledge-end"))
        transfers += effect == "transfer"
        preserved = effect == "preservation" or (preserved and effect != "preservation-end")
        partly = partly or effect == "partly-invalid"
    return {
        "legal_status": status,
        "lapse_date": ended,
        "pledged": pledges > 0,
        "preserved": preserved,
        "partly_invalid": partly,
        "transfers": transfers,
    }


def test_numbers_of_events_may_be_written_otherwise(tmp_path: Path) -> None:
    first = event(1, "pe01 ", "20230101") | {
        "application_number": f"ZL{number(1)[2:]}",
        "event_authority": "",
    }
    second = event(1, "PP01", "2023-01-01") | {"application_number": number(1)[2:-2]}
    found = joined(tmp_path, patents=[patent(1)], legal_events=[first, second])
    assert (only(found, "pledged"), only(found, "preserved")) == (True, True)
