"""The report in a real browser, the workbook in another program; skipped where there is none."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from securitize.reports.files import write_page, write_workbook
from securitize.store.stored import StoredRun
from securitize.studies.stress.api import stress
from securitize.tables.dictionary import label, load
from tests.reports.test_page import hostile_deal

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "Err:")

pytestmark = pytest.mark.deep(part="viewers")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    folder = tmp_path_factory.mktemp("hostile")
    made = stress(hostile_deal(folder / "deal"), paths=500, output=folder / "result")
    assert made.stored is not None
    return made.stored


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
@pytest.mark.parametrize(("width", "scheme"), [(390, 0), (390, 1), (1280, 0), (1280, 1)])
def test_a_browser_says_nothing_and_asks_for_nothing(
    hostile: StoredRun, width: int, scheme: int, tmp_path: Path
) -> None:
    file = write_page(hostile, "both", tmp_path / "report.html")
    net, shot = tmp_path / "net.json", tmp_path / "shot.png"
    told = subprocess.run(
        [
            str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr",
            "--disable-background-networking", "--disable-component-update", "--no-first-run",
            f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={net}",
            f"--blink-settings=preferredColorScheme={scheme}", f"--window-size={width},4000", f"--screenshot={shot}",
            file.as_uri(),
        ],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert shot.stat().st_size > 20_000
    assert "CONSOLE" not in told.stderr, told.stderr
    asked = {
        str(event.get("params", {}).get("url", ""))
        for event in json.loads(_closed(net.read_text(errors="replace")))["events"]
    }
    assert not [url for url in asked if url.startswith(("http:", "https:", "ws:")) and not _is_its_own(url)]


def _is_its_own(url: str) -> bool:
    """What the browser asks for by itself, whatever the page: its dictionary and its lists."""
    host = url.split("/")[2]
    return host.endswith((".google.com", ".googleapis.com", ".gvt1.com"))


def _closed(log: str) -> str:
    """A log of the network that a browser has left open at its end."""
    try:
        json.loads(log)
    except ValueError:
        return log.rstrip().rstrip(",") + "]}"
    return log


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_it_prints(hostile: StoredRun, tmp_path: Path) -> None:
    file = write_page(hostile, "both", tmp_path / "report.html")
    printed = subprocess.run(
        [
            str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
            "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}", file.as_uri(),
        ],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert printed.returncode == 0
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice on this machine")
def test_the_workbook_recalculated_elsewhere_has_no_error(hostile: StoredRun, tmp_path: Path) -> None:
    import openpyxl

    write_workbook(hostile, tmp_path / "book.xlsx")
    told = subprocess.run(
        [
            str(OFFICE), "--headless", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
            "--convert-to", "xlsx", "--outdir", str(tmp_path / "again"), str(tmp_path / "book.xlsx"),
        ],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    book = openpyxl.load_workbook(tmp_path / "again" / "book.xlsx", data_only=True)
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [value for value in cells if isinstance(value, str) and value.startswith(ERRORS)]
    sheet = book[load("note_cash_flows").title]
    heads = [cell.value for cell in sheet[2]]
    column = heads.index(label("note_cash_flows", "interest_paid", "en")) + 1
    wanted = sum(row["interest_paid"] for row in hostile.table("note_cash_flows").to_pylist())
    totals = [row[column - 1].value for row in sheet.iter_rows() if str(row[0].value).startswith("Total")]
    assert totals == [pytest.approx(float(wanted), abs=0.005)]
