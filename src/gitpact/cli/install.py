"""`gitpact install`."""

from __future__ import annotations

import json
import shlex
from contextlib import chdir
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.cli import completions
from gitpact.cli.common_options import (
    STRAY,
    DryRunOption,
    GlobalOption,
    JsonOption,
    RecurseOption,
    SourceOption,
    TemplateOption,
)
from gitpact.cli.results_output import echo, name_policy, warn
from gitpact.errors import FINDINGS, GitpactError, Phrase
from gitpact.install.hook_script import EVERYWHERE
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gitpact.install.actions import Live
    from gitpact.install.replace_and_restore import Step

    Done = tuple[list[Step], list[str]]  # and warnings


class Via(StrEnum):
    """How hooks are put in."""

    auto = "auto"
    config = "config"
    files = "files"
    pre_commit = "pre-commit"
    husky = "husky"
    lefthook = "lefthook"


MANAGED = {Via.pre_commit, Via.husky, Via.lefthook}
SAID = {
    "install": "{hook}: installed ({place})",
    "update": "{hook}: brought up to date ({place})",
    "unchanged": "{hook}: already in place ({place})",
}
LINES = "{hook}: gitpact's lines were added to the hook ({place})"
REMOVED = "{hook}: removed ({place})"


def command(  # noqa: PLR0913  one parameter an option
    *,
    hook: Annotated[
        list[str] | None,
        typer.Option(
            "--hook",
            metavar="NAME",
            autocompletion=completions.hooks,
            help=(
                "Install only the hook NAME; repeat the option for more hooks. If NAME is prepare-commit-msg, the "
                "usual hooks are installed too."
            ),
        ),
    ] = None,
    via: Annotated[
        Via,
        typer.Option(
            "--via",
            help="Where to put the hooks: hook files, git's configuration (git 2.54 or later), or the files of "
            "another hook manager.",
        ),
    ] = Via.auto,
    everywhere: GlobalOption = False,
    template: TemplateOption = None,
    recurse: RecurseOption = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=(
                "Replace gitpact's hook file even if your earlier hook is missing or if somebody edited gitpact's "
                "hook file. gitpact keeps a copy of an edited file."
            ),
        ),
    ] = False,
    source: SourceOption = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> int:
    """Put gitpact's hooks into this repository. A hook that is already there is kept and runs first."""
    from gitpact.install import hook_script  # noqa: PLC0415  GitPython is slow to load

    names = _names(hook or [])
    if set(names) & set(hook_script.ON_REQUEST) and (via in MANAGED or everywhere):
        hint = "leave out --via and --global, or leave out --hook {name}"
        raise GitpactError("--hook {name} works for one repository only", hint, name=hook_script.ON_REQUEST[0])
    _check(via, everywhere=everywhere, template=bool(template), recurse=recurse, force=force, source=bool(source))
    plain = via is Via.auto and not (everywhere or template or recurse or force)
    managed = _managed_hooks() if plain else []
    if managed:
        return _leave_to_manager(managed, dry_run=dry_run, as_json=as_json)
    if via in MANAGED:
        put = _framework if via is Via.pre_commit else partial(_managed, via.value)
        return put(names, source=source, dry_run=dry_run, as_json=as_json)
    here = partial(_here, names, via, force=force, dry_run=dry_run)
    if template:
        steps, warnings = _template(template, names, force=force, dry_run=dry_run)
    elif everywhere:
        steps, warnings = _everywhere(names, via, dry_run=dry_run)
    else:
        steps, warnings = _recursing(here) if recurse else here()
    if as_json:
        echo([json.dumps(document(steps, warnings, dry_run=dry_run), ensure_ascii=False)])
        return 0
    for warning in warnings:
        warn(Phrase("warning: {warning}", warning=warning))
    echo(line for step in steps for line in say(step, dry_run=dry_run))
    if not (template or everywhere):
        _name_policy()
    return 0


def _name_policy() -> None:
    """Say which policy will judge here; one that cannot be read is `status`'s to explain."""
    from gitpact.policy import in_force  # noqa: PLC0415  as GitPython

    try:
        name_policy(in_force.of_work_tree())
    except GitpactError as error:
        warn(Phrase("warning: {warning} ({what})", warning=error, what=error.hint))


def _names(hooks: Sequence[str]) -> tuple[str, ...]:
    """The hooks to install: those that are named, and the usual ones where only hooks on request are.

    Raises GitpactError for a name that is no hook of gitpact's.
    """
    from gitpact.install import hook_script  # noqa: PLC0415  as GitPython

    for name in hooks:
        if name not in hook_script.EVERY:
            raise GitpactError(
                "--hook {name}: gitpact has no such hook",
                "available hooks: {hooks}",
                name=name,
                hooks=", ".join(hook_script.EVERY),
            )
    usual = () if {*hooks} - {*hook_script.ON_REQUEST} else hook_script.HOOKS
    return tuple(dict.fromkeys((*usual, *hooks)))


def _check(via: Via, *, everywhere: bool, template: bool, recurse: bool, force: bool, source: bool) -> None:  # noqa: PLR0913  options
    """Raise GitpactError for options that do not go together."""
    if source and via not in MANAGED:
        raise GitpactError("--source can be used only with --via pre-commit, husky or lefthook", "leave out --source")
    if via in MANAGED and (everywhere or force or template or recurse):
        hint = "with --via, leave out --global, --template-dir, --recurse-submodules and --force"
        raise GitpactError("--via {via} works for one repository only", hint, via=via.value)
    if template and (everywhere or recurse or via is Via.config):
        hint = "with --template-dir, leave out --global, --via config and --recurse-submodules"
        raise GitpactError(
            "--template-dir is only for repositories that are cloned later",
            hint,
        )
    if everywhere and recurse:
        raise GitpactError("--global already covers every repository", "leave out --recurse-submodules")


def _framework(hooks: tuple[str, ...], *, source: str, dry_run: bool, as_json: bool) -> int:
    from gitpact.install import actions, hooks_directory, installed, pre_commit_tool  # noqa: PLC0415  as GitPython, YAML
    from gitpact.install import source as sources  # noqa: PLC0415  as above

    top = pre_commit_tool.top()
    origin = (pre_commit_tool.source_in(top) if not source else None) or sources.of_option(source)
    # Tried first, so that nothing is taken out for what then fails; pre-commit moves aside each hook that it finds.
    done = pre_commit_tool.install(top, hooks, origin, dry_run=True)
    fresh: list[str] = []
    if not dry_run:
        place = hooks_directory.find(checked=False)
        actions.clean(place)
        fresh = pre_commit_tool.not_switched_on(place.hooks, hooks)
        done = pre_commit_tool.install(top, hooks, origin)
        installed.note_switched_on(place.common, fresh)
    if as_json:
        echo(
            [
                json.dumps(
                    {"schema": 1, "dry_run": dry_run, "path": str(done.path), "action": done.action, "ran": done.ran}
                )
            ]
        )
        return 0
    warning = sources.local_warning(origin, "gitpact install --via pre-commit")
    if warning:
        warn(warning)
    echo([_would(Phrase(SAID[done.action], hook="gitpact", place=visible(str(done.path))), dry_run=dry_run)])
    echo(Phrase("  would run: {command}" if dry_run else "  ran: {command}", command=command) for command in done.ran)
    if set(fresh) - {"pre-commit"} and pre_commit_tool.runs_at_every_stage(top):
        said = (
            "warning: your hooks that do not set 'stages' now also run at {hooks}; to prevent this, add to {file}: "
            "{line}"
        )
        hooks_now = ", ".join(hook for hook in fresh if hook != "pre-commit")
        warn(Phrase(said, hooks=hooks_now, file=pre_commit_tool.FILE, line="default_stages: [pre-commit]"))
    echo([Phrase("  everybody who clones the project must run this once: gitpact install")])
    _name_policy()
    return 0


def _managed(manager: str, hooks: tuple[str, ...], *, source: str, dry_run: bool, as_json: bool) -> int:
    """Put our lines into the files of husky or lefthook, and take out our own hooks."""
    from gitpact.install import actions, hooks_directory, manager_lines, pre_commit_tool  # noqa: PLC0415  as above
    from gitpact.install import source as sources  # noqa: PLC0415  as above

    top = pre_commit_tool.top()
    kept = "" if source else manager_lines.requirement_in(manager, top)
    origin = sources.Source(kept) if kept else sources.of_option(source)
    put = partial(manager_lines.install, manager, top, hooks)
    requirement = "gitpact" if origin.local else origin.requirement
    done = put(requirement, dry_run=True)
    place = hooks_directory.find(checked=False)
    if not dry_run:
        actions.clean(place)  # one form at a time, and lefthook moves aside each hook that it finds
        done = put(requirement)
    if as_json:
        rows = [{"path": str(one.path), "action": one.action, "ran": one.ran} for one in done]
        echo([json.dumps({"schema": 1, "dry_run": dry_run, "via": manager, "files": rows})])
        return 0
    said = {**SAID, "update": LINES, "remove": REMOVED, "take-out": REMOVED}
    warning = sources.local_warning(origin, f"gitpact install --via {manager}")
    if warning:
        warn(warning)
    for one in done:
        line = Phrase(said[one.action], hook=one.path.name, place=visible(str(one.path)))
        echo([_would(line, dry_run=dry_run)])
        echo(Phrase("  would run: {command}" if dry_run else "  ran: {command}", command=each) for each in one.ran)
    later = manager_lines.running_later(top) if manager == Via.lefthook else []
    if later:
        warn(
            Phrase(
                (
                    "warning: these commands for commit-msg run after gitpact, so gitpact does not check their changes "
                    "to the message: {names}"
                ),
                names=", ".join(later),
            )
        )
    if not dry_run and not _runs(manager, place.hooks):
        _warn_off(manager, manager_lines.SETUP[manager])
    _name_policy()
    return 0


def _warn_off(manager: str, setup: str) -> None:
    said = "warning: the hooks of {manager} are not switched on in this clone; to switch them on: {command}"
    warn(Phrase(said, manager=manager, command=setup))


def _managed_hooks() -> list[Live]:
    """The hooks for which gitpact's lines are in the files of another manager; [] without any."""
    from gitpact.install import actions, hooks_directory, pre_commit_tool  # noqa: PLC0415  as above

    place = hooks_directory.find(checked=False)
    found = [one for one in actions.status(place) if one.via in actions.MANAGED]
    in_file = pre_commit_tool.hooks_in(place.top)
    # pre-commit's own hooks are not there yet, as in a fresh clone.
    return found or [actions.Live(hook, place.hooks / hook, "not-set-up", whose="pre-commit") for hook in in_file]


def _leave_to_manager(managed: Sequence[Live], *, dry_run: bool, as_json: bool) -> int:
    """Let the other manager alone run gitpact. Its files, which are the whole project's, have the lines already.

    Returns 0, or 1 where the manager's hooks are not switched on in this clone and cannot be from here.
    """
    from gitpact.install import (  # noqa: PLC0415  as above
        actions,
        hooks_directory,
        installed,
        manager_lines,
        pre_commit_tool,
    )

    place = hooks_directory.find(checked=False)
    hooks, manager = [one.hook for one in managed], managed[0].whose or managed[0].via
    off = any(one.state == "not-set-up" for one in managed)
    ran: tuple[str, ...] = ()
    if not dry_run:
        actions.clean(place)  # one form at a time
    if manager == Via.pre_commit:
        hooks = pre_commit_tool.hooks_in(place.top)
        fresh = pre_commit_tool.not_switched_on(place.hooks, hooks)
        ran = pre_commit_tool.switch_on(pre_commit_tool.top(), hooks, dry_run=dry_run)
        off = False
        if not dry_run:
            installed.note_switched_on(place.common, fresh)
    if as_json:
        echo([json.dumps({"schema": 1, "dry_run": dry_run, "via": manager, "hooks": hooks, "ran": ran})])
        return 0
    if off:
        setup = manager_lines.SETUP[manager]
        _warn_off(manager, setup)
        return FINDINGS
    said = Phrase("{manager} runs these gitpact hooks in this clone: {hooks}", hooks=", ".join(hooks), manager=manager)
    echo([_would(said, dry_run=dry_run)])
    if manager in manager_lines.MANAGERS and not manager_lines.can_run(pre_commit_tool.top()):
        warn(
            Phrase(
                (
                    "warning: gitpact-hook is not on PATH, so every commit is refused; to add gitpact-hook to PATH: "
                    "{command}"
                ),
                command=f"export PATH={shlex.quote(manager_lines.path_for_hooks())}:$PATH",
            )
        )
    echo(Phrase("  would run: {command}" if dry_run else "  ran: {command}", command=command) for command in ran)
    _name_policy()
    return 0


def _runs(manager: str, hooks: Path) -> bool:
    """Whether the hooks that git runs are those of a manager."""
    from gitpact.install import hook_managers  # noqa: PLC0415  as above

    return any(hook_managers.of_hook(path) == manager for path in hooks.glob("*"))


def _recursing(here: Callable[[], Done]) -> Done:
    """What is done here and in each submodule."""
    from gitpact.install import actions  # noqa: PLC0415  GitPython is slow to load

    steps, warnings = here()
    for folder in actions.submodules():
        with chdir(folder):
            more, said = here()
        steps, warnings = [*steps, *more], [*warnings, *said]
    return steps, warnings


def _everywhere(hooks: Sequence[str], via: Via, *, dry_run: bool) -> Done:
    from gitpact.install import files_or_config, global_hooks  # noqa: PLC0415  GitPython is slow to load

    form = files_or_config.for_every_repository(via.value)
    steps = global_hooks.install(hooks, form, dry_run=dry_run)
    return steps, files_or_config.switched_off(hooks) if form == files_or_config.CONFIG else []


def _template(folder: Path, hooks: Sequence[str], *, force: bool, dry_run: bool) -> Done:
    """What is done in a template directory, and whether git uses it."""
    from gitpact.install import git_template_folder  # noqa: PLC0415  as above

    whole = folder.expanduser().resolve()
    steps = git_template_folder.install(whole, hooks, force=force, dry_run=dry_run)
    used = git_template_folder.configured()
    path = shlex.quote(str(whole))
    unused = Phrase(
        "git does not use this template folder yet; to use it: git config --global init.templateDir {path}", path=path
    )
    return steps, [] if used == whole else [unused]


def _here(hooks: Sequence[str], via: Via, *, force: bool, dry_run: bool) -> Done:
    """What is done in this repository, and the warnings."""
    from gitpact.install import actions, files_or_config, hook_script, installed  # noqa: PLC0415  as GitPython

    place, form, why = files_or_config.choose(via.value)
    if tuple(hooks) == hook_script.HOOKS:  # what was asked for once stays
        kept = installed.read(place.common).hooks
        hooks = [*hooks, *(hook for hook in kept if hook in hook_script.ON_REQUEST)]
    steps = actions.install(place, hooks, force=force, dry_run=dry_run, via=form)
    if form == files_or_config.FILES:
        return steps, [*place.warnings, *place.about_files]
    chosen = [Phrase(files_or_config.CHOSEN, why=why)] if why else []
    return steps, [*place.warnings, *chosen, *files_or_config.switched_off(hooks), *files_or_config.uncovered(place)]


def document(steps: list[Step], warnings: list[str], *, dry_run: bool) -> dict[str, object]:
    """Return the JSON document of an install or a clean, to be printed: a row for each step, and the warnings.

    `dry_run` only says in the document that nothing was changed.
    """
    rows = [
        {
            "name": step.hook,
            "path": str(step.path),
            "via": "config" if step.configured else "files",
            "action": step.action,
            "before": step.before or None,
            "kept": step.strays,
        }
        for step in steps
    ]
    return {"schema": 1, "dry_run": dry_run, "hooks": rows, "warnings": warnings}


def place(step: Step) -> str:
    """The path of the file that a step changes, with the name of the hook where that is git's configuration."""
    return f"{visible(str(step.path))}{f', hook.gitpact-{step.hook}' if step.configured else ''}"


def say(step: Step, *, dry_run: bool) -> list[Phrase]:
    """The lines that tell a person what `install` did in a step, or with `dry_run` would do; changes nothing itself."""
    said = Phrase(SAID.get(step.action, REMOVED), hook=step.hook, place=place(step))
    lines = [_would(said, dry_run=dry_run)]
    if step.action not in SAID:
        return lines
    if step.before and step.path.name == EVERYWHERE:
        folder = visible(step.before)
        lines.append(
            Phrase("  the hooks in {folder} and the hooks of each repository run before gitpact", folder=folder)
        )
    elif step.before:
        lines.append(_kept(step))
    if step.keep and step.keep != step.before:
        lines.append(Phrase("  the hook file that was edited is kept as {name}", name=step.keep))
    lines.extend(Phrase(STRAY, name=name) for name in step.strays)
    return lines


def _would(said: Phrase, *, dry_run: bool) -> Phrase:
    return Phrase("dry run: {said}", said=said) if dry_run else said


def _kept(step: Step) -> Phrase:
    """What becomes of the hook that was there before."""
    from gitpact.install import hook_managers  # noqa: PLC0415  for a hook that is kept

    what = Phrase("runs first" if step.runs else "does not run, because it is not executable")
    whose = hook_managers.of_hook(step.path.with_name(step.before))
    if whose:
        return Phrase("  your hook ({whose}) is kept as {name} and {what}", whose=whose, name=step.before, what=what)
    return Phrase("  your hook is kept as {name} and {what}", name=step.before, what=what)
