"""`gitpact server`: the gate of a bare repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.cli.clean import step_lines as say_clean
from gitpact.cli.common_options import DryRunOption, JsonOption  # noqa: TC001  typer reads the annotations
from gitpact.cli.install import document
from gitpact.cli.install import say as say_install
from gitpact.cli.results_output import echo
from gitpact.cli.status import SAID, chained_hook_state
from gitpact.errors import FINDINGS, OK, GitpactError
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from gitpact.install.replace_and_restore import Step
    from gitpact.install.server import Server, State

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Put a gate into a bare repository.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
PathArgument = Annotated[Path, typer.Argument(metavar="PATH", help="The bare repository.")]
OnePathArgument = Annotated[Path | None, typer.Argument(metavar="[PATH]", help="The bare repository.")]
UserOption = Annotated[
    bool, typer.Option("--global", help="Every repository that git serves for this user (git 2.54).")
]
SystemOption = Annotated[
    bool, typer.Option("--system", help="Every repository that git serves on this machine (git 2.54).")
]


@app.command("install")
def install(  # noqa: PLR0913  one parameter an option
    path: OnePathArgument = None,
    *,
    user: UserOption = False,
    system: SystemOption = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a hook file of gitpact that was edited; a copy is kept.")
    ] = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> int:
    """Put the gate into a bare repository. A pre-receive hook that is already there is kept and runs first."""
    from gitpact.install import server  # noqa: PLC0415  GitPython is slow to load

    scope = _scope(path, user=user, system=system)
    if not path:
        step = server.install_for_host(scope, dry_run=dry_run)
        return _done(step, "host", dry_run=dry_run, as_json=as_json)
    gate = server.find(path)
    step = server.install(gate, force=force, dry_run=dry_run)
    return _done(step, gate.layout, dry_run=dry_run, as_json=as_json)


@app.command("clean")
def clean(
    path: OnePathArgument = None,
    *,
    user: UserOption = False,
    system: SystemOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> int:
    """Remove the gate and restore the hook that was there before."""
    from gitpact.install import server  # noqa: PLC0415  GitPython is slow to load

    scope = _scope(path, user=user, system=system)
    if not path:
        return _done(server.clean_for_host(scope, dry_run=dry_run), "host", dry_run=dry_run, as_json=as_json)
    gate = server.find(path)
    return _done(server.clean(gate, dry_run=dry_run), gate.layout, dry_run=dry_run, as_json=as_json)


@app.command("status")
def status(path: PathArgument, *, as_json: JsonOption = False) -> int:
    """Show whether pushes are judged, and by which policy."""
    from gitpact.install import server  # noqa: PLC0415  GitPython is slow to load

    gate = server.find(path)
    state = server.status(gate)
    echo([json.dumps(_document(gate, state), ensure_ascii=False)] if as_json else _lines(gate, state))
    return OK if state.hook.state == "live" and not (state.off or state.fault or state.broken) else FINDINGS


def _scope(path: Path | None, *, user: bool, system: bool) -> str:
    """Whose configuration is asked for; empty for one repository. Raises GitpactError unless one of all is named."""
    if [path is not None, user, system].count(True) != 1:
        hint = "gitpact server install PATH, or --global, or --system"
        raise GitpactError("expected a bare repository, or --global, or --system", hint)
    return "global" if user else "system" if system else ""


def _done(step: Step, layout: str, *, dry_run: bool, as_json: bool) -> int:
    if as_json:
        echo([json.dumps({**document([step], [], dry_run=dry_run), "layout": layout}, ensure_ascii=False)])
    else:
        said = say_install if step.action in {"install", "update"} or step.data else say_clean
        echo(said(step, dry_run=dry_run))
    return FINDINGS if step.action == "leave-edited" else OK


def _lines(server: Server, state: State) -> list[str]:
    said = SAID[state.hook.state].format(judged="push")
    where = f"layout of {server.layout}" if state.hook.path == server.path else "for every repository"
    lines = [f"pre-receive: {said} ({visible(str(state.hook.path))}, {where})"]
    lines += (
        [f"  {chained_hook_state(state.hook)}: {state.hook.before}, the hook that was there"]
        if state.hook.before
        else []
    )
    lines += [f"  repair it: {visible(state.hook.remedy)}"] if state.hook.remedy else []
    if state.off:
        lines.append(f"switched off: pushes are not judged; rm {visible(str(server.off))}")
    over = f", under {visible(state.administrator)}" if state.administrator else ""
    lines.append(f"policy: {visible(state.source) or 'none'}{over}")
    lines += [f"  every push is refused: {visible(state.fault)}"] if state.fault else []
    lines += [f"  the project's own does not count: {visible(state.broken)}"] if state.broken else []
    if not state.checked:
        lines.append("git accepts malformed objects here; to refuse them: git config receive.fsckObjects true")
    if state.overrides:
        logged = "" if state.logged else ", and is not logged: server.log names no file"
        lines.append(f"overrides: git push -o gitpact.override=REASON gets in{logged}")
        if not state.push_options:
            lines.append("  not yet: git config receive.advertisePushOptions true")
    return lines


def _document(server: Server, state: State) -> dict[str, object]:
    hook = {**state.hook._asdict(), "path": str(state.hook.path)}
    return {
        "schema": 1,
        "layout": server.layout,
        "hook": hook,
        "off": state.off,
        "policy": state.source or None,
        "administrator": state.administrator or None,
        "overrides": state.overrides,
        "fault": state.fault or state.broken or None,
        "push_options": state.push_options,
        "fsck_objects": state.checked,
    }
