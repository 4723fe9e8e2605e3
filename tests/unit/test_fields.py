"""Every field, code and column can be explained, and no explanation is left over."""

from __future__ import annotations

import pytest

from securitize.base.errors import UsageError
from securitize.definitions.codes import codes
from securitize.definitions.fields import fields, find_fields, meanings
from securitize.definitions.kinds import FileKind
from securitize.reports.explained import print_explained, words
from securitize.tables import dictionary


def test_every_field_has_a_meaning_in_both_languages() -> None:
    assert len(fields()) > 900
    for field in fields():
        assert field.meaning, field.written
        assert field.meaning_zh, field.written
        assert field.form, field.written


def test_no_meaning_is_left_over() -> None:
    used: set[tuple[str, str]] = set()
    for model, told in meanings().items():
        for name, (en, zh) in told.items():
            if any(f.path[-1] == name and (f.meaning, f.meaning_zh) == (en, zh) for f in fields()):
                used.add((model, name))
    assert {(model, name) for model, told in meanings().items() for name in told} - used == set()


@pytest.mark.parametrize(
    ("word", "file", "written", "owner"),
    [
        ("notes.A.unpaid_interest", "deal", "notes.NAME.unpaid_interest", "Note"),
        ("deal.notes.A.coupon", "deal", "notes.NAME.coupon", "Note"),
        ("notes.coupon", "deal", "notes.NAME.coupon", "Note"),
        ("state.notes.A.balance", "state", "notes.NAME.balance", "NoteState"),
        ("priority.normal[2].pay", "deal", "priority.normal.pay", "Step"),
        ("contracts.c1.full_payment", "pool", "contracts.NAME.full_payment", "LicenceBack"),
    ],
)
def test_a_field_is_found_as_people_write_it(word: str, file: FileKind, written: str, owner: str) -> None:
    assert [(f.file, f.written, f.owner) for f in find_fields(word)] == [(file, written, owner)]


def test_a_kind_may_stand_in_a_path() -> None:
    put = find_fields("stress.put.share")
    assert [(field.owner, field.kind) for field in put] == [("PutStress", "put")]
    assert put[0].reference.endswith("priority-of-payments.md, section 14")
    assert {field.owner for field in find_fields("notes.A.coupon.floating.cap")} == {"FloatingRate"}
    assert find_fields("notes.A.coupon.fixed.cap") == []


def test_kinds_are_told_where_a_table_has_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert "royalty" in next(field.form for field in find_fields("contracts") if field.file == "pool")
    assert "step-up" in find_fields("notes.coupon")[0].form
    for word in ("licence-back", "pari-passu", "half-even"):
        print_explained(word)
        assert "docs/reference/" in capsys.readouterr().out


def test_defaults_are_told_as_they_are_written() -> None:
    assert [f.default for f in find_fields("notes.price")] == ["1"]
    assert [f.default for f in find_fields("notes.unpaid_interest")] == ["deferred"]
    assert next(f.default for f in find_fields("triggers.latched")) == "true"


def test_every_word_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    columns = {f"{name}.{one.name}" for name in dictionary.names() for one in dictionary.load(name).columns}
    known = set(words())
    assert set(codes()) | columns | {field.written for field in fields()} <= known
    for word in [*codes(), *columns, *sorted({field.path[-1] for field in fields()} - {"*"})]:
        print_explained(word)
        assert word.split(".")[-1] in capsys.readouterr().out


def test_an_unknown_word_names_close_ones() -> None:
    with pytest.raises(UsageError, match=r"did you mean notes\.NAME\.coupon"):
        print_explained("notes.A.copon")
