"""Real exports: nothing is lost, and every repair stands in the log."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter

import pyarrow.compute as pc

from securitize.pooling.candidates.faults import is_rejection
from securitize.pooling.candidates.read import Candidates, SourceFile
from tests.pooling.candidates.candidate_files import entries, read_patents
from tests.pooling.shared_data import shared_data

AS_OF = dt.date(2017, 12, 31)


def test_lens() -> None:
    path = shared_data("lens_export_autonomous_vehicle_2017.csv")
    found = read_patents(SourceFile(path, "lens"), as_of=AS_OF)
    counts = found.counts["patents"]
    assert counts == (863, 698, 162, 3)
    with io.StringIO(path.read_bytes().decode("latin-1")) as file:
        written = list(csv.DictReader(file))
    every_row_is_accounted_for(found, len(written))
    # The other publications of an application: 162 of 863 rows.
    assert len({(row["Application Number"], row["Jurisdiction"]) for row in written}) == 863 - 162
    # An independent reading of the dates.
    for row in found.patents.to_pylist():
        source = written[row["row"] - 2]
        month, day, year = (int(part) for part in source["Publication Date"].split("/"))
        assert (row["publication_date"].month, row["publication_date"].day) == (month, day)
        assert row["publication_date"].year % 100 == year
        # But for the date after one kind, and the zero of American serial numbers.
        squeezed = re.sub(r"[ /]|(?<=A8) 20150430", "", source["Publication Number"])
        assert row["publication_number"] == squeezed
        assert len(row["ipc"] or []) == len({*filter(None, source["IPCR Classifications"].split(";;"))})
    # Rows of which the application is dated after the publication.
    reversed_ = {
        row
        for row, source in enumerate(written, 2)
        if (day_of(source["Application Date"])) > (day_of(source["Publication Date"]))
    }
    assert len(reversed_) == 2
    assert reversed_ < {problem.line for problem in found.problems if is_rejection(problem)}
    # Years that contradict the year column are told, not changed.
    apart = {
        row
        for row, source in enumerate(written, 2)
        if day_of(source["Publication Date"]).year != int(source["Publication Year"])
    }
    assert {entry["row"] for entry in entries(found, column="publication_date", code="SEC419")} == apart
    assert len(apart) == 8


def test_google_patents() -> None:
    path = shared_data("google_patents_export_autonomous_vehicle_2017.csv")
    found = read_patents(SourceFile(path, "google"), as_of=AS_OF)
    assert found.counts["patents"] == (316, 316, 0, 0)
    every_row_is_accounted_for(found, 316)
    assert entries(found, row=1, code="SEC428")[0]["before"].startswith("search URL:")
    assert found.patents["row"].to_pylist() == list(range(3, 319))
    assert found.patents["grant_date"].null_count == 167
    assert "Ford Global Technologies, Llc" in found.patents["owner"].to_pylist()
    assert not any("Llc" in (others or ()) for others in found.patents["co_owners"].to_pylist())


def test_chinese_sample_through_a_column_map() -> None:
    path = shared_data("cn_patent_lifecycle_sample_sipo_1993_2002.csv")
    columns = {
        "app_num": "application_number",
        "pub_num": "publication_number",
        "IPC": "ipc",
        "app_date": "filing_date",
        "pub_date": "publication_date",
        "grant": "grant_date",
        "terminate": "lapse_date",
        "total_claims": "claims",
        "total_inventers": "inventors",
    }
    found = read_patents(SourceFile(path, columns=columns), as_of=dt.date(2018, 1, 1))
    assert found.counts["patents"] == (3997, 3997, 0, 0)
    every_row_is_accounted_for(found, 3997)
    with path.open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert found.patents["application_number"].to_pylist() == [row["app_num"] for row in written]
    assert entries(found, column="application_number", code="SEC406") == []
    assert [str(day) for day in found.patents["publication_date"].to_pylist()] == [
        row["pub_date"].replace(".", "-") for row in written
    ]
    assert found.patents["patent_kind"].to_pylist() == ["invention"] * 3997
    # Numbers of a later year than the filing are those of divisional applications, as the sample says itself.
    divisional = {row for row, source in enumerate(written, 2) if float(source["divisional_app"] or 0)}
    later = {entry["row"] for entry in entries(found, column="application_number", code="SEC419")}
    assert later <= divisional
    assert len(later) == 43


def day_of(text: str) -> dt.date:
    month, day, year = (int(part) for part in text.split("/"))
    return dt.date(2000 + year if year <= 17 else 1900 + year, month, day)


def every_row_is_accounted_for(found: Candidates, rows: int) -> None:
    """In = out + reported: each row of the file is in the table, merged or rejected, and only one of them."""
    changes = found.changes
    reported = {
        outcome: {*changes.filter(pc.equal(changes["outcome"], outcome))["row"].to_pylist()}
        for outcome in ("merged", "rejected")
    }
    kept = {*found.patents["row"].to_pylist()}
    told = Counter([*kept, *reported["merged"], *reported["rejected"]])
    assert len(told) == rows
    assert set(told.values()) == {1}
    first = min(told)
    assert set(told) == set(range(first, first + rows))
