"""One file per hook that git runs; what they share is here."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gitpact.records import Policy


def skipped(environ: Mapping[str, str], policy: Policy) -> tuple[str, ...]:
    """Return the ids of the rules that GITPACT_SKIP of `environ` names, with commas, by id or family; () if unset.

    Raises GitpactError for a name that is neither.
    """
    names = [name.strip() for name in environ.get("GITPACT_SKIP", "").split(",") if name.strip()]
    if not names:
        return ()
    from gitpact.rules import evaluate  # noqa: PLC0415  few hooks are told to skip a rule

    try:
        return evaluate.expand(names, policy)
    except KeyError as error:
        raise GitpactError(
            "GITPACT_SKIP contains the unknown rule {error}", "to list the rules: gitpact rules", error=error
        ) from error


def with_limit(policy: Policy, environ: Mapping[str, str]) -> Policy:
    """Return the policy with the file limit of GIT_FILE_SIZE_LIMIT in `environ`: bytes, or a size such as `50MB`.

    Limits for single globs are raised to it where they are lower; limits of 0, and the one that only warns, stay. The
    policy is unchanged where the variable is unset or "". Raises GitpactError for a value that is no size.
    """
    text = environ.get("GIT_FILE_SIZE_LIMIT", "")
    if not text:
        return policy
    from gitpact.policy.values import parse_size  # noqa: PLC0415  for a command now and then

    try:
        limit = parse_size(text)
    except ValueError as error:
        hint = "for example GIT_FILE_SIZE_LIMIT=50000000 or GIT_FILE_SIZE_LIMIT=50MB"
        raise GitpactError("GIT_FILE_SIZE_LIMIT: {text!r} is not a size", hint, text=text) from error
    by_path = tuple((globs, tuple(_raised(*one, limit) for one in changes)) for globs, changes in policy.by_path)
    _, limits = _raised("file_limits", policy.file_limits, limit)
    return policy._replace(max_file_size=limit, file_limits=limits, by_path=by_path)


def _raised(field: str, value: Any, limit: int) -> tuple[str, Any]:  # noqa: ANN401  of any field
    """A field of a policy and its value; limits of files are at least as high as this one."""
    if field == "file_limits":
        return field, {glob: most and max(most, limit) for glob, most in value.items()}
    return field, limit if field == "max_file_size" else value


def git_dir(environ: Mapping[str, str]) -> str:
    """Return the git directory of this hook, absolute or relative to the current folder.

    It is GIT_DIR of `environ`, else `.git`, else what git answers. Raises GitpactError where git finds none.
    """
    if environ.get("GIT_DIR"):
        return environ["GIT_DIR"]
    if os.path.isdir(".git"):
        return ".git"
    from gitpact.git import query  # noqa: PLC0415

    return query.git_dir()


def work_tree(environ: Mapping[str, str]) -> str:
    """Return the absolute path of the top of this hook's work tree; "" where there is none, as in a bare repository.

    The current folder is the one in which git started the hook. git is asked only where `environ` leaves it open.
    """
    if os.path.lexists(".git") and "GIT_WORK_TREE" not in environ:
        return os.getcwd()
    if "GIT_DIR" in environ and "GIT_WORK_TREE" not in environ:
        return ""  # git takes whatever folder this is for the work tree
    from gitpact.git import query  # noqa: PLC0415  few stand elsewhere

    try:
        return query.top_level()
    except GitpactError:
        return ""


def applies_here(environ: Mapping[str, str]) -> bool:
    """Whether the work tree or its sparse index, or else the current folder, has a policy, or gitpact.enabled is true.

    Raises GitpactError where the file or git's configuration cannot be read.
    """
    from gitpact.git import config  # noqa: PLC0415
    from gitpact.policy import files, in_force  # noqa: PLC0415  for the hooks of every repository

    if in_force.source_of_work_tree(work_tree(environ) or os.getcwd(), git_dir(environ)).name != files.BUILT_IN:
        return True
    return config.settings(config.entries()).enabled


def register_repository(git_dir: str, environ: Mapping[str, str]) -> None:
    """Append a git directory, made absolute, to the list of repositories that `clean --global` visits.

    The list is below XDG_DATA_HOME or HOME of `environ`. Nothing happens where it cannot be written, as without
    `install --global`.
    """
    from gitpact.git import cache  # noqa: PLC0415  as its caller

    home = environ.get("XDG_DATA_HOME") or f"{environ.get('HOME', '')}/.local/share"
    try:
        with open(f"{home}/gitpact/{cache.REPOSITORIES}", "ab") as file:
            file.write(os.fsencode(os.path.abspath(git_dir)) + b"\0")
    except OSError:
        return  # installed in another form, or for another user


def standard_input() -> bytes:
    """Return all that git writes to this hook's standard input; b"" where that is closed or cannot be read."""
    pieces = []
    try:
        while piece := os.read(0, 1 << 16):
            pieces.append(piece)
    except OSError:
        return b""
    return b"".join(pieces)


def branch(git_dir: str) -> str:
    """The full name of the branch that is checked out or rebased, "" where none is; with reftable git is asked."""
    with open(f"{git_dir}/HEAD", encoding="utf-8", errors="surrogateescape") as file:
        text = file.read().strip()
    if text == f"ref: {head.REFTABLE}":
        from gitpact.git import query  # noqa: PLC0415  few repositories have it

        return query.head()
    return text.removeprefix("ref: ") if text.startswith("ref: refs/") else _rebased(git_dir)


def _rebased(git_dir: str) -> str:
    """The branch that a rebase in progress will move, "" for none."""
    for folder in ("rebase-merge", "rebase-apply"):
        try:
            with open(f"{git_dir}/{folder}/head-name", encoding="utf-8", errors="surrogateescape") as file:
                name = file.read().strip()
        except OSError:
            continue
        return name if name.startswith("refs/") else ""
    return ""
