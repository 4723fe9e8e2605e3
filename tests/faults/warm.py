"""The real program, warm: everything is imported once, then each run of it is a fork. A tenth of the time each.

``python -m tests.faults.warm FOLDER`` reads one JSON object a line from standard input::

    {"arguments": ["run", ...], "strace": ["-e", "inject=close:error=EIO:when=3"] or null}

and answers with one: ``{"code": 5, "stdout": "...", "stderr": "..."}``, the code as a shell tells it, 137 for a
process that SIGKILL ended; or ``{"refused": "..."}`` where strace may not look into a process here. strace is attached
before the first call of the run and follows it to its end.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from securitize.__main__ import main as program

PR_SET_PTRACER = 0x59616D61


def child(arguments: list[str], folder: Path, gate: int, ready: int) -> None:
    """One run of the program, in a fork; it says when it is ready, and begins when the gate is opened."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(file, number)
        os.close(file)
    # Where only a parent may trace, this process lets everybody.
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
    os.write(ready, b"\n")
    # Not a read: that would be one of the calls that are counted.
    select.select([gate], [], [])
    sys.argv = ["securitize", *arguments]
    # A shell starts its background jobs with SIGINT ignored; the program is struck as it runs in front.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = 70
    try:
        code = program()
    finally:
        os._exit(code)


def run(arguments: list[str], strace: list[str] | None, folder: Path) -> dict[str, Any]:
    """One run, seen from outside."""
    gate, opener = os.pipe()
    heard, ready = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(opener)
        child(arguments, folder, gate, ready)
    os.close(gate)
    os.close(ready)
    # What the fork does to get ready is no call of the program; strace looks from here on.
    os.read(heard, 1)
    os.close(heard)
    with contextlib.ExitStack() as stack:
        refused = ""
        if strace is not None:
            # Its stderr is read to its end: it must never wait for a reader.
            command = ["strace", "-f", "-y", "-o", str(folder / "trace"), *strace, "-p", str(pid)]
            tracer = stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
            assert tracer.stderr is not None
            first = tracer.stderr.readline()
            refused = "" if "attached" in first else first.strip()
        os.write(opener, b"\n")
        os.close(opener)
        status = os.waitpid(pid, 0)[1]
    code = os.waitstatus_to_exitcode(status)
    told = {name: (folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr")}
    return {"refused": refused} if refused else {"code": code if code >= 0 else 128 - code, **told}


def main() -> None:
    """Warm up with the first request, then serve."""
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        if asked.get("warm"):
            # In this process, so that its forks have everything.
            with (folder / "warm").open("w", encoding="utf-8") as file:
                sys.argv = ["securitize", *asked["arguments"]]
                with contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
                    answer: dict[str, Any] = {"code": program()}
            answer["stderr"] = (folder / "warm").read_text(encoding="utf-8")
        else:
            answer = run(asked["arguments"], asked["strace"], folder)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
