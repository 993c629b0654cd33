"""`gitpact fix`: give the commits of a branch messages that pass."""

from __future__ import annotations

import contextlib
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.checks import commit_range, range_argument
from gitpact.cli import (
    common_options,
    completions,
    edit_messages,
    make_refused_commit,
    questions,
    results_output,
    rewritten_refs,
)
from gitpact.errors import FINDINGS, OK, GitpactError
from gitpact.git import config, query, repository, revision_lookup, signatures
from gitpact.message import idents
from gitpact.policy import in_force
from gitpact.records import NamedTuple
from gitpact.repair import (
    commit_again,
    fixup_targets,
    message_fixes,
    remediation_commit,
    reword_history,
    rewrite_history,
    shell,
)
from gitpact.report import developer_certificate, fix_text, i18n
from gitpact.report.escape import visible
from gitpact.report.style import wrap
from gitpact.rules.refs import BRANCH, TAG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.git.repository import Here
    from gitpact.records import Ident
    from gitpact.repair.message_fixes import Fix, Judge
    from gitpact.repair.reword_history import Own, Plan
    from gitpact.report.i18n import Catalog
    from gitpact.report.style import Style

NAME = "fix"
AGREED = "gitpact.dcoAgreed"


class Asked(NamedTuple):
    """What a person asks for by options; `words` call this command again, with those options but --apply and --edit.

    `again` does so without a range, whose commits have other ids after a rewrite.
    """

    words: str
    again: str
    style: Style
    apply: bool
    edit: bool
    drop_signatures: bool


def command(  # noqa: PLR0913  one parameter an option
    revision: Annotated[
        str,
        typer.Argument(
            autocompletion=completions.revisions,
            metavar="[RANGE]",
            help="A commit, or a range as in git log; default: the commits that are only on your branch.",
        ),
    ] = "",
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write the new messages without asking.")] = False,
    edit: Annotated[bool, typer.Option("--edit", help="Edit the messages that gitpact cannot correct.")] = False,
    sign_off: Annotated[bool, typer.Option("--sign-off", help="Add your sign-off to your own commits.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --sign-off: confirm that you have read the DCO and agree to it.")
    ] = False,
    remediate: Annotated[
        bool,
        typer.Option(
            "--remediate",
            help="Sign off earlier commits that you can no longer rewrite: make a new commit with the sign-off.",
        ),
    ] = False,
    behalf: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="'NAME <E>'",
            help="With --remediate: use your own name to sign off the commits of the given person.",
        ),
    ] = "",
    drop_signatures: Annotated[
        bool, typer.Option("--drop-signatures", help="Rewrite signed commits without their signatures.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Restore the refs as they were before the last run of gitpact fix.")
    ] = False,
    colour: common_options.ColourOption = common_options.Colour.auto,
) -> int:
    """Correct the messages of commits. gitpact asks before it changes anything."""
    if undo:
        if revision or apply or edit or sign_off or yes or remediate or behalf or drop_signatures:
            raise GitpactError("--undo cannot be combined with other arguments", "run: gitpact fix --undo")
        return rewritten_refs.undo(NAME)
    if behalf and not remediate:
        raise GitpactError(
            "--for needs --remediate",
            "to sign off the commits of another person: gitpact fix --remediate --for {who}",
            who=shell.quoted(behalf),
        )
    here = repository.here()
    rewritten_refs.refuse_git_directory(here.top)
    policy = in_force.of_repository(here.git_dir, here.top).policy
    own = reword_history.own_branch(policy)
    by = message_fixes.Judge(policy, _signer(agreed=yes, remediate=remediate) if sign_off or remediate else None)
    if remediate:
        if edit:
            raise GitpactError("--remediate cannot be combined with --edit", "run: gitpact fix --remediate")
        with _naming(revision):
            return _remediate(_span(revision, _one(revision), own), by, behalf, here.top)
    given = {"--sign-off": sign_off, "--yes": yes, "--drop-signatures": drop_signatures}
    options = [option for option, is_given in given.items() if is_given]
    again = " ".join((shell.program_again(), NAME, *options))
    words = f"{again} {shell.quoted(revision)}" if revision else again
    asked = Asked(
        words, again, results_output.style(colour.value), apply=apply, edit=edit, drop_signatures=drop_signatures
    )
    refused = None if revision else commit_again.kept_command(here.git_dir)
    unmade = partial(_not_written, words=words, texts=i18n.catalog())
    if refused and not revision_lookup.commit("HEAD"):
        # The first commit of a repository: there is no other yet.
        return make_refused_commit.make(refused, here.git_dir, policy, asked.style, unmade, apply=apply, edit=edit)
    fixes = message_fixes.with_guesses(_fixes(revision, by, own, edit=edit), by)
    # Known now, as a rewrite changes the ids of the range.
    span = _span(revision, _one(revision), own)
    judged = commit_range.results(span, policy, suggest=False)
    others, unsigned = message_fixes.not_correctable(judged, query.ident("COMMITTER"))
    code = _rewrite(fixes, by, own, here, asked) if fixes else OK
    if refused and not code:
        code = make_refused_commit.make(refused, here.git_dir, policy, asked.style, unmade, apply=apply, edit=edit)
    elif not fixes and not others and (sign_off or not unsigned):
        results_output.echo([i18n.catalog()["fix.nothing" if revision else "fix.nothing-here"]])
    results_output.echo(fix_text.not_correctable(others, asked.style, i18n.catalog()))
    if unsigned and not sign_off:
        said = i18n.catalog()["fix.unsigned"].format(count=unsigned)
        results_output.echo([f"  {i18n.labelled(said, f'{asked.again} --sign-off')}"])
    return code or (FINDINGS if others or (unsigned and not sign_off) else OK)


def _rewrite(fixes: list[Fix], by: Judge, own: Own, here: Here, asked: Asked) -> int:
    """Show the fixes, let the person edit and agree as they have asked, and rewrite their commits."""
    texts, style, apply, edit = i18n.catalog(), asked.style, asked.apply, asked.edit
    refuse = partial(_refuse, own=own, drop_signatures=asked.drop_signatures)
    followed = partial(fixup_targets.with_targets, span=("HEAD", *reword_history.others(own)), policy=by.policy)
    gave_up = False
    if edit:
        refuse(fixes)
        fixes, gave_up = edit_messages.edited(fixes, by, here.git_dir)
    shown = followed(fixes)
    results_output.echo(fix_text.plan_lines(shown, style, texts))
    ready = any(fix.text for fix in shown)
    asks = ready and not (apply or gave_up) and questions.can_ask()
    answer = None
    wrote = edit
    while asks and (answer := questions.answer(texts["fix.ask"])) in questions.EDIT:
        refuse(fixes)
        fixes, _ = edit_messages.edited(fixes, by, here.git_dir, whole=True)
        wrote = True
        shown = followed(fixes)
        results_output.echo(fix_text.plan_lines(shown, style, texts))
    messages = {fix.result.commit.oid or "": _stored(fix) for fix in shown if fix.text}
    left = len(shown) - len(messages)
    agreed = answer in questions.YES if asks else apply or edit
    if not messages or gave_up or not agreed:
        kept = edit_messages.keep(fixes, here.git_dir) if wrote and messages and not gave_up else ""
        results_output.echo(_not_written(len(messages), left, asked.words, texts, kept))
        return FINDINGS
    with _kept(fixes, here.git_dir if wrote else ""), rewrite_history.alone():
        sign = None if asked.drop_signatures else signatures.signer()
        plan = reword_history.plan(messages, own, drop_signatures=asked.drop_signatures, sign=sign)
        rewrite_history.put_in_place(plan.moves, (), NAME, here.top)
    results_output.echo(_written(plan, own, len(messages), left, asked))
    return FINDINGS if left else OK


def _fixes(revision: str, by: Judge, own: Own, *, edit: bool) -> list[Fix]:
    """The fixes of the commits that are named, the oldest first."""
    branch = own.ref.removeprefix(BRANCH) if own.ref != "HEAD" else ""
    oid = _one(revision)
    with _naming(revision):
        found = [*message_fixes.fixes(_span(revision, oid, own), by, branch)][::-1]
    return found or ([message_fixes.of_commit(oid, by.policy)] if edit and oid else [])


@contextlib.contextmanager
def _naming(revision: str) -> Iterator[None]:
    """Name the range of a person if the block fails because git does not know it."""
    try:
        yield
    except GitpactError:
        range_argument.raise_for_unknown((revision,) if revision else ())
        raise


def _one(revision: str) -> str:
    """The oid of the commit where a person names a single one, "" for a range and for nothing."""
    if revision.startswith(":"):
        return query.text_or_nothing("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
    return revision_lookup.commit(revision) if revision and ".." not in revision and revision[0] not in "^-" else ""


def _span(revision: str, oid: str, own: Own) -> tuple[str, ...]:
    """The commits that a person names, `oid` where it is one; without a name, those that only the own branch has."""
    if oid:
        return (f"{oid}^!",)
    span = range_argument.span((revision,) if revision else ()).revisions
    return span if revision else ("HEAD", *reword_history.others(own))


def _remediate(span: Sequence[str], by: Judge, behalf: str, top: str) -> int:
    """Make a remediation commit for one's own commits of a range, or for those of somebody else."""
    texts, signer = i18n.catalog(), by.signer
    author = idents.parse(behalf) if behalf else signer
    if not author or not signer:
        raise GitpactError(
            "--for {text}: expected a name with an e-mail address",
            "write the value of --for as: 'NAME <EMAIL>'",
            text=behalf,
        )
    with rewrite_history.alone():
        oids = remediation_commit.unsigned(span, by.policy, author)
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


def _signer(*, agreed: bool, remediate: bool) -> Ident:
    """Who signs off here, and has agreed to the DCO. Raises GitpactError where nobody has."""
    signer = query.ident("COMMITTER")
    if not signer:
        raise GitpactError(
            "git does not know your name",
            "set your name and e-mail: git config user.name NAME; git config user.email EMAIL",
        )
    if config.has(AGREED):
        return signer
    if not agreed and not _agrees(signer):
        raise GitpactError(
            "a sign-off means that you agree to the Developer Certificate of Origin (DCO)",
            "if you agree to the DCO: gitpact fix --remediate --yes"
            if remediate
            else "if you agree to the DCO: gitpact fix --sign-off --yes",
        )
    query.output("config", AGREED, developer_certificate.today())
    return signer


def _agrees(signer: Ident) -> bool:
    """Show the DCO, and ask whether the signer agrees to it; without a terminal nobody does."""
    texts = i18n.catalog()
    said = wrap(texts["fix.dco"], results_output.style().width, 0)
    results_output.echo([*said, "", *developer_certificate.TEXT.split("\n"), ""])
    question = texts["fix.agree"].format(signer=signer)
    return questions.is_terminal(sys.stdin) and questions.answer(question) in questions.YES


def _refuse(fixes: Sequence[Fix], own: Own, *, drop_signatures: bool) -> None:
    """Raise GitpactError, before a person writes, where their messages could not be put in place."""
    with rewrite_history.alone():
        oids = [fix.result.commit.oid or "" for fix in fixes]
        sign = None if drop_signatures or not signatures.signer() else _placeholder
        reword_history.plan(dict.fromkeys(oids, b"x\n"), own, drop_signatures=drop_signatures, sign=sign)


def _placeholder(_: bytes) -> bytes:
    """In place of a signature, for which a person may have to type a password."""
    return b"-"


@contextlib.contextmanager
def _kept(fixes: Sequence[Fix], git_dir: str) -> Iterator[None]:
    """Keep the messages in a file if the block fails; with "" as `git_dir` nobody has typed any."""
    try:
        yield
    except GitpactError as error:
        if not git_dir:
            raise
        path = edit_messages.keep(fixes, git_dir)
        raise GitpactError("{error}; the new messages are in {path}", error.hint, error=error, path=path) from error


def _stored(fix: Fix) -> bytes:
    stored = message_fixes.stored(fix.text, fix.result.commit)
    assert stored is not None  # noqa: S101  such a text is not offered
    return stored


def _not_written(ready: int, left: int, words: str, texts: Catalog, kept: str = "") -> Iterator[str]:
    """What could be written; with `kept`, the path of the file that has what the person typed."""
    yield from wrap(texts["fix.would"].format(ready=ready, left=left), results_output.style().width, 2)
    if kept:
        yield f"  {texts['fix.kept'].format(path=visible(kept))}"
    elif ready:
        yield f"  {i18n.labelled(texts['fix.apply'], words)} --apply"
    if left:
        yield f"  {i18n.labelled(texts['fix.write'], words)} --edit"


def _written(plan: Plan, own: Own, ready: int, left: int, asked: Asked) -> Iterator[str]:
    texts = i18n.catalog()
    yield from wrap(texts["fix.done"].format(ready=ready, rewritten=plan.rewritten), results_output.style().width, 2)
    yield from rewritten_refs.losses(plan.unsigned, plan.replaced)
    yield from map(rewritten_refs.row, plan.moves)
    tags = [move.ref.removeprefix(TAG) for move in plan.moves if move.ref.startswith(TAG)]
    if tags:
        yield f"  {texts['fix.tags'].format(tags=visible(', '.join(tags)))}"
    if left:
        again = f"{asked.again} --edit"
        yield f"  {i18n.labelled(texts['fix.left'].format(left=left), again)}"
    yield rewritten_refs.undo_line(NAME)
    branch = next((move for move in plan.moves if move.ref == own.ref and own.published), None)
    if not branch or query.is_ancestor(own.published, branch.new):
        return
    if query.is_ancestor(own.published, branch.old) or reword_history.is_replaced(own):
        # A push refspec of the configuration maps the short name. A plus sign means that nothing is checked, a dash
        # begins an option, and a tag of the name is another ref.
        mapped = query.text_or_nothing("config", "--get-all", f"remote.{own.remote}.push")
        is_plain = (
            not mapped and own.name[0] not in "+-" and own.name != "tag" and not query.exists(f"refs/tags/{own.name}")
        )
        name, target = (own.name, own.name) if is_plain else (own.ref, f"{own.ref}:{own.ref}")
        lease = f"--force-with-lease={shell.quoted(name)}:{own.published}"
        push = f"git push {lease} {shell.quoted(own.remote)} {shell.quoted(target)}"
        yield f"  {i18n.labelled(texts['fix.push'], push)}"
