"""`gitpact server`: the gate of a bare repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.cli.clean import step_lines as say_clean
from gitpact.cli.common_options import DryRunOption, JsonOption  # noqa: TC001  typer reads the annotations
from gitpact.cli.help_pages import LocalizedCommand, LocalizedGroup
from gitpact.cli.install import document
from gitpact.cli.install import say as say_install
from gitpact.cli.results_output import echo
from gitpact.cli.status import chained_line, state_phrase
from gitpact.errors import FINDINGS, OK, GitpactError, Phrase
from gitpact.report import i18n
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from gitpact.install.replace_and_restore import Step
    from gitpact.install.server import GateState, Server

OVERRIDES = "to skip the checks for one push, give a reason: git push -o gitpact.override=REASON"
NOT_LOGGED = (
    "to skip the checks for one push, give a reason: git push -o gitpact.override=REASON. The reason is not logged, "
    "because the setting server.log is empty."
)
app = typer.Typer(
    cls=LocalizedGroup,
    no_args_is_help=True,
    add_completion=False,
    help="In a bare repository, install the hook that checks each push.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
PathArgument = Annotated[Path, typer.Argument(metavar="PATH", help="The bare repository.")]
OnePathArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[PATH]", help="The folder of the bare repository; not needed with --global or --system."),
]
UserOption = Annotated[
    bool,
    typer.Option(
        "--global", help="Check pushes to all repositories that git serves from this user account (git 2.54 or later)."
    ),
]
SystemOption = Annotated[
    bool,
    typer.Option(
        "--system", help="Check pushes to all repositories that git serves on this machine (git 2.54 or later)."
    ),
]
ServingOption = Annotated[
    str,
    typer.Option(
        "--user",
        metavar="NAME",
        help="The account that runs the hook on the server; default: the owner of the repository.",
    ),
]


@app.command("install", cls=LocalizedCommand)
def install(  # noqa: PLR0913  one parameter an option
    path: OnePathArgument = None,
    *,
    user: UserOption = False,
    system: SystemOption = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace gitpact's hook file even if somebody edited it; a copy is kept.")
    ] = False,
    serving: ServingOption = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> int:
    """Add gitpact's pre-receive hook to a bare repository. An existing hook is kept and runs first."""
    from gitpact.install import server  # noqa: PLC0415  GitPython is slow to load

    scope = _scope(path, user=user, system=system)
    if not path:
        step = server.install_for_host(scope, dry_run=dry_run)
        return _done(step, "host", dry_run=dry_run, as_json=as_json)
    gate = server.find(path)
    code = _done(
        server.install(gate, force=force, dry_run=dry_run, user=serving), gate.layout, dry_run=dry_run, as_json=as_json
    )
    if dry_run:
        return code
    if gate.layout == server.GITOLITE and not as_json:
        echo(
            [
                Phrase(
                    (
                        "to put the hook into every repository, run this command as the owner of the repositories: "
                        "{command}"
                    ),
                    command=server.SETUP,
                )
            ]
        )
    state = server.status(gate, user=serving)
    if state.hook.state == "live" and not state.fault:
        return code
    if not as_json:
        echo([_refused(state.fault)] if state.fault else _lines(gate, state)[:2])
    return FINDINGS


@app.command("clean", cls=LocalizedCommand)
def clean(
    path: OnePathArgument = None,
    *,
    user: UserOption = False,
    system: SystemOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> int:
    """Remove gitpact's pre-receive hook and restore the earlier one."""
    from gitpact.install import server  # noqa: PLC0415  GitPython is slow to load

    scope = _scope(path, user=user, system=system)
    if not path:
        return _done(server.clean_for_host(scope, dry_run=dry_run), "host", dry_run=dry_run, as_json=as_json)
    gate = server.find(path)
    return _done(server.clean(gate, dry_run=dry_run), gate.layout, dry_run=dry_run, as_json=as_json)


@app.command("status", cls=LocalizedCommand)
def status(path: PathArgument, *, serving: ServingOption = "", as_json: JsonOption = False) -> int:
    """Show whether pushes are checked, and against which policy."""
    from gitpact.install import server  # noqa: PLC0415  GitPython is slow to load

    gate = server.find(path)
    state = server.status(gate, user=serving)
    echo([json.dumps(_document(gate, state), ensure_ascii=False)] if as_json else _lines(gate, state))
    wrong = state.off or state.fault or state.broken or state.about.unseen
    return OK if state.hook.state == "live" and not wrong else FINDINGS


def _scope(path: Path | None, *, user: bool, system: bool) -> str:
    """Whose configuration is asked for; empty for one repository. Raises GitpactError unless one of all is named."""
    if [path is not None, user, system].count(True) != 1:
        hint = (
            "run one of these: gitpact server install PATH; gitpact server install --global; gitpact server install "
            "--system"
        )
        raise GitpactError("no repository was given", hint)
    return "global" if user else "system" if system else ""


def _done(step: Step, layout: str, *, dry_run: bool, as_json: bool) -> int:
    if as_json:
        echo([json.dumps({**document([step], [], dry_run=dry_run), "layout": layout}, ensure_ascii=False)])
    else:
        said = say_install if step.action in {"install", "update"} or step.data else say_clean
        echo(said(step, dry_run=dry_run))
    return FINDINGS if step.action == "leave-edited" else OK


def _lines(server: Server, state: GateState) -> list[str]:
    where = Phrase("for every repository")
    if state.hook.path == server.path:
        where = Phrase("a {layout} repository", layout=server.layout)
    path = visible(str(state.hook.path))
    lines: list[str] = [
        Phrase("pre-receive: {state} ({path}, {where})", state=state_phrase(state.hook), path=path, where=where)
    ]
    lines += [chained_line(state.hook._replace(whose=""))] if state.hook.before else []
    said = "  install it: {remedy}" if state.hook.state == "absent" else "  repair it: {remedy}"
    lines += [Phrase(said, remedy=visible(state.hook.remedy))] if state.hook.remedy else []
    if state.off:
        lines.append(
            Phrase(
                "switched off: pushes are not checked; to switch gitpact on: rm {path}", path=visible(str(server.off))
            )
        )
    if state.about.unseen:
        folder = visible(str(server.off.parent))
        lines.append(
            Phrase(
                "the file gitpact/off has no effect, because the user {user} cannot read {path}",
                user=state.about.user,
                path=folder,
            )
        )
    if state.about.user and not state.about.asked:
        lines.append(
            Phrase(
                "this check did not use the permissions of {user}, the account that runs the hook; to check "
                "with these permissions, run this command as root",
                user=state.about.user,
            )
        )
    elif state.about.user:
        lines.append(
            Phrase("this check used the permissions of {user}, the account that runs the hook", user=state.about.user)
        )
    source: str = visible(i18n.translate(state.source)) or Phrase("none")
    if state.administrator:
        over = visible(state.administrator)
        lines.append(
            Phrase("policy: {source}, with additional limits from {administrator}", source=source, administrator=over)
        )
    else:
        lines.append(Phrase("policy: {policy}", policy=source))
    broken = visible(i18n.translate(state.broken))
    lines += [_refused(state.fault)] if state.fault else []
    lines += [Phrase("  the project's policy is ignored: {fault}", fault=broken)] if broken else []
    if not state.checked:
        lines.append(Phrase("git accepts malformed objects here; to refuse them: git config receive.fsckObjects true"))
    if state.overrides:
        lines.append(Phrase(OVERRIDES if state.logged else NOT_LOGGED))
        if not state.push_options:
            lines.append(Phrase("  push options do not work yet; run: git config receive.advertisePushOptions true"))
    return lines


def _refused(fault: str) -> Phrase:
    return Phrase("  every push is refused: {fault}", fault=visible(i18n.translate(fault)))


def _document(server: Server, state: GateState) -> dict[str, object]:
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
        "user": state.about.user or None,
    }
