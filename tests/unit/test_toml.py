"""What is written as a TOML string is read as the same text."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from securitize.base.toml import quoted


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_survives_toml(text: str) -> None:
    assert tomllib.loads(f"x = {quoted(text)}") == {"x": text}
