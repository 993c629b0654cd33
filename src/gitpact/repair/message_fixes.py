"""Which commits have messages with errors, and what each would say instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact import message
from gitpact.errors import GitpactError
from gitpact.git import commit_blocks, commits, history, objects
from gitpact.message import encodings, idents
from gitpact.records import NamedTuple, Result
from gitpact.repair import scope_guess
from gitpact.rules import DCO, IDENTITY, MESSAGE, correction, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitpact.records import Commit, Finding, Ident, Policy

AT_ONCE = 256  # commits that are judged together


class Fix(NamedTuple):
    """A commit with errors that another message repairs: `text` is that message, "" where a person has to write it.

    `result` is the verdict on the commit as it is, of which `findings` are only the errors that a message can repair;
    with a `draft`, which a person wrote, they are those of the draft. `guess` is a header that may be right where
    `text` is "": only a person can tell.
    """

    result: Result
    text: str
    draft: str = ""
    guess: str = ""


class Judge(NamedTuple):
    """By what messages are judged: the policy, and who signs off their own commits; None for nobody."""

    policy: Policy
    signer: Ident | None = None

    def signs(self, commit: Commit) -> bool:
        """Whether a commit is to get a sign-off: its author is the signer."""
        return bool(self.signer and commit.author and idents.same(self.signer, commit.author))

    def rules(self, *, own: bool) -> tuple[Policy, tuple[str, ...]]:
        """The policy, and the ids of the rules that do not run; a commit that is one's `own` needs a sign-off."""
        policy = self.policy._replace(sign_off="required") if own else self.policy
        return policy, (*IDENTITY, *(() if own else DCO), *evaluate.NOT_BY_MESSAGE)


def fixes(span: Sequence[str], by: Judge, branch: str = "") -> Iterator[Fix]:
    """Yield a fix for each commit of a range whose message has errors, newest first.

    `span` is as for `history.records`. Commits of the signer also get the sign-off that they lack, whatever the policy
    asks; nobody else is signed off. `branch` is the name of their branch, in which the issue may stand; "" for none.
    Raises GitpactError where git fails, also after some fixes.
    """
    judges = {own: evaluate.judging(*by.rules(own=own)) for own in (False, True)}
    walk = history.records(span, by.policy)
    while block := commit_blocks.take(walk, AT_ONCE):
        read = [commits.read(record, by.policy.issue_pattern, by.policy.max_bytes) for record in block]
        signs = [by.signs(commit) for commit in read]
        judged = {own: iter(judges[own](_of(read, signs, by, own=own))) for own in judges}
        for own in signs:
            result = next(judged[own])
            findings = tuple(found for found in result.findings if _is_of_words(found))
            if findings:
                result = result._replace(findings=findings)
                yield Fix(result, _text(result, by, own, branch))


def not_correctable(results: Iterable[Result], person: Ident | None) -> tuple[list[Result], int]:
    """Return the verdicts with errors that no other message corrects, each with these errors alone as its findings.

    Such as a `fixup!`, or a sign-off that only its author can give. Those that lack nothing but the sign-off of the
    `person` who asks are only counted.
    """
    found, unsigned = [], 0
    for result in results:
        author = result.commit.author
        own = bool(person and author and idents.same(person, author))
        left = tuple(
            one
            for one in result.findings
            if one.severity == "error" and (one.rule not in MESSAGE or one.rule in evaluate.NOT_BY_MESSAGE)
        )
        others = tuple(one for one in left if not (own and one.rule in DCO))
        unsigned += len(others) < len(left)
        if others:
            found.append(result._replace(findings=others))
    return found, unsigned


def _of(read: Sequence[Commit], signs: Sequence[bool], by: Judge, *, own: bool) -> list[Commit]:
    """The commits that are the signer's, with the signer as their committer; or all others."""
    return [
        commit._replace(committer=by.signer) if own else commit
        for commit, mine in zip(read, signs, strict=True)
        if mine == own
    ]


def with_guesses(fixes: Sequence[Fix], by: Judge) -> list[Fix]:
    """The fixes, with a guess where nothing but the scope is missing and earlier commits on the same files had one.

    A guess is left out where it would have errors, and where a partial clone lacks what would have to be read.
    """
    without = [
        fix for fix in fixes if not fix.text and any(found.rule == "scope-required" for found in fix.result.findings)
    ]
    if not without:
        return [*fixes]
    try:
        scopes = scope_guess.of_commits([fix.result.commit.oid or "" for fix in without], by.policy)
    except GitpactError:
        return [*fixes]
    return [_guessed(fix, scopes.get(fix.result.commit.oid or "", ""), by) for fix in fixes]


def _guessed(fix: Fix, scope: str, by: Judge) -> Fix:
    if not scope:
        return fix
    text = scope_guess.with_scope(fix.result.commit.message, scope)
    return fix._replace(guess=text.partition("\n")[0]) if reworded(fix, text, by).text else fix


def of_commit(oid: str, policy: Policy) -> Fix:
    """Return one commit, about whose message nothing is wrong, to be edited. Raises GitpactError if there is none."""
    record = next(history.records((f"{oid}^!",), policy))
    return Fix(Result(commits.read(record, policy.issue_pattern, policy.max_bytes), ()), "")


def whole_text(fix: Fix) -> str | None:
    """The whole message of the commit as it is stored; None where its encoding is unknown or git would cut it.

    Bytes that do not fit the encoding become lone surrogates (`surrogateescape`).
    """
    its = fix.result.commit
    codec = encodings.codec(its.message.encoding)
    data = next(objects.contents([its.oid or ""])).partition(b"\n\n")[2]
    return data.decode(codec, "surrogateescape") if codec and b"\0" not in data else None


def reworded(fix: Fix, text: str, by: Judge) -> Fix:
    """Return a fix with the message that a person wrote, signed off if it is the signer's own.

    Where that has errors, it becomes the `draft`, and `text` is "". No finding and no text means that the encoding of
    the commit has not all characters of the draft.
    """
    own = by.signs(fix.result.commit)
    policy, ignored = by.rules(own=own)
    commit = fix.result.commit._replace(committer=by.signer) if own else fix.result.commit
    parsed = message.from_bytes(text.encode("utf-8", "surrogateescape"), issue_pattern=policy.issue_pattern)
    judged = evaluate.judge(commit._replace(message=parsed), policy, ignored)
    errors = tuple(found for found in judged.findings if _is_of_words(found))
    if errors and not any(found.rule in MESSAGE for found in errors):
        signed = correction.suggest(judged._replace(findings=errors), policy, ignored)
        text, errors = signed or text, () if signed else errors
    if not errors and stored(text, fix.result.commit) is not None:
        return Fix(fix.result, text)
    return Fix(fix.result._replace(findings=errors), "", text)


def _text(result: Result, by: Judge, own: bool, branch: str) -> str:  # noqa: FBT001  as `Judge.rules` takes it
    its = result.commit.message
    if its.bad_byte >= 0 or its.excess or its.size > history.MOST_MESSAGE or "\0" in its.text:
        return ""  # what was read is not all that the message has
    text = correction.suggest(result, *by.rules(own=own), branch=branch)
    return text if text and stored(text, result.commit) is not None else ""


def _is_of_words(found: Finding) -> bool:
    return found.severity == "error" and (found.rule in MESSAGE or found.rule in DCO)


def stored(text: str, commit: Commit) -> bytes | None:
    """The bytes of a new message in the encoding of its commit; None where that is unknown or lacks a character.

    Where each line of the old message ends with a carriage return, so do those of the new one.
    """
    codec = encodings.codec(commit.message.encoding)
    old = commit.message.text
    text = text.replace("\r\n", "\n")
    if old.count("\r\n") == old.count("\n") > 0:
        text = text.replace("\n", "\r\n")
    try:
        return text.encode(codec) if codec else None
    except UnicodeEncodeError:
        return None
