"""`gitpact status`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitpact import __version__, retry
from gitpact.cli.shared import STRAY, JsonOption
from gitpact.errors import FINDINGS, OK, GitpactError
from gitpact.reports.escape import visible
from gitpact.verdict import echo, policy_in_force

if TYPE_CHECKING:
    from gitpact.installing.jobs import Live

SAID = {
    "live": "live",
    "fallback": "live, but by the gitpact-hook on PATH: its own interpreter is gone",
    "asleep": "asleep: git does not look there (core.hooksPath)",
    "absent": "not installed",
    "unasked": "not installed, as nobody asked for it",
    "old-git": "configured, but this git does not run configured hooks: no {judged} is judged",
    "foreign": "not gitpact's: no {judged} is judged",
    "edited": "edited by hand",
    "dead": "dead: it would refuse every {judged}",
    "not-executable": "not executable: git ignores it",
}
JUDGED = {"pre-commit": "commit", "commit-msg": "commit"}
# A shim that is asleep does no harm; why git looks elsewhere is told beside it where that is wrong.
AT_WORK = ("live", "fallback", "asleep", "unasked")
VIA = {"files": "", "config": ", by git's configuration", "global": ", by your own git configuration"}


def command(*, as_json: JsonOption = False) -> int:
    """Say which hooks are live, which policy is in force, and how to mend what is wrong."""
    from gitpact.installing import jobs, places  # noqa: PLC0415  GitPython is slow to load

    wrong = ""
    try:
        place = places.find()
    except GitpactError as error:
        # What keeps install from working is what a person wants to be told here, with everything else.
        place, wrong = places.find(checked=False), f"{error} ({error.hint})"
    hooks = jobs.status(place)
    if all(hook.via != "files" for hook in hooks):
        wrong = ""  # where files would go matters to nobody then
    warnings = [*place.warnings, *([wrong] if wrong else [])]
    try:
        policy, source = policy_in_force()
        said, fault = f"preset {policy.preset}, from {source}", ""
    except GitpactError as error:
        said, fault = "none: it cannot be read", f"{error} ({error.hint})"
    if as_json:
        echo([json.dumps(_document(hooks, said, fault, warnings), ensure_ascii=False)])
    else:
        # Where install would refuse, the warning tells what to do first.
        shown = [hook._replace(remedy="") for hook in hooks] if wrong else hooks
        echo(_lines(shown, said, fault, warnings))
    return FINDINGS if fault or wrong or any(hook.state not in AT_WORK for hook in hooks) else OK


def _lines(hooks: list[Live], policy: str, fault: str, warnings: list[str]) -> list[str]:
    lines = []
    for hook in hooks:
        said = SAID[hook.state].format(judged=JUDGED.get(hook.hook, "push"))
        via = "" if hook.state == "old-git" else VIA[hook.via]
        lines.append(f"{hook.hook}: {said}{via} ({visible(str(hook.path))})")
        if hook.before:
            lines.append(f"  {_chained(hook)}: {hook.before}, the hook that was there")
        lines.extend(STRAY.format(name=name) for name in hook.strays)
        if hook.remedy:
            lines.append(f"  mend it: {hook.remedy.replace('gitpact', retry.program(str(Path.cwd())))}")
    lines.append(f"policy: {policy}")
    lines.extend([f"  {visible(fault)}"] if fault else [])
    lines.extend(f"warning: {visible(warning)}" for warning in warnings)
    return [*lines, f"gitpact {__version__}, {visible(sys.executable)}"]


def _chained(hook: Live) -> str:
    path = hook.path.with_name(hook.before)
    if os.access(path, os.X_OK):
        return "runs first"
    return "does not run, as it is not executable" if os.path.lexists(path) else "gone"


def _document(hooks: list[Live], policy: str, fault: str, warnings: list[str]) -> dict[str, Any]:
    rows = [{**hook._asdict(), "path": str(hook.path)} for hook in hooks]
    return {
        "schema": 1,
        "version": __version__,
        "hooks": rows,
        "policy": policy,
        "policy_error": fault or None,
        "interpreter": sys.executable,
        "warnings": warnings,
    }
