"""gitpact in a process of its own, forked from one that has loaded it already: the start is what costs most time."""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORKED = """
import importlib, json, os, pkgutil, sys
import gitpact.cli
from gitpact.cli.entry import command
for module in pkgutil.walk_packages(gitpact.cli.__path__, "gitpact.cli."):
    importlib.import_module(module.name)
for line in sys.stdin:
    words, folder, variables, mask, *streams = json.loads(line)
    process = os.fork()
    if not process:
        for number, path in enumerate((os.devnull, *streams)):
            os.dup2(os.open(path, os.O_RDWR | os.O_TRUNC), number)
        sys.stdin, sys.argv = open(0), ["-c", *words]
        os.chdir(folder)
        os.umask(mask)
        os.environ.clear()
        os.environ.update(variables)
        command()
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""
# What Python or coverage reads when a process starts.
AT_START = ("PYTHON", "LC_", "LANG", "TZ", "COVERAGE_")


def is_same(variables: Mapping[str, str]) -> bool:
    """Whether a process with these variables starts as one of this module's does."""
    return threading.current_thread() is threading.main_thread() and _at_start(variables) == _at_start(_variables())


def run(words: Sequence[str], folder: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `gitpact WORDS` in a folder with exactly these variables, which `is_same` has to accept."""
    asked, told, streams = _server()
    mask = os.umask(0)
    os.umask(mask)
    print(json.dumps([[*words], str(folder), {**variables}, mask, *map(str, streams)]), file=asked, flush=True)
    code = int(told.readline())
    out, err = (path.read_text(encoding="utf-8", errors="surrogateescape") for path in streams)
    return subprocess.CompletedProcess(["gitpact", *words], code, out, err)


@functools.cache
def _variables() -> dict[str, str]:
    """Those of a process of this module: what pytest was started with, in the language of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C.UTF-8"}


def _at_start(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name.startswith(AT_START)}


@functools.cache
def _server() -> tuple[IO[str], IO[str], tuple[Path, Path]]:
    temporary = tempfile.TemporaryDirectory()
    atexit.register(temporary.cleanup)
    folder = Path(temporary.name)
    streams = (folder / "out", folder / "err")
    for path in streams:
        path.touch()
    # The shell ends at once: the process is no child of the test, which may wait for all that it has.
    process = subprocess.Popen(
        ["sh", "-c", 'exec 3<&0; "$0" -P -c "$1" <&3 3<&- &', sys.executable, FORKED],
        cwd=folder,
        env=_variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.wait()
    assert process.stdin
    assert process.stdout
    atexit.register(process.stdout.close)
    atexit.register(process.stdin.close)
    return process.stdin, process.stdout, streams
