"""The commit that the commit-msg hook refused last: shown with the suggested message, and made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gitpact import message
from gitpact.cli import questions, results_output
from gitpact.errors import FINDINGS
from gitpact.git import cache, message_settings, query, user_command
from gitpact.message import encodings
from gitpact.records import Commit
from gitpact.repair.message_fixes import Fix
from gitpact.report import fix_text, i18n
from gitpact.rules import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitpact.records import Policy
    from gitpact.repair.commit_again import Refused
    from gitpact.report.style import Style


def make(  # noqa: PLR0913  what was refused, and what the person asks for
    refused: Refused,
    git_dir: str,
    policy: Policy,
    style: Style,
    unmade: Callable[[int, int], Iterable[str]],
    *,
    apply: bool,
    edit: bool,
) -> int:
    """Show the refused commit of this git directory, and make it if the person agrees; returns an exit code.

    With `apply` nobody is asked, with `edit` git opens the refused message in an editor. `unmade` returns the lines to
    show where no commit is made: for 1 and 0 if there is a suggested message, else for 0 and 1.
    """
    texts = i18n.catalog()
    fix = _fix(git_dir, policy, suggests=bool(refused.take))
    results_output.echo([texts["fix.refused"], *fix_text.plan_lines([fix], style, texts)])
    asks = fix.text and not (apply or edit) and questions.can_ask()
    answer = questions.answer(texts["fix.ask-commit"]) if asks else None
    if edit or answer in questions.EDIT:
        return user_command.commit(*refused.edit, folder=refused.folder)
    if fix.text and (apply or answer in questions.YES):
        return user_command.commit(*refused.take, folder=refused.folder)
    results_output.echo(unmade(*((1, 0) if fix.text else (0, 1))))
    return FINDINGS


def _fix(git_dir: str, policy: Policy, *, suggests: bool) -> Fix:
    """The refused message with its errors, and the suggested one."""
    settings = message_settings.read(git_dir)
    folder = Path(git_dir, cache.DIRECTORY)
    parsed = message.from_bytes(
        (folder / cache.REFUSED).read_bytes(), settings, policy.issue_pattern, max_bytes=policy.max_bytes
    )
    commit = Commit(parsed, query.ident("AUTHOR"), query.ident("COMMITTER"))
    suggested = (folder / cache.SUGGESTED).read_bytes() if suggests else b""
    text = suggested.decode(encodings.codec_or_utf8(settings.encoding), "surrogateescape")
    return Fix(evaluate.judge(commit, policy, evaluate.NOT_LOCAL), text)
