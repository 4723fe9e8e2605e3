"""Where the files of each kind stand: shipped, and in a user's folder.

What such a file is (its model, its checks, what it is recognised by) stands in
:mod:`securitize.definitions.kinds`, on a floor above; here are names and places only, so that lists and
completion load nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath

from securitize.base.messages import Message

DEAL_FILE = "deal.toml"
POOL_FILE = "pool.toml"
BUILD_FILE = "build.toml"
STATE_FILE = "state.toml"
FINANCING_FILE = "financing.toml"
HOLIDAYS_FILE = "china-holidays.toml"
#: Folder of a user's own markets beside a deal file.
MARKETS = "scenarios/markets"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One place of the library, and its twin in a user's folder.

    name     : as messages say it: "no policy is named x"
    kinds    : of the files that stand there, by name; none for templates, which are folders
    title    : heading of the list
    command  : a command that takes the name of one; empty where none does
    shipped  : folder in the library of ``NAME.toml``; empty where none ships
    folders  : whether ``shipped`` holds folders ``NAME`` with ``file`` in each, in the place of ``NAME.toml``
    beside   : folder beside a deal file (a build file, for a chain) that holds a user's own ``NAME.toml``, or ``file``
    file     : the name of such a file in a user's folder, where it has one name only
    unlisted : why none ships, where none does
    """

    name: str
    kinds: tuple[str, ...]
    title: str
    command: str = ""
    shipped: str = ""
    folders: bool = False
    beside: str = ""
    file: str = ""
    unlisted: str = ""

    @property
    def heading(self) -> str:
        """Of the list: the title, and the command that takes a name."""
        if not self.command:
            return self.title
        return Message("{title}: {command}", title=self.title, command=self.command)


def _twins(name: str, kinds: tuple[str, ...], title: str, command: str, folder: str) -> Shelf:
    """Files ``NAME.toml``, shipped in a folder and, in the same one, a user's own beside a deal file."""
    return Shelf(name, kinds, title, command, folder, beside=folder)


#: In the order in which they are listed.
SHELVES: dict[str, Shelf] = {
    shelf.name: shelf
    for shelf in (
        Shelf(Message("deal"), ("deal",), Message("Deals"), shipped="deals", file=DEAL_FILE),
        Shelf(
            Message("template"),
            (),
            Message("Templates"),
            "securitize init DIRECTORY --from NAME",
            "deals/templates",
            folders=True,
            file=DEAL_FILE,
        ),
        Shelf(
            Message("scenario"),
            ("scenario",),
            Message("Scenarios"),
            "securitize run DEAL --scenario NAME",
            "scenarios/stresses",
            beside="scenarios",
        ),
        _twins(
            Message("suite"),
            ("suite",),
            Message("Suites"),
            "securitize stress DEAL --suite NAME",
            "scenarios/suites",
        ),
        _twins(
            Message("preset"),
            ("preset",),
            Message("Presets of rules"),
            "securitize check RUN --preset NAME",
            "scenarios/presets",
        ),
        _twins(
            Message("capital set"),
            ("standardised_capital", "ratings_capital", "internal_capital"),
            Message("Capital"),
            "securitize check RUN --capital NAME",
            "scenarios/capital",
        ),
        _twins(
            Message("performance"),
            ("random_performance",),
            Message("Random performance"),
            "securitize run DEAL --performance NAME",
            "scenarios/performance",
        ),
        _twins(Message("market"), ("market",), Message("Markets"), "securitize market show NAME", MARKETS),
        Shelf(
            Message("pool"),
            ("pool",),
            Message("Pools"),
            "securitize run DEAL --pool NAME",
            "pools",
            folders=True,
            beside="pool",
            file=POOL_FILE,
        ),
        Shelf(
            Message("build"),
            ("build",),
            Message("Pools assembled from candidates"),
            "securitize build NAME",
            "pools",
            folders=True,
            file=BUILD_FILE,
        ),
        Shelf(
            Message("chain"),
            ("chain",),
            Message("Industry chains"),
            "securitize chain show NAME",
            "pools/chains",
            beside="chains",
        ),
        Shelf(
            Message("financing"),
            ("financing",),
            Message("Companies without a pool"),
            "securitize savings NAME",
            "deals/financing",
            file=FINANCING_FILE,
        ),
        _twins(
            Message("alternative"),
            ("alternative",),
            Message("Alternatives"),
            "securitize savings DEAL --against NAME",
            "scenarios/alternatives",
        ),
        _twins(
            Message("policy"),
            ("policy",),
            Message("Policies"),
            "securitize savings DEAL --policy NAME",
            "scenarios/policies",
        ),
        Shelf(
            Message("programme"),
            ("programme",),
            Message("Plans of cities"),
            "securitize programme check NAME",
            "scenarios/programmes",
        ),
        Shelf(
            Message("holidays"),
            ("holidays",),
            Message("Holidays"),
            beside=MARKETS,
            file=HOLIDAYS_FILE,
            unlisted="the calendars hold the years that were announced; later ones are a user's own",
        ),
        Shelf(
            Message("state"),
            ("state",),
            Message("States"),
            file=STATE_FILE,
            unlisted="a state is of one deal in mid-life and stands beside its deal file",
        ),
    )
}


def kind_names() -> list[str]:
    """The name of every kind of file, shelf by shelf."""
    return [kind for shelf in SHELVES.values() for kind in shelf.kinds]


def shelf_of(kind: str) -> Shelf:
    """The shelf of a kind of file. Raises KeyError where none holds it."""
    for shelf in SHELVES.values():
        if kind in shelf.kinds:
            return shelf
    raise KeyError(kind)


def folders_of_places() -> frozenset[str]:
    """Every folder, relative to that of a deal file, in which files of a kind are looked for, with those above it."""
    places = (PurePosixPath(shelf.beside) for shelf in SHELVES.values() if shelf.beside)
    return frozenset(str(one) for place in places for one in (place, *place.parents) if one.name)


def shelf_of_place(relative: PurePath) -> Shelf | None:
    """The shelf on which a file stands, by its path from the folder of a deal, a build or a pool; None where on none.

    A file that has one name only stands where that is looked for; others stand on the shelf of their folder, whatever
    they are called.
    """
    place = relative.as_posix()
    for shelf in SHELVES.values():
        if shelf.kinds and shelf.file and place in (shelf.file, f"{shelf.beside}/{shelf.file}".lstrip("/")):
            return shelf
    folder = relative.parent.as_posix()
    named = (shelf for shelf in SHELVES.values() if shelf.beside == folder and not shelf.file)
    return next(named, None) if relative.suffix == ".toml" else None
