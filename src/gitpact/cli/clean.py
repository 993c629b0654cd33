"""`gitpact clean`."""

from __future__ import annotations

import json
import os
import shlex
from contextlib import chdir
from typing import TYPE_CHECKING

from gitpact.cli.common_options import DryRunOption, GlobalOption, JsonOption, RecurseOption, TemplateOption  # noqa: TC001  typer reads the annotations
from gitpact.cli.install import document
from gitpact.cli.results_output import echo
from gitpact.errors import FINDINGS, OK, Phrase
from gitpact.git import cache
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from gitpact.install.replace_and_restore import Step

SAID = {
    "remove": "{hook}: removed ({shown})",
    "restore": "{hook}: removed; your earlier hook is restored ({shown})",
    "unchanged": "{hook}: not installed",
    "update": "{hook}: gitpact's lines are removed; the rest of the file does not change ({shown})",
    "leave-foreign": "{hook}: not gitpact's hook, so it is not removed",
    "leave-edited": "{hook}: gitpact's hook was edited by hand, so it stays; to remove it: {remedy}",
}
RESTORABLE = "{hook}: gitpact's hook was edited by hand, so it stays; to restore your earlier hook: {remedy}"


def command(
    *,
    everywhere: GlobalOption = False,
    template: TemplateOption = None,
    recurse: RecurseOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> int:
    """Remove gitpact's hooks and restore your earlier hooks."""
    from gitpact.install import actions, hook_script  # noqa: PLC0415  GitPython is slow to load

    if everywhere:
        from gitpact.install import global_hooks as every  # noqa: PLC0415  as above

        steps = every.clean(dry_run=dry_run)
    elif template:
        from gitpact.install import git_template_folder  # noqa: PLC0415  as above

        steps = git_template_folder.clean(template.expanduser().resolve(), hook_script.EVERY, dry_run=dry_run)
    else:
        steps = _here(dry_run=dry_run)
        for folder in actions.submodules() if recurse else ():
            with chdir(folder):
                steps += _here(dry_run=dry_run)
    if as_json:
        echo([json.dumps(document(steps, [], dry_run=dry_run), ensure_ascii=False)])
    else:
        echo(line for step in steps for line in step_lines(step, dry_run=dry_run))
        echo([] if everywhere or template else _notes(steps))
    return FINDINGS if any(step.action == "leave-edited" for step in steps) else OK


def _notes(steps: list[Step]) -> list[Phrase]:
    """What the person has to know besides: files of the project that changed, and a message that was refused."""
    from gitpact.install import hooks_directory  # noqa: PLC0415  as above

    place = hooks_directory.find(checked=False)
    files = [step.path for step in steps if place.top and step.path.parent in {place.top, place.top / ".husky"}]
    notes = []
    if files:
        names = " ".join(shlex.quote(os.path.relpath(path)) for path in files)
        said = (
            "  these files belong to the whole project; if other people still use gitpact, restore these files: "
            "git restore {names}"
        )
        notes.append(Phrase(said, names=visible(names)))
    refused = place.git_dir / cache.DIRECTORY / cache.REFUSED
    if refused.exists():
        notes.append(
            Phrase("  the message of your refused commit is still saved in {path}", path=visible(str(refused)))
        )
    return notes


def _here(*, dry_run: bool) -> list[Step]:
    """What is taken out of this repository; pre-commit takes out its own hooks, where ours were all it had."""
    from gitpact.install import actions, hooks_directory, installed  # noqa: PLC0415  as above
    from gitpact.install.replace_and_restore import Step  # noqa: PLC0415

    place = hooks_directory.find(checked=False)
    steps = []
    if place.top and (place.top / ".pre-commit-config.yaml").is_file():
        from gitpact.install import pre_commit_tool  # noqa: PLC0415  needs YAML

        done = pre_commit_tool.clean(place.top, dry_run=dry_run)
        steps = [Step(done.path, done.action)] if done.action != "unchanged" else []
        if not dry_run:
            pre_commit_tool.switch_off(place.top, installed.switched_on(place.common))
            installed.note_switched_on(place.common, [])
    if place.top:
        from gitpact.install import manager_lines  # noqa: PLC0415  needs YAML

        steps += [Step(done.path, done.action) for done in manager_lines.clean(place.top, dry_run=dry_run)]
    return [*actions.clean(place, dry_run=dry_run), *steps]


def step_lines(step: Step, *, dry_run: bool) -> list[Phrase]:
    """The lines that tell a person what `clean` did with a step, or with `dry_run` would do; changes nothing itself."""
    path = visible(shlex.quote(str(step.path)))
    said, remedy = SAID[step.action], f"rm {path}"
    if step.action == "leave-edited" and step.before:
        said, remedy = RESTORABLE, f"mv {visible(shlex.quote(str(step.path.with_name(step.before))))} {path}"
    line = Phrase(said, hook=step.hook, shown=visible(str(step.path)), remedy=remedy)
    kept = (Phrase("  kept: {path}", path=visible(str(step.path.with_name(name)))) for name in step.strays)
    return [Phrase("dry run: {said}", said=line) if dry_run else line, *kept]
