"""`gitpact install`."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.cli.shared import STRAY, DryRunOption, JsonOption
from gitpact.errors import GitpactError
from gitpact.reports.escape import visible
from gitpact.verdict import echo

if TYPE_CHECKING:
    from gitpact.installing.files import Step


class Via(StrEnum):
    """How hooks are put in; files are the only way so far."""

    auto = "auto"
    files = "files"


SAID = {
    "install": "{hook}: installed",
    "update": "{hook}: brought up to date",
    "unchanged": "{hook}: already in place",
}


def command(
    *,
    hook: Annotated[
        list[str] | None, typer.Option("--hook", metavar="NAME", help="Only this hook; may be repeated.")
    ] = None,
    via: Annotated[Via, typer.Option("--via", help="How: as files in the hooks directory.")] = Via.auto,  # noqa: ARG001  files either way
    force: Annotated[
        bool, typer.Option("--force", help="Replace a shim that was edited by hand (a copy is kept) or lost its hook.")
    ] = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> int:
    """Put gitpact's hooks into this repository; a hook that is already there is kept and runs first."""
    from gitpact.installing import jobs, places, shims  # noqa: PLC0415  GitPython is slow to load

    for name in hook or ():
        if name not in shims.HOOKS:
            raise GitpactError(f"--hook {name}: gitpact has no such hook", f"the hooks are: {', '.join(shims.HOOKS)}")
    place = places.find()
    steps = jobs.install(place, hook or shims.HOOKS, force=force, dry_run=dry_run)
    if as_json:
        echo([json.dumps(document(steps, list(place.warnings), dry_run=dry_run), ensure_ascii=False)])
        return 0
    for warning in place.warnings:
        typer.echo(f"gitpact: warning: {visible(warning)}", err=True)
    echo(line for step in steps for line in say(step, dry_run=dry_run))
    return 0


def document(steps: list[Step], warnings: list[str], *, dry_run: bool) -> dict[str, object]:
    """The JSON of an install or a clean."""
    rows = [
        {
            "name": step.path.name,
            "path": str(step.path),
            "action": step.action,
            "before": step.before or None,
            "kept": step.strays,
        }
        for step in steps
    ]
    return {"schema": 1, "dry_run": dry_run, "hooks": rows, "warnings": warnings}


def say(step: Step, *, dry_run: bool) -> list[str]:
    """What an install did, or would do."""
    would = "dry run: " if dry_run else ""
    lines = [would + SAID[step.action].format(hook=step.path.name) + f" ({visible(str(step.path))})"]
    if step.before:
        what = "runs first" if step.runs else "does not run: it is not executable"
        lines.append(f"  the hook that was there is kept as {step.before} and {what}")
    if step.keep and step.keep != step.before:
        lines.append(f"  the edited shim is kept as {step.keep}")
    lines.extend(STRAY.format(name=name) for name in step.strays)
    return lines
