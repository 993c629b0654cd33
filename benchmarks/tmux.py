"""Keys typed into bash in a terminal of tmux, and what is then on the screen; not run on its own."""

from __future__ import annotations

import re
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SECONDS = 30  # until what is expected has to be on the screen
SETTLE = 0.8  # seconds after the keys, as what is expected may still be there from before
SPECIAL = re.compile(r"<(Enter|Escape|Down)>")


def typed(  # noqa: PLR0913  what a terminal is
    steps: Sequence[tuple[str, str]],
    folder: Path,
    variables: Mapping[str, str],
    prompt: str,
    *,
    columns: int = 80,
    rows: int = 40,
    colours: bool = False,
) -> str:
    """Type the steps into a new terminal that stands in `folder`; returns what is on the screen at the end.

    A step is keys, with `<Enter>` and the like for those of SPECIAL, and a pattern for the screen afterwards; `prompt`
    is the pattern for that before the first one. With `colours` the screen has escapes. Raises TimeoutError.
    """
    name = f"gitpact-{time.time_ns()}"
    start = ["env", *(f"{key}={value}" for key, value in variables.items()), "bash", "--norc", "--noprofile"]
    size = ["-x", str(columns), "-y", str(rows)]
    subprocess.run(["tmux", "new-session", "-d", "-s", name, *size, "-c", str(folder), *start], check=True)
    try:
        _wait(name, prompt)
        for keys, expected in steps:
            for at, piece in enumerate(SPECIAL.split(keys)):
                if piece:
                    subprocess.run(["tmux", "send-keys", "-t", name, *([] if at % 2 else ["-l"]), piece], check=True)
            time.sleep(SETTLE)
            _wait(name, expected)
        return _screen(name, *(["-e"] if colours else []))
    finally:
        subprocess.run(["tmux", "kill-session", "-t", name], check=False)


def _screen(name: str, *options: str) -> str:
    words = ["tmux", "capture-pane", "-p", *options, "-t", name]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.rstrip()


def _wait(name: str, expected: str) -> None:
    """Until the screen is as expected."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if re.search(expected, _screen(name)):
            return
        time.sleep(0.1)
    raise TimeoutError(f"expected {expected!r} on this screen:\n{_screen(name)}")
