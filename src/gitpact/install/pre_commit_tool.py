"""`--via pre-commit`: our hooks as lines of `.pre-commit-config.yaml`, every other byte of which stays as it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import sys
import textwrap
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import yaml

from gitpact.errors import GitpactError
from gitpact.git.gitpython import ask, at, run
from gitpact.install import hook_managers
from gitpact.install.hook_script import HOOKS
from gitpact.install.hooks_directory import hooks_path
from gitpact.install.manager_files import Done, compose, end_of, events, read, read_leniently, value_of, write
from gitpact.install.source import Source, of_this_gitpact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


FILE = ".pre-commit-config.yaml"
MARK = "  # put in by gitpact install --via pre-commit"

RUNNERS = ("pre-commit", "prek")  # managers that read it
BEGINS = 3  # events before the entries of a list, and behind them: stream, document, list
NOTHING = ("", "repos:")  # what is left of a file in which our entry was alone


def block(hooks: tuple[str, ...], indent: str, source: Source) -> str:
    """The YAML entry for `repos` in `.pre-commit-config.yaml` that runs these hooks of git, each line ended.

    `indent` is the white space before its dash. Where `source` is no git repository, pre-commit makes an environment
    with the requirement in it.
    """
    if source.url:
        lines = [f"- repo: {_scalar(source.url)}{MARK}", f"  rev: {_scalar(source.rev)}", "  hooks:"]
        lines += [f"    - id: gitpact-{hook}" for hook in hooks]
    else:
        lines = [f"- repo: local{MARK}", "  hooks:"]
        lines += [line for hook in hooks for line in _local(hook, source.requirement)]
    return "".join(f"{indent}{line}\n" for line in lines)


def _local(hook: str, requirement: str) -> Iterator[str]:
    """The lines of a hook that needs no repository; the same as in our manifest."""
    yield f"    - id: gitpact-{hook}"
    yield f"      name: gitpact {hook}"
    yield f"      entry: gitpact-hook {hook}"
    yield "      language: python"
    yield f"      additional_dependencies: [{_scalar(requirement)}]"
    yield f"      stages: [{hook}]"
    if hook != "commit-msg":
        yield "      always_run: true"
        yield "      pass_filenames: false"


def _scalar(text: str) -> str:
    """A text as YAML reads it back, quoted where it has to be."""
    plain = re.fullmatch(r"[A-Za-z/~][\w./~+@:=-]*|[0-9a-f]*[a-f][0-9a-f]*", text) and not re.search(r":$|: ", text)
    return text if plain and not re.fullmatch(r"[0-9]+(?:e[0-9]+)?", text) else json.dumps(text, ensure_ascii=False)


def install(top: Path, hooks: tuple[str, ...], source: Source | None = None, *, dry_run: bool = False) -> Done:
    """Write gitpact's entry into `.pre-commit-config.yaml` in the work tree `top`, and have pre-commit install `hooks`.

    The entry names `source`, by default where this gitpact came from; `pre-commit install` is run for each hook. The
    action is install for a new file, update, or unchanged. With `dry_run`
    nothing is changed or run. Raises GitpactError where the file cannot be read or written, where its `repos` is no
    list in block style, where `core.hooksPath` is set, and where pre-commit is not on PATH or fails.
    """
    switch_on(top, hooks, dry_run=True)
    if hooks_path(at(top)):
        raise GitpactError(
            "--via pre-commit: pre-commit installs nothing while core.hooksPath is set",
            "gitpact install",
        )
    path = top / FILE
    text = read(path)
    made = wanted(top, hooks, source or of_this_gitpact())
    action = "unchanged" if made == text else "update" if text else "install"
    if not dry_run and made != text:
        write(path, made)
    return Done(path, action, switch_on(top, hooks, dry_run=dry_run))


def wanted(top: Path, hooks: tuple[str, ...], source: Source) -> str:
    """Return what `install` makes of `.pre-commit-config.yaml`. Raises GitpactError where that cannot be read."""
    path = top / FILE
    return _with(read(path), hooks, path, source)


def source_in(top: Path) -> Source | None:
    """Return the source that gitpact's entry in `.pre-commit-config.yaml` names; None without an entry of ours."""
    entry = _ours(read_leniently(top / FILE))
    if not entry:
        return None
    needs = [str(one) for hook in entry.get("hooks", ()) for one in hook.get("additional_dependencies", ())]
    repo, rev = str(entry.get("repo", "")), str(entry.get("rev", ""))
    return Source(needs[0]) if needs else Source(f"git+{repo}@{rev}", repo, rev)


def runs_at_every_stage(top: Path) -> bool:
    """Whether the file has hooks of others that do not say at which stage they run, so that they run at each."""
    try:
        found = yaml.safe_load(_without(read_leniently(top / FILE)))
    except yaml.YAMLError:
        return False
    if not isinstance(found, dict) or found.get("default_stages"):
        return False
    repos = [repo for repo in found.get("repos") or () if isinstance(repo, dict)]
    return any("stages" not in hook for repo in repos for hook in repo.get("hooks") or () if isinstance(hook, dict))


def not_switched_on(folder: Path, hooks: Sequence[str]) -> list[str]:
    """Return those of `hooks` for which pre-commit, or prek, has no file in the hooks directory `folder`."""
    return [hook for hook in hooks if hook_managers.of_hook(folder / hook) not in RUNNERS]


def switch_off(top: Path, hooks: Sequence[str]) -> None:
    """Let pre-commit remove its hooks for `hooks`, if pre-commit is on PATH. Raises GitpactError where it fails."""
    program = _program()
    for hook in hooks if program else ():
        run(at(top), program, "uninstall", "--hook-type", hook)


def switch_on(top: Path, hooks: Sequence[str], *, dry_run: bool = False) -> tuple[str, ...]:
    """Let pre-commit install its hooks for `hooks` (`commit-msg`) in the work tree `top`; returns the commands.

    With `dry_run` they are not run. Raises GitpactError where pre-commit is not on PATH or fails.
    """
    program = _program()
    if not program:
        raise GitpactError("--via pre-commit: pre-commit is not on PATH", "install pre-commit: pipx install pre-commit")
    commands = tuple(f"install --hook-type {hook}" for hook in hooks)
    for command in () if dry_run else commands:
        run(at(top), program, *command.split(" "))
    return tuple(f"pre-commit {command}" for command in commands)


def clean(top: Path, *, dry_run: bool = False) -> Done:
    """Remove gitpact's entry from `.pre-commit-config.yaml` in the work tree `top`; an empty file is deleted.

    Before that, `pre-commit uninstall` is run, if pre-commit is there. The action is unchanged without an entry,
    update, or remove for the whole file; `ran` is empty. With `dry_run` nothing is changed or run. Raises GitpactError
    where the file cannot be written or pre-commit fails, OSError where the file cannot be deleted.
    """
    path = top / FILE
    text = read_leniently(path)
    rest = _without(text)
    if rest == text:
        return Done(path, "unchanged")
    if not dry_run:
        if rest.strip() in NOTHING:
            switch_off(top, HOOKS)  # without its file pre-commit refuses every commit
            path.unlink()
        else:
            write(path, rest)
    return Done(path, "remove" if rest.strip() in NOTHING else "update")


def has(top: Path | None, hook: str) -> bool:
    """Whether `.pre-commit-config.yaml` in the folder `top` names gitpact's hook; False for no folder or no such file.

    `hook` is the hook of git (`commit-msg`). A file that cannot be read names nothing.
    """
    return top is not None and f"id: gitpact-{hook}" in read_leniently(top / FILE)


def hooks_in(top: Path | None) -> list[str]:
    """The hooks of git for which `has` is true."""
    return [hook for hook in HOOKS if has(top, hook)]


def can_run(top: Path) -> bool:
    """Whether pre-commit has gitpact's environment, or can make it from a clone on this machine.

    What it keeps is read from its store (`pre_commit/store.py`); where the entry is not ours, or its runner is another,
    nothing speaks against it.
    """
    entry = _ours(read(top / FILE))
    repo, rev = str(entry.get("repo", "")), str(entry.get("rev", ""))
    if not repo or (repo.startswith("/") and Path(repo).is_dir()):
        return not repo or _has_commit(Path(repo), rev)
    dependencies = ",".join(
        str(one) for hook in entry.get("hooks", ())[:1] for one in hook.get("additional_dependencies", ())
    )
    name = f"{repo}:{dependencies}" if dependencies else repo
    base = (
        os.environ.get("PRE_COMMIT_HOME") or f"{os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'}/pre-commit"
    )
    try:
        with closing(sqlite3.connect(f"file:{quote(base)}/db.db?mode=ro", uri=True)) as store:
            rows = store.execute("SELECT path FROM repos WHERE repo = ? AND (ref = ? OR ? = '')", (name, rev, rev))
            return any(Path(path).is_dir() for (path,) in rows)
    except sqlite3.Error:
        return False


def _ours(text: str) -> dict[str, Any]:
    """Our own entry of the file's `repos`, as YAML; empty where another wrote it."""
    lines = text.splitlines(keepends=True)
    start = next((at for at, line in enumerate(lines) if line.rstrip().endswith(MARK.strip())), None)
    if start is None:
        return {}
    kept = len(_without(text).splitlines(keepends=True))
    entry = lines[start : start + len(lines) - kept]
    try:
        found = yaml.safe_load(textwrap.dedent("".join(entry)))
    except yaml.YAMLError:
        return {}
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def _has_commit(folder: Path, rev: str) -> bool:
    try:
        return bool(ask(at(folder), "rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}"))
    except GitpactError:
        return False


def _program() -> str:
    return shutil.which("pre-commit") or shutil.which("pre-commit", path=str(Path(sys.executable).parent)) or ""


def _with(text: str, hooks: tuple[str, ...], path: Path, source: Source) -> str:
    rest = _without(text)
    if rest.strip() in NOTHING:
        return f"repos:\n{block(hooks, '  ', source)}"
    lines = rest.splitlines(keepends=True)
    end, indent = _end_of_repos(rest, path)
    if end and not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    made = "".join([*lines[:end], block(hooks, indent, source), *lines[end:]])
    if not _is_inserted(events(rest), events(made), events(block(hooks, "", source))):
        raise GitpactError(
            "{path}: gitpact cannot add its entry to this file",
            "add these lines to the file by hand:\n{block}",
            path=path,
            block=block(hooks, "  ", source),
        )
    return made


def _is_inserted(before: list[tuple[str, str]], after: list[tuple[str, str]], block: list[tuple[str, str]]) -> bool:
    """Whether one text is another with one more entry in it, that of a block which is a list of it."""
    inner = block[BEGINS:-BEGINS]
    depths = [*accumulate(kind.endswith("StartEvent") - kind.endswith("EndEvent") for kind, _ in inner)]
    more = len(after) - len(before)
    at = next((i for i, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before))
    # What is alike on both sides of the place may count to either.
    places = range(max(at - len(inner), 0), at + 1)
    return (
        more == len(inner)
        and depths.index(0) == more - 1
        and any(
            after[i : i + more] == inner and after[:i] == before[:i] and after[i + more :] == before[i:] for i in places
        )
    )


def _without(text: str) -> str:
    """The text without our entry: up to the next line that is blank, a comment, or indented no further."""
    kept, inside = [], ""
    for line in text.splitlines(keepends=True):
        if line.rstrip().endswith(MARK.strip()) and line.lstrip().startswith("- repo:"):
            inside = line[: len(line) - len(line.lstrip())] + " "
        elif not inside or not line.startswith(inside) or line.strip()[:1] in {"", "#"}:
            inside = ""
            kept.append(line)
    return "".join(kept)


def _end_of_repos(text: str, path: Path) -> tuple[int, str]:
    """The line after the last entry of the list `repos`, and how far its entries are indented."""
    found = value_of(compose(text, path, "pre-commit validate-config"), "repos")
    if not isinstance(found, yaml.SequenceNode) or found.flow_style or not found.value:
        raise GitpactError(
            "{path}: repos must be a list with each entry on a new line",
            (
                "begin each entry below 'repos:' on a new line with '- repo: …'; if there are no entries, write only "
                "'repos:'"
            ),
            path=path,
        )
    return end_of(found.value[-1], text), " " * (found.value[0].start_mark.column - 2)


def top() -> Path:
    """The absolute top of the work tree at the current folder. Raises GitpactError outside of one."""
    return Path(ask(at(), "rev-parse", "--path-format=absolute", "--show-toplevel"))
