"""`--via husky` and `--via lefthook`: our lines in the files of another manager, every other byte of which stays."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from gitpact.errors import GitpactError
from gitpact.git.gitpython import at, run
from gitpact.install import make_targets
from gitpact.install.hook_script import HOOKS
from gitpact.install.manager_files import Done, compose, end_of, events, read, read_leniently, value_of, write
from gitpact.repair import shell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HUSKY, LEFTHOOK = "husky", "lefthook"
MANAGERS = (HUSKY, LEFTHOOK)
FOLDER = ".husky"
FILES = ("lefthook.yml", ".lefthook.yml", "lefthook.yaml", ".lefthook.yaml")
LOCAL_FILES = ("lefthook-local.yml", ".lefthook-local.yml", "lefthook-local.yaml", ".lefthook-local.yaml")
SETUP = {HUSKY: "npx husky", LEFTHOOK: "lefthook install"}
# A line that ends a script, whatever comes below it; `exec` with nothing but redirections does not.
ENDS = re.compile(r"^(?:exit\b|exec\s+[^\s<>&\d]|[^\s#][^#\n]*;\s*exit\b)", re.MULTILINE)
INSTALLS = re.compile(r"pipx install (\S+);")  # in our lines
MARK = "  # put in by gitpact install --via "
# What runs a hook: the arguments as a shell gets them from husky, and as lefthook puts them in.
IN_SHELL = {"pre-commit": "", "commit-msg": ' "$1"', "pre-push": ' "$1" "$2"'}
IN_LEFTHOOK = {"pre-commit": "", "commit-msg": " {1}", "pre-push": " {1} {2}"}
NAME = "gitpact"  # of our command, or job, in lefthook's file
LISTS = ("commands", "jobs")
NOT_FOUND = 127  # what a shell returns for a command that is not on PATH


def install(
    manager: str, top: Path, hooks: Sequence[str], requirement: str = "gitpact", *, dry_run: bool = False
) -> list[Done]:
    """Write gitpact's lines for `hooks` into the files of `manager` (husky, lefthook) in the work tree `top`.

    Lines for other hooks are removed. On a machine without gitpact the lines tell to install `requirement`, as pip
    takes it. Returns what was done to each file: install for a new one, update, unchanged, or
    remove. lefthook is then told to install its own hooks, if it is on PATH. With `dry_run` nothing is changed or run.
    Raises GitpactError where the manager has no file there, or its file cannot be read, written or added to.
    """
    texts = wanted(manager, top, hooks, requirement)
    done = _change(texts, dry_run=dry_run)
    done = [one._replace(action="take-out") if _only_loses(one, texts) else one for one in done]
    program = shutil.which(LEFTHOOK) if manager == LEFTHOOK else None
    if program:
        done[-1] = done[-1]._replace(ran=("lefthook install",))
        if not dry_run:
            run(at(top), program, "install")
    return done


def _only_loses(done: Done, texts: Mapping[Path, str]) -> bool:
    return done.action == "update" and MARK not in texts[done.path]


def wanted(manager: str, top: Path, hooks: Sequence[str], requirement: str) -> dict[Path, str]:
    """Return what `install` makes of the manager's files: the text of each, also of those that stay as they are.

    Raises GitpactError where `install` does.
    """
    if manager == HUSKY:
        if not (top / FOLDER).is_dir():
            raise GitpactError("--via husky: there is no folder .husky here", "first create .husky: npx husky init")
        places = [(top / FOLDER / hook, hook) for hook in HOOKS]
        return {path: _with_line(read(path), hook, hooks, requirement) for path, hook in places}
    path = _lefthook_file(top)
    if path is None:
        raise GitpactError("--via lefthook: there is no lefthook.yml here", "lefthook install")
    return {path: _with_commands(read(path), hooks, path, requirement)}


def clean(top: Path, *, dry_run: bool = False) -> list[Done]:
    """Remove gitpact's lines from the files of husky and lefthook in the work tree `top`; an empty file is deleted.

    Returns what was done to each file that had some: update or remove. With `dry_run` nothing is changed. Raises
    GitpactError where a file cannot be written.
    """
    path = _lefthook_file(top)
    places = [(top / FOLDER / hook, HUSKY) for hook in HOOKS] + ([(path, LEFTHOOK)] if path else [])
    texts = {one: (read_leniently(one), manager) for one, manager in places}
    wanted = {one: _without(text, manager) for one, (text, manager) in texts.items() if f"{MARK}{manager}" in text}
    return _change(wanted, dry_run=dry_run)


def state(manager: str, top: Path | None, hook: str) -> str:
    """What becomes of gitpact's lines for a hook of git (`commit-msg`) in the files of `manager` in the folder `top`.

    It is "live" where the manager runs them, "unreached" where a line of husky's file ends the hook above them,
    "skipped" where lefthook is told to skip them, and "" where there are none, where the file cannot be read, and for
    the `top` None (no work tree).
    """
    path = None if top is None else top / FOLDER / hook if manager == HUSKY else _lefthook_file(top)
    if top is None or path is None:
        return ""
    before, ours, _ = read_leniently(path).partition(f"gitpact-hook {hook}")
    if not ours:
        return ""
    if manager == HUSKY:
        return "unreached" if ENDS.search(before) else "live"
    return "skipped" if skipping_file(top, hook) else "live"


def skipping_file(top: Path, hook: str) -> str:
    """The name of lefthook's file in `top` that tells to skip `hook`, or our command in it, always; "" for none."""
    said = {}
    for name in (*FILES, *LOCAL_FILES):
        if not (top / name).is_file():
            continue
        try:
            section = value_of(compose(read_leniently(top / name), top / name, ""), hook)
        except GitpactError:
            continue
        jobs = value_of(section, "jobs")
        ours = [one for one in getattr(jobs, "value", ()) if getattr(value_of(one, "name"), "value", "") == NAME]
        for level, node in enumerate((section, value_of(value_of(section, "commands"), NAME), *ours)):
            skip = value_of(node, "skip")
            if skip is not None:
                said[min(level, 1)] = name if skip.value == "true" else ""
    return next(filter(None, said.values()), "")


def can_run(top: Path) -> bool:
    """Whether a hook of another manager, run in the work tree `top`, finds `gitpact-hook`."""
    own = top / make_targets.VENV / "bin"
    return shutil.which("gitpact-hook", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{own}") is not None


def requirement_in(manager: str, top: Path) -> str:
    """Return what gitpact's lines in the files of a manager install, as pip takes it; "" where there are none."""
    lefthook = _lefthook_file(top)
    places = [top / FOLDER / hook for hook in HOOKS] if manager == HUSKY else [lefthook] if lefthook else []
    found = (INSTALLS.search(read_leniently(path)) for path in places)
    return next((one[1] for one in found if one), "")


def running_later(top: Path | None) -> list[str]:
    """Return the names of lefthook's commands for commit-msg that run after gitpact, or beside it; [] for none.

    lefthook runs `commands` in the order of their names, and all at once with `parallel`; what such a command changes
    in a message, gitpact does not see.
    """
    path = None if top is None else _lefthook_file(top)
    if path is None:
        return []
    try:
        section = value_of(compose(read_leniently(path), path, ""), "commit-msg")
    except GitpactError:
        return []
    commands = value_of(section, "commands")
    names = [key.value for key, _ in getattr(commands, "value", ())]
    parallel = getattr(value_of(section, "parallel"), "value", "") == "true"
    return [name for name in names if NAME in names and (name > NAME or (parallel and name != NAME))]


def path_for_hooks() -> str:
    """The folder of this gitpact's programs, to be put on PATH."""
    return str(Path(sys.executable).parent)


def _lefthook_file(top: Path) -> Path | None:
    return next((top / name for name in FILES if (top / name).is_file()), None)


def _change(wanted: dict[Path, str], *, dry_run: bool) -> list[Done]:
    done = []
    for path, text in wanted.items():
        old = read(path)
        there = path.exists()
        action = "unchanged" if text == old else "install" if not there else "update" if text else "remove"
        if not dry_run and action == "remove":
            path.unlink()
        elif not dry_run and action != "unchanged":
            write(path, text)
            if not there:
                path.chmod(0o755)
        if there or action == "install":
            done.append(Done(path, action))
    return done


def _with_line(text: str, hook: str, hooks: Sequence[str], requirement: str) -> str:
    """A file of husky with our line where it is reached: at its end, or before what ends it above; else without it."""
    rest = _without(text, HUSKY)
    if hook not in hooks:
        return rest
    line = f"{_command(hook, IN_SHELL, requirement)}{MARK}{HUSKY}"
    ends = ENDS.search(rest)
    if ends:
        return f"{rest[: ends.start()]}{line}\n{rest[ends.start() :]}"
    # A file that ends without a line feed does so afterwards too, so that what is removed again is exactly our line.
    return f"{rest}\n{line}" if rest and not rest.endswith("\n") else f"{rest}{line}\n"


def _command(hook: str, arguments: Mapping[str, str], requirement: str) -> str:
    """The shell command that runs a hook; without a gitpact it fails and says what to install."""
    missing = (
        f"gitpact is not installed; to install it: pipx install {shell.quoted(requirement)}; to skip it: GITPACT=0"
    )
    said = f"{{ [ $? -ne {NOT_FOUND} ] || echo {shell.quoted(missing)} >&2; exit 1; }}"
    path = f'PATH="$PATH:{make_targets.VENV}/bin"'  # where `make hooks-install` puts it
    return f'[ "$GITPACT" = 0 ] || {path} gitpact-hook {hook}{arguments[hook]} || {said}'


def _without(text: str, manager: str) -> str:
    """The text without our lines: each with the mark, and in lefthook's file those below it, indented further."""
    kept: list[str] = []
    inside = ""
    for line in text.splitlines(keepends=True):
        if line.rstrip().endswith(f"{MARK}{manager}"):
            inside = line[: len(line) - len(line.lstrip())] + " " if manager == LEFTHOOK else ""
            if not line.endswith("\n") and kept:
                kept[-1] = kept[-1].removesuffix("\n")
        elif not inside or not line.startswith(inside) or not line.strip():
            inside = ""
            kept.append(line)
        elif not line.endswith("\n") and kept:
            kept[-1] = kept[-1].removesuffix("\n")
    return "".join(kept)


def _with_commands(text: str, hooks: Sequence[str], path: Path, requirement: str) -> str:
    """A file of lefthook with a command, or a job, for each hook."""
    made = rest = _without(text, LEFTHOOK)
    for hook in hooks:
        at_line, block = _place(made, hook, path, requirement)
        lines = made.splitlines(keepends=True)
        if at_line == len(lines) and lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
            block = block.removesuffix("\n")
        made = "".join([*lines[:at_line], block, *lines[at_line:]])
    if not _adds(events(rest), events(made)):
        raise _unfit(path)
    return made


def _place(text: str, hook: str, path: Path, requirement: str) -> tuple[int, str]:
    """The line before which our lines for a hook go, and these lines."""
    root = compose(text, path, "lefthook validate")
    command = json.dumps(_command(hook, IN_LEFTHOOK, requirement), ensure_ascii=False)
    runs = [f"run: {command}", *(["use_stdin: true"] if hook == "pre-push" else [])]
    mark = f"{MARK}{LEFTHOOK}"
    section = _lines("", [f"{hook}:{mark}", "  commands:", f"    {NAME}:", *(f"      {line}" for line in runs)])
    if root is None:
        return len(text.splitlines()), section
    found = _value(root, hook, path)
    if found is None:
        return end_of(root, text), section
    for name in LISTS:
        entries = _value(found, name, path)
        if entries is None:
            continue
        if not entries.value or entries.flow_style:
            raise _unfit(path)
        if isinstance(entries, yaml.SequenceNode):
            indent = " " * (entries.value[0].start_mark.column - 2)
            return end_of(entries, text), _lines(indent, [f"- name: {NAME}{mark}", *(f"  {line}" for line in runs)])
        indent = " " * entries.value[0][0].start_mark.column
        return end_of(entries, text), _lines(indent, [f"{NAME}:{mark}", *(f"  {line}" for line in runs)])
    indent = " " * found.value[0][0].start_mark.column
    block = [f"commands:{mark}", f"  {NAME}:", *(f"    {line}" for line in runs)]
    return end_of(found, text), _lines(indent, block)


def _lines(indent: str, block: list[str]) -> str:
    return "".join(f"{indent}{line}\n" for line in block)


def _value(node: yaml.Node, name: str, path: Path) -> yaml.CollectionNode | None:
    """The value of a key of a mapping in block style; None without that key."""
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise _unfit(path)
    key, found = next(((key, value) for key, value in node.value if key.value == name), (None, None))
    if key and (not isinstance(found, yaml.CollectionNode) or found.start_mark.index < key.end_mark.index):
        raise _unfit(path)  # no collection, or an alias of one that others use too
    return found


def _adds(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> bool:
    """Whether a text says all that it said before, in its order, and more."""
    rest = iter(after)
    return all(one in rest for one in before)


def _unfit(path: Path) -> GitpactError:
    return GitpactError(
        "{path}: gitpact cannot add its lines to this file",
        "add this line by hand, below 'commit-msg' and 'commands':\n"
        "    gitpact: {{run: gitpact-hook commit-msg {{1}}}}",
        path=path,
    )
