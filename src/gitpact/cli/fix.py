"""`gitpact fix`: give the commits of a branch messages that pass."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.checks import range_argument
from gitpact.cli import common_options, results_output, rewritten_refs
from gitpact.errors import FINDINGS, OK, GitpactError
from gitpact.git import config, editor, query, repository, revision_lookup
from gitpact.message import idents
from gitpact.policy import in_force
from gitpact.repair import (
    edited_messages,
    message_fixes,
    remediation_commit,
    reword_history,
    rewrite_history,
    shell,
)
from gitpact.report import developer_certificate, fix_text, i18n
from gitpact.report.escape import visible
from gitpact.rules.refs import BRANCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Ident, Policy
    from gitpact.repair.message_fixes import Fix
    from gitpact.repair.reword_history import Own, Plan
    from gitpact.report.i18n import Catalog

NAME = "fix"
AGREED = "gitpact.dcoAgreed"
YES, EDIT = ("y", "yes"), ("e", "edit")


def command(  # noqa: PLR0913  one parameter an option
    revision: Annotated[
        str,
        typer.Argument(
            metavar="[RANGE]",
            help="A range as git log takes it, or one commit; default: the commits that only your branch has.",
        ),
    ] = "",
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write the new messages without asking.")] = False,
    edit: Annotated[bool, typer.Option("--edit", help="Edit the messages that only a person can write.")] = False,
    sign_off: Annotated[bool, typer.Option("--sign-off", help="Add your sign-off to your own commits.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --sign-off: you have read the DCO and agree to it.")] = False,
    remediate: Annotated[
        bool, typer.Option("--remediate", help="Sign off in a new commit what cannot be rewritten any more.")
    ] = False,
    behalf: Annotated[
        str,
        typer.Option("--for", metavar="'NAME <E>'", help="With --remediate: sign off the commits of this person."),
    ] = "",
    drop_signatures: Annotated[
        bool, typer.Option("--drop-signatures", help="Rewrite signed commits too; their signatures are lost.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Restore the refs of before the last fix.")] = False,
    colour: common_options.ColourOption = common_options.Colour.auto,
) -> int:
    """Correct the messages of commits. Nothing is written before you agree."""
    if undo:
        if revision or apply or edit or sign_off or yes or remediate or behalf or drop_signatures:
            raise GitpactError("--undo takes nothing else", "run: gitpact fix --undo")
        return rewritten_refs.undo(NAME)
    here = repository.here()
    policy = in_force.of_repository(here.git_dir, here.top).policy
    own = reword_history.own_branch(policy)
    signer = _signer(agreed=yes) if sign_off or remediate else None
    if remediate and signer:
        return _remediate(_span(revision, own), policy, signer, behalf, here.top)
    fixes = _fixes(revision, policy, own, signer, edit=edit)
    texts, style = i18n.catalog(), results_output.style(colour.value)
    if edit and fixes:
        fixes = _edited(fixes, policy, texts)
    if not fixes:
        results_output.echo([texts["fix.nothing"]])
        return OK
    results_output.echo(fix_text.plan_lines(fixes, style, texts))
    asks = not (apply or edit) and sys.stdin.isatty() and sys.stdout.isatty()
    while asks and (answer := _answer(texts)) in EDIT:
        fixes = _edited(fixes, policy, texts)
        results_output.echo(fix_text.plan_lines(fixes, style, texts))
    messages = {fix.result.commit.oid or "": _stored(fix) for fix in fixes if fix.text}
    left = len(fixes) - len(messages)
    if not messages or not (apply or edit or (asks and answer in YES)):
        results_output.echo(_not_written(len(messages), left, revision, texts))
        return FINDINGS
    with rewrite_history.alone():
        plan = reword_history.plan(messages, own, drop_signatures=drop_signatures)
        rewrite_history.put_in_place(plan.moves, (), NAME, here.top)
    results_output.echo(_written(plan, own, len(messages), left, texts))
    return FINDINGS if left else OK


def _fixes(revision: str, policy: Policy, own: Own, signer: Ident | None, *, edit: bool) -> list[Fix]:
    """The fixes of the commits that are named, the oldest first."""
    branch = own.ref.removeprefix(BRANCH) if own.ref != "HEAD" else ""
    commit = revision if ".." not in revision and not revision.startswith(("^", "-")) else ""
    if commit:
        oid = revision_lookup.commit(commit)
        if not oid:
            range_argument.raise_for_unknown((commit,))
        found = [*message_fixes.fixes((f"{oid}^!",), policy, signer, branch)]
        return found or ([message_fixes.of_commit(oid, policy)] if edit else [])
    return [*message_fixes.fixes(_span(revision, own), policy, signer, branch)][::-1]


def _span(revision: str, own: Own) -> tuple[str, ...]:
    """The commits that a person names; without a name those that no remote-tracking branch has but the own one."""
    span = range_argument.span((revision,) if revision else ()).revisions
    return span if revision else ("HEAD", *reword_history.others(own))


def _remediate(span: Sequence[str], policy: Policy, signer: Ident, behalf: str, top: str) -> int:
    """Make a remediation commit for one's own commits of a range, or for those of somebody else."""
    texts = i18n.catalog()
    author = idents.parse(behalf) if behalf else signer
    if not author:
        raise GitpactError("--for {text}: not a person", "write it as: 'NAME <EMAIL>'", text=behalf)
    with rewrite_history.alone():
        oids = remediation_commit.unsigned(span, policy, author)
        if not oids:
            results_output.echo([texts["fix.signed"].format(author=visible(str(author)))])
            return OK
        move = remediation_commit.write(oids, author, signer)
        rewrite_history.refuse_operations([move.ref])
        rewrite_history.put_in_place([move], (), NAME, top)
    results_output.echo(
        [texts["fix.remediated"].format(count=len(oids)), rewritten_refs.row(move), rewritten_refs.undo_line(NAME)]
    )
    return OK


def _signer(*, agreed: bool) -> Ident:
    """Who signs off here, and has agreed to the DCO. Raises GitpactError where nobody has."""
    signer = query.ident("COMMITTER")
    if not signer:
        raise GitpactError("git does not know your name", "git config user.name NAME; git config user.email EMAIL")
    if agreed or config.has(AGREED):
        return signer
    texts = i18n.catalog()
    results_output.echo([*developer_certificate.TEXT.split("\n"), ""])
    if not sys.stdin.isatty() or _asked(texts["fix.agree"].format(signer=signer)) not in YES:
        raise GitpactError("a sign-off means that you agree to the DCO", "if you do: gitpact fix --sign-off --yes")
    query.output("config", AGREED, developer_certificate.today())
    return signer


def _answer(texts: Catalog) -> str:
    return _asked(texts["fix.ask"])


def _asked(question: str) -> str:
    """What a person types, in lower case; "" at the end of input."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower()


def _edited(fixes: Sequence[Fix], policy: Policy, texts: Catalog) -> list[Fix]:
    """The fixes with what a person writes for them: for those that only a person can write, or for all if none is."""
    wanted = [fix for fix in fixes if not fix.text] or [*fixes]
    mark = edited_messages.comment(wanted)
    page = fix_text.edit_page(wanted, mark, texts)
    by_oid = {fix.result.commit.oid or "": fix for fix in fixes}
    with tempfile.TemporaryDirectory(prefix="gitpact-") as folder:
        path = Path(folder) / "COMMIT_EDITMSG"  # editors know this name
        while wanted:
            path.write_text(page, encoding="utf-8", errors="surrogateescape")
            editor.edit(str(path))
            now = path.read_text(encoding="utf-8", errors="replace")
            written = edited_messages.read(now, by_oid, mark)
            for oid, text in written.items():
                by_oid[oid] = message_fixes.reworded(by_oid[oid], text, policy)
            wanted = [by_oid[oid] for oid in written if not by_oid[oid].text]
            if now == page:
                break  # saved as it was: the person gives up
            page = fix_text.edit_page(wanted, mark, texts)
    return [*by_oid.values()]


def _stored(fix: Fix) -> bytes:
    stored = message_fixes.stored(fix.text, fix.result.commit)
    assert stored is not None  # noqa: S101  such a text is not offered
    return stored


def _not_written(ready: int, left: int, revision: str, texts: Catalog) -> Iterator[str]:
    words = " ".join(filter(None, (shell.program_again(), NAME, shell.quoted(revision) if revision else "")))
    yield texts["fix.would"].format(ready=ready, left=left)
    if ready:
        yield f"  {texts['fix.apply']}: {words} --apply"
    if left:
        yield f"  {texts['fix.write']}: {words} --edit"


def _written(plan: Plan, own: Own, ready: int, left: int, texts: Catalog) -> Iterator[str]:
    yield texts["fix.done"].format(ready=ready, rewritten=plan.rewritten)
    if plan.unsigned:
        yield texts["strip.unsigned"].format(count=plan.unsigned)
    yield from map(rewritten_refs.row, plan.moves)
    if left:
        yield f"  {texts['fix.left'].format(left=left)}"
    yield rewritten_refs.undo_line(NAME)
    new = next((move.new for move in plan.moves if move.ref == own.ref), "")
    if own.published and new and not query.is_ancestor(own.published, new):
        source = own.ref.removeprefix(BRANCH)
        target = source if source == own.name else f"{source}:{BRANCH}{own.name}"
        lease = f"--force-with-lease={shell.quoted(own.name)}:{own.published}"
        yield f"  {texts['fix.push']}: git push {lease} {shell.quoted(own.remote)} {shell.quoted(target)}"
