"""`gitpact commit`: compose a message step by step, then commit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.cli import message_questions, questions, results_output
from gitpact.cli.common_options import (  # noqa: TC001  typer reads the annotations
    MessageOption,
    ScopeOption,
    SignOffOption,
    TypeOption,
)
from gitpact.errors import FINDINGS, GitpactError, Phrase
from gitpact.git import cache, query, repository, staged_paths, trees, user_command
from gitpact.policy import in_force
from gitpact.repair import compose, message_start, scope_guess
from gitpact.report import i18n
from gitpact.report import style as styles
from gitpact.report import text as reports
from gitpact.report.escape import visible
from gitpact.rules import evaluate, for_paths
from gitpact.rules.refs import BRANCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.records import Ident, Policy
    from gitpact.repair.compose import Parts


def command(  # noqa: PLR0913  one parameter an option
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH…] [-- OPTION…]", help="Files or folders to commit; put options for git commit after --."
        ),
    ] = None,
    *,
    message: MessageOption = None,
    kind: TypeOption = "",
    scope: ScopeOption = "",
    breaking: Annotated[str, typer.Option("--breaking", metavar="TEXT", help="What no longer works for users.")] = "",
    reference: Annotated[str, typer.Option("--issue", metavar="N", help="The number of the issue, such as 12.")] = "",
    sign_off: SignOffOption = False,
    changed: Annotated[
        bool, typer.Option("--all", "-a", help="Commit all changed files, as git commit -a does.")
    ] = False,
    amend: Annotated[bool, typer.Option("--amend", help="Replace the last commit.")] = False,
) -> int:
    """Ask for the parts of a message, check the message, and commit. With -m and --type, gitpact asks nothing."""
    here = repository.here()
    policy = in_force.of_repository(here.git_dir, here.top).policy
    options = [*(["-a"] if changed else []), *(["--amend"] if amend else []), *(words or [])]
    if not options and not trees.has_staged():
        raise GitpactError(
            "nothing is staged", "stage files with git add, or commit all changed files: gitpact commit -a"
        )
    if policy.by_path:
        policy = for_paths(policy, sorted(_files(changed=changed, amend=amend)))
    signer = query.ident("COMMITTER")
    branch = message_start.known(policy, query.head().removeprefix(BRANCH), "")
    kind = compose.meant(kind, policy) or kind
    parts = _given(message or [], kind, here.git_dir, policy, amend=amend)
    parts = parts._replace(
        type=kind or parts.type,
        scope=scope or parts.scope,
        breaking=breaking or parts.breaking,
        issue=compose.reference(reference, policy) or reference or parts.issue or branch.issue,
        signer=signer if sign_off else None,
    )
    author = query.ident("AUTHOR")
    if message:
        return _commit_unasked(parts, policy, author, here.git_dir, options)
    if not questions.can_ask():
        raise GitpactError(
            "gitpact cannot ask for the message, because there is no terminal",
            ("give the parts of the message as options: gitpact commit --type feat -m 'add login'"),
        )
    return _ask_and_commit(parts._replace(type=parts.type or branch.type), policy, signer, here.git_dir, options)


def _files(*, changed: bool, amend: bool) -> set[str]:
    """The files that the commit changes: what is staged, or with `changed` all that differs from the last commit."""
    if changed and query.exists("HEAD"):
        return {*query.fields("diff", "HEAD", "--name-only", "-z", "--no-renames", "--no-relative")}
    return staged_paths.begin(amends=amend)()


def _given(messages: Sequence[str], kind: str, git_dir: str, policy: Policy, *, amend: bool) -> Parts:
    """The parts in the words of -m, which may be a whole header; else of the last message without a commit, or HEAD.

    Without a type of their own, the words of -m are what stands behind the type `kind`, "" for none.
    """
    if messages:
        text = "\n\n".join(messages)
        parts = compose.parts_of(text, policy)
        return compose.parts_of(f"{kind}: {text}", policy) if kind and not parts.type else parts
    kept = [Path(git_dir, cache.DIRECTORY, name) for name in (cache.REFUSED, cache.COMPOSED)]
    there = sorted((path for path in kept if path.is_file()), key=lambda path: path.stat().st_mtime_ns)
    if there:
        return compose.parts_of(there[-1].read_text(encoding="utf-8", errors="surrogateescape"), policy)
    if not amend:
        return compose.Parts()
    last = query.text_or_nothing("log", "-1", "--no-show-signature", "--encoding=UTF-8", "--format=%B")
    return compose.parts_of(last, policy)


def _commit_unasked(parts: Parts, policy: Policy, author: Ident | None, git_dir: str, options: Sequence[str]) -> int:
    """Commit what the options say; with errors, say what is wrong and commit nothing."""
    if not parts.type:
        hint = "give the type: gitpact commit --type TYPE -m TEXT; the types are: {types}"
        raise GitpactError("the type is missing", hint, types=", ".join(policy.types))
    if not _passes(parts, policy, author):
        return FINDINGS
    return _commit(compose.text(parts), git_dir, options)


def _passes(parts: Parts, policy: Policy, author: Ident | None) -> bool:
    """Write what is wrong with a message; returns whether it has no error."""
    judged = compose.judged(parts, policy, author)
    if judged.findings:
        results_output.echo(reports.result(judged, results_output.style(), i18n.catalog()))
    return not evaluate.errors(judged)


def _ask_and_commit(parts: Parts, policy: Policy, signer: Ident | None, git_dir: str, options: Sequence[str]) -> int:
    """Ask for the parts that every message has, show the message until a person wants no more, and commit.

    A message with errors is shown as gitpact corrects it; where that is not enough, all parts are asked for again.
    """
    scope = "" if policy.scope == "forbidden" else parts.scope or scope_guess.of_index(policy)
    signs = parts.signer or (signer if policy.sign_off == "required" else None)
    ask = message_questions.prompts()
    parts = message_questions.required_parts(parts._replace(scope=scope, signer=signs), policy, ask)
    while True:
        while not _passes(parts, policy, signer):
            parts, before = compose.corrected(parts, policy, signer), parts
            if parts == before or evaluate.errors(compose.judged(parts, policy, signer)):
                parts = message_questions.required_parts(parts, policy, ask)
                parts = message_questions.further_parts(parts, policy, signs, ask)
            else:
                results_output.echo(["", Phrase("gitpact corrects the message to:")])
        text = compose.text(parts)
        results_output.echo(["", *(f"  {visible(line)}" for line in text.splitlines()), ""])
        _keep(text, git_dir)  # for the next time, if the answer is no
        said = i18n.translate(Phrase("e: edit the message first; m: add more (body, breaking change, issue, sign-off)"))
        results_output.echo(styles.wrap(said, results_output.style().width, 3))
        answer = message_questions.chosen(_agreement(parts), (*questions.NO, *questions.EDIT, *questions.MORE))
        if answer not in questions.MORE:
            break
        parts = message_questions.further_parts(parts, policy, signs, ask)
    if answer in questions.NO:
        results_output.echo([Phrase("nothing was committed; the next gitpact commit offers this message again")])
        return FINDINGS
    return _commit(text, git_dir, [*(["-e"] if answer in questions.EDIT else []), *options])


def _agreement(parts: Parts) -> Phrase:
    """The last question; a sign-off is a statement in law, so the person must see that it is part of the answer."""
    if parts.signer:
        return Phrase("Sign off (DCO) and commit? [Y/n/e/m] ")
    return Phrase("Commit with this message? [Y/n/e/m] ")


def _commit(text: str, git_dir: str, options: Sequence[str]) -> int:
    """Let git commit with a message, and its hooks check it; where there is no commit, the message is kept."""
    path = _keep(text, git_dir)
    code = user_command.commit("git", "commit", "-F", str(path), *options)
    if not code:
        path.unlink(missing_ok=True)
    return code


def _keep(text: str, git_dir: str) -> Path:
    """Write the composed message into a file below the git directory; returns its path."""
    path = Path(git_dir, cache.DIRECTORY, cache.COMPOSED)
    cache.write(str(path), text.encode("utf-8", "surrogateescape"))
    return path
