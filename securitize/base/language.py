"""The language in which the program speaks to its user: English, or Chinese.

Stored results, JSON, CSV and the Python API are English whatever the language, so that the same inputs give the
same bytes; only what is written for a person at a terminal, or on a page, is in the user's language.
"""

from __future__ import annotations

import locale
import os
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_in_use: list[Language] = ["en"]


def language() -> Language:
    """The language in use."""
    return _in_use[0]


def use_language(chosen: Language) -> None:
    """Speak ``chosen`` from now on, in this process."""
    _in_use[0] = chosen


def language_of_locale() -> Language:
    """Chinese where the user's locale is Chinese, English everywhere else.

    POSIX names it in LC_ALL, LC_MESSAGES or LANG, the first of them that is set; Windows only in its own setting,
    such as "Chinese (Simplified)_China".
    """
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if not named:
        named = locale.getlocale(locale.LC_CTYPE)[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"
