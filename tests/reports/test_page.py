"""The report: every figure is a cell of a table, nothing runs, nothing is fetched, names break nothing."""

from __future__ import annotations

import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from securitize.base.errors import UsageError
from securitize.library import find_deal, find_pool
from securitize.reports.element import el
from securitize.reports.files import write_page, write_workbook
from securitize.reports.html.figures import WRITTEN, Language, in_words
from securitize.reports.html.page import page
from securitize.store.stored import StoredRun, open_run
from securitize.studies.run import api
from securitize.studies.stress.api import stress
from securitize.tables.dictionary import load
from securitize.tables.naming import known_form

HOSTILE = (
    "<script>alert(1)</script> =cmd()|' /C calc'!A0 \u202egnirts\u2066 \"q\" 's' & &amp; 中文" + "x" * 40
)


class Page(HTMLParser):
    """Figures, elements and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.figures: list[tuple[str, str, str]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.opened: list[str] = []
        self._open: tuple[str, str] | None = None
        self._text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.elements.append((tag, told))
        if tag not in ("meta", "br", "hr", "wbr", "col"):
            self.opened.append(tag)
        if tag == "data":
            self._open, self._text = (told["data-ref"] or "", told["data-form"] or ""), ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag
        if tag == "data" and self._open is not None:
            self.figures.append((*self._open, self._text))
            self._open = None


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    """Support, savings, rules: of a deal whose searches take long, without them."""
    folder = tmp_path_factory.mktemp("stress") / "result"
    made = stress("ningbo-1-2024", "disclosure", paths=200, output=folder, searches=False)
    assert made.stored is not None
    return made.stored


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    """Break-evens, reverse stress and sensitivities, of a deal that is quickly searched."""
    made = stress("xoma-vabysmo-2023", "disclosure", output=tmp_path_factory.mktemp("searched") / "result")
    assert made.stored is not None
    return made.stored


def lookup(stored: StoredRun, reference: str, cache: dict[str, dict[str, dict[str, Any]]]) -> Any:
    """The cell that a reference names."""
    found = re.fullmatch(r"(\w+)(\[.*\])\.(\w+)", reference, re.DOTALL)
    assert found is not None, reference
    table, keys, column = found.groups()
    if table not in cache:
        names = load(table).primary_key
        cache[table] = {
            json.dumps([str(row[name]) for name in names]): row for row in stored.table(table).to_pylist()
        }
    return cache[table][json.dumps([str(key) for key in json.loads(keys)])][column]


def figures_hold(stored: StoredRun, language: Language) -> set[str]:
    """Every figure of the page is the cell that it names; returns the tables that were met."""
    found = Page(page(stored, language))
    cache: dict[str, dict[str, dict[str, Any]]] = {}
    assert len(found.figures) > 1000
    for reference, form, text in found.figures:
        value, table, column = (
            lookup(stored, reference, cache),
            reference.split("[")[0],
            reference.split(".")[-1],
        )
        texts = dict.fromkeys(
            in_words(table, column, value, known_form(column, form), one) for one in WRITTEN[language]
        )
        assert text == re.sub(r"[\x00-\x1f]", "", " ".join(texts)), reference
    assert found.opened == []
    return {reference.split("[")[0] for reference, _, _ in found.figures}


@pytest.mark.parametrize("language", ["both", "zh", "en"])
def test_every_figure_is_the_cell_that_it_names(result: StoredRun, language: Language) -> None:
    tables = figures_hold(result, language)
    assert {
        "stress_results",
        "support_worth",
        "savings",
        "assumptions",
        "stress_risk",
        "pool_strata",
    } <= tables
    assert {"validations", "trigger_ledger", "rule_checks", "note_capital", "note_risk"} <= tables


def test_figures_of_searches_are_the_cells_that_they_name(searched: StoredRun) -> None:
    assert {"break_evens", "reverse_stresses", "sensitivities"} <= figures_hold(searched, "both")


def test_cells_of_tables_are_figures(result: StoredRun) -> None:
    """No number stands in a table of the report by hand."""
    text = page(result)
    for cell in re.findall(r"<t[dh](?![a-z])[^>]*>(.*?)</t[dh]>", text, re.DOTALL):
        if 'scope="col"' not in cell and re.search(r"\d", re.sub(r"<[^>]*>", "", cell)):
            assert cell.startswith(("<data ", "<span")), cell


def test_nothing_runs_and_nothing_is_fetched(result: StoredRun) -> None:
    for tag, attributes in Page(page(result)).elements:
        assert tag not in (
            "script",
            "iframe",
            "object",
            "embed",
            "link",
            "img",
            "form",
            "base",
            "audio",
            "video",
        )
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("href", "src", "xlink:href"):
                assert (value or "").startswith("#")
    assert not re.search(r"url\((?!#arrow)", page(result))
    assert "default-src 'none'" in unescape(page(result))


def test_equal_runs_give_equal_bytes(result: StoredRun, tmp_path: Path) -> None:
    assert page(result) == page(open_run(result.path))
    write_page(result, "both", tmp_path / "one.html")
    write_workbook(result, tmp_path / "one.xlsx")
    write_workbook(open_run(result.path), tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_report_stands_beside_its_run_with_its_digest(result: StoredRun) -> None:
    file = write_page(result, "zh")
    assert file.parent == result.path / "reports"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert (file.parent / "reports.sha256").read_text() == f"{digest}  report.html\n"
    assert open_run(result.path).verify() == []
    write_page(result, "both")


def test_what_is_not_a_report_is_not_replaced(result: StoredRun, tmp_path: Path) -> None:
    (tmp_path / "mine.html").write_text("mine")
    (tmp_path / "mine.xlsx").write_text("mine")
    with pytest.raises(UsageError, match="something else"):
        write_page(result, "both", tmp_path / "mine.html")
    with pytest.raises(UsageError, match="something else"):
        write_workbook(result, tmp_path / "mine.xlsx")
    with pytest.raises(UsageError, match="xlsx"):
        write_workbook(result, tmp_path / "mine.txt")


def test_the_answers_come_first(result: StoredRun, searched: StoredRun) -> None:
    for stored, questions in (
        (result, ("What is support worth?", "What does the average company save?")),
        (
            searched,
            (
                "Which note breaks first, and by what?",
                "What are the largest assumptions, and where are they from?",
            ),
        ),
    ):
        text = page(stored, "en")
        head = text[: text.index('id="stress"')]
        for question in (*questions, "Is this the file that the manifest names?"):
            assert question in head
        assert stored.id in head


def test_headings_are_in_order_and_tables_have_heads(result: StoredRun) -> None:
    level = 1
    for tag, attributes in Page(page(result)).elements:
        if re.fullmatch(r"h[1-6]", tag):
            assert int(tag[1]) <= level + 1
            level = int(tag[1])
        if tag == "th":
            assert attributes.get("scope") in ("col", "row")
        if tag == "svg":
            assert attributes.get("role") == "img"
            assert attributes.get("aria-label")


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_can_be_read_in_both_themes(result: StoredRun) -> None:
    """Contrast of 4.5 and more (WCAG 2.1, 1.4.3) of every colour of text on every ground that it stands on."""
    sheet = re.findall(r":root \{([^}]*)\}", page(result))
    assert len(sheet) == 3
    for theme in sheet[:2]:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", theme))
        pairs = [
            (ink, ground)
            for ink in ("ink", "soft", "blue", "good", "bad", "warn")
            for ground in ("page", "card")
        ]
        pairs += [("ink", "good-back"), ("ink", "bad-back"), ("ink", "warn-back")]
        for ink, ground in pairs:
            light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def hostile_deal(folder: Path) -> Path:
    """A deal whose every text for readers is hostile."""
    file = find_deal("nanshan-5-2022")
    (folder / "pool").mkdir(parents=True)
    written = json.dumps(HOSTILE)
    text = re.sub(
        r'^(title|title_zh|payee|provider) = ".*"$',
        rf"\1 = {_quoted(written)}",
        file.read_text(),
        flags=re.MULTILINE,
    )
    text = re.sub(
        r'ed", source = "[^"]*"', f'ed", source = {_quoted(json.dumps("y" * 1000 + HOSTILE))}', text
    )
    text = re.sub(r'^name = "[^"]*[^-a-z0-9"][^"]*"$', f"name = {_quoted(written)}", text, flags=re.MULTILINE)
    pool = re.sub(
        r'^(title|title_zh|region) = ".*"$', rf"\1 = {_quoted(written)}",
        find_pool(file, "nanshan-5-2022").read_text(), flags=re.MULTILINE,
    )  # fmt: skip
    (folder / "deal.toml").write_text(text)
    (folder / "pool" / "pool.toml").write_text(pool)
    return folder


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\")


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    made = stress(hostile_deal(tmp_path / "deal"), "disclosure", output=tmp_path / "result", searches=False)
    assert made.stored is not None
    text = page(made.stored)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "\u202e" not in text
    assert "\u2066" not in text
    assert Page(text).opened == []
    write_workbook(made.stored, tmp_path / "hostile.xlsx")
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "hostile.xlsx")
    formulas = [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert formulas
    assert all(re.fullmatch(r"=SUM\([A-Z]+4:[A-Z]+\d+\)", str(one)) for one in formulas)


def test_totals_of_the_workbook_are_sums_of_the_table(result: StoredRun, tmp_path: Path) -> None:
    write_workbook(result, tmp_path / "book.xlsx")
    import openpyxl
    from openpyxl.utils import get_column_letter

    described = load("note_cash_flows")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    sheet = book[described.title]
    heads = [cell.value for cell in sheet[2]]
    assert heads == [column.label for column in described.columns]
    column = heads.index(described.column("interest_paid").label) + 1
    values = [sheet.cell(row, column).value for row in range(4, sheet.max_row - 1)]
    wanted = sum(row["interest_paid"] for row in result.table("note_cash_flows").to_pylist())
    assert sum(value for value in values if isinstance(value, int | float)) == pytest.approx(
        float(wanted), abs=0.005
    )
    # A column is wider than each number and total in it: where it is not, a spreadsheet shows ###.
    for other in book.worksheets[1:]:
        for k, cells in enumerate(other.columns, 1):
            numbers = [float(cell.value) for cell in cells if isinstance(cell.value, int | float)]
            money = "#,##0.00" in {cell.number_format for cell in cells}
            totals = [sum(numbers) * (1 + 1e-9)] if str(cells[-1].value).startswith("=SUM") else []
            most = max((len(f"{one:,.2f}" if money else f"{one:.0f}") for one in numbers + totals), default=0)
            room = other.column_dimensions[get_column_letter(k)].width
            assert room >= most * (1.1 if totals else 1) + 2, (other.title, k, most, room)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_in_one_language_has_sheets_headings_and_words_of_it(
    result: StoredRun, tmp_path: Path, language: Language
) -> None:
    write_workbook(result, tmp_path / "book.xlsx", language)
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    other = re.compile("[A-Za-z]{3,}") if language == "zh" else re.compile("[\u4e00-\u9fff]")
    named = {sheet.title for sheet in book} | {
        cell.value for sheet in book for cell in sheet[2] if cell.value
    }
    of_tables = {one for one in named if one not in ("nanshan-5-2022", "ningbo-1-2024")}
    known = {"DSCR", "WAL"}
    assert [one for one in of_tables if other.search(str(one)) and not set(str(one).split()) & known] == []
    described = load("stress_results")
    sheet = book[described.title_zh if language == "zh" else described.title]
    column = described.columns.index(described.column("holds")) + 1
    words = {sheet.cell(row, column).value for row in range(3, sheet.max_row + 1)} - {None}
    assert words <= ({"是", "否"} if language == "zh" else {"yes", "no"})
    priorities = load("payment_dates")
    sheet = book[priorities.title_zh if language == "zh" else priorities.title]
    column = priorities.columns.index(priorities.column("priority")) + 1
    words = {sheet.cell(row, column).value for row in range(3, sheet.max_row + 1)} - {None}
    assert ("正常分配" if language == "zh" else "normal") in words


def test_a_page_in_one_language_says_yes_and_no_in_it(result: StoredRun) -> None:
    for language, words in (("zh", {"是", "否"}), ("en", {"yes", "no"}), ("both", {"yes 是", "no 否"})):
        found = Page(page(result, language))  # type: ignore[arg-type]
        assert {text for _, form, text in found.figures if form == "yes"} <= words


def test_an_ordinary_run_can_be_reported(tmp_path: Path) -> None:
    made = api.run("biopharma-2000", output=tmp_path / "run")
    assert made.stored is not None
    found = Page(page(made.stored))
    cache: dict[str, dict[str, dict[str, Any]]] = {}
    for reference, form, text in found.figures:
        table, column = reference.split("[")[0], reference.split(".")[-1]
        value = lookup(made.stored, reference, cache)
        said = dict.fromkeys(
            in_words(table, column, value, known_form(column, form), one) for one in WRITTEN["both"]
        )
        assert text == " ".join(said)


def test_elements_escape_what_they_hold() -> None:
    told = el("p", "<b>&", el("i", 'a"b', title='"><x'), None, hidden=None, data_x=1.5).write()
    assert told == '<p data-x="1.5">&lt;b&gt;&amp;<i title="&quot;&gt;&lt;x">a"b</i></p>'
