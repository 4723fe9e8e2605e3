"""From files to models: every problem at once, at its place, in words that say the repair."""

from __future__ import annotations

import datetime as dt
import re
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions.codes import codes
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import PROBLEM_LIMIT
from securitize.definitions.kinds import POOL
from securitize.definitions.loading import (
    load_all,
    load_build,
    load_deal,
    load_market,
    load_pool,
    load_scenario,
)
from securitize.library.find import find_build
from tests.unit.mutations import FIXTURES, GOOD, edited

BAD = FIXTURES / "bad"
COUPON = (
    'coupon = { kind = "fixed", rate = { value = 0.038, kind = "published", source = "Prospectus, page 3" } }'
)

#: code, path, line, edit of the good deal
FIRST_PASS: list[tuple[str, str, int, tuple[str, str]]] = [
    ("SEC110", "notes.A.coupon.rate", 49, ("value = 0.038", 'value = "0.038"')),
    ("SEC111", "notes.C.balance", 75, ("balance = 5_000_000", "balance = inf")),
    ("SEC112", "notes.A.coupon.rate", 49, ("value = 0.038", "value = 3.8")),
    ("SEC113", "notes.C.balance", 75, ("balance = 5_000_000", "balance = 5.001")),
    ("SEC113", "notes.C.balance", 75, ("balance = 5_000_000", "balance = 1e999")),
    ("SEC114", "notes.C.balance", 75, ("balance = 5_000_000", "balance = -1")),
    ("SEC116", "notes.A.balance", 47, ("value = 60_000_000", "at_least = 60_000_000")),
    ("SEC117", "notes.A.balance", 47, ('kind = "published", s', 'page = 3, kind = "published", s')),
    ("SEC118", "notes.A.balance", 47, ('kind = "published"', 'kind = "guessed"')),
    ("SEC119", "notes.A.balance", 47, (', source = "Prospectus, page 3"', "")),
    ("SEC121", "dates.closing", 14, ("closing = 2024-02-29", "closing = 0001-01-01")),
    ("SEC122", "notes.B.deferable", 61, ("deferrable", "deferable")),
    ("SEC122", "triggers.late.threshhold", 117, ("threshold = 0.25", "threshold = 0.25\nthreshhold = 1")),
    ("SEC123", "notes.C.rank", 73, ("rank = 3\n", "\n")),
    ("SEC123", "notes.B.coupon.rate", 65, ("rate = 0.045\n", "\n")),
    ("SEC123", "notes.C.coupon.kind", 76, ('coupon = { kind = "zero" }', "coupon = {}")),
    ("SEC123", "fees.rating.date", 93, ("date = 2024-08-29\n\n[fees.servicer]", "\n[fees.servicer]")),
    ("SEC124", "triggers.early.priority", 112, ('priority = "acceleration"', 'priority = "accelerate"')),
    ("SEC124", "fees.trustee.base", 83, ('base = "notes"', 'base = "note"')),
    ("SEC124", "collections.recoveries", 43, ('recovery = "coll', 'recoveries = "coll')),
    ("SEC125", "notes.C.coupon.kind", 76, ('kind = "zero"', 'kind = "null"')),
    ("SEC127", "notes.B.deferrable", 61, ("deferrable = true", 'deferrable = "yes"')),
    ("SEC127", "notes.B.rank", 59, ("rank = 2", "rank = 2.0")),
    ("SEC127", "priority.normal[1].pay", 146, ('pay = ["fee:servicer"]', 'pay = "fee:servicer"')),
    ("SEC128", "dates.closing", 14, ("closing = 2024-02-29", "closing = 2024-02-29T10:00:00")),
    ("SEC128", "dates.closing", 14, ("closing = 2024-02-29", "closing = 2024-02-29T00:00:00")),
    ("SEC128", "dates.closing", 14, ("closing = 2024-02-29", 'closing = "2024-02-29"')),
    ("SEC129", 'notes."ä"', 73, ("[notes.C]", '[notes."ä"]')),
    ("SEC129", 'notes."../../x"', 73, ("[notes.C]", '[notes."../../x"]')),
    ("SEC129", "collections.recovery", 43, ('recovery = "collection"', 'recovery = ""')),
    ("SEC130", "title", 3, ('title = "Small deal"', f'title = "{"x" * 201}"')),
    ("SEC131", "notes.B.rank", 59, ("rank = 2", "rank = 0")),
    (
        "SEC131",
        "dates.collection.days_before",
        25,
        ("days_before = 10", 'days_before = { value = 2.5, kind = "assumed" }'),
    ),
    (
        "SEC131",
        "dates.collection.days_before",
        25,
        ("days_before = 10", 'days_before = { value = 999, kind = "assumed" }'),
    ),
    ("SEC132", "priority.normal[1].pay", 146, ('pay = ["fee:servicer"]', "pay = []")),
    ("SEC133", "dates.payment.every", 19, ('every = "6M"', 'every = "6W"')),
    ("SEC133", "currency", 6, ('currency = "CNY"', 'currency = "yuan"')),
    ("SEC124", "fees.audit.payable", 91, ('payable = "12M"', 'payable = "yearly"')),
    ("SEC152", "performance", 218, ("rate = 0.3, lag", 'rate = 0.3 }, { rate = 0.8, source = "x", lag')),
]


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(DefinitionError) as error:
        load_deal(path)
    return error.value.problems


@pytest.mark.parametrize(("code", "path", "line", "edit"), FIRST_PASS)
def test_one_fault_is_one_problem_at_its_place(
    code: str, path: str, line: int, edit: tuple[str, str], tmp_path: Path
) -> None:
    found = problems(edited("deal.toml", tmp_path, edit))
    assert (code, path, line) in [(p.code, p.path, p.line) for p in found]
    first = next(p for p in found if p.path == path)
    assert first.repair
    assert not {"kind", "fixed", "step-up"} & set(first.path.split(".")[:-1])


def test_five_faults_are_five_problems_each_with_its_line() -> None:
    found = problems(BAD / "five-faults.toml")
    assert [(p.line, p.code) for p in found] == [
        (7, "SEC242"),
        (15, "SEC202"),
        (20, "SEC122"),
        (22, "SEC112"),
        (28, "SEC201"),
    ]
    assert str(found[3]).endswith(
        "five-faults.toml:22: notes.A.coupon.rate: 3.8 is above 1; 3.8 percent are 0.038  [SEC112]"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("coupon = 0.0285", '{ kind = "fixed", rate = 0.0285 }'),
        ('coupon = "zero"', '{ kind = "zero" }'),
        (
            'coupon = { value = 0.0285, kind = "assumed" }',
            '{ kind = "fixed", rate = { value = …, kind = … } }',
        ),
        ("coupon = true", 'with kind = "zero", "fixed", "step-up" or "floating"'),
    ],
)
def test_a_bare_value_is_told_the_table_that_it_stands_for(written: str, meant: str, tmp_path: Path) -> None:
    found = problems(edited("deal.toml", tmp_path, (COUPON, written)))
    assert [(p.code, p.path, p.repair) for p in found if "coupon" in p.path] == [
        ("SEC127", "notes.A.coupon", f"write it in braces, {meant}")
    ]


def test_entries_that_fail_are_not_said_to_be_missing(tmp_path: Path) -> None:
    path = edited("deal.toml", tmp_path)
    text = re.sub(r'(\[\[priority\.\w+\]\]\n)name = ".*"\n', r"\1", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    assert {(p.code, p.path.rpartition(".")[2]) for p in problems(path)} == {("SEC123", "name")}


def test_places_are_counted_with_what_is_faulty_before_them(tmp_path: Path) -> None:
    edits = (('pay = ["fee:servicer"]', "pay = 1"), ('pay = ["principal:A"]', 'pay = ["principal:X"]'))
    assert [p.path for p in problems(edited("deal.toml", tmp_path, *edits))] == [
        "priority.normal[1].pay",
        "priority.normal[3].pay[0]",
    ]


def test_faulty_entries_still_have_their_names(tmp_path: Path) -> None:
    found = problems(edited("deal.toml", tmp_path, ("rank = 2", "rank = 0")))
    assert [p.path for p in found] == ["notes.B.rank"]


def test_dates_that_are_none_hide_no_other_fault(tmp_path: Path) -> None:
    edits = (("closing = 2024-02-29", "closing = 1"), ('recovery = "collection"', 'recovery = "X"'))
    found = problems(edited("deal.toml", tmp_path, *edits))
    assert [p.path for p in found] == ["dates.closing", "collections.recovery"]


def test_an_empty_file_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "deal.toml").write_text("", encoding="utf-8")
    found = {p.path for p in problems(tmp_path / "deal.toml")}
    assert found == {"name", "pool", "dates", "accounts", "notes", "priority"}


def test_a_loaded_deal_holds_model_raw_text_and_lines() -> None:
    loaded = load_deal(GOOD / "deal.toml")
    assert loaded.model.notes["A"].balance == 6_000_000_000
    assert loaded.raw["notes"]["A"]["balance"]["value"] == 60_000_000
    assert loaded.raw["notes"]["B"]["coupon"]["rate"] == Decimal("0.045")
    assert loaded.raw["dates"]["closing"] == dt.date(2024, 2, 29)
    assert isinstance(loaded.raw["sources"], list)
    assert loaded.text == (GOOD / "deal.toml").read_bytes()
    assert loaded.locator.line(("notes", "A", "principal", "payments", 1)) == 55
    assert loaded.removed == ()


def test_a_whole_number_may_be_a_figure(tmp_path: Path) -> None:
    edit = ("days_before = 10", 'days_before = { value = 5, kind = "assumed" }')
    assert load_deal(edited("deal.toml", tmp_path, edit)).model.dates.collection.days_before == 5


def test_the_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    files = [
        edited("deal.toml", tmp_path, ("rank = 2", "rank = 0")),
        edited("pool.toml", tmp_path, ("count = 4", "count = 0")),
        edited("scenario.toml", tmp_path, ("scale = 1.5", "scale = 1.5\nshift = 1")),
        edited("market.toml", tmp_path, ("one_year = 0.0345", "one_year = 3.45")),
    ]
    with pytest.raises(DefinitionError) as error:
        load_all(*files)
    assert [(Path(p.file).name, p.code) for p in error.value.problems] == [
        ("deal.toml", "SEC131"),
        ("market.toml", "SEC112"),
        ("pool.toml", "SEC131"),
        ("scenario.toml", "SEC170"),
    ]


def test_of_very_many_problems_the_first_are_told(tmp_path: Path) -> None:
    many = ", ".join(f'"x{k}"' for k in range(20_000))
    start = time.perf_counter()
    found = problems(edited("deal.toml", tmp_path, ('unless = ["cover"]', f"unless = [{many}]")))
    assert (len(found), found[0].code) == (PROBLEM_LIMIT + 1, "SEC140")
    assert time.perf_counter() - start < 2


def test_very_many_warnings_are_no_error(tmp_path: Path) -> None:
    rights = "".join(f'[collateral.x{k}]\nkind = "design"\nowner = "o1"\n' for k in range(500))
    loaded = load_pool(edited("pool.toml", tmp_path, ("[contracts.c1]", rights + "[contracts.c1]")))
    assert POOL.warnings is not None
    found, accepted = POOL.warnings(loaded)
    assert (len(found), found[-1].code, accepted) == (PROBLEM_LIMIT + 1, "SEC319", [])


def test_the_nearest_name_is_suggested() -> None:
    assert suggest("colection", ["collection", "reserve"]) == "did you mean collection?"
    assert suggest("INTEREST:A", ["interest:A"]) == "did you mean interest:A?"
    assert suggest("xyz", ["a", "b"]) == "there are a, b"
    assert suggest("xyz", []) == "there are none"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**39), 10**39) | st.text(max_size=20) | st.just("2024-01-01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _toml(value: object) -> str:
    if value is None:
        return "2024-01-01T10:00:00"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"'


_LINES = [
    k
    for k, line in enumerate((GOOD / "deal.toml").read_text(encoding="utf-8").splitlines())
    if " = " in line and not line.startswith((" ", "#")) and not line.endswith("[")
]


@given(st.lists(st.tuples(st.sampled_from(_LINES), ANYTHING), min_size=1, max_size=4))
def test_any_value_anywhere_is_told_at_its_line(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, object]]
) -> None:
    lines = (GOOD / "deal.toml").read_text(encoding="utf-8").splitlines()
    for k, value in changes:
        lines[k] = f"{lines[k].partition(' = ')[0]} = {_toml(value)}"
    path = tmp_path_factory.mktemp("any") / "deal.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        load_deal(path)
        found: tuple[Problem, ...] = ()
    except DefinitionError as error:
        found = error.problems
    assert all("\n" not in str(p) and p.code in codes() for p in found)
    assert all(p.line > 0 or p.code in ("SEC123", "SEC105") for p in found)


@pytest.mark.parametrize("load", [load_deal, load_pool, load_scenario, load_market])
@pytest.mark.parametrize("bad", sorted(p.name for p in BAD.iterdir()))
def test_bad_files_are_refused_by_every_loader(load: object, bad: str) -> None:
    assert callable(load)
    with pytest.raises(DefinitionError):
        load(BAD / bad)


@pytest.mark.parametrize(
    ("old", "new", "repair"),
    [
        (".csv", ".doc", "write the name of a CSV, XLSX or Parquet file, such as candidates.csv"),
        (
            'kind = "maturity"\nafter = 2028-12-31',
            'kind = "node"\nnode = "!2"',
            "write the code of a node, such as 2.1.3",
        ),
    ],
)
def test_a_text_of_another_form_is_told_its_form(tmp_path: Path, old: str, new: str, repair: str) -> None:
    text = find_build("lithium-battery").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "build.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_build(tmp_path / "build.toml")
    assert [(problem.code, problem.repair) for problem in caught.value.problems] == [("SEC133", repair)]


def test_what_stands_there_is_shown_once_and_as_names(tmp_path: Path) -> None:
    edits = (
        ("amount = 200_000\nper", 'amount = 200_000\nof = ["A", "B"]\nper'),
        ('pay = ["fee:servicer"]', "pay = []"),
    )
    for edit, expected in zip(edits, ("a limit by amount has no of (A, B)", "0 entries; give"), strict=True):
        texts = [str(problem) for problem in problems(edited("deal.toml", tmp_path, edit))]
        assert any(expected in text for text in texts), texts
