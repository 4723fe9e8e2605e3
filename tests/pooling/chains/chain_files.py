"""The shipped chains, and small ones for tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from securitize.definitions.chains.chain import Chain
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.loading import load_chain
from securitize.library.find import library_root
from securitize.pooling.chains.rules import ReadyChain

FOLDER = library_root() / "pools/chains"
IPC = FOLDER / "ipc"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def shipped(name: str) -> Loaded[Chain]:
    return load_chain(FOLDER / f"{name}.toml")


@cache
def ready(name: str) -> ReadyChain:
    return ReadyChain(shipped(name).model)


def written(folder: Path, text: str) -> Path:
    path = folder / "chain.toml"
    path.write_text(text, encoding="utf-8")
    return path
