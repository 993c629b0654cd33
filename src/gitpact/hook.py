"""The hot door: what git runs. It loads the one stage that is asked for."""

from __future__ import annotations

import os

from gitpact.errors import OK, GitpactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Stage = Callable[[Sequence[str], Mapping[str, str]], int]

# The stages by git's name for them; each is a module of `stages` with a function `run`.
STAGES = {
    "pre-commit": "pre_commit",
    "commit-msg": "commit_msg",
    "pre-push": "pre_push",
    "pre-receive": "pre_receive",
}


def main(argv: Sequence[str], environ: Mapping[str, str] = os.environ, *, asked: bool = True) -> int:
    """Run the stage `argv[0]` with git's arguments for it; the exit code is git's answer.

    Where nobody `asked` for it in this repository, a project without a policy is not judged.
    """
    module = STAGES.get(argv[0]) if argv else None
    if not module:
        raise GitpactError(f"no such hook: {' '.join(argv[:1]) or '(none)'}", f"git runs: {', '.join(STAGES)}")
    # Not by importlib: loading that costs as much as the stage.
    stage: Stage = __import__(f"gitpact.stages.{module}", fromlist=["run"]).run
    if asked:
        return stage(argv[1:], environ)
    from gitpact import snapshot, stages  # noqa: PLC0415  for the hooks of every repository

    if not stages.wanted(environ):
        return OK
    git_dir = stages.git_dir(environ)
    kept = os.path.isdir(f"{git_dir}/{snapshot.DIRECTORY}")
    code = stage(argv[1:], environ)
    if not kept and os.path.isdir(f"{git_dir}/{snapshot.DIRECTORY}"):
        stages.remember(git_dir, environ)
    return code
