"""From what the user wrote to a file.

A *name* (``guangzhou-2019``) is looked up among what ships with the program; anything else is a path that
the user gave. The two never mix: a name holds no dot, slash or capital, so it cannot leave the library.

====================  =============================  ==============================
what                  shipped                        in a user's folder
====================  =============================  ==============================
deal                  ``deals/NAME.toml``            ``deal.toml``
pool                  ``pools/NAME/pool.toml``       ``pool/pool.toml``
build of a pool       ``pools/NAME/build.toml``      ``build.toml`` in a folder, or in its ``pool``
industry chain        ``pools/chains/NAME.toml``     ``chains/NAME.toml`` beside the build or pool file
scenario              ``scenarios/stresses/…``       ``scenarios/NAME.toml``
market                ``scenarios/markets/…``        ``scenarios/markets/NAME.toml``
holidays              -                              ``scenarios/markets/china-holidays.toml``
random performance    ``scenarios/performance/…``    ``scenarios/performance/NAME.toml``
financing             ``deals/financing/NAME.toml``  ``financing.toml`` beside ``deal.toml``
alternative           ``scenarios/alternatives/…``   ``scenarios/alternatives/NAME.toml``
policy                ``scenarios/policies/…``       ``scenarios/policies/NAME.toml``
programme             ``scenarios/programmes/…``
suite                 ``scenarios/suites/…``         ``scenarios/suites/NAME.toml``
preset of rules       ``scenarios/presets/…``        ``scenarios/presets/NAME.toml``
capital set           ``scenarios/capital/…``        ``scenarios/capital/NAME.toml``
state                 -                              ``state.toml`` beside ``deal.toml``
template              ``deals/templates/NAME/``
====================  =============================  ==============================
"""

from __future__ import annotations

import os.path
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, NoReturn

from securitize.base.errors import UsageError, printable

DEAL_FILE = "deal.toml"
POOL_FILE = "pool.toml"
BUILD_FILE = "build.toml"
STATE_FILE = "state.toml"
#: Folder of a user's own markets beside a deal file, and the file in it that is no market.
MARKETS = "scenarios/markets"
HOLIDAYS_FILE = "china-holidays.toml"
FINANCING_FILE = "financing.toml"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: What markets of a currency are called, where not by its code.
_MARKET_NAMES = {"CNY": "china"}


class Shipped(NamedTuple):
    """One thing of the library: its name, and its file (its folder, for a template)."""

    name: str
    path: Path


def find_deal(name_or_path: str) -> Path:
    """The deal file of a shipped name, of a folder that holds ``deal.toml``, or of a file.

    A shipped name wins over a folder of the same name; ``./NAME`` is the folder.
    Raises UsageError where there is none.
    """
    return _find_in_folder("deal", name_or_path, DEAL_FILE, list_deals())


def find_pool(deal_file: Path, name: str) -> Path:
    """The pool file of a deal: in the folder ``pool`` beside the deal file, else the shipped pool ``name``.

    Raises UsageError where there is none.
    """
    own = deal_file.parent / "pool" / POOL_FILE
    if own.exists():
        return own
    pools = list_pools()
    return _named(pools, name) or _unknown("pool", name, pools)


def find_pool_given(name_or_path: str) -> Path:
    """The pool file of a shipped name, of a folder that holds ``pool.toml`` (the build of a pool), or of a file.

    Raises UsageError where there is none.
    """
    return _find_in_folder("pool", name_or_path, POOL_FILE, list_pools())


def find_build(name_or_path: str) -> Path:
    """The build file of a shipped name, of a folder that holds ``build.toml`` or ``pool/build.toml``, or of a file.

    Raises UsageError where there is none.
    """
    inner = Path(name_or_path) / "pool" / BUILD_FILE
    return inner if inner.exists() else _find_in_folder("build", name_or_path, BUILD_FILE, list_builds())


def find_chain(name_or_path: str, build_file: Path | None = None) -> Path:
    """The chain file of a name, first among those beside the build file, then among the shipped ones; or of a path.

    Raises UsageError where there is none.
    """
    return _find_beside("chain", name_or_path, build_file, "chains", list_chains())


def find_state(deal_file: Path) -> Path | None:
    """The state of a deal in mid-life, beside its file; None where the deal begins at closing."""
    own = deal_file.parent / STATE_FILE
    return own if deal_file.name == DEAL_FILE and own.exists() else None


def find_scenario(name_or_path: str, deal_file: Path | None = None) -> Path:
    """The scenario file of a name, first among the deal's own, then among the shipped stresses; or of a path.

    Raises UsageError where there is none.
    """
    return _find_beside("scenario", name_or_path, deal_file, "scenarios", list_scenarios())


def find_market(name_or_path: str, deal_file: Path | None = None) -> Path:
    """The market file of a name, first among the deal's own, then among the shipped markets; or of a path.

    A date (``2019-09-11``) is the one market of that day; the name of a shipped deal is :func:`market_of` it.
    Raises UsageError where there is none, or several.
    """
    own = _files(deal_file.parent / MARKETS) if deal_file else []
    known = dict([*list_markets(), *own])
    if name_or_path not in known and not os.path.exists(name_or_path):
        if _DAY.fullmatch(name_or_path):
            return _market_of_day(name_or_path, known)
        if deal := _named(list_deals(), name_or_path):
            return market_of(deal)
    return _find_beside("market", name_or_path, deal_file, MARKETS, list_markets())


def market_of(deal_file: Path) -> Path:
    """The market of a deal's currency on its closing date: ``CURRENCY-DATE``, its own before a shipped one.

    Markets of CNY are named ``china-DATE``, others by their currency: ``usd-2023-12-15``.
    Raises UsageError where there is none, or the deal file does not say its closing date.
    """
    try:
        raw = tomllib.loads(deal_file.read_text(encoding="utf-8"))
        closing, currency = raw["dates"]["closing"], str(raw.get("currency", "CNY"))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UsageError(f"{printable(str(deal_file), 300)}: the closing date cannot be read") from error
    name = f"{_MARKET_NAMES.get(currency, currency.lower())}-{closing}"
    known = dict([*list_markets(), *_files(deal_file.parent / MARKETS)])
    return known.get(name) or _unknown("market", name, [Shipped(*one) for one in known.items()])


def find_holidays(deal_file: Path | None) -> Path | None:
    """The holidays that the calendars do not know, ``scenarios/markets/china-holidays.toml`` beside the deal file."""
    own = deal_file.parent / MARKETS / HOLIDAYS_FILE if deal_file else None
    return own if own is not None and own.exists() else None


def _market_of_day(day: str, known: Mapping[str, Path]) -> Path:
    found = [name for name in known if name.endswith(f"-{day}")]
    if len(found) == 1:
        return known[found[0]]
    if found:
        raise UsageError(f"several markets are of {day}: {', '.join(sorted(found))}; name one")
    dated = sorted(name for name in known if _DAY.fullmatch(name[-10:]))
    told = f"; known: {', '.join(dated)}" if dated else ""
    raise UsageError(f"no market is of {day}{told}")


def find_performance(name_or_path: str, deal_file: Path | None = None) -> Path:
    """The random performance of a name, first among the deal's own, then among the shipped ones; or of a path.

    Raises UsageError where there is none.
    """
    return _find_beside("performance", name_or_path, deal_file, "scenarios/performance", list_performances())


def find_financing(name_or_path: str) -> Path:
    """The financing file of a shipped name, of a folder that holds ``financing.toml``, or of a file.

    Raises UsageError where there is none.
    """
    return _find_in_folder("financing", name_or_path, FINANCING_FILE, list_financings())


def find_financing_of(deal_file: Path, name: str) -> Path:
    """The financing of a deal: beside the deal file, else the shipped one of the deal's name.

    Raises UsageError where there is none.
    """
    own = deal_file.parent / FINANCING_FILE
    if deal_file.name == DEAL_FILE and own.exists():
        return own
    found = _named(list_financings(), name)
    if found is None:
        raise UsageError(
            f"nothing says what companies of {printable(name)} pay: write {FINANCING_FILE} beside {DEAL_FILE}"
        )
    return found


def find_alternative(name_or_path: str, deal_file: Path | None = None) -> Path:
    """The alternative of a name, first among the deal's own, then among the shipped ones; or of a path.

    Raises UsageError where there is none.
    """
    return _find_beside(
        "alternative", name_or_path, deal_file, "scenarios/alternatives", list_alternatives(deal_file)
    )


def find_policy(name_or_path: str, deal_file: Path | None = None) -> Path:
    """The policy of a name, first among the deal's own, then among the shipped ones; or of a path.

    Raises UsageError where there is none.
    """
    return _find_beside("policy", name_or_path, deal_file, "scenarios/policies", list_policies())


def find_programme(name_or_path: str) -> Path:
    """The plan of a city, by the name of a shipped one or by a path. Raises UsageError where there is none."""
    return _find_beside("programme", name_or_path, None, "scenarios/programmes", list_programmes())


def template(name: str) -> Path:
    """The folder of a template, a complete user's folder. Raises UsageError where there is none."""
    templates = list_templates()
    return _named(templates, name) or _unknown("template", name, templates)


def list_deals() -> list[Shipped]:
    """The shipped deals, by name."""
    return _files(library_root() / "deals")


def list_pools() -> list[Shipped]:
    """The shipped pools, by name."""
    return _folders(library_root() / "pools", POOL_FILE)


def list_builds() -> list[Shipped]:
    """The shipped pools that are assembled from candidates, by name."""
    return _folders(library_root() / "pools", BUILD_FILE)


def list_chains() -> list[Shipped]:
    """The shipped industry chains, by name."""
    return _files(library_root() / "pools/chains")


def list_scenarios() -> list[Shipped]:
    """The shipped stresses, by name."""
    return _files(library_root() / "scenarios/stresses")


def list_markets() -> list[Shipped]:
    """The shipped markets, by name."""
    return _files(library_root() / MARKETS)


def list_performances() -> list[Shipped]:
    """The shipped random performances, by name."""
    return _files(library_root() / "scenarios/performance")


def list_financings() -> list[Shipped]:
    """The shipped financings of deals, and cases without a pool, by name."""
    return _files(library_root() / "deals/financing")


def list_alternatives(deal_file: Path | None = None) -> list[Shipped]:
    """The shipped alternatives, by name; with those of a deal's folder in the place of those of the same name."""
    own = _files(deal_file.parent / "scenarios/alternatives") if deal_file else []
    shipped = _files(library_root() / "scenarios/alternatives")
    return [Shipped(name, file) for name, file in sorted({**dict(shipped), **dict(own)}.items())]


def list_policies() -> list[Shipped]:
    """The shipped policies, by name."""
    return _files(library_root() / "scenarios/policies")


def list_presets() -> list[Shipped]:
    """The shipped presets of rules, by name."""
    return _files(library_root() / "scenarios/presets")


def list_capital_sets() -> list[Shipped]:
    """The shipped sets of capital parameters, by name."""
    return _files(library_root() / "scenarios/capital")


def list_suites() -> list[Shipped]:
    """The shipped suites of scenarios, by name."""
    return _files(library_root() / "scenarios/suites")


def list_programmes() -> list[Shipped]:
    """The shipped plans of cities, by name."""
    return _files(library_root() / "scenarios/programmes")


def list_templates() -> list[Shipped]:
    """The shipped templates, by name."""
    return [
        Shipped(name, file.parent) for name, file in _folders(library_root() / "deals/templates", DEAL_FILE)
    ]


def library_root() -> Path:
    """The folder of ``deals``, ``pools`` and ``scenarios``: this one when installed, else the checkout."""
    here = Path(__file__).resolve().parent
    return here if (here / "deals").is_dir() else here.parents[1]


def _files(folder: Path) -> list[Shipped]:
    found = sorted(folder.glob("*.toml"))
    return [Shipped(file.stem, file) for file in found if _is_name(file.stem)]


def _folders(folder: Path, file_name: str) -> list[Shipped]:
    found = sorted(folder.glob(f"*/{file_name}"))
    return [Shipped(file.parent.name, file) for file in found if _is_name(file.parent.name)]


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _named(shipped: list[Shipped], name: str) -> Path | None:
    return dict(shipped).get(name)


def _find_in_folder(kind: str, name_or_path: str, file_name: str, shipped: list[Shipped]) -> Path:
    """As :func:`find_deal`: a shipped name, else a folder that holds the file, else the file."""
    if named := _named(shipped, name_or_path):
        return named
    path = Path(name_or_path)
    if os.path.isdir(path):
        path /= file_name
    return _given(kind, name_or_path, path, shipped)


def find_preset(name_or_path: str, deal_file: Path | None = None) -> Path:
    """The preset of a name, first among the deal's own, then among the shipped ones; or of a path.

    Raises UsageError where there is none.
    """
    return _find_beside("preset", name_or_path, deal_file, "scenarios/presets", list_presets())


def find_capital_set(name_or_path: str, deal_file: Path | None = None) -> Path:
    """The set of capital parameters of a name, the deal's own before a shipped one; or of a path.

    Raises UsageError where there is none.
    """
    return _find_beside("capital set", name_or_path, deal_file, "scenarios/capital", list_capital_sets())


def find_suite(name_or_path: str, deal_file: Path | None = None) -> Path:
    """The suite of a name, first among the deal's own, then among the shipped ones; or of a path.

    Raises UsageError where there is none.
    """
    return _find_beside("suite", name_or_path, deal_file, "scenarios/suites", list_suites())


def _find_beside(
    kind: str, name_or_path: str, file: Path | None, folder: str, shipped: list[Shipped]
) -> Path:
    own = _files(file.parent / folder) if file else []
    named = _named(own, name_or_path) or _named(shipped, name_or_path)
    return named or _given(kind, name_or_path, Path(name_or_path), own + shipped)


def _given(kind: str, text: str, path: Path, known: list[Shipped]) -> Path:
    """``path`` where a file stands there; ``text`` is what the user wrote."""
    if os.path.exists(path) and not os.path.isdir(path):
        return path
    if _is_name(text) and not os.path.exists(text):
        _unknown(kind, text, known)
    raise UsageError(f"{printable(str(path), 300)}: no such {kind} file")


def _unknown(kind: str, name: str, known: list[Shipped]) -> NoReturn:
    names = sorted({name for name, _ in known})
    near = get_close_matches(name, names, n=3) or names
    hint = f"; known: {', '.join(near)}" if near else ""
    raise UsageError(f"no {kind} is named {printable(name)}{hint}")
