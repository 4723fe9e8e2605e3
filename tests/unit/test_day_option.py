"""A date on the command line as a Chinese keyboard writes it is refused with what to write."""

from __future__ import annotations

import click
import pytest

from securitize.commands.options import Day


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "２０２０-０３-１１",
            "２０２０-０３-１１: full-width digit two ２ (U+FF12) at character 1; write 2020-03-11",
        ),
        ("2020年3月11日", "2020年3月11日: not a date of ISO 8601; write 2020-03-11"),
        ("2020/3/11", "2020/3/11: not a date of ISO 8601; write 2020-03-11"),
    ],
)
def test_a_date_is_refused_with_what_to_write(written: str, told: str) -> None:
    with pytest.raises(click.BadParameter) as error:
        Day().convert(written, None, None)
    assert error.value.message == told
    assert Day().convert("2020-03-11", None, None).day == 11
