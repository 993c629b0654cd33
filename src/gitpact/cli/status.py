"""`gitpact status`."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gitpact import __version__
from gitpact.cli.common_options import STRAY, JsonOption
from gitpact.cli.results_output import echo, warn
from gitpact.errors import FINDINGS, OK, GitpactError, Phrase, as_phrase
from gitpact.git import config
from gitpact.install.replace_and_restore import LEGACY
from gitpact.policy import files, in_force
from gitpact.repair import shell
from gitpact.report import i18n
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from pathlib import Path

    from gitpact.install.actions import Live, View

SAID = {
    "live": "live",
    "fallback": "runs, but uses the gitpact-hook on PATH: the Python interpreter of the installed hook is missing",
    "asleep": "does not run: core.hooksPath makes git look in another folder",
    "absent": "not installed",
    "disabled": "does not run: a setting hook.*.enabled = false disables this hook, so no {judged} is checked",
    "silent": "checks only projects with a policy; this project has none",
    "unasked": "not installed: this hook was not selected",
    "old-git": "does not run: this version of git ignores hooks in git's configuration; no {judged} is checked",
    "foreign": "{whose}: gitpact does not check any {judged}",
    "edited": "edited by hand",
    "unfindable": "broken: gitpact-hook is not on PATH, so every {judged} is refused",
    "not-set-up": "the hook does not run: the hook manager is not switched on in this clone",
    "unreached": "broken: the hook ends before it reaches gitpact's line, so no {judged} is checked",
    "skipped": "switched off by 'skip: true' in the hook manager's file, so no {judged} is checked",
    "not-fetched": "pre-commit has not fetched gitpact yet, so gitpact might not run",
    "dead": "broken: this hook refuses every {judged}",
    "not-executable": "does not run: the hook file is not executable, so git ignores it",
}
OTHERS = "a hook that is not gitpact's"
CHAINED = FIRST, INERT, GONE = "runs first", "does not run, as it is not executable", "missing"
JUDGED = {"pre-commit": "commit", "commit-msg": "commit"}
# A shim that is asleep does no harm; why git looks elsewhere is told beside it where that is wrong.
AT_WORK = ("live", "fallback", "asleep", "unasked", "silent")
VIA = {
    "files": "",
    "config": " (hook in git's configuration)",
    "global": " (hook for all your repositories)",
    "framework": " (hook in .pre-commit-config.yaml)",
    "husky": " (hook in husky's files)",
    "lefthook": " (hook in lefthook's file)",
}


def command(
    *,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Print nothing if all hooks run. If a hook does not run, print the command that repairs it."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Show which hooks run here, and how to repair a hook. Also show the policy."""
    from gitpact.install import actions, files_or_config, hooks_directory  # noqa: PLC0415  GitPython is slow to load

    wrong = why = ""
    try:
        place = hooks_directory.find()
    except GitpactError as error:
        # What keeps install from working is what a person wants to be told here, with everything else.
        place, wrong = hooks_directory.find(checked=False), Phrase("{error} ({what})", error=error, what=error.hint)
        why = Phrase(files_or_config.CHOSEN, why=error.message)
    hooks = actions.status(place)
    in_files = any(hook.via == "files" for hook in hooks)
    if not in_files:
        wrong = ""  # where files would go matters to nobody then
    warnings = [*place.warnings, *(place.about_files if in_files else []), *([wrong] if wrong else [])]
    warnings += _other_gitpact(hooks)
    if any(hook.configured for hook in hooks):
        warnings += [*([why] if why else []), *files_or_config.uncovered(place)]
    elif any(hook.path.name == "commit-msg" + LEGACY for hook in hooks):
        warnings += files_or_config.changed_later(place)
    warnings += files_or_config.switched_off([one.hook for one in hooks if one.state == "disabled" and not one.remedy])
    variables = _variables(hooks)
    warnings += [
        Phrase("the environment variable {variable} switches {hook} off; unset the variable", variable=name, hook=what)
        for name, what in variables
    ]
    skipped = os.environ.get("GITPACT_SKIP", "")
    if skipped:
        line = (
            "the environment variable GITPACT_SKIP is set; gitpact does not report violations of these rules: {rules}"
        )
        warnings.append(Phrase(line, rules=skipped))
    off = config.settings(config.entries()).off
    if off:
        warnings.append(
            Phrase(
                "gitpact is switched off here and refuses nothing; to switch it on: "
                "git config --unset-all gitpact.enabled"
            )
        )
    said, fault, unread = _policy()
    warnings += unread
    wanting = bool(fault or wrong or off or variables) or any(hook.state not in AT_WORK for hook in hooks)
    if check:
        if wanting:
            remedy = next((hook.remedy for hook in hooks if hook.state not in AT_WORK and hook.remedy), "")
            usual = remedy in {"", "gitpact install"} and not off
            step = _first_step(place.top) if usual else _typed(remedy) or "git config --unset-all gitpact.enabled"
            said = Phrase("some commits in this clone are not checked; run: {step}", step=step)
            warn(Phrase("{said} ({why})", said=said, why=as_phrase(wrong)) if wrong else said)
    elif as_json:
        document = {**_document(hooks, said, fault, warnings), "git": actions.view(place)._asdict()}
        echo([json.dumps(document, ensure_ascii=False)])
    else:
        # Where install would refuse, the warning tells what to do first.
        shown = [hook._replace(remedy="") for hook in hooks] if wrong else hooks
        echo([*_lines(shown, said, fault, warnings), *_view(actions.view(place))])
    return FINDINGS if wanting else OK


def _other_gitpact(hooks: list[Live]) -> list[Phrase]:
    """A warning where hook files start another gitpact than this one, as in a copy of a clone with its environment."""
    from gitpact.install import hook_script, replace_and_restore  # noqa: PLC0415  as above

    shims = [replace_and_restore.inspect(hook.path).shim for hook in hooks if hook.via == "files"]
    others = sorted({shim.lib for shim in shims if shim and shim.lib != hook_script.library()})
    said = "the hooks run another copy of gitpact, from {folder}; to make them run this copy: {command}"
    return [Phrase(said, folder=one, command=f"{shell.program_again()} install") for one in others]


def _variables(hooks: list[Live]) -> list[tuple[str, str]]:
    """The environment variables that keep hooks from judging, each with what it switches off."""
    found = [("GITPACT", "gitpact")] if os.environ.get("GITPACT") == "0" else []
    by_husky = os.environ.get("HUSKY") == "0" and any(hook.via == "husky" for hook in hooks)
    return [*found, *([("HUSKY", "husky")] if by_husky else [])]


def _policy() -> tuple[Phrase, str, list[Phrase]]:
    """The policy in force, why it cannot be read, and a sentence on a policy file that is not read."""
    try:
        found = in_force.of_work_tree()
        overlooked = in_force.overlooked(found)
    except GitpactError as error:
        fault = Phrase("{error} ({what})", error=error, what=error.hint)
        return Phrase("a policy file exists, but gitpact cannot read it"), fault, []
    line = (
        "gitpact does not read the policy in {unread}, because the file is not in the root folder of the current branch"
    )
    if found.unread:
        line = "gitpact does not read the policy in {unread}, because {source} has priority"
    unread = [Phrase(line, unread=overlooked, source=found.source)] if overlooked else []
    return in_force.named(found), "", unread


def state_phrase(hook: Live) -> Phrase:
    """What a hook's state means, such as "live", or "not gitpact's: no commit is judged"."""
    whose = Phrase("a hook of {whose}", whose=hook.whose) if hook.whose else Phrase(OTHERS)
    return Phrase(SAID[hook.state], judged=Phrase(JUDGED.get(hook.hook, "push")), whose=whose)


def _lines(hooks: list[Live], policy: str, fault: str, warnings: list[str]) -> list[str]:
    lines: list[str] = []
    for hook in hooks:
        via: str = "" if hook.state == "old-git" else Phrase(VIA[hook.via])
        if hook.path.name == hook.hook + LEGACY:
            via = Phrase(", run by {whose}", whose=hook.whose)
        path = visible(str(hook.path))
        lines.append(
            Phrase("{hook}: {state}{via} ({path})", hook=hook.hook, state=state_phrase(hook), via=via, path=path)
        )
        if hook.before:
            lines.append(chained_line(hook))
        lines.extend(Phrase(STRAY, name=name) for name in hook.strays)
        if hook.remedy:
            said = "  install it: {remedy}" if hook.state == "absent" else "  repair it: {remedy}"
            lines.append(Phrase(said, remedy=_typed(hook.remedy)))
    lines.append(Phrase("policy: {policy}", policy=policy))
    lines.extend([f"  {visible(i18n.translate(fault))}"] if fault else [])
    lines.extend(Phrase("warning: {warning}", warning=visible(i18n.translate(warning))) for warning in warnings)
    return [*lines, f"gitpact {__version__}, {visible(sys.executable)}"]


def _typed(remedy: str) -> str:
    """A remedy as a person types it who calls this gitpact."""
    program = shell.program_again()
    return " && ".join(
        program + step.removeprefix("gitpact") if step.startswith("gitpact ") else step for step in remedy.split(" && ")
    )


def chained_line(hook: Live) -> Phrase:
    """The line on the hook that was there before gitpact's."""
    state = Phrase(chained_hook_state(hook))
    if hook.whose:
        return Phrase(
            "  {state}: {name}, the hook that existed before gitpact was installed ({whose})",
            state=state,
            name=hook.before,
            whose=hook.whose,
        )
    return Phrase(
        "  {state}: {name}, the hook that existed before gitpact was installed", state=state, name=hook.before
    )


def _first_step(top: Path | None) -> str:
    """What a newcomer types: the target of the project's Makefile where there is one."""
    makefile = files.first_megabyte(f"{top}/Makefile") if top else b""
    known = b"hooks-install:" in makefile or b"include gitpact.mk" in makefile
    return "make hooks-install" if known else f"{shell.program_again()} install"


def _view(view: View) -> list[str]:
    """What git says itself, and who else is here."""
    about = {"version": view.version, "folder": visible(view.folder)}
    lines: list[str] = [Phrase("git {version} looks for hooks in {folder}", **about)]
    if view.configured:
        value = visible(view.configured)
        lines = [
            Phrase("git {version} looks for hooks in {folder} (set by core.hooksPath = {value})", **about, value=value)
        ]
    lines += [f"  {event}: {', '.join(map(visible, names))}" for event, names in view.listed.items()]
    lines += [
        Phrase("hook manager in this repository: {name} ({where})", name=name, where=visible(where))
        for name, where in view.others
    ]
    return lines


def chained_hook_state(hook: Live) -> str:
    """What becomes of the hook that `hook.before` names, which was there before gitpact; `before` is not empty.

    One of CHAINED.
    """
    path = hook.path.with_name(hook.before)
    if os.access(path, os.X_OK):
        return FIRST
    return INERT if os.path.lexists(path) else GONE


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
