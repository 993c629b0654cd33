"""What git runs: one hook, of which only the module is loaded."""

from __future__ import annotations

import os

from gitpact.errors import OK, GitpactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Hook = Callable[[Sequence[str], Mapping[str, str]], int]

HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "pre-push", "pre-receive")


def main(argv: Sequence[str], environ: Mapping[str, str] = os.environ, *, explicit: bool = True) -> int:
    """Run the hook `argv[0]` with git's arguments for it, `argv[1:]`; returns the exit code for git, 0 to go on.

    `explicit` says that gitpact was installed in this very repository. Without it a project that has no policy is not
    judged, and a git directory that the hook writes to for the first time is registered for `clean --global`. Raises
    GitpactError for an unknown hook, and what the hook raises.
    """
    run = _hook(argv[0] if argv else "")
    if explicit:
        return run(argv[1:], environ)
    from gitpact.cli import hooks  # noqa: PLC0415  for the hooks of every repository
    from gitpact.git import cache  # noqa: PLC0415  for the hooks of every repository

    if not hooks.applies_here(environ):
        return OK
    git_dir = hooks.git_dir(environ)
    kept = os.path.isdir(f"{git_dir}/{cache.DIRECTORY}")
    code = run(argv[1:], environ)
    if not kept and os.path.isdir(f"{git_dir}/{cache.DIRECTORY}"):
        hooks.register_repository(git_dir, environ)
    return code


def _hook(name: str) -> Hook:
    """The function that a hook runs. Only its module is loaded; importlib takes as long as a hook."""
    if name == "commit-msg":
        from gitpact.cli.hooks import commit_msg  # noqa: PLC0415

        return commit_msg.run
    if name == "pre-commit":
        from gitpact.cli.hooks import pre_commit  # noqa: PLC0415

        return pre_commit.run
    if name == "prepare-commit-msg":
        from gitpact.cli.hooks import prepare_commit_msg  # noqa: PLC0415

        return prepare_commit_msg.run
    if name == "pre-push":
        from gitpact.cli.hooks import pre_push  # noqa: PLC0415

        return pre_push.run
    if name == "pre-receive":
        from gitpact.cli.hooks import pre_receive  # noqa: PLC0415

        return pre_receive.run
    raise GitpactError("no such hook: {name}", "git runs: {hooks}", name=name or "(none)", hooks=", ".join(HOOKS))
