"""Text as TOML writes it."""

from __future__ import annotations

import json


def quoted(text: str) -> str:
    """``text`` as a basic string. A JSON string is one, but for DEL, which TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
