"""The program without its start: a process that has everything imported forks itself for each call.

``python -m tests.cli.forks DESCRIPTOR`` listens on a socket. A request is a line of JSON, ``{"arguments": [...], "cwd":
"...", "environment": {...}}``, with three descriptors that become standard input, output and error; the answer is a
line with the exit code, negative for a signal, as ``subprocess`` tells it. A fork ends without taking apart what it
shares with this process, which would copy all of it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
from contextlib import suppress
from typing import Any, NoReturn

import securitize
from securitize.__main__ import main as program

#: What the program imports inside functions.
HEAVY = (
    *(
        "QuantLib",
        "ahocorasick_rs",
        "highspy",
        "numba",
        "numpy",
        "openpyxl",
        "pandas",
        "pyarrow.csv",
        "pyarrow.parquet",
    ),
    *("rapidfuzz", "rich.console", "rich.table", "scipy.optimize", "scipy.special", "scipy.stats"),
)


def load() -> None:
    """Import the libraries and every module of the program."""
    for name in HEAVY:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(securitize.__path__, "securitize."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def request(server: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """What is asked, and the three descriptors; None at the end."""
    text, descriptors = b"", list[int]()
    while not text.endswith(b"\n"):
        piece, more, _, _ = socket.recv_fds(server, 1 << 20, 3)
        if not piece:
            return None
        text, descriptors = text + piece, descriptors + list(more)
    return json.loads(text), descriptors


def called(server: socket.socket, asked: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """In the fork: the program, with the streams, the folder and the environment of its caller."""
    server.close()
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    gc.enable()
    sys.argv = ["securitize", *asked["arguments"]]
    code = 70
    try:
        code = program()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def main() -> int:
    """Serve until the other side closes."""
    load()
    # What is there stays there: a fork that counted its references would copy it.
    gc.disable()
    gc.freeze()
    server = socket.socket(fileno=int(sys.argv[1]))
    while (asked := request(server)) is not None:
        pid = os.fork()
        if pid == 0:
            called(server, *asked)
        for descriptor in asked[1]:
            os.close(descriptor)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with suppress(BrokenPipeError):
            server.sendall(f"{code}\n".encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
