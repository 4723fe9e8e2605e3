"""From what the user wrote to a file.

A *name* (``guangzhou-2019``) is looked up among what ships with the program; anything else is a path that
the user gave. The two never mix: a name holds no dot, slash or capital, so it cannot leave the library.
Where the files of a kind stand is in :mod:`securitize.library.shelves`.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import NamedTuple, NoReturn

from securitize.base.errors import DefinitionError, Problem, UsageError, printable
from securitize.base.messages import Listing, Message
from securitize.library.shelves import (
    BUILD_FILE,
    DEAL_FILE,
    FINANCING_FILE,
    HOLIDAYS_FILE,
    MARKETS,
    POOL_FILE,
    SHELVES,
    STATE_FILE,
)
from securitize.library.titles import by_title, plain, titled

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: What markets of a currency are called, where not by its code.
_MARKET_NAMES = {"CNY": "china"}


class ShippedFile(NamedTuple):
    """One thing of the library: its name, and its file (its folder, for a template)."""

    name: str
    path: Path


def find_file(shelf: str, name_or_path: str, beside: Path | None = None) -> Path:
    """The file of a name or of a path, on a shelf.

    Of files that have one name only (``deal.toml``) a shipped name wins over a folder of the same name, and
    ``./NAME`` is the folder that holds the file. Of others a user's own beside the file ``beside`` (a deal,
    or the build of a chain) wins over a shipped one. Raises UsageError where there is none.
    """
    known = [*list_own(shelf, beside), *list_shipped(shelf)]
    named = next((path for name, path in known if name == name_or_path), None)
    if named is not None:
        return named
    if not os.path.exists(name_or_path) and (meant := _by_title(shelf, name_or_path, known)) is not None:
        return meant
    path, file = Path(name_or_path), SHELVES[shelf].file
    if file and os.path.isdir(path):
        path /= file
    return _given(shelf, name_or_path, path, known)


def _by_title(kind: str, text: str, known: Iterable[tuple[str, Path]]) -> Path | None:
    """The one file that a text names by its title. Raises UsageError where several do."""
    found = {one.name: one for one in reversed(by_title(text, known))}
    if len(found) > 1:
        names = Listing(
            printable(f"{one.name} ({one.titles[0]})" if one.titles else one.name, 100)
            for _, one in sorted(found.items())
        )
        raise UsageError(
            "more than one {kind} has {text} in the title; name one: {names}",
            kind=Message(kind),
            text=printable(text),
            names=names,
        )
    return next((one.path for one in found.values()), None)


def list_shipped(shelf: str) -> list[ShippedFile]:
    """What ships on a shelf, by name; the folders of templates."""
    place = SHELVES[shelf]
    folder = library_root() / place.shipped
    if not place.shipped:
        return []
    if not place.folders:
        return _files(folder)
    found = _folders(folder, place.file)
    return [ShippedFile(name, file.parent) for name, file in found] if shelf == "template" else found


def list_own(shelf: str, beside: Path | None) -> list[ShippedFile]:
    """A user's own by name, in the folder of the shelf beside a file; none where there is no file."""
    place = SHELVES[shelf]
    if beside is None or not place.beside or place.file:
        return []
    fixed = {each.file for each in SHELVES.values()}
    return [one for one in _files(beside.parent / place.beside) if one.path.name not in fixed]


def list_known(shelf: str, beside: Path | None = None) -> list[ShippedFile]:
    """What ships, with a user's own in the place of those of the same name."""
    return [
        ShippedFile(name, file)
        for name, file in sorted({**dict(list_shipped(shelf)), **dict(list_own(shelf, beside))}.items())
    ]


# The shelves by the names that callers know; a new shelf needs none of these.
find_deal = partial(find_file, "deal")
find_pool_given = partial(find_file, "pool")
find_chain = partial(find_file, "chain")
find_scenario = partial(find_file, "scenario")
find_performance = partial(find_file, "performance")
find_financing = partial(find_file, "financing")
find_alternative = partial(find_file, "alternative")
find_policy = partial(find_file, "policy")
find_programme = partial(find_file, "programme")
find_preset = partial(find_file, "preset")
find_capital_set = partial(find_file, "capital set")
find_suite = partial(find_file, "suite")
list_deals = partial(list_shipped, "deal")
list_pools = partial(list_shipped, "pool")
list_scenarios = partial(list_shipped, "scenario")
list_markets = partial(list_shipped, "market")
list_financings = partial(list_shipped, "financing")
list_alternatives = partial(list_known, "alternative")
list_capital_sets = partial(list_shipped, "capital set")
list_templates = partial(list_shipped, "template")


def find_pool(deal_file: Path, name: str) -> Path:
    """The pool file of a deal: in the folder ``pool`` beside the deal file, else the shipped pool ``name``.

    Raises UsageError where there is none.
    """
    own = deal_file.parent / "pool" / POOL_FILE
    if _stands(own):
        return own
    pools = list_pools()
    return _named(pools, name) or _unknown("pool", name, pools)


def find_build(name_or_path: str) -> Path:
    """The build file of a shipped name, of a folder that holds ``build.toml`` or ``pool/build.toml``, or of a file.

    Raises UsageError where there is none.
    """
    inner = Path(name_or_path) / "pool" / BUILD_FILE
    return inner if os.path.isdir(name_or_path) and _stands(inner) else find_file("build", name_or_path)


def find_state(deal_file: Path) -> Path | None:
    """The state of a deal in mid-life, beside its file; None where the deal begins at closing."""
    own = deal_file.parent / STATE_FILE
    return own if deal_file.name == DEAL_FILE and _stands(own) else None


def find_market(name_or_path: str, deal_file: Path | None = None) -> Path:
    """The market file of a name, first among the deal's own, then among the shipped markets; or of a path.

    A date (``2019-09-11``) is the one market of that day; the name of a shipped deal is :func:`market_of` it.
    Raises UsageError where there is none, or several.
    """
    known = dict(list_known("market", deal_file))
    if name_or_path not in known and not os.path.exists(name_or_path):
        if _DAY.fullmatch(name_or_path):
            return _market_of_day(name_or_path, known)
        if deal := _named(list_deals(), name_or_path):
            return market_of(deal)
    return find_file("market", name_or_path, deal_file)


def market_of(deal_file: Path) -> Path:
    """The market of a deal's currency on its closing date: ``CURRENCY-DATE``, its own before a shipped one.

    Of a deal in mid-life it is the latest of the day of its state and before.
    Markets of CNY are named ``china-DATE``, others by their currency: ``usd-2023-12-15``.
    Raises UsageError where there is none, or the deal file does not say its closing date.
    """
    series, closing = _series_and_closing(deal_file)
    name, known = f"{series}-{closing}", list_known("market", deal_file)
    today = _day_of_state(deal_file)
    if today is not None:
        days = [one for one, _ in known if one.startswith(f"{series}-") and _DAY.fullmatch(one[-10:])]
        name = max((one for one in days if one <= f"{series}-{today}"), default=name)
    return _named(known, name) or _unknown("market", name, known)


def market_day_of(deal_file: Path) -> tuple[str, dt.date]:
    """What the markets of a deal's currency are called, and the deal's day: its closing, in mid-life that of its state.

    Raises UsageError where the deal file does not say its closing date, or one of both is no date.
    """
    series, closing = _series_and_closing(deal_file)
    try:
        return series, dt.date.fromisoformat(_day_of_state(deal_file) or closing)
    except ValueError as error:
        raise _no_closing(deal_file) from error


def _series_and_closing(deal_file: Path) -> tuple[str, str]:
    try:
        raw = tomllib.loads(deal_file.read_text(encoding="utf-8"))
        closing, currency = raw["dates"]["closing"], str(raw.get("currency", "CNY"))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _no_closing(deal_file) from error
    return _MARKET_NAMES.get(currency, currency.lower()), str(closing)


def _no_closing(deal_file: Path) -> UsageError:
    return UsageError(
        "{deal_file}: the closing date cannot be read", deal_file=printable(str(deal_file), 300)
    )


def _day_of_state(deal_file: Path) -> str | None:
    """The day of the state beside a deal, as it is written; None where there is none that can be read."""
    file = find_state(deal_file)
    if file is None:
        return None
    try:
        return str(tomllib.loads(file.read_text(encoding="utf-8"))["as_of"])
    except (OSError, ValueError, LookupError):
        return None


def find_holidays(deal_file: Path | None) -> Path | None:
    """The holidays that the calendars do not know, ``scenarios/markets/china-holidays.toml`` beside the deal file."""
    own = deal_file.parent / MARKETS / HOLIDAYS_FILE if deal_file else None
    return own if own is not None and _stands(own) else None


def _market_of_day(day: str, known: Mapping[str, Path]) -> Path:
    found = [name for name in known if name.endswith(f"-{day}")]
    if len(found) == 1:
        return known[found[0]]
    if found:
        raise UsageError(
            "several markets are of {day}: {found}; name one", day=day, found=Listing(sorted(found))
        )
    dated = sorted(name for name in known if _DAY.fullmatch(name[-10:]))
    if dated:
        raise UsageError("no market is of {day}; known: {dated}", day=day, dated=Listing(dated))
    raise UsageError("no market is of {day}", day=day)


def find_financing_of(deal_file: Path, name: str) -> Path:
    """The financing of a deal: beside the deal file, else the shipped one of the deal's name.

    Raises UsageError where there is none.
    """
    own = deal_file.parent / FINANCING_FILE
    if deal_file.name == DEAL_FILE and _stands(own):
        return own
    found = _named(list_financings(), name)
    if found is None:
        raise UsageError(
            "nothing says what companies of {name} pay: write {financing_file} beside {deal_file}",
            name=printable(name),
            financing_file=FINANCING_FILE,
            deal_file=DEAL_FILE,
        )
    return found


def template(name: str) -> Path:
    """The folder of a template, a complete user's folder. Raises UsageError where there is none."""
    templates = list_templates()
    return (
        _named(templates, name)
        or _by_title("template", name, templates)
        or _unknown("template", name, templates)
    )


def library_root() -> Path:
    """The folder of ``deals``, ``pools`` and ``scenarios``: this one when installed, else the checkout."""
    here = Path(__file__).resolve().parent
    return here if (here / "deals").is_dir() else here.parents[1]


def _files(folder: Path) -> list[ShippedFile]:
    found = sorted(folder.glob("*.toml"))
    return [ShippedFile(file.stem, file) for file in found if _is_name(file.stem)]


def _folders(folder: Path, file_name: str) -> list[ShippedFile]:
    found = sorted(folder.glob(f"*/{file_name}"))
    return [ShippedFile(file.parent.name, file) for file in found if _is_name(file.parent.name)]


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _named(shipped: list[ShippedFile], name: str) -> Path | None:
    return dict(shipped).get(name)


def _stands(path: Path) -> bool:
    """Whether anything stands there, be it a link to nothing or what may not be looked at: reading it says so.

    Taken for absent, a pool or state that cannot be read would be replaced by another, or left out, in silence.
    """
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _require_reachable(path: Path) -> None:
    """Raises DefinitionError where the system does not let a path be looked at; where nothing stands, nothing."""
    try:
        os.stat(path)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
            return
        reason = Message(error.strerror or str(error))
        problem = Problem(str(path), 0, "", "the file cannot be read", reason, "check the path", "SEC101")
        raise DefinitionError([problem]) from None
    except ValueError:
        return  # A null character; what follows says that there is no such file.


def _given(kind: str, text: str, path: Path, known: list[ShippedFile]) -> Path:
    """``path`` where a file stands there; ``text`` is what the user wrote."""
    _require_reachable(path)
    if os.path.exists(path) and not os.path.isdir(path):
        return path
    if (_is_name(text) or not text.isascii()) and not os.path.exists(text) and not text.endswith(".toml"):
        _unknown(kind, text, known)
    raise UsageError("{path}: no such {kind} file", path=printable(str(path), 300), kind=Message(kind))


def _unknown(kind: str, name: str, known: list[ShippedFile]) -> NoReturn:
    names = sorted({name for name, _ in known})
    near = get_close_matches(plain(name), names, n=3)
    if not near:  # A reader who types Chinese is shown the titles too.
        titles = {one: titled(one, path).titles[:1] for one, path in known if not name.isascii()}
        near = [f"{one} ({titles[one][0]})" if titles.get(one) else one for one in names]
    if near:
        raise UsageError(
            "no {kind} is named {name}; known: {near}",
            kind=Message(kind),
            name=printable(name),
            near=Listing(near),
        )
    raise UsageError("no {kind} is named {name}", kind=Message(kind), name=printable(name))
