"""The reference page of the kinds of file, made from the table.

``python -m securitize.definitions.kinds_page > docs/reference/files.md`` renews it.
"""

from __future__ import annotations

import sys

from pydantic import BaseModel

from securitize.base.messages import in_language
from securitize.definitions.kinds import KINDS, Kind
from securitize.library.shelves import Shelf

_HEAD = """\
# Kinds of file: the reference

<!-- Made from the table of kinds by `python -m securitize.definitions.kinds_page`. Change the table, not this. -->

Each kind below has a JSON Schema (`securitize schema KIND`), is checked by itself or, a deal, with all its files
(`securitize validate FILE`), explained field by field (`securitize explain KIND.FIELD`), and listed where any ships
(`securitize list KIND`). A name is looked up among your own files first where the table says that they stand beside
a deal, then among those that ship; anything with a dot or a slash is a path.

`validate` tells the kind of a file by the keys at its top: all keys of one of the signatures must be there. Where no
signature is, the name decides if the kind has one (`deal.toml`); a file with neither, that holds no more than a name,
titles, a description and sources, is a scenario that changes nothing. What remains undecided is refused as
[SEC141](codes.md), with the kinds that it could be.

| kind | ships in | your own | signature | defined in |
| --- | --- | --- | --- | --- |
"""

_TAIL = """
## A folder

`securitize validate FOLDER` checks everything that is in FOLDER, not the deal alone. Every problem of every file is
reported at once, exit code 3; a folder that is valid ends with a list: each file that was read, what it is and what
was done with it, and the name of everything that was not read. Nothing is passed over in silence.

**What is looked at.** Every entry below FOLDER, at most 12 folders deep and 5,000 entries. An entry whose name begins
with a dot is not entered and is listed as not read, as are the leavings of an editor (`NAME~`, `NAME.bak`). Refused
with [SEC143](codes.md), wherever it stands: a pipe, a socket or a device; a link that leads out of FOLDER, to nothing
or round in a circle; a folder that has the name of a file (`base.toml`) and a file that has the name of a folder
(`scenarios`, `pool`); a folder or file that the system does not let be read; what lies deeper or is more than the
limits. None of these is opened.

**What a file is.** A file in a place of the table above (column "your own") must be of a kind that stands there: it is
what a command finds by that name, so that a policy among the scenarios is refused with [SEC144](codes.md). The places
`pool`, `pool/chains` and `build.toml` of a pool that is built belong to them. Any other `.toml` is a definition that a
command can be given by its path; its keys say of which kind, or it is refused with [SEC141](codes.md). It is warned
with [SEC326](codes.md) where its kind has places of its own and no command finds it by name where it stands, such as
`scenario/base.toml`, `State.toml`, or a name that is none (small letters, digits and hyphens). A CSV, XLSX or Parquet
file is checked with the definition that names it (`file` of a contract, candidates of a build). One that nobody names
is told by its headings: with `period` and `performing` it is a table of actuals, with `period`, `note` and `balance`
one of published balances; with others it is listed as not read. A folder with `manifest.json` is a stored result:
every file in it is compared with its digest ([SEC903](codes.md)). All else is listed as not read.

**By itself, then with the others.** Each definition is checked by itself. Where the deal and its pool hold, each is
then *used*, as the commands use it, in memory; nothing is written. What a command would refuse is a problem of the
file, with the code of the refusal, or [SEC298](codes.md) where it has none:

| file | used as |
| --- | --- |
| `deal.toml`, `pool/pool.toml`, the market that the deal names, `state.toml`, holidays | the base case, with all its tables |
| another deal | its own base case, with the pool that it finds |
| another pool | the base case of the deal with it, where it is a pool of the deal's obligors; else by itself |
| scenario | a run under it |
| suite | every scenario of it calculated; its gates and drivers found in the deal |
| random performance | 64 random paths of the base case |
| market with curves | the notes priced in it, on its date or on the first day after it on which they can be bought |
| financing | what each company pays and saves; the financing of another deal is refused |
| alternative, policy | compared, or paid, where the deal has a financing; a policy that is not in force when the companies draw is a warning, [SEC327](codes.md) |
| preset, capital set | its rules put to the deal; a breach is no problem of the file |
| programme | its rules put to it; a breach is no problem of the file |
| actuals | the deal rolled forward with them |
| build, with its chain and candidates | the candidates read and screened |
| chain, published balances | by itself; the notes and periods of balances are the deal's |

A file that cannot be used because *another* file is faulty is not blamed for it: only that file is reported. A deal
that is valid may still have no solution: an answer of exit code 4 is no problem of a file.

`validate FILE` and `validate NAME` check one deal with the files that it uses, or one file by itself.

## Where results go

`--output` (and `--to` of `roll`) names a folder that does not exist yet or is empty; an empty one is replaced whole by
the finished folder, and stays as it is where nothing comes of the command. Anything that is not empty is left alone
and refused with [SEC905](codes.md), but for the very same result, which is verified and reused. The folder in which one
works is not replaced. Where a command writes one file, `--output` names a file; a folder there is refused.

The hidden files that stand beside a folder while it is written carry its name, shortened to fit 255 bytes: any name
that the file system takes can be the name of a folder of results. A longer one, a working folder that was removed
meanwhile, or a file that may not be read end a command with one line that names it, exit code 5; where the file is a
definition, exit code 3.

## How much is read

| what | at most |
| --- | --- |
| a definition | 2 MiB |
| rows of a contract in a file of their own | 16 MiB, 1,000,000 rows |
| a table of actuals | 64 MiB, 1,000,000 rows |
| a file of candidates | 1 GiB, 2,000,000 rows, 500 columns |
| a workbook (XLSX) | 2,000 members, 512 MiB unpacked, of shared texts 64 MiB; 1,048,576 rows and 16,384 columns; 256 MiB of text in the cells that are read |
| a Parquet file, decoded | 1 GiB; of rows of a contract and actuals 256 MiB |

What a file says of its own size is not believed: members are counted while they are unpacked, and cells while they are
read. A packed file (`.gz`, `.zip`) in place of a table or a definition is refused by name. One cell holds at most
131,072 characters.
"""


def reference_page() -> str:
    """The whole page, Markdown."""
    return _HEAD + "".join(f"| {' | '.join(_cells(kind))} |\n" for kind in KINDS.values()) + _TAIL


def _cells(kind: Kind[BaseModel]) -> tuple[str, ...]:
    shelf = kind.shelf
    page, _, section = kind.reference.removeprefix("docs/reference/").partition(", ")
    place = f"[{page.removesuffix('.md')}]({page})" + (f", {section}" if section else "")
    return (
        f"`{kind.name}` {in_language(kind.title, 'zh')}",
        _shipped(shelf),
        _own(shelf),
        _signature(kind),
        place,
    )


def _shipped(shelf: Shelf) -> str:
    if shelf.unlisted:
        return f"none: {shelf.unlisted}"
    return f"`{shelf.shipped}/NAME/{shelf.file}`" if shelf.folders else f"`{shelf.shipped}/NAME.toml`"


def _own(shelf: Shelf) -> str:
    """Where a user's own is found by name, or what it is called."""
    if shelf.file:
        return f"`{shelf.beside}/{shelf.file}`" if shelf.beside else f"`{shelf.file}`"
    return f"`{shelf.beside}/NAME.toml`" if shelf.beside else "a path"


def _signature(kind: Kind[BaseModel]) -> str:
    if kind.words:
        return f"`{kind.discriminator}`: {', '.join(kind.words)}"
    return " or ".join(" and ".join(f"`{key}`" for key in keys) for keys in kind.signature)


if __name__ == "__main__":
    sys.stdout.write(reference_page())
