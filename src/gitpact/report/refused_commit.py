"""What a person sees when a commit is refused: where, why, a message that passes, and the commands that go on."""

from __future__ import annotations

import os

from gitpact import message
from gitpact.errors import GitpactError
from gitpact.git import cache, query
from gitpact.git.cache import DIRECTORY, REFUSED, SUGGESTED
from gitpact.records import NamedTuple
from gitpact.repair import commit_again, shell
from gitpact.repair.shell import Command
from gitpact.report import hook_text, i18n, policy_text
from gitpact.report import style as styles
from gitpact.report import text as reports
from gitpact.report.escape import visible
from gitpact.rules import DCO, asks_issue, correction, evaluate
from gitpact.rules.refs import BRANCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitpact.policy.in_force import InForce
    from gitpact.records import Policy, Result
    from gitpact.report.i18n import Catalog


class Case(NamedTuple):
    """A message with findings, and where it comes from.

    `path` is the file of the message and `git_dir` the git directory, both as git gives them to a hook. `stored` are
    the bytes that git would store. `hinted` says that git, if an editor is opened on the message, would take lines of
    it for comments or leave its own hints in it.
    """

    result: Result
    found: InForce
    path: str
    git_dir: str
    stored: bytes
    hinted: bool


def write(case: Case, environ: Mapping[str, str]) -> None:
    """Write to standard error what is wrong with a commit's message and, if it is refused, the commands to go on.

    A suggested message and the refused one are saved below the git directory for `git commit -F`; where that fails, no
    command names them. `environ` is that of the hook.
    """
    style = styles.style_of(hook_text.STDERR, environ)
    texts = i18n.catalog(environ)
    count = evaluate.errors(case.result)
    branch = query.head().removeprefix(BRANCH) if asks_issue(case.found.policy) else ""
    suggestion = correction.suggest(case.result, case.found.policy, evaluate.NOT_LOCAL, branch=branch)
    result = case.result._replace(suggestion=suggestion)
    lines = hook_text.heading("hook", count, len(result.findings) - count, style, texts)
    lines += reports.result(result, style, texts)
    guess = "" if suggestion else _guess(result, case.found.policy)
    if guess:
        lines.append(f"  {texts['fix.guess'].format(header=visible(guess))}")
    if count:
        lines += ["", *policy_text.of_work_tree(case.found, _folder(environ), style, texts), ""]
        lines += _commands(case._replace(result=result), environ, texts)
    hook_text.write(lines, unicode=style.unicode)


def _guess(result: Result, policy: Policy) -> str:
    """The header with the scope that earlier commits on the staged files had, where that passes; else ""."""
    if all(found.rule != "scope-required" for found in result.findings):
        return ""
    from gitpact.repair import scope_guess  # noqa: PLC0415  most messages lack something else

    its = result.commit.message
    try:
        scope = scope_guess.of_index(policy)
    except GitpactError:  # as in a partial clone
        return ""
    text = scope_guess.with_scope(its, scope) if scope else ""
    tried = message.from_bytes(text.encode("utf-8", "surrogateescape"), issue_pattern=policy.issue_pattern)
    judged = evaluate.judge(result.commit._replace(message=tried), policy, (*evaluate.NOT_LOCAL, *DCO))
    return text.partition("\n")[0] if not evaluate.errors(judged) else ""


def _commands(case: Case, environ: Mapping[str, str], texts: Catalog) -> list[str]:
    """The commands that go on from here, each exact for the directory the person stands in."""
    again = commit_again.running_commit(environ)
    here = "" if again.elsewhere else _folder(environ)
    rows = []
    findings = case.result.findings
    suggested = f"{case.git_dir}/{DIRECTORY}/{SUGGESTED}"
    take: tuple[str, ...] = ()
    refused = None
    if _keep(suggested, _encoded(case.result)):
        take = commit_again.commit_words(again, "-F", shell.shorter_path(suggested, here))
        rows.append(Command(texts["hook.take"], shell.joined(take)))
    if any(found.rule == "merge-commit" for found in findings):
        if os.path.exists(f"{case.git_dir}/MERGE_HEAD"):  # else it is a merge that is amended
            rows.append(Command(texts["hook.undo"], "git merge --abort", texts["hook.lost"]))
    elif os.path.basename(case.path) == "MERGE_MSG":
        rows.append(Command(texts["hook.merge"], "git merge --continue"))
    else:
        # Git overwrites its own file at the next try, also when that is given up.
        ours = f"{case.git_dir}/{DIRECTORY}/{REFUSED}"
        kept = ours if _keep(ours, case.stored) else case.path
        unsigned = any((found.rule, found.kind) == ("sign-off-required", "missing") for found in findings)
        sign_off = ["-s"] if unsigned else []  # else the next try is refused again
        options = [*commit_again.cleanup_options(again, has_comments=case.hinted), *sign_off, "-e"]
        edit = commit_again.commit_words(again, *options, "-F", shell.shorter_path(kept, here))
        rows.append(Command(texts["hook.edit"], shell.joined(edit)))
        refused = commit_again.Refused(here, take, edit) if here else None
    if commit_again.keep_command(case.git_dir, refused):
        rows.append(Command(texts["hook.later"], f"{shell.program(here)} fix"))
    first = next(found for found in findings if found.severity == "error")
    rows.append(Command(texts["hook.explain"], f"{shell.program(here)} rules {first.rule}"))
    return hook_text.command_table(rows, styles.style_of(hook_text.STDERR, environ).width)


def _folder(environ: Mapping[str, str]) -> str:
    """Where the person stands, who has not sent git elsewhere."""
    return os.path.join(os.getcwd(), environ.get("GIT_PREFIX", ""))


def _encoded(result: Result) -> bytes | None:
    """The suggestion as git will read it; None where the commit's encoding cannot say it."""
    try:
        return result.suggestion.encode(result.commit.message.encoding) if result.suggestion else None
    except (LookupError, UnicodeEncodeError):
        return None


def _keep(path: str, text: bytes | None) -> bool:
    """Keep a message for `git commit -F`; where there is none, an older one must not be taken for it."""
    try:
        if text is None:
            cache.drop(path)
            return False
        cache.write(path, text)
    except OSError:
        return False
    return True
